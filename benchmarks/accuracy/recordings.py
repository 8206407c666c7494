"""The frozen recordings of the evaluation: who says what, and what lies between mouth and model."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from itertools import cycle, islice
from typing import TYPE_CHECKING, Final

import numpy as np
from home_en import audio, augment
from home_en.features import RATE, Wave
from home_en.figures import written
from home_en.speech import speak_all
from home_en.splits import HELD_OUT_SPEAKERS, held_out_sentence
from home_en.voices import natural_delivery

from . import sounds

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SEED: Final = 7
# About what the server's endpointing leaves around the speech.
_LEAD_S, _TAIL_S = 0.25, 0.35
# Standard deviation of the microphone's own noise.
_FLOOR: Final = 1e-4
_LONG_S: Final = 60
_PAUSE_S: Final = (0.4, 1.5)


@dataclass(frozen=True, slots=True)
class Recording:
    """An utterance: what is said, as it is to be written; by whom; and how it sounds at 16 kHz."""

    text: str
    speaker: str
    wave: Wave


def record(texts: Sequence[str], speakers: Sequence[str], seed: int = SEED) -> list[Recording]:
    """Record each sentence, with its numbers in words, by the speaker beside it."""
    rng, noise = random.Random(seed), np.random.default_rng(seed)
    spoken = speak_all(texts, [natural_delivery(speaker, rng) for speaker in speakers])
    made = []
    for text, speaker, samples in zip(texts, speakers, spoken, strict=True):
        wave = np.pad(audio.to_wave(samples), (int(_LEAD_S * RATE), int(_TAIL_S * RATE)))
        wave += _FLOOR * noise.standard_normal(wave.size).astype(np.float32)
        made.append(Recording(written(text), speaker, wave))
    return made


def held_out(count: int) -> list[Recording]:
    """Record `count` sentences of held-out templates by each held-out speaker."""
    made = []
    for index, speaker in enumerate(HELD_OUT_SPEAKERS):
        rng = random.Random(f"held-out {SEED} {speaker}")
        texts = [held_out_sentence(rng).text for _ in range(count)]
        made += record(texts, [speaker] * count, SEED + index)
    return made


def in_turn(texts: Iterable[str]) -> list[Recording]:
    """Record each sentence once, by held-out speakers in turn."""
    each = list(texts)
    return record(each, list(islice(cycle(HELD_OUT_SPEAKERS), len(each))))


def with_noise(recordings: Sequence[Recording], decibels: float) -> list[Recording]:
    """Return the recordings with home noises at a signal-to-noise ratio, within full scale."""
    rng = np.random.default_rng(SEED)
    made = []
    for recording in recordings:
        clean = recording.wave
        level = np.float32(np.sqrt(np.mean(clean**2) * 10 ** (-decibels / 10)))
        wave = clean + augment.noise(clean.size, rng) * level
        wave /= max(np.float32(1), np.abs(wave).max())
        made.append(replace(recording, wave=wave))
    return made


def far_field(recordings: Sequence[Recording]) -> list[Recording]:
    """Return the recordings as a microphone at the other end of the room has them."""
    rng = np.random.default_rng(SEED)
    return [replace(r, wave=sounds.far_field(r.wave, rng)) for r in recordings]


def long_recordings(recordings: Sequence[Recording], count: int) -> list[Recording]:
    """Return `count` recordings of a minute or more, each of a speaker's sentences and pauses."""
    rng = np.random.default_rng(SEED)
    made = []
    for speaker in islice(cycle(HELD_OUT_SPEAKERS), count):
        own = [r for r in recordings if r.speaker == speaker]
        texts: list[str] = []
        waves: list[Wave] = []
        n_samples = 0
        while n_samples < _LONG_S * RATE:
            chosen = own[int(rng.integers(len(own)))]
            pause = np.zeros(int(rng.uniform(*_PAUSE_S) * RATE), np.float32)
            texts.append(chosen.text)
            waves += [chosen.wave, pause]
            n_samples += chosen.wave.size + pause.size
        made.append(Recording(" ".join(texts), speaker, np.concatenate(waves)))
    return made
