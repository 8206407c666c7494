"""Engines on models with random weights, whose decodes are noted and may be scripted."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt
from faster_whisper import WhisperModel
from options import engine_options

from wyoming_whisper.audio.pcm import SAMPLE_RATE
from wyoming_whisper.config.device import Device
from wyoming_whisper.engines.engine import DecodeRequest
from wyoming_whisper.engines.whisper.decoder import WhisperDecoder
from wyoming_whisper.engines.whisper.gates import Gates
from wyoming_whisper.engines.whisper.load import load_decoder
from wyoming_whisper.engines.whisper.model_files import ModelFiles, find_model
from wyoming_whisper.values import DecodeOptions

if TYPE_CHECKING:
    from pathlib import Path

OPEN: Final = Gates(no_speech=math.inf, logprob=-math.inf, compression_ratio=math.inf)
# With these biases the toys end some texts and loop in others, or never end one.
SOMETIMES: Final = 1.0
NEVER: Final = -200.0


@dataclass
class ScriptedResult:
    """What CTranslate2 says of one decode."""

    sequences_ids: list[list[int]]
    scores: list[float]
    no_speech_prob: float


@dataclass
class WatchedModel:
    """CTranslate2's model; notes the decodes, and gives scripted results where there are some."""

    model: Any
    calls: list[dict[str, Any]] = field(default_factory=list)
    script: list[ScriptedResult] = field(default_factory=list)
    device: str = "cpu"

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the model has
        return getattr(self.model, name)

    def generate(self, encoded: Any, prompts: list[list[int]], **options: Any) -> list[Any]:  # noqa: ANN401
        self.calls.append({"prompts": prompts, **options})
        if self.script:
            return [self.script.pop(0) for _ in prompts]
        results: list[Any] = self.model.generate(encoded, prompts, **options)
        return results


class WatchedWhisper:
    """faster-whisper's model; notes the features that are encoded."""

    def __init__(self, whisper: WhisperModel) -> None:
        self._whisper = whisper
        self.model = WatchedModel(whisper.model)
        self.features: list[npt.NDArray[np.float32]] = []

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the model has
        return getattr(self._whisper, name)

    def encode(self, features: npt.NDArray[np.float32]) -> Any:  # noqa: ANN401 - CTranslate2's
        self.features.append(features)
        return self._whisper.encode(features)


def found(folder: Path) -> ModelFiles:
    return find_model(str(folder), [])


def load(model: ModelFiles, gates: Gates = OPEN) -> WhisperDecoder:
    return load_decoder(model, engine_options(device=Device("cpu"), cpu_threads=1, gates=gates))


def watched(
    model: ModelFiles,
    gates: Gates = OPEN,
    **options: Any,  # noqa: ANN401
) -> tuple[WhisperDecoder, WatchedWhisper]:
    """Return an engine whose model is watched."""
    whisper = WatchedWhisper(WhisperModel(str(model.path), device="cpu", cpu_threads=1))
    return WhisperDecoder([whisper], model, engine_options(gates=gates, **options)), whisper


def request(seconds: float = 1.0, *, seed: int = 0, **options: Any) -> DecodeRequest:  # noqa: ANN401
    random = np.random.default_rng(seed)
    samples = random.normal(0, 0.1, round(seconds * SAMPLE_RATE)).astype(np.float32)
    return DecodeRequest(samples, DecodeOptions(**options))


def said(whisper: WatchedWhisper, text: str) -> ScriptedResult:
    """Return the result that says a text, and is sure of it."""
    return ScriptedResult([whisper.hf_tokenizer.encode(text).ids], [-0.1], 0.0)
