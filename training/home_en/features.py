"""Log-mel features, number for number those of faster-whisper's `FeatureExtractor`."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from faster_whisper.feature_extractor import FeatureExtractor

Wave = npt.NDArray[np.float32]
Frames = npt.NDArray[np.float32]

RATE = 16_000
HOP = 160
MELS = 80
FRAMES_PER_SECOND = RATE // HOP
LONG_WINDOW_FRAMES = 3000
"""The 30 s window to which faster-whisper's `transcribe` pads."""

_extractor = FeatureExtractor(feature_size=MELS)


def log_mel(wave: Wave) -> Frames:
    """Features [80, n // 160] of `wave` [n] (float32, ±1), as `transcribe` cuts them."""
    frames: Frames = _extractor(wave)[:, : wave.size // HOP]
    return frames


def pad(frames: Frames, length: int) -> Frames:
    """Pad with 0.0 (as faster-whisper does) or cut to `length` frames."""
    out = np.zeros((frames.shape[0], length), np.float32)
    kept = min(length, frames.shape[1])
    out[:, :kept] = frames[:, :kept]
    return out
