"""WebSockets through the whole stack: a family that has one, and what is around it."""

from __future__ import annotations

import asyncio
import json
import logging
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx2
import pytest
from fakes import new_lifecycle
from fastapi import APIRouter, FastAPI, WebSocket
from http_service import new_service
from options import http_options
from starlette.exceptions import HTTPException

from wyoming_whisper.errors import ClientGone, InvalidParameter, Overloaded
from wyoming_whisper.http.application import create_app
from wyoming_whisper.http.door.keys import new_key
from wyoming_whisper.http.families import FAMILIES
from wyoming_whisper.http.family import Family

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from starlette.types import Message

    from wyoming_whisper.http.service import HttpOptions, Service

KEY, LINE = new_key("kitchen")
PATH = "/v1/echo/speak"
# What a route may fail by: the status of the answer, and the code of a close.
FAILURES: dict[str, tuple[Exception, int, int]] = {
    "full": (Overloaded("full"), 503, 1013),
    "wrong": (InvalidParameter("wrong"), 400, 1008),
    "framework": (HTTPException(413, "framework"), 413, 1009),
    "bug": (ZeroDivisionError("secret"), 500, 1011),
}


def _routes(service: Service) -> APIRouter:
    routes = APIRouter(prefix="/v1/echo")

    @routes.websocket("/speak")
    async def speak(socket: WebSocket, fails: str = "", at: str = "open") -> None:
        if fails and at == "door":
            raise FAILURES[fails][0]
        await socket.accept()
        while True:
            text = await socket.receive_text()
            if text == fails:
                raise FAILURES[fails][0]
            await socket.send_text(text)
            if text == "bye":
                await socket.close(1000)
                raise FAILURES["bug"][0]

    return routes


ECHO = Family(
    "echo",
    _routes,
    prefixes=("/v1/echo",),
    error_body=lambda error, status: {"echo": status, "said": str(error)},
)


def new_app(options: HttpOptions | None = None) -> FastAPI:
    service = new_service(new_lifecycle(), options=options)
    return create_app(service, (*FAMILIES, ECHO))


@pytest.fixture
def guarded(tmp_path: Path) -> HttpOptions:
    """A server with keys."""
    path = tmp_path / "keys"
    path.write_text(LINE)
    return http_options(key_file=path)


@dataclass
class Client:
    """The other side of a WebSocket: says some texts, and leaves."""

    says: list[str] = field(default_factory=list)
    stays: bool = False
    sent: list[Message] = field(default_factory=list)

    async def connect(
        self,
        app: FastAPI,
        path: str = PATH,
        headers: dict[str, str] | None = None,
        *,
        refusable: bool = True,
    ) -> Client:
        path, _, query = path.partition("?")
        given = {"host": "nas", "connection": "upgrade", "upgrade": "websocket"} | (headers or {})
        scope: dict[str, Any] = {
            "type": "websocket", "asgi": {"version": "3.0"}, "http_version": "1.1",
            "scheme": "ws", "path": path, "raw_path": path.encode(),
            "query_string": query.encode(), "subprotocols": [], "root_path": "",
            "headers": [(name.encode(), value.encode()) for name, value in given.items()],
            "extensions": {"websocket.http.response": {}} if refusable else {},
        }  # fmt: skip
        incoming: list[Message] = [
            {"type": "websocket.connect"},
            *({"type": "websocket.receive", "text": text} for text in self.says),
        ]

        async def receive() -> Message:
            if not incoming and self.stays:
                await asyncio.Event().wait()
            gone: Message = {"type": "websocket.disconnect", "code": 1001}
            return incoming.pop(0) if incoming else gone

        async def send(message: Message) -> None:
            self.sent.append(message)

        await app(scope, receive, send)
        return self

    @property
    def types(self) -> list[str]:
        return [message["type"].removeprefix("websocket.") for message in self.sent]

    @property
    def answer(self) -> tuple[int, Any]:
        start, *bodies = self.sent
        assert start["type"] == "websocket.http.response.start"
        return start["status"], json.loads(b"".join(body["body"] for body in bodies))

    @property
    def headers(self) -> dict[bytes, bytes]:
        return dict(self.sent[0]["headers"])


async def test_what_is_said_is_heard(caplog: pytest.LogCaptureFixture) -> None:
    """A WebSocket passes all that is around the routes, has an id, and the log has its line."""
    caplog.set_level(logging.DEBUG, "wyoming_whisper")
    client = Client(["hello", "again"])
    await client.connect(new_app(), f"{PATH}?prompt=private", {"x-request-id": "abc"})
    assert client.types == ["accept", "send", "send"]
    assert [message.get("text") for message in client.sent[1:]] == ["hello", "again"]
    assert client.headers[b"x-request-id"] == b"abc"
    lines = [record.getMessage() for record in caplog.records]
    assert lines[0] == f"[abc] WEBSOCKET {PATH}: the client has left"
    assert re.fullmatch(rf"\[abc\] WEBSOCKET {PATH}: 101, \d\.\d{{3}} s", lines[1])
    assert "private" not in caplog.text


async def test_a_path_without_one() -> None:
    """Where there is no WebSocket, who asks for one is told so in the family's shape."""
    app = new_app()
    status, body = (await Client().connect(app, "/v1/echo/nothing")).answer
    assert (status, body["echo"]) == (404, 404)
    status, body = (await Client().connect(app, "/v1/models")).answer
    assert (status, body["error"]["code"]) == (404, "unknown_url")
    status, body = (await Client().connect(app, "/nothing")).answer
    assert (status, body["code"]) == (404, 404)
    closed = await Client().connect(app, "/nothing", refusable=False)
    assert (closed.types, closed.sent[0]["code"]) == (["close"], 1008)


@pytest.mark.parametrize("refusable", [True, False])
async def test_keys(guarded: HttpOptions, refusable: bool) -> None:
    """A WebSocket needs a key as a request does, in a header or in the query."""
    service = new_service(new_lifecycle(), options=guarded)
    app = create_app(service, (*FAMILIES, ECHO))
    for path, headers in (
        (f"{PATH}?api_key={KEY}", {}),
        (PATH, {"authorization": f"Bearer {KEY}"}),
        (PATH, {"x-api-key": KEY}),
    ):
        client = await Client().connect(app, path, headers, refusable=refusable)
        assert client.types == ["accept"]
    refused = await Client().connect(app, f"{PATH}?api_key=wrong", refusable=refusable)
    if refusable:
        assert refused.answer == (
            401,
            {"echo": 401, "said": "the API key is not known to this server"},
        )
        assert refused.headers[b"www-authenticate"] == b"Bearer"
        assert b"x-request-id" in refused.headers
    else:
        assert (refused.types, refused.sent[0]["code"]) == (["close"], 1008)
    assert service.accounting.auth_failures == 1


async def test_foreign_pages() -> None:
    """Pages of other origins, and of foreign names that lead here, get no WebSocket."""
    app = new_app()
    for headers in ({"origin": "https://evil.com"}, {"host": "evil.com"}):
        assert (await Client().connect(app, headers=headers)).answer[0] == 403
    assert (await Client().connect(app, headers={"origin": "http://nas"})).types == ["accept"]


async def test_no_secret_in_the_log(guarded: HttpOptions, caplog: pytest.LogCaptureFixture) -> None:
    """A key in a WebSocket's query is in no log, known or not."""
    caplog.set_level(logging.DEBUG)
    app = new_app(guarded)
    for key in (KEY, "wrong-secret"):
        await Client(["bug"]).connect(app, f"{PATH}?api_key={key}&fails=bug")
    text = "\n".join(logging.Formatter().format(record) for record in caplog.records)
    assert "ZeroDivisionError" in text
    assert KEY not in text
    assert "wrong-secret" not in text


@pytest.mark.parametrize("fails", FAILURES)
async def test_what_fails_at_the_door(fails: str, caplog: pytest.LogCaptureFixture) -> None:
    """What fails before it is accepted is answered, or closed where the server cannot answer."""
    _, status, code = FAILURES[fails]
    path = f"{PATH}?fails={fails}&at=door"
    found, body = (await Client().connect(new_app(), path)).answer
    assert (found, body["echo"]) == (status, status)
    closed = await Client().connect(new_app(), path, refusable=False)
    assert (closed.types, closed.sent[0]["code"]) == (["close"], code)
    assert ("ZeroDivisionError" in caplog.text) == (fails == "bug")


@pytest.mark.parametrize("fails", FAILURES)
async def test_what_fails_when_it_is_open(fails: str, caplog: pytest.LogCaptureFixture) -> None:
    """What fails when it is open is closed with a code and a reason; of a bug nothing is told."""
    _, _, code = FAILURES[fails]
    client = await Client(["hello", fails]).connect(new_app(), f"{PATH}?fails={fails}")
    assert client.types == ["accept", "send", "close"]
    reason = "internal error" if fails == "bug" else fails
    assert (client.sent[-1]["code"], client.sent[-1]["reason"]) == (code, reason)
    assert ("ZeroDivisionError: secret" in caplog.text) == (fails == "bug")


async def test_a_long_reason_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reason is as long as a frame can hold, and ends with a whole character."""
    monkeypatch.setitem(FAILURES, "long", (Overloaded("ö" * 100), 503, 1013))
    client = await Client(["long"]).connect(new_app(), f"{PATH}?fails=long")
    assert client.sent[-1]["reason"] == "ö" * 61


async def test_what_fails_behind_the_end(caplog: pytest.LogCaptureFixture) -> None:
    """Behind its end nothing is sent on a WebSocket, though something fails."""
    client = await Client(["bye"]).connect(new_app())
    assert client.types == ["accept", "send", "close"]
    assert client.sent[-1]["code"] == 1000
    assert "ZeroDivisionError" in caplog.text


async def test_who_has_left_is_told_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A client who is found to have left is sent nothing more."""
    monkeypatch.setitem(FAILURES, "gone", (ClientGone("left"), 499, 1011))
    client = await Client(["gone"]).connect(new_app(), f"{PATH}?fails=gone")
    assert client.types == ["accept"]


async def test_the_end_of_the_server() -> None:
    """An open WebSocket is told that the server ends, and stays cancelled."""
    client = Client(["hello"], stays=True)
    talking = asyncio.create_task(client.connect(new_app()))
    await until(lambda: len(client.sent) == 2)
    talking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await talking
    assert client.types == ["accept", "send", "close"]
    assert (client.sent[-1]["code"], client.sent[-1]["reason"]) == (
        1013,
        "the server is shutting down",
    )


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not condition():  # noqa: ASYNC110 - what changes it tells nobody
            await asyncio.sleep(0)


async def test_a_request_where_a_web_socket_is() -> None:
    """Who asks for a WebSocket's path otherwise is told what it is, or what is missing for it."""
    transport = httpx2.ASGITransport(app=new_app())
    async with httpx2.AsyncClient(transport=transport, base_url="http://nas") as client:
        plain = await client.get(PATH)
        upgrade = await client.get(PATH, headers={"Connection": "Upgrade", "Upgrade": "websocket"})
        lost = await client.get("/v1/echo/nothing", headers={"Upgrade": "websocket"})
    assert (plain.status_code, plain.headers["Upgrade"]) == (426, "websocket")
    assert (upgrade.status_code, upgrade.json()["echo"]) == (501, 501)
    assert "pip install websockets" in upgrade.json()["said"]
    assert lost.status_code == 404
