"""A transcript as words that are compared, each with its place, and text put in their place."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

# Scripts without blanks between words: Thai and Lao, Burmese, Khmer, kana, Han.
_UNSPACED: Final = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
)
# Their vowel signs and tone marks, which belong to the character before them.
_MARKS: Final = (
    "\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ece\u102b-\u103e"
    "\u1056-\u1059\u17b4-\u17d3\u3099\u309a\uff9e\uff9f"
)
_SPACED: Final = re.compile(rf"[^\s{_UNSPACED}]+")
_WORD: Final = re.compile(rf"[{_UNSPACED}][{_MARKS}]*|[^\s{_UNSPACED}]+")


@dataclass(frozen=True, slots=True)
class SpokenWord:
    """A word of a transcript.

    Attributes:
        text: As it stands there, with punctuation.
        key: Letters and digits only, in one case and one form (NFKC), as words are compared.
        start: Place of its first character in the transcript.
        end: Place behind its last one.
    """

    text: str
    key: str
    start: int
    end: int


def words_of(text: str) -> tuple[SpokenWord, ...]:
    """Return a text's words in order, those without any letter or digit left out.

    Words are what is between white space; of scripts without blanks each character is a word.
    """
    found = (SpokenWord(m[0], key_of(m[0]), m.start(), m.end()) for m in _WORD.finditer(text))
    return tuple(word for word in found if word.key)


def key_of(word: str) -> str:
    """Return a word, or words joined, as they are compared; empty without a letter or digit."""
    # Folding, and leaving out what stood between, may undo the form.
    folded = _composed(_composed(word).casefold())
    key = _composed("".join(filter(_is_kept, folded)))
    return key if any(map(_is_heard, key)) else ""


def is_unspaced(char: str) -> bool:
    """Tell whether a character belongs to a script without blanks between words."""
    return not char.isspace() and _SPACED.fullmatch(char) is None


def keys_of(text: str) -> tuple[str, ...]:
    """Return the keys of a text's words."""
    return tuple(word.key for word in words_of(text))


def replaced(text: str, words: Sequence[SpokenWord], first: int, last: int, written: str) -> str:
    """Return a text with something else in the place of some of its words.

    Punctuation before the first of them and behind the last one stays, as all around them does.

    Args:
        text: The text.
        words: Its words.
        first: Index of the first word to replace.
        last: Index behind the last one.
        written: What stands in their place.

    Raises:
        ValueError: If there is no such stretch of words.
    """
    start, end = place_of(words, first, last)
    return text[:start] + written + text[end:]


def place_of(words: Sequence[SpokenWord], first: int, last: int) -> tuple[int, int]:
    """Return where words stand in their text, without the punctuation at the ends.

    Raises:
        ValueError: If there is no such stretch of words.
    """
    if not 0 <= first < last <= len(words):
        raise ValueError(f"no words {first} to {last} of {len(words)}")
    head, tail = words[first], words[last - 1]
    start = head.start + next(i for i, char in enumerate(head.text) if _is_heard(char))
    end = tail.end - next(i for i, char in enumerate(reversed(tail.text)) if _is_kept(char))
    return start, end


def _composed(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def _is_heard(char: str) -> bool:
    """Tell whether a character is, or stands for, a letter or a digit: "㎏" is a symbol."""
    return any(unicodedata.category(part)[0] in "LN" for part in _composed(char))


def _is_kept(char: str) -> bool:
    """Tell whether a character is heard or, as Hindi's vowels are, a mark on one that is."""
    return _is_heard(char) or unicodedata.category(char)[0] == "M"
