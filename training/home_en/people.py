"""Recordings of people, written down by Whisper itself where nobody has done it.

A manifest names them: a JSON object a line, with ``file`` (beside the manifest) and with ``text``,
or with ``slots``, phrases that are in what is said. Of a recording with slots, what Whisper base
hears is taken if every slot is in it, else what tiny.en hears if they are in that, else the
recording is left out.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from faster_whisper import WhisperModel, decode_audio

from .corpus import write_shard
from .features import RATE
from .figures import words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from .audio import Samples
    from .features import Wave

PEOPLE: Final = "people"
"""The name of the shard."""
_LONGEST_S: Final = 29


def write_down(manifest: Path, chosen: str | None, models: Sequence[Path], folder: Path) -> str:
    """Make the shard of a manifest's recordings.

    Args:
        manifest: See the module.
        chosen: The ``set`` of the entries that are wanted; ``None`` for all.
        models: Directories of Whisper models, the best first.
        folder: Where to put the shard.

    Returns:
        A line on how many of the recordings are in it.
    """
    whispers = [WhisperModel(str(path), device="cpu", compute_type="int8") for path in models]
    entries = [json.loads(line) for line in manifest.read_text().splitlines()]
    entries = [entry for entry in entries if chosen in (None, entry.get("set"))]
    spoken: list[tuple[str, Samples]] = []
    for entry in entries:
        wave = decode_audio(str(manifest.parent / entry["file"]), sampling_rate=RATE)
        text = entry.get("text") or _heard(wave, entry["slots"], whispers)
        if text and wave.size <= _LONGEST_S * RATE:
            spoken.append((text, (wave * 32767).astype(np.int16)))
    write_shard(folder, PEOPLE, spoken)
    return f"{len(spoken)} of {len(entries)} recordings"


def _heard(wave: Wave, slots: Sequence[str], whispers: Sequence[Any]) -> str | None:
    """Return the first text that holds every slot."""
    for whisper in whispers:
        segments, _ = whisper.transcribe(wave, language="en", beam_size=5)
        text = " ".join(segment.text.strip() for segment in segments)
        line = f" {' '.join(words(text))} "
        if all(f" {' '.join(words(slot))} " in line for slot in slots):
            return text
    return None
