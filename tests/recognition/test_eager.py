"""The bounds of eager decoding."""

from __future__ import annotations

import pytest
from options import eager_options

from wyoming_whisper.audio.pcm import SAMPLE_RATE
from wyoming_whisper.recognition.eager import Eagerness, refuse

OPTIONS = eager_options()


def test_a_command_is_decoded() -> None:
    """A segment of ordinary length is decoded while nobody else waits."""
    for n_tries in range(3):
        assert refuse(2 * SAMPLE_RATE, n_tries, final_waits=False, options=OPTIONS) is None


@pytest.mark.parametrize(
    ("n_samples", "n_tries", "final_waits", "reason"),
    [
        (9_599, 0, False, Eagerness.TOO_SHORT),
        (15 * SAMPLE_RATE + 1, 0, False, Eagerness.TOO_LONG),
        (2 * SAMPLE_RATE, 3, False, Eagerness.TRIES_SPENT),
        (2 * SAMPLE_RATE, 0, True, Eagerness.BUSY),
        (9_599, 3, True, Eagerness.TOO_SHORT),
    ],
)
def test_guards(n_samples: int, n_tries: int, final_waits: bool, reason: Eagerness) -> None:
    """Each bound refuses, and the lasting reasons are named before the passing one."""
    assert refuse(n_samples, n_tries, final_waits=final_waits, options=OPTIONS) is reason


def test_bounds_are_inclusive() -> None:
    """What is just at the bounds is decoded."""
    for n_samples in (OPTIONS.min_speech_samples, OPTIONS.max_speech_samples):
        assert refuse(n_samples, 2, final_waits=False, options=OPTIONS) is None
