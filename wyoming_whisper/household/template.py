"""A template of sentences as an automaton over words: values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias


class SlotKind(Enum):
    """What may stand in a slot."""

    NAME = "name"
    AREA = "area"
    FLOOR = "floor"
    CHOICE = "choice"
    """One of a few texts, such as a colour."""
    NUMBER = "number"
    ANYTHING = "anything"


@dataclass(frozen=True, slots=True)
class Slot:
    """A gap in a sentence.

    Attributes:
        kind: What may stand in it.
        list_name: The list of its values.
        domains: Home Assistant's domains of the entities whose names may stand in it; none for all.
        prefix: What is written at its front, without a blank.
        suffix: The same at its end.
    """

    kind: SlotKind
    list_name: str
    domains: frozenset[str] = frozenset()
    prefix: str = ""
    suffix: str = ""


Label: TypeAlias = str | Slot | None
"""Of an arc: a word as it is written, a slot, or nothing, which is free."""


@dataclass(frozen=True, slots=True)
class Arc:
    """A step from one state to another."""

    source: int
    target: int
    label: Label
    is_optional: bool


@dataclass(frozen=True, slots=True)
class Template:
    """One template as an automaton.

    Attributes:
        intent: What a sentence of it means.
        meaning: What it says of that beside its slots, such as the domain.
        text: As it was written.
        arcs: Its steps.
        levels: By state: the longest way to it, in steps. State 0 is the first one, the last one
            the end.
    """

    intent: str
    meaning: str
    text: str
    arcs: tuple[Arc, ...]
    levels: tuple[int, ...]
