"""Sixteen short recordings of held-out speakers which the shipped model gets exactly right."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from . import audio, served
from .decode import EngineDecoder, PlainDecoder, WindowDecoder
from .eval_sets import EVALUATION_SEED, Recording, record
from .features import RATE
from .grammar import Sentence

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from pathlib import Path

    from .audio import Samples

WANTED = 16
PER_SPEAKER = 3
SHORTEST, LONGEST = 1.4, 3.2
SILENCES = (0.0, 0.11, 0.23, 0.37, 0.5)
"""Seconds."""

SENTENCES = (
    "Turn on the living room light.",
    "Set a timer for ten minutes.",
    "What's the weather like today?",
    "Close the bedroom blinds.",
    "Lock the front door.",
    "Set the temperature to twenty-one degrees.",
    "Play jazz in the kitchen.",
    "Add milk to the shopping list.",
    "Turn off the kitchen light.",
    "Open the garage door.",
    "Start the vacuum cleaner.",
    "What time is it?",
    "Dim the bedroom lights to thirty percent.",
    "Set an alarm for seven thirty.",
    "Turn the volume down.",
    "Is the front door locked?",
    "Turn off all lights.",
    "Make the bedroom light blue.",
    "Pause the music.",
    "Remind me to water the plants.",
    "Turn on the fan in the office.",
    "How warm is it outside?",
    "Cancel my timer.",
    "Turn on the coffee machine.",
    "Good night.",
    "Set the living room thermostat to twenty degrees.",
)
SPEAKERS = (
    "flite/slt",
    "festival/slt",
    "espeak-ng/linda",
    "festival/ked",
    "espeak-ng/Denis",
    "espeak-ng/Alicia",
    "espeak-ng/benjamin",
)


def _candidates() -> list[Recording]:
    """Every sentence by every speaker, so ordered that sentences and speakers take turns."""
    pairs = [
        (SENTENCES[index], SPEAKERS[(index + turn) % len(SPEAKERS)])
        for turn in range(len(SPEAKERS))
        for index in range(len(SENTENCES))
    ]
    texts = [Sentence(text, "testdata", text) for text, _ in pairs]
    made = record(texts, [speaker for _, speaker in pairs], EVALUATION_SEED)
    by_pair = {(r.text, r.speaker): replace(r, wave=audio.to_wave(_rounded(r))) for r in made}
    return [by_pair[pair] for pair in pairs]


def _rounded(recording: Recording) -> Samples:
    return np.clip(np.round(recording.wave * 32767), -32768, 32767).astype(np.int16)


def _served(model: Path, candidates: Sequence[Recording]) -> list[set[str]]:
    """What the server hears in each candidate amid silences, by which its VAD cuts otherwise."""
    with served.serving(served.our_server(model)) as uri:
        heard = [
            served.transcripts(uri, [np.pad(c.wave, int(silence * RATE)) for c in candidates])
            for silence in SILENCES
        ]
    return [set(answers) for answers in zip(*heard, strict=True)]


def choose(model: Path) -> list[Recording]:
    """The first candidates, each sentence once, right to the letter however they are decoded.

    Raises:
        RuntimeError: the model is not good enough for sixteen.
    """
    engine, greedy, plain = EngineDecoder(model), WindowDecoder(model), PlainDecoder(model)
    candidates = _candidates()
    chosen: list[Recording] = []
    for candidate, answers in zip(candidates, _served(model, candidates), strict=True):
        duration = candidate.wave.size / RATE
        taken = [c.speaker for c in chosen].count(candidate.speaker)
        if (
            len(chosen) < WANTED
            and taken < PER_SPEAKER
            and SHORTEST <= duration <= LONGEST
            and candidate.text not in (c.text for c in chosen)
            and answers == {candidate.text}
            and engine(candidate.wave) == candidate.text
            and greedy(candidate.wave) == candidate.text
            and plain(candidate.wave) == candidate.text
        ):
            chosen.append(candidate)
    if len(chosen) < WANTED:
        raise RuntimeError(f"only {len(chosen)} recordings are right")
    return chosen


def write(model: Path, folder: Path) -> None:
    """Replace `commands.json` and its recordings in `folder`."""
    chosen = choose(model)
    folder.mkdir(parents=True, exist_ok=True)
    listing = folder / "commands.json"
    if listing.exists():
        for entry in json.loads(listing.read_text()):
            (folder / entry["file"]).unlink(missing_ok=True)
    entries = []
    for recording in chosen:
        words = "".join(c if c.isalpha() else " " for c in recording.text.lower()).split()
        speaker = recording.speaker.replace("/", "_").lower()
        name = f"{'_'.join(words)}.{speaker}.wav"
        # Rounded already: these are the very samples that were heard rightly.
        audio.write(folder / name, (recording.wave * 32768).astype(np.int16), RATE)
        entries.append({"file": name, "text": recording.text, "speaker": recording.speaker})
    listing.write_text(json.dumps(entries, indent=2) + "\n")


def run(arguments: argparse.Namespace) -> None:
    """The stage `testdata`."""
    write(arguments.model, arguments.output)
