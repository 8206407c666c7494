"""The spoken commands of the benchmark: held-out speakers, whatever the model makes of them."""

from __future__ import annotations

import json
import random
import re
from typing import TYPE_CHECKING

import av

from .grammar import command
from .splits import HELD_OUT_SPEAKERS, held_out_sentence
from .synthesis import RATE, Utterance, speak
from .voices import natural_delivery

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from .audio import Samples

BIT_RATE = 24_000
"""Of mono Opus, which is good for speech of 16 kHz; the files are a tenth of WAV."""


def texts(count: int, seed: int) -> list[str]:
    """`count` different commands, in turn of a training template and of a held-out one."""
    rng = random.Random(seed)
    found: dict[str, None] = {}
    while len(found) < count:
        draw = held_out_sentence if len(found) % 2 else command
        found[draw(rng).text] = None
    return list(found)


def spoken(count: int, seed: int) -> list[Utterance]:
    """The commands, each by the next speaker."""
    rng = random.Random(seed)
    deliveries = [
        natural_delivery(HELD_OUT_SPEAKERS[index % len(HELD_OUT_SPEAKERS)], rng)
        for index in range(count)
    ]
    written = texts(count, seed)
    made: dict[int, Utterance] = {}
    for engine in sorted({delivery.engine for delivery in deliveries}):
        places = [i for i, delivery in enumerate(deliveries) if delivery.engine == engine]
        utterances = speak([written[i] for i in places], [deliveries[i] for i in places])
        made.update(zip(places, utterances, strict=True))
    return [made[index] for index in range(count)]


def write_opus(path: Path, samples: Samples) -> None:
    """Write int16 samples of `RATE` as mono Opus in Ogg."""
    with av.open(str(path), "w", format="ogg") as container:
        stream = container.add_stream("libopus", rate=RATE, layout="mono", bit_rate=BIT_RATE)
        frame = av.AudioFrame.from_ndarray(samples[None], format="s16", layout="mono")
        frame.sample_rate = RATE
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def write(folder: Path, count: int, seed: int) -> None:
    """Replace `commands.json` and its recordings in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.ogg"):
        old.unlink()
    entries = []
    for index, utterance in enumerate(spoken(count, seed)):
        speaker = re.sub(r"\W", "_", utterance.delivery.speaker).lower()
        name = f"{index:03d}.{speaker}.ogg"
        write_opus(folder / name, utterance.samples)
        entries.append(
            {"file": name, "text": utterance.text, "speaker": utterance.delivery.speaker}
        )
    (folder / "commands.json").write_text(json.dumps(entries, indent=2) + "\n")


def run(arguments: argparse.Namespace) -> None:
    """The stage `benchmarkdata`."""
    write(arguments.output, arguments.count, arguments.seed)
