"""The choice of a window, and what is doubted of a short one."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import pytest
from fakes import hypothesis
from hypothesis import given
from hypothesis import strategies as st

from wyoming_whisper.audio.pcm import SAMPLE_RATE
from wyoming_whisper.engines.whisper.audio_context import AudioContext, choose, is_doubtful
from wyoming_whisper.values import Rejection

GOOD: Final = replace(hypothesis("Turn on the light in the kitchen."), n_tokens=9)
TWO_SECONDS: Final = 2 * SAMPLE_RATE


@pytest.mark.parametrize(
    ("choice", "full_frames", "frames", "look"),
    [
        ("full", 3000, (3000,), None),
        ("auto", 3000, (1200, 1500, 2000, 3000), 1500),
        ("auto", 1500, (1200, 1500), 1500),
        ("auto", 800, (800,), None),
        ("10", 3000, (1000, 3000), 3000),
        ("30", 3000, (3000,), None),
        ("12", 800, (800,), None),
    ],
)
def test_windows(choice: str, full_frames: int, frames: tuple[int, ...], look: int | None) -> None:
    """The full window is always there, and of the short ones those that are shorter.

    What is doubtful in the shortest is heard in the next.
    """
    context = choose(choice, full_frames)
    assert context.windows == frames
    assert context.second_look(frames[0]) == look
    assert context.second_look(frames[-1]) is None


@pytest.mark.parametrize("choice", ["full", "auto", "2"])
def test_trained_windows(choice: str) -> None:
    """What a model was trained on is used whatever the owner asks for, and is never doubted."""
    context = choose(choice, 800, [200, 400])
    assert context == AudioContext((200, 400, 800), padding_frames=0, is_trained=True)
    assert not any(map(context.second_look, context.windows))
    samples = (1, 200 * 160, 200 * 160 + 1, 400 * 160 + 1, 800 * 160)
    assert [context.window_for(n) for n in samples] == [200, 200, 400, 800, 800]


@given(
    n_samples=st.integers(1, 30 * SAMPLE_RATE),
    choice=st.sampled_from(["full", "auto", *map(str, range(10, 31))]),
)
def test_a_window_holds_the_speech_and_its_padding(n_samples: int, choice: str) -> None:
    """No window is below 10 s, a short one has 2.56 s to spare, and a shorter one would not."""
    context = choose(choice, 3000)
    window = context.window_for(n_samples)
    assert window >= 1000
    if window < 3000:
        assert window * 160 >= n_samples + 2.56 * SAMPLE_RATE
    shorter = [frames for frames in context.windows if frames < window]
    assert all(frames * 160 < n_samples + 2.56 * SAMPLE_RATE for frames in shorter)


def test_a_good_hypothesis_stands() -> None:
    """What is probable, short enough and says nothing twice is believed."""
    assert not is_doubtful(GOOD, TWO_SECONDS)


@pytest.mark.parametrize(
    "doubt",
    [
        {"text": ""},
        {"text": " … "},
        {"rejection": Rejection.PROMPT_ECHO},
        {"compression_ratio": 2.41},
        {"no_speech_prob": 0.61},
        {"n_tokens": 25},
        {"text": "no no no no"},
        {"text": "Turn on the light. Turn on the light."},
    ],
)
def test_each_doubt_is_enough(doubt: dict[str, object]) -> None:
    """Nothing heard, a rejection, or any sign of a loop."""
    assert is_doubtful(replace(GOOD, **doubt), TWO_SECONDS)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "harmless",
    [
        {"compression_ratio": 2.4},
        {"avg_logprob": -0.99},
        {"no_speech_prob": 0.6},
        {"n_tokens": 24},
        {"text": "no no no"},
        {"text": "twenty five twenty five"},
        {"text": "turn on the fan and turn on the light"},
    ],
)
def test_what_people_say_is_not_doubted(harmless: dict[str, object]) -> None:
    """The thresholds themselves pass, and so does what only begins like a loop."""
    assert not is_doubtful(replace(GOOD, **harmless), TWO_SECONDS)  # type: ignore[arg-type]
