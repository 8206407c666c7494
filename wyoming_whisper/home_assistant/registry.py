"""Home Assistant's answers → the names of the home.

What is malformed is left out and counted. An entity is called what its state is called, which is
what Home Assistant itself listens for: the registry's own names may lack their device's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeGuard

from wyoming_whisper.household.spelling import MAX_NAMES, MAX_SPELLINGS, spelling
from wyoming_whisper.household.vocabulary import Household, Name, NameKind

if TYPE_CHECKING:
    from collections.abc import Iterator

# The assistant that people speak to; the others are those of other companies.
_ASSISTANT: Final = "conversation"
# One id that is none would have the whole question refused.
_ENTITY_ID: Final = re.compile(r"[a-z0-9_]{1,64}\.[a-z0-9_]{1,255}")


@dataclass(frozen=True, slots=True)
class Answers:
    """What Home Assistant has answered, as JSON; nothing is sure of it.

    Attributes:
        areas: A list of mappings with ``name`` and ``aliases``.
        floors: The same.
        exposed: The ids of the entities that may be spoken of.
        entries: What the registry knows of an entity, by its id: ``name``, ``original_name``,
            ``aliases`` and ``disabled_by``; ``None`` where it has no entry.
        states: The state of an entity, by its id, with its attributes as ``a``.
    """

    areas: object = ()
    floors: object = ()
    exposed: tuple[str, ...] = ()
    entries: object = None
    states: object = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What was found in answers.

    Attributes:
        household: The names.
        n_left_out: How many things were malformed, or too many.
    """

    household: Household
    n_left_out: int


def exposed_entities(answer: object) -> tuple[str, ...]:
    """Return the ids of the entities that may be spoken of, in order."""
    exposed = _mapping(_mapping(answer).get("exposed_entities"))
    ids = (
        entity_id
        for entity_id, assistants in exposed.items()
        if _mapping(assistants).get(_ASSISTANT) is True and _is_entity_id(entity_id)
    )
    return tuple(sorted(ids)[:MAX_NAMES])


def read_registry(answers: Answers) -> Reading:
    """Return the names in answers, whatever these are."""
    found = [
        *_places(answers.areas, NameKind.AREA),
        *_places(answers.floors, NameKind.FLOOR),
        *_entities(answers),
    ]
    names = [name for name in found if name is not None]
    kept = tuple(dict.fromkeys(names))[:MAX_NAMES]
    n_beyond = max(0, len(set(names)) - MAX_NAMES)
    return Reading(Household(names=kept), len(found) - len(names) + n_beyond)


def _places(answer: object, kind: NameKind) -> Iterator[Name | None]:
    for place in answer if isinstance(answer, list | tuple) else ():
        entry = _mapping(place)
        yield _name([entry.get("name")], entry.get("aliases"), kind)


def _entities(answers: Answers) -> Iterator[Name | None]:
    entries, states = _mapping(answers.entries), _mapping(answers.states)
    for entity_id in answers.exposed:
        entry = _mapping(entries.get(entity_id))
        attributes = _mapping(_mapping(states.get(entity_id)).get("a"))
        called = [attributes.get("friendly_name"), entry.get("name"), entry.get("original_name")]
        is_nameless = not any(called) and not entry.get("aliases")
        if is_nameless or entry.get("disabled_by") is not None:
            continue
        domain = entity_id.partition(".")[0]
        yield _name(called, entry.get("aliases"), NameKind.ENTITY, domain)


def _name(called: list[object], aliases: object, kind: NameKind, domain: str = "") -> Name | None:
    """Return a name: the first text that can be one, or else an alias; ``None`` without any."""
    text = next(_spellings(called), None)
    # Newer releases list the thing's own name as null; it is known here anyway.
    others = dict.fromkeys(_spellings(aliases))
    if text is None and others:
        text = next(iter(others))
    if text is None:
        return None
    others.pop(text, None)
    return Name(text, kind, tuple(others)[: MAX_SPELLINGS - 1], domain=domain)


def _spellings(texts: object) -> Iterator[str]:
    for text in texts if isinstance(texts, list | tuple) else ():
        if isinstance(text, str):
            try:
                yield spelling(text)
            except ValueError:
                continue


def _mapping(value: object) -> Mapping[object, object]:
    return value if isinstance(value, Mapping) else {}


def _is_entity_id(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and _ENTITY_ID.fullmatch(value) is not None
