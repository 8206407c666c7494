"""Connections, with a detector of loudness and an engine that says how much it was given."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from typing import TYPE_CHECKING, Final

import pytest
from fakes import (
    INFO,
    FakeEngine,
    new_lifecycle,
    new_program,
    new_recognizer,
    silence,
    tone,
)
from wyoming.asr import Transcribe, Transcript, TranscriptChunk
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.error import Error
from wyoming.event import Event, async_read_event, async_write_event
from wyoming.info import Describe, Info
from wyoming.ping import Ping, Pong

from wyoming_whisper.audio.pcm import mono_to_pcm16
from wyoming_whisper.config.address import TcpAddress, UnixAddress
from wyoming_whisper.engines.threaded import ThreadedEngine
from wyoming_whisper.errors import ClientGone, EngineFailed
from wyoming_whisper.recognition.end_of_turn import EarlyAnswers, EndpointingLimits, TurnEnd
from wyoming_whisper.recognition.turn_watch import TurnOptions
from wyoming_whisper.system.listeners import open_listeners
from wyoming_whisper.values import DecodeOptions, Task
from wyoming_whisper.wyoming_api.server import WyomingServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from wyoming_whisper.audio.pcm import Block
    from wyoming_whisper.config.address import Address
    from wyoming_whisper.recognition.recognizer import Recognizer

START: Final = AudioStart(16_000, 2, 1).event()
STOP: Final = AudioStop().event()
STREAMED: Final = ("transcript-start", "transcript-chunk", "transcript")
HALF_A_SECOND: Final = TurnOptions(None, EndpointingLimits(8_000))
STREAMING: Final = {"transcript-start", "transcript-chunk", "transcript-stop"}
# 300 ms of pre-roll that there is no audio for, 1 s of speech to the next window, 200 ms of tail.
ONE_SECOND: Final = "1224 ms"


class Server:
    """A server of fakes, for the length of a test."""

    def __init__(
        self, engine: FakeEngine, *, max_queued: int = 64, turn: TurnOptions | None = None
    ) -> None:
        self.engine = engine
        self.turn = turn
        self.lifecycle = new_lifecycle(max_queued=max_queued)
        self.port = 0
        self.recognizer: Recognizer
        self.wyoming: WyomingServer

    @contextlib.asynccontextmanager
    async def running(self, *addresses: Address) -> AsyncIterator[Server]:
        program = new_program(self.lifecycle, decoding=DecodeOptions(), turn=self.turn)
        self.recognizer = new_recognizer(program)
        self.wyoming = WyomingServer(self.recognizer, lambda: INFO)
        listeners = open_listeners(addresses or [TcpAddress("127.0.0.1", 0)])
        self.port = 0 if addresses else listeners[0].getsockname()[1]
        await self.wyoming.start(listeners)
        decoding = asyncio.create_task(self.lifecycle.work(ThreadedEngine(self.engine)))
        try:
            yield self
        finally:
            if self.engine.gate is not None:
                self.engine.gate.set()
            self.wyoming.stop_accepting()
            await self.wyoming.close()
            decoding.cancel()
            await asyncio.gather(decoding, return_exceptions=True)

    async def connect(self) -> Client:
        return Client(*await asyncio.open_connection("127.0.0.1", self.port))


class Client:
    """A peer on the wyoming package's own reader and writer."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def send(self, *events: Event) -> None:
        for event in events:
            await async_write_event(event, self.writer)

    async def say(self, block: Block, *, rate: int = 16_000) -> None:
        await self.send(AudioStart(rate, 2, 1).event(), *chunks(block, rate=rate), STOP)

    async def receive_any(self) -> Event:
        async with asyncio.timeout(20):
            event = await async_read_event(self.reader)
        assert event is not None, "the server closed the connection"
        return event

    async def receive(self) -> Event:
        """Receive as Home Assistant does, which has no use for a transcript in pieces."""
        while (event := await self.receive_any()).type in STREAMING:
            pass
        return event

    async def transcript(self) -> str:
        return Transcript.from_event(await self.receive()).text

    async def expect(self, *types: str) -> list[Event]:
        events = [await self.receive() for _ in types]
        assert [event.type for event in events] == list(types)
        return events

    async def ended(self) -> bool:
        async with asyncio.timeout(20):
            return await self.reader.read() == b""

    async def close(self) -> None:
        self.writer.close()
        with contextlib.suppress(ConnectionError):
            await self.writer.wait_closed()


def chunks(block: Block, *, rate: int = 16_000) -> list[Event]:
    pcm = mono_to_pcm16(block)
    step = rate // 50
    return [
        AudioChunk(rate, 2, 1, pcm[start : start + step]).event()
        for start in range(0, len(pcm), step)
    ]


async def until(condition: Callable[[], object]) -> None:
    """Let the loop go round until something that will happen has happened."""
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110 - the server tells nobody of its insides
            await asyncio.sleep(0.001)


async def test_utterance() -> None:
    """An utterance is answered with its transcript, in the language of the model."""
    async with Server(FakeEngine()).running() as server:
        client = await server.connect()
        await client.say(tone(1))
        (event,) = await client.expect("transcript")
        assert Transcript.from_event(event) == Transcript(text=ONE_SECOND, language="en")
        await client.close()


async def test_transcript_in_pieces() -> None:
    """A segment's text goes out while the speaker goes on, and the whole behind the end."""
    async with Server(FakeEngine()).running() as server:
        client = await server.connect()
        await client.send(START, *chunks(tone(1)), *chunks(silence(1.5)), *chunks(tone(0.5)))
        start, chunk = [await client.receive_any() for _ in range(2)]
        assert (start.type, start.data["language"]) == ("transcript-start", "en")
        first = TranscriptChunk.from_event(chunk).text
        await client.send(STOP)
        chunk, transcript, stop = [await client.receive_any() for _ in range(3)]
        second = TranscriptChunk.from_event(chunk).text
        assert (first, second[0]) == (ONE_SECOND, " ")
        assert Transcript.from_event(transcript).text == first + second
        assert stop.type == "transcript-stop"
        await client.close()


async def test_the_server_finds_the_end() -> None:
    """It says when it hears speech, answers behind the silence, and drops the rest unread."""
    async with Server(FakeEngine(), turn=HALF_A_SECOND).running() as server:
        client = await server.connect()
        speech = [*chunks(silence(0.5)), *chunks(tone(1)), *chunks(silence(0.6))]
        await client.send(START, *speech)
        events = [await client.receive_any() for _ in range(6)]
        assert [event.type for event in events] == [
            "voice-started", "voice-stopped", *STREAMED, "transcript-stop",
        ]  # fmt: skip
        assert events[0].data["timestamp"] == pytest.approx(500, abs=32)
        assert events[1].data["timestamp"] == pytest.approx(1_500, abs=32)
        text = Transcript.from_event(events[4]).text
        # A client that talks on, as long as it likes, is not answered again,
        await client.send(*speech, *speech, Ping().event())
        await client.expect("pong")
        # and its next utterance is, behind its audio-stop or without one.
        await client.send(STOP, START, *speech)
        voice = [(await client.receive_any()).type for _ in range(2)]
        assert voice == ["voice-started", "voice-stopped"]
        assert await client.transcript() == text
        await client.send(START, *speech)
        await client.expect("voice-started", "voice-stopped", "transcript")
        await client.close()
        counters = server.recognizer.accounting
        assert counters.turn_ends[TurnEnd.SILENCE] == 3
        await until(lambda: counters.cuts)
        assert (counters.cuts, counters.failed) == (1, 0)


async def test_nobody_speaks() -> None:
    """A client that sends nothing but silence, and never ends, gets an empty transcript."""
    limits = EndpointingLimits(8_000, no_speech=16_000)
    async with Server(FakeEngine(), turn=TurnOptions(None, limits)).running() as server:
        client = await server.connect()
        await client.send(START, *chunks(silence(1.5)))
        assert await client.transcript() == ""
        await client.close()


async def test_somebody_speaks_on_and_on() -> None:
    """Where there is no silence, the longest command ends it."""
    limits = EndpointingLimits(8_000, longest=16_000)
    async with Server(FakeEngine(), turn=TurnOptions(None, limits)).running() as server:
        client = await server.connect()
        await client.send(START, *chunks(tone(1.5)))
        voice = [(await client.receive_any()).type for _ in range(2)]
        assert voice == ["voice-started", "voice-stopped"]
        assert await client.transcript() != ""
        await client.close()


@pytest.mark.parametrize(
    ("sensitivity", "end"), [("default", TurnEnd.SILENCE), ("relaxed", TurnEnd.CLIENT)]
)
async def test_sensitivity(sensitivity: str, end: TurnEnd) -> None:
    """A client that wants it relaxed may pause for longer."""
    async with Server(FakeEngine(), turn=HALF_A_SECOND).running() as server:
        client = await server.connect()
        await client.send(Event("transcribe", {"vad_sensitivity": sensitivity}), START)
        await client.send(*chunks(tone(0.5)), *chunks(silence(0.7)), STOP)
        await client.expect("voice-started", "voice-stopped", "transcript")
        assert server.recognizer.accounting.turn_ends[end] == 1
        await client.close()


async def test_early_answers() -> None:
    """Home Assistant reads while it sends, and leaves: nothing is lost, and nobody complains."""
    silence_s = TurnOptions(EarlyAnswers(4_800, 4_800, 4_800))
    async with Server(FakeEngine(), turn=silence_s).running() as server:
        for leaves in (True, False):
            client = await server.connect()
            await client.send(START, *chunks(tone(1)))
            sending = asyncio.create_task(in_real_time(client, silence(2)))
            (event,) = await client.expect("transcript")
            assert Transcript.from_event(event).text == ONE_SECOND
            assert not sending.done()
            sending.cancel()
            if not leaves:  # before 2026.10 it sent everything, and read then
                await client.send(*chunks(silence(0.5)), STOP)
                await client.say(tone(1))
                assert await client.transcript() == ONE_SECOND
            await client.close()
        await until(lambda: not server.wyoming._connections)
        counters = server.recognizer.accounting
        assert counters.turn_ends[TurnEnd.SILENCE] == 2
        assert (counters.cuts, counters.failed, counters.answered) == (0, 0, 3)


async def in_real_time(client: Client, block: Block) -> None:
    for chunk in chunks(block):
        await client.send(chunk)
        await asyncio.sleep(0.02)


async def test_a_shutdown_behind_an_early_answer() -> None:
    """Who is answered, and talks on, keeps nobody from leaving."""
    async with Server(FakeEngine(), turn=HALF_A_SECOND).running() as server:
        client = await server.connect()
        await client.send(START, *chunks(tone(1)), *chunks(silence(0.6)))
        await client.expect("voice-started", "voice-stopped", "transcript")
        async with asyncio.timeout(5):
            await server.wyoming.finish_utterances()
            await server.wyoming.close()
        await client.close()


async def test_utterances_are_counted() -> None:
    """The owner's counters hold what was answered, and what failed."""
    async with Server(FakeEngine()).running() as server:
        client = await server.connect()
        await client.say(tone(1))
        await client.transcript()
        server.engine.error = ValueError("broken")
        await client.say(tone(1))
        await client.expect("error", "transcript")
        counters = server.recognizer.accounting
        assert counters.requests == {
            ("wyoming", Task.TRANSCRIBE, None): 1,
            ("wyoming", Task.TRANSCRIBE, EngineFailed): 1,
        }
        assert counters.segments == 1
        assert counters.answered_s.cumulative[-1] == 1
        assert 0 < counters.answered_s.sum < 5
        assert counters.request_s["wyoming"].cumulative[-1] == 2
        await client.close()


async def test_who_hangs_up_is_counted() -> None:
    """An utterance whose client leaves before its answer is counted as such."""
    async with Server(FakeEngine()).running() as server:
        client = await server.connect()
        await client.send(AudioStart(16_000, 2, 1).event(), *chunks(tone(1)))
        await client.close()
        counters = server.recognizer.accounting
        await until(lambda: counters.requests)
        assert counters.requests == {("wyoming", Task.TRANSCRIBE, ClientGone): 1}


async def test_language_reaches_the_engine() -> None:
    """The language of a transcribe event is the one decoded with."""
    engine = FakeEngine()
    async with Server(engine).running() as server:
        client = await server.connect()
        await client.send(Transcribe(language="de-AT").event())
        await client.say(tone(1))
        await client.transcript()
        assert engine.batches[0][0].options.language == "de"
        await client.close()


async def test_silence_never_reaches_the_engine() -> None:
    """An utterance without speech is answered at once, with nothing."""
    engine = FakeEngine()
    async with Server(engine).running() as server:
        client = await server.connect()
        await client.say(silence(2))
        assert await client.transcript() == ""
        assert engine.batches == []
        await client.close()


async def test_several_utterances_on_one_connection() -> None:
    """Utterances sent without waiting are answered in order."""
    async with Server(FakeEngine()).running() as server:
        client = await server.connect()
        for seconds in (1, 2, 3):
            await client.say(tone(seconds))
        lengths = [int((await client.transcript()).split()[0]) for _ in range(3)]
        assert lengths == sorted(lengths)
        assert len(set(lengths)) == 3
        await client.close()


async def test_reading_never_waits_for_decoding() -> None:
    """While the engine is busy, the same connection gets its pong and its description."""
    engine = FakeEngine(gate=threading.Event())
    async with Server(engine).running() as server:
        client = await server.connect()
        await client.say(tone(1))
        await until(lambda: engine.batches)
        await client.send(Ping("there?").event(), Describe().event())
        pong, info = await client.expect("pong", "info")
        assert Pong.from_event(pong).text == "there?"
        assert Info.from_event(info).asr[0].name == INFO.default.name
        assert engine.gate is not None
        engine.gate.set()
        assert await client.transcript() == ONE_SECOND
        await client.close()


async def test_hang_up_during_decode(caplog: pytest.LogCaptureFixture) -> None:
    """A hang-up frees the queue, logs one line, and its neighbour notices nothing."""
    caplog.set_level(logging.INFO, "wyoming_whisper")
    engine = FakeEngine(gate=threading.Event())
    async with Server(engine).running() as server:
        busy, leaver, neighbour = [await server.connect() for _ in range(3)]
        await busy.say(tone(1))
        await until(lambda: engine.batches)
        await leaver.say(tone(2))
        await until(lambda: server.lifecycle.queue.stats.submitted == 2)
        await leaver.close()
        await until(lambda: any("hung up" in message for message in caplog.messages))
        await neighbour.say(tone(1))
        assert engine.gate is not None
        engine.gate.set()
        assert await busy.transcript() == ONE_SECOND
        assert await neighbour.transcript() == ONE_SECOND
        assert len(engine.batches) == 2
        assert server.lifecycle.queue.stats.dropped == 1
        assert [m for m in caplog.messages if "hung up" in m] == ["[2] hung up on 1 utterances"]
        await busy.close()
        await neighbour.close()


async def test_hang_up_in_an_event(caplog: pytest.LogCaptureFixture) -> None:
    """A stream that ends inside an event is one line in the log."""
    caplog.set_level(logging.INFO, "wyoming_whisper")
    async with Server(FakeEngine()).running() as server:
        client = await server.connect()
        client.writer.write(b'{"type": "audio-chunk", "payload_length": 10}\nabc')
        await client.writer.drain()
        await client.close()
        await until(lambda: "[1] left in the middle of an event" in caplog.messages)


async def test_reset(caplog: pytest.LogCaptureFixture) -> None:
    """A reset connection is one line in the log, and the server lives."""
    caplog.set_level(logging.INFO, "wyoming_whisper")
    engine = FakeEngine(gate=threading.Event())
    async with Server(engine).running() as server:
        client = await server.connect()
        await client.send(Ping().event())  # its answer stays unread, so that closing resets
        await client.say(tone(1))
        await until(lambda: engine.batches)
        client.writer.transport.abort()
        await until(lambda: any("[1]" in message for message in caplog.messages))
        assert engine.gate is not None
        engine.gate.set()
        other = await server.connect()
        await other.say(tone(1))
        assert await other.transcript() == ONE_SECOND
        await other.close()


async def test_framing_error() -> None:
    """What is no event is answered with an error, and the connection is closed."""
    async with Server(FakeEngine()).running() as server:
        client = await server.connect()
        client.writer.write(b"GET / HTTP/1.1\r\n" + b"x" * 100_000)
        (event,) = await client.expect("error")
        assert Error.from_event(event).code == "bad_framing"
        assert await client.ended()
        await client.close()


async def test_events_before_a_framing_error_are_served() -> None:
    """Events in front of the offence are answered."""
    async with Server(FakeEngine()).running() as server:
        client = await server.connect()
        client.writer.write(b'{"type": "ping"}\n{"type": 7}\n')
        await client.expect("pong", "error")
        assert await client.ended()
        await client.close()


async def test_engine_failure() -> None:
    """A failed decode is an error and an empty transcript, and the next utterance is served."""
    engine = FakeEngine(error=RuntimeError("boom"))
    async with Server(engine).running() as server:
        client = await server.connect()
        await client.say(tone(1))
        error, transcript = await client.expect("error", "transcript")
        assert Error.from_event(error).code == "engine_failed"
        assert "boom" not in Error.from_event(error).text
        assert Transcript.from_event(transcript).text == ""
        engine.error = None
        await client.say(tone(1))
        assert await client.transcript() == ONE_SECOND
        await client.close()


async def test_overload() -> None:
    """Above the queue's bound an utterance is refused, and those accepted are served."""
    engine = FakeEngine(gate=threading.Event())
    async with Server(engine, max_queued=1).running() as server:
        clients = [await server.connect() for _ in range(3)]
        await clients[0].say(tone(1))
        await until(lambda: engine.batches)
        await clients[1].say(tone(1))
        await until(lambda: server.lifecycle.queue.stats.submitted == 2)
        await clients[2].say(tone(1))
        error, _ = await clients[2].expect("error", "transcript")
        assert Error.from_event(error).code == "overloaded"
        assert engine.gate is not None
        engine.gate.set()
        for client in clients[:2]:
            assert await client.transcript() == ONE_SECOND
        for client in clients:
            await client.close()


async def test_utterance_refused_before_its_end() -> None:
    """When a closed segment is refused, the rest of the utterance is dropped: one transcript."""
    engine = FakeEngine(gate=threading.Event())
    async with Server(engine, max_queued=1).running() as server:
        busy, client = await server.connect(), await server.connect()
        for seconds in (1, 2):
            await busy.say(tone(seconds))
            await until(lambda: engine.batches)
        await until(lambda: server.lifecycle.queue.stats.submitted == 2)
        await client.send(START, *chunks(tone(1)), *chunks(silence(2)))
        await client.expect("error", "transcript")
        await client.send(*chunks(tone(1)), STOP, Ping().event())
        await client.expect("pong")
        await busy.close()
        await client.close()


@pytest.mark.parametrize("fields", [{"rate": 0}, {"width": 5}, {"channels": "2"}, {"rate": 10**9}])
async def test_unsupported_audio(fields: dict[str, object]) -> None:
    """An impossible format ends the utterance with an error; the connection lives."""
    async with Server(FakeEngine()).running() as server:
        client = await server.connect()
        data = {"rate": 16_000, "width": 2, "channels": 1} | fields
        await client.send(Event("audio-start", data), *chunks(tone(1)), STOP)
        error, transcript = await client.expect("error", "transcript")
        assert Error.from_event(error).code == "unsupported_audio"
        assert Transcript.from_event(transcript).text == ""
        await client.say(tone(1))
        assert await client.transcript() == ONE_SECOND
        await client.close()


async def test_bad_chunk_in_an_utterance() -> None:
    """A chunk in an impossible format ends the open utterance."""
    async with Server(FakeEngine()).running() as server:
        client = await server.connect()
        bad = Event("audio-chunk", {"rate": 16_000, "width": 2, "channels": 0}, b"\0\0")
        await client.send(START, *chunks(tone(1)), bad, *chunks(tone(1)), STOP)
        await client.expect("error", "transcript")
        await client.say(tone(1))
        assert await client.transcript() == ONE_SECOND
        await client.close()


async def test_one_large_chunk_at_another_rate() -> None:
    """A whole recording in one chunk of 48 kHz is understood like any other."""
    async with Server(FakeEngine()).running() as server:
        client = await server.connect()
        pcm = mono_to_pcm16(tone(1).repeat(3))
        await client.send(
            AudioStart(48_000, 2, 1).event(), AudioChunk(48_000, 2, 1, pcm).event(), STOP
        )
        assert await client.transcript() == ONE_SECOND
        await client.close()


async def test_fast_upload_waits_for_recognition() -> None:
    """An upload far ahead of its recognition is taken in whole, however long that takes."""
    async with Server(FakeEngine()).running() as server:
        client = await server.connect()
        minute = AudioChunk(48_000, 4, 2, bytes(48_000 * 8 * 10)).event()
        await client.send(START, *([minute] * 6), *chunks(tone(1)), STOP)
        assert (await client.transcript()).endswith(" ms")
        await client.close()


async def test_many_unanswered_utterances() -> None:
    """More utterances than may be unanswered are all answered, in order."""
    async with Server(FakeEngine()).running() as server:
        client = await server.connect()
        sending = asyncio.create_task(client.send(*[START, *chunks(tone(0.2)), STOP] * 50))
        texts = [await client.transcript() for _ in range(50)]
        assert len(set(texts)) == 1
        await sending
        await client.close()


async def test_early_close_by_the_client_is_no_error(caplog: pytest.LogCaptureFixture) -> None:
    """A client that leaves on its transcript leaves no trace at INFO but its one line."""
    caplog.set_level(logging.INFO)
    async with Server(FakeEngine()).running() as server:
        client = await server.connect()
        await client.say(tone(1))
        await client.transcript()
        await client.close()
        await server.wyoming.finish_utterances()
    (line,) = [r.message for r in caplog.records if r.name.startswith("wyoming_whisper")]
    assert line.startswith("[1] answered ")
    assert ONE_SECOND not in line


async def test_unix_socket(tmp_path: Path) -> None:
    """The same service on a Unix socket."""
    path = tmp_path / "socket"
    async with Server(FakeEngine()).running(UnixAddress(path)):
        client = Client(*await asyncio.open_unix_connection(path))
        await client.say(tone(1))
        assert await client.transcript() == ONE_SECOND
        await client.close()


async def test_shutdown_finishes_what_is_open() -> None:
    """Shutdown waits for utterances that are being spoken or decoded."""
    engine = FakeEngine(gate=threading.Event())
    async with Server(engine).running() as server:
        client = await server.connect()
        await client.send(START, *chunks(tone(1)))
        await client.send(Ping().event())
        await client.expect("pong")
        server.wyoming.stop_accepting()
        finishing = asyncio.create_task(server.wyoming.finish_utterances())
        await client.send(STOP)
        await until(lambda: engine.batches)
        assert not finishing.done()
        assert engine.gate is not None
        engine.gate.set()
        assert await client.transcript() == ONE_SECOND
        await finishing
        with pytest.raises(OSError, match="Connect call failed"):
            await server.connect()
        await client.close()


async def test_deadline_answers_what_is_still_open() -> None:
    """At the deadline an open utterance gets an error and an empty transcript before the close."""
    async with Server(FakeEngine()).running() as server:
        client = await server.connect()
        await client.send(START, *chunks(tone(1)), Ping().event())
        await client.expect("pong")
        await server.wyoming.close()
        error, _ = await client.expect("error", "transcript")
        assert Error.from_event(error).code == "shutting_down"
        assert await client.ended()
        await client.close()


async def test_peer_that_does_not_read() -> None:
    """A peer that never reads its answers is not read from, and costs its neighbour nothing."""
    async with Server(FakeEngine()).running() as server:
        deaf, neighbour = await server.connect(), await server.connect()
        deaf.writer.transport.pause_reading()  # type: ignore[attr-defined] # a socket transport
        flood = [Ping("x" * 10_000).event()] * 10_000
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(deaf.send(*flood), 2)
        await neighbour.say(tone(1))
        assert await neighbour.transcript() == ONE_SECOND
        deaf.writer.transport.abort()
        await neighbour.close()
