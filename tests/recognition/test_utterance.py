"""Utterances from PCM to transcript: the queue is real, detector and engine are simple."""

from __future__ import annotations

import asyncio
import hashlib
import threading
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pytest
from fakes import (
    FakeEngine,
    LoudnessVad,
    decoding,
    hypothesis,
    new_lifecycle,
    silence,
    tone,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from options import eager_options, segmenting_options

from wyoming_whisper.audio.pcm import SAMPLE_RATE, mono_to_pcm16, pcm_to_mono
from wyoming_whisper.audio.pcm_format import PcmFormat
from wyoming_whisper.errors import (
    EngineFailed,
    ModelLoading,
    ModelNotFound,
    Overloaded,
    ShuttingDown,
    UtteranceTooLong,
)
from wyoming_whisper.recognition.eager import Eagerness, EagerOptions
from wyoming_whisper.recognition.utterance import MAX_UTTERANCE_S, Utterance
from wyoming_whisper.recognition.vad_batcher import StreamWindows, VadBatcher
from wyoming_whisper.scheduling.model_status import ModelState
from wyoming_whisper.speech.segmenter import SegmentingOptions
from wyoming_whisper.speech.vad import WINDOW_SAMPLES
from wyoming_whisper.values import DecodeOptions, Priority, TranscriptUpdate

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from wyoming_whisper.audio.pcm import Block
    from wyoming_whisper.engines.engine import DecodeRequest
    from wyoming_whisper.scheduling.lifecycle import Lifecycle
    from wyoming_whisper.speech.segmenter import SegmentingOptions
    from wyoming_whisper.values import Hypothesis

PCM16: Final = PcmFormat(16_000, 2, 1)
OPTIONS: Final = DecodeOptions(language="en")
SEGMENTING: Final = segmenting_options()
# Speech of any length is soon several segments: they are full after 1.2 s of them.
SHORT: Final = segmenting_options(
    max_samples=24_000,
    pre_roll_samples=1_600,
    tail_samples=3_200,
    pause_samples=6_400,
    reach_samples=0,
)
_TIMEOUT_S: Final = 30

formats = st.sampled_from(
    [
        PCM16,
        PcmFormat(8_000, 1, 2),
        PcmFormat(22_050, 2, 1),
        PcmFormat(44_100, 4, 2),
        PcmFormat(48_000, 3, 1),
    ]
)
# Stretches of sound and of silence, in milliseconds, by turns.
talks = st.lists(st.tuples(st.integers(20, 900), st.integers(20, 700)), max_size=4)


class FingerprintEngine(FakeEngine):
    """Says which samples it was given."""

    def transcribe(self, batch: Sequence[DecodeRequest]) -> list[Hypothesis]:
        self.batches.append(list(batch))
        return [hypothesis(hashlib.sha1(r.samples.tobytes()).hexdigest()[:8]) for r in batch]


class NumberedEngine:
    """Answers with the number of the call, each when it is told to; the numbers start at 0."""

    device = "cpu"
    compute_type = "int8"

    def __init__(self, n_calls: int, *, slots: int = 1) -> None:
        self.slots = slots
        self.max_batch = 1
        self.started = [threading.Event() for _ in range(n_calls)]
        self.go = [threading.Event() for _ in range(n_calls)]
        self.requests: list[DecodeRequest] = []

    def batch_key(self, request: DecodeRequest) -> Hashable:
        return None

    def transcribe(self, batch: Sequence[DecodeRequest]) -> list[Hypothesis]:
        number = len(self.requests)
        self.requests += batch
        self.started[number].set()
        assert self.go[number].wait(_TIMEOUT_S)
        return [hypothesis(str(number)) for _ in batch]

    def close(self) -> None:
        pass

    async def call(self, number: int) -> None:
        """Wait for the start of a call."""
        assert await asyncio.to_thread(self.started[number].wait, _TIMEOUT_S)


class Opener:
    """Opens utterances on one detector and one model."""

    def __init__(
        self,
        lifecycle: Lifecycle,
        segmenting: SegmentingOptions = SEGMENTING,
        eager: EagerOptions | None = None,
        vad: asyncio.Future[Any] | None = None,
    ) -> None:
        if vad is None:
            vad = asyncio.get_running_loop().create_future()
            vad.set_result(LoudnessVad())
        self.vad: asyncio.Future[Any] = vad
        self.batcher = VadBatcher(self.vad)
        self.lifecycle = lifecycle
        self.segmenting = segmenting
        self.eager = eager

    def open(
        self,
        options: DecodeOptions = OPTIONS,
        priority: Priority = Priority.FINAL,
        publish: Callable[[TranscriptUpdate], None] | None = None,
        segmenting: SegmentingOptions | None = None,
    ) -> Utterance:
        utterance = Utterance(
            self.lifecycle,
            StreamWindows(self.batcher),
            options,
            segmenting or self.segmenting,
            priority=priority,
            eager=self.eager,
            waits_for_room=priority is Priority.FILE,
        )
        if publish is not None:
            utterance.decodes.grown = lambda: publish(utterance.decodes.transcript)
        return utterance


async def turns() -> None:
    """Let everything that can go on without a thread go on."""
    for _ in range(1_000):
        await asyncio.sleep(0)


def encode(talk: list[tuple[int, int]], pcm_format: PcmFormat) -> bytes:
    """Return a talk as PCM, the same on all channels."""
    parts = []
    for sound_ms, silence_ms in talk:
        t = np.arange(sound_ms * pcm_format.rate // 1000) / pcm_format.rate
        parts.append(0.5 * np.sin(2 * np.pi * 440 * t))
        parts.append(np.zeros(silence_ms * pcm_format.rate // 1000))
    samples = np.repeat(np.concatenate([*parts, np.zeros(0)]), pcm_format.channels)
    if pcm_format.width == 1:
        return bytes((np.rint(samples * 127) + 128).astype(np.uint8))
    wide = np.rint(samples * (2**31 - 1)).astype("<i4").view(np.uint8).reshape(-1, 4)
    return bytes(wide[:, 4 - pcm_format.width :].tobytes())


def recognise(
    chunks: list[bytes], pcm_format: PcmFormat, segmenting: SegmentingOptions = SHORT
) -> tuple[TranscriptUpdate, float, float]:
    """Return the transcript of an utterance in these chunks, and its report's figures."""

    async def run() -> tuple[TranscriptUpdate, float, float]:
        lifecycle = new_lifecycle()
        async with decoding(lifecycle, FingerprintEngine()):
            utterance = Opener(lifecycle, segmenting).open(OPTIONS)
            for chunk in chunks:
                await utterance.feed(pcm_format, chunk)
            update = await utterance.finish()
        return update, utterance.report.audio_s, utterance.report.segments_s

    return asyncio.run(run())


@given(talk=talks, pcm_format=formats, data=st.data())
@settings(deadline=None, max_examples=40)
def test_the_transcript_does_not_depend_on_the_chunks(
    talk: list[tuple[int, int]], pcm_format: PcmFormat, data: st.DataObject
) -> None:
    """PCM of any format, cut anywhere, also within a sample, has one transcript and report."""
    pcm = encode(talk, pcm_format)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(pcm)), max_size=12)))
    chunks = [pcm[a:b] for a, b in zip([0, *cuts], [*cuts, len(pcm)], strict=True)]
    assert recognise(chunks, pcm_format) == recognise([pcm], pcm_format)


@given(talk=talks, n_more=st.integers(0, 20_000))
@settings(deadline=None, max_examples=30)
def test_the_transcript_does_not_depend_on_the_silence_behind_it(
    talk: list[tuple[int, int]], n_more: int
) -> None:
    """Whenever audio-stop comes behind the tail, the same samples go to the engine."""
    soon = encode(talk, PCM16) + bytes(2 * (SHORT.tail_samples + WINDOW_SAMPLES))
    late = soon + bytes(2 * n_more)
    (early_update, _, early_s), (late_update, _, late_s) = (
        recognise([pcm], PCM16) for pcm in (soon, late)
    )
    assert (early_update, early_s) == (late_update, late_s)


@pytest.mark.parametrize("size", [1, 2, 1024, 2048])
def test_odd_and_even_chunks(size: int) -> None:
    """A transcript is the same byte by byte, sample by sample, and as Home Assistant sends it."""
    pcm = encode([(250, 30)], PCM16)
    chunks = [pcm[start : start + size] for start in range(0, len(pcm), size)]
    assert recognise(chunks, PCM16) == recognise([pcm], PCM16)


async def test_blocks_are_understood_as_pcm_is() -> None:
    """Samples that are decoded already have the transcript of their PCM."""
    block = np.concatenate((silence(0.3), tone(1.0), silence(0.5)))
    lifecycle = new_lifecycle()
    async with decoding(lifecycle, FingerprintEngine()):
        opener = Opener(lifecycle)
        of_pcm, of_block = opener.open(OPTIONS), opener.open(OPTIONS)
        pcm = mono_to_pcm16(block)
        await of_pcm.feed(PCM16, pcm)
        await of_block.feed_block(pcm_to_mono(pcm, PCM16))
        assert await of_pcm.finish() == await of_block.finish()
        assert of_pcm.report.audio_s == of_block.report.audio_s
        assert of_pcm.report.hypotheses == of_block.report.hypotheses


@pytest.mark.parametrize(
    "block",
    [silence(0), silence(0.001), silence(3), tone(3, amplitude=0.01), tone(0.05)],
    ids=["nothing", "less than a window", "silence", "faint", "a click"],
)
async def test_without_speech_the_transcript_is_empty(block: Block) -> None:
    """What is no speech never reaches the engine, and is an empty transcript of no language."""
    lifecycle, engine = new_lifecycle(), FakeEngine()
    async with decoding(lifecycle, engine):
        utterance = Opener(lifecycle).open(OPTIONS)
        await utterance.feed_block(block)
        assert await utterance.finish() == TranscriptUpdate("", None)
    assert engine.batches == []
    assert lifecycle.queue.stats.submitted == 0


async def test_an_utterance_without_audio_is_empty() -> None:
    """A stop right behind a start is answered like silence, without an engine."""
    utterance = Opener(new_lifecycle()).open(OPTIONS)
    assert await utterance.finish() == TranscriptUpdate("", None)


async def test_the_request_holds_speech_and_options() -> None:
    """The engine is given the trimmed segment, and the options of its utterance."""
    lifecycle, engine = new_lifecycle(), FakeEngine()
    options = DecodeOptions(language="de", prompt="Licht", beam_size=3)
    async with decoding(lifecycle, engine):
        utterance = Opener(lifecycle).open(options)
        await utterance.feed_block(np.concatenate((silence(1.024), tone(0.512), silence(2))))
        assert (await utterance.finish()).text == "1012 ms"
    ((request,),) = engine.batches
    assert request.options == options
    # 300 ms before the first loud window and 200 ms behind the last one.
    assert np.array_equal(
        request.samples, np.concatenate((silence(0.3), tone(0.512), silence(0.2)))
    )


async def test_the_figures_of_the_report() -> None:
    """The report counts the audio received, what of it was decoded, and what came of it."""
    lifecycle = new_lifecycle()
    async with decoding(lifecycle, FakeEngine()):
        utterance = Opener(lifecycle).open(OPTIONS)
        assert (utterance.report.audio_s, utterance.report.segments_s) == (0, 0)
        assert utterance.report.vad_s == 0
        await utterance.feed_block(np.concatenate((silence(1.024), tone(0.512), silence(1.5))))
        # Not a whole number of windows: what is filled in at the end was not received.
        await utterance.feed_block(silence(0.01))
        await utterance.finish()
    report = utterance.report
    assert report.audio_s == pytest.approx(3.046, abs=1e-9)
    assert 0 < report.vad_s < _TIMEOUT_S
    assert report.segments_s == pytest.approx(1.012, abs=1e-9)
    assert report.hypotheses == (hypothesis("1012 ms"),)


@pytest.mark.parametrize("rate", [8_000, 22_050, 48_000])
def test_nothing_stays_in_the_resampler(rate: int) -> None:
    """Audio of another rate is recognised to its end: the report counts all of it."""
    pcm_format = PcmFormat(rate, 2, 1)
    _, audio_s, segments_s = recognise([encode([(500, 0)], pcm_format)], pcm_format)
    assert audio_s == pytest.approx(0.5, abs=1e-4)
    # The last window is filled up, and the tail follows.
    assert segments_s == pytest.approx(0.512 + 0.2, abs=1e-4)


async def test_long_speech_is_several_segments_in_order() -> None:
    """Segments' texts are joined in the order of the speech, also where a later one is faster."""
    lifecycle, engine = new_lifecycle(), NumberedEngine(2, slots=2)
    async with decoding(lifecycle, engine):
        utterance = Opener(lifecycle, SHORT).open(OPTIONS)
        await utterance.feed_block(np.concatenate((tone(0.5), silence(0.6), tone(0.5))))
        finishing = asyncio.create_task(utterance.finish())
        await engine.call(0)
        await engine.call(1)
        engine.go[1].set()
        await turns()
        assert not finishing.done()
        engine.go[0].set()
        assert (await finishing).text == "0 1"
    assert [h.text for h in utterance.report.hypotheses] == ["0", "1"]


async def test_closed_segments_are_decoded_while_speech_goes_on() -> None:
    """A segment goes to the engine when its pause is over, and not at the end."""
    lifecycle, engine = new_lifecycle(), NumberedEngine(1)
    engine.go[0].set()
    async with decoding(lifecycle, engine):
        utterance = Opener(lifecycle, SHORT).open(OPTIONS)
        await utterance.feed_block(np.concatenate((tone(0.5), silence(0.6))))
        await engine.call(0)
        assert (await utterance.finish()).text == "0"


async def test_what_is_decoded_is_published_while_speech_goes_on() -> None:
    """The transcript so far is told as soon as a closed segment is decoded, the whole is not."""
    lifecycle, engine = new_lifecycle(), NumberedEngine(3)
    told: list[TranscriptUpdate] = []
    async with decoding(lifecycle, engine):
        utterance = Opener(lifecycle, SHORT).open(OPTIONS, publish=told.append)
        await utterance.feed_block(np.tile(np.concatenate((tone(0.5), silence(0.6))), 2))
        assert told == []
        engine.go[0].set()
        await engine.call(1)
        assert [update.text for update in told] == ["0"]
        await utterance.feed_block(tone(0.5))
        finishing = asyncio.create_task(utterance.finish())
        engine.go[1].set()
        await engine.call(2)
        engine.go[2].set()
        assert (await finishing).text == "0 1 2"
        assert [update.text for update in told] == ["0", "0 1"]
        assert [len(update.segments) for update in told] == [1, 2]


async def test_a_transcript_says_where_its_segments_lie() -> None:
    """Segments are told with their bounds in the utterance, in order, within the audio."""
    lifecycle = new_lifecycle()
    async with decoding(lifecycle, FakeEngine()):
        utterance = Opener(lifecycle, SHORT).open(OPTIONS)
        await utterance.feed_block(np.tile(np.concatenate((silence(0.5), tone(0.5))), 3))
        update = await utterance.finish()
    starts = [segment.start for segment in update.segments]
    assert [round(start / SAMPLE_RATE, 1) for start in starts] == [0.4, 1.4, 2.4]
    for segment in update.segments:
        n_ms = (segment.end - segment.start) * 1000 // SAMPLE_RATE
        assert segment.hypothesis.text == f"{n_ms} ms"


async def test_an_utterance_may_be_cut_in_its_own_way() -> None:
    """A client's way of cutting is its utterance's, and nobody else's."""
    new_lifecycle()
    pauses = np.tile(np.concatenate((tone(0.5), silence(0.6))), 2)
    n_segments = []
    lifecycle = new_lifecycle()
    async with decoding(lifecycle, FakeEngine()):
        opener = Opener(lifecycle, SHORT)
        for segmenting in (segmenting_options(), None):
            utterance = opener.open(OPTIONS, segmenting=segmenting)
            await utterance.feed_block(pauses)
            n_segments.append(len((await utterance.finish()).segments))
    assert n_segments == [1, 2]


async def test_a_command_is_not_published() -> None:
    """What is one segment has no part to tell before its end."""
    lifecycle = new_lifecycle()
    told: list[TranscriptUpdate] = []
    async with decoding(lifecycle, FakeEngine()):
        utterance = Opener(lifecycle).open(OPTIONS, publish=told.append)
        await utterance.feed_block(tone(1.0))
        await utterance.finish()
    assert told == []


async def test_segments_are_published_in_order() -> None:
    """A segment that is decoded before its predecessor waits for it."""
    lifecycle, engine = new_lifecycle(), NumberedEngine(3, slots=2)
    told: list[TranscriptUpdate] = []
    async with decoding(lifecycle, engine):
        utterance = Opener(lifecycle, SHORT).open(OPTIONS, publish=told.append)
        await utterance.feed_block(np.tile(np.concatenate((tone(0.5), silence(0.6))), 2))
        await engine.call(0)
        await engine.call(1)
        engine.go[1].set()
        await turns()
        assert told == []
        engine.go[0].set()
        assert (await utterance.finish()).text == "0 1"
    assert [update.text for update in told] in ([], ["0"])


async def test_an_utterance_that_fails_later_has_published_what_it_had() -> None:
    """A failure behind a published segment is told at the end; nothing more is published."""
    lifecycle, engine = new_lifecycle(), FakeEngine()
    told: list[TranscriptUpdate] = []
    async with decoding(lifecycle, engine):
        utterance = Opener(lifecycle, SHORT).open(OPTIONS, publish=told.append)
        await utterance.feed_block(np.concatenate((tone(0.5), silence(0.6))))
        while not told:  # noqa: ASYNC110 - the engine's thread is on its way
            await asyncio.sleep(0)
        engine.error = ValueError("broken")
        await utterance.feed_block(np.concatenate((tone(0.5), silence(0.6))))
        with pytest.raises(EngineFailed):
            await utterance.finish()
    assert len(told) == 1


@given(talk=talks)
@settings(deadline=None, max_examples=20)
def test_published_pieces_are_the_transcript(talk: list[tuple[int, int]]) -> None:
    """Each update continues the one before it, and the transcript continues the last one."""

    async def run() -> None:
        lifecycle = new_lifecycle()
        told: list[TranscriptUpdate] = []
        async with decoding(lifecycle, FingerprintEngine()):
            utterance = Opener(lifecycle, SHORT).open(OPTIONS, publish=told.append)
            await utterance.feed(PCM16, encode(talk, PCM16))
            told.append(await utterance.finish())
        for before, after in pairwise(told):
            assert after.text.startswith(before.text)
            assert before.text != after.text or after is told[-1]

    asyncio.run(run())


async def test_a_long_utterance_does_not_crowd_the_queue() -> None:
    """However much is sent at once, two segments wait behind the one that is being decoded."""
    lifecycle, engine = new_lifecycle(), NumberedEngine(20)
    async with decoding(lifecycle, engine):
        utterance = Opener(lifecycle, SHORT).open(OPTIONS)
        feeding = asyncio.create_task(utterance.feed_block(tone(12)))
        for number in range(8):
            await engine.call(number)
            await turns()
            assert not feeding.done()
            assert lifecycle.queue.stats.submitted == number + 3
            engine.go[number].set()
        for go in engine.go:
            go.set()
        await feeding
        update = await utterance.finish()
    n_segments = lifecycle.queue.stats.submitted
    assert n_segments > 10
    assert update.text == " ".join(str(number) for number in range(n_segments))
    # All speech arrived: a segment ends where the next one starts.
    heard = np.concatenate([request.samples for request in engine.requests])
    assert np.array_equal(heard[: 12 * SAMPLE_RATE], tone(12))


async def test_other_tasks_go_on_while_a_long_chunk_is_fed() -> None:
    """A minute of audio in one chunk is worked through in slices with turns for others between."""
    utterance = Opener(new_lifecycle()).open(OPTIONS)
    feeding = asyncio.create_task(utterance.feed(PCM16, mono_to_pcm16(silence(60))))
    n_turns = 0
    while not feeding.done():
        n_turns += 1
        await asyncio.sleep(0)
    # Slices of 256 ms.
    assert n_turns > 60 / 0.256


async def test_closing_gives_up_what_waits_and_what_is_decoded() -> None:
    """Of an abandoned utterance the queued segment is dropped, and the running one discarded."""
    lifecycle, engine = new_lifecycle(), NumberedEngine(3)
    async with decoding(lifecycle, engine):
        opener = Opener(lifecycle, SHORT)
        utterance = opener.open(OPTIONS)
        await utterance.feed_block(np.tile(np.concatenate((tone(0.5), silence(0.6))), 2))
        await engine.call(0)
        utterance.close()
        utterance.close()
        engine.go[0].set()
        engine.go[1].set()
        # Others are served.
        other = opener.open(OPTIONS)
        await other.feed_block(tone(0.5))
        assert (await other.finish()).text == "1"
    stats = lifecycle.queue.stats
    assert (stats.submitted, stats.dropped, stats.discarded) == (3, 1, 1)


async def test_cancelling_finish_gives_up_the_decode() -> None:
    """A recognition that is cancelled while it waits for its answer gives its place to another."""
    lifecycle = new_lifecycle(max_queued=1)
    opener = Opener(lifecycle)
    for n_submitted in (1, 2):
        utterance = opener.open(OPTIONS)
        await utterance.feed_block(tone(0.5))
        finishing = asyncio.create_task(utterance.finish())
        await turns()
        finishing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await finishing
        utterance.close()
        stats = lifecycle.queue.stats
        assert (stats.submitted, stats.dropped, stats.refused) == (n_submitted, n_submitted, 0)


async def test_the_priority_is_the_utterances() -> None:
    """A file that came first waits for the command that came second."""
    lifecycle, engine = new_lifecycle(), FakeEngine()
    opener = Opener(lifecycle)
    finishing = []
    for prompt, priority in (("file", Priority.FILE), ("command", Priority.FINAL)):
        utterance = opener.open(DecodeOptions(prompt=prompt), priority)
        await utterance.feed_block(tone(0.5))
        finishing.append(asyncio.create_task(utterance.finish()))
        await turns()
    async with decoding(lifecycle, engine):
        await asyncio.gather(*finishing)
    assert [batch[0].options.prompt for batch in engine.batches] == ["command", "file"]


async def test_a_failed_decode_is_told_at_the_end() -> None:
    """An engine that raises makes finish() raise EngineFailed, and no empty transcript."""
    lifecycle = new_lifecycle()
    async with decoding(lifecycle, FakeEngine(error=RuntimeError("broken"))):
        utterance = Opener(lifecycle).open(OPTIONS)
        await utterance.feed_block(tone(0.5))
        with pytest.raises(EngineFailed):
            await utterance.finish()
        utterance.close()


async def test_a_failed_decode_stops_a_long_utterance() -> None:
    """Where an earlier segment failed, feeding more raises: the transcript would have a hole."""
    lifecycle = new_lifecycle()
    async with decoding(lifecycle, FakeEngine(error=RuntimeError("broken"))):
        utterance = Opener(lifecycle, SHORT).open(OPTIONS)
        with pytest.raises(EngineFailed):
            await utterance.feed_block(tone(20))
        utterance.close()


async def test_a_full_queue_is_told_where_a_segment_closes() -> None:
    """A segment that is refused makes feed() or finish() raise, whichever closes it."""
    lifecycle = new_lifecycle(max_queued=1)
    opener = Opener(lifecycle, SHORT)
    first, second, third = (opener.open(OPTIONS) for _ in range(3))
    await first.feed_block(np.concatenate((tone(0.5), silence(0.6))))
    with pytest.raises(Overloaded):
        await second.feed_block(np.concatenate((tone(0.5), silence(0.6))))
    await third.feed_block(tone(0.5))
    with pytest.raises(Overloaded):
        await third.finish()


async def test_a_file_waits_for_room_in_the_queue() -> None:
    """Files that together have more segments than the queue takes are transcribed whole."""
    lifecycle = new_lifecycle(max_queued=1)
    opener = Opener(lifecycle, SHORT)

    async def transcribe() -> str:
        utterance = opener.open(OPTIONS, Priority.FILE)
        await utterance.feed_block(tone(6))
        return (await utterance.finish()).text

    async with decoding(lifecycle, FingerprintEngine()), asyncio.timeout(_TIMEOUT_S):
        texts = await asyncio.gather(*(transcribe() for _ in range(5)))
    assert len(set(texts)) == 1
    assert len(texts[0].split()) > 4
    assert lifecycle.queue.stats.refused == 0


async def test_what_the_scheduler_refuses_is_told() -> None:
    """While a model is downloaded an utterance gets that as its error, and silence gets none."""
    lifecycle = new_lifecycle()
    lifecycle.status.enter(ModelState.FETCHING, "still downloading")
    opener = Opener(lifecycle)
    spoken, silent = opener.open(OPTIONS), opener.open(OPTIONS)
    await spoken.feed_block(tone(0.5))
    with pytest.raises(ModelLoading, match="still downloading"):
        await spoken.finish()
    await silent.feed_block(silence(0.5))
    assert (await silent.finish()).text == ""


async def test_shutdown_is_told() -> None:
    """An utterance whose segment still waits when the lifecycle stops gets ShuttingDown."""
    lifecycle = new_lifecycle()
    engine = NumberedEngine(1)
    async with decoding(lifecycle, engine) as task:
        utterance = Opener(lifecycle).open(OPTIONS)
        await utterance.feed_block(tone(0.5))
        finishing = asyncio.create_task(utterance.finish())
        await engine.call(0)
        task.cancel()
        with pytest.raises(ShuttingDown):
            await finishing
        engine.go[0].set()


async def test_an_utterance_has_a_longest_length() -> None:
    """Audio up to the cap is taken; a sample more raises UtteranceTooLong."""
    utterance = Opener(new_lifecycle()).open(OPTIONS)
    # Not fed: six hours take seconds even of silence.
    utterance._n_samples = MAX_UTTERANCE_S * SAMPLE_RATE - WINDOW_SAMPLES
    await utterance.feed_block(np.zeros(WINDOW_SAMPLES, np.float32))
    with pytest.raises(UtteranceTooLong):
        await utterance.feed_block(np.zeros(1, np.float32))


async def test_utterances_wait_for_the_detector() -> None:
    """Audio that comes while the detector is being loaded is recognised once it is there."""
    vad: asyncio.Future[LoudnessVad] = asyncio.get_running_loop().create_future()
    lifecycle = new_lifecycle()
    opener = Opener(lifecycle, vad=vad)
    utterance = opener.open(OPTIONS)
    feeding = asyncio.create_task(utterance.feed_block(tone(0.512)))
    await turns()
    assert not feeding.done()
    vad.set_result(LoudnessVad())
    async with decoding(lifecycle, FakeEngine()):
        await feeding
        assert (await utterance.finish()).text == "712 ms"


async def test_who_leaves_while_the_detector_is_loaded_takes_nothing_away() -> None:
    """Cancelling one utterance that waits for the detector does not stop the loading for others."""
    vad: asyncio.Future[LoudnessVad] = asyncio.get_running_loop().create_future()
    lifecycle = new_lifecycle()
    opener = Opener(lifecycle, vad=vad)
    leaves, stays = opener.open(OPTIONS), opener.open(OPTIONS)
    leaving, staying = (asyncio.create_task(u.feed_block(tone(0.512))) for u in (leaves, stays))
    await turns()
    leaving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await leaving
    leaves.close()
    assert not opener.vad.done()
    vad.set_result(LoudnessVad())
    async with decoding(lifecycle, FakeEngine()):
        await staying
        assert (await stays.finish()).text == "712 ms"


async def test_a_detector_that_can_not_be_loaded_is_told() -> None:
    """Every utterance gets the reason why there is no detector."""
    vad: asyncio.Future[LoudnessVad] = asyncio.get_running_loop().create_future()
    opener = Opener(new_lifecycle(), vad=vad)
    vad.set_exception(ModelNotFound("silero_vad.npy cannot be read"))
    for _ in range(2):
        with pytest.raises(ModelNotFound, match="silero_vad"):
            await opener.open(OPTIONS).feed_block(silence(0.1))


EAGER: Final = eager_options()
# What a satellite sends behind a command: longer than the pause that starts an eager decode.
ROOM: Final = silence(0.7)


async def recognise_in_steps(
    block: Block, eager: EagerOptions | None, n_turns: int
) -> tuple[TranscriptUpdate, int]:
    """Return the transcript of 10 ms chunks with turns of the loop between, and the calls made."""
    lifecycle, engine = new_lifecycle(), FingerprintEngine()
    async with decoding(lifecycle, engine):
        utterance = Opener(lifecycle, SHORT, eager).open(OPTIONS)
        for start in range(0, len(block), 160):
            await utterance.feed_block(block[start : start + 160])
            for _ in range(n_turns):
                await asyncio.sleep(0)
        update = await utterance.finish()
        utterance.close()
    return update, len(engine.batches)


@given(talk=talks, n_turns=st.integers(0, 3), tail_ms=st.integers(0, 900))
@settings(deadline=None, max_examples=40)
def test_eager_decoding_never_changes_the_transcript(
    talk: list[tuple[int, int]], n_turns: int, tail_ms: int
) -> None:
    """With and without it, wherever the speaker pauses and the audio stops, the words are equal."""
    block = pcm_to_mono(encode(talk, PCM16) + bytes(2 * 16 * tail_ms), PCM16)
    eager = eager_options(pause_samples=SHORT.tail_samples, min_speech_samples=5_000)
    with_it, n_eager_calls = asyncio.run(recognise_in_steps(block, eager, n_turns))
    without, n_calls = asyncio.run(recognise_in_steps(block, None, n_turns))
    assert with_it == without
    assert n_eager_calls <= n_calls + eager.max_tries


async def test_the_answer_is_ready_when_the_question_ends() -> None:
    """A decode started at the pause is the answer: nothing is decoded at the end."""
    lifecycle, engine = new_lifecycle(), NumberedEngine(1)
    async with decoding(lifecycle, engine):
        utterance = Opener(lifecycle, eager=EAGER).open(OPTIONS)
        await utterance.feed_block(np.concatenate((tone(1), ROOM)))
        await engine.call(0)
        engine.go[0].set()
        assert (await utterance.finish()).text == "0"
    assert utterance.report.eagerness is Eagerness.HIT
    assert lifecycle.queue.stats.submitted == 1


async def test_the_end_waits_for_an_eager_decode_that_runs() -> None:
    """Where the audio stops during the eager decode, its result is awaited, not asked for again."""
    lifecycle, engine = new_lifecycle(), NumberedEngine(1)
    async with decoding(lifecycle, engine):
        utterance = Opener(lifecycle, eager=EAGER).open(OPTIONS)
        await utterance.feed_block(np.concatenate((tone(1), ROOM)))
        await engine.call(0)
        finishing = asyncio.create_task(utterance.finish())
        await turns()
        assert not finishing.done()
        engine.go[0].set()
        assert (await finishing).text == "0"
    assert lifecycle.queue.stats.submitted == 1


async def test_a_queued_eager_decode_is_promoted() -> None:
    """Where the audio stops while the eager decode waits, it goes before what is less urgent."""
    lifecycle, engine = new_lifecycle(), NumberedEngine(3)
    async with decoding(lifecycle, engine):
        opener = Opener(lifecycle, eager=EAGER)
        films = [opener.open(OPTIONS, Priority.INTERACTIVE) for _ in range(2)]
        for film in films:
            await film.feed_block(tone(3))
        watching = [asyncio.create_task(film.finish()) for film in films]
        await engine.call(0)
        command = opener.open(OPTIONS)
        await command.feed_block(np.concatenate((tone(1), ROOM)))
        asked = asyncio.create_task(command.finish())
        await turns()
        for go in engine.go:
            go.set()
        assert (await asked).text == "1"
        assert [(await film).text for film in watching] == ["0", "2"]
    assert command.report.eagerness is Eagerness.HIT


async def test_words_behind_a_pause_are_not_lost() -> None:
    """Where the speaker goes on, the eager decode is dropped and everything is decoded."""
    lifecycle, engine = new_lifecycle(), NumberedEngine(3)
    async with decoding(lifecycle, engine):
        utterance = Opener(lifecycle, eager=EAGER).open(OPTIONS)
        await utterance.feed_block(np.concatenate((tone(1), silence(0.5))))
        await engine.call(0)
        await utterance.feed_block(np.concatenate((tone(1), ROOM)))
        engine.go[0].set()
        await engine.call(1)
        engine.go[1].set()
        assert (await utterance.finish()).text == "1"
    short, whole = (len(request.samples) for request in engine.requests)
    assert whole - short == pytest.approx(1.5 * SAMPLE_RATE, abs=2 * WINDOW_SAMPLES)
    assert lifecycle.queue.stats.discarded == 1


async def test_an_eager_decode_that_waits_costs_nothing_when_the_speaker_goes_on() -> None:
    """It leaves the queue before it is picked."""
    lifecycle = new_lifecycle()
    utterance = Opener(lifecycle, eager=EAGER).open(OPTIONS)
    await utterance.feed_block(np.concatenate((tone(1), silence(0.5), tone(1), ROOM)))
    async with decoding(lifecycle, FingerprintEngine()):
        await utterance.finish()
    assert (lifecycle.queue.stats.dropped, lifecycle.queue.stats.calls) == (1, 1)


async def test_tries_are_bounded() -> None:
    """An utterance with many pauses has three eager decodes and no more."""
    lifecycle, engine = new_lifecycle(), FingerprintEngine()
    async with decoding(lifecycle, engine):
        utterance = Opener(lifecycle, eager=EAGER).open(OPTIONS)
        for _ in range(5):
            await utterance.feed_block(np.concatenate((tone(1), silence(0.5))))
        await utterance.finish()
    assert lifecycle.queue.stats.submitted == EAGER.max_tries + 1
    assert utterance.report.eagerness is Eagerness.TRIES_SPENT


async def test_finals_come_before_speculation() -> None:
    """While somebody's final waits no eager decode starts; when it has been served, one does."""
    lifecycle, engine = new_lifecycle(), NumberedEngine(3)
    async with decoding(lifecycle, engine):
        opener = Opener(lifecycle, eager=EAGER)
        others = [opener.open(OPTIONS) for _ in range(2)]
        for other in others:
            await other.feed_block(tone(1))
        answers = [asyncio.create_task(other.finish()) for other in others]
        await engine.call(0)
        utterance = opener.open(OPTIONS)
        await utterance.feed_block(np.concatenate((tone(1), silence(0.4))))
        assert utterance.report.eagerness.value == "busy"
        assert lifecycle.queue.stats.submitted == 2
        for go in engine.go:
            go.set()
        await asyncio.gather(*answers)
        await utterance.feed_block(silence(0.2))
        assert lifecycle.queue.stats.submitted == 3
        assert (await utterance.finish()).text == "2"
    assert utterance.report.eagerness is Eagerness.HIT


async def test_a_full_queue_of_eager_decodes_fails_nobody() -> None:
    """Where an eager decode is refused, the final one is made as ever."""
    lifecycle, engine = new_lifecycle(max_queued=1), FingerprintEngine()
    opener = Opener(lifecycle, eager=EAGER)
    first, second = opener.open(OPTIONS), opener.open(OPTIONS)
    for utterance in (first, second):
        await utterance.feed_block(np.concatenate((tone(1), ROOM)))
    assert second.report.eagerness is Eagerness.BUSY
    async with decoding(lifecycle, engine):
        assert (await first.finish()).text == (await second.finish()).text != ""


async def test_a_failed_eager_decode_is_made_again() -> None:
    """A failure that nobody waited for is not the answer."""
    engine = FakeEngine(error=RuntimeError("once"))
    lifecycle = new_lifecycle()
    async with decoding(lifecycle, engine):
        utterance = Opener(lifecycle, eager=EAGER).open(OPTIONS)
        await utterance.feed_block(np.concatenate((tone(1), ROOM)))
        while not lifecycle.queue.stats.failed:  # noqa: ASYNC110 - nobody waits for this decode
            await asyncio.sleep(0.001)
        engine.error = None
        assert (await utterance.finish()).text != ""
    assert utterance.report.eagerness is Eagerness.FAILED


async def test_closing_gives_up_the_eager_decode() -> None:
    """A hang-up in the pause leaves nothing in the queue."""
    lifecycle = new_lifecycle()
    utterance = Opener(lifecycle, eager=EAGER).open(OPTIONS)
    await utterance.feed_block(np.concatenate((tone(1), ROOM)))
    assert lifecycle.queue.is_waiting(Priority.EAGER)
    utterance.close()
    assert not lifecycle.queue.is_waiting(Priority.EAGER)


@pytest.mark.parametrize(
    ("block", "eager", "reason"),
    [
        (np.concatenate((tone(1), ROOM)), None, Eagerness.OFF),
        (silence(2), EAGER, Eagerness.NO_SPEECH),
        (np.concatenate((tone(1), silence(0.1))), EAGER, Eagerness.NO_PAUSE),
        (np.concatenate((tone(0.15), ROOM)), EAGER, Eagerness.TOO_SHORT),
        (np.concatenate((tone(16), ROOM)), EAGER, Eagerness.TOO_LONG),
    ],
)
async def test_why_not(block: Block, eager: EagerOptions | None, reason: Eagerness) -> None:
    """The report says why there was no eager decode."""
    lifecycle = new_lifecycle()
    async with decoding(lifecycle, FingerprintEngine()):
        utterance = Opener(lifecycle, eager=eager).open(OPTIONS)
        await utterance.feed_block(block)
        await utterance.finish()
    assert utterance.report.eagerness is reason
