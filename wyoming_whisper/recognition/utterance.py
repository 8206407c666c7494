"""One utterance from end to end: PCM in, transcript out, for every API alike.

The parts are pure and know nothing of each other; this is where they meet the event loop. Long
input is worked through in slices, so that a client who sends a minute of audio at once does not
keep the loop from the others.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

from wyoming_whisper.audio.normalizer import Normalizer
from wyoming_whisper.audio.pcm import SAMPLE_RATE
from wyoming_whisper.engines.engine import DecodeRequest
from wyoming_whisper.errors import UtteranceTooLong
from wyoming_whisper.recognition.accounting import UtteranceReport
from wyoming_whisper.recognition.eager import EagerDecode, Eagerness
from wyoming_whisper.recognition.end_of_turn import TurnEnd
from wyoming_whisper.recognition.join import OrderedDecodes, SegmentDecode
from wyoming_whisper.recognition.snapping import AS_THE_OWNER_DECIDES
from wyoming_whisper.recognition.turn_watch import TurnWatch
from wyoming_whisper.speech.packing import Packer
from wyoming_whisper.speech.segmenter import Segmenter
from wyoming_whisper.speech.vad import WINDOW_SAMPLES
from wyoming_whisper.values import Priority, Task

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wyoming_whisper.audio.pcm import Block
    from wyoming_whisper.audio.pcm_format import PcmFormat
    from wyoming_whisper.household.snapper import Snapped
    from wyoming_whisper.recognition.eager import EagerOptions
    from wyoming_whisper.recognition.snapping import SnapOptions, Snapping
    from wyoming_whisper.recognition.turn_watch import TurnOptions
    from wyoming_whisper.recognition.vad_batcher import StreamWindows
    from wyoming_whisper.scheduling.lifecycle import Lifecycle
    from wyoming_whisper.scheduling.queue import PendingDecode
    from wyoming_whisper.speech.packing import PackingOptions
    from wyoming_whisper.speech.segmenter import SegmentingOptions
    from wyoming_whisper.values import DecodeOptions, Hypothesis, Segment, TranscriptUpdate

# About a millisecond of work, were all of it done at once: 8 windows, and their conversion.
_SLICE_SAMPLES: Final = 8 * WINDOW_SAMPLES
# A speaker's closed segments that may be in the queue at once; more would let one crowd it.
_MAX_SEGMENTS_AHEAD: Final = 2
MAX_UTTERANCE_S: Final = 6 * 60 * 60
"""Nobody dictates for longer; a stream that never ends must not grow a transcript for ever."""


class Utterance:
    """One utterance; its methods are called in turn, by one task.

    Cancelling a method abandons the utterance: `close` it then.

    Args:
        lifecycle: The model that decodes it.
        windows: Its way to the VAD.
        options: How its segments are decoded.
        segmenting: How its speech is cut.
        priority: The class of its decodes.
        eager: When to decode before its end is known; ``None`` for never.
        packing: How its segments are joined; ``None`` where somebody waits for each.
        waits_for_room: Whether its segments wait for room in the queue, instead of being refused.
        snapping: Writes its transcript as the household does; ``None`` to leave it as it was heard.
        snap: What its client wants of that.
        turn: When it ends before its client says so; ``None`` for never.

    Attributes:
        decodes: Its segments' decodes, and the transcript that they make.
        turn: What is known of when it ends; ``None`` where only its client says that.
    """

    def __init__(
        self,
        lifecycle: Lifecycle,
        windows: StreamWindows,
        options: DecodeOptions,
        segmenting: SegmentingOptions,
        *,
        priority: Priority,
        eager: EagerOptions | None = None,
        packing: PackingOptions | None = None,
        waits_for_room: bool = False,
        snapping: Snapping | None = None,
        snap: SnapOptions = AS_THE_OWNER_DECIDES,
        turn: TurnOptions | None = None,
    ) -> None:
        self.decodes: Final = OrderedDecodes(lambda segment: self._submit(segment, priority))
        self._lifecycle = lifecycle
        self._windows = windows
        self._options = options
        self._priority = priority
        self._waits_for_room = waits_for_room
        self._eager = None if eager is None else self._new_eager(eager)
        self._normalizer = Normalizer()
        self._segmenter = Segmenter(segmenting)
        self._packer = None if packing is None else Packer(packing)
        self._n_samples = 0  # received
        self._n_segment_samples = 0  # that went to the model
        # What a translation would be written as nobody knows.
        self._snapping = None if options.task is Task.TRANSLATE else snapping
        self._snap = snap
        self._snapped: Snapped | None = None  # what became of the transcript
        self._snap_s = 0.0
        self.turn: Final = None if turn is None else TurnWatch(turn, segmenting.endpointing)
        lifecycle.expect_work()

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
        if self.turn is None or not self.turn.has_ended:
            if self.turn is not None:
                self.turn.close()
            await self._take(self._normalizer.finish())
            await self._judge(await self._windows.finish())
        for segment in self._segmenter.finish():
            await self._pack(segment)
        if self._packer is not None:
            for segment in self._packer.finish():
                await self._decode(segment)
        update = await self.decodes.complete()
        if self._snapping is None:
            return update
        clock = asyncio.get_running_loop().time
        started = clock()
        update, self._snapped = await self._snapping.snap(update, self._snap)
        self._snap_s = clock() - started
        return update

    def close(self) -> None:
        """Give up what is still queued or being decoded."""
        self.decodes.give_up()
        if self._eager is not None:
            self._eager.give_up()

    @property
    def report(self) -> UtteranceReport:
        """What there is to say so far."""
        return UtteranceReport(
            self._n_samples / SAMPLE_RATE,
            self._n_segment_samples / SAMPLE_RATE,
            self.decodes.queued_s,
            self.decodes.decode_s,
            tuple(decoded.hypothesis for decoded in self.decodes.decoded),
            Eagerness.OFF if self._eager is None else self._eager.outcome,
            self._windows.waited_s,
            self._snapped,
            self._snap_s,
            TurnEnd.CLIENT if self.turn is None else self.turn.end,
            None if self._segmenter.first_onset is None else self._segmenter.silence / SAMPLE_RATE,
        )

    def _new_eager(self, options: EagerOptions) -> EagerDecode:
        return EagerDecode(
            options,
            self._submit_eagerly,
            lambda: self._awaits_language or self._lifecycle.queue.is_waiting(Priority.FINAL),
        )

    def _submit_eagerly(self, segment: Segment) -> PendingDecode:
        result = self._submit(segment, Priority.EAGER)
        result.add_done_callback(partial(self._foresee, self._segmenter.speech_end))
        return result

    def _foresee(self, speech_end: int, decode: asyncio.Future[Hypothesis]) -> None:
        """Find out what an eager decode says, and is written as, before its speaker is done."""
        if decode.cancelled() or decode.exception() is not None:
            return
        hypothesis = decode.result()
        is_first = len(self.decodes) == 0
        if hypothesis.rejection is not None or not hypothesis.text:
            if self.turn is not None and is_first:
                self.turn.dismiss(speech_end)
        elif self._snapping is not None:
            snapped = self._snapping.foresee(hypothesis, self._snap)
            # Of several segments none is changed, and none is a command.
            if self.turn is not None and snapped is not None and is_first:
                self.turn.foresee(snapped, speech_end)

    @property
    def _detects(self) -> bool:
        return self._options.language is None and self._lifecycle.model.facts.multilingual

    @property
    def _awaits_language(self) -> bool:
        """Whether what is being decoded will tell in which language the rest may be."""
        return self._detects and len(self.decodes) > 0

    async def _take(self, block: Block) -> None:
        self._n_samples += len(block)
        if self._n_samples > MAX_UTTERANCE_S * SAMPLE_RATE:
            raise UtteranceTooLong(f"an utterance is longer than {MAX_UTTERANCE_S} s")
        await self._judge(await self._windows.feed(block))

    async def _judge(self, windows: Sequence[tuple[Block, float]]) -> None:
        """Take windows and their probabilities of speech."""
        for window, probability in windows:
            if self.turn is not None and self.turn.has_ended:
                self.turn.overhear(probability)
                continue
            for segment in self._segmenter.feed(window, probability):
                await self._pack(segment)
                while len(self.decodes) > _MAX_SEGMENTS_AHEAD:
                    await self.decodes.wait_for_oldest()
            if self._eager is not None:
                self._eager.look(self._segmenter)
            if self.turn is not None:
                self.turn.look(self._segmenter)

    async def _pack(self, segment: Segment) -> None:
        """Take a segment that has closed."""
        for whole in [segment] if self._packer is None else self._packer.add(segment):
            await self._decode(whole)

    async def _decode(self, segment: Segment) -> None:
        """Have a segment decoded, unless that is done already."""
        while self._awaits_language:
            await self.decodes.wait_for_oldest()
        if self._waits_for_room:
            await self._lifecycle.queue.room(self._priority)
        self._n_segment_samples += len(segment.samples)
        if self._eager is not None and (
            decode := self._eager.claim(segment, self._segmenter.speech_end)
        ):
            self._lifecycle.queue.promote(decode.result, self._priority)
        else:
            result = self._submit(segment, self._priority)
            decode = SegmentDecode(segment, result)
        self.decodes.add(decode)

    def _submit(self, segment: Segment, priority: Priority) -> PendingDecode:
        options = replace(self._options, has_parts=bool(segment.parts))
        if self._detects:
            options = replace(options, likely=self.decodes.likely_language)
        return self._lifecycle.submit(DecodeRequest(segment.samples, options), priority)
