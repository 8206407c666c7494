"""Recordings of the evaluation, as far as they need no synthesiser."""

import numpy as np
import pytest
from home_en.eval_sets import (
    CLIPS_OF_A_KIND,
    Recording,
    clips_without_speech,
    with_babble,
    with_noise,
)
from home_en.features import RATE, Wave
from home_en.sounds import KINDS
from home_en.words import NAMES


def _tone(size: int) -> Wave:
    return (0.1 * np.sin(np.arange(size) / 5)).astype(np.float32)


SPOKEN = Recording("Stop.", "espeak-ng/f5", _tone(RATE), (0.25,))


def _decibels(noisy: Recording) -> float:
    noise = noisy.wave - SPOKEN.wave
    return 10 * float(np.log10(np.mean(SPOKEN.wave**2) / np.mean(noise**2)))


@pytest.mark.parametrize("decibels", [20, 10])
def test_noise_has_its_ratio(decibels: int) -> None:
    """Home noise and babble lie as far below the speech as was asked; text and marks stay."""
    home = with_noise(SPOKEN, decibels, np.random.default_rng(1))
    talkers = with_babble([SPOKEN], [_tone(3000)[::-1], _tone(5000) ** 2], decibels)[0]
    for noisy in (home, talkers):
        assert _decibels(noisy) == pytest.approx(decibels, abs=0.1)
        assert (noisy.text, noisy.word_starts) == (SPOKEN.text, SPOKEN.word_starts)


def test_a_hundred_clips_without_speech() -> None:
    """The kinds that nobody speaks in are a hundred clips together; babble is counted apart."""
    clips = clips_without_speech([_tone(3000)])
    assert sum(len(clips[kind]) for kind in KINDS) == 4 * CLIPS_OF_A_KIND == 100
    assert "babble" not in KINDS
    assert len(clips["babble"]) == CLIPS_OF_A_KIND


def test_at_least_200_first_names() -> None:
    """As many different names as were asked for are tried."""
    assert len(set(NAMES)) >= 200
