"""Errors as answers, in the shape of the family that was asked."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

import httpx2
import pytest
from fastapi import APIRouter, FastAPI
from http_service import REST
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from wyoming_whisper.errors import (
    AudioTooShort,
    ClientGone,
    EngineFailed,
    Forbidden,
    InvalidParameter,
    ModelLoading,
    ModelUnknown,
    Overloaded,
    Unauthenticated,
    UndecodableAudio,
)
from wyoming_whisper.http.bridge.family import BRIDGE
from wyoming_whisper.http.exception_middleware import AnswerErrors, add_handlers
from wyoming_whisper.http.family import Families
from wyoming_whisper.http.openai.errors import openai_error
from wyoming_whisper.http.openai.family import OPENAI

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

FAMILIES = Families([OPENAI, BRIDGE, REST])


def app_that_raises(error: BaseException) -> FastAPI:
    """Return an application whose routes fail, in two families."""
    app = FastAPI(redirect_slashes=False)
    for family in (OPENAI, BRIDGE):
        routes = APIRouter(prefix=family.prefixes[0])

        @routes.get("/thing")
        async def thing() -> None:
            raise error

        @routes.get("/number")
        async def number(temperature: float) -> float:
            return temperature

        app.include_router(routes, responses=dict(family.error_responses))
    app.add_middleware(AnswerErrors, families=FAMILIES)
    add_handlers(app, FAMILIES)
    return app


async def ask(app: FastAPI, path: str, method: str = "GET") -> httpx2.Response:
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://server") as client:
        return await client.request(method, path)


@pytest.mark.parametrize(
    ("error", "status", "kind", "param", "code"),
    [
        (InvalidParameter("m", parameter="p"), 400, "invalid_request_error", "p", None),
        (UndecodableAudio("m"), 400, "invalid_request_error", None, None),
        (AudioTooShort("m"), 400, "invalid_request_error", None, "audio_too_short"),
        (Unauthenticated("m"), 401, "invalid_request_error", None, "invalid_api_key"),
        (Forbidden("m"), 403, "invalid_request_error", None, "insufficient_permissions"),
        (ModelUnknown("m"), 404, "invalid_request_error", None, "model_not_found"),
        (Overloaded("m"), 503, "server_error", None, "engine_overloaded"),
        (ModelLoading("m"), 503, "server_error", None, "model_loading"),
        (EngineFailed("m"), 500, "server_error", None, None),
    ],
)
async def test_openai(
    error: Exception, status: int, kind: str, param: str | None, code: str | None
) -> None:
    """Under /v1 every error is OpenAI's object, of exactly its four keys."""
    response = await ask(app_that_raises(error), "/v1/thing")
    assert response.status_code == status
    expected = {"error": {"message": "m", "type": kind, "param": param, "code": code}}
    assert response.json() == expected
    assert openai_error(error) == expected


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (InvalidParameter("m", parameter="p"), 400),
        (UndecodableAudio("m"), 415),
        (Unauthenticated("m"), 401),
        (Overloaded("m"), 503),
        (HTTPException(418, "m"), 418),
    ],
)
async def test_everywhere_else(error: Exception, status: int) -> None:
    """Elsewhere an error has a status, its number, a message, and FastAPI's detail."""
    response = await ask(app_that_raises(error), "/api/thing")
    assert response.status_code == status
    assert response.json() == {"status": "error", "code": status, "message": "m", "detail": "m"}


async def test_headers() -> None:
    """Clients are told how to authenticate, when to ask again, and when not to."""
    denied = await ask(app_that_raises(Unauthenticated("m")), "/v1/thing")
    assert denied.headers["WWW-Authenticate"] == "Bearer"
    for error in (Overloaded("m"), ModelLoading("m"), HTTPException(429, "m")):
        busy = await ask(app_that_raises(error), "/v1/thing")
        assert int(busy.headers["Retry-After"]) >= 1
        assert "x-should-retry" not in busy.headers
    failed = await ask(app_that_raises(EngineFailed("m")), "/v1/thing")
    assert failed.headers["x-should-retry"] == "false"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (
            "/v1/number?temperature=hot",
            {
                "error": {
                    "message": "temperature: Input should be a valid number, unable to parse "
                    "string as a number",
                    "type": "invalid_request_error",
                    "param": "temperature",
                    "code": None,
                }
            },
        ),
        (
            "/api/number",
            {
                "status": "error",
                "code": 400,
                "message": "temperature: Field required",
                "detail": "temperature: Field required",
            },
        ),
    ],
)
async def test_validation(path: str, expected: dict[str, Any]) -> None:
    """FastAPI's 422 never leaves: it is a 400 in the family's shape, which names the field."""
    response = await ask(app_that_raises(ValueError()), path)
    assert (response.status_code, response.json()) == (400, expected)


async def test_unknown_path_and_method() -> None:
    """A path that is not there and a method that it has not are answered in the family's shape."""
    app = app_that_raises(ValueError())
    lost = await ask(app, "/v1/nothing%0Ahere")
    assert lost.status_code == 404
    assert lost.json()["error"]["message"] == "Unknown URL: GET /v1/nothing%0Ahere"
    assert lost.json()["error"]["code"] == "unknown_url"
    assert (await ask(app, "/v1x")).json()["code"] == 404
    wrong = await ask(app, "/v1/thing", "DELETE")
    assert (wrong.status_code, wrong.headers["Allow"]) == (405, "GET")
    assert set(wrong.json()["error"]) == {"message", "type", "param", "code"}


async def test_bug(caplog: pytest.LogCaptureFixture) -> None:
    """A bug is a 500 that says nothing of its insides; the log has its traceback."""
    for path in ("/v1/thing", "/api/thing"):
        caplog.clear()
        response = await ask(app_that_raises(ZeroDivisionError("secret")), path)
        assert response.status_code == 500
        assert response.headers["x-should-retry"] == "false"
        assert "secret" not in response.text
        assert "internal error" in response.text
        assert "ZeroDivisionError: secret" in caplog.text


@pytest.mark.parametrize("error", [ClientGone("m"), ClientDisconnect()])
async def test_client_gone(error: Exception, caplog: pytest.LogCaptureFixture) -> None:
    """A client who has left is answered nothing, and is no bug."""
    caplog.set_level(logging.DEBUG, "wyoming_whisper")
    sent: list[Message] = []
    await call(AnswerErrors(raising(error), FAMILIES), sent)
    assert sent == []
    assert [record.levelname for record in caplog.records] == ["DEBUG"]


async def test_cut_off_by_the_end() -> None:
    """A request that the server's end cuts off is told so, and stays cancelled."""
    sent: list[Message] = []
    with pytest.raises(asyncio.CancelledError):
        await call(AnswerErrors(raising(asyncio.CancelledError()), FAMILIES), sent)
    assert sent[0]["status"] == 503
    assert b"shutting_down" in sent[1]["body"]


async def test_bug_amid_an_answer() -> None:
    """An answer that fails on its way breaks off instead of going on as another."""
    sent: list[Message] = []
    with pytest.raises(ZeroDivisionError):
        await call(AnswerErrors(raising(ZeroDivisionError(), started=True), FAMILIES), sent)
    assert [message["type"] for message in sent] == ["http.response.start"]


def raising(error: BaseException, *, started: bool = False) -> ASGIApp:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if started:
            await send({"type": "http.response.start", "status": 200, "headers": []})
        raise error

    return app


async def call(app: ASGIApp, sent: list[Message]) -> None:
    async def receive() -> Message:
        raise AssertionError

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": "/v1/thing", "headers": []}
    await app(scope, receive, send)


def test_documented() -> None:
    """The documentation has every answer of a family, and none of FastAPI's own."""
    spec = app_that_raises(ValueError()).openapi()
    assert "HTTPValidationError" not in spec["components"]["schemas"]
    for path, name in (("/v1/number", "OpenAIErrorResponse"), ("/api/number", "ErrorResponse")):
        answers = spec["paths"][path]["get"]["responses"]
        assert {"400", "401", "403", "413", "500", "503", "4XX", "5XX"} < set(answers)
        assert "422" not in answers
        for status in ("400", "4XX", "503"):
            schema = answers[status]["content"]["application/json"]["schema"]
            assert schema == {"$ref": f"#/components/schemas/{name}"}
