"""What is said: training text, held-out text, and what passes for a command."""

import hashlib
import random
import re
from itertools import islice

import pytest
from home_en.everyday import EVERYDAY
from home_en.figures import written
from home_en.grammar import TEMPLATES, command, expand, finish, sentences
from home_en.grammar_match import is_command, pattern
from home_en.numbers import cardinal, ordinal
from home_en.out_of_grammar import OUT_OF_GRAMMAR
from home_en.scoring import words
from home_en.splits import HELD_OUT_SPEAKERS, HELD_OUT_TEMPLATES, held_out_sentence

SEED = 20261120
FROZEN = "e3db1753840b39cb3712a417097682c4ba6fd21654203d849fbcf159843ecddc"
"""SHA-256 of the sentences of the evaluation, as they were before there was Whisper."""


def test_sentences_are_a_function_of_the_seed() -> None:
    """They have a capital, a final mark, no figure and no open slot; plain commands are there."""
    texts = [s.text for s in islice(sentences(SEED), 40_000)]
    assert texts[:300] == [s.text for s in islice(sentences(SEED), 300)]
    assert texts[:300] != [s.text for s in islice(sentences(SEED + 1), 300)]
    for text in texts:
        assert re.fullmatch(r"[A-Z][A-Za-z' ,.\-]*[.?]", text), text
        assert "  " not in text
    assert {"Turn on the living room light.", "Set a timer for ten minutes.", "Stop."} <= {*texts}


def test_held_out_sentences_never_occur_in_training() -> None:
    """Nor do those of the evaluation that are no commands; and every template expands."""
    trained = {t for _, templates in TEMPLATES.values() for t in templates} | {*EVERYDAY}
    assert not trained & {t for templates in HELD_OUT_TEMPLATES.values() for t in templates}
    rng = random.Random(SEED)
    asked = {held_out_sentence(rng).text for _ in range(3000)} | {*OUT_OF_GRAMMAR}
    assert not asked & {s.text for s in islice(sentences(SEED), 40_000)}
    for template in trained:
        for _ in range(10):
            assert not set(finish(expand(template, rng))) & set("{}[]()|/")


def test_the_evaluation_is_frozen() -> None:
    """Whatever becomes of the grammar, the same sentences are asked for."""
    digest = hashlib.sha256()
    for speaker in HELD_OUT_SPEAKERS:
        rng = random.Random(f"held-out 7 {speaker}")
        for _ in range(60):
            digest.update(held_out_sentence(rng).text.encode())
    assert digest.hexdigest() == FROZEN
    assert len({*OUT_OF_GRAMMAR}) == 100


@pytest.mark.parametrize(
    ("text", "finished"),
    [
        ("what a old house", "What an old house."),
        ("a useful idea for a hour", "A useful idea for an hour."),
        ("a one minute timer", "A one minute timer."),
        ("wake me at six a.m.", "Wake me at six a.m."),
    ],
)
def test_finish(text: str, finished: str) -> None:
    """A capital, the article by the sound of the next word, and one final mark."""
    assert finish(text) == finished


def test_numbers_are_spelled_in_one_way() -> None:
    """As everything that compares words expects."""
    assert [cardinal(n) for n in (0, 25, 306)] == ["zero", "twenty-five", "three hundred and six"]
    assert [ordinal(n) for n in (3, 22, 30)] == ["third", "twenty-second", "thirtieth"]


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
