"""Each event of Wyoming 1.10 through the wyoming package's own client, and what it is answered.

The rows are those of the protocol's tables: what a client may send, what a server may answer, and
what becomes of what no client should send.
"""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pytest
from recordings import COMMANDS
from server_process import ServerProcess
from wyoming.asr import Transcribe, Transcript
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.client import AsyncTcpClient
from wyoming.error import Error
from wyoming.event import Event
from wyoming.info import Describe, Info, SelectProgram
from wyoming.ping import Ping, Pong
from wyoming.user_event import UserEvent
from wyoming.vad import VoiceStarted, VoiceStopped
from wyoming.wake import Detection

from wyoming_whisper.audio.pcm import mono_to_pcm16

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SPEECH: Final = mono_to_pcm16(COMMANDS[0].samples)
SILENCE: Final = mono_to_pcm16(np.zeros(16_000, np.float32))
START: Final = AudioStart(16_000, 2, 1).event()
STOP: Final = AudioStop().event()
DONE: Final = Ping("done").event()
"""Its pong comes behind all that was answered at once."""

ANSWER: Final = ["transcript-start", "transcript-chunk", "transcript", "transcript-stop"]
EMPTY: Final = ["transcript-start", "transcript", "transcript-stop"]
REFUSED: Final = ["error", "transcript"]


def chunks(pcm: bytes, size: int = 2_048) -> list[Event]:
    return [
        AudioChunk(16_000, 2, 1, pcm[start : start + size]).event()
        for start in range(0, len(pcm), size)
    ]


SPOKEN: Final = [START, *chunks(SPEECH), STOP]


@pytest.fixture(scope="module")
def server() -> Iterator[ServerProcess]:
    process = ServerProcess(
        "--uri", "tcp://127.0.0.1:0", "--model", "home-en", "--no-zeroconf", "--endpointing", "2"
    )
    try:
        process.wait_for("ready: ")
        yield process
    finally:
        process.stop()


async def conversation(
    server: ServerProcess, events: Sequence[Event], n_answers: int
) -> list[Event]:
    """Send events, and return so many answers."""
    host, port = server.address
    async with AsyncTcpClient(host, port) as client, asyncio.timeout(30):
        for event in events:
            await client.write_event(event)
        answers = [await client.read_event() for _ in range(n_answers)]
    return [answer for answer in answers if answer is not None]


def audio(event_type: str, **fields: object) -> Event:
    known: dict[str, Any] = {"rate": 16_000, "width": 2, "channels": 1}
    return Event(event_type, known | fields, b"\0\0" if event_type == "audio-chunk" else None)


VOICED: Final = ["voice-started", "voice-stopped", *ANSWER]
ROWS: Final[dict[str, tuple[list[Event], list[str]]]] = {
    "describe": ([Describe().event()], ["info"]),
    "ping": ([Ping("a").event()], ["pong"]),
    "ping without text": ([Ping().event()], ["pong"]),
    "an utterance": (SPOKEN, VOICED),
    "with transcribe": ([Transcribe(language="en").event(), *SPOKEN], VOICED),
    "with its name": ([Transcribe(name="home-en").event(), *SPOKEN], VOICED),
    "with a model nobody has": ([Transcribe(name="huge").event(), *SPOKEN], VOICED),
    "with context": ([Transcribe(context={"a": [1]}).event(), *SPOKEN], VOICED),
    "with sensitivity": ([Transcribe(vad_sensitivity="relaxed").event(), *SPOKEN], VOICED),
    "with names": (
        [Transcribe(transcript_names=["Ada"], transcript_terms=["lamp"]).event(), *SPOKEN], VOICED,
    ),
    "select-program": ([SelectProgram("wyoming-whisper").event(), *SPOKEN], VOICED),
    "select-program of nobody's": ([SelectProgram("other").event(), *SPOKEN], VOICED),
    "without audio-start": ([*chunks(SPEECH), STOP], VOICED),
    "audio-stop alone": ([STOP], ["transcript"]),
    "no audio": ([START, STOP], EMPTY),
    "silence": ([START, *chunks(SILENCE), STOP], EMPTY),
    "odd chunks": ([START, *chunks(SPEECH, 333), STOP], VOICED),
    "without audio-stop": ([START, *chunks(SPEECH + 3 * SILENCE)], VOICED),
    "two utterances": ([*SPOKEN, *SPOKEN], [*VOICED, *VOICED]),
    "audio-start in the middle": ([*SPOKEN[:-1], *SPOKEN], [*VOICED, *VOICED]),
    "transcribe in the middle": (
        [*SPOKEN[:-1], Transcribe(language="de").event(), STOP, START, STOP],
        [*VOICED, "error", "transcript"],
    ),
    # What means something to others.
    "user-event": ([UserEvent("button").event(), DONE], ["pong"]),
    "detection": ([Detection("ok").event(), DONE], ["pong"]),
    "run-pipeline": ([Event("run-pipeline", {"start_stage": "asr"}), DONE], ["pong"]),
    "streaming-started": ([Event("streaming-started"), DONE], ["pong"]),
    "timer-started": ([Event("timer-started", {"id": "1"}), DONE], ["pong"]),
    "an unknown event": ([Event("future", {"a": 1}, b"x"), DONE], ["pong"]),
    "unknown keys": ([Event("describe", {"a": 1})], ["info"]),
    # What no client should send.
    "a rate of 0": ([audio("audio-start", rate=0), STOP], REFUSED),
    "no rate": ([Event("audio-start", {}), STOP], REFUSED),
    "a width of 9": ([audio("audio-chunk", width=9), STOP], REFUSED),
    "channels in words": ([audio("audio-chunk", channels="two"), STOP], REFUSED),
    "half a channel": ([audio("audio-chunk", channels=0.5), STOP], REFUSED),
    "a language that is none": (
        [Transcribe(language="klingon").event(), START, STOP], ["error", "transcript"],
    ),
    "a language of another model": (
        [Transcribe(language="de").event(), START, STOP], ["error", "transcript"],
    ),
    "a language of no type": (
        [Event("transcribe", {"language": 7}), START, STOP], ["error", "transcript"],
    ),
    "a ping of no type": ([Event("ping", {"text": 7}), DONE], ["error", "pong"]),
}  # fmt: skip


@pytest.mark.parametrize("row", ROWS)
async def test_row(server: ServerProcess, row: str) -> None:
    """The events that come back, in order; and the connection lives on."""
    sent, expected = ROWS[row]
    answers = await conversation(server, [*sent, DONE], len(expected) + 1)
    kinds = [answer.type for answer in answers]
    # The last pong is this test's own, and may come before an answer that takes a decode.
    last = len(kinds) - 1 - kinds[::-1].index("pong")
    assert kinds[:last] + kinds[last + 1 :] == expected


async def test_what_is_in_them(server: ServerProcess) -> None:
    """Every field of every answer, as the package's own classes read it."""
    request = Transcribe(language="en-GB", context={"turn": 1}).event()
    answers = await conversation(server, [request, *SPOKEN], 6)
    started, stopped, start, chunk, transcript, _ = answers
    begin, end = VoiceStarted.from_event(started), VoiceStopped.from_event(stopped)
    assert begin.timestamp is not None
    assert end.timestamp is not None
    assert 0 <= begin.timestamp < end.timestamp <= len(SPEECH) // 32
    assert start.data == {"language": "en", "context": {"turn": 1}}
    assert chunk.data == {"text": COMMANDS[0].text}
    assert Transcript.from_event(transcript) == Transcript(
        COMMANDS[0].text, language="en", context={"turn": 1}
    )
    error, empty = await conversation(server, [audio("audio-start", width=3.5), STOP], 2)
    assert Error.from_event(error).code == "unsupported_audio"
    assert Transcript.from_event(empty).text == ""
    (pong,) = await conversation(server, [Ping("hello").event()], 1)
    assert Pong.from_event(pong).text == "hello"
    (info,) = await conversation(server, [Describe().event()], 1)
    (program,) = Info.from_event(info).asr
    assert program.installed
    assert program.supports_transcript_streaming
    assert not program.requires_external_vad  # for --endpointing
    assert program.models[0].languages == ["en"]


@pytest.mark.parametrize(
    "line",
    [
        b"nonsense\n", b"[]\n", b"{}\n", b'{"type": 7}\n', b'{"type": "ping", "data_length": -1}\n',
        b'{"type": "ping", "data_length": 1.5}\n', b'{"type": "ping", "payload_length": "9"}\n',
        b'{"type": "ping", "payload_length": 9999999999}\n',
        b'{"type": "ping", "data_length": 2}\n[]', b"[" * 3_000 + b"\n", b"{" + b" " * 70_000,
    ],
    ids=str,
)  # fmt: skip
async def test_no_event(server: ServerProcess, line: bytes) -> None:
    """It is answered with an error, and the connection is closed; the next one is served."""
    reader, writer = await asyncio.open_connection(*server.address)
    async with asyncio.timeout(30):
        writer.write(line)
        head = json.loads(await reader.readline())
        data = json.loads(await reader.readexactly(head["data_length"]))
        assert (head["type"], data["code"]) == ("error", "bad_framing")
        assert await reader.read() == b""
    writer.close()
    await conversation(server, [Describe().event()], 1)


@pytest.mark.parametrize(
    "event",
    [
        b'{"type": "describe"}\n', b'{ "type": "describe" }\n',
        b'{"type": "describe", "data": null}\n', b'{"type": "describe", "data": {"a": 1}}\n',
        b'{"type": "describe", "version": "0.1", "data_length": 2}\n{}',
    ],
)  # fmt: skip
async def test_other_ways_to_write_an_event(server: ServerProcess, event: bytes) -> None:
    """Without a version, with data in the line, with none: as older clients do."""
    reader, writer = await asyncio.open_connection(*server.address)
    async with asyncio.timeout(30):
        writer.write(event)
        assert json.loads(await reader.readline())["type"] == "info"
    writer.close()
