"""What passes for a command, and what is none."""

import random
from itertools import islice

import pytest
from accuracy.grammar_match import is_command, pattern
from accuracy.out_of_grammar import OUT_OF_GRAMMAR
from home_en.everyday import EVERYDAY
from home_en.figures import words, written
from home_en.grammar import command, expand, finish, sentences
from home_en.splits import held_out_sentence

SEED = 20261120


def test_what_is_out_of_the_grammar_is_never_trained() -> None:
    """There are a hundred sentences of it."""
    assert len({*OUT_OF_GRAMMAR}) == 100
    assert not {*OUT_OF_GRAMMAR} & {s.text for s in islice(sentences(SEED), 40_000)}


def test_commands_are_commands() -> None:
    """What the grammar makes is accepted, in figures: polite, joined by "and", held out."""
    rng = random.Random(20261121)
    made = [command(rng) for _ in range(600)] + [held_out_sentence(rng) for _ in range(300)]
    assert [s.text for s in made if not is_command(written(s.text))] == []


@pytest.mark.parametrize(
    "text",
    [
        *("", "Turn on the.", "Turn on the kitchen light bright.", "Turn off the light and."),
        *("Turn turn on the light.", "The kitchen light.", "Set a timer for 10."),
        *OUT_OF_GRAMMAR[::5],
    ],
)
def test_less_or_more_than_a_command_is_none(text: str) -> None:
    """Every word belongs to the command, and nothing of it is missing."""
    assert not is_command(text)


def test_everyday_english_is_no_command() -> None:
    """It is there for the model not to make a command of everything."""
    rng = random.Random(SEED)
    made = [finish(expand(template, rng)) for template in EVERYDAY]
    assert [text for text in made if is_command(text)] == []


def test_pattern() -> None:
    """An optional part may be there or not, "a" is "an" too, and unknown slots are refused."""
    found = pattern("a (red|blue) {colour} [lamp]")
    assert found.fullmatch("an red dark blue lamp ") is None
    assert found.fullmatch("an red sky blue lamp ")
    assert found.fullmatch("a blue red ")
    assert words("An red, sky-blue lamp.") == ["an", "red", "sky", "blue", "lamp"]
    with pytest.raises(KeyError):
        pattern("turn {nowhere}")
