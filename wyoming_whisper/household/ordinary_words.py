"""Which words of a language are said all the time, and which are numbers."""

from __future__ import annotations

from functools import cache
from typing import Final

from wyoming_whisper.household.wording import keys_of

# All that are written as one word or two in the languages we know; larger ones are made of these.
_NUMBERS: Final = (*range(101), *range(200, 1001, 100))


@cache
def ordinary_words(language: str) -> frozenset[str]:
    """Return the keys of the commonest words, some hundreds; none where they are not known.

    Args:
        language: Whisper's code.
    """
    from stopwordsiso import stopwords  # noqa: PLC0415 - it reads all languages

    return frozenset(key for word in stopwords(language) for key in keys_of(word))


@cache
def number_words(language: str) -> frozenset[str]:
    """Return the keys of the words that numbers are made of; none where they are not known.

    Args:
        language: Whisper's code.
    """
    from unicode_rbnf import RbnfEngine  # noqa: PLC0415 - of no use before there are names

    try:
        engine = RbnfEngine.for_language(language)
    except ValueError:
        return frozenset()
    written = {
        text
        for number in _NUMBERS
        for text in engine.format_number(number).text_by_ruleset.values()
    }
    return frozenset(
        key
        for text in written
        for spelling in (text, text.replace("-", " ").replace("\u00ad", ""))
        for key in keys_of(spelling)
        if not key.isdigit()
    )
