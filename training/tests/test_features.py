"""Features as faster-whisper makes them."""

import numpy as np
from faster_whisper.audio import pad_or_trim
from faster_whisper.feature_extractor import FeatureExtractor
from home_en import features


def test_features_equal_those_of_transcribe() -> None:
    """Frames, scaling and padding are what `WhisperModel.transcribe` would encode."""
    rng = np.random.default_rng(0)
    wave = (0.1 * rng.standard_normal(31_234)).astype(np.float32)
    whole = FeatureExtractor()(wave)
    expected = pad_or_trim(whole[:, : whole.shape[-1] - 1])
    np.testing.assert_array_equal(features.pad(features.log_mel(wave), 3000), expected)


def test_pad_fills_with_zero_and_cuts() -> None:
    """The window has its length whatever the sound's."""
    frames = np.ones((80, 10), np.float32)
    assert features.pad(frames, 12)[:, 10:].sum() == 0
    assert features.pad(frames, 4).shape == (80, 4)
