"""The tests' recordings: sixteen that the model gets right however it is asked."""

from __future__ import annotations

import json
import re
import wave
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
from contenders import ours
from home_en import audio
from home_en.features import RATE
from home_en.figures import words
from home_en.words import alternatives

from .hearing import Engine, heard_by_faster_whisper, heard_by_server
from .recordings import record

if TYPE_CHECKING:
    from pathlib import Path

    from home_en.audio import Samples

    from .recordings import Recording

_WANTED: Final = 16
_SHORTEST_S, _LONGEST_S = 1.4, 3.2
# Silences around a recording, by which the server's VAD cuts otherwise.
_SILENCES_S: Final = (0.0, 0.11, 0.23, 0.37, 0.5)
_SPEAKERS: Final = (
    "flite/slt", "festival/slt", "espeak-ng/linda", "festival/ked", "espeak-ng/Denis",
    "espeak-ng/Alicia", "espeak-ng/benjamin",
)  # fmt: skip
_SENTENCES: Final = alternatives(
    """
    Turn on the living room light. / Set a timer for ten minutes. / What's the weather like today? /
    Close the bedroom blinds. / Lock the front door. / Set the temperature to twenty-one degrees. /
    Play jazz in the kitchen. / Add milk to the shopping list. / Turn off the kitchen light. /
    Open the garage door. / Start the vacuum cleaner. / What time is it? /
    Dim the bedroom lights to thirty percent. / Set an alarm for seven thirty. /
    Turn the volume down. / Is the front door locked? / Turn off all lights. /
    Make the bedroom light blue. / Pause the music. / Remind me to water the plants. /
    Turn on the fan in the office. / How warm is it outside? / Cancel my timer. /
    Turn on the coffee machine. / Good night. / Set the living room thermostat to twenty degrees.
    """
)


def _samples(recording: Recording) -> Samples:
    return (recording.wave * 32768).astype(np.int16)


def _write(path: Path, samples: Samples) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.tobytes())


def _right(model: Path, said: list[Recording]) -> list[bool]:
    """Tell of each recording whether everything that hears it hears its text to the letter."""
    waves = [recording.wave for recording in said]
    engine = Engine(model)
    heard = [list(map(engine, waves)), heard_by_faster_whisper(model, waves)]
    padded = [np.pad(wave, int(silence * RATE)) for silence in _SILENCES_S for wave in waves]
    served = heard_by_server(ours(model.resolve()), padded)
    heard += [served[start : start + len(said)] for start in range(0, len(served), len(said))]
    return [
        {recording.text} == set(texts)
        for recording, texts in zip(said, zip(*heard, strict=True), strict=True)
    ]


def write(model: Path, folder: Path) -> None:
    """Replace `commands.json` and its recordings in a folder.

    Raises:
        RuntimeError: If the model is not good enough for sixteen.
    """
    chosen: dict[str, Recording] = {}
    for turn in range(len(_SPEAKERS)):
        todo = [text for text in _SENTENCES if text not in chosen]
        speakers = [_SPEAKERS[(i + turn) % len(_SPEAKERS)] for i in range(len(todo))]
        said = [replace(r, wave=audio.to_wave(_samples(r))) for r in record(todo, speakers)]
        chosen |= {
            text: recording
            for text, recording, right in zip(todo, said, _right(model, said), strict=True)
            if right and _SHORTEST_S <= recording.wave.size / RATE <= _LONGEST_S
        }
        if len(chosen) >= _WANTED:
            break
    else:
        raise RuntimeError(f"only {len(chosen)} recordings are right")
    listing = folder / "commands.json"
    if listing.exists():
        for entry in json.loads(listing.read_text()):
            (folder / entry["file"]).unlink(missing_ok=True)
    entries = []
    for text in [text for text in _SENTENCES if text in chosen][:_WANTED]:
        recording = chosen[text]
        name = f"{' '.join(words(text))}.{recording.speaker.lower()}.wav"
        name = re.sub("[ '/]", "_", name)
        _write(folder / name, _samples(recording))
        entries.append({"file": name, "text": recording.text, "speaker": recording.speaker})
    listing.write_text(json.dumps(entries, indent=2) + "\n")
