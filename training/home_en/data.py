"""Training batches: a pure function of (corpus, tokenizer, seed, step), so a run may resume.

The curriculum, in steps: the clear voices, clean; then every voice, clean; then everything with
noise, rooms, joined sentences, timestamps, prompts, silence and (now and then) recordings of up to
30 s. A batch is hardly longer than its longest sample, because padding is not attended to.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import tokenizers

from . import audio, augment, features
from .features import RATE, Wave
from .synthesis import CLEAR_SHARDS
from .tokenizer import (
    EOT,
    NO_SPEECH,
    NO_TIMESTAMPS,
    PREVIOUS,
    SOT,
    ctc_labels,
    timestamp,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

IGNORE = -100
"""Target of a token without loss."""

SHARE_TIMESTAMPS = 0.6
"""Of several sentences: more than half, so that a program that asks for timestamps gets them."""
SHARE_PROMPTED = 0.04
SHARE_NO_SPEECH = 0.07
SHARE_HESITANT = 0.1
SHARE_JOINED = 0.06
MOST_JOINED, MOST_JOINED_OF_30 = 2, 8
"""Sentences behind the first."""
SHARE_QUIET = 0.2
SHARE_CLEAN = 0.25
LONGEST = 7.6
"""Seconds of sound in an 8 s window."""
LONGEST_OF_30 = 29.0


@dataclass(frozen=True, slots=True)
class Curriculum:
    """The first step of each phase, and the share of long recordings in the last.

    Augmentation grows from `augmented` to `full_strength`; the CTC loss weighs more up to
    `ctc_until`.
    """

    all_voices: int = 500
    augmented: int = 900
    long_recordings: int = 4000
    full_strength: int = 5000
    ctc_until: int = 5000
    share_long: float = 0.15


@dataclass(frozen=True, slots=True)
class Batch:
    """Arrays of one step: frames [b, 80, t], tokens and targets [b, n], CTC labels [b, m]."""

    frames: npt.NDArray[np.float32]
    tokens: npt.NDArray[np.int64]
    targets: npt.NDArray[np.int64]
    labels: npt.NDArray[np.int64]
    label_lengths: npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Sample:
    frames: npt.NDArray[np.float32]
    tokens: list[int]
    targets: list[int]
    labels: list[int]


class Corpus:
    """The shards of a folder, memory-mapped."""

    def __init__(self, folder: Path) -> None:
        self.texts: list[str] = []
        self.lengths: list[int] = []
        self._places: list[tuple[int, int]] = []
        self._waves: list[npt.NDArray[np.int16]] = []
        self.clear_count = 0
        for index, path in enumerate(sorted(folder.glob("shard-*.json"))):
            self._waves.append(np.load(path.with_suffix(".npy"), mmap_mode="r"))
            for entry in json.loads(path.read_text()):
                if entry["length"] > (LONGEST - 1.0) * RATE:
                    continue
                self.texts.append(entry["text"])
                self.lengths.append(entry["length"])
                self._places.append((index, entry["offset"]))
            if index == CLEAR_SHARDS - 1:
                self.clear_count = len(self.texts)

    def __len__(self) -> int:
        return len(self.texts)

    def wave(self, index: int) -> Wave:
        """Utterance `index` as float32 within ±1."""
        shard, offset = self._places[index]
        samples = self._waves[shard][offset : offset + self.lengths[index]]
        return audio.to_wave(samples)


class BatchMaker:
    """Builds one of `parts` equal parts of the batch of a step."""

    def __init__(
        self,
        corpus: Corpus,
        tokenizer: Path,
        curriculum: Curriculum,
        *,
        seed: int,
        size: int,
        part: int = 0,
        parts: int = 1,
    ) -> None:
        self._corpus = corpus
        self._tokenizer = tokenizers.Tokenizer.from_file(str(tokenizer))
        self._seed = seed
        self._size = size
        self._curriculum = curriculum
        self._part = part
        self._parts = parts

    def __getitem__(self, step: int) -> Batch:
        """This part of the batch of `step`; all parts are of one kind and of similar length."""
        shared = np.random.default_rng((self._seed, step))
        rng = np.random.default_rng((self._seed, step, self._part))
        plan = self._curriculum
        if step < plan.augmented:
            limit = self._corpus.clear_count if step < plan.all_voices else len(self._corpus)
            samples = [self._clean(i, rng) for i in self._pick(shared, 0, limit, self._size)]
            return self._collate(samples, rng)
        first = self._corpus.clear_count
        ramp = (step - plan.augmented) / (plan.full_strength - plan.augmented)
        strength = min(max(ramp, 0.1), 1.0)
        if step >= plan.long_recordings and shared.random() < plan.share_long:
            size, longest, most = self._size // 4, LONGEST_OF_30, MOST_JOINED_OF_30
            joining = quiet = True
        else:
            size, longest, most = self._size, LONGEST, MOST_JOINED
            joining, quiet = shared.random() < SHARE_JOINED, shared.random() < SHARE_QUIET
        samples = []
        for pick in self._pick(shared, first, len(self._corpus), size):
            if rng.random() < SHARE_NO_SPEECH:
                samples.append(self._no_speech(self._corpus.lengths[pick] + RATE // 2, rng))
                continue
            more = int(rng.integers(1, most + 1)) if joining else 0
            joined = [pick, *rng.integers(first, len(self._corpus), more)]
            samples.append(self._augmented(joined, rng, longest, quiet, strength))
        return self._collate(samples, rng)

    def _pick(self, rng: np.random.Generator, start: int, stop: int, count: int) -> list[int]:
        """This part of `count` utterances of similar length out of [start, stop)."""
        drawn = rng.integers(start, stop, 12 * count)
        order = sorted(drawn.tolist(), key=lambda i: self._corpus.lengths[i])
        begin = int(rng.integers(0, len(order) - count + 1))
        return order[begin + self._part : begin + count : self._parts]

    def _encode(self, text: str) -> list[int]:
        ids: list[int] = self._tokenizer.encode(" " + text, add_special_tokens=False).ids
        return ids

    def _label(
        self,
        frames: npt.NDArray[np.float32],
        texts: list[str],
        spans: Sequence[tuple[float, float]] = (),
        earlier: str | None = None,
    ) -> _Sample:
        """Prefix and targets of sentences, of several with timestamps if there are `spans` (s).

        A single sentence has none, and the first of several is 0.00, as most of Whisper's are: a
        beam search would spend its beams on the hundredths at which speech may begin or end, and
        have none left for its words. `NO_TIMESTAMPS` stands for 0.00 too (see `export`), so what
        is written does not depend on which of them a program asks for.
        """
        body: list[int] = []
        for text, span in zip_longest(texts, spans):
            words = self._encode(text)
            body += words if span is None else [timestamp(span[0]), *words, timestamp(span[1])]
        body = [NO_TIMESTAMPS, *body[1 if spans else 0 :]]
        prompt = [] if earlier is None else [PREVIOUS, *self._encode(earlier)]
        tokens = [*prompt, SOT, *body]
        targets = [IGNORE] * len(prompt) + [*body, EOT]
        return _Sample(frames, tokens, targets, ctc_labels(" ".join(texts)))

    def _clean(self, index: int, rng: np.random.Generator) -> _Sample:
        wave = self._corpus.wave(index)
        lead = int(rng.uniform(0, 0.25) * RATE)
        wave = np.pad(wave, (lead, int(rng.uniform(0.05, 0.4) * RATE)))
        wave += 10 ** rng.uniform(-4.5, -3) * rng.standard_normal(wave.size).astype(np.float32)
        return self._label(features.log_mel(wave), [self._corpus.texts[index]])

    def _babble(self, size: int, rng: np.random.Generator, voices: int) -> Wave:
        mixed = np.zeros(size, np.float32)
        for _ in range(voices):
            place = int(rng.integers(0, max(size // 2, 1)))
            wave = self._corpus.wave(int(rng.integers(0, len(self._corpus))))[: size - place]
            mixed[place : place + wave.size] += wave * np.float32(rng.uniform(0.4, 1))
        return mixed

    def _noise(self, size: int, rng: np.random.Generator, voices: int) -> Wave:
        return augment.noise(size, rng, lambda n: self._babble(n, rng, voices))

    def _augmented(
        self,
        indices: list[int],
        rng: np.random.Generator,
        longest: float,
        quiet: bool,
        strength: float,
    ) -> _Sample:
        """Up to `longest` s of sentences one after the other; `quiet`: with long silence around.

        Now and then with timestamps, or with a sentence before them.
        """
        clean = rng.random() > strength * (1 - SHARE_CLEAN)
        lead = rng.uniform(0.0, 0.95 if quiet else 0.4)
        tail = rng.uniform(0.05, 1.0 if quiet else 0.35)
        parts: list[Wave] = [np.zeros(int(lead * RATE), np.float32)]
        position = parts[0].size
        texts: list[str] = []
        spans: list[tuple[float, float]] = []
        for index in indices:
            wave = self._corpus.wave(int(index))
            if rng.random() < 0.4:
                wave = augment.change_speed(wave, rng.uniform(0.9, 1.12))
            if rng.random() < SHARE_HESITANT and wave.size < (LONGEST - 2) * RATE:
                wave = augment.hesitate(wave, rng)
            if not texts and rng.random() < 0.06:
                wave = wave[int(rng.uniform(0.02, 0.07) * RATE) :]
            if texts and position + wave.size + tail * RATE > longest * RATE:
                break
            if texts:
                wave = wave * np.float32(rng.uniform(0.6, 1.0))
            spans.append((position / RATE, (position + wave.size) / RATE))
            texts.append(self._corpus.texts[int(index)])
            gap = np.zeros(int(rng.uniform(0.15, 1.2) * RATE), np.float32)
            parts += [wave, gap]
            position += wave.size + gap.size
        parts[-1] = np.zeros(int(tail * RATE), np.float32)
        wave = np.concatenate(parts)
        noisy = not clean and rng.random() < 0.8
        power = float(np.mean(wave**2)) + 1e-9
        if not clean:
            wave = augment.acoustics(wave, rng)
        if noisy:
            ratio = 10 ** (-rng.uniform(20 - 16 * strength, 40) / 20)
            noise = self._noise(wave.size, rng, int(rng.integers(2, 7)))
            wave = wave + noise * np.float32(np.sqrt(power) * ratio)
        elif rng.random() < 0.8:
            hiss = rng.standard_normal(wave.size, np.float32)
            wave = wave + np.float32(10 ** rng.uniform(-5, -2.7)) * hiss
        wave = augment.level(wave, rng)
        timed = len(texts) > 1 and rng.random() < SHARE_TIMESTAMPS
        frames = self._bent(features.log_mel(wave), rng, strength, in_time=timed)
        earlier = None
        if rng.random() < SHARE_PROMPTED:
            earlier = self._corpus.texts[int(rng.integers(0, len(self._corpus)))]
        return self._label(frames, texts, spans if timed else (), earlier)

    @staticmethod
    def _bent(
        frames: npt.NDArray[np.float32], rng: np.random.Generator, strength: float, *, in_time: bool
    ) -> npt.NDArray[np.float32]:
        """Features as of another speaker, partly masked; `in_time`: nothing moves along t."""
        if rng.random() < 0.7:
            frames = augment.warp_mels(frames, rng)
        if not in_time and rng.random() < 0.5 * strength:
            frames = augment.warp_tempo(frames, rng)
        if rng.random() < 0.6 * strength:
            frames = augment.mask(frames, rng)
        return frames

    def _no_speech(self, size: int, rng: np.random.Generator) -> _Sample:
        kind = rng.random()
        if kind < 0.15:
            wave = np.zeros(size, np.float32)
        elif kind < 0.25:
            wave = 1e-4 * rng.standard_normal(size).astype(np.float32)
        elif kind < 0.5:
            wave = augment.acoustics(augment.hum(size, rng), rng)
        else:
            wave = augment.acoustics(self._noise(size, rng, int(rng.integers(6, 10))), rng)
        if kind >= 0.15:
            wave = augment.level(wave, rng)
        return _Sample(features.log_mel(wave), [SOT, NO_TIMESTAMPS], [NO_SPEECH, EOT], [])

    @staticmethod
    def _collate(samples: list[_Sample], rng: np.random.Generator) -> Batch:
        length = max(s.frames.shape[1] for s in samples) + int(rng.integers(0, 16))
        length = -(-length // 8) * 8
        longest = max(len(s.tokens) for s in samples)
        widest = max(1, *(len(s.labels) for s in samples))
        tokens = np.full((len(samples), longest), EOT, np.int64)
        targets = np.full((len(samples), longest), IGNORE, np.int64)
        labels = np.zeros((len(samples), widest), np.int64)
        for row, sample in enumerate(samples):
            tokens[row, : len(sample.tokens)] = sample.tokens
            targets[row, : len(sample.targets)] = sample.targets
            labels[row, : len(sample.labels)] = sample.labels
        return Batch(
            np.stack([features.pad(s.frames, length) for s in samples]),
            tokens,
            targets,
            labels,
            np.array([len(s.labels) for s in samples]),
        )
