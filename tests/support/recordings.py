"""The spoken test commands, by speakers whom the embedded model never heard in training."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from wyoming_whisper.audio.local_file import read_audio

if TYPE_CHECKING:
    from wyoming_whisper.audio.pcm import Block

_FOLDER: Final = Path(__file__).parents[1] / "data"


@dataclass(frozen=True, slots=True)
class Recording:
    """A command, as a file and as words."""

    path: Path
    text: str

    @property
    def samples(self) -> Block:
        """16 kHz mono, shape ``(n_samples,)``."""
        return np.concatenate(list(read_audio(self.path)))


COMMANDS: Final = [
    Recording(_FOLDER / entry["file"], entry["text"])
    for entry in json.loads((_FOLDER / "commands.json").read_text())
]
