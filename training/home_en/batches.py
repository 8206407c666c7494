"""Training batches: a pure function of (corpus, seed, step), so a run may go on where it stopped.

Each batch has one of the engine's windows: mostly the shortest that holds the speech, sometimes a
longer one. In three of ten several sentences are joined, with timestamps between them or without:
else the model learns that a text ends with its first sentence. Some batches are to be heard in a
longer window too, where the same words shall be found.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from . import augment, features
from .features import FRAMES_PER_SECOND, RATE, Wave
from .figures import written

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .corpus import Floats, Utterance
    from .tokens import Tokens

WINDOWS_S: Final = (2, 3, 4, 5, 6, 8, 10, 15, 20)
"""The windows below 30 s which the model is trained on."""
IGNORED: Final = -100
"""The target of a place that has none."""

_SIZE: Final = {2: 24, 3: 24, 4: 20, 5: 16, 6: 12, 8: 10, 10: 8, 15: 6, 20: 5, 30: 4}
_FULL_S: Final = 30
_ALL_WINDOWS_S: Final = (*WINDOWS_S, _FULL_S)
_SHARE_JOINED: Final = 0.3
# The windows of several sentences, and the share of each.
_JOINED: Final = {5: 0.2, 6: 0.2, 8: 0.25, 10: 0.15, 15: 0.08, 20: 0.04, 30: 0.08}
_SHARE_SLACK: Final = 0.25
_SHARE_TWICE: Final = 0.5
_SHARE_PEOPLE: Final = 0.25
_SHARE_NO_SPEECH: Final = 0.05
_SHARE_TIMED: Final = 0.2
_SHARE_JOINED_TIMED: Final = 0.4
_PEOPLE_JOINED_S: Final = 20
_SHARE_CLEAN: Final = 0.25
_SHARE_CUT: Final = 0.2
_SHARE_PROMPTED: Final = 0.05


@dataclass(frozen=True, slots=True)
class Batch:
    """What a step learns from.

    Attributes:
        mel: Log-mel features, (n, 80, frames).
        tokens: What the decoder is given, (n, length).
        targets: What it shall say behind each, or `IGNORED`, (n, length).
        states: The original's states, (m, 384).
        places: Where those belong: rows and columns of `tokens`, (2, m).
        longer: Frames of another window in which the same is to be heard, if there is one.
    """

    mel: npt.NDArray[np.float32]
    tokens: npt.NDArray[np.int64]
    targets: npt.NDArray[np.int64]
    states: npt.NDArray[np.float32]
    places: npt.NDArray[np.int64]
    longer: int | None = None


@dataclass(frozen=True, slots=True)
class _Sample:
    """A row of a batch; `first` is the column of the first of its states."""

    mel: npt.NDArray[np.float32]
    tokens: list[int]
    targets: list[int]
    states: Floats | None = None
    first: int = 0


class BatchMaker:
    """Makes the batch of every step.

    Args:
        synthetic: What synthesisers said.
        people: What people said; may be empty.
        tokens: The model's.
        seed: Of everything that is drawn.
    """

    def __init__(
        self,
        synthetic: Sequence[Utterance],
        people: Sequence[Utterance],
        tokens: Tokens,
        seed: int,
    ) -> None:
        self._synthetic = synthetic
        self._people = people or synthetic
        self._buckets = _by_window(synthetic), _by_window(people)
        self._tokens = tokens
        self._seed = seed

    def __getitem__(self, step: int) -> Batch:
        """Return the batch of a step."""
        rng = np.random.default_rng((self._seed, step))
        if rng.random() < _SHARE_JOINED:
            window = int(rng.choice(list(_JOINED), p=list(_JOINED.values())))
            samples = [self._joined(rng, window) for _ in range(_SIZE[window])]
            return _collate(samples, window, self._tokens.end)
        buckets = self._buckets[int(rng.random() < _SHARE_PEOPLE)] or self._buckets[0]
        # As often as there is speech for it.
        fits = list(buckets)
        weights = np.array([len(buckets[window]) for window in fits], float)
        fit = int(rng.choice(fits, p=weights / weights.sum()))
        window, longer = fit, None
        if rng.random() < _SHARE_TWICE and fit < _FULL_S:
            longer = int(rng.choice([w for w in _ALL_WINDOWS_S if w > fit]))
        elif rng.random() < _SHARE_SLACK:
            window = int(rng.choice([w for w in _ALL_WINDOWS_S if w > fit][:4] or [fit]))
        samples = [
            self._no_speech(rng, window)
            if rng.random() < _SHARE_NO_SPEECH
            else self._spoken(_any(buckets[fit], rng), rng, window)
            for _ in range(_SIZE[longer or window])
        ]
        return _collate(samples, window, self._tokens.end, longer)

    def _spoken(self, utterance: Utterance, rng: np.random.Generator, window: int) -> _Sample:
        """One sentence, somewhere in the window, as it might come out of a home's microphone."""
        wave = utterance.wave
        if rng.random() < _SHARE_CUT:
            wave = wave[int(rng.uniform(0.01, 0.07) * RATE) :]
        free = window - wave.size / RATE
        lead = int(rng.uniform(0, min(0.5, free / 2)) * RATE)
        tail = int(rng.uniform(0, min(0.7, free - lead / RATE)) * RATE)
        padded = np.pad(wave, (lead, tail))
        mel = features.log_mel(self._aired(padded, rng))
        text = self._tokens.of(written(utterance.text))
        end = self._tokens.end
        before = []
        if rng.random() < _SHARE_PROMPTED:
            other = _any(self._synthetic, rng).text
            before = [self._tokens.previous, *self._tokens.of(written(other))]
        skipped = [IGNORED] * len(before)
        if rng.random() < _SHARE_TIMED:
            times = self._tokens.at(0), self._tokens.at(min((lead + wave.size) / RATE, window))
            tokens = [*before, self._tokens.start, times[0], *text, times[1]]
            return _Sample(mel, tokens, [*skipped, *tokens[len(before) + 1 :], end])
        tokens = [*before, self._tokens.start, self._tokens.untimed, *text]
        targets = [*skipped, *tokens[len(before) + 1 :], end]
        return _Sample(mel, tokens, targets, utterance.states, len(before))

    def _joined(self, rng: np.random.Generator, window: int) -> _Sample:
        """Several sentences one after the other, some with timestamps, as many as fit."""
        # Several of people's recordings need a long window.
        of_people = window >= _PEOPLE_JOINED_S and rng.random() < _SHARE_PEOPLE
        source = self._people if of_people else self._synthetic
        fitting = [one for one in source if one.samples.size <= window * RATE]
        limit = rng.uniform(min(4, window / 2), window)
        parts: list[Wave] = []
        tokens = [self._tokens.start]
        timed = rng.random() < _SHARE_JOINED_TIMED
        if not timed:
            tokens.append(self._tokens.untimed)
        position = 0.0
        while True:
            utterance = _any(fitting, rng)
            gap = rng.uniform(0.1, 1.3) if parts else 0.0
            length = utterance.samples.size / RATE
            if parts and position + gap + length > limit:
                break
            parts += [np.zeros(int(gap * RATE), np.float32), utterance.wave]
            text = self._tokens.of(written(utterance.text))
            if timed:
                begin = self._tokens.at(position + gap)
                text = [begin, *text, self._tokens.at(position + gap + length)]
            tokens += text
            position += gap + length
        mel = features.log_mel(self._aired(np.concatenate(parts), rng))
        return _Sample(mel, tokens, [*tokens[1:], self._tokens.end])

    def _aired(self, wave: Wave, rng: np.random.Generator) -> Wave:
        """Return speech as from a room with its noises, through a microphone."""
        if rng.random() < _SHARE_CLEAN:
            hiss = np.float32(10 ** rng.uniform(-5, -3.3))
            return augment.level(wave + hiss * rng.standard_normal(wave.size, np.float32), rng)
        power = float(np.mean(wave**2)) + 1e-9
        if rng.random() < 0.7:
            wave = augment.acoustics(wave, rng)
        if rng.random() < 0.75:
            ratio = 10 ** (-rng.uniform(3, 35) / 20)
            wave = wave + self._noise(wave.size, rng) * np.float32(np.sqrt(power) * ratio)
        return augment.level(wave, rng)

    def _noise(self, size: int, rng: np.random.Generator) -> Wave:
        def babble(length: int) -> Wave:
            mixed = np.zeros(length, np.float32)
            for _ in range(int(rng.integers(2, 7))):
                place = int(rng.integers(0, max(length // 2, 1)))
                wave = _any(self._synthetic, rng).wave[: length - place]
                mixed[place : place + wave.size] += wave * np.float32(rng.uniform(0.4, 1))
            return mixed

        return augment.noise(size, rng, babble)

    def _no_speech(self, rng: np.random.Generator, window: int) -> _Sample:
        size = int(rng.uniform(0.4, window) * RATE)
        kind = rng.random()
        if kind < 0.2:
            wave = np.float32(10 ** rng.uniform(-7, -3)) * rng.standard_normal(size, np.float32)
        else:
            wave = augment.level(augment.acoustics(augment.noise(size, rng), rng), rng)
        tokens = [self._tokens.start, self._tokens.untimed]
        return _Sample(features.log_mel(wave), tokens, [self._tokens.no_speech, self._tokens.end])


def _by_window(utterances: Sequence[Utterance]) -> dict[int, list[Utterance]]:
    """Return utterances by the shortest window that holds them."""
    found: dict[int, list[Utterance]] = {}
    for utterance in utterances:
        seconds = utterance.samples.size / RATE
        window = next((window for window in WINDOWS_S if window >= seconds), _FULL_S)
        if seconds <= _FULL_S:
            found.setdefault(window, []).append(utterance)
    return found


def _any(utterances: Sequence[Utterance], rng: np.random.Generator) -> Utterance:
    return utterances[int(rng.integers(0, len(utterances)))]


def _collate(samples: Sequence[_Sample], window: int, end: int, longer: int | None = None) -> Batch:
    longest = max(len(sample.tokens) for sample in samples)
    tokens = np.full((len(samples), longest), end, np.int64)
    targets = np.full((len(samples), longest), IGNORED, np.int64)
    states: list[Floats] = [np.zeros((0, 384), np.float32)]
    places: list[tuple[int, int]] = []
    for row, sample in enumerate(samples):
        tokens[row, : len(sample.tokens)] = sample.tokens
        targets[row, : len(sample.targets)] = sample.targets
        if sample.states is not None:
            states.append(sample.states)
            places += [(row, sample.first + column) for column in range(len(sample.states))]
    mel = [features.pad(sample.mel, window * FRAMES_PER_SECOND) for sample in samples]
    return Batch(
        np.stack(mel),
        tokens,
        targets,
        np.concatenate(states).astype(np.float32),
        np.array(places, np.int64).reshape(-1, 2).T,
        longer and longer * FRAMES_PER_SECOND,
    )
