"""The segments of an utterance → its transcript: in order, and joined."""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from wyoming_whisper.errors import ServiceError
from wyoming_whisper.language import space_between
from wyoming_whisper.values import DecodedSegment, TranscriptUpdate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from wyoming_whisper.scheduling.queue import PendingDecode
    from wyoming_whisper.values import Cut, Hypothesis, Segment, Word


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
    """The decode of a segment."""

    segment: Segment
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
        own = self.segment
        return (own.start, own.end) == (segment.start, segment.end)


class OrderedDecodes:
    """The decodes of an utterance's segments, taken in the order of the speech.

    Of segments that were joined and are not believed together, each is decoded for itself: a noise
    among them must not cost the others' words.

    Args:
        submit: Has a segment decoded; may raise `ServiceError`.

    Attributes:
        grown: Called whenever more of the transcript is known, and it is not all of it.
        decoded: What has been taken.
        queued_s: Seconds that those waited for the engine, all together.
        decode_s: Seconds of the engine calls in which they were decoded, all together.
    """

    def __init__(self, submit: Callable[[Segment], PendingDecode]) -> None:
        self.grown: Callable[[], None] | None = None
        self.decoded: list[DecodedSegment] = []
        self.queued_s = 0.0
        self.decode_s = 0.0
        self._submit = submit
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

    @property
    def likely_language(self) -> tuple[str, float] | None:
        """The language that most of the speech so far was heard in, and how surely at best.

        ``None`` where none was detected.
        """
        seconds: defaultdict[str, float] = defaultdict(float)
        surest: defaultdict[str, float] = defaultdict(float)
        for segment in self.decoded:
            hypothesis = segment.hypothesis
            probability = hypothesis.language_probability
            if probability is not None and hypothesis.rejection is None and hypothesis.text:
                language = hypothesis.language
                seconds[language] += probability * (segment.end - segment.start)
                surest[language] = max(surest[language], probability)
        if not seconds:
            return None
        language = max(seconds, key=seconds.__getitem__)
        return language, surest[language]

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
            segment, result = decode.segment, decode.result
            self.queued_s += result.queued_s
            self.decode_s += result.decode_s
            hypothesis = result.result()
            if hypothesis.rejection is not None and segment.parts and self._take_apart(segment):
                continue
            timed = replace(hypothesis, words=tuple(_in_utterance(hypothesis.words, segment.cuts)))
            self.decoded.append(DecodedSegment(segment.start, segment.end, timed))
        is_whole = self._is_complete and not self._open
        if self.grown is not None and len(self.decoded) > n_taken and not is_whole:
            self.grown()

    def _take_apart(self, segment: Segment) -> bool:
        """Have the parts of a segment decoded in its place; tell whether that could be done."""
        decodes: list[SegmentDecode] = []
        try:
            for part in segment.parts:
                # Not extend: those before a refusal are to be cancelled.
                decodes.append(SegmentDecode(part, self._submit(part)))  # noqa: PERF401
        except ServiceError:
            for decode in decodes:
                decode.result.cancel()
            return False
        self._open.extendleft(reversed(decodes))
        for decode in decodes:
            decode.result.add_done_callback(self._take)
        return True


def _in_utterance(words: Iterable[Word], cuts: Sequence[Cut]) -> Iterator[Word]:
    """Yield words whose times count what was left out of their segment.

    A word that lies across a cut is on that side of it where its middle is.
    """
    for word in words:
        before = [cut for cut in cuts if cut.at <= (word.start + word.end) // 2]
        after = cuts[len(before) : len(before) + 1]
        start = max([word.start, *(cut.at for cut in before[-1:])])
        end = min([word.end, *(cut.at for cut in after)])
        left_out = sum(cut.n_samples for cut in before)
        yield replace(word, start=start + left_out, end=max(start, end) + left_out)
