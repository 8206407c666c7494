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

from wyoming_whisper.audio.pcm import SAMPLE_RATE, mono_to_pcm16
from wyoming_whisper.audio.pcm_format import PcmFormat
from wyoming_whisper.errors import EngineFailed
from wyoming_whisper.recognition.end_of_turn import EndpointingLimits, TurnEnd
from wyoming_whisper.recognition.turn_watch import TurnOptions

if TYPE_CHECKING:
    from collections.abc import Callable

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
HALF_A_SECOND: Final = TurnOptions(None, EndpointingLimits(SAMPLE_RATE // 2))
SENTENCE: Final = mono_to_pcm16(tone(0.5)) + mono_to_pcm16(silence(0.6))


def new_stream(
    lifecycle: Lifecycle,
    turn: TurnOptions | None = None,
    speech_started: Callable[[int], None] = lambda _: None,
) -> LiveStream:
    program = new_program(lifecycle, SHORT)
    return new_recognizer(program).listen(
        program, program.decoding, lambda: None, turn=turn, speech_started=speech_started
    )


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


async def test_silence_ends_a_turn() -> None:
    """Where the server looks for it, a turn ends without `end`; what follows is overheard."""
    lifecycle, starts = new_lifecycle(), list[int]()
    async with decoding(lifecycle, FakeEngine()):
        stream = new_stream(lifecycle, HALF_A_SECOND, starts.append)
        async with stream:
            stream.put(PCM16, mono_to_pcm16(silence(0.25)) + SENTENCE)
            stream.put(PCM16, mono_to_pcm16(silence(0.25)))
            update = await stream.whole()
        assert update.text != ""
        assert stream.has_ended_early
        assert stream.report.turn_end is TurnEnd.SILENCE
        assert stream.report.silence_s == pytest.approx(0.5, abs=0.04)
        assert stream.turn is not None
        assert starts == [stream.turn.speech_start]
        assert starts[0] == pytest.approx(4_000, abs=512)
        assert stream.turn.speech_end == pytest.approx(12_000, abs=512)
        was_cut = stream.was_cut
        assert was_cut is False
        rest = asyncio.create_task(stream.overhear())
        stream.put(PCM16, SENTENCE)
        stream.end()
        await rest
        assert stream.was_cut is True
        assert stream.n_waiting_bytes == 0
        assert lifecycle.queue.stats.submitted == 1


async def test_nobody_speaks() -> None:
    """A turn without a word ends too, with no text, and nothing is decoded."""
    lifecycle = new_lifecycle()
    async with decoding(lifecycle, FakeEngine()):
        limits = EndpointingLimits(SAMPLE_RATE // 2, no_speech=SAMPLE_RATE)
        stream = new_stream(lifecycle, TurnOptions(None, limits))
        async with stream:
            stream.put(PCM16, mono_to_pcm16(silence(1.2)))
            assert (await stream.whole()).text == ""
        assert stream.report.turn_end is TurnEnd.NO_SPEECH
        assert stream.report.silence_s is None
        assert lifecycle.queue.stats.submitted == 0


async def test_a_client_that_ends_first() -> None:
    """Its word counts, whatever the server would have done."""
    lifecycle = new_lifecycle()
    async with decoding(lifecycle, FakeEngine()):
        stream = new_stream(lifecycle, HALF_A_SECOND)
        async with stream:
            stream.put(PCM16, mono_to_pcm16(tone(0.5)))
            stream.end()
            assert (await stream.whole()).text != ""
        assert stream.report.turn_end is TurnEnd.CLIENT
        assert not stream.has_ended_early


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
