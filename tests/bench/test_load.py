"""Many satellites, against a server that notes what it is sent."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from fakes import INFO, tone
from wyoming.asr import Transcript
from wyoming.event import async_read_event, async_write_event

from wyoming_whisper.bench.load import Crowd, Load, estimate_s, speak
from wyoming_whisper.bench.spoken_commands import Command
from wyoming_whisper.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@dataclass
class Ears:
    """What a server was sent: the types of each utterance's events."""

    uri: str = ""
    utterances: asyncio.Queue[list[str]] = field(default_factory=asyncio.Queue)
    speaking: int = 0
    most_speaking: int = 0
    answer: str | None = " Yes."
    describes: bool = True

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        types: list[str] = []
        with contextlib.suppress(ConnectionError):
            while (event := await async_read_event(reader)) is not None:
                types.append(event.type)
                match event.type:
                    case "describe" if self.describes:
                        await async_write_event(INFO.event(), writer)
                    case "describe":
                        break
                    case "audio-start":
                        self.speaking += 1
                        self.most_speaking = max(self.most_speaking, self.speaking)
                        await asyncio.sleep(0)  # so that others can begin
                    case "audio-stop":
                        self.speaking -= 1
                        if self.answer is None:
                            break
                        await async_write_event(Transcript(self.answer).event(), writer)
        if "describe" not in types:
            self.utterances.put_nowait(types)
        writer.close()


@contextlib.asynccontextmanager
async def listening(**how: object) -> AsyncIterator[Ears]:
    ears = Ears(**how)  # type: ignore[arg-type]
    server = await asyncio.start_server(ears.serve, "127.0.0.1", 0)
    ears.uri = f"tcp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield ears
    finally:
        server.close()


def commands(number: int) -> list[Command]:
    return [Command(f"{n}", "Yes.", tone(0.1)) for n in range(number)]


async def test_each_command_once() -> None:
    """Satellites share the commands: every one is spoken once, on a connection of its own."""
    async with listening() as ears:
        load = await speak(ears.uri, commands(7), Crowd(satellites=3, real_time=False))
        utterances = [await ears.utterances.get() for _ in range(7)]
    assert sorted(outcome.name for outcome in load.outcomes) == list("0123456")
    assert utterances == 7 * [["transcribe", "audio-start", *["audio-chunk"] * 10, "audio-stop"]]
    assert ears.most_speaking == 3
    assert {outcome.understood for outcome in load.outcomes} == {"Yes."}
    assert all(outcome.seconds == pytest.approx(0.1) for outcome in load.outcomes)
    assert load.elapsed_s > 0


async def test_real_time() -> None:
    """In real time, each command takes as long as it is, and its lateness is noted."""
    async with listening() as ears:
        load = await speak(ears.uri, commands(2), Crowd(satellites=2))
    assert load.elapsed_s >= 0.1
    assert all(0 < outcome.late_s < 10 for outcome in load.outcomes)


async def test_descriptions() -> None:
    """Meanwhile the server is asked to describe itself."""
    async with listening() as ears:
        load = await speak(ears.uri, commands(1), Crowd())
    assert load.described_s
    assert load.undescribed == []


async def test_failures() -> None:
    """Commands and descriptions that fail are counted with the reason, and the load goes on."""
    async with listening(answer=None, describes=False) as ears:
        load = await speak(ears.uri, commands(3), Crowd(real_time=False))
    assert [outcome.understood for outcome in load.outcomes] == [None] * 3
    assert all("did not answer" in outcome.failure for outcome in load.outcomes)
    assert load.described_s == []
    assert load.undescribed


async def test_listeners() -> None:
    """Listeners send noise while the satellites speak, and leave when those are done."""
    async with listening() as ears:
        await speak(ears.uri, commands(2), Crowd(satellites=1, listeners=2))
        utterances = [await ears.utterances.get() for _ in range(4)]
    unended = [types for types in utterances if types[-1] != "audio-stop"]
    assert len(unended) == 2
    assert all(set(types) == {"transcribe", "audio-start", "audio-chunk"} for types in unended)


@pytest.mark.parametrize("wrong", [{"satellites": 0}, {"listeners": -1}])
def test_impossible_crowds(wrong: dict[str, int]) -> None:
    """Somebody has to speak."""
    with pytest.raises(ConfigError):
        Crowd(**wrong)  # type: ignore[arg-type]


def test_estimate() -> None:
    """The time that it takes is known where audio is sent in real time."""
    spoken = commands(8)
    assert estimate_s(spoken, Crowd(satellites=4)) == pytest.approx(8 * (0.1 + 0.25) / 4)
    assert estimate_s(spoken, Crowd(real_time=False)) == 0


async def test_loads_add_up() -> None:
    """What was seen at several times is one load."""
    async with listening() as ears:
        parts = [await speak(ears.uri, commands(2), Crowd(real_time=False)) for _ in range(2)]
    whole = Load()
    for part in parts:
        whole.add(part)
    assert len(whole.outcomes) == 4
    assert whole.elapsed_s == parts[0].elapsed_s + parts[1].elapsed_s
    assert whole.described_s == parts[0].described_s + parts[1].described_s
