"""The training text."""

import random
import re
from itertools import islice

from home_en.everyday import EVERYDAY_TEMPLATES
from home_en.grammar import OTHER_TEMPLATES, TEMPLATES, expand, finish, sentences
from home_en.grammar_match import is_command, opens
from home_en.numbers import cardinal, ordinal
from home_en.out_of_grammar import OUT_OF_GRAMMAR
from home_en.scoring import normalise
from home_en.splits import HELD_OUT_TEMPLATES, held_out_sentence

SEED = 20261120


def test_same_seed_gives_same_sentences() -> None:
    """Training text is a function of the seed."""
    first = [s.text for s in islice(sentences(3), 300)]
    assert first == [s.text for s in islice(sentences(3), 300)]
    assert first != [s.text for s in islice(sentences(4), 300)]


def test_sentences_are_written_as_whisper_writes() -> None:
    """Capital first letter, final punctuation, no digits, no doubled spaces, no open slots."""
    for sentence in islice(sentences(SEED), 5000):
        assert re.fullmatch(r"[A-Z][A-Za-z' ,.\-]*[.?]", sentence.text), sentence
        assert "  " not in sentence.text


def test_text_has_at_least_1500_words() -> None:
    """The grammar's vocabulary is as wide as was asked for."""
    words: set[str] = set()
    for sentence in islice(sentences(SEED), 20_000):
        words.update(re.findall(r"[a-z']+", sentence.text.lower()))
    assert len(words) >= 1500


def test_plain_commands_occur_in_training() -> None:
    """The commands everybody says first are in the training text."""
    texts = {s.text for s in islice(sentences(SEED), 60_000)}
    assert "Turn on the living room light." in texts
    assert "Set a timer for ten minutes." in texts
    assert "What's the weather like today?" in texts


def test_held_out_templates_never_occur_in_training() -> None:
    """No held-out template is a training template, and no sentence of one is trained on."""
    trained = {t for _, templates in TEMPLATES.values() for t in templates} | set(OTHER_TEMPLATES)
    assert not trained & {t for templates in HELD_OUT_TEMPLATES.values() for t in templates}
    rng = random.Random(SEED)
    held_out = {held_out_sentence(rng).text for _ in range(3000)}
    assert not held_out & {s.text for s in islice(sentences(SEED), 60_000)}


def test_every_template_expands() -> None:
    """Brackets match and slots exist in every template."""
    rng = random.Random(1)
    every = [
        *(t for _, templates in TEMPLATES.values() for t in templates),
        *OTHER_TEMPLATES,
        *(t for templates in HELD_OUT_TEMPLATES.values() for t in templates),
    ]
    for template in every:
        for _ in range(20):
            assert not set(finish(expand(template, rng))) & set("{}[]()|")


def test_everyday_english_is_nothing_else() -> None:
    """None of it is a command, trained or held out, nor a sentence that the evaluation asks for."""
    rng = random.Random(SEED)
    asked = [normalise(text) for text in OUT_OF_GRAMMAR]
    assert len(set(EVERYDAY_TEMPLATES)) == len(EVERYDAY_TEMPLATES) > 1000
    for template in EVERYDAY_TEMPLATES:
        for _ in range(3):
            text = finish(expand(template, rng))
            assert re.fullmatch(r"[A-Z][A-Za-z' ,.\-]*[.?]", text), text
            assert "  " not in text
            assert not is_command(text), text
            assert not opens(text), text
            assert normalise(text) not in asked


def test_everyday_english_comes_where_it_is_asked_for() -> None:
    """All of it, or none."""
    assert all(s.group == "everyday" for s in islice(sentences(2, share_everyday=1.0), 50))
    assert all(s.group != "everyday" for s in islice(sentences(2), 500))


def test_finish_puts_an_before_a_vowel() -> None:
    """The article follows the sound of the next word."""
    assert finish("what a old house") == "What an old house."
    assert finish("a useful idea for a hour") == "A useful idea for an hour."
    assert finish("a one minute timer") == "A one minute timer."


def test_numbers_are_words() -> None:
    """One spelling for every number."""
    assert cardinal(0) == "zero"
    assert cardinal(25) == "twenty-five"
    assert cardinal(306) == "three hundred and six"
    assert cardinal(1000) == "one thousand"
    assert ordinal(22) == "twenty-second"
    assert ordinal(30) == "thirtieth"
