"""Which transcripts are commands."""

import random

import pytest
from home_en.grammar import command, other
from home_en.grammar_match import is_command, opens, pattern
from home_en.splits import held_out_sentence


def test_every_sentence_of_the_grammar_is_a_command() -> None:
    """What the grammar makes is accepted: polite, joined by "and", of every template."""
    rng = random.Random(20261121)
    texts = [command(rng).text for _ in range(3000)] + [
        held_out_sentence(rng).text for _ in range(1000)
    ]
    assert [text for text in texts if not is_command(text)] == []


def test_ordinary_sentences_are_no_commands() -> None:
    """What training calls other English is not accepted."""
    rng = random.Random(5)
    assert [s for s in (other(rng).text for _ in range(500)) if is_command(s)] == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Turn on the.",
        "Turn on the kitchen light bright.",
        "Turn off the light and.",
        "Turn turn on the light.",
        "The kitchen light.",
        "Set a timer for ten.",
    ],
)
def test_less_or_more_than_a_command_is_none(text: str) -> None:
    """Every word belongs to the command, and nothing of it is missing."""
    assert not is_command(text)


@pytest.mark.parametrize(
    "text",
    [
        "Unlock the front door.",
        "Hey Jarvis, open the garage door.",
        "Turn off the kitchen light and unlock the back door.",
        "Please raise the blinds.",
        "And then it said open the window to the whole room.",
        "Set the bedroom shades to forty percent.",
        "Kitchen blinds up, please.",
        "Disarm the alarm.",
    ],
)
def test_openings_are_found(text: str) -> None:
    """Asking to open a lock or a cover is found as a whole and as a part."""
    assert opens(text)


@pytest.mark.parametrize(
    "text",
    [
        "Lock the front door.",
        "Close the blinds.",
        "Is the garage door open?",
        "She opened the door.",
        "She left the window open.",
        "Open.",
        "Turn up the lights in the bedroom.",
    ],
)
def test_what_opens_nothing(text: str) -> None:
    """Closing, asking and telling open nothing."""
    assert not opens(text)


def test_a_pattern_gives_all_ends() -> None:
    """An optional part may be there or not, and "a" is "an" before a vowel."""
    found = pattern("a (red|blue) {colour} [lamp]")
    assert found(["an", "red", "blue", "lamp", "lamp"], {0}) == {3, 4}
    assert found(["a", "blue"], {0}) == set()


@pytest.mark.parametrize("template", ["turn {nowhere}", "turn (on", "turn on)", "turn (on]"])
def test_broken_templates_are_refused(template: str) -> None:
    """A slot that nobody knows and a bracket without its partner are errors."""
    with pytest.raises(ValueError, match=r"nowhere|brackets"):
        pattern(template)
