"""What the owner of a server is told of its utterances: figures, never words."""

from __future__ import annotations

import asyncio
import math
import time
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Final, Self, TypeAlias

from wyoming_whisper.errors import ClientGone, WyomingWhisperError
from wyoming_whisper.household.snapper import SnapOutcome
from wyoming_whisper.language import WHISPER_LANGUAGES
from wyoming_whisper.recognition.eager import Eagerness
from wyoming_whisper.recognition.end_of_turn import TurnEnd
from wyoming_whisper.values import Rejection

if TYPE_CHECKING:
    from types import TracebackType

    from wyoming_whisper.household.snapper import Snapped
    from wyoming_whisper.values import Hypothesis, Task

Outcome: TypeAlias = type[BaseException] | None
"""What became of a request: the class of our error, `Exception` for a bug, ``None`` if served."""

# Upper bounds of the histograms' buckets. From an answer that was ready, and had only to be
# written, to one that nobody waits for any more.
_ANSWER_S: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
# From an early answer to a client that waits for long.
_SILENCE_S: Final = (0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 0.6, 0.7, 0.8, 1.0, 1.5, 2.5, 5.0)
# From a free engine, or the smallest model's decode, to the sums of a film's segments.
_WORK_S: Final = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 60.0, 600.0)
# From a command sent as a file to a film.
_REQUEST_S: Final = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 120.0, 600.0)
# From a batch of a fast GPU to a machine that does not keep up with a speaker, which is at 1.
_REAL_TIME: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0)


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
        vad_s: Seconds that it waited for its windows to be scored for speech, all together.
        snapped: What became of its transcript in the household's spelling; ``None`` where nobody
            looked.
        snap_s: Seconds that the answer waited for that.
        turn_end: Why its turn ended.
        silence_s: Seconds of silence behind its last word, when it did; ``None`` where nobody spoke
            or that is not known.
    """

    audio_s: float
    segments_s: float
    queued_s: float
    decode_s: float
    hypotheses: tuple[Hypothesis, ...]
    eagerness: Eagerness
    vad_s: float = 0.0
    snapped: Snapped | None = None
    snap_s: float = 0.0
    turn_end: TurnEnd = TurnEnd.CLIENT
    silence_s: float | None = None

    @property
    def rejections(self) -> list[Rejection]:
        """Why texts were not believed."""
        return [h.rejection for h in self.hypotheses if h.rejection is not None]

    @property
    def detected_languages(self) -> list[str]:
        """The languages that the model found itself, in Whisper's codes."""
        return [
            h.language
            for h in self.hypotheses
            if h.language_probability is not None and h.language in WHISPER_LANGUAGES
        ]

    def line(self, answered_s: float) -> str:
        """Return one line for the log; ``answered_s`` is from the utterance's end to its answer."""
        rejected = ", ".join(rejection.value for rejection in self.rejections)
        return (
            f"answered {answered_s * 1000:.0f} ms after its end ({self.turn_end.value}): "
            f"{self.audio_s:.1f} s of audio, "
            f"{len(self.hypotheses)} segments of {self.segments_s:.1f} s, "
            f"queue {self.queued_s * 1000:.0f} ms, decode {self.decode_s * 1000:.0f} ms, "
            f"eager: {self.eagerness.value}"
            + (f", rejected: {rejected}" if rejected else "")
            + (f", {self.snapped.outcome.value}" if self.snapped is not None else "")
        )


@dataclass(slots=True)
class Histogram:
    """How many values there were, by their size.

    Attributes:
        bounds: What the buckets hold at most, ascending; a last one holds whatever is larger.
        counts: How many values each bucket holds.
        sum: All values together.
    """

    bounds: tuple[float, ...]
    counts: list[int] = field(init=False)
    sum: float = field(init=False, default=0.0)

    def __post_init__(self) -> None:
        if not all(map(math.isfinite, self.bounds)) or any(
            a >= b for a, b in pairwise(self.bounds)
        ):
            raise ValueError(f"bounds ascend and are finite: {self.bounds}")
        self.counts = [0] * (len(self.bounds) + 1)

    def add(self, value: float, n: int = 1) -> None:
        """Count a value ``n`` times.

        Raises:
            ValueError: If it is not finite; the sum would never be a number again.
        """
        if not math.isfinite(value):
            raise ValueError(f"not a finite value: {value}")
        self.counts[bisect_left(self.bounds, value)] += n
        self.sum += n * value

    @property
    def cumulative(self) -> list[int]:
        """How many values are at most each bound, and last how many there are."""
        return list(accumulate(self.counts))


@dataclass(slots=True)
class RequestCounters:
    """All requests since the start: utterances over Wyoming, and files over HTTP.

    Attributes:
        started_at: When the counting began, in `time.monotonic`'s seconds.
        requests: Requests by API, task and outcome.
        auth_failures: HTTP requests turned away for their key, or for where they came from.
        segments: Segments decoded.
        audio_s: Seconds of audio transcribed.
        segments_s: Seconds of it that went to the model.
        dropped_s: Seconds of it in which nobody spoke.
        vad_s: Seconds waited until all of it was scored for speech.
        request_s: Seconds from a request's first byte to its answer, by API; over Wyoming people
            speak meanwhile.
        first_result_s: Seconds from a request's first byte to its first text, where it is streamed.
        answered_s: Seconds from the end of live speech to its answer.
        last_word_s: The same from its last word, which the client's wait for silence is part of.
        turn_ends: Live utterances by why they ended.
        cuts: Those that were answered early, and their speaker went on.
        queued_s: Seconds in the queue, of requests with speech.
        decode_s: Seconds in engine calls, of requests with speech.
        real_time: The same by seconds of audio: 1 is as long as it was spoken.
        eager: Live utterances by what became of the eager decode.
        rejected: Segments by why their text was not believed.
        languages: Segments by the language that was detected.
        snaps: Transcripts by what became of them in the household's spelling.
        snap_s: Seconds that answers waited for that.
    """

    started_at: float = field(default_factory=time.monotonic)
    requests: Counter[tuple[str, Task, Outcome]] = field(default_factory=Counter)
    auth_failures: int = 0
    segments: int = 0
    audio_s: float = 0.0
    segments_s: float = 0.0
    dropped_s: float = 0.0
    vad_s: float = 0.0
    request_s: dict[str, Histogram] = field(default_factory=dict)
    first_result_s: Histogram = field(default_factory=lambda: Histogram(_ANSWER_S))
    answered_s: Histogram = field(default_factory=lambda: Histogram(_ANSWER_S))
    last_word_s: Histogram = field(default_factory=lambda: Histogram(_SILENCE_S))
    turn_ends: Counter[TurnEnd] = field(default_factory=lambda: Counter(dict.fromkeys(TurnEnd, 0)))
    cuts: int = 0
    queued_s: Histogram = field(default_factory=lambda: Histogram(_WORK_S))
    decode_s: Histogram = field(default_factory=lambda: Histogram(_WORK_S))
    real_time: Histogram = field(default_factory=lambda: Histogram(_REAL_TIME))
    eager: Counter[Eagerness] = field(default_factory=lambda: Counter(dict.fromkeys(Eagerness, 0)))
    rejected: Counter[Rejection] = field(
        default_factory=lambda: Counter(dict.fromkeys(Rejection, 0))
    )
    languages: Counter[str] = field(default_factory=Counter)
    snaps: Counter[SnapOutcome] = field(
        default_factory=lambda: Counter(dict.fromkeys(SnapOutcome, 0))
    )
    snap_s: Histogram = field(default_factory=lambda: Histogram(_ANSWER_S))

    def register(self, api: str) -> None:
        """Make an API known, so that its figures are there before its first request."""
        self.request_s.setdefault(api, Histogram(_REQUEST_S))

    def add(
        self,
        api: str,
        task: Task,
        outcome: Outcome,
        *,
        seconds: float,
        report: UtteranceReport | None = None,
        answered_s: float | None = None,
        first_result_s: float | None = None,
    ) -> None:
        """Count a request that has ended.

        Args:
            api: How it came; a name that is registered.
            task: What was asked for.
            outcome: What became of it.
            seconds: From its first byte to its answer.
            report: Its figures; ``None`` where it was not transcribed.
            answered_s: Where it was live: from the end of the speech to the answer.
            first_result_s: Where it is streamed: from its first byte to its first text.
        """
        self.requests[api, task, outcome] += 1
        self.request_s[api].add(seconds)
        if first_result_s is not None:
            self.first_result_s.add(first_result_s)
        if answered_s is not None:
            self.answered_s.add(answered_s)
        if report is None:
            return
        if answered_s is not None:  # it was live
            self.eager[report.eagerness] += 1
            self.turn_ends[report.turn_end] += 1
            if report.silence_s is not None:
                self.last_word_s.add(report.silence_s + answered_s)
        self.audio_s += report.audio_s
        self.segments_s += report.segments_s
        self.vad_s += report.vad_s
        # Segments may be padded beyond the audio's end.
        self.dropped_s += max(0.0, report.audio_s - report.segments_s)
        if report.hypotheses:
            self.queued_s.add(report.queued_s)
            self.decode_s.add(report.decode_s)
            self.real_time.add(report.decode_s / report.audio_s)
        self.segments += len(report.hypotheses)
        self.rejected.update(report.rejections)
        self.languages.update(report.detected_languages)
        if report.snapped is not None:
            self.snaps[report.snapped.outcome] += 1
            self.snap_s.add(report.snap_s)

    def n_requests(self, api: str) -> int:
        """Return how many requests came over an API."""
        return sum(n for (by, _, _), n in self.requests.items() if by == api)

    @property
    def failed(self) -> int:
        """Requests that were not answered with what they asked for."""
        return sum(n for (_, _, outcome), n in self.requests.items() if outcome is not None)

    @property
    def answered(self) -> int:
        """Requests that were answered with what they asked for."""
        return self.requests.total() - self.failed

    @property
    def eager_hits(self) -> int:
        """Live utterances that were decoded before they were known to be over."""
        return self.eager[Eagerness.HIT]

    def line(self) -> str:
        """Return one line for the log."""
        eager = ", ".join(f"{n} {kind.value}" for kind, n in self.eager.most_common() if n)
        return (
            f"{self.answered} utterances answered, {self.failed} failed: "
            f"{self.audio_s:.0f} s of audio, {self.segments} segments of {self.segments_s:.0f} s, "
            f"queue {self.queued_s.sum:.1f} s, decode {self.decode_s.sum:.1f} s"
            + (f", eager: {eager}" if eager else "")
        )


@dataclass(slots=True)
class CountedRequest:
    """Counts a request at the end of a ``with`` block, by what has become of it.

    Attributes:
        counters: Where.
        api: How it came; a name that is registered, so that names are as many as APIs.
        task: What was asked for.
        report: Its figures, once they are there.
        answered_s: Where it is live: seconds from the end of the speech to the answer.

    Raises:
        ValueError: If the API is not registered.
    """

    counters: RequestCounters
    api: str
    task: Task
    report: UtteranceReport | None = None
    answered_s: float | None = None
    _started: float = field(default_factory=time.monotonic)
    # Seconds from the start to the first text; None before.
    _first_result_s: float | None = None
    # Why it has failed, where the client was told that it would not.
    _error: BaseException | None = None

    def __post_init__(self) -> None:
        if self.api not in self.counters.request_s:
            raise ValueError(f"no such API is registered: {self.api}")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.counters.add(
            self.api,
            self.task,
            _outcome(error or self._error),
            seconds=time.monotonic() - self._started,
            report=self.report,
            answered_s=self.answered_s,
            first_result_s=self._first_result_s,
        )

    def tell(self) -> None:
        """Say that a part of the transcript has been sent."""
        if self._first_result_s is None:
            self._first_result_s = time.monotonic() - self._started

    def fail(self, error: BaseException) -> None:
        """Say that it has failed, though the client has been told that it would not."""
        self._error = error


def _outcome(error: BaseException | None) -> Outcome:
    """Return one of a bounded number of classes."""
    if error is None:
        return None
    if isinstance(error, asyncio.CancelledError):  # work is cancelled when nobody waits for it
        return ClientGone
    return type(error) if isinstance(error, WyomingWhisperError) else Exception
