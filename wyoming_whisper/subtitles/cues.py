"""Pieces → cues: what stands on the screen, and from when to when.

Theory of operation.

1. No cue holds text of two pieces. A piece becomes the fewest cues that keep the limits on lines
   and seconds, broken at the best places (see `layout`).
2. A cue starts with its first word; where several would start at once, a millisecond apart.
3. It ends with its last word, but later where it could not be read in time or the screen would only
   blink; never after the next one's start, the audio's end or seven seconds.

Times are rounded to milliseconds here, so that all formats tell the same ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from wyoming_whisper.subtitles.layout import Row, to_units
from wyoming_whisper.subtitles.script import columns
from wyoming_whisper.subtitles.sentences import TimedWord

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wyoming_whisper.subtitles.sentences import Piece

MIN_LINE_WIDTH: Final = 10
"""Narrower lines would break most words."""

MAX_LINE_WIDTH: Final = 1_000
"""As good as no limit: nobody says so much in the seven seconds of a cue."""

MAX_LINE_COUNT: Final = 10
"""More would cover the picture."""

# What broadcasters ask for: two lines of 42 columns, seven seconds, 21 columns a second.
_LINE_WIDTH: Final = 42
_LINE_COUNT: Final = 2
_LONGEST_MS: Final = 7_000
_COLUMNS_A_SECOND: Final = 21
_SHORTEST_MS: Final = 300
# Two frames: an empty screen for so short a time is seen as a flicker.
_BLINK_MS: Final = 80


@dataclass(frozen=True, slots=True)
class Cue:
    """Lines, and when they are shown, in milliseconds from the start of the utterance."""

    start_ms: int
    end_ms: int
    lines: tuple[str, ...]

    def __post_init__(self) -> None:
        if not 0 <= self.start_ms <= self.end_ms or not all(self.lines) or not self.lines:
            raise ValueError(f"not a cue: [{self.start_ms}, {self.end_ms}] {len(self.lines)} lines")


@dataclass(frozen=True, slots=True)
class CueLimits:
    """How much a cue may hold.

    Attributes:
        max_line_width: In columns; East Asian wide characters count as two. A word of up to 64
            stays whole, on a line of its own.
        max_line_count: Lines of a cue.

    Raises:
        ValueError: If one is out of its bounds.
    """

    max_line_width: int = _LINE_WIDTH
    max_line_count: int = _LINE_COUNT

    def __post_init__(self) -> None:
        if not MIN_LINE_WIDTH <= self.max_line_width <= MAX_LINE_WIDTH:
            raise ValueError(f"a line has {MIN_LINE_WIDTH} to {MAX_LINE_WIDTH} columns")
        if not 1 <= self.max_line_count <= MAX_LINE_COUNT:
            raise ValueError(f"a cue has 1 to {MAX_LINE_COUNT} lines")


_DEFAULT_LIMITS: Final = CueLimits()


def make_cues(
    pieces: Iterable[Piece], duration_s: float, limits: CueLimits = _DEFAULT_LIMITS
) -> list[Cue]:
    """Return the cues of an utterance, in order and without overlap.

    Args:
        pieces: In order. Without times of words, its characters share a piece's time evenly.
        duration_s: Length of the audio, behind which no cue is shown.
        limits: How much a cue may hold.
    """
    blocks = [block for piece in pieces for block in _blocks(piece, limits)]
    audio_end_ms = round(duration_s * 1000)
    starts = _ascending([round(start_s * 1000) for start_s, _, _ in blocks], audio_end_ms)
    cues = []
    spans = pairwise([*starts, audio_end_ms])
    for (_, end_s, lines), (start, following) in zip(blocks, spans, strict=True):
        reading_ms = sum(map(columns, lines)) * 1000 // _COLUMNS_A_SECOND
        end = max(round(end_s * 1000), start + max(reading_ms, _SHORTEST_MS))
        if following - end < _BLINK_MS:
            end = following
        cues.append(Cue(start, min(end, start + _LONGEST_MS, following), lines))
    return cues


def _blocks(piece: Piece, limits: CueLimits) -> list[tuple[float, float, tuple[str, ...]]]:
    """Return the lines of a piece's cues, and when their words begin and end, in seconds."""
    width, count = limits.max_line_width, limits.max_line_count
    words = piece.words or (TimedWord(piece.text, piece.start_s, piece.end_s, 1.0),)
    units = to_units(words, width)
    row = Row(units)

    def fits_a_cue(start: int, end: int) -> bool:
        begin_s, end_s = row.seconds(start, end)
        return (end_s - begin_s) * 1000 <= _LONGEST_MS and row.fits(start, end, width, count)

    def fits_a_line(start: int, end: int) -> bool:
        return row.columns(start, end) <= width

    return [
        (
            *row.seconds(start, end),
            tuple(row.line(*line) for line in row.divide(start, end, width, fits_a_line)),
        )
        for start, end in row.divide(0, len(units), width * count, fits_a_cue)
    ]


def _ascending(starts: list[int], audio_end_ms: int) -> list[int]:
    """Return starts that ascend and leave each cue time, as far as the audio is long enough."""
    ascending: list[int] = []
    for start in starts:
        ascending.append(max(start, ascending[-1] + 1) if ascending else start)
    latest = audio_end_ms
    for position in reversed(range(len(ascending))):
        latest = max(0, min(ascending[position], latest - 1))
        ascending[position] = latest
    return ascending
