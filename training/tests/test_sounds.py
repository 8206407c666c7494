"""Sounds without speech, babble and the far microphone."""

import numpy as np
import pytest
from home_en.features import RATE, Wave
from home_en.sounds import KINDS, babble, clips, far_field


@pytest.mark.parametrize("kind", KINDS)
def test_clips_are_frozen_by_their_seed(kind: str) -> None:
    """The same seed gives the same clips, of 1 to 4 s within full scale."""
    made = clips(KINDS[kind], 5, seed=3)
    for clip, again in zip(made, clips(KINDS[kind], 5, seed=3), strict=True):
        assert clip.dtype == np.float32
        assert np.array_equal(clip, again)
        assert RATE <= clip.size <= 4 * RATE
        assert float(np.abs(clip).max()) <= 1
    assert not np.array_equal(made[0], clips(KINDS[kind], 1, seed=4)[0])


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"silence"}))
def test_clips_can_be_heard(kind: str) -> None:
    """Whatever is not silence is louder than a microphone's own noise."""
    for clip in clips(KINDS[kind], 10, seed=3):
        assert 20 * np.log10(np.sqrt(np.mean(clip**2))) > -55


def test_babble_has_everybody_at_once() -> None:
    """Babble has power 1 at any length, however short the voices are."""
    rng = np.random.default_rng(1)
    voices = [rng.standard_normal(size).astype(np.float32) for size in (4000, 7000)]
    wave = babble(voices, 40_000, rng)
    assert wave.size == 40_000
    assert np.mean(wave**2) == pytest.approx(1, rel=1e-3)


def test_a_far_microphone_hears_a_tail_and_no_treble() -> None:
    """The sound goes on after its end, and its treble is weaker than its bass."""
    rng = np.random.default_rng(2)
    near = np.zeros(RATE, np.float32)
    near[: RATE // 2] = 0.1 * rng.standard_normal(RATE // 2)
    far = far_field(near, rng)
    assert far.size == near.size + int(0.4 * RATE)
    assert np.mean(far[RATE // 2 : RATE // 2 + 1600] ** 2) > 0.02 * np.mean(far[: RATE // 2] ** 2)
    assert _band(far, 5000, 8000) / _band(far, 100, 1000) < 0.3 * (
        _band(near, 5000, 8000) / _band(near, 100, 1000)
    )


def _band(wave: Wave, low: int, high: int) -> float:
    power = np.abs(np.fft.rfft(wave)) ** 2
    frequency = np.fft.rfftfreq(wave.size, 1 / RATE)
    return float(np.mean(power[(frequency > low) & (frequency < high)]))
