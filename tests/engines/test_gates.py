"""The rules of belief, one by one and in their order."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from options import default_gates

from wyoming_whisper.engines.whisper.gates import RETRIED, Gates, Measurement, judge
from wyoming_whisper.values import Rejection

GATES: Final = default_gates()
OPEN: Final = Gates(no_speech=math.inf, logprob=-math.inf, compression_ratio=math.inf)
GOOD: Final = Measurement(
    text="Turn on the light in the kitchen.",
    prompt="",
    avg_logprob=-0.2,
    no_speech_prob=0.01,
    compression_ratio=1.1,
    cut_off=False,
)

measurements = st.builds(
    Measurement,
    text=st.text("ab c.,", max_size=40),
    prompt=st.text("ab c.,", max_size=40),
    avg_logprob=st.floats(-5, 0),
    no_speech_prob=st.floats(0, 1),
    compression_ratio=st.floats(0, 20),
    cut_off=st.booleans(),
)


def test_a_good_decode_is_believed() -> None:
    """What is probable and says nothing twice passes."""
    assert judge(GOOD, GATES) is None


def test_an_improbable_text_is_rejected() -> None:
    """A mean log probability below the threshold rejects; the threshold itself does not."""
    assert judge(replace(GOOD, avg_logprob=-1.01), GATES) is Rejection.LOW_PROBABILITY
    assert judge(replace(GOOD, avg_logprob=-1.0), GATES) is None


def test_silence_takes_both_doubts() -> None:
    """A text is silence if the model doubts the speech and the text; one doubt is not enough."""
    silent = replace(GOOD, avg_logprob=-1.5, no_speech_prob=0.61)
    assert judge(silent, GATES) is Rejection.NO_SPEECH
    assert judge(replace(silent, no_speech_prob=0.6), GATES) is Rejection.LOW_PROBABILITY
    assert judge(replace(silent, avg_logprob=-0.9), GATES) is None


def test_a_text_that_compresses_well_is_rejected() -> None:
    """A compression ratio above the threshold rejects; the threshold itself does not."""
    assert judge(replace(GOOD, compression_ratio=2.41), GATES) is Rejection.COMPRESSION
    assert judge(replace(GOOD, compression_ratio=2.4), GATES) is None


def test_a_decode_that_hit_its_token_limit_is_a_loop() -> None:
    """Nobody says as much as the limit allows, so what reaches it repeats itself somehow."""
    assert judge(replace(GOOD, cut_off=True), GATES) is Rejection.REPETITION


@pytest.mark.parametrize(
    "text",
    [
        "no " * 6,
        "No, no, no! No... NO? no",
        "you " * 40,
        "thank you very much " * 6,
        "one two three four five six seven eight " * 6,
        "Well, " + "I don't know, " * 6 + "really",
    ],
)
def test_a_phrase_said_six_times_in_a_row_is_a_loop(text: str) -> None:
    """A phrase of one to eight words is a loop whatever its case, punctuation or surroundings."""
    assert judge(replace(GOOD, text=text), GATES) is Rejection.REPETITION


@pytest.mark.parametrize(
    "text",
    [
        "no " * 5,
        "thank you very much " * 5,
        "light on light off light on light off light",
        "no no no yes no no no yes no no no",
        "na na na na na hey na na na na na",
        "...!?",
    ],
)
def test_what_people_say_is_no_loop(text: str) -> None:
    """Five times in a row is emphasis, and repetition with something between is speech."""
    assert judge(replace(GOOD, text=text), GATES) is None


@pytest.mark.parametrize(
    ("text", "prompt"),
    [
        ("Kitchen, living room, Wohnzimmer.", "kitchen living room wohnzimmer"),
        ("living room, bedroom", "Rooms: kitchen, living room, bedroom, attic."),
        ("the Smiths' house", "We are in the Smiths' house."),
        ("bedroom living room", "kitchen, living room, bedroom"),
        ("Turn on the light. Turn on", "Turn on the living room light."),
    ],
)
def test_what_the_prompt_holds_all_words_of_is_an_echo(text: str, prompt: str) -> None:
    """Three words or more, in any order, may not have been said."""
    assert judge(replace(GOOD, text=text, prompt=prompt), GATES) is Rejection.PROMPT_ECHO


def test_a_loop_of_the_prompt_is_an_echo() -> None:
    """What a prompt becomes over and over in silence is no text that a wider search may vary."""
    loop = replace(GOOD, text="Turn on the light. " * 20, compression_ratio=9.0, cut_off=True)
    echo = replace(loop, prompt="Turn on the living room light.")
    assert judge(loop, GATES) is Rejection.COMPRESSION
    assert judge(echo, GATES) is Rejection.PROMPT_ECHO


@pytest.mark.parametrize(
    ("text", "prompt"),
    [
        ("living room", "kitchen, living room, bedroom"),
        ("kitchen living room please", "kitchen, living room, bedroom"),
        ("room bedroom attic", "kitchen, living room, bed, room, attic"),
        ("turn on the light", ""),
    ],
)
def test_words_of_the_prompt_may_be_said(text: str, prompt: str) -> None:
    """Two words, or a word more, are no echo: prompts hold what people say."""
    assert judge(replace(GOOD, text=text, prompt=prompt), GATES) is None


def test_the_first_rule_that_holds_gives_the_reason() -> None:
    """Silence goes before an echo, that before loops, and these before guesswork."""
    prompt = "thank you very much " * 6
    worst = Measurement(
        text=prompt,
        prompt=prompt,
        avg_logprob=-3.0,
        no_speech_prob=0.9,
        compression_ratio=9.0,
        cut_off=True,
    )
    assert judge(worst, GATES) is Rejection.NO_SPEECH
    worst = replace(worst, no_speech_prob=0.1)
    assert judge(worst, GATES) is Rejection.PROMPT_ECHO
    worst = replace(worst, prompt="")
    assert judge(worst, GATES) is Rejection.COMPRESSION
    worst = replace(worst, compression_ratio=1.0)
    assert judge(worst, GATES) is Rejection.REPETITION
    worst = replace(worst, text="thank you very much", cut_off=False)
    assert judge(worst, GATES) is Rejection.LOW_PROBABILITY


@given(decode=measurements)
@settings(deadline=None)
def test_infinite_thresholds_never_reject(decode: Measurement) -> None:
    """With every gate open only loops and echoes are left, which have no threshold."""
    reasons = {None, Rejection.REPETITION, Rejection.PROMPT_ECHO}
    assert judge(decode, OPEN) in reasons


@given(decode=measurements)
@settings(deadline=None)
def test_no_text_is_never_rejected(decode: Measurement) -> None:
    """Where nothing was decoded there is nothing to disbelieve, whatever was measured."""
    assert judge(replace(decode, text=""), GATES) is None


def test_what_is_tried_again() -> None:
    """A better search may mend loops and guesswork; silence and echoes stay what they are."""
    assert {reason for reason in Rejection if reason not in RETRIED} == {
        Rejection.NO_SPEECH,
        Rejection.PROMPT_ECHO,
    }
