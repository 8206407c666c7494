"""One utterance from end to end: PCM in, transcript out, for Wyoming and HTTP alike.

The parts are pure and know nothing of each other; this is where they meet the event loop. Long
input is worked through in slices, so that a client who sends a minute of audio at once does not
keep the loop from the others.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from wyoming_whisper.audio.normalizer import Normalizer
from wyoming_whisper.audio.pcm import EMPTY_BLOCK, SAMPLE_RATE
from wyoming_whisper.engines.engine import DecodeOptions, DecodeRequest
from wyoming_whisper.errors import ServiceError, UtteranceTooLong
from wyoming_whisper.recognition.accounting import RequestCounters, UtteranceReport
from wyoming_whisper.recognition.eager import Eagerness, EagerOptions, refuse
from wyoming_whisper.recognition.join import join_hypotheses
from wyoming_whisper.recognition.vad_batcher import WindowScorer
from wyoming_whisper.scheduling.policy import Priority
from wyoming_whisper.speech.segmenter import Segmenter, SegmentingOptions
from wyoming_whisper.speech.vad import WINDOW_SAMPLES, VadStream
from wyoming_whisper.values import DecodedSegment

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from wyoming_whisper.audio.pcm import Block
    from wyoming_whisper.audio.pcm_format import PcmFormat
    from wyoming_whisper.scheduling.scheduler import PendingDecode, Scheduler
    from wyoming_whisper.speech.vad import Vad
    from wyoming_whisper.values import Segment, TranscriptUpdate

# About a millisecond of work, were all of it done at once: 8 windows, and their conversion.
_SLICE_SAMPLES: Final = 8 * WINDOW_SAMPLES
# A speaker's closed segments that may be in the queue at once; more would let one crowd it.
_MAX_SEGMENTS_AHEAD: Final = 2
MAX_UTTERANCE_S: Final = 6 * 60 * 60
"""Nobody dictates for longer; a stream that never ends must not grow a transcript for ever."""


class Pipeline:
    """Opens utterances on one VAD and one scheduler.

    Args:
        vad: The detector; awaited by the first utterances while it is still loading.
        scheduler: Where segments are decoded.
        segmenting: How speech is cut.
        defaults: How segments are decoded where a client does not say.
        eager: When to decode before the end of an utterance; ``None`` for never.
    """

    def __init__(
        self,
        vad: Awaitable[Vad],
        scheduler: Scheduler,
        segmenting: SegmentingOptions,
        defaults: DecodeOptions,
        eager: EagerOptions | None = None,
    ) -> None:
        self.vad: Final = asyncio.ensure_future(vad)
        self.scorer: Final = WindowScorer(self.vad)
        self.scheduler: Final = scheduler
        self.segmenting: Final = segmenting
        self.defaults: Final = defaults
        self.eager: Final = eager
        self.counters: Final = RequestCounters()

    def open(
        self,
        options: DecodeOptions,
        priority: Priority = Priority.FINAL,
        publish: Callable[[TranscriptUpdate], None] | None = None,
        segmenting: SegmentingOptions | None = None,
    ) -> Utterance:
        """Start an utterance.

        Args:
            options: How to decode it.
            priority: The class of its decodes.
            segmenting: How its speech is cut; ``None`` for the pipeline's way.
            publish: Told the transcript so far whenever a segment has been decoded and more may
                come. What it has been told never changes, it only grows.
        """
        self.scheduler.wake()
        return Utterance(self, options, priority, publish, segmenting or self.segmenting)


class Utterance:
    """One utterance; its methods are called in turn, by one task.

    Cancelling a method abandons the utterance: `close` it then.
    """

    def __init__(
        self,
        pipeline: Pipeline,
        options: DecodeOptions,
        priority: Priority,
        publish: Callable[[TranscriptUpdate], None] | None,
        segmenting: SegmentingOptions,
    ) -> None:
        self._pipeline = pipeline
        self._options = options
        self._priority = priority
        self._publish = publish
        self._ended = False
        self._normalizer = Normalizer()
        self._segmenter = Segmenter(segmenting)
        self._stream = VadStream()
        self._rest = EMPTY_BLOCK  # less than a window
        self._n_samples = 0
        self._n_segment_samples = 0
        self._vad_s = 0.0
        self._queued_s = 0.0
        self._decode_s = 0.0
        self._decoding: deque[_Decoding] = deque()
        self._decoded: list[DecodedSegment] = []
        self._eager: _Decoding | None = None
        self._considered = -1  # the end of speech for which an eager decode was last decided on
        self._n_tries = 0
        self._eagerness = Eagerness.NO_SPEECH if pipeline.eager else Eagerness.OFF

    async def feed(self, pcm_format: PcmFormat, data: bytes) -> None:
        """Take a chunk of PCM, of any length and possibly ending within a sample.

        Raises:
            UtteranceTooLong: Beyond `MAX_UTTERANCE_S`.
            ServiceError: If a segment that it closes is refused, or an earlier one failed.
        """
        slice_bytes = max(1, pcm_format.bytes_per_second * _SLICE_SAMPLES // SAMPLE_RATE)
        for start in range(0, len(data), slice_bytes):
            piece = data[start : start + slice_bytes]
            await self._take(self._normalizer.feed(piece, pcm_format))
            if start + slice_bytes < len(data):
                await asyncio.sleep(0)

    async def feed_block(self, block: Block) -> None:
        """Take 16 kHz mono samples, shape ``(n_samples,)``; raises as `feed` does."""
        for start in range(0, len(block), _SLICE_SAMPLES):
            await self._take(block[start : start + _SLICE_SAMPLES])
            await asyncio.sleep(0)

    async def finish(self) -> TranscriptUpdate:
        """End the utterance and return its transcript, which is empty where nothing was said.

        Raises:
            ServiceError: If a segment is refused, or its decode failed.
        """
        await self._take(self._normalizer.finish())
        if len(self._rest):
            await self._judge(np.zeros(WINDOW_SAMPLES - len(self._rest), np.float32))
        for segment in self._segmenter.finish():
            await self._queue(segment)
        self._ended = True
        while self._decoding:
            await self._collect()
        return self._transcript

    def close(self) -> None:
        """Give up what is still queued or being decoded."""
        while self._decoding:
            self._decoding.popleft().result.cancel()
        self._drop_eager()

    @property
    def report(self) -> UtteranceReport:
        """What there is to say so far."""
        return UtteranceReport(
            self._n_samples / SAMPLE_RATE,
            self._n_segment_samples / SAMPLE_RATE,
            self._queued_s,
            self._decode_s,
            tuple(decoded.hypothesis for decoded in self._decoded),
            self._eagerness,
            self._vad_s,
        )

    @property
    def _transcript(self) -> TranscriptUpdate:
        joined = join_hypotheses([decoded.hypothesis for decoded in self._decoded])
        return replace(joined, segments=tuple(self._decoded))

    async def _take(self, block: Block) -> None:
        self._n_samples += len(block)
        if self._n_samples > MAX_UTTERANCE_S * SAMPLE_RATE:
            raise UtteranceTooLong(f"an utterance is longer than {MAX_UTTERANCE_S} s")
        await self._judge(block)

    async def _judge(self, block: Block) -> None:
        windows = self._windows(block)
        if not len(windows):
            return
        clock = asyncio.get_running_loop().time
        asked = clock()
        probabilities = await self._pipeline.scorer.probabilities(self._stream, windows)
        self._vad_s += clock() - asked
        for window, probability in zip(windows, probabilities, strict=True):
            for segment in self._segmenter.feed(window, probability):
                await self._queue(segment)
                while len(self._decoding) > _MAX_SEGMENTS_AHEAD:
                    await self._collect()
            self._look_ahead()

    def _windows(self, block: Block) -> Block:
        """Return the windows that are whole, shape ``(n_windows, 512)``."""
        samples = np.concatenate((self._rest, block)) if len(self._rest) else block
        whole = len(samples) - len(samples) % WINDOW_SAMPLES
        self._rest = samples[whole:]
        return samples[:whole].reshape(-1, WINDOW_SAMPLES)

    async def _queue(self, segment: Segment) -> None:
        # A file that was admitted is not refused half way: an hour's work would be lost.
        if self._priority is Priority.FILE:
            await self._pipeline.scheduler.room(self._priority)
        self._submit(segment)

    def _submit(self, segment: Segment) -> None:
        self._n_segment_samples += len(segment.samples)
        eager, self._eager = self._eager, None
        if eager is not None and eager.is_of(segment) and not eager.has_failed:
            self._eagerness = Eagerness.HIT
            self._pipeline.scheduler.promote(eager.result, self._priority)
            self._await(eager)
            return
        if eager is not None:
            self._eagerness = Eagerness.FAILED
            eager.result.cancel()
        elif self._pipeline.eager and self._considered != self._segmenter.speech_end:
            self._eagerness = Eagerness.NO_PAUSE
        request = DecodeRequest(segment.samples, self._options)
        result = self._pipeline.scheduler.submit(request, self._priority)
        self._await(_Decoding(segment.start, segment.end, result))

    def _look_ahead(self) -> None:
        """Start an eager decode where it is due; give one up where somebody speaks again."""
        options, pause = self._pipeline.eager, self._segmenter.pause
        if options is None or self._priority is not Priority.FINAL:
            return
        if pause == 0:
            self._drop_eager()
        speech_end = self._segmenter.speech_end
        if pause < options.pause_samples or speech_end == self._considered:
            return
        segment = self._segmenter.preview()
        scheduler = self._pipeline.scheduler
        refusal = refuse(
            len(segment.samples),
            self._n_tries,
            final_waits=scheduler.is_waiting(Priority.FINAL),
            options=options,
        )
        if refusal is Eagerness.BUSY:
            self._eagerness = refusal
            return  # and ask again at the next window: the pause may last
        self._considered = speech_end
        if refusal is not None:
            self._eagerness = refusal
            return
        request = DecodeRequest(segment.samples, self._options)
        try:
            result = scheduler.submit(request, Priority.EAGER)
        except ServiceError:
            self._eagerness = Eagerness.BUSY
            return
        self._n_tries += 1
        self._eager = _Decoding(segment.start, segment.end, result)

    def _drop_eager(self) -> None:
        if self._eager is not None:
            self._eager.result.cancel()
            self._eager = None

    def _await(self, decoding: _Decoding) -> None:
        self._decoding.append(decoding)
        decoding.result.add_done_callback(self._take_decoded)

    async def _collect(self) -> None:
        """Wait for the oldest segment."""
        await self._decoding[0].result
        self._take_decoded()

    def _take_decoded(self, _: object = None) -> None:
        """Take the hypotheses that are next in order; a failure stays, for who collects it."""
        n_taken = len(self._decoded)
        while self._decoding and self._decoding[0].has_succeeded:
            decoding = self._decoding.popleft()
            result = decoding.result
            self._decoded.append(DecodedSegment(decoding.start, decoding.end, result.result()))
            self._queued_s += result.queued_s
            self._decode_s += result.decode_s
        is_whole = self._ended and not self._decoding
        if self._publish is not None and len(self._decoded) > n_taken and not is_whole:
            self._publish(self._transcript)


@dataclass(frozen=True, slots=True)
class _Decoding:
    """A decode of the utterance from one position to another.

    An eager one is the answer if the segment ends where it did then: language, task, prompt and
    options are the utterance's, and the samples follow from the bounds.
    """

    start: int
    end: int
    result: PendingDecode

    @property
    def has_succeeded(self) -> bool:
        """Whether it has ended with a hypothesis."""
        result = self.result
        return result.done() and not result.cancelled() and result.exception() is None

    @property
    def has_failed(self) -> bool:
        """Whether it has ended without one."""
        return self.result.done() and not self.has_succeeded

    def is_of(self, segment: Segment) -> bool:
        """Tell whether this is the decode of a segment."""
        return (self.start, self.end) == (segment.start, segment.end)
