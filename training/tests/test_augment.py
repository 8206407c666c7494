"""Augmentation keeps sound sound."""

import numpy as np
import pytest
from home_en import augment


@pytest.mark.parametrize("seed", range(12))
def test_waves_stay_finite_and_keep_their_length(seed: int) -> None:
    """Rooms, noises and levels give float32 of the same length within ±1."""
    rng = np.random.default_rng(seed)
    wave = (0.2 * rng.standard_normal(16_000)).astype(np.float32)
    out = augment.level(augment.acoustics(wave, rng) + augment.noise(16_000, rng), rng)
    assert out.dtype == np.float32
    assert out.shape == wave.shape
    assert np.isfinite(out).all()
    assert float(np.abs(out).max()) <= 1.0


def test_noise_has_power_one() -> None:
    """A signal-to-noise ratio can be set by a factor."""
    rng = np.random.default_rng(1)
    for _ in range(20):
        assert np.mean(augment.noise(8000, rng) ** 2) == pytest.approx(1.0, rel=0.01)


def test_hum_has_power_one() -> None:
    """Hum is as loud as other noise."""
    rng = np.random.default_rng(3)
    for _ in range(10):
        assert np.mean(augment.hum(8000, rng) ** 2) == pytest.approx(1.0, rel=0.01)


def test_hesitation_is_a_pause_and_nothing_else() -> None:
    """A hesitating speaker says the same, with 0.2 to 0.9 s of silence where it was quietest."""
    rng = np.random.default_rng(4)
    wave = (0.2 + 0.1 * rng.random(16_000)).astype(np.float32)
    wave[7_000:8_000] = 0.01
    out = augment.hesitate(wave, rng)
    n_pause = out.size - wave.size
    assert 3_200 <= n_pause <= 14_400
    (silent,) = np.nonzero(out == 0)
    assert silent.size == n_pause
    assert 7_000 <= silent[0] < 8_000
    np.testing.assert_array_equal(np.delete(out, silent), wave)


def test_speed_changes_the_length() -> None:
    """Twice as fast is half as long."""
    wave = np.zeros(1600, np.float32)
    assert augment.change_speed(wave, 2.0).size == 800


def test_feature_augmentation_keeps_the_shape() -> None:
    """Warped and masked features are still [80, t], and the originals are untouched."""
    rng = np.random.default_rng(2)
    frames = rng.standard_normal((80, 200)).astype(np.float32)
    before = frames.copy()
    warped = augment.warp_tempo(augment.warp_mels(frames, rng), rng)
    assert warped.dtype == np.float32
    assert augment.mask(warped, rng).shape == (80, 200)
    augment.mask(frames, rng)
    np.testing.assert_array_equal(frames, before)


def test_another_tempo_keeps_beginning_end_and_order() -> None:
    """Local tempo moves what lies between, forwards only."""
    rng = np.random.default_rng(6)
    ramp = np.tile(np.arange(200, dtype=np.float32), (80, 1))
    moved = False
    for _ in range(10):
        places = augment.warp_tempo(ramp, rng)[3]
        assert places[0] == 0
        assert places[-1] == pytest.approx(199, abs=0.01)
        assert (np.diff(places) > 0).all()
        moved |= bool(np.abs(places - ramp[3]).max() > 2)
    assert moved
    assert augment.warp_tempo(ramp[:, :1], rng).shape == (80, 1)
