"""The segments of an utterance → its transcript: in order, and joined."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from wyoming_whisper.language import space_between
from wyoming_whisper.values import DecodedSegment, TranscriptUpdate

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from wyoming_whisper.scheduling.queue import PendingDecode
    from wyoming_whisper.values import Hypothesis, Segment


def join_hypotheses(hypotheses: Sequence[Hypothesis]) -> TranscriptUpdate:
    """Join the believed texts in order; an utterance without any has an empty transcript."""
    believed = [h for h in hypotheses if h.rejection is None and h.text]
    if not believed:
        return TranscriptUpdate("", hypotheses[0].language if hypotheses else None)
    text = believed[0].text
    for before, after in pairwise(believed):
        text += space_between(before.language, after.language) + after.text
    return TranscriptUpdate(text, believed[0].language)


@dataclass(frozen=True, slots=True)
class SegmentDecode:
    """A decode of an utterance from one position to another, counted as `values.Segment` does."""

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
        """Tell whether this is the decode of a segment.

        Within an utterance the samples follow from the bounds, and all else is the same.
        """
        return (self.start, self.end) == (segment.start, segment.end)


class OrderedDecodes:
    """The decodes of an utterance's segments, taken in the order of the speech.

    Attributes:
        grown: Called whenever more of the transcript is known, and it is not all of it.
        decoded: What has been taken.
        queued_s: Seconds that those waited for the engine, all together.
        decode_s: Seconds of the engine calls in which they were decoded, all together.
    """

    def __init__(self) -> None:
        self.grown: Callable[[], None] | None = None
        self.decoded: list[DecodedSegment] = []
        self.queued_s = 0.0
        self.decode_s = 0.0
        self._open: deque[SegmentDecode] = deque()
        self._is_complete = False  # no decode will be added

    def __len__(self) -> int:
        """Count the decodes that have not been taken."""
        return len(self._open)

    @property
    def transcript(self) -> TranscriptUpdate:
        """What is known so far."""
        joined = join_hypotheses([segment.hypothesis for segment in self.decoded])
        return replace(joined, segments=tuple(self.decoded))

    def add(self, decode: SegmentDecode) -> None:
        """Add the next segment's decode."""
        self._open.append(decode)
        decode.result.add_done_callback(self._take)

    async def wait_for_oldest(self) -> None:
        """Wait until the oldest is taken; raises what it failed with."""
        await self._open[0].result
        self._take()

    async def complete(self) -> TranscriptUpdate:
        """Wait for all; none is added any more. Raises what the first failure was."""
        self._is_complete = True
        while self._open:
            await self.wait_for_oldest()
        return self.transcript

    def give_up(self) -> None:
        """Cancel what has not been taken."""
        while self._open:
            self._open.popleft().result.cancel()

    def _take(self, _: object = None) -> None:
        """Take those that are next in order; a failure stays, for who waits for it."""
        n_taken = len(self.decoded)
        while self._open and self._open[0].has_succeeded:
            decode = self._open.popleft()
            self.decoded.append(DecodedSegment(decode.start, decode.end, decode.result.result()))
            self.queued_s += decode.result.queued_s
            self.decode_s += decode.result.decode_s
        is_whole = self._is_complete and not self._open
        if self.grown is not None and len(self.decoded) > n_taken and not is_whole:
            self.grown()
