"""What characters mean to a reader."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wyoming_whisper.subtitles.script import (
    Ending,
    breakable,
    columns,
    ending,
    ends_word,
    has_letters,
    is_opening,
    never_first,
    one_line,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Is it on?", Ending.SENTENCE),
        ('He said "stop!" ', Ending.SENTENCE),
        ("Oh...", Ending.SENTENCE),
        ("終わり。", Ending.SENTENCE),
        ("Oui ! »", Ending.SENTENCE),
        ("The end.", Ending.FULL_STOP),
        ("(The end.)", Ending.FULL_STOP),
        (" .", Ending.FULL_STOP),
        ("1990.", Ending.FULL_STOP),
        ("Mr. J.", Ending.ABBREVIATION),
        ("at 5 a.m.", Ending.ABBREVIATION),
        ("am 3.", Ending.ABBREVIATION),
        ("(Dr.", Ending.ABBREVIATION),
        ("first,", Ending.CLAUSE),
        ("はい、", Ending.CLAUSE),
        ("and", Ending.NONE),
        ("「はい。」", Ending.NONE),
        ("", Ending.NONE),
    ],
)
def test_endings(text: str, expected: Ending) -> None:
    """The last mark tells, whatever closes behind it."""
    assert ending(text) is expected


@settings(deadline=None)
@given(text=st.text())
def test_every_text_has_an_ending(text: str) -> None:
    """No text is too odd."""
    assert isinstance(ending(text), Ending)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("a", "b", False),
        ("天", "気", True),
        ("は", "i", True),
        ("気", "。", False),
        ("「", "は", False),
        ("。", "は", True),
        ("し", "ょ", False),
        ("カ", "ー", False),
        ("ก", "ิ", False),
        ("เ", "ป", False),
        ("กิ", "น", True),
        ("전", "등", False),
    ],
)
def test_breaks_without_spaces(before: str, after: str, *, expected: bool) -> None:
    """Scripts without spaces break between characters, but never before or behind a mark."""
    assert breakable(before[-1], after) is expected


def test_japanese_words_end_with_hiragana() -> None:
    """Particles and endings come last, and the next word starts in another script."""
    assert ends_word("を", "持")
    assert not ends_word("持", "っ")
    assert not ends_word("い", "ま")


def test_marks() -> None:
    """Marks are told from what can be pronounced, and opening ones from closing ones."""
    assert [has_letters(text) for text in ("3", "a.", " …!", "")] == [True, True, False, False]
    assert all(is_opening(word) for word in (" «", "「", " („"))
    assert not any(is_opening(word) for word in ("“", " ", "(a", ""))
    assert [never_first(mark) for mark in "」?¿"] == [True, True, False]


def test_columns() -> None:
    """A wide character takes two columns."""
    assert columns("light") == 5
    assert columns("電気、on") == 8


def test_one_line() -> None:
    """White space of any kind, control characters and what cannot be encoded become one space."""
    assert one_line(" a\n\nb\tc\r\n\u2028d\x00\x1b\x85e \ufefff\ud800g ") == "a b c d e f g"
    assert one_line("\ufeff\x00") == ""
