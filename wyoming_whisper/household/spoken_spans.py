"""Which stretches of what was heard may be a word of a grammar.

What was heard is cut at *places*: between words, and within a long word where both halves are near
to words of the grammar, as in "Senate timer".
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np
from rapidfuzz.distance import Levenshtein
from rapidfuzz.process import cdist

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

# Halves of a word that was heard are this near to words of the grammar, by all their letters.
_SPLIT_SHARE: Final = 0.34
_MIN_SPLIT: Final = 4


@dataclass(frozen=True, slots=True)
class Places:
    """Where words may begin in what was heard.

    Attributes:
        letters: The letters in front of each place; the last place is the end.
        words: The number of the word that each place is in front of, or within.
        is_between: Whether it is between two words, or at an end.
    """

    letters: tuple[int, ...]
    words: tuple[int, ...]
    is_between: tuple[bool, ...]

    def __len__(self) -> int:
        """Count them."""
        return len(self.letters)


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of what was heard: its first place, the place behind it, and its letters."""

    first: int
    last: int
    key: str


def cut(
    keys: Sequence[str], known: Sequence[str], is_number: Callable[[str], bool]
) -> tuple[Places, list[Span]]:
    """Return the places in what was heard, and the stretches that may be a word, by their ends.

    Args:
        keys: What was heard, word by word.
        known: The words of the grammar.
        is_number: Tells whether a word is a number, which is never cut.
    """
    letters, words, between = [0], [0], [True]
    for number, key in enumerate(keys):
        start = letters[-1]
        is_whole = len(key) < _MIN_SPLIT or key in known or is_number(key)
        for split in () if is_whole else _splits(key, known):
            letters.append(start + split)
            words.append(number)
            between.append(False)
        letters.append(start + len(key))
        words.append(number + 1)
        between.append(True)
    text = "".join(keys)
    whole = [place for place, is_between in enumerate(between) if is_between]
    # Halves of words, words, and two words.
    stretches = {*pairwise(range(len(letters))), *pairwise(whole), *zip(whole, whole[2:])}  # noqa: B905 - the last two words begin none
    spans = [Span(a, b, text[letters[a] : letters[b]]) for a, b in stretches]
    return (
        Places(tuple(letters), tuple(words), tuple(between)),
        sorted(spans, key=lambda span: (span.last, span.first)),
    )


def _splits(key: str, known: Sequence[str]) -> list[int]:
    """Return where a word may be two of the grammar's: at one place, or nowhere."""
    cuts = range(1, len(key))
    halves = [half for at in cuts for half in (key[:at], key[at:])]
    far = cdist(halves, known, scorer=Levenshtein.distance, dtype=np.int32).min(axis=1)
    cost, best = min((far[2 * n] + far[2 * n + 1], at) for n, at in enumerate(cuts))
    return [best] if cost <= _SPLIT_SHARE * len(key) else []
