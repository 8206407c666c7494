"""Whether somebody who pauses behind a sentence may go on to another one."""

from __future__ import annotations

from functools import cache

import pytest

from wyoming_whisper.household.grammar import read_grammar
from wyoming_whisper.household.sentence_ending import Ending
from wyoming_whisper.household.snapper import SnapLevel, Snapper
from wyoming_whisper.household.vocabulary import Household, Name, NameKind

ENTITIES = {
    "Bed Light": "light", "Bed Light Strip": "light", "Standing Light": "light",
    "TV": "media_player", "Front Door": "lock", "Sliding Door": "cover",
    "Mood Lighting": "scene", "Shopping List": "todo", "EcoBee": "climate",
    "Office Light": "light",
}  # fmt: skip


@cache
def home(language: str) -> Snapper:
    names = [Name(text, NameKind.ENTITY, domain=domain) for text, domain in ENTITIES.items()]
    names += [Name(area, NameKind.AREA) for area in ("Kitchen", "Office", "Living Room")]
    return Snapper(Household(tuple(names)), language, read_grammar(language), frozenset())


def ending(text: str, language: str = "en") -> Ending | None:
    return home(language).snap(text, SnapLevel.SENTENCES).ending


@pytest.mark.parametrize(
    "text",
    [
        "turn on the standing light",
        "turn off the tv",
        "lock the front door",
        "activate mood lighting",
        "turn on the kitchen lights",
        # The room's light, or the one of this name.
        "turn off the office light",
        "turn off all of the lights in the office",
        "is the front door locked",
        "what time is it",
        "nevermind",
        "set the standing light to red",
        "set the temperature to 20 degrees",
        "set the temperature to 20",
        "set kitchen brightness to 100%",
    ],
)
def test_nothing_else_can_follow(text: str) -> None:
    """A command with all that it can have is whole; a "please" makes no other one of it."""
    assert ending(text) is Ending.CLOSED


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("turn on the light", "in the kitchen"),
        ("turn off all the lights", "in the office"),
        ("what's the temperature", "in the kitchen"),
        ("set a timer for 5 minutes", "and 30 seconds"),
        ("set a timer for 1 hour and 10 minutes", "named pizza"),
        ("pause", "the tv"),
        ("cancel the timer", "for 5 minutes"),
        # A name, a number and what may be anything go on themselves.
        ("turn on the bed light", "strip"),
        ("set the temperature to twenty", "two degrees"),
        ("broadcast dinner is ready", "in ten minutes"),
        # What was not heard as it is may be half of something else.
        ("turn on the standing lite", "please"),
    ],
)
def test_more_may_follow(text: str, rest: str) -> None:
    """What may follow makes another command of it; and that one is a command, or the example is."""
    assert ending(text) is Ending.OPEN
    assert ending(f"{text} {rest}") is not None


@pytest.mark.parametrize("text", ["hello there", "turn on the", "turn on", "set a timer for", ""])
def test_what_is_no_sentence_has_no_ending(text: str) -> None:
    """Talk, and commands that lack something."""
    assert ending(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [("schalte die Standing Light ein", Ending.CLOSED), ("mach das Licht an", Ending.OPEN)],
)
def test_german(text: str, expected: Ending) -> None:
    """It follows from each language's own sentences."""
    assert ending(text, "de") is expected


def test_of_two_texts_the_one_that_is_taken() -> None:
    """Where another text of the model is believed, its ending counts."""
    found = home("en").snap("Next door.", SnapLevel.SENTENCES, alternatives=["turn off the tv"])
    assert (found.text, found.ending) == ("Next door.", None)
    found = home("en").snap("Now tv off.", SnapLevel.SENTENCES, alternatives=["turn off the tv"])
    assert (found.text, found.ending) == ("turn off the TV", Ending.OPEN)
