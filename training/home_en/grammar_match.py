"""Which transcripts are well-formed commands, and which of those open a lock or a cover.

The grammar's templates are read backwards: a template becomes a pattern over normalised words, and
a pattern maps the places where it may begin to the places where it may end. Drawn slots (numbers,
times) are patterns too. What is accepted is a little wider than what the grammar makes: any
template may be polite or joined to another one, and numbers are of any size that can be spelled.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from functools import cache
from typing import TypeAlias

from . import words
from .grammar import POLITE_PREFIXES, POLITE_SUFFIXES, SLOTS, TEMPLATES
from .numbers import cardinal, ordinal
from .scoring import normalise
from .splits import HELD_OUT_TEMPLATES

Pattern: TypeAlias = Callable[[Sequence[str], AbstractSet[int]], set[int]]
"""From a sentence's words and the indexes at which it may begin to those at which it may end."""

_COMPOSED = {
    "cardinal": "{counted}",
    "number": "{counted}",
    "small": "{counted}",
    "percent": "{counted} percent",
    "degrees": "{counted} [point five] [degrees]",
    "date": "{month} {ordinal}",
    "digits": "{digit} {digit} {digit} [{digit}] [{digit}]",
    "clock": (
        "({hour} [oh five|{counted}] [a.m.|p.m.]|{hour} o'clock|half past {hour}"
        "|(quarter|five|ten|twenty) (past|to) {hour}|noon|midnight)"
    ),
    "duration": (
        "({counted} (minutes|seconds|hours)|one hour|an hour|half an hour|one minute|a minute"
        "|an hour and a half|a quarter of an hour|two and a half hours"
        "|(one hour|{counted} hours) and {counted} minutes"
        "|{counted} minutes and {counted} seconds)"
    ),
}
"""The slots which the grammar draws by a function, as templates."""

_LISTED = {
    "counted": tuple(map(cardinal, range(1001))),
    "digit": tuple(map(cardinal, range(10))),
    "hour": tuple(map(cardinal, range(1, 13))),
    "ordinal": tuple(map(ordinal, range(1, 32))),
    "barrier": (*words.COVERS, *words.LOCKS, "doors", "alarm", "alarm system", "everything"),
}

_OPENING_PHRASES = (
    "(open|unlock|raise|lift|disarm|pull up|roll up) [all] [(the|my|your|our)] [{room}] {barrier}",
    "(set|move) [the] [{room}] {cover} to {percent}",
    "leave the {cover} open until {clock}",
)
"""Open a lock or a cover wherever they stand in a sentence."""
_OPENING_SENTENCE = "[the] [{room}] {cover} (up|open)"
"""Opens one where it is all that is said; "she left the window open" does not."""

_TOKEN = re.compile(r"\{\w*\}(?:'s)?|[()\[\]|]|[^\s{}()\[\]|]+")


def is_command(text: str) -> bool:
    """Tell whether a transcript is a well-formed command of the grammar, held-out ones too."""
    return _accepts(_decorated("{}"), normalise(text))


def opens(text: str) -> bool:
    """Tell whether a transcript asks to open a lock or a cover, as a whole or in a part.

    This does not ask for a well-formed command: "and unlock the front door" is enough.
    """
    sentence = normalise(text)
    anywhere = set(range(len(sentence)))
    return any(pattern(phrase)(sentence, anywhere) for phrase in _OPENING_PHRASES) or _accepts(
        _decorated(_OPENING_SENTENCE), sentence
    )


@cache
def pattern(template: str) -> Pattern:
    """The pattern of a template in the grammar's syntax; "{}" stands for any command.

    Raises:
        ValueError: a slot is unknown, or brackets do not match.
    """
    tokens = _TOKEN.findall(re.sub("[,?-]", " ", template))
    made, rest = _alternatives(tokens)
    if rest:
        raise ValueError(f"brackets do not match: {template}")
    return made


def _accepts(whole: Pattern, sentence: Sequence[str]) -> bool:
    return len(sentence) in whole(sentence, {0})


def _alternatives(tokens: Sequence[str]) -> tuple[Pattern, Sequence[str]]:
    """The pattern up to the bracket that closes (or the end), and what follows from there on."""
    choices: list[list[Pattern]] = [[]]
    while tokens and tokens[0] not in ")]":
        token, *tokens = tokens
        if token == "|":
            choices.append([])
            continue
        if token in "([":
            made, tokens = _alternatives(tokens)
            if not tokens or token + tokens[0] not in ("()", "[]"):
                raise ValueError(f"brackets do not match: {token}")
            tokens = tokens[1:]
            choices[-1].append(made if token == "(" else _choice((made, _sequence(()))))
        else:
            choices[-1].append(_slot(token) if token[0] == "{" else _word(token))
    return _choice([_sequence(parts) for parts in choices]), tokens


def _sequence(parts: Sequence[Pattern]) -> Pattern:
    def match(sentence: Sequence[str], starts: AbstractSet[int]) -> set[int]:
        ends = set(starts)
        for part in parts:
            ends = part(sentence, ends) if ends else ends
        return ends

    return match


def _choice(parts: Sequence[Pattern]) -> Pattern:
    def match(sentence: Sequence[str], starts: AbstractSet[int]) -> set[int]:
        return set().union(*(part(sentence, starts) for part in parts))

    return match


def _word(word: str) -> Pattern:
    # The grammar's `finish` writes "an" where the next word wants it.
    return _entries(("a", "an") if word == "a" else (word,))


def _entries(texts: Sequence[str]) -> Pattern:
    by_first: dict[str, set[tuple[str, ...]]] = {}
    for text in texts:
        entry = tuple(normalise(text))
        by_first.setdefault(entry[0], set()).add(entry)

    def match(sentence: Sequence[str], starts: AbstractSet[int]) -> set[int]:
        return {
            start + len(entry)
            for start in starts
            if start < len(sentence)
            for entry in by_first.get(sentence[start], ())
            if tuple(sentence[start : start + len(entry)]) == entry
        }

    return match


@cache
def _slot(token: str) -> Pattern:
    name, _, suffix = token[1:].partition("}")
    if not name:
        return _plain_command()
    if name in _COMPOSED:
        return pattern(_COMPOSED[name])
    texts = _LISTED.get(name) or SLOTS.get(name)
    if texts is None:
        raise ValueError(f"no slot {name!r}")
    return _entries([text + suffix for text in texts])


@cache
def _plain_command() -> Pattern:
    trained = [template for _, templates in TEMPLATES.values() for template in templates]
    held_out = [template for templates in HELD_OUT_TEMPLATES.values() for template in templates]
    return _choice([pattern(template) for template in dict.fromkeys((*trained, *held_out))])


@cache
def _decorated(core: str) -> Pattern:
    """A core template, polite in front or behind, or with a second command joined by "and"."""
    before = "|".join(shape.replace("{}", "") for shape in POLITE_PREFIXES)
    behind = "|".join(shape.replace("{}", "") for shape in POLITE_SUFFIXES)
    return pattern(f"[{before}] {core} [{behind}|and {{}}]")
