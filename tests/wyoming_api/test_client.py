"""A satellite against servers that answer, fail, misbehave and leave."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

import pytest
from fakes import silence, tone
from wyoming.asr import Transcript
from wyoming.error import Error
from wyoming.event import Event, async_read_event, async_write_event

from wyoming_whisper.errors import ServerFailed
from wyoming_whisper.wyoming_api.client import transcribe

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@contextlib.asynccontextmanager
async def answering(*answers: Event, raw: bytes = b"") -> AsyncIterator[tuple[str, list[Event]]]:
    """Run a server that takes an utterance, answers this, and closes."""
    heard: list[Event] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while (event := await async_read_event(reader)) is not None:
            heard.append(event)
            if event.type == "audio-stop":
                break
        for answer in answers:
            await async_write_event(answer, writer)
        writer.write(raw)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"tcp://127.0.0.1:{server.sockets[0].getsockname()[1]}", heard
    finally:
        server.close()


async def test_utterance() -> None:
    """The samples are sent as Home Assistant does, and the transcript comes back."""
    answer = Event("voice-stopped"), Transcript("Yes.", language="en").event()
    async with answering(*answer) as (uri, heard):
        said = await transcribe(uri, [tone(0.1), silence(0.05)], language="en")
    assert (said.text, said.language) == ("Yes.", "en")
    assert said.after_stop_s >= 0
    assert [e.type for e in heard] == [
        "transcribe", "audio-start", *["audio-chunk"] * 15, "audio-stop",
    ]  # fmt: skip
    assert heard[0].data == {"language": "en"}
    assert {len(e.payload or b"") for e in heard[2:-1]} == {320}


async def test_real_time() -> None:
    """In real time, an utterance takes as long as it is."""
    clock = asyncio.get_running_loop().time
    async with answering(Transcript("").event()) as (uri, _):
        started = clock()
        await transcribe(uri, [silence(0.2)], real_time=True)
    assert clock() - started >= 0.19


async def test_who_leaves_with_the_answer() -> None:
    """An answer that comes while audio is sent is taken, and the rest is not sent."""
    clock = asyncio.get_running_loop().time
    early = asyncio.Event()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while (event := await async_read_event(reader)) is not None:
            if event.type == "audio-chunk" and not early.is_set():
                early.set()
                await async_write_event(Transcript("on", language="en").event(), writer)
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    uri = f"tcp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    started = clock()
    said = await transcribe(uri, [silence(20)], real_time=True, leaves_at_answer=True)
    assert (said.text, said.language, said.after_stop_s) == ("on", "en", 0)
    assert 0 < said.answered_s <= clock() - started < 10
    server.close()


async def test_reported_error() -> None:
    """An error in front of the transcript is the answer."""
    answers = Error("no model", code="model_loading").event(), Transcript("").event()
    async with answering(*answers) as (uri, _):
        with pytest.raises(ServerFailed, match=r"the server reports: no model \(model_loading\)"):
            await transcribe(uri, [silence(0.1)])


@pytest.mark.parametrize("raw", [b"", b"nonsense\n"])
async def test_no_answer(raw: bytes) -> None:
    """A server that closes or talks nonsense has failed."""
    async with answering(raw=raw) as (uri, _):
        with pytest.raises(ServerFailed, match="did not answer"):
            await transcribe(uri, [silence(0.1)])


async def test_silent_server() -> None:
    """A server that does not answer in time has failed."""
    held: list[asyncio.StreamWriter] = []

    async def hold(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        held.append(writer)

    server = await asyncio.start_server(hold, "127.0.0.1", 0)
    uri = f"tcp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    with pytest.raises(ServerFailed, match="did not answer: timed out"):
        await transcribe(uri, [silence(0.1)], answer_s=0.05)
    server.close()
    for writer in held:
        writer.close()
        await writer.wait_closed()


async def test_nobody_there(tmp_path: Path) -> None:
    """A server that is not there is one line, on TCP and on a Unix socket."""
    for uri in ("tcp://127.0.0.1:9", f"unix://{tmp_path}/none"):
        with pytest.raises(ServerFailed, match=f"no server answers at {uri}"):
            await transcribe(uri, [silence(0.1)])
