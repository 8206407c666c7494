"""Transcripts of an exported model at our engine's 8 s window and in faster-whisper's own way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import ctranslate2
import faster_whisper
import numpy as np
import tokenizers
from faster_whisper.tokenizer import Tokenizer
from faster_whisper.transcribe import get_suppressed_tokens

from . import features
from .features import WINDOW_FRAMES, Wave
from .tokenizer import NO_TIMESTAMPS, SOT

if TYPE_CHECKING:
    from pathlib import Path

MOST_TOKENS = 200


@dataclass(frozen=True, slots=True)
class Decoded:
    """A transcript with the model's no-speech probability."""

    text: str
    no_speech: float


class WindowDecoder:
    """Greedy decoding with CTranslate2, features padded with 0.0 to a window."""

    def __init__(self, folder: Path, threads: int = 1) -> None:
        self.model = ctranslate2.models.Whisper(
            str(folder), device="cpu", compute_type="default", intra_threads=threads
        )
        self._tokenizer = Tokenizer(
            tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json")), multilingual=False
        )
        self._suppressed = list(get_suppressed_tokens(self._tokenizer, [-1]))

    def __call__(self, wave: Wave, window: int = WINDOW_FRAMES) -> Decoded:
        """Decode `wave` (float32, 16 kHz) in one window of `window` frames."""
        frames = np.ascontiguousarray(features.pad(features.log_mel(wave), window)[None])
        result = self.model.generate(
            ctranslate2.StorageView.from_array(frames),
            [[SOT, NO_TIMESTAMPS]],
            beam_size=1,
            max_length=MOST_TOKENS,
            suppress_blank=True,
            suppress_tokens=self._suppressed,
            return_no_speech_prob=True,
        )[0]
        text = self._tokenizer.decode(result.sequences_ids[0]).strip()
        return Decoded(text, result.no_speech_prob)


class PlainDecoder:
    """faster-whisper's unmodified `transcribe`: 30 s windows, timestamps, its fallbacks."""

    def __init__(self, folder: Path, threads: int = 1) -> None:
        self._model = faster_whisper.WhisperModel(
            str(folder), device="cpu", cpu_threads=threads, compute_type="default"
        )

    def __call__(self, wave: Wave) -> str:
        """The text of all segments."""
        segments, _ = self._model.transcribe(wave, language="en", beam_size=1, vad_filter=False)
        return "".join(segment.text for segment in segments).strip()
