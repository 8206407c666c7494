"""Responses of server-sent events."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

import pytest

from wyoming_whisper.errors import ClientGone
from wyoming_whisper.http.sse import EventStream, event

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from starlette.types import Message

NOTHING = contextlib.AsyncExitStack()


class Client:
    """The other side of a response."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.left = asyncio.Event()
        self.received = asyncio.Event()

    async def receive(self) -> Message:
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        self.messages.append(message)
        if message.get("body"):
            self.received.set()

    @property
    def body(self) -> str:
        return b"".join(message.get("body", b"") for message in self.messages).decode()


async def test_events_are_sent_as_they_come() -> None:
    """An event is sent before the next one is made, and the end behind the last."""
    client = Client()

    async def events() -> AsyncGenerator[str]:
        yield event({"n": 1})
        await client.received.wait()
        yield event({"n": 2})

    await EventStream(events(), NOTHING)({}, client.receive, client.send)
    start, *_, last = client.messages
    headers = dict(start["headers"])
    assert headers[b"content-type"] == b"text/event-stream; charset=utf-8"
    assert headers[b"cache-control"] == b"no-cache"
    assert b"content-length" not in headers
    assert client.body == 'data: {"n":1}\n\ndata: {"n":2}\n\n'
    assert not last.get("more_body")


async def test_silence_is_broken_by_comments() -> None:
    """While there is nothing to tell, a comment keeps proxies from giving up."""
    client = Client()

    async def events() -> AsyncGenerator[str]:
        await client.received.wait()
        yield event("end")

    await EventStream(events(), NOTHING, ping_s=0.001)({}, client.receive, client.send)
    assert client.body.startswith(": ping\n\n")
    assert client.body.endswith('data: "end"\n\n')


async def test_the_end_of_the_response_ends_the_work() -> None:
    """Events are made for no longer than they can be sent."""
    client = Client()
    ended = asyncio.Event()

    async def events() -> AsyncGenerator[str]:
        yield event(1)
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    responding = asyncio.create_task(
        EventStream(events(), NOTHING)({}, client.receive, client.send)
    )
    await client.received.wait()
    responding.cancel()
    await asyncio.wait({responding})
    assert ended.is_set()


async def test_an_error_breaks_the_response_off() -> None:
    """A bug in the making of events is not hidden as their end."""
    client = Client()

    async def events() -> AsyncGenerator[str]:
        yield event(1)
        raise RuntimeError("bug")

    with pytest.raises(RuntimeError, match="bug"):
        await EventStream(events(), NOTHING)({}, client.receive, client.send)


async def test_who_leaves_ends_the_work() -> None:
    """When the client goes, what makes the events is closed, wherever it is."""
    ended = asyncio.Event()

    async def events() -> AsyncGenerator[str]:
        try:
            await asyncio.Event().wait()
            yield event(1)
        finally:
            ended.set()

    async def left() -> Message:
        return {"type": "http.disconnect"}

    with pytest.raises(ClientGone):
        await EventStream(events(), NOTHING)({}, left, Client().send)
    assert ended.is_set()
