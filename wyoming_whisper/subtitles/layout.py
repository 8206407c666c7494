"""Where text may be broken, and where it is broken best.

Theory of operation. A text is a row of units that stay whole: words, and where a script has no
spaces (Chinese, Japanese, Thai…) characters with the marks that belong to them. A break between two
units is best behind a sentence, good behind other punctuation or at a pause, and bad behind "Dr.",
behind a short word (articles, prepositions and conjunctions, short in most languages, belong to
what comes next) and, as far as the script tells, inside a Japanese word.

The row is divided into the fewest parts that fit and, among those, into the parts that are most
even in width and end best: least squares over all divisions, by dynamic programming (Knuth and
Plass, "Breaking Paragraphs into Lines", 1981). Cues and the lines in them are both found so.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from wyoming_whisper.subtitles.script import (
    RUN,
    Ending,
    breakable,
    columns,
    ending,
    ends_word,
    never_first,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from wyoming_whisper.subtitles.sentences import TimedWord

# The longest words of dictionaries have some 60 letters; what is longer is no word, and is cut.
_LONGEST_WORD: Final = 64
_SHORT_WORD: Final = 3
_PAUSE_S: Final = 0.25
# In squares of a full part: a good break wins over an even division only if it is not far off.
_BEST, _GOOD, _PLAIN, _BAD = 0.0, 0.1, 0.25, 0.5


@dataclass(frozen=True, slots=True)
class Unit:
    """Text that stays whole.

    Attributes:
        text: Without white space.
        spaced: Whether white space stands before it.
        start_s: When it begins.
        end_s: When it ends.
    """

    text: str
    spaced: bool
    start_s: float
    end_s: float


def to_units(words: Iterable[TimedWord], max_columns: int) -> list[Unit]:
    """Return a text's units; a time inside a word is found by linear interpolation.

    Args:
        words: Whose texts make up the text, with their white space.
        max_columns: Width of a line; a word that is wider stays whole up to 64 columns.
    """
    text = ""
    clock: list[tuple[float, float]] = []  # of each character
    for word in words:
        text += word.text
        n_before = len(word.text) - len(word.text.lstrip())
        n_inside = len(word.text) - n_before
        clock += [(word.start_s, word.start_s)] * n_before
        step_s = (word.end_s - word.start_s) / max(n_inside, 1)
        clock += [
            (word.start_s + step_s * k, word.start_s + step_s * (k + 1)) for k in range(n_inside)
        ]
    units: list[Unit] = []
    for run in RUN.finditer(text):
        at = run.start()
        for part in _parts(run[0], max_columns):
            spaced = at == run.start() and bool(units)
            units.append(Unit(part, spaced, clock[at][0], clock[at + len(part) - 1][1]))
            at += len(part)
    return units


def _parts(run: str, max_columns: int) -> list[str]:
    """Split a text without white space where its script allows, or where it must be."""
    longest = max(max_columns, _LONGEST_WORD)
    if columns(run) > longest:
        longest = max_columns
    parts: list[str] = []
    for character in run:
        if parts and not (
            breakable(parts[-1][-1], character) or columns(parts[-1] + character) > longest
        ):
            parts[-1] += character
        else:
            parts.append(character)
    return parts


class Row:
    """Units in a row, to be divided."""

    def __init__(self, units: Sequence[Unit]) -> None:
        self._units = units
        # Columns up to each unit, and the badness of a break there.
        self._edges = [0]
        for unit in units:
            self._edges.append(self._edges[-1] + unit.spaced + columns(unit.text))
        inner = [_badness(*pair) for pair in pairwise(units)]
        self._badness = [_BEST, *inner, _BEST]

    def columns(self, start: int, end: int) -> int:
        """Return the width of some units on one line."""
        return self._edges[end] - self._edges[start] - self._units[start].spaced

    def line(self, start: int, end: int) -> str:
        """Return some units' text."""
        text = "".join(" " * unit.spaced + unit.text for unit in self._units[start:end])
        return text.lstrip()

    def seconds(self, start: int, end: int) -> tuple[float, float]:
        """Return when some units begin and end."""
        return self._units[start].start_s, self._units[end - 1].end_s

    def fits(self, start: int, end: int, max_columns: int, max_lines: int) -> bool:
        """Tell whether some units fit on so many lines, each at least one unit long."""
        for _ in range(max_lines):
            limit = self._edges[start] + self._units[start].spaced + max_columns
            start = max(start + 1, bisect_right(self._edges, limit) - 1)
            if start >= end:
                return True
        return False

    def divide(
        self, start: int, end: int, max_columns: int, fits: Callable[[int, int], bool]
    ) -> list[tuple[int, int]]:
        """Divide some units into the fewest parts that fit, best.

        Args:
            start: Position of the first unit.
            end: Position behind the last one.
            max_columns: Of a part; the measure of evenness.
            fits: Whether units may be a part. What holds of a part must hold of any part of it; a
                single unit is not asked about.
        """
        # For each position: number of parts up to there, their badness, start of the last one.
        best = [(0, 0.0, start)]
        earliest = start  # that a part may start and end at `stop`; it never goes back
        for stop in range(start + 1, end + 1):
            while stop - earliest > 1 and not fits(earliest, stop):
                earliest += 1
            fewest = best[earliest - start][0]
            options: list[tuple[int, float, int]] = []
            for first in range(earliest, stop):
                n_parts, badness, _ = best[first - start]
                if n_parts > fewest:
                    break  # a later start needs as many parts before it, or more
                fullness = self.columns(first, stop) / max_columns
                badness += fullness**2 + (_BEST if stop == end else self._badness[stop])
                options.append((n_parts + 1, badness, first))
            best.append(min(options))
        parts = []
        while end > start:
            first = best[end - start][2]
            parts.append((first, end))
            end = first
        return parts[::-1]


def _badness(before: Unit, after: Unit) -> float:
    """Return how bad a break between two units is."""
    match ending(before.text):
        case Ending.SENTENCE | Ending.FULL_STOP:
            return _BEST
        case Ending.CLAUSE:
            return _GOOD
        case Ending.ABBREVIATION:
            return _BAD
    if after.start_s - before.end_s >= _PAUSE_S:
        return _GOOD
    if after.spaced:
        short = len(before.text) <= _SHORT_WORD
        return _BAD if short or never_first(after.text[0]) else _PLAIN
    return _PLAIN if ends_word(before.text[-1], after.text[0]) else _BAD
