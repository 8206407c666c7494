"""Who speaks in training and who does not."""

import random

from home_en.splits import HELD_OUT_SPEAKERS
from home_en.voices import CLEAR_SPEAKERS, speakers, training_speakers, varied_delivery

ENGINES = ("espeak-ng", "flite", "festival")
TRAINED_ONLY = ("accented", "rhvoice", "pico")


def test_held_out_speakers_exist() -> None:
    """Every frozen name is a speaker of its synthesiser, and every synthesiser has one."""
    every = {s for engine in ENGINES for s in speakers(engine)}
    assert set(HELD_OUT_SPEAKERS) <= every
    assert {s.split("/")[0] for s in HELD_OUT_SPEAKERS} == set(ENGINES)


def test_no_speaker_is_both_trained_and_held_out() -> None:
    """A person who lent a voice to two synthesisers is held out in both or in none."""
    people = {"flite/kal16": "kal", "flite/kal": "kal", "festival/kal": "kal"}
    trained = {s for engine in (*ENGINES, *TRAINED_ONLY) for s in training_speakers(engine)}
    held_out = {people.get(s, s.split("/")[1]) for s in HELD_OUT_SPEAKERS}
    assert not held_out & {people.get(s, s.split("/")[1]) for s in trained}
    assert set(CLEAR_SPEAKERS) <= trained


def test_training_draws_no_held_out_speaker() -> None:
    """The deliveries of the training set come from its own speakers."""
    rng = random.Random(2)
    for engine in (*ENGINES, *TRAINED_ONLY):
        drawn = {varied_delivery(engine, rng).speaker for _ in range(2000)}
        assert drawn == set(training_speakers(engine))
