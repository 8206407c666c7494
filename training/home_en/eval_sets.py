"""The frozen recordings of the evaluation: who says what, and what lies between mouth and model.

espeak-ng and flite draw random numbers, so what they say depends on what their process has said
before. Every set is therefore spoken in a process of its own.
"""

from __future__ import annotations

import multiprocessing
import random
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from itertools import cycle, islice
from typing import TYPE_CHECKING

import numpy as np

from . import audio, augment, sounds
from .features import RATE, Wave
from .grammar import Sentence, sentences
from .out_of_grammar import OUT_OF_GRAMMAR
from .splits import HELD_OUT_SPEAKERS, held_out_sentence
from .synthesis import speak
from .voices import natural_delivery, training_speakers
from .words import NAMES

if TYPE_CHECKING:
    from collections.abc import Sequence

EVALUATION_SEED = 7
ENGINES = ("espeak-ng", "flite", "festival")
LEAD, TAIL = 0.25, 0.35
"""Seconds before and after the speech: about what the server's endpointing leaves."""
FLOOR = 1e-4
"""Standard deviation of the microphone's own noise in every "clean" recording."""
SPEAKING_AT_ONCE = 2
NAME_FRAMES = ("{}.", "Call {}.")
CLIPS_OF_A_KIND = 25
MIXTURES = 100
BABBLE_VOICES = 24


@dataclass(frozen=True, slots=True)
class Recording:
    """An evaluation utterance.

    `word_starts` are the synthesiser's own marks (s from the beginning of `wave`), one for each
    word of `text` between spaces; empty where it has none.
    """

    text: str
    speaker: str
    wave: Wave
    word_starts: tuple[float, ...] = ()


def recorded(samples: Wave, rng: np.random.Generator) -> Wave:
    """A synthetic utterance as the server hands it on: silence around, a noise floor."""
    wave = np.pad(samples, (int(LEAD * RATE), int(TAIL * RATE)))
    return (wave + FLOOR * rng.standard_normal(wave.size)).astype(np.float32)


def record(texts: Sequence[Sentence], speakers: Sequence[str], seed: int) -> list[Recording]:
    """Speak each sentence with the speaker beside it; the result is in the order of engines."""
    return record_sets([(texts, speakers, seed)])[0]


def record_sets(
    sets: Sequence[tuple[Sequence[Sentence], Sequence[str], int]],
) -> list[list[Recording]]:
    """Sets of sentences, speakers and a seed, each as `record` makes it, some at once."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    with ProcessPoolExecutor(SPEAKING_AT_ONCE, context, max_tasks_per_child=1) as pool:
        return list(pool.map(_record, *zip(*sets, strict=True)))


def held_out(count: int) -> dict[str, list[Recording]]:
    """For every held-out speaker, `count` sentences of held-out templates."""
    sets = []
    for index, speaker in enumerate(HELD_OUT_SPEAKERS):
        rng = random.Random(f"held-out {EVALUATION_SEED} {speaker}")
        texts = [held_out_sentence(rng) for _ in range(count)]
        sets.append((texts, [speaker] * count, EVALUATION_SEED + index))
    return dict(zip(HELD_OUT_SPEAKERS, record_sets(sets), strict=True))


def known_speakers(count: int) -> dict[str, list[Recording]]:
    """For every synthesiser, `count` sentences of held-out templates by speakers of training."""
    sets = []
    for engine in ENGINES:
        rng = random.Random(f"training speakers {EVALUATION_SEED} {engine}")
        speakers = [rng.choice(training_speakers(engine)) for _ in range(count)]
        sets.append(([held_out_sentence(rng) for _ in speakers], speakers, EVALUATION_SEED))
    return dict(zip(ENGINES, record_sets(sets), strict=True))


def known_templates(count: int) -> list[Recording]:
    """`count` sentences as training has them, by held-out speakers in turn."""
    texts = list(islice(sentences(EVALUATION_SEED), count))
    return record(texts, _held_out_speakers(count), EVALUATION_SEED)


def ordinary_english() -> dict[str, list[Recording]]:
    """The sentences that are no commands, by held-out speakers and by those of training."""
    texts = [Sentence(text, "out of grammar", "") for text in OUT_OF_GRAMMAR]
    sets = [
        (texts, _held_out_speakers(len(texts)), EVALUATION_SEED),
        (texts, _training_speakers(len(texts)), EVALUATION_SEED + 1),
    ]
    return dict(zip(("held-out speakers", "training speakers"), record_sets(sets), strict=True))


def first_names() -> dict[str, list[Recording]]:
    """Every first name of the grammar, alone and called, by held-out speakers in turn."""
    names = tuple(dict.fromkeys(NAMES))
    speakers = _held_out_speakers(len(names))
    sets = [
        ([Sentence(frame.format(name), "names", frame) for name in names], speakers, index)
        for index, frame in enumerate(NAME_FRAMES, EVALUATION_SEED)
    ]
    return dict(zip(NAME_FRAMES, record_sets(sets), strict=True))


def with_noise(recording: Recording, decibels: float, rng: np.random.Generator) -> Recording:
    """The recording with a home noise (no babble) at a signal-to-noise ratio."""
    return _mixed(recording, augment.noise(recording.wave.size, rng), decibels)


def with_babble(
    recordings: Sequence[Recording], voices: Sequence[Wave], decibels: float
) -> list[Recording]:
    """The recordings with talkers behind them at a signal-to-noise ratio."""
    rng = np.random.default_rng(EVALUATION_SEED)
    return [_mixed(r, sounds.babble(voices, r.wave.size, rng), decibels) for r in recordings]


def far_field(recordings: Sequence[Recording]) -> list[Recording]:
    """The recordings as a microphone at the other end of the room has them."""
    rng = np.random.default_rng(EVALUATION_SEED)
    return [replace(r, wave=sounds.far_field(r.wave, rng)) for r in recordings]


def babble_voices() -> list[Wave]:
    """What the talkers say: ordinary English by speakers of the training set."""
    texts = [Sentence(text, "babble", "") for text in OUT_OF_GRAMMAR[:BABBLE_VOICES]]
    return [r.wave for r in record(texts, _training_speakers(len(texts)), EVALUATION_SEED)]


def clips_without_speech(voices: Sequence[Wave]) -> dict[str, list[Wave]]:
    """Clips of 1 to 4 s by kind; the first four kinds are the hundred that nobody speaks in."""
    out = {
        kind: sounds.clips(make, CLIPS_OF_A_KIND, EVALUATION_SEED + index)
        for index, (kind, make) in enumerate(sounds.KINDS.items())
    }
    out["mixture (training's noises)"] = _mixtures(MIXTURES)
    babble = partial(sounds.babble, voices)
    out["babble"] = [
        (0.1 * wave).astype(np.float32)
        for wave in sounds.clips(babble, CLIPS_OF_A_KIND, EVALUATION_SEED)
    ]
    return out


def _record(texts: Sequence[Sentence], speakers: Sequence[str], seed: int) -> list[Recording]:
    rng = random.Random(seed)
    noise = np.random.default_rng(seed)
    deliveries = [natural_delivery(speaker, rng) for speaker in speakers]
    made: list[Recording] = []
    for engine in sorted({d.engine for d in deliveries}):
        chosen = [i for i, d in enumerate(deliveries) if d.engine == engine]
        spoken = speak([texts[i].text for i in chosen], [deliveries[i] for i in chosen])
        for one in spoken:
            marked = len(one.word_starts) == len(one.text.split())
            made.append(
                Recording(
                    one.text,
                    one.delivery.speaker,
                    recorded(audio.to_wave(one.samples), noise),
                    tuple(LEAD + start for start in one.word_starts) if marked else (),
                )
            )
    return made


def _mixtures(count: int) -> list[Wave]:
    """Silence, noise, hum, clatter and music-like clips, of the kinds which training hears."""
    rng = np.random.default_rng(EVALUATION_SEED)
    clips = []
    for index in range(count):
        size = int(rng.uniform(1, 4) * RATE)
        if index % 10 == 0:
            clips.append(np.zeros(size, np.float32))
        else:
            clips.append(augment.level(augment.noise(size, rng), rng))
    return clips


def _mixed(recording: Recording, noise: Wave, decibels: float) -> Recording:
    """The recording with a noise of power 1 at a signal-to-noise ratio, within full scale."""
    power = float(np.mean(recording.wave**2))
    wave = recording.wave + noise * np.float32(np.sqrt(power * 10 ** (-decibels / 10)))
    wave /= max(1.0, float(np.abs(wave).max()))
    return replace(recording, wave=wave)


def _held_out_speakers(count: int) -> list[str]:
    return list(islice(cycle(HELD_OUT_SPEAKERS), count))


def _training_speakers(count: int) -> list[str]:
    rng = random.Random(EVALUATION_SEED)
    engines = islice(cycle(ENGINES), count)
    return [rng.choice(training_speakers(engine)) for engine in engines]
