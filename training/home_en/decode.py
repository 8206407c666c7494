"""Transcripts of an exported model: at our windows, by our engine, in faster-whisper's way."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import ctranslate2
import faster_whisper
import numpy as np
import tokenizers
from faster_whisper.tokenizer import Tokenizer
from faster_whisper.transcribe import get_suppressed_tokens

from wyoming_whisper.app_wiring import engine_options
from wyoming_whisper.audio.pcm import SAMPLE_RATE
from wyoming_whisper.config.device import Device
from wyoming_whisper.config.settings import Settings
from wyoming_whisper.engines.engine import DecodeRequest
from wyoming_whisper.engines.whisper.audio_context import FULL, choose
from wyoming_whisper.engines.whisper.load import load_decoder
from wyoming_whisper.engines.whisper.model_files import find_model
from wyoming_whisper.recognition.join import join_hypotheses
from wyoming_whisper.values import DecodeOptions

from . import features
from .features import FRAMES_PER_SECOND, Wave
from .tokenizer import NO_TIMESTAMPS, SOT

if TYPE_CHECKING:
    from pathlib import Path

MOST_TOKENS = 200


class WindowDecoder:
    """CTranslate2's own decoding in our engine's windows; `beams` 1 is greedy.

    The weights are computed with as they are stored. `workers` threads may call at once; each
    decode takes one thread.
    """

    def __init__(self, folder: Path, workers: int = 1, beams: int = 1) -> None:
        self._beams = beams
        model = find_model(str(folder), [], device="cpu")
        self._context = choose(
            FULL,
            model.window_s * FRAMES_PER_SECOND,
            [seconds * FRAMES_PER_SECOND for seconds in model.short_windows_s],
        )
        self.model = ctranslate2.models.Whisper(
            str(folder),
            device="cpu",
            compute_type="default",
            intra_threads=1,
            inter_threads=workers,
        )
        self._tokenizer = Tokenizer(
            tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json")), multilingual=False
        )
        self._suppressed = list(get_suppressed_tokens(self._tokenizer, [-1]))

    def __call__(self, wave: Wave) -> str:
        """The text of `wave` (float32, 16 kHz) in the window that our engine gives it."""
        window = self._context.window_for(len(wave))
        frames = np.ascontiguousarray(features.pad(features.log_mel(wave), window)[None])
        result = self.model.generate(
            ctranslate2.StorageView.from_array(frames),
            [[SOT, NO_TIMESTAMPS]],
            beam_size=self._beams,
            max_length=MOST_TOKENS,
            suppress_blank=True,
            suppress_tokens=self._suppressed,
        )[0]
        text: str = self._tokenizer.decode(result.sequences_ids[0]).strip()
        return text


class EngineDecoder:
    """The server's engine, with its gates, its retry and the model's own beams; no VAD."""

    def __init__(self, folder: Path) -> None:
        model = find_model(str(folder), [], device="cpu")
        self._options = DecodeOptions(language="en", beam_size=model.beam_size)
        settings = Settings(device=Device("cpu"), cpu_threads=1)
        self._engine = load_decoder(model, engine_options(settings))

    def __call__(self, wave: Wave) -> str:
        """The text, empty where it is not believed."""
        return join_hypotheses(self._engine.transcribe([DecodeRequest(wave, self._options)])).text

    def words(self, wave: Wave) -> list[tuple[str, float]]:
        """Each word with its start (s)."""
        options = replace(self._options, word_times=True)
        (heard,) = self._engine.transcribe([DecodeRequest(wave, options)])
        return [(word.text, word.start / SAMPLE_RATE) for word in heard.words]


class PlainDecoder:
    """faster-whisper's unmodified `transcribe`: 30 s windows, timestamps, its fallbacks.

    It searches greedily, as our engine does, or else with all of `transcribe`'s defaults.
    """

    def __init__(self, folder: Path, workers: int = 1, *, greedy: bool = True) -> None:
        self._model = faster_whisper.WhisperModel(
            str(folder),
            device="cpu",
            cpu_threads=1,
            num_workers=workers,
            compute_type="default",
        )
        self._options = {"beam_size": 1} if greedy else {}

    def __call__(self, wave: Wave) -> str:
        """The text of all segments."""
        segments, _ = self._model.transcribe(wave, language="en", **self._options)
        return "".join(segment.text for segment in segments).strip()

    def words(self, wave: Wave) -> list[tuple[str, float]]:
        """Each word with its start (s)."""
        segments, _ = self._model.transcribe(
            wave, language="en", word_timestamps=True, **self._options
        )
        return [(word.word, word.start) for segment in segments for word in segment.words]
