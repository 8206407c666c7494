"""The names of a home, as values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class NameKind(Enum):
    """What has a name."""

    AREA = "area"
    FLOOR = "floor"
    ENTITY = "entity"
    TERM = "term"
    """Anything else that people say: a person, a list, a song."""


@dataclass(frozen=True, slots=True)
class Name:
    """A name, and what else is said for it.

    Attributes:
        text: As it is written.
        kind: What has it.
        aliases: Other names of the same thing, each written as it is said.
        sounds_like: Spellings that are heard for it, and are never written.
        domain: Home Assistant's, of an entity, such as ``light``; else empty.

    Raises:
        ValueError: If there is no letter or digit in the name.
    """

    text: str
    kind: NameKind = NameKind.TERM
    aliases: tuple[str, ...] = ()
    sounds_like: tuple[str, ...] = ()
    domain: str = ""

    def __post_init__(self) -> None:
        if not any(map(str.isalnum, self.text)):
            raise ValueError("a name needs a letter or a digit")


@dataclass(frozen=True, slots=True)
class Replacement:
    """A spelling that is written otherwise, wherever it is heard.

    Attributes:
        heard: Words, without regard to case and punctuation.
        written: What stands in their place.
    """

    heard: str
    written: str


@dataclass(frozen=True, slots=True)
class Household:
    """What is known of a home.

    Attributes:
        names: Its names.
        replacements: What is written otherwise than it is heard.
    """

    names: tuple[Name, ...] = ()
    replacements: tuple[Replacement, ...] = ()


def joined(*households: Household) -> Household:
    """Return what several sources know together, each thing once."""
    return Household(
        tuple(dict.fromkeys(name for home in households for name in home.names)),
        tuple(dict.fromkeys(r for home in households for r in home.replacements)),
    )
