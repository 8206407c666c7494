"""What is written otherwise than it was heard, and the text with that."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from itertools import pairwise
from typing import TYPE_CHECKING

from wyoming_whisper.household.wording import place_of, replaced

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wyoming_whisper.household.wording import SpokenWord


class Reason(Enum):
    """Why words are changed."""

    REPLACEMENT = "replacement"
    SPELLING = "spelling"
    """They are a name, which is written otherwise."""

    NAME = "name"
    """They are near to a name."""

    SENTENCE = "sentence"
    """They stand in what is nearly a sentence of the grammar."""

    HEARD = "heard as well"
    """The model was not sure of them, and in its other texts there is a sentence."""


@dataclass(frozen=True, slots=True)
class Change:
    """Words that something else is put in the place of.

    Attributes:
        first: Index of the first of them.
        last: Index behind the last one; the first one where words are put in before it.
        before: Their text, without punctuation around it.
        after: What is written in its place.
        reason: Why.
        distance: From what was heard to what is written; 0 for a replacement.
    """

    first: int
    last: int
    before: str
    after: str
    reason: Reason
    distance: float = 0.0


def applied(text: str, words: Sequence[SpokenWord], changes: Sequence[Change]) -> str:
    """Return a text with the changes made, and all else as it was.

    Args:
        text: The text.
        words: Its words.
        changes: In any order, without overlaps.

    Raises:
        ValueError: If two of them overlap.
    """
    ordered = sorted(changes, key=lambda change: (change.first, change.last), reverse=True)
    for later, earlier in pairwise(ordered):
        if earlier.last > later.first:
            raise ValueError(f"two changes of the same word: {earlier}, {later}")
    for change in ordered:
        if change.first < change.last:
            text = replaced(text, words, change.first, change.last, change.after)
        elif change.first < len(words):
            start, _ = place_of(words, change.first, change.first + 1)
            text = f"{text[:start]}{change.after} {text[start:]}"
        else:
            _, end = place_of(words, change.first - 1, change.first)
            text = f"{text[:end]} {change.after}{text[end:]}"
    return text


def said(text: str, words: Sequence[SpokenWord], first: int, last: int) -> str:
    """Return some words of a text, without the punctuation around them."""
    if first == last:
        return ""
    start, end = place_of(words, first, last)
    return text[start:end]
