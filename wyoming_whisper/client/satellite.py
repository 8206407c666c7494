"""One utterance as a satellite, or Home Assistant on its behalf, sends it."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Final

from wyoming.asr import Transcribe, Transcript
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.error import Error

from wyoming_whisper.audio.pcm import SAMPLE_RATE, mono_to_pcm16
from wyoming_whisper.errors import FramingError, ServerFailed
from wyoming_whisper.protocol.framing import EventDecoder, encode_event
from wyoming_whisper.settings import TcpAddress, parse_uri

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

    from wyoming.event import Event

    from wyoming_whisper.audio.pcm import Block

# Home Assistant's pipeline works in steps of 10 ms.
_CHUNK_SAMPLES: Final = SAMPLE_RATE // 100
_CONNECT_S: Final = 10
_READ_BYTES: Final = 64 * 1024


async def transcribe(
    uri: str, blocks: Iterable[Block], *, language: str | None = None, answer_s: float = 300
) -> Transcript:
    """Send one utterance as fast as it goes, and return its transcript.

    Args:
        uri: Where the server listens.
        blocks: 16 kHz mono, each of shape ``(n_samples,)``.
        language: What to ask for, if anything.
        answer_s: How long to wait for the transcript; Home Assistant's own limit by default.

    Raises:
        ServerFailed: If the server cannot be reached, breaks the protocol, or reports an error.
    """
    try:
        async with asyncio.timeout(_CONNECT_S):
            reader, writer = await _connect(uri)
    except (OSError, TimeoutError) as error:
        raise ServerFailed(f"no server answers at {uri}: {error or 'timed out'}") from error
    try:
        writer.write(encode_event(Transcribe(language=language).event()))
        for event in _utterance(blocks):
            writer.write(encode_event(event))
            await writer.drain()
        async with asyncio.timeout(answer_s):
            return await _transcript(reader)
    except (OSError, TimeoutError, FramingError) as error:
        raise ServerFailed(f"{uri} did not answer: {error or 'timed out'}") from error
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


async def _connect(uri: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    address = parse_uri(uri)
    if isinstance(address, TcpAddress):
        return await asyncio.open_connection(address.host or "localhost", address.port)
    return await asyncio.open_unix_connection(address.path)


def _utterance(blocks: Iterable[Block]) -> Iterable[Event]:
    yield AudioStart(SAMPLE_RATE, 2, 1).event()
    for block in blocks:
        for start in range(0, len(block), _CHUNK_SAMPLES):
            pcm = mono_to_pcm16(block[start : start + _CHUNK_SAMPLES])
            yield AudioChunk(SAMPLE_RATE, 2, 1, pcm).event()
    yield AudioStop().event()


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
