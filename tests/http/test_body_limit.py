"""The size of bodies, message by message; how it looks to clients is in test_server."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import pytest
from http_service import REST
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from virtual_time import run_virtual

from wyoming_whisper.errors import UploadTooLarge
from wyoming_whisper.http.body_limit import BodyLimit
from wyoming_whisper.http.family import Families
from wyoming_whisper.http.openai.family import OPENAI

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

MAX = 10
FAMILIES = Families([OPENAI, REST])


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    body = await Request(scope, receive).body()
    await PlainTextResponse(body)(scope, receive, send)


async def refuse(scope: Scope, receive: Receive, send: Send) -> None:
    await PlainTextResponse("no", 401)(scope, receive, send)


async def mistake(scope: Scope, receive: Receive, send: Send) -> None:
    """As FastAPI does with whatever goes wrong while it reads a form."""
    try:
        await Request(scope, receive).body()
    except UploadTooLarge:
        await PlainTextResponse("There was an error parsing the body", 400)(scope, receive, send)


class Exchange:
    """A request of several pieces, and what was answered."""

    def __init__(self, pieces: Sequence[bytes], *, declared: bool, ends: bool = True) -> None:
        n_bytes = str(sum(map(len, pieces))).encode()
        self.scope = {
            "type": "http",
            "method": "POST",
            "path": "/v1/thing",
            "headers": [(b"content-length", n_bytes) if declared else (b"transfer-encoding", b"")],
        }
        self.waiting = list(pieces)
        self.ends = ends
        self.sent: list[Message] = []
        self.n_waiting_when_sent: list[int] = []

    async def receive(self) -> Message:
        if not self.waiting and not self.ends:
            await asyncio.Event().wait()
        body = self.waiting.pop(0)
        return {
            "type": "http.request",
            "body": body,
            "more_body": bool(self.waiting) or not self.ends,
        }

    async def send(self, message: Message) -> None:
        self.sent.append(message)
        self.n_waiting_when_sent.append(len(self.waiting))

    async def with_app(self, app: ASGIApp) -> None:
        await BodyLimit(app, MAX, FAMILIES)(self.scope, self.receive, self.send)

    @property
    def status(self) -> int:
        status: int = self.sent[0]["status"]
        return status

    @property
    def body(self) -> bytes:
        return b"".join(message["body"] for message in self.sent[1:])


@pytest.mark.parametrize("declared", [True, False])
async def test_at_the_limit(declared: bool) -> None:
    """A body of just the size passes, and its connection stays."""
    exchange = Exchange([b"x" * 5, b"y" * 5], declared=declared)
    await exchange.with_app(echo)
    assert (exchange.status, exchange.body) == (200, b"xxxxxyyyyy")
    assert (b"connection", b"close") not in exchange.sent[0]["headers"]


@pytest.mark.parametrize(("declared", "n_read"), [(True, 18), (False, 12)])
async def test_above_the_limit(declared: bool, n_read: int) -> None:
    """A larger body is refused in OpenAI's words, whatever the application makes of it."""
    exchange = Exchange([b"x" * 6] * 3, declared=declared)
    await exchange.with_app(mistake)
    assert exchange.status == 413
    assert json.loads(exchange.body)["error"]["message"] == (
        f"Maximum content size limit (10) exceeded ({n_read} bytes read)"
    )
    assert (b"connection", b"close") in exchange.sent[0]["headers"]
    with pytest.raises(UploadTooLarge):
        await Exchange([b"x" * 6] * 3, declared=declared).with_app(echo)


async def test_a_declared_body_is_not_read() -> None:
    """What is declared to be too large is refused before any of it is taken."""
    exchange = Exchange([b"x" * 6] * 3, declared=True)
    await exchange.with_app(mistake)
    assert exchange.n_waiting_when_sent[0] == 3


async def test_the_rest_is_drained_before_the_end() -> None:
    """An answer is complete when the client has sent the rest, so that closing loses nothing."""
    exchange = Exchange([b"x"] * 4, declared=True)
    await exchange.with_app(refuse)
    assert exchange.status == 401
    assert exchange.n_waiting_when_sent == [4, 4, 0]
    assert [message.get("more_body", False) for message in exchange.sent[1:]] == [True, False]


def test_the_drain_ends() -> None:
    """A client that sends for ever is left after a while."""

    async def run() -> float:
        exchange = Exchange([b"x"], declared=False, ends=False)
        await exchange.with_app(refuse)
        assert not exchange.sent[-1].get("more_body", False)
        return asyncio.get_running_loop().time()

    assert run_virtual(run()) == pytest.approx(5)


async def test_refused_answers_are_left_alone() -> None:
    """An error that has nothing to do with the size stays what it is."""

    async def wrong(scope: Scope, receive: Receive, send: Send) -> None:
        raise HTTPException(400)

    with pytest.raises(HTTPException):
        await Exchange([b"x"], declared=True).with_app(wrong)
