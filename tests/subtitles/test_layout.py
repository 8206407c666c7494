"""Where text is broken."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wyoming_whisper.subtitles.layout import Row, to_units
from wyoming_whisper.subtitles.sentences import TimedWord


def row_of(text: str, max_columns: int = 42) -> tuple[Row, int]:
    units = to_units([TimedWord(text, 0.0, 1.0, 1.0)], max_columns)
    return Row(units), len(units)


def lines(text: str, max_columns: int) -> list[str]:
    row, n_units = row_of(text, max_columns)
    parts = row.divide(0, n_units, max_columns, lambda a, b: row.columns(a, b) <= max_columns)
    return [row.line(*part) for part in parts]


@pytest.mark.parametrize(
    ("text", "max_columns"),
    [
        # As few lines as possible.
        ("The stale smell of old beer lingers.", 42),
        # Even ones.
        ("Seven small birds slept|quietly under leaves", 42),
        # Behind a comma, though the middle is elsewhere.
        ("When it rains heavily,|people tend to stay inside", 30),
        # Not behind an article, a conjunction or a title.
        ("They opened several|of the larger boxes", 20),
        ("It was written|by Dr. Williamson", 20),
        # Between the sentences, where two share a cue.
        ("I do not know.|Ask somebody else then.", 30),
        # A mark is not alone at a line's start.
        ("Est-ce que tu viens|demain soir ?", 22),
        ("今日は天気がいいので、|公園に行きましょう。", 26),
        ("日本語の文章を|読みました", 16),
    ],
)
def test_good_lines(text: str, max_columns: int) -> None:
    """A text is broken where an editor would break it."""
    expected = text.split("|")
    joint = "" if ord(text[0]) > 0x3000 else " "
    assert lines(joint.join(expected), max_columns) == expected


def test_long_words() -> None:
    """A word longer than a line stays whole up to 64 columns; what is longer is cut."""
    assert lines(f"so {'a' * 64} it", 42) == ["so", "a" * 64, "it"]
    assert lines("b" * 90, 42) == ["b" * 42, "b" * 42, "b" * 6]


def test_times_inside_a_word() -> None:
    """A word that holds several units is shared out evenly; white space before it takes no time."""
    words = [TimedWord("  ab cde", 1.0, 4.0, 1.0), TimedWord(" \n", 4.0, 5.0, 1.0)]
    first, second = to_units(words, 42)
    assert (first.text, first.spaced, first.start_s, first.end_s) == ("ab", False, 1.0, 2.0)
    assert (second.text, second.spaced, second.start_s, second.end_s) == ("cde", True, 2.5, 4.0)


def test_nothing_to_divide() -> None:
    """A text without anything to show has no units and no parts."""
    assert lines(" \n\ufeff", 42) == []


def test_a_pause_is_a_good_place() -> None:
    """Where the speaker paused, a break is better than in the middle."""
    timed = [("birds", 0.0), ("fly", 0.2), ("today", 0.4), ("southward", 1.2), ("again", 1.4)]
    row = Row(to_units([TimedWord(f" {w}", at, at + 0.2, 1.0) for w, at in timed], 18))
    parts = row.divide(0, 5, 18, lambda a, b: row.columns(a, b) <= 18)
    assert [row.line(*part) for part in parts] == ["birds fly today", "southward again"]


@settings(deadline=None)
@given(
    lengths=st.lists(st.integers(1, 9), min_size=1, max_size=9),
    max_columns=st.integers(10, 20),
)
def test_no_division_has_fewer_parts(lengths: list[int], max_columns: int) -> None:
    """Of all divisions that fit, none has fewer parts, and `fits` counts them right."""
    row, n_units = row_of(" ".join("a" * n for n in lengths), max_columns)

    def fits(start: int, end: int) -> bool:
        return row.columns(start, end) <= max_columns

    parts = row.divide(0, n_units, max_columns, fits)
    assert [part[0] for part in parts] + [n_units] == [0] + [part[1] for part in parts]
    assert all(fits(*part) for part in parts)
    fewest = next(
        n_cuts + 1
        for n_cuts in range(n_units)
        for cuts in combinations(range(1, n_units), n_cuts)
        if all(fits(*span) for span in pairwise([0, *cuts, n_units]))
    )
    assert len(parts) == fewest
    assert row.fits(0, n_units, max_columns, fewest)
    assert not row.fits(0, n_units, max_columns, fewest - 1)


@settings(deadline=None)
@given(text=st.text(max_size=200), max_columns=st.integers(10, 80))
def test_nothing_is_lost(text: str, max_columns: int) -> None:
    """Lines hold all of a text but its white space, and none is too wide without need."""
    broken = lines(text, max_columns)
    row, n_units = row_of(text, max_columns)
    assert "".join("".join(broken).split()) == "".join(row.line(0, n_units).split())
    for line in broken:
        only, n_units = row_of(line, max_columns)
        width = only.columns(0, n_units)
        assert width <= max_columns or (" " not in line and width <= 64)
