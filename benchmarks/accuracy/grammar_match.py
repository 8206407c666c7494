"""Which transcripts are well-formed commands: the grammar's templates, read backwards.

A template becomes a regular expression over the words that `scoring` compares, each followed by a
space. What is accepted is a little wider than what the grammar makes: any template may be polite or
joined to another one, and numbers are any words of numbers.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from home_en.figures import words
from home_en.grammar import PREFIXES, SUFFIXES, TEMPLATES
from home_en.numbers import DRAWN, cardinal, ordinal
from home_en.splits import HELD_OUT_TEMPLATES
from home_en.words import SLOTS

_COUNTED: Final = "(?:(?:{}) )+".format(
    "|".join(["hundred", "thousand", "and", "point", "oh", *map(cardinal, range(20))])
    + "".join(f"|{cardinal(tens)}" for tens in range(20, 100, 10))
)
_DAYS: Final = "|".join(ordinal(day).replace("-", " ") for day in range(1, 32))
_UNIT: Final = "(?:minutes?|seconds?|hours?) "
_NUMBERS: Final = dict.fromkeys(DRAWN, _COUNTED) | {
    "percent": f"{_COUNTED}percent ",
    "degrees": f"{_COUNTED}(?:degrees )?",
    "date": f"(?:{'|'.join(SLOTS['month']).lower()}) (?:{_DAYS}) ",
    "clock": f"(?:(?:half |quarter |{_COUNTED})(?:past|to) )?(?:noon |midnight |{_COUNTED})"
    "(?:[ap]m |o'clock )?",
    "duration": f"(?:half )?(?:an? )?(?:quarter of an )?(?:{_COUNTED})?(?:a half )?{_UNIT}"
    f"(?:and (?:a half |{_COUNTED}{_UNIT}))?",
}
_TOKEN: Final = re.compile(r"\{(\w+)\}('s)?|[()\[\]|]|[^\s{}()\[\]|]+")
_BRACKETS: Final = {"(": "(?:", "[": "(?:", ")": ")", "]": ")?", "|": "|", "a": "an? "}


def is_command(text: str) -> bool:
    """Tell whether a transcript is a well-formed command of the grammar, held-out ones too."""
    said = "".join(f"{word} " for word in words(text))
    starts = [0, *(found.end() for prefix in _prefixes() if (found := prefix.match(said)))]
    ends = [
        place
        for place in (*(found.end() for found in re.finditer(" ", said)), len(said))
        if place == len(said)
        or any(suffix.fullmatch(said, place) for suffix in _suffixes())
        or (said.startswith("and ", place) and _is_plain(said, place + 4, len(said)))
    ]
    return any(_is_plain(said, start, end) for start in starts for end in ends)


@cache
def pattern(template: str) -> re.Pattern[str]:
    """Return the pattern of a template in the grammar's syntax.

    Raises:
        KeyError: If a slot is unknown.
        re.error: If brackets do not match.
    """
    tokens = _TOKEN.finditer(re.sub("[,?-]", " ", template))
    return re.compile("".join(map(_translated, tokens)))


def _translated(found: re.Match[str]) -> str:
    token, slot, suffix = found[0], found[1], found[2] or ""
    if token in _BRACKETS:
        return _BRACKETS[token]
    if slot is None:
        return "".join(f"{re.escape(word)} " for word in words(token))
    if slot in _NUMBERS:
        return _NUMBERS[slot]
    entries = {"".join(f"{word} " for word in words(entry + suffix)) for entry in SLOTS[slot]}
    return f"(?:{'|'.join(sorted(map(re.escape, entries)))})"


def _is_plain(said: str, start: int, end: int) -> bool:
    return any(template.fullmatch(said, start, end) for template in _plain())


@cache
def _plain() -> list[re.Pattern[str]]:
    trained = (template for _, templates in TEMPLATES.values() for template in templates)
    held_out = (template for templates in HELD_OUT_TEMPLATES.values() for template in templates)
    return [pattern(template) for template in dict.fromkeys((*trained, *held_out))]


@cache
def _prefixes() -> list[re.Pattern[str]]:
    return [pattern(shape.replace("{}", "")) for shape in PREFIXES]


@cache
def _suffixes() -> list[re.Pattern[str]]:
    return [pattern(shape.replace("{}", "")) for shape in SUFFIXES]
