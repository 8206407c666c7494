"""What is said: training text, and held-out text."""

import hashlib
import random
import re
from itertools import islice

import pytest
from home_en.everyday import EVERYDAY
from home_en.grammar import TEMPLATES, expand, finish, sentences
from home_en.numbers import cardinal, ordinal
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
    """And every template expands."""
    trained = {t for _, templates in TEMPLATES.values() for t in templates} | {*EVERYDAY}
    assert not trained & {t for templates in HELD_OUT_TEMPLATES.values() for t in templates}
    rng = random.Random(SEED)
    asked = {held_out_sentence(rng).text for _ in range(3000)}
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
