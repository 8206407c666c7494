"""Which cross-attention heads tell where a word is: chosen by espeak-ng's own word marks."""

from __future__ import annotations

import random
import tempfile
from itertools import islice
from pathlib import Path

import ctranslate2
import numpy as np
import tokenizers

from . import features
from .audio import to_wave
from .export import export, load
from .features import RATE, WINDOW_FRAMES
from .grammar import sentences
from .synthesis import Utterance, speak
from .tokenizer import SOT
from .voices import natural_delivery, training_speakers

SENTENCES = 40
MOST_HEADS = 4
MEDIAN_FILTER = 7
"""Frames (of 20 ms) over which faster-whisper smooths the attention."""
LEAD = 0.2
"""Seconds of silence before each sentence."""


def _marked_utterances(count: int) -> list[Utterance]:
    """Utterances whose words and marks correspond one to one."""
    rng = random.Random(f"heads {count}")
    texts = [s.text for s in islice(sentences(97, longest=60), 3 * count) if "-" not in s.text]
    speakers = [rng.choice(training_speakers("espeak-ng")) for _ in texts]
    made = speak(texts, [natural_delivery(speaker, rng) for speaker in speakers])
    return [u for u in made if len(u.word_starts) == len(u.text.split()) > 2][:count]


class _Aligner:
    """CTranslate2's `align` on prepared utterances."""

    def __init__(self, tokenizer: Path, utterances: list[Utterance]) -> None:
        encode = tokenizers.Tokenizer.from_file(str(tokenizer / "tokenizer.json")).encode
        self._cases = []
        for utterance in utterances:
            wave = np.pad(to_wave(utterance.samples), (int(LEAD * RATE), RATE // 4))
            frames = features.log_mel(wave)
            tokens: list[int] = []
            firsts = []
            for word in utterance.text.split():
                firsts.append(len(tokens))
                tokens += encode(" " + word, add_special_tokens=False).ids
            truth = np.array(utterance.word_starts) + LEAD
            self._cases.append((frames, tokens, firsts, truth))

    def error(self, folder: Path) -> float:
        """Median distance (s) of word starts from the marks, for the model in `folder`."""
        model = ctranslate2.models.Whisper(str(folder), device="cpu", compute_type="default")
        distances = []
        for frames, tokens, firsts, truth in self._cases:
            padded = np.ascontiguousarray(features.pad(frames, WINDOW_FRAMES)[None])
            found = model.align(
                ctranslate2.StorageView.from_array(padded),
                [SOT],
                [tokens],
                frames.shape[1],
                median_filter_width=MEDIAN_FILTER,
            )[0].alignments
            starts: dict[int, float] = {}
            for token, place in found:
                starts.setdefault(token, place / 50)
            distances += [abs(starts.get(f, 0.0) - t) for f, t in zip(firsts, truth, strict=True)]
        return float(np.median(distances))


def choose(checkpoint: Path, tokenizer: Path) -> tuple[list[tuple[int, int]], float]:
    """The (layer, head) pairs with the smallest error together, and that error (s).

    Heads are ranked alone; then the best one to `MOST_HEADS` of them are tried together.
    """
    shape = load(checkpoint).shape
    aligner = _Aligner(tokenizer, _marked_utterances(SENTENCES))

    def error(heads: list[tuple[int, int]]) -> float:
        with tempfile.TemporaryDirectory() as folder:
            export(checkpoint, tokenizer, Path(folder), heads)
            return aligner.error(Path(folder))

    every = [(layer, head) for layer in range(shape.decoder_layers) for head in range(shape.heads)]
    alone = {head: error([head]) for head in every}
    ranked = sorted(every, key=lambda head: alone[head])
    sets = [ranked[:size] for size in range(1, MOST_HEADS + 1)]
    errors = [error(heads) for heads in sets]
    best = int(np.argmin(errors))
    return sets[best], errors[best]
