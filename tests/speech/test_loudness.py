"""What is a sound, and where it begins."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from wyoming_whisper.speech.loudness import GAP_WINDOWS, Loudness
from wyoming_whisper.speech.vad import WINDOW_SAMPLES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wyoming_whisper.audio.pcm import Block


def window(decibels: float) -> Block:
    """Return a tone of so many dB of full scale, root mean square."""
    tone = np.sin(2 * np.pi * np.arange(WINDOW_SAMPLES) / 32) * np.sqrt(2)
    return np.asarray(10 ** (decibels / 20) * tone, np.float32)


def heard(levels: Iterable[float]) -> Loudness:
    loudness = Loudness()
    for level in levels:
        loudness.feed(window(level))
    return loudness


@pytest.mark.parametrize(
    ("background", "level", "audible"),
    [(-50, -40, True), (-50, -45, False), (-30, -20, True), (-100, -60, False), (-100, -45, True)],
)
def test_a_sound_is_louder_than_its_background(
    background: float, level: float, *, audible: bool
) -> None:
    """By 8 dB, and not 30 dB below the loudest: zeros before it are no background."""
    assert heard([background] * 5 + [-20] * 5 + [level]).is_audible is audible


def test_a_steady_noise_is_no_sound() -> None:
    """A fan is the background, however loud."""
    assert not heard([-12, -11, -13] * 20).is_audible


def test_the_background_is_that_of_the_last_seconds() -> None:
    """When a fan is turned on it is heard as sound for three seconds, and then no more."""
    assert heard([-60] * 100 + [-30] * 60).is_audible
    assert not heard([-60] * 100 + [-30] * 95).is_audible


def test_one_quiet_window_is_no_background() -> None:
    """Speech has holes of 30 ms."""
    assert not heard([-40] * 20 + [-55] + [-40] * 5).is_audible


def test_a_sound_begins_behind_a_gap() -> None:
    """What came before a gap of silence belongs to another sound."""
    gap = [-50] * (GAP_WINDOWS + 1)
    levels = [-50] * 5 + [-20] * 4 + gap + [-20] * 6
    assert heard(levels).sound_before(2, most=20) == 4


def test_a_sound_goes_on_over_a_short_silence() -> None:
    """A plosive closes the mouth for 0.1 s; how far is looked back is the caller's."""
    levels = [-50] * 5 + [-20] * 4 + [-50] * GAP_WINDOWS + [-20] * 6
    assert heard(levels).sound_before(2, most=20) == 4 + GAP_WINDOWS + 4
    assert heard(levels).sound_before(2, most=6) == 4


def test_nothing_is_before_the_start() -> None:
    """A stream that begins with speech has no sound before it."""
    assert heard([-20]).sound_before(1, most=20) == 0
    assert heard([-20] * 3).sound_before(3, most=20) == 0
