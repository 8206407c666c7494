"""What a load tells of a server: percentiles, word errors, and tables of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from wyoming_whisper.bench.load import Load, Outcome


@dataclass(frozen=True, slots=True)
class Spread:
    """Half, 95 % and all of some durations lie below these, in ms; NaN where there are none."""

    p50: float
    p95: float
    max: float

    def __str__(self) -> str:
        return " / ".join(map(milliseconds, (self.p50, self.p95, self.max)))


@dataclass(frozen=True, slots=True)
class Figures:
    """A load in figures.

    Attributes:
        n_commands: Commands spoken.
        n_failed: Those without a transcript.
        n_exact: Those understood to the letter.
        after_stop: From audio-stop to the transcript.
        word_errors: Words too many, too few or wrong; those of a command that failed are too few.
        n_words: Words spoken.
        audio_per_s: Seconds of audio taken in a second.
        describe: From asking for a description to having it.
        n_undescribed: Descriptions that failed.
        late_ms: By how much the latest chunk missed its time.
        n_words_in_noise: Words heard where nobody spoke.
    """

    n_commands: int
    n_failed: int
    n_exact: int
    after_stop: Spread
    word_errors: int
    n_words: int
    audio_per_s: float
    describe: Spread
    n_undescribed: int
    late_ms: float
    n_words_in_noise: int

    @property
    def word_error_rate(self) -> float:
        """Word errors in percent of the words spoken."""
        return 100 * self.word_errors / max(self.n_words, 1)


def figures(load: Load) -> Figures:
    """Count a load."""
    outcomes = load.outcomes
    answered = [outcome for outcome in outcomes if outcome.understood is not None]
    return Figures(
        n_commands=len(outcomes),
        n_failed=len(outcomes) - len(answered),
        n_exact=sum(outcome.understood == outcome.said for outcome in answered),
        after_stop=spread(outcome.after_stop_s for outcome in answered),
        word_errors=sum(word_errors(o.said, o.understood or "") for o in outcomes),
        n_words=sum(len(words(outcome.said)) for outcome in outcomes),
        audio_per_s=sum(o.seconds for o in outcomes) / load.elapsed_s if load.elapsed_s else 0.0,
        describe=spread(load.described_s),
        n_undescribed=len(load.undescribed),
        late_ms=1000 * max((o.late_s for o in outcomes + load.noise), default=0.0),
        n_words_in_noise=sum(len(words(o.understood or "")) for o in load.noise),
    )


def different(outcomes: Iterable[Outcome], reference: Iterable[Outcome]) -> list[tuple[str, str]]:
    """Return the transcripts that differ from those of the same commands at another time.

    Returns:
        Pairs: the reference's transcript first. A failure counts as an empty transcript.
    """
    expected = {outcome.name: outcome.understood or "" for outcome in reference}
    pairs = [(expected[o.name], o.understood or "") for o in outcomes if o.name in expected]
    return [pair for pair in pairs if pair[0] != pair[1]]


def spread(seconds: Iterable[float]) -> Spread:
    """Return the spread of durations in seconds."""
    durations = np.fromiter(seconds, float)
    if not len(durations):
        return Spread(float("nan"), float("nan"), float("nan"))
    return Spread(*(float(x) * 1000 for x in np.percentile(durations, (50, 95, 100))))


def words(text: str) -> list[str]:
    """Return the words that are compared: lower case, hyphens as spaces, without punctuation."""
    return re.sub(r"[^\w' ]", "", text.casefold().replace("-", " ")).split()


def word_errors(said: str, understood: str) -> int:
    """Return how many words have to be changed, added or taken away."""
    return word_distance(words(said), words(understood))


def word_distance(expected: Sequence[str], heard: Sequence[str]) -> int:
    """Return the Levenshtein distance of two sequences of words."""
    row = list(range(len(heard) + 1))
    for n_expected, word in enumerate(expected, 1):
        diagonal, row[0] = row[0], n_expected
        for place, other in enumerate(heard, 1):
            cost = min(row[place] + 1, row[place - 1] + 1, diagonal + (word != other))
            diagonal, row[place] = row[place], cost
    return row[-1]


def milliseconds(value: float) -> str:
    """Write milliseconds with as many digits as mean something."""
    if np.isnan(value):
        return "-"
    return f"{value:.1f}" if value < 10 else f"{value:.0f}"


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Write a Markdown table."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)
