"""Augmentation keeps sound sound, and features are those of faster-whisper."""

import numpy as np
import pytest
from faster_whisper.audio import pad_or_trim
from faster_whisper.feature_extractor import FeatureExtractor
from home_en import augment, features


@pytest.mark.parametrize("seed", range(12))
def test_waves_stay_finite_and_keep_their_length(seed: int) -> None:
    """Rooms, noises of power one and levels give float32 of the same length within ±1."""
    rng = np.random.default_rng(seed)
    wave = (0.2 * rng.standard_normal(16_000)).astype(np.float32)
    noise = augment.noise(16_000, rng)
    assert np.mean(noise**2) == pytest.approx(1.0, rel=0.01)
    out = augment.level(augment.shift_formants(augment.acoustics(wave, rng), 1.1) + noise, rng)
    assert out.dtype == np.float32
    assert out.shape == wave.shape
    assert float(np.abs(out).max()) <= 1.0


def test_features_equal_those_of_transcribe() -> None:
    """Frames, scaling and padding are what `WhisperModel.transcribe` would encode."""
    rng = np.random.default_rng(0)
    wave = (0.1 * rng.standard_normal(31_234)).astype(np.float32)
    whole = FeatureExtractor()(wave)
    expected = pad_or_trim(whole[:, : whole.shape[-1] - 1])
    np.testing.assert_array_equal(features.pad(features.log_mel(wave), 3000), expected)
    assert features.pad(expected, 4).shape == (80, 4)
