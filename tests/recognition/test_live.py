"""Live streams: chunks in at a client's pace, the growing transcript out at the recognition's."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Final

import pytest
from fakes import (
    FakeEngine,
    decoding,
    new_lifecycle,
    new_program,
    new_recognizer,
    silence,
    tone,
)
from options import segmenting_options

from wyoming_whisper.audio.pcm import mono_to_pcm16
from wyoming_whisper.audio.pcm_format import PcmFormat
from wyoming_whisper.errors import EngineFailed

if TYPE_CHECKING:
    from wyoming_whisper.recognition.live import LiveStream
    from wyoming_whisper.scheduling.lifecycle import Lifecycle

PCM16: Final = PcmFormat(16_000, 2, 1)
SHORT: Final = segmenting_options(
    max_samples=24_000,
    pre_roll_samples=1_600,
    tail_samples=3_200,
    pause_samples=6_400,
    reach_samples=0,
)
SENTENCE: Final = mono_to_pcm16(tone(0.5)) + mono_to_pcm16(silence(0.6))


def new_stream(lifecycle: Lifecycle) -> LiveStream:
    program = new_program(lifecycle, SHORT)
    return new_recognizer(program).listen(program, program.decoding, lambda: None)


async def test_a_stream_grows_to_the_whole() -> None:
    """A closed segment's text is given while the speaker goes on, and at last the whole, once."""
    lifecycle = new_lifecycle()
    async with decoding(lifecycle, FakeEngine()):
        stream = new_stream(lifecycle)
        async with stream:
            stream.put(PCM16, SENTENCE)
            first = await anext(stream)
            is_complete = stream.is_complete
            stream.put(PCM16, SENTENCE)
            stream.end()
            updates = [update async for update in stream]
        assert stream.is_complete is True
    assert not is_complete
    assert updates[-1].text.startswith(f"{first.text} ")
    assert [len(update.segments) for update in (first, updates[-1])] == [1, 2]
    assert stream.report.audio_s == pytest.approx(2.2)


async def test_a_failure_is_raised_where_the_stream_is_read() -> None:
    """What the recognition raises comes to who iterates."""
    lifecycle = new_lifecycle()
    async with decoding(lifecycle, FakeEngine(error=RuntimeError("broken"))):
        stream = new_stream(lifecycle)
        async with stream:
            stream.put(PCM16, SENTENCE)
            stream.end()
            with pytest.raises(EngineFailed):
                await stream.whole()


async def test_leaving_gives_up() -> None:
    """A stream that is left early has nothing queued, and takes nothing more."""
    lifecycle, gate = new_lifecycle(), threading.Event()
    async with decoding(lifecycle, FakeEngine(gate=gate)):
        stream = new_stream(lifecycle)
        async with stream:
            stream.put(PCM16, SENTENCE * 2)
            while lifecycle.queue.stats.submitted < 2:  # noqa: ASYNC110 - nobody tells
                await asyncio.sleep(0)
        assert not any(lifecycle.queue.n_waiting.values())
        gate.set()
    assert lifecycle.queue.stats.dropped == 1


async def test_cancelling_a_step_loses_nothing() -> None:
    """Who waits for an update for a while may wait again, and gets it."""
    lifecycle, gate = new_lifecycle(), threading.Event()
    async with decoding(lifecycle, FakeEngine(gate=gate)):
        stream = new_stream(lifecycle)
        async with stream:
            stream.put(PCM16, SENTENCE)
            stream.end()
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.01):
                    await anext(stream)
            gate.set()
            assert (await stream.whole()).text != ""


async def test_what_waits_is_recognised_at_once() -> None:
    """Chunks that wait come joined, up to a second and as long as their format is one."""
    narrow, wide = PcmFormat(16_000, 2, 1), PcmFormat(48_000, 2, 2)
    stream = new_stream(new_lifecycle())
    for pcm_format in (narrow, wide):
        for number in range(150):
            stream.put(pcm_format, bytes([number]) * 320)
    stream.end()
    taken = []
    while await stream._arrives(lambda: True):
        taken.append(stream._take())
    assert [(one[0], len(one[1])) for one in taken] == [
        (narrow, 32_000), (narrow, 16_000), (wide, 32_000), (wide, 16_000),
    ]  # fmt: skip
    whole = b"".join(bytes([number]) * 320 for number in range(150))
    assert b"".join(one[1] for one in taken) == whole * 2
    assert stream.n_waiting_bytes == 0
