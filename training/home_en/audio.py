"""16-bit mono WAV files."""

from __future__ import annotations

import wave
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from pathlib import Path

Samples = npt.NDArray[np.int16]
Wave = npt.NDArray[np.float32]


def to_wave(samples: Samples) -> Wave:
    """The samples as float32 within ±1."""
    return np.divide(samples, 32768, dtype=np.float32)


def read(path: Path) -> tuple[Samples, int]:
    """Samples and their rate (Hz)."""
    with wave.open(str(path), "rb") as file:
        return np.frombuffer(file.readframes(file.getnframes()), np.int16), file.getframerate()
