"""Work for clients who may leave."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from wyoming_whisper.errors import ClientGone
from wyoming_whisper.http.disconnect import while_connected

if TYPE_CHECKING:
    from starlette.types import Message


class Client:
    """Says nothing until it leaves."""

    def __init__(self) -> None:
        self.left = asyncio.Event()

    async def receive(self) -> Message:
        await self.left.wait()
        return {"type": "http.disconnect"}


async def test_the_result_is_returned() -> None:
    """Who stays gets what was worked for."""

    async def work() -> int:
        return 42

    assert await while_connected(Client().receive, work()) == 42


async def test_an_error_is_raised() -> None:
    """What the work raises is raised."""

    async def work() -> None:
        raise ValueError("why")

    with pytest.raises(ValueError, match="why"):
        await while_connected(Client().receive, work())


async def test_work_ends_with_its_client() -> None:
    """The work of a client who leaves is cancelled, and has ended when that is told."""
    client = Client()
    ended = False

    async def work() -> None:
        nonlocal ended
        client.left.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended = True

    with pytest.raises(ClientGone):
        await while_connected(client.receive, work())
    assert ended


async def test_work_that_ends_as_its_client_leaves() -> None:
    """Work that cannot be stopped any more is thrown away."""
    client = Client()

    async def work() -> int:
        client.left.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            return 1
        return 2

    with pytest.raises(ClientGone):
        await while_connected(client.receive, work())


async def test_cancelling_cancels_the_work() -> None:
    """Who is cancelled while waiting leaves nothing running behind."""
    started, ended = asyncio.Event(), asyncio.Event()

    async def work() -> None:
        started.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    waiting = asyncio.create_task(while_connected(Client().receive, work()))
    await started.wait()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert ended.is_set()
