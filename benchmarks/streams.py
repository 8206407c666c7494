"""How many live streams the server takes: a house full of open microphones, and then more.

    PYTHONPATH=tests/support .venv/bin/python benchmarks/streams.py

The server is a process of its own, with a probe in its event loop. Each stream is a connection that
sends 10 ms of audio at a time, in real time and at a phase of its own. A few speak commands, one
after the other; the others send the noise of their rooms. Every utterance must be answered: noise
with nothing, a command with what the server hears when it is alone with it.

What is sent has been encoded beforehand, so that one process can be hundreds of satellites. Its own
figures stand beside the server's: where it sends late, the rest tells little of the server.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import random
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from contenders import probed
from recordings import COMMANDS
from server_under_test import ServerUnderTest
from wyoming.asr import Transcribe, Transcript
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.error import Error

from wyoming_whisper.audio.pcm import SAMPLE_RATE, mono_to_pcm16
from wyoming_whisper.bench.figures import milliseconds, spread, table
from wyoming_whisper.bench.spoken_commands import Command, Room, in_room, pink_noise
from wyoming_whisper.config.address import TcpAddress, parse_uri
from wyoming_whisper.wyoming_api import client as wyoming_client
from wyoming_whisper.wyoming_api.framing import EventDecoder, encode_event

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from wyoming_whisper.audio.pcm import Block

_CHUNK_S: Final = 0.01
_FLOOR_DB: Final = -50.0
_NOISE_S: Final = 15
# Streams start, and end, within so long; what is in between is measured.
_RAMP_S: Final = 1.5
_ANSWER_S: Final = 20
_MAX_REST_S: Final = 0.5
# What a house of a hundred streams is to keep.
_MAX_LAG_MS: Final = 20
# Who waits longer than Home Assistant's own silence takes a command for lost.
_MAX_AFTER_STOP_MS: Final = 700
# A chunk that is later than the next one's time is not live.
_MAX_LATE_MS: Final = 1000 * _CHUNK_S

_HEAD: Final = b"".join(
    encode_event(event)
    for event in (Transcribe(language="en").event(), AudioStart(SAMPLE_RATE, 2, 1).event())
)
_STOP: Final = encode_event(AudioStop().event())


@dataclass(slots=True)
class Seen:
    """What the satellites saw.

    Attributes:
        answers: Utterances answered; `wrong` of them otherwise than with the right words.
        lost: Why the others were not, each.
        after_stop_s: Seconds from audio-stop to the transcript, of commands.
        late_s: By how much each chunk was sent late.
    """

    answers: int = 0
    wrong: int = 0
    lost: list[str] = field(default_factory=list)
    after_stop_s: list[float] = field(default_factory=list)
    late_s: list[float] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Script:
    """One utterance, ready to be sent, and the transcript that is right."""

    chunks: Sequence[bytes]
    answer: str


@dataclass(frozen=True, slots=True)
class House:
    """What is said in it, the noise of its rooms, and which share of the streams speaks."""

    commands: Sequence[Script]
    noise: Sequence[bytes]
    share: float


def encoded(samples: Block) -> list[bytes]:
    """Return the events that carry audio of shape ``(n_samples,)``."""
    n = round(_CHUNK_S * SAMPLE_RATE)
    return [
        encode_event(AudioChunk(SAMPLE_RATE, 2, 1, mono_to_pcm16(samples[k : k + n])).event())
        for k in range(0, len(samples), n)
    ]


class Stream:
    """A satellite: opens a connection for each utterance; `send` is called every 10 ms."""

    def __init__(self, uri: str, scripts: Iterator[Script], seen: Seen) -> None:
        self._uri = uri
        self._scripts = scripts
        self._seen = seen
        self._writer: asyncio.StreamWriter | None = None
        self._chunks: Iterator[bytes] = iter(())
        self._sent = asyncio.Event()

    async def run(self, until: float, rest: random.Random) -> None:
        """Speak until a time of the loop; what has begun then is brought to its end."""
        loop = asyncio.get_running_loop()
        address = parse_uri(self._uri)
        assert isinstance(address, TcpAddress)
        await asyncio.sleep(rest.uniform(0, _RAMP_S))
        while loop.time() < until:
            script = next(self._scripts)
            try:
                reader, writer = await asyncio.open_connection(address.host, address.port)
            except OSError as error:
                self._seen.lost.append(f"no connection: {error}")
                return
            try:
                writer.write(_HEAD)
                self._sent.clear()
                self._chunks, self._writer = iter(script.chunks), writer
                await self._sent.wait()
                self._writer = None
                writer.write(_STOP)
                await self._answer(reader, script)
            finally:
                writer.close()
            await asyncio.sleep(rest.uniform(0, _MAX_REST_S))

    def send(self) -> None:
        """Send the next 10 ms, if an utterance is open."""
        if self._writer is None:
            return
        chunk = next(self._chunks, None)
        if chunk is None or self._writer.is_closing():
            self._sent.set()
        else:
            self._writer.write(chunk)

    async def _answer(self, reader: asyncio.StreamReader, script: Script) -> None:
        clock = asyncio.get_running_loop().time
        stopped = clock()
        try:
            async with asyncio.timeout(_ANSWER_S):
                text = await transcript(reader)
        except (OSError, TimeoutError) as error:
            self._seen.lost.append(str(error) or "no answer in time")
            return
        self._seen.answers += 1
        self._seen.wrong += text != script.answer
        if script.answer:
            self._seen.after_stop_s.append(clock() - stopped)


async def transcript(reader: asyncio.StreamReader) -> str:
    """Read up to the transcript; raise `OSError` if there is none."""
    decoder = EventDecoder()
    while data := await reader.read(4096):
        for event in decoder.feed(data):
            if Error.is_type(event.type):
                raise OSError(Error.from_event(event).text)
            if Transcript.is_type(event.type):
                return Transcript.from_event(event).text.strip()
    raise OSError("connection closed")


async def send_in_time(streams: Sequence[Stream], rng: random.Random, late_s: list[float]) -> None:
    """Let each stream send every 10 ms, at a phase of its own, until cancelled."""
    clock = asyncio.get_running_loop().time
    # In the order of their phases they are due in turn.
    phases = sorted(rng.uniform(0, _CHUNK_S) for _ in streams)
    started = clock()
    for n in itertools.count():
        for phase, stream in zip(phases, streams, strict=True):
            due = started + n * _CHUNK_S + phase
            if due > clock():
                await asyncio.sleep(due - clock())
            stream.send()
        late_s.append(clock() - due)
        await asyncio.sleep(0)


@dataclass(frozen=True, slots=True)
class Step:
    """What so many streams did; times in ms, CPU in cores."""

    n_streams: int
    lag_p50: float
    lag_p99: float
    server_cpu: float
    client_cpu: float
    seen: Seen

    @property
    def late_p99(self) -> float:
        """By how much this program sent late."""
        return 1000 * float(np.percentile(self.seen.late_s, 99))

    def broken(self) -> Iterator[str]:
        """Yield what broke, if anything did."""
        if self.lag_p99 >= _MAX_LAG_MS:
            yield f"the event loop lags by {self.lag_p99:.0f} ms (p99)"
        if (after_stop_ms := spread(self.seen.after_stop_s).p95) > _MAX_AFTER_STOP_MS:
            yield f"the server falls behind: transcripts after {after_stop_ms:.0f} ms (p95)"
        if self.seen.wrong:
            yield f"{self.seen.wrong} transcripts are not those of the command alone"
        for reason in sorted(set(self.seen.lost)):
            yield f"{self.seen.lost.count(reason)} utterances lost: {reason}"
        if self.late_p99 > _MAX_LATE_MS:
            yield "this program sends late; the server may not be what broke"

    def row(self) -> list[str]:
        """Write the figures; `_HEADER` says what they are."""
        seen = self.seen
        return [
            str(self.n_streams),
            f"{milliseconds(self.lag_p50)} / {milliseconds(self.lag_p99)}",
            f"{100 * self.server_cpu:.0f} %",
            f"{1000 * self.server_cpu / self.n_streams:.1f}",
            f"{seen.answers} / {seen.wrong} / {len(seen.lost)}",
            str(spread(seen.after_stop_s)),
            f"{100 * self.client_cpu:.0f} %, {milliseconds(self.late_p99)}",
        ]


_HEADER: Final = (
    "streams",
    "loop lag p50 / p99, ms",
    "server's CPU, of a core",
    "CPU, ms per s of a stream",
    "answered / wrong / lost",
    "after audio-stop p50 / p95 / max, ms",
    "this program: CPU, late p99 in ms",
)


async def step(server: ServerUnderTest, house: House, n_streams: int, seconds: float) -> Step:
    """Let so many streams live for a while, and measure in the middle of it."""
    loop = asyncio.get_running_loop()
    rng = random.Random(n_streams)
    seen = Seen()
    n_speaking = max(1, round(house.share * n_streams))
    n_chunks = round(seconds / _CHUNK_S)

    def spoken(n: int) -> Iterator[Script]:
        return itertools.islice(itertools.cycle(house.commands), n, None)

    def silent() -> Iterator[Script]:
        start = rng.randrange(len(house.noise))
        chunks = list(itertools.islice(itertools.cycle(house.noise), start, start + n_chunks))
        return itertools.repeat(Script(chunks, ""))

    streams = [
        Stream(server.uri, spoken(n) if n < n_speaking else silent(), seen)
        for n in range(n_streams)
    ]
    rng.shuffle(streams)
    async with asyncio.TaskGroup() as tasks:
        sending = tasks.create_task(send_in_time(streams, rng, seen.late_s))
        async with asyncio.TaskGroup() as living:
            # One who hears silence sends one stretch of it, which begins within the ramp.
            until = loop.time() + seconds
            for stream in streams:
                living.create_task(stream.run(until, rng))
            await asyncio.sleep(_RAMP_S)
            started, used_s, own_s = loop.time(), server.cpu_s, time.process_time()
            seen.late_s.clear()
            await asyncio.sleep(until - loop.time())
            ended = loop.time()
            used_s, own_s = server.cpu_s - used_s, time.process_time() - own_s
        sending.cancel()
    lags_s = server.lags_s(started, ended)
    p50, p99 = (1000 * float(x) for x in np.percentile(lags_s, (50, 99)))
    return Step(n_streams, p50, p99, used_s / (ended - started), own_s / (ended - started), seen)


async def alone(uri: str, commands: Sequence[Command]) -> list[Script]:
    """Ask for each command once; what the server says is right from then on."""
    return [
        Script(
            encoded(command.samples),
            (await wyoming_client.transcribe(uri, [command.samples], language="en")).text.strip(),
        )
        for command in commands
    ]


async def ramp(given: argparse.Namespace) -> None:
    """Measure one number of streams after the other, and print what broke."""
    recorded = [Command(one.path.name, one.text, one.samples) for one in COMMANDS]
    commands = in_room(recorded, Room(floor_db=_FLOOR_DB), seed=1)
    rng = np.random.default_rng(2)
    noise = encoded(pink_noise(_NOISE_S * SAMPLE_RATE, 10 ** (_FLOOR_DB / 20), rng))
    with tempfile.TemporaryDirectory() as folder:
        server = ServerUnderTest(probed(given.model, Path(folder) / "lags"))
        try:
            await server.startup(commands[0])
            scripts = await alone(server.uri, commands)
            right = sum(s.answer == c.text for s, c in zip(scripts, commands, strict=True))
            print(
                f"Alone, {right} of {len(commands)} commands are understood to the letter.\n",
                flush=True,
            )
            house = House(scripts, noise, given.speaking)
            steps = [await step(server, house, n, given.seconds) for n in given.streams]
        finally:
            server.stop()
    print(table(_HEADER, (one.row() for one in steps)))
    for one in steps:
        for what in one.broken():
            print(f"\n{one.n_streams} streams: {what}")


def main() -> None:
    """Print a table with a row for each number of streams."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--streams", type=int, nargs="+", default=[100, 200, 400, 800])
    parser.add_argument("--speaking", type=float, default=0.05, help="which share of them speaks")
    parser.add_argument("--seconds", type=float, default=8, help="how long each number is kept up")
    parser.add_argument("--model", type=Path, default=Path("home-en"))
    asyncio.run(ramp(parser.parse_args()))


if __name__ == "__main__":
    main()
