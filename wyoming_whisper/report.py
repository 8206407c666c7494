"""What the owner of a server is told of its utterances: figures, never words."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from wyoming_whisper.speech.eager import Eagerness
    from wyoming_whisper.transcript import Hypothesis, Rejection

_N_RECENT: Final = 1_000


@dataclass(frozen=True, slots=True)
class UtteranceReport:
    """The figures of one utterance.

    Attributes:
        audio_s: Seconds of audio received.
        segments_s: Seconds of audio that went to the model.
        queued_s: Seconds that its segments waited for the engine, all together.
        decode_s: Seconds of the engine calls in which they were decoded, all together.
        hypotheses: What came back.
        eagerness: Whether the last segment was decoded before the utterance's end, or why not.
    """

    audio_s: float
    segments_s: float
    queued_s: float
    decode_s: float
    hypotheses: tuple[Hypothesis, ...]
    eagerness: Eagerness

    @property
    def rejections(self) -> list[Rejection]:
        """Why texts were not believed."""
        return [h.rejection for h in self.hypotheses if h.rejection is not None]

    def line(self, answered_s: float) -> str:
        """Return one line for the log; ``answered_s`` is from the utterance's end to its answer."""
        rejected = ", ".join(rejection.value for rejection in self.rejections)
        return (
            f"answered {answered_s * 1000:.0f} ms after its end: {self.audio_s:.1f} s of audio, "
            f"{len(self.hypotheses)} segments of {self.segments_s:.1f} s, "
            f"queue {self.queued_s * 1000:.0f} ms, decode {self.decode_s * 1000:.0f} ms, "
            f"eager: {self.eagerness.value}" + (f", rejected: {rejected}" if rejected else "")
        )


@dataclass(slots=True)
class UtteranceCounters:
    """The same, summed over all utterances answered since the start.

    Attributes:
        utterances: Utterances answered with a transcript.
        failed: Utterances answered with an error.
        segments: Segments decoded.
        audio_s: Seconds of audio received.
        segments_s: Seconds of audio that went to the model.
        queued_s: Seconds in the queue.
        decode_s: Seconds in engine calls.
        answered_s: Seconds from an utterance's end to its answer: the latest of them.
        eager: Utterances by what became of the eager decode.
        rejected: Segments by why their text was not believed.
    """

    utterances: int = 0
    failed: int = 0
    segments: int = 0
    audio_s: float = 0.0
    segments_s: float = 0.0
    queued_s: float = 0.0
    decode_s: float = 0.0
    answered_s: deque[float] = field(default_factory=lambda: deque(maxlen=_N_RECENT))
    eager: Counter[Eagerness] = field(default_factory=Counter)
    rejected: Counter[Rejection] = field(default_factory=Counter)

    def add(self, report: UtteranceReport, answered_s: float) -> None:
        """Count an utterance that was answered with a transcript."""
        self.utterances += 1
        self.segments += len(report.hypotheses)
        self.audio_s += report.audio_s
        self.segments_s += report.segments_s
        self.queued_s += report.queued_s
        self.decode_s += report.decode_s
        self.answered_s.append(answered_s)
        self.eager[report.eagerness] += 1
        self.rejected.update(report.rejections)

    def line(self) -> str:
        """Return one line for the log."""
        eager = ", ".join(f"{n} {kind.value}" for kind, n in self.eager.most_common())
        return (
            f"{self.utterances} utterances answered, {self.failed} failed: "
            f"{self.audio_s:.0f} s of audio, {self.segments} segments of {self.segments_s:.0f} s, "
            f"queue {self.queued_s:.1f} s, decode {self.decode_s:.1f} s"
            + (f", eager: {eager}" if eager else "")
        )
