"""The files in which an owner writes names, and what is written otherwise than it is heard.

A vocabulary has a name a line. Behind commas follow other names of the same thing, and, behind the
words ``sounds like``, what is heard for it and never written. A line in brackets says what the
names below it are: areas, floors, or entities of one of Home Assistant's domains; without one, or
below ``[term]``, they are anything else::

    Siobhan, sounds like shivawn
    [area]
    Wohnzimmer, Stube, gute Stube
    [light]
    Leselampe, sounds like lese lampe

Replacements are ``HEARD => WRITTEN``, one a line. Blank lines and lines that begin with ``#`` mean
nothing in either.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wyoming_whisper.household.spelling import (
    MAX_NAME_LETTERS,
    MAX_NAMES,
    MAX_SPELLINGS,
    spelling,
)
from wyoming_whisper.household.vocabulary import Household, Name, NameKind, Replacement

if TYPE_CHECKING:
    from collections.abc import Iterator

# As many names as there may be, each with some other spellings.
MAX_FILE_BYTES: Final = 4 * 2**20
_MAX_LINE_LETTERS: Final = MAX_SPELLINGS * (MAX_NAME_LETTERS + len(", sounds like "))

_SOUNDS_LIKE: Final = "sounds like "
_ARROW: Final = "=>"
_KINDS: Final = {"area": NameKind.AREA, "floor": NameKind.FLOOR, "term": NameKind.TERM}
# Home Assistant's domains whose entities are spoken of.
_DOMAINS: Final = frozenset(
    {
        "alarm_control_panel", "binary_sensor", "button", "calendar", "camera", "climate", "cover",
        "device_tracker", "fan", "humidifier", "input_boolean", "input_button", "input_number",
        "input_select", "lawn_mower", "light", "lock", "media_player", "number", "person",
        "remote", "scene", "script", "select", "sensor", "siren", "switch", "timer", "todo",
        "vacuum", "valve", "water_heater", "weather", "zone",
    }
)  # fmt: skip


def parse_vocabulary(text: str) -> Household:
    """Read a file of names.

    Raises:
        ValueError: If a line is none of those above, or there are too many; says which line.
    """
    kind, domain = NameKind.TERM, ""
    names: list[Name] = []
    for number, line in _lines(text):
        try:
            if line.startswith("["):
                kind, domain = _section(line)
            else:
                names.append(_name(line, kind, domain))
        except ValueError as error:
            raise ValueError(f"line {number}: {error}") from error
    return Household(names=tuple(dict.fromkeys(names)))


def parse_replacements(text: str) -> Household:
    """Read a file of replacements.

    Raises:
        ValueError: If a line is no replacement, or there are too many; says which line.
    """
    replacements: list[Replacement] = []
    for number, line in _lines(text):
        heard, arrow, written = line.partition(_ARROW)
        try:
            if not arrow:
                raise ValueError(f"must be HEARD {_ARROW} WRITTEN")
            replacements.append(Replacement(spelling(heard), spelling(written)))
        except ValueError as error:
            raise ValueError(f"line {number}: {error}") from error
    return Household(replacements=tuple(dict.fromkeys(replacements)))


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines that mean something, with their numbers."""
    n_lines = 0
    # Editors of one system mark the beginning of a file, which is no part of the first name.
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), 1):
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        n_lines += 1
        if n_lines > MAX_NAMES:
            raise ValueError(f"line {number}: there are more than {MAX_NAMES}")
        if len(stripped) > _MAX_LINE_LETTERS:
            raise ValueError(f"line {number}: it is too long")
        yield number, stripped


def _section(line: str) -> tuple[NameKind, str]:
    word = line.removeprefix("[").removesuffix("]").strip().casefold()
    if line.endswith("]") and word in _KINDS:
        return _KINDS[word], ""
    if line.endswith("]") and word in _DOMAINS:
        return NameKind.ENTITY, word
    raise ValueError(
        "must be [area], [floor], [term], or a domain of Home Assistant such as [light]"
    )


def _name(line: str, kind: NameKind, domain: str) -> Name:
    text, *others = (part.strip() for part in line.split(","))
    if len(others) >= MAX_SPELLINGS:
        raise ValueError(f"a name has at most {MAX_SPELLINGS} spellings")
    aliases: list[str] = []
    heard: list[str] = []
    for part in filter(None, others):
        if part.casefold().startswith(_SOUNDS_LIKE):
            heard.append(spelling(part[len(_SOUNDS_LIKE) :]))
        else:
            aliases.append(spelling(part))
    return Name(
        spelling(text), kind, tuple(dict.fromkeys(aliases)), tuple(dict.fromkeys(heard)), domain
    )
