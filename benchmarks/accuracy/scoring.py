"""What is counted of transcripts: word errors, and rates with their intervals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from home_en.figures import words

from wyoming_whisper.bench.figures import word_distance

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_RESAMPLES: Final = 2000
_SEED: Final = 7


@dataclass(frozen=True, slots=True)
class Rate:
    """How much of what: for each utterance, for instance its word errors and its words."""

    hits: tuple[int, ...]
    out_of: tuple[int, ...]

    @property
    def percent(self) -> float:
        """The rate of all utterances together."""
        return 100 * sum(self.hits) / max(sum(self.out_of), 1)

    def interval(self) -> tuple[float, float]:
        """The 95 % bootstrap interval over utterances, in percent."""
        rng = np.random.default_rng(_SEED)
        hits, out_of = np.array(self.hits), np.array(self.out_of)
        draws = rng.integers(0, hits.size, (_RESAMPLES, hits.size))
        rates = 100 * hits[draws].sum(1) / np.maximum(out_of[draws].sum(1), 1)
        low, high = np.percentile(rates, (2.5, 97.5))
        return float(low), float(high)

    def __str__(self) -> str:
        low, high = self.interval()
        return f"{self.percent:.1f} ({low:.1f} to {high:.1f})"


def share(flags: Iterable[bool]) -> Rate:
    """Return the rate of utterances of which something is true."""
    hits = tuple(map(int, flags))
    return Rate(hits, (1,) * len(hits))


def word_errors(references: Sequence[str], transcripts: Sequence[str]) -> Rate:
    """Return the errors of each transcript against the reference in the same place."""
    expected = [words(text) for text in references]
    heard = [words(text) for text in transcripts]
    errors = (word_distance(e, h) for e, h in zip(expected, heard, strict=True))
    return Rate(tuple(errors), tuple(map(len, expected)))


def same_words(*transcripts: Sequence[str]) -> Rate:
    """Return of how many utterances all programs hear the same words."""
    return share(
        len({tuple(words(text)) for text in texts}) == 1 for texts in zip(*transcripts, strict=True)
    )
