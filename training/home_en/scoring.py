"""Word errors, their interval, and agreement: what is counted of transcripts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from wyoming_whisper.bench.figures import word_distance

if TYPE_CHECKING:
    from collections.abc import Sequence

NORMALISER = "lower case, hyphens as spaces, all other punctuation but apostrophes off"
RESAMPLES = 2000
_SEED = 7


def normalise(text: str) -> list[str]:
    """The words which are compared."""
    return re.sub(r"[^a-z0-9' ]", "", text.lower().replace("-", " ")).split()


@dataclass(frozen=True, slots=True)
class Score:
    """Errors and reference words of each utterance."""

    errors: tuple[int, ...]
    words: tuple[int, ...]

    @property
    def rate(self) -> float:
        """Word error rate in percent."""
        return 100 * sum(self.errors) / max(sum(self.words), 1)

    def interval(self) -> tuple[float, float]:
        """The 95 % bootstrap interval over utterances, in percent."""
        rng = np.random.default_rng(_SEED)
        errors, words = np.array(self.errors), np.array(self.words)
        draws = rng.integers(0, errors.size, (RESAMPLES, errors.size))
        rates = 100 * errors[draws].sum(1) / np.maximum(words[draws].sum(1), 1)
        low, high = np.percentile(rates, (2.5, 97.5))
        return float(low), float(high)

    def __str__(self) -> str:
        low, high = self.interval()
        return f"{self.rate:.1f} ({low:.1f} to {high:.1f})"


def joined(scores: Sequence[Score]) -> Score:
    """All utterances of several scores."""
    return Score(
        tuple(e for s in scores for e in s.errors), tuple(w for s in scores for w in s.words)
    )


def score(references: Sequence[str], transcripts: Sequence[str]) -> Score:
    """Count the errors of each transcript against the reference in the same place."""
    expected = [normalise(text) for text in references]
    heard = [normalise(text) for text in transcripts]
    return Score(
        tuple(word_distance(e, h) for e, h in zip(expected, heard, strict=True)),
        tuple(map(len, expected)),
    )


def agreement(transcripts: Sequence[str], others: Sequence[str]) -> float:
    """The percentage of utterances of which two engines give the same words."""
    same = [normalise(a) == normalise(b) for a, b in zip(transcripts, others, strict=True)]
    return 100 * sum(same) / max(len(same), 1)


def words_in(transcripts: Sequence[str]) -> tuple[int, int]:
    """How many words, and in how many of the transcripts."""
    counts = [len(normalise(text)) for text in transcripts]
    return sum(counts), sum(map(bool, counts))
