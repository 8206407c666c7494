"""English by RHVoice and SVOX Pico, each a program that speaks one text and ends.

Five more natural speakers: of RHVoice the Americans `bdl` and `clb` and the Scot `alan` (LGPL), of
Pico an American and a British woman (Apache 2.0). RHVoice's `slt` is held out; its other English
voices may not be used for derived work. Debian has both programs in its section "non-free", for
want of what the voices were trained on.
"""

from __future__ import annotations

import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from . import audio

if TYPE_CHECKING:
    from .audio import Samples

RHVOICE_VOICES = ("alan", "bdl", "clb")
PICO_VOICES = {"lh": "en-US", "kh": "en-GB"}
"""The language that chooses each voice."""


def _rhvoice(text: str, voice: str, stretch: float, pitch: float, output: Path) -> None:
    options = ["-p", voice, "-r", f"{100 / stretch:.0f}", "-t", f"{100 * pitch:.0f}"]
    subprocess.run(
        ["RHVoice-test", *options, "-o", str(output)],
        input=text,
        text=True,
        check=True,
        stderr=subprocess.DEVNULL,
    )


def _pico(text: str, voice: str, stretch: float, pitch: float, output: Path) -> None:
    speed, level = round(100 / stretch), round(100 * pitch)
    told = f'<speed level="{speed}"><pitch level="{level}">{escape(text)}</pitch></speed>'
    subprocess.run(
        ["pico2wave", "-l", PICO_VOICES[voice], "-w", str(output), told],
        check=True,
        stderr=subprocess.DEVNULL,
    )


PROGRAMS = {"rhvoice": _rhvoice, "pico": _pico}


def speak(engine: str, text: str, voice: str, stretch: float, pitch: float) -> tuple[Samples, int]:
    """Samples of `text` and their rate (Hz).

    Args:
        engine: One of `PROGRAMS`.
        text: What is said.
        voice: One of the engine's.
        stretch: Duration over the voice's own.
        pitch: Pitch over the voice's own.

    Raises:
        OSError: the program is not installed.
        subprocess.CalledProcessError: it failed.
    """
    with TemporaryDirectory() as folder:
        path = Path(folder, "spoken.wav")
        PROGRAMS[engine](text, voice, stretch, pitch, path)
        return audio.read(path)
