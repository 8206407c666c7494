"""The benchmark's recordings: commands by held-out speakers, whatever the model makes of them."""

from __future__ import annotations

import json
import random
import re
from typing import TYPE_CHECKING, Final

import av
from home_en.figures import written
from home_en.grammar import command
from home_en.speech import RATE, speak_all
from home_en.splits import HELD_OUT_SPEAKERS, held_out_sentence
from home_en.voices import natural_delivery

if TYPE_CHECKING:
    from pathlib import Path

    from home_en.audio import Samples

# Of mono Opus, which is good for speech of 16 kHz; the files are a tenth of WAV.
_BIT_RATE: Final = 24_000


def texts(count: int, seed: int) -> list[str]:
    """Return different commands, in turn of a training template and of a held-out one."""
    rng = random.Random(seed)
    found: dict[str, None] = {}
    while len(found) < count:
        draw = held_out_sentence if len(found) % 2 else command
        found[draw(rng).text] = None
    return list(found)


def write_opus(path: Path, samples: Samples) -> None:
    """Write int16 samples of 16 kHz as mono Opus in Ogg."""
    with av.open(str(path), "w", format="ogg") as container:
        stream = container.add_stream("libopus", rate=RATE, layout="mono", bit_rate=_BIT_RATE)
        frame = av.AudioFrame.from_ndarray(samples[None], format="s16", layout="mono")
        frame.sample_rate = RATE
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def write(folder: Path, count: int, seed: int) -> None:
    """Replace `commands.json` and its recordings in a folder."""
    for old in folder.glob("*.ogg"):
        old.unlink()
    rng = random.Random(seed)
    speakers = [HELD_OUT_SPEAKERS[index % len(HELD_OUT_SPEAKERS)] for index in range(count)]
    said = texts(count, seed)
    spoken = speak_all(said, [natural_delivery(speaker, rng) for speaker in speakers])
    entries = []
    for index, (text, speaker, samples) in enumerate(zip(said, speakers, spoken, strict=True)):
        name = f"{index:03d}.{re.sub('[/-]', '_', speaker).lower()}.ogg"
        write_opus(folder / name, samples)
        entries.append({"file": name, "text": written(text), "speaker": speaker})
    (folder / "commands.json").write_text(json.dumps(entries, indent=2) + "\n")
