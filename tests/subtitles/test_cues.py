"""What stands on the screen, and when."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from decoded import segment_lists, spoken, wordless
from hypothesis import given, settings
from hypothesis import strategies as st

from wyoming_whisper.subtitles.cues import (
    MAX_LINE_COUNT,
    MAX_LINE_WIDTH,
    MIN_LINE_WIDTH,
    Cue,
    CueLimits,
    make_cues,
)
from wyoming_whisper.subtitles.script import columns, one_line
from wyoming_whisper.subtitles.sentences import Piece, TimedWord, split_segment, split_segments
from wyoming_whisper.values import DecodedSegment, Word


def cues_of(*segments: DecodedSegment, duration_s: float = 60.0) -> list[Cue]:
    return make_cues(split_segments(segments), duration_s)


def test_a_sentence_is_a_cue() -> None:
    """A cue starts with its first word and ends with its last, a line of it with a clause."""
    text = " The stale smell of old beer lingers, and it takes heat to bring out the odor. Yes."
    first, second = cues_of(spoken(text, at_s=2.0))
    assert first.lines == (
        "The stale smell of old beer lingers,",
        "and it takes heat to bring out the odor.",
    )
    assert (first.start_ms, first.end_ms) == (2_000, 6_800)
    assert (second.start_ms, second.end_ms) == (6_800, 7_100)
    assert second.lines == ("Yes.",)


def test_a_long_sentence_is_broken_at_its_words_times() -> None:
    """What does not fit on two lines goes on in another cue, which starts with its first word."""
    words = " ".join(f"word{n:03}" for n in range(20))
    first, second = cues_of(spoken(f" {words}", word_s=0.4, pauses={"word010": 0.2}))
    assert [line.split()[0] for line in first.lines] == ["word000", "word005"]
    assert second.lines[0].startswith("word010")
    assert (first.start_ms, first.end_ms) == (0, 4_000)
    assert second.start_ms == 4_200


def test_a_slow_sentence_is_broken() -> None:
    """No cue stands longer than seven seconds, though its text would fit."""
    cues = cues_of(spoken(" one two three four", word_s=2.5))
    assert [cue.lines for cue in cues] == [("one two",), ("three four",)]
    assert [(cue.start_ms, cue.end_ms) for cue in cues] == [(0, 5_000), (5_000, 10_000)]
    (cue,) = cues_of(spoken(" Weeell", word_s=9.0))
    assert (cue.start_ms, cue.end_ms) == (0, 7_000)


def test_time_to_read() -> None:
    """A cue stays until it can be read where nobody speaks: 21 columns a second, 0.3 s at least."""
    shout = spoken(f" {'a' * 42}", word_s=0.1)
    (cue,) = cues_of(shout)
    assert cue.end_ms == 2_000
    (cue,) = cues_of(shout, duration_s=1.5)
    assert cue.end_ms == 1_500
    (cue,) = cues_of(spoken(" No", word_s=0.1))
    assert cue.end_ms == 300
    first, second = cues_of(shout, spoken(" No", at_s=1.0))
    assert first.end_ms == second.start_ms == 1_000


def test_no_flicker() -> None:
    """A screen that would be empty for two frames is not."""
    first, second, third = cues_of(spoken(" Yes. No. Yes.", pauses={"No.": 0.07, "Yes.": 0.09}))
    assert first.end_ms == second.start_ms
    assert third.start_ms - second.end_ms == 90


def test_without_words_times_are_shared_out() -> None:
    """Where no times of words are known the characters of a piece take equally long."""
    segment = wordless(spoken(f" {'a' * 49} {'b' * 50}", word_s=5.0))
    first, second = cues_of(segment)
    assert (first.start_ms, second.start_ms, second.end_ms) == (0, 5_000, 10_000)


def test_cues_that_would_start_at_once() -> None:
    """Words without any length at the end of the audio are all shown, if only just."""
    segment = spoken(" Yes. No. Yes.", word_s=0.0, pauses={"Yes.": 1.0})
    segment = replace(segment, end=16_000)
    cues = cues_of(segment, duration_s=1.0)
    assert [(cue.start_ms, cue.end_ms) for cue in cues] == [(997, 998), (998, 999), (999, 1_000)]
    assert cues_of(segment, duration_s=0.001) == [
        Cue(0, 0, ("Yes.",)),
        Cue(0, 0, ("No.",)),
        Cue(0, 1, ("Yes.",)),
    ]


def test_nothing_said_is_no_cue() -> None:
    """Neither silence nor what cannot be shown has a cue."""
    assert make_cues([], 10.0) == []
    assert cues_of(spoken(" \x00\ufeff")) == []


def test_other_limits() -> None:
    """A client may ask for other lines."""
    pieces = split_segment(spoken(" one two three four five six"))
    cues = make_cues(pieces, 60.0, CueLimits(max_line_width=10, max_line_count=1))
    assert [cue.lines for cue in cues] == [("one two",), ("three four",), ("five six",)]


@pytest.mark.parametrize(
    ("width", "count"),
    [(MIN_LINE_WIDTH - 1, 2), (MAX_LINE_WIDTH + 1, 2), (42, 0), (42, MAX_LINE_COUNT + 1)],
)
def test_impossible_limits(width: int, count: int) -> None:
    """Limits out of their bounds are refused."""
    with pytest.raises(ValueError, match=r"a (line|cue) has"):
        CueLimits(width, count)


@pytest.mark.parametrize("lines", [(), ("",), ("a", "")])
def test_impossible_cues_cannot_exist(lines: tuple[str, ...]) -> None:
    """A cue has lines with text, and does not end before it starts."""
    with pytest.raises(ValueError, match="not a cue"):
        Cue(0, 1, lines)
    with pytest.raises(ValueError, match="not a cue"):
        Cue(2, 1, ("a",))


@settings(deadline=None)
@given(
    segments=segment_lists(),
    limits=st.builds(CueLimits, st.integers(MIN_LINE_WIDTH, 60), st.integers(1, 3)),
    cut_s=st.floats(0.0, 3.0),
)
def test_the_rules_of_cues(segments: list[DecodedSegment], limits: CueLimits, cut_s: float) -> None:
    """Whatever was said, cues keep all of it, and every limit."""
    pieces = split_segments(segments)
    duration_s = max(0.1, max((piece.end_s for piece in pieces), default=1.0) - cut_s)
    end_ms = round(duration_s * 1000)
    cues = make_cues(pieces, duration_s, limits)
    shown = "".join("".join(line.split()) for cue in cues for line in cue.lines)
    assert shown == "".join("".join(one_line(piece.text).split()) for piece in pieces)
    for cue, following in pairwise([*cues, None]):
        assert cue is not None
        next_ms = end_ms if following is None else following.start_ms
        assert 0 <= cue.start_ms < cue.end_ms <= next_ms
        assert cue.end_ms - cue.start_ms <= 7_000
        assert cue.end_ms - cue.start_ms >= 300 or cue.end_ms == next_ms
        assert len(cue.lines) <= limits.max_line_count
        for line in cue.lines:
            assert line == one_line(line)
            width = columns(line)
            assert width <= limits.max_line_width or (" " not in line and width <= 64)


@settings(deadline=None)
@given(segments=segment_lists())
def test_ordinary_words_are_never_broken(segments: list[DecodedSegment]) -> None:
    """Where a text has spaces, its lines are broken at them, and each cue starts with a word."""
    pieces = [_plain(piece) for piece in split_segments(segments)]
    cues = make_cues(pieces, max((piece.end_s for piece in pieces), default=0.0) + 60)
    assert " ".join(line for cue in cues for line in cue.lines) == " ".join(
        one_line(piece.text) for piece in pieces
    )
    words = [word for piece in pieces for word in piece.words]
    first = 0
    for cue in cues:
        assert cue.start_ms - round(words[first].start_s * 1000) in range(len(cues))
        first += sum(len(line.split()) for line in cue.lines)


def _plain(piece: Piece) -> Piece:
    """Return a piece with plain words in the place of its own, or one word if it has none."""
    own = piece.words or (TimedWord("", piece.start_s, piece.end_s, 1.0),)
    words = [replace(word, text=f" {'abc' * (n % 4 + 1)}") for n, word in enumerate(own)]
    return replace(piece, text="".join(word.text for word in words), words=tuple(words))


def test_rounding() -> None:
    """Milliseconds are rounded, not truncated."""
    segment = spoken(" Yes")
    word = Word(" Yes", 16 * 100 + 9, 16 * 600 + 7, 1.0, 1)
    segment = replace(segment, hypothesis=replace(segment.hypothesis, words=(word,)), end=16_000)
    (cue,) = cues_of(segment)
    assert (cue.start_ms, cue.end_ms) == (101, 600)
