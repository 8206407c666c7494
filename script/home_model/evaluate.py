"""Word error rates of an exported model on speakers and sentence templates it never saw."""

from __future__ import annotations

import random
import re
import time
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from . import audio, augment
from .decode import PlainDecoder, WindowDecoder
from .features import RATE, Wave
from .grammar import Sentence, sentences
from .splits import HELD_OUT_SPEAKERS, held_out_sentence
from .synthesis import speak
from .voices import natural_delivery, training_speakers

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence
    from pathlib import Path

EVALUATION_SEED = 7
NORMALISER = "lower case, hyphens as spaces, all other punctuation but apostrophes off"
LEAD, TAIL = 0.25, 0.35
"""Seconds before and after the speech: about what the server's endpointing leaves."""
FLOOR = 1e-4
"""Standard deviation of the microphone's own noise in every "clean" recording."""
RESAMPLES = 2000
_HEAD = """\
| speakers and sentences | n | WER % at the 8 s window (95 % interval) | in the 30 s window |
|---|---|---|---|"""


def normalise(text: str) -> list[str]:
    """The words which are compared."""
    return re.sub(r"[^a-z0-9' ]", "", text.lower().replace("-", " ")).split()


def word_errors(reference: Sequence[str], heard: Sequence[str]) -> int:
    """Levenshtein distance in words."""
    row = list(range(len(heard) + 1))
    for index, expected in enumerate(reference, 1):
        diagonal, row[0] = row[0], index
        for place, got in enumerate(heard, 1):
            diagonal, row[place] = (
                row[place],
                min(row[place] + 1, row[place - 1] + 1, diagonal + (expected != got)),
            )
    return row[-1]


@dataclass(frozen=True, slots=True)
class Recording:
    """An evaluation utterance."""

    text: str
    speaker: str
    wave: Wave


@dataclass(frozen=True, slots=True)
class Score:
    """Errors and reference words of each utterance."""

    errors: tuple[int, ...]
    words: tuple[int, ...]

    @property
    def rate(self) -> float:
        """Word error rate in percent."""
        return 100 * sum(self.errors) / max(sum(self.words), 1)

    def interval(self) -> tuple[float, float]:
        """The 95 % bootstrap interval over utterances, in percent."""
        rng = np.random.default_rng(EVALUATION_SEED)
        errors, words = np.array(self.errors), np.array(self.words)
        draws = rng.integers(0, errors.size, (RESAMPLES, errors.size))
        rates = 100 * errors[draws].sum(1) / np.maximum(words[draws].sum(1), 1)
        low, high = np.percentile(rates, (2.5, 97.5))
        return float(low), float(high)

    def __str__(self) -> str:
        low, high = self.interval()
        return f"{self.rate:.1f} ({low:.1f} to {high:.1f})"


def joined(scores: Sequence[Score]) -> Score:
    """All utterances of several scores."""
    return Score(
        tuple(e for s in scores for e in s.errors), tuple(w for s in scores for w in s.words)
    )


def score(recordings: Sequence[Recording], decode: Callable[[Wave], str]) -> Score:
    """Decode every recording and count."""
    errors, words = [], []
    for recording in recordings:
        reference = normalise(recording.text)
        errors.append(word_errors(reference, normalise(decode(recording.wave))))
        words.append(len(reference))
    return Score(tuple(errors), tuple(words))


def recorded(samples: Wave, rng: np.random.Generator) -> Wave:
    """A synthetic utterance as the server hands it on: silence around, a noise floor."""
    wave = np.pad(samples, (int(LEAD * RATE), int(TAIL * RATE)))
    return (wave + FLOOR * rng.standard_normal(wave.size)).astype(np.float32)


def with_noise(recording: Recording, decibels: float, rng: np.random.Generator) -> Recording:
    """The recording with a home noise (no babble) at a signal-to-noise ratio."""
    power = float(np.mean(recording.wave**2))
    noise = augment.noise(recording.wave.size, rng)
    wave = recording.wave + noise * np.float32(np.sqrt(power * 10 ** (-decibels / 10)))
    wave /= max(1.0, float(np.abs(wave).max()))
    return Recording(recording.text, recording.speaker, wave)


def record(texts: Sequence[Sentence], speakers: Sequence[str], seed: int) -> list[Recording]:
    """Speak each sentence with the speaker beside it."""
    rng = random.Random(seed)
    noise = np.random.default_rng(seed)
    deliveries = [natural_delivery(speaker, rng) for speaker in speakers]
    made: list[Recording] = []
    for engine in sorted({d.engine for d in deliveries}):
        chosen = [i for i, d in enumerate(deliveries) if d.engine == engine]
        spoken = speak([texts[i].text for i in chosen], [deliveries[i] for i in chosen])
        made += [
            Recording(u.text, u.delivery.speaker, recorded(audio.to_wave(u.samples), noise))
            for u in spoken
        ]
    return made


def held_out_recordings(count: int) -> dict[str, list[Recording]]:
    """For every held-out speaker, `count` sentences of held-out templates."""
    out = {}
    for index, speaker in enumerate(HELD_OUT_SPEAKERS):
        rng = random.Random(f"held-out {EVALUATION_SEED} {speaker}")
        texts = [held_out_sentence(rng) for _ in range(count)]
        out[speaker] = record(texts, [speaker] * count, EVALUATION_SEED + index)
    return out


def training_speaker_recordings(engine: str, count: int) -> list[Recording]:
    """Held-out templates spoken by speakers of the training set."""
    rng = random.Random(f"training speakers {EVALUATION_SEED} {engine}")
    speakers = [rng.choice(training_speakers(engine)) for _ in range(count)]
    return record([held_out_sentence(rng) for _ in speakers], speakers, EVALUATION_SEED)


def sounds_without_speech(count: int) -> list[Wave]:
    """Silence, noise, hum, clatter and music-like clips of 1 to 4 s."""
    rng = np.random.default_rng(EVALUATION_SEED)
    clips = []
    for index in range(count):
        size = int(rng.uniform(1, 4) * RATE)
        if index % 10 == 0:
            clips.append(np.zeros(size, np.float32))
        else:
            clips.append(augment.level(augment.noise(size, rng), rng))
    return clips


def _median_milliseconds(decode: Callable[[Wave], str], recordings: Sequence[Recording]) -> float:
    times = []
    for recording in recordings:
        began = time.perf_counter()
        decode(recording.wave)
        times.append(1000 * (time.perf_counter() - began))
    return float(np.median(times))


def evaluate(folder: Path, count: int) -> str:
    """The table, in Markdown; `count` utterances for each held-out speaker."""
    window = WindowDecoder(folder)
    plain = PlainDecoder(folder)

    def ours(wave: Wave) -> str:
        return window(wave).text

    rows: list[tuple[str, int, Score, Score | None]] = []
    held_out = held_out_recordings(count)
    ours_by, plain_by = {}, {}
    for speaker, recordings in held_out.items():
        some = recordings[: max(count // 2, 1)]
        ours_by[speaker], plain_by[speaker] = score(recordings, ours), score(some, plain)
        rows.append((f"{speaker}, clean", len(recordings), ours_by[speaker], plain_by[speaker]))
    natural = [s for s in HELD_OUT_SPEAKERS if not s.startswith("espeak-ng")]
    formant = [s for s in HELD_OUT_SPEAKERS if s.startswith("espeak-ng")]
    for name, speakers in (
        ("all held-out espeak-ng speakers, clean", formant),
        ("all held-out flite and festival speakers, clean", natural),
        ("all held-out speakers, clean", list(HELD_OUT_SPEAKERS)),
    ):
        group = joined([ours_by[s] for s in speakers])
        rows.append((name, len(group.words), group, joined([plain_by[s] for s in speakers])))
    rng = np.random.default_rng(EVALUATION_SEED)
    everything = [r for recordings in held_out.values() for r in recordings[: max(count // 2, 1)]]
    for decibels in (20, 10):
        noisy = [with_noise(r, decibels, rng) for r in everything]
        rows.append(
            (f"all held-out speakers, {decibels} dB SNR", len(noisy), score(noisy, ours), None)
        )
    for engine in ("espeak-ng", "flite", "festival"):
        known = training_speaker_recordings(engine, count)
        rows.append(
            (
                f"training speakers of {engine}, held-out templates, clean",
                len(known),
                score(known, ours),
                None,
            )
        )
    wanted = len(HELD_OUT_SPEAKERS) * (count // 4)
    familiar = list(islice(sentences(EVALUATION_SEED), wanted))
    speakers = [HELD_OUT_SPEAKERS[i % len(HELD_OUT_SPEAKERS)] for i in range(len(familiar))]
    fresh = record(familiar, speakers, EVALUATION_SEED)
    rows.append(
        ("all held-out speakers, training templates, clean", len(fresh), score(fresh, ours), None)
    )
    lines = [_HEAD]
    for name, number, own, other in rows:
        lines.append(f"| {name} | {number} | {own} | {other or ''} |")
    decoded = [normalise(ours(clip)) for clip in sounds_without_speech(100)]
    milliseconds = _median_milliseconds(ours, everything[:40])
    lines.append("")
    lines.append(
        f"Words on {len(decoded)} clips without speech (no VAD, no gate): "
        f"{sum(map(len, decoded))}, in {sum(map(bool, decoded))} clips."
    )
    lines.append(f"One command, one thread, 8 s window: median {milliseconds:.0f} ms.")
    lines.append(f"Normaliser: {NORMALISER}. Sentences: held-out templates unless said otherwise.")
    return "\n".join(lines)


def run(arguments: argparse.Namespace) -> None:
    """The stage `evaluate`."""
    print(evaluate(arguments.model, arguments.count))
