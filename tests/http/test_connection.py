"""Connections with deadlines, on real sockets."""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
from typing import TYPE_CHECKING, Any

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from uvicorn.server import ServerState

from wyoming_whisper.errors import Overloaded
from wyoming_whisper.http.application import create_refusal
from wyoming_whisper.http.connection import Closable, Connection, Limits, connections

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.types import Receive, Scope, Send

QUICK = Limits(patience_s=0.2)
LARGE = 16 * 2**20


def get(path: str = "/") -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: nas\r\n\r\n".encode()


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with the length of the body; `/large` with much, `/slow` after a long time."""
    body = await Request(scope, receive).body()
    if scope["path"] == "/slow":
        await asyncio.to_thread(threading.Event().wait, 3 * QUICK.patience_s)
    text = "x" * LARGE if scope["path"] == "/large" else str(len(body))
    await PlainTextResponse(text)(scope, receive, send)


@contextlib.asynccontextmanager
async def serving(
    limits: Limits = QUICK,
    **options: Any,  # noqa: ANN401 - those of connections
) -> AsyncIterator[tuple[int, ServerState]]:
    """Serve on a free port."""
    state = ServerState()
    loop = asyncio.get_running_loop()
    refusal = create_refusal(Overloaded("too many connections"))
    make = connections(application, refusal, state, limits, **options)
    server = await loop.create_server(make, host="127.0.0.1", port=0)
    try:
        yield server.sockets[0].getsockname()[1], state
    finally:
        server.close()
        for connection in list(state.connections):
            connection.transport.abort()


async def answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    length = int(head.lower().partition("content-length: ")[2].partition("\r\n")[0])
    return int(head.split()[1]), await reader.readexactly(length)


async def ended(state: ServerState) -> None:
    """Wait until no request is left."""
    while state.tasks:
        await asyncio.wait(state.tasks)


async def is_closed(reader: asyncio.StreamReader) -> bool:
    """Wait for the end of a connection; tell whether nothing came before it."""
    try:
        return not await reader.read()
    except ConnectionResetError:
        return True


@pytest.mark.parametrize(
    "begun",
    [b"", b"GE", b"GET / HTTP/1.1\r\nHost: nas\r\n"],
)
async def test_slow_request(begun: bytes) -> None:
    """Who does not say what it wants is left; others are served meanwhile."""
    async with serving() as (port, state):
        slow, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(begun)
        other, other_writer = await asyncio.open_connection("127.0.0.1", port)
        other_writer.write(get())
        assert await answer(other) == (200, b"0")
        assert await is_closed(slow)
        other_writer.write(get())
        assert await answer(other) == (200, b"0")
        assert len(state.connections) == 1
        writer.close()
        other_writer.close()


async def test_dripping_request() -> None:
    """Bytes that come one by one do not make a request any quicker."""
    async with serving() as (port, _):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        closed = asyncio.ensure_future(is_closed(reader))
        for byte in get("/" + "x" * 10_000):
            writer.write(bytes([byte]))
            done, _ = await asyncio.wait({closed}, timeout=QUICK.patience_s / 20)
            if done:
                break
        assert await closed
        writer.close()


async def test_second_request_is_slow() -> None:
    """A kept connection may rest, and what begins on it must come."""
    async with serving() as (port, _):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for _ in range(2):
            writer.write(get())
            assert await answer(reader) == (200, b"0")
            await asyncio.to_thread(threading.Event().wait, 3 * QUICK.patience_s)
        writer.write(b"GET")
        assert await is_closed(reader)
        writer.close()


async def test_idle_connection() -> None:
    """A kept connection on which nothing comes is closed."""
    async with serving(Limits(idle_s=0)) as (port, _):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(get())
        assert await answer(reader) == (200, b"0")
        assert await is_closed(reader)
        writer.close()


async def test_stalled_body() -> None:
    """A body that does not come is not waited for."""
    async with serving() as (port, state):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"POST / HTTP/1.1\r\nHost: nas\r\nContent-Length: 10\r\n\r\nhello")
        assert await is_closed(reader)
        writer.close()
        await ended(state)


async def test_body_that_comes_slowly() -> None:
    """A body may take its time, as long as it comes."""
    async with serving() as (port, _):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"POST / HTTP/1.1\r\nHost: nas\r\nContent-Length: 20\r\n\r\n")
        answered = asyncio.ensure_future(answer(reader))
        for _ in range(20):
            writer.write(b"x")
            await asyncio.wait({answered}, timeout=QUICK.patience_s / 4)
        assert await answered == (200, b"20")
        writer.close()


async def test_slow_application() -> None:
    """While it is our turn, nobody is left."""
    async with serving() as (port, _):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(get("/slow"))
        assert await answer(reader) == (200, b"0")
        writer.close()


async def test_answer_that_nobody_takes() -> None:
    """Who does not take its answer is left, and the request ends."""
    async with serving() as (port, state):
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1)
        writer.write(get("/large"))
        assert (await reader.read(4)) == b"HTTP"
        (connection,) = state.connections
        assert isinstance(connection, Connection)
        await connection.closed
        writer.transport.abort()
        await ended(state)


async def test_large_answer() -> None:
    """Who takes a large answer gets all of it."""
    async with serving() as (port, _):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(get("/large"))
        status, body = await answer(reader)
        assert (status, len(body)) == (200, LARGE)
        writer.close()


async def test_one_too_many() -> None:
    """Who is one too many is told so, and served when others have gone."""
    async with serving(Limits(connections=1)) as (port, _):
        first, first_writer = await asyncio.open_connection("127.0.0.1", port)
        first_writer.write(get())
        assert await answer(first) == (200, b"0")
        second, second_writer = await asyncio.open_connection("127.0.0.1", port)
        second_writer.write(get("/v1/models"))
        status, body = await answer(second)
        assert status == 503
        assert json.loads(body)["error"]["message"] == "too many connections"
        assert await is_closed(second)
        first_writer.write(get())
        assert await answer(first) == (200, b"0")
        first_writer.close()
        second_writer.close()


@pytest.mark.parametrize(
    "nonsense",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
        b'{ "type": "describe" }\n\n\n',
        b"\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: nas\r\nX: " + b"x" * 70_000,
        b"POST / HTTP/1.1\r\nHost: nas\r\nContent-Length: many\r\n\r\n",
    ],
)
async def test_no_http(nonsense: bytes) -> None:
    """What is no HTTP, or has endless headers, is answered with a 400 and closed."""
    async with serving() as (port, _):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(nonsense)
        status, body = await answer(reader)
        assert (status, json.loads(body)["code"]) == (400, 400)
        assert await is_closed(reader)
        writer.close()


UPGRADE = (
    b"GET /v1/thing HTTP/1.1\r\nHost: nas\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
)


class Echo(asyncio.Protocol):
    """Stands for uvicorn's protocol of WebSockets: what is said is said again."""

    def __init__(self, config: Any, server_state: ServerState, app_state: Any) -> None:  # noqa: ANN401
        self.connections: set[Any] = server_state.connections

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self.connections.add(self)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.transport.write(data)

    def connection_lost(self, exc: Exception | None) -> None:
        self.connections.discard(self)

    def shutdown(self) -> None:
        self.transport.close()


async def test_upgrade() -> None:
    """A WebSocket may be silent for long; it counts as a connection, and its end is known."""
    limits = Limits(patience_s=QUICK.patience_s, connections=1)
    async with serving(limits, web_sockets=Echo) as (port, state):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(UPGRADE)
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"GET /v1/thing")
        await asyncio.to_thread(threading.Event().wait, 3 * QUICK.patience_s)
        writer.write(b"hello")
        assert await reader.readexactly(5) == b"hello"
        (connection,) = state.connections
        assert isinstance(connection, Closable)
        for request in (get(), UPGRADE):
            other, other_writer = await asyncio.open_connection("127.0.0.1", port)
            other_writer.write(request)
            assert (await answer(other))[0] == 503
            other_writer.close()
        assert not connection.closed.done()
        connection.shutdown()
        await connection.closed
        assert await is_closed(reader)
        assert not state.connections
        writer.close()


async def test_upgrade_without_a_library() -> None:
    """Where no library for WebSockets is installed, an upgrade is a request like any other."""
    async with serving(web_sockets="none") as (port, _):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(UPGRADE)
        assert await answer(reader) == (200, b"0")
        writer.close()
