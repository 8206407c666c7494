"""Transcripts that are nearly sentences of Home Assistant's, and those that must stay as heard."""

from __future__ import annotations

from functools import cache
from itertools import chain

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wyoming_whisper.household.grammar import read_grammar
from wyoming_whisper.household.sentence_snapping import Refusal
from wyoming_whisper.household.snapper import SnapLevel, Snapper
from wyoming_whisper.household.vocabulary import Household, Name, NameKind, Replacement
from wyoming_whisper.household.wording import key_of

ENTITIES = {
    "Mood Lighting": "scene", "Shopping List": "todo", "Front Door": "lock", "Shed Door": "lock",
    "Party Time": "script", "TV": "media_player", "Outdoor Humidity": "sensor",
    "EcoBee": "climate", "Sliding Door": "cover", "Kitchen Blinds": "cover", "Bed Light": "light",
    "Standing Light": "light", "Ceiling Fan": "fan", "Vacuum": "vacuum",
}  # fmt: skip
AREAS = ("Kitchen", "Office", "Living Room", "Bedroom", "Guest Room")


@cache
def home(language: str = "en") -> Snapper:
    names = [Name(text, NameKind.ENTITY, domain=domain) for text, domain in ENTITIES.items()]
    names += [Name(area, NameKind.AREA) for area in AREAS]
    names += [Name("Wohnzimmer", NameKind.AREA), Name("Stehlampe", NameKind.ENTITY, domain="light")]
    household = Household(tuple(names), (Replacement("telly", "TV"),))
    return Snapper(
        household, language, read_grammar(language), frozenset({"light", "list", "time"})
    )


def snap(text: str, language: str = "en") -> str:
    return home(language).snap(text, SnapLevel.SENTENCES).text


@pytest.mark.parametrize(
    ("heard", "written"),
    [
        ("Senate timer for 30 seconds.", "Set timer for 30 seconds."),
        ("Activate wood lighting.", "Activate Mood Lighting."),
        ("run part time", "run Party Time"),
        ("Turn bad light off", "Turn Bed Light off"),
        ("What is the eco-bee temperature?", "What is the EcoBee temperature?"),
        ("What's the tent?", "What's the temp?"),
        ("what is the outdoor humility", "what is the Outdoor Humidity"),
        ("turn on the kitchen lites", "turn on the Kitchen lights"),
        ("Turn off the celing fan, please.", "Turn off the Ceiling Fan, please."),
        ("Turn on the telly.", "Turn on the TV."),
        ("Sed a timer for twenty five minutes.", "Set a timer for twenty five minutes."),
        ("Turn bad light to fifty percent", "Turn Bed Light to fifty percent"),
        ("add apples to my shoping list", "add apples to my Shopping List"),
    ],
)
def test_what_was_misheard(heard: str, written: str) -> None:
    """The nearest sentence is written, with the names as at home and the punctuation as heard."""
    assert snap(heard) == written


@pytest.mark.parametrize(
    "text",
    [
        "Turn on the lights.",
        "What time is it?",
        "Set a timer for 5 minutes.",
        "I think that we should turn in early tonight.",
        "Don't turn on the kettle.",
        "Brew a light roast, triple shot Americano.",
        "Who locked the cat out?",
        "The weather was nice in Rome.",
        "He said that the door was open.",
        "Never mind what she said about time.",
        "Turn on the skylight.",
        "Turn off the backlights.",
        # Half of a sentence, and of a name.
        "Bring the Kitchen.",
        "Bring the Guest Room.",
        "Turn on the ceiling.",
        "",
        "…",
    ],
)
def test_what_stays(text: str) -> None:
    """Sentences of the grammar stay, to the byte, and so does talk."""
    assert snap(text) == text


OPPOSITES = (
    ("turn on", "turn off"), ("switch on", "switch off"), ("open", "close"), ("lock", "unlock"),
    ("raise", "lower"), ("mute", "unmute"), ("pause", "resume"),
    ("increase", "decrease"), ("start", "stop"), ("next", "previous"),
)  # fmt: skip
THINGS = ("the front door", "the shed door", "the TV", "the bed light", "the kitchen blinds",
          "the frond door", "the bad light", "the kitchen blind")  # fmt: skip
NUMBERS = ((13, 30), (14, 40), (15, 50), (16, 60), (17, 70), (18, 80), (19, 90), (2, 3), (1, 10))
COLOURS = (("red", "green"), ("blue", "black"), ("white", "yellow"), ("pink", "purple"))


def pairs() -> list[tuple[str, str]]:
    """Return sentences as they were heard, each with a word that must not become another one."""
    found = [
        (f"{verb} {thing}", verb.split()[-1])
        for verb in chain.from_iterable(OPPOSITES)
        for thing in THINGS
    ]
    found += [
        (f"set a timmer for {number} minutes", str(number))
        for number in chain.from_iterable(NUMBERS)
    ]
    found += [
        (f"set a timmer for {number} minutes", number) for number in ("two", "five", "thirteen")
    ]
    found += [(f"set the bed lite to {colour}", colour) for colour in chain.from_iterable(COLOURS)]
    found += [
        (f"is the {door} {state}", state)
        for door in ("front door", "frond door", "shed door", "sliding door")
        for state in ("locked", "unlocked", "open", "closed")
    ]
    return found


@pytest.mark.parametrize(("heard", "word"), pairs())
def test_nothing_crosses(heard: str, word: str) -> None:
    """What opens does not close, a number is no other number, and a colour no other colour."""
    assert word in snap(heard).lower().split()


def test_there_are_two_hundred_pairs() -> None:
    """The table is as large as it says."""
    assert len(pairs()) >= 200


@pytest.mark.parametrize(
    ("heard", "written"),
    [
        ("Schalte das Licht im Wohn Zimmer ein.", "Schalte das Licht im Wohnzimmer ein."),
        ("Schalte die Stelampe aus", "Schalte die Stehlampe aus"),
        ("Wie spät ist es?", "Wie spät ist es?"),
        ("Ich gehe jetzt schlafen.", "Ich gehe jetzt schlafen."),
    ],
)
def test_german(heard: str, written: str) -> None:
    """Another language has sentences of its own."""
    assert snap(heard, "de") == written


@pytest.mark.parametrize(
    ("heard", "alternatives", "written"),
    [
        ("We'll set a timer.", ["Set a timer for 5 minutes.", "he"], "Set a timer for 5 minutes."),
        ("Next, next track.", ["Next check.", "Next track."], "Next track."),
        ("Resumed.", ["resume.", "Result.", "resume"], "resume."),
        ("Let's see, acoby.", ["Turn off the acoby.", "That's acoby."], "Turn off the EcoBee."),
    ],
)  # fmt: skip
def test_what_was_perhaps_heard_instead(heard: str, alternatives: list[str], written: str) -> None:
    """Where the model was not sure, what is a sentence was said, with its names as at home."""
    assert snap(heard) == heard
    found = home().snap(heard, SnapLevel.SENTENCES, alternatives=alternatives)
    assert found.text == written
    assert found.outcome.name == "MENDED"
    assert [change.reason.value for change in found.changes] == ["heard as well"]


@pytest.mark.parametrize(
    ("heard", "alternatives"),
    [
        # A sentence stays one.
        ("turn on the tv", ["turn off the tv"]),
        # What means something is not given up: an opposite, a number, a colour, a name.
        ("now lock on the tent", ["now on the tent", "unlock the front door"]),
        ("so set it at 15 minutes", ["set a timer for 50 minutes"]),
        ("it was red on the tent", ["turn the bed light blue"]),
        ("the mood in the tent", ["turn on the tv"]),
        # Two that differ are as likely.
        ("resumed or not", ["resume", "pause"]),
        # Nobody knows what they mean.
        ("hello there", ["hello dear", "yellow hair"]),
        ("hello there", []),
    ],
)  # fmt: skip
def test_what_was_most_likely_heard_stays(heard: str, alternatives: list[str]) -> None:
    """Nothing is believed against a word that means something, nor of two that differ."""
    found = home().snap(heard, SnapLevel.SENTENCES, alternatives=alternatives)
    assert key_of(found.text) == key_of(heard)


def test_two_that_are_as_near() -> None:
    """Where two names of the home may have been meant, the words stay as they were heard."""
    household = Household(
        (Name("Attic Light", NameKind.ENTITY), Name("Antic Light", NameKind.ENTITY))
    )
    snapper = Snapper(household, "en", read_grammar("en"), frozenset())
    found = snapper.snap("turn on the atic light", SnapLevel.SENTENCES)
    assert found.text == "turn on the atic light"


def test_why_it_stays() -> None:
    """The owner's figures say what became of a transcript."""
    snapper = home()
    long = " ".join(["word"] * 30)
    assert snapper.snap(long, SnapLevel.SENTENCES).refusal is Refusal.TOO_LONG
    assert snapper.snap("hello there", SnapLevel.SENTENCES).refusal is Refusal.NOT_NEAR
    exact = snapper.snap("turn on the tv", SnapLevel.SENTENCES)
    assert (exact.intent, exact.outcome.name) == ("HassTurnOn", "SENTENCE")
    # Two lists may be meant, and both are written alike.
    apples = snapper.snap("add apples to my shopping list", SnapLevel.SENTENCES)
    assert (apples.text, apples.outcome.name) == ("add apples to my Shopping List", "SENTENCE")
    assert snapper.snap("run part time", SnapLevel.SENTENCES).outcome.name == "MENDED"


def test_levels() -> None:
    """Nothing at all, names alone, or sentences, as the owner wants it."""
    snapper = home()
    heard = "activate wood lighting on the telly"
    assert snapper.snap(heard, SnapLevel.OFF).text == heard
    assert snapper.snap("turn on mood lighting", SnapLevel.NAMES).text == "turn on Mood Lighting"
    assert snapper.snap("what's the tent", SnapLevel.NAMES).text == "what's the tent"


def test_names_of_one_request() -> None:
    """What a client expects is written as it is spelled there, beside the names of the home."""
    found = home().snap("Shivawn is in the kitchen", SnapLevel.SENTENCES, ("Shivaun",))
    assert found.text.startswith("Shivaun is in the")


words = st.text(alphabet="abcdefghij äöé'-.,?!1234567890", max_size=60)


@given(text=words)
@settings(deadline=None, max_examples=150)
def test_anything_is_survived(text: str) -> None:
    """Whatever was heard, there is a transcript, with every number that was in it."""
    written = snap(text)
    assert [c for c in written if c.isdigit()] == [c for c in text if c.isdigit()]
