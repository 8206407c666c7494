"""What characters mean to a reader, in the scripts that Whisper writes."""
# ruff: noqa: RUF001 - the marks of other scripts look like ours

from __future__ import annotations

import re
import unicodedata
from enum import Enum, auto
from typing import Final

# What can stand in a line: neither white space nor control characters, nor what UTF-8 cannot hold.
RUN: Final = re.compile(r"[^\s\x00-\x1f\x7f-\x9f\ufeff\ud800-\udfff]+")
"""Text between two breaks that its writer made."""

_SENTENCE_ENDS: Final = tuple("?!…。．？！｡؟۔।॥։።")
_CLAUSE_ENDS: Final = tuple(",;:–—、，；：､،؛")
# An initial or a dotted abbreviation; an ordinal, as German and Czech write it; a title.
_ABBREVIATION: Final = re.compile(
    r"(?:[^\W\d_]\.)*[^\W\d_]|\d{1,2}|mrs?|ms|dr|prof|st|[js]r|mt|vs|mme|mlle|hr|fr|bzw|ph\.d",
    re.IGNORECASE,
)
# Thai, Lao, Burmese, Khmer; CJK punctuation, kana, ideographs, full-width forms. Not Korean.
_UNSPACED: Final = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef"
    "\U00020000-\U0003ffff]"
)
# Beside what their categories tell: small kana, Thai and Lao vowels behind and before a consonant.
_NEVER_FIRST: Final = frozenset(
    "ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ・%％.\u0e30\u0e32\u0e45\u0eb0\u0eb2"
)
_NEVER_LAST: Final = frozenset("\u0e40\u0e41\u0e42\u0e43\u0e44\u0ec0\u0ec1\u0ec2\u0ec3\u0ec4")


class Ending(Enum):
    """What the last mark of a text tells, quotes and brackets behind it apart."""

    SENTENCE = auto()
    FULL_STOP = auto()
    """A sentence's, if what follows looks like another one."""
    ABBREVIATION = auto()
    """A full stop that belongs to an initial ("J."), "a.m.", an ordinal ("3.") or "Dr."."""
    CLAUSE = auto()
    NONE = auto()


def ending(text: str) -> Ending:
    """Return how a text ends."""
    stem = text.rstrip()
    while stem and _closes(stem[-1]):
        stem = stem[:-1].rstrip()
    if stem.endswith((*_SENTENCE_ENDS, "...")):
        return Ending.SENTENCE
    if stem.endswith("."):
        word = re.sub(r"^\W+", "", stem.split()[-1])
        abbreviated = _ABBREVIATION.fullmatch(word.removesuffix("."))
        return Ending.ABBREVIATION if abbreviated else Ending.FULL_STOP
    return Ending.CLAUSE if stem.endswith(_CLAUSE_ENDS) else Ending.NONE


def has_letters(text: str) -> bool:
    """Tell whether a text has anything to pronounce: a letter or a digit."""
    return any(character.isalnum() for character in text)


def is_opening(word: str) -> bool:
    """Tell whether a word, white space before it, is nothing but marks that open something."""
    kinds = {"Ps", "Pi"} if word[:1].isspace() else {"Ps"}
    return bool(word.strip()) and {unicodedata.category(mark) for mark in word.strip()} <= kinds


def one_line(text: str) -> str:
    """Return a text with single spaces for whatever is white space or a control character."""
    return " ".join(RUN.findall(text))


def columns(text: str) -> int:
    """Return how wide a text is; East Asian wide characters count as two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def breakable(before: str, after: str) -> bool:
    """Tell whether a line may end between two characters that nothing separates.

    Only beside a script that has no spaces, and not between a character and its marks (in the
    spirit of UAX #14 and JIS X 4051).
    """
    if not (_UNSPACED.match(before) or _UNSPACED.match(after)):
        return False
    opens = unicodedata.category(before) in {"Ps", "Pi", "Sc"} or before in _NEVER_LAST
    return not (opens or never_first(after))


def never_first(character: str) -> bool:
    """Tell whether a character may not begin a line: it ends or changes what is before it."""
    category = unicodedata.category(character)
    closes = category[0] == "M" or category in {"Pe", "Pf", "Lm"} or character in _NEVER_FIRST
    return closes or character in _SENTENCE_ENDS or character in _CLAUSE_ENDS


def ends_word(before: str, after: str) -> bool:
    """Tell whether a Japanese word seems to end between two characters: where hiragana does."""
    return "ぁ" <= before <= "ゖ" and not "ぁ" <= after <= "ゖ"


def _closes(character: str) -> bool:
    """Tell whether a character at a word's end closes a quotation or a bracket."""
    # What opens a quotation in one language closes it in another. Behind its corner brackets
    # Japanese goes on with "said she".
    return character in "\"'" or (
        unicodedata.category(character) in {"Pe", "Pf", "Pi"} and character not in "」』"
    )
