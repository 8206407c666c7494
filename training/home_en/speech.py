"""Speech by five free synthesisers, each a program that speaks one text and ends.

espeak-ng, flite and festival; of RHVoice the Americans bdl and clb and the Scot alan (LGPL; the
other English voices are held out, or may not be used for derived work); of SVOX Pico an American
and a British woman (Apache 2.0). Debian has the last two programs in its section "non-free".
"""

from __future__ import annotations

import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape

import numpy as np
import soxr

from . import audio, augment
from .voices import FESTIVAL_VOICES, PICO_VOICES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .audio import Samples
    from .voices import Delivery

RATE: Final = 16_000
_AT_ONCE: Final = 2
_WORDS_PER_MINUTE: Final = 170
_BEFORE, _BEHIND = RATE // 40, RATE // 20


def speak(text: str, delivery: Delivery) -> Samples:
    """Return a sentence as int16 at 16 kHz, without silence at its ends (25 and 50 ms stay).

    Raises:
        OSError: If the program is not installed.
        subprocess.CalledProcessError: If it fails.
        ValueError: If it says nothing.
    """
    # "LED" is no word.
    text = text.replace("LED", "L E D")
    with TemporaryDirectory() as folder:
        path = Path(folder, "spoken.wav")
        command = _command(text, delivery, str(path))
        subprocess.run(command, input=text, text=True, check=True, capture_output=True)
        samples, rate = audio.read(path)
    wave = soxr.resample(audio.to_wave(samples), rate * delivery.warp, RATE)
    if delivery.formants != 1.0:
        wave = augment.shift_formants(wave, delivery.formants)
    peak = float(np.abs(wave).max(initial=0))
    loud = np.flatnonzero(np.abs(wave) > max(0.01 * peak, 1e-4))
    if loud.size == 0:
        raise ValueError(f"silence for {text!r}")
    wave = wave[max(int(loud[0]) - _BEFORE, 0) : int(loud[-1]) + _BEHIND] * (0.7 / peak)
    return (wave * 32767).astype(np.int16)


def speak_all(texts: Sequence[str], deliveries: Sequence[Delivery]) -> list[Samples]:
    """Speak each text as told, some at once."""
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return list(pool.map(speak, texts, deliveries))


def _command(text: str, delivery: Delivery, path: str) -> list[str]:
    """Return the command line that writes a WAV file; a program may also read the text."""
    voice = delivery.voice
    stretch = delivery.stretch * delivery.warp
    pitch = 0.8 + 0.4 * delivery.pitch / 100  # over the voice's own
    match delivery.engine:
        case "espeak-ng":
            speed = f"{_WORDS_PER_MINUTE / stretch:.0f}"
            voice = f"{delivery.accent}+{voice}"
            return ["espeak-ng", "-v", voice, "-s", speed, "-p", str(delivery.pitch), "-w", path]
        case "flite":
            settings = f"duration_stretch={stretch:.3f}", f"f0_shift={pitch:.3f}"
            options = ["--setf", settings[0], "--setf", settings[1]]
            return ["flite", "-voice", voice, *options, "-t", text, "-o", path]
        case "festival":
            return ["festival", "-b", _festival_script(text, delivery, path)]
        case "rhvoice":
            options = ["-r", f"{100 / stretch:.0f}", "-t", f"{100 * pitch:.0f}"]
            return ["RHVoice-test", "-p", voice, *options, "-o", path]
        case "pico":
            told = (
                f'<speed level="{100 / stretch:.0f}"><pitch level="{100 * pitch:.0f}">'
                f"{escape(text)}</pitch></speed>"
            )
            return ["pico2wave", "-l", PICO_VOICES[voice], "-w", path, told]
    raise ValueError(f"no synthesiser {delivery.engine!r}")


def _festival_script(text: str, delivery: Delivery, path: str) -> str:
    said = text.replace("\\", "").replace('"', "")
    mean = 80 + 50 * delivery.pitch / 100
    tune = (
        f"'((target_f0_mean {mean:.0f}) (target_f0_std 14) (model_f0_mean 170) (model_f0_std 34))"
    )
    return (
        f"(begin ({FESTIVAL_VOICES[delivery.voice]})"
        f" (Parameter.set 'Duration_Stretch {delivery.stretch * delivery.warp:.3f})"
        + (f" (set! int_lr_params {tune})" if delivery.voice != "slt" else "")
        + f' (utt.save.wave (SynthText "{said}") "{path}" \'riff))'
    )
