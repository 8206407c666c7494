"""One utterance as a satellite, or Home Assistant on its behalf, sends it."""

from __future__ import annotations

import asyncio
import contextlib
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from wyoming.asr import Transcribe, Transcript
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.error import Error
from wyoming.info import Describe, Info

from wyoming_whisper.audio.pcm import SAMPLE_RATE, mono_to_pcm16
from wyoming_whisper.config.address import UnixAddress, parse_uri
from wyoming_whisper.errors import FramingError, ServerFailed
from wyoming_whisper.wyoming_api.framing import EventDecoder, encode_event

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Iterator

    from wyoming.event import Event

    from wyoming_whisper.audio.pcm import Block

# Home Assistant's pipeline works in steps of 10 ms.
_CHUNK_SAMPLES: Final = SAMPLE_RATE // 100
_CONNECT_S: Final = 10
_READ_BYTES: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said to an utterance.

    Attributes:
        text: The transcript.
        language: Its language, if the server names it.
        after_stop_s: Seconds from sending audio-stop to having the transcript; 0 where it came
            before that.
        answered_s: Seconds from the first chunk to having the transcript.
        late_s: By how many seconds the latest chunk missed its time, if there was one to keep:
            because the server did not take it, or this program was held up.
    """

    text: str
    language: str | None
    after_stop_s: float
    answered_s: float
    late_s: float


async def transcribe(
    uri: str,
    blocks: Iterable[Block],
    *,
    language: str | None = None,
    real_time: bool = False,
    leaves_at_answer: bool = False,
    answer_s: float = 300,
) -> Answer:
    """Send one utterance on a connection of its own, and return the answer.

    Args:
        uri: Where the server listens.
        blocks: 16 kHz mono, each of shape ``(n_samples,)``.
        language: What to ask for, if anything.
        real_time: Send each 10 ms when they would have been spoken, not as fast as it goes.
        leaves_at_answer: Read while sending, and leave as soon as there is an answer, as Home
            Assistant does from 2026.10 on; before that, it reads behind audio-stop.
        answer_s: How long to wait for the transcript; Home Assistant's own limit by default.

    Raises:
        ServerFailed: If the server cannot be reached, breaks the protocol, or reports an error.
    """
    reader, writer = await _connect(uri)
    clock = asyncio.get_running_loop().time
    started = clock()
    progress = _Progress()
    upload = asyncio.create_task(_upload(writer, blocks, language, progress, real_time=real_time))
    try:
        if not leaves_at_answer:
            await upload
        async with asyncio.timeout(answer_s):
            transcript = await _transcript(reader)
        answered = clock()
        after_stop_s = max(0.0, answered - progress.stopped_at)
        return Answer(
            transcript.text, transcript.language, after_stop_s, answered - started, progress.late_s
        )
    except (OSError, TimeoutError, FramingError) as error:
        raise ServerFailed(f"{uri} did not answer: {str(error) or 'timed out'}") from error
    finally:
        upload.cancel()
        # Where it failed, so did the answer, and that was told.
        await asyncio.gather(upload, return_exceptions=True)
        await _close(writer)


@dataclass(slots=True)
class _Progress:
    """How far an upload is: when audio-stop was sent, and by how much a chunk was late."""

    stopped_at: float = math.inf
    late_s: float = 0.0


async def _upload(
    writer: asyncio.StreamWriter,
    blocks: Iterable[Block],
    language: str | None,
    progress: _Progress,
    *,
    real_time: bool,
) -> None:
    clock = asyncio.get_running_loop().time
    writer.write(encode_event(Transcribe(language=language).event()))
    writer.write(encode_event(AudioStart(SAMPLE_RATE, 2, 1).event()))
    due = clock()
    for chunk in _chunks(blocks):
        writer.write(encode_event(AudioChunk(SAMPLE_RATE, 2, 1, mono_to_pcm16(chunk)).event()))
        await writer.drain()
        due += len(chunk) / SAMPLE_RATE
        if real_time:
            await asyncio.sleep(due - clock())
            progress.late_s = max(progress.late_s, clock() - due)
    writer.write(encode_event(AudioStop().event()))
    progress.stopped_at = clock()


async def describe(uri: str, *, answer_s: float = 1) -> Info:
    """Ask a server what it offers, as Home Assistant does before it adds one.

    Raises:
        ServerFailed: If it does not say so in time, or offers no speech to text.
    """
    reader, writer = await _connect(uri)
    try:
        writer.write(encode_event(Describe().event()))
        async with asyncio.timeout(answer_s):
            async for event in _events(reader):
                if Info.is_type(event.type) and event.data.get("asr"):
                    return Info.from_event(event)
        raise ServerFailed(f"{uri} offers no speech to text")
    except (OSError, TimeoutError, FramingError) as error:
        raise ServerFailed(f"{uri} did not answer: {str(error) or 'timed out'}") from error
    finally:
        await _close(writer)


async def _connect(uri: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Connect; what listens everywhere is reached on the loopback."""
    address = parse_uri(uri)
    try:
        async with asyncio.timeout(_CONNECT_S):
            if isinstance(address, UnixAddress):
                return await asyncio.open_unix_connection(address.path)
            return await asyncio.open_connection(address.host_here, address.port)
    except (OSError, TimeoutError) as error:
        raise ServerFailed(f"no server answers at {uri}: {str(error) or 'timed out'}") from error


async def _close(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()


def _chunks(blocks: Iterable[Block]) -> Iterator[Block]:
    for block in blocks:
        for start in range(0, len(block), _CHUNK_SAMPLES):
            yield block[start : start + _CHUNK_SAMPLES]


async def _transcript(reader: asyncio.StreamReader) -> Transcript:
    """Read up to the transcript; an error in front of it is why it is empty."""
    failure: Error | None = None
    async for event in _events(reader):
        if Error.is_type(event.type):
            failure = Error.from_event(event)
        elif Transcript.is_type(event.type):
            if failure is not None:
                break
            return Transcript.from_event(event)
    if failure is not None:
        raise ServerFailed(f"the server reports: {failure.text} ({failure.code})")
    raise ConnectionResetError("connection closed")


async def _events(reader: asyncio.StreamReader) -> AsyncIterator[Event]:
    decoder = EventDecoder()
    while data := await reader.read(_READ_BYTES):
        for event in decoder.feed(data):
            yield event
