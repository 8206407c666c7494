"""The engine: faster-whisper's model, tokenizer and features on top of CTranslate2.

The model is driven through ``encode`` and ``generate`` and not through ``WhisperModel.transcribe``,
which decodes one file of one caller and pads every window to 30 s. Two rules make a command's text
reproducible: no sampling, and at most one retry, which is deterministic too.
"""

from __future__ import annotations

import json
import logging
import math
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import ctranslate2
import numpy as np
from faster_whisper import WhisperModel
from faster_whisper.tokenizer import Tokenizer
from faster_whisper.transcribe import get_compression_ratio, get_suppressed_tokens

from wyoming_whisper.audio.pcm import SAMPLE_RATE
from wyoming_whisper.errors import DeviceUnavailable, ModelNotFound, UnsupportedLanguage
from wyoming_whisper.inference import cuda
from wyoming_whisper.inference.cpu_cores import usable_cores
from wyoming_whisper.inference.engine import DecodeOptions, DecodeRequest
from wyoming_whisper.inference.quality import RETRIED, Gates, Measurement, judge
from wyoming_whisper.transcript import Hypothesis, Task

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from wyoming_whisper.inference.models import Model

_LOG: Final = logging.getLogger(__name__)

_ENGLISH: Final = "en"
# A loop must not cost seconds: people say 3 to 5 words a second, and even a model with a very small
# vocabulary needs no more than 3 or 4 tokens for one.
_TOKENS_PER_SECOND: Final = 16
_TOKENS_AT_LEAST: Final = 16
# The result of a beam search depends on the limit, so only requests of one limit share a call.
_BEAM_TOKENS: Final = 64
# The size of Whisper's decoder position table, prompt included.
_MAX_LENGTH: Final = 448
# What five special tokens leave of the half of the table, and one position, that is the prompt's
# where the longest text is still to fit.
_MAX_PROMPT_TOKENS: Final = _MAX_LENGTH // 2 + 1 - 5
_RETRY_BEAM: Final = 5
_RETRY_NGRAM: Final = 3
# More threads than this gain nothing on a model of one utterance at a time.
_MAX_AUTO_THREADS: Final = 4
# A batch's first members wait for its last. A CPU encodes requests no faster together; it decodes
# four of them in about the time of two, and beyond that the wait grows more than the throughput.
_MAX_BATCH: Final = {"cuda": 32, "cpu": 4}
# What `auto` takes, best first. float16 needs tensor cores to be listed as supported; int8 on
# a GPU is for cards that have nothing better.
_COMPUTE_TYPES: Final = {
    "cuda": ("float16", "int8_float32", "float32"),
    "cpu": ("int8", "float32"),
}


@dataclass(frozen=True, slots=True)
class EngineOptions:
    """How to load a model.

    Attributes:
        device: ``auto``, ``cpu``, ``cuda`` or ``cuda:N``.
        compute_type: ``auto`` or a type of CTranslate2's.
        cpu_threads: Threads of one decode; 0 chooses.
        max_batch: Most requests in one decode; 0 chooses.
        languages: The only languages to detect and accept; empty for all of the model's.
        gates: When a hypothesis is not believed.
    """

    device: str = "auto"
    compute_type: str = "auto"
    cpu_threads: int = 0
    max_batch: int = 0
    languages: frozenset[str] = frozenset()
    gates: Gates = field(default_factory=Gates)


def load_engine(model: Model, options: EngineOptions) -> WhisperEngine:
    """Load a model and decode with it once. Blocks for as long as that takes.

    ``auto`` falls back to the CPU, with a warning, where there is a GPU that does not work.

    Raises:
        ModelNotFound: If the files are damaged.
        DeviceUnavailable: If the device, its libraries or the compute type do not work.
    """
    if options.device != "auto":
        return _load(model, options)
    if cuda.device_count():
        try:
            return _load(model, replace(options, device="cuda"))
        except DeviceUnavailable as error:
            _LOG.warning("%s; using the CPU", error)
    return _load(model, replace(options, device="cpu"))


class WhisperEngine:
    """Decodes segments. The model belongs to the one thread that calls `transcribe`."""

    slots: Final = 1

    def __init__(self, whisper: WhisperModel, model: Model, options: EngineOptions) -> None:
        self.max_batch: Final = options.max_batch or _MAX_BATCH[whisper.model.device]
        self._whisper = whisper
        self._model = model
        self._gates = options.gates
        self._languages = options.languages or model.languages
        self._n_frames = model.window_s * whisper.frames_per_second
        self._suppressed = list(get_suppressed_tokens(self._tokenizer(_ENGLISH), [-1]))

    def batch_key(self, request: DecodeRequest) -> Hashable:
        """Return what must be equal: the prompts' length and the width of the beam.

        CTranslate2 wants ``<|startoftranscript|>`` at one position in a batch; languages and tasks
        may differ. A beam search's result depends on its token limit, a greedy one's does not.
        """
        options = request.options
        limit = _max_tokens(request) if options.beam_size > 1 else None
        return (len(self._prompt_tokens(options, _ENGLISH)), options.beam_size, limit)

    def transcribe(self, batch: Sequence[DecodeRequest]) -> list[Hypothesis]:
        """See `engine.Engine`.

        Raises:
            UnsupportedLanguage: If a request's language or task is not the model's.
        """
        self._check(batch)
        encoded = self._encode(batch)
        languages = self._hear_languages(encoded, batch)
        hypotheses = self._generate(encoded, batch, languages, batch[0].options.beam_size)
        for index, hypothesis in enumerate(hypotheses):
            if hypothesis.rejection in RETRIED:
                second = self._generate(
                    encoded if len(batch) == 1 else _row(encoded, index),
                    [batch[index]],
                    [languages[index]],
                    _RETRY_BEAM,
                    no_repeat_ngram=_RETRY_NGRAM,
                )[0]
                hypotheses[index] = replace(second, retried=True)
        return hypotheses

    def close(self) -> None:
        """See `engine.Engine`."""
        # Not unload_model(): that does nothing while a worker still puts its last result away.
        del self._whisper

    def _encode(self, batch: Sequence[DecodeRequest]) -> ctranslate2.StorageView:
        """Return the encoder's output, shape ``(n, window_frames / 2, d_model)``.

        Behind the audio the features are 0.0, as in OpenAI's own padding, and not those of silence.
        """
        extract = self._whisper.feature_extractor
        features = np.zeros(
            (len(batch), extract.mel_filters.shape[0], self._n_frames), dtype=np.float32
        )
        for row, request in zip(features, batch, strict=True):
            mel = extract(request.samples)[:, : self._n_frames]
            row[:, : mel.shape[1]] = mel
        return self._whisper.encode(features)

    def _check(self, batch: Sequence[DecodeRequest]) -> None:
        for request in batch:
            language, task = request.options.language, request.options.task
            if language is not None and language not in self._languages:
                raise UnsupportedLanguage(f"{self._model.name} does not understand {language!r}")
            if task is Task.TRANSLATE and not self._model.multilingual:
                raise UnsupportedLanguage(
                    f"{self._model.name} is English only, and can't translate"
                )

    def _hear_languages(
        self, encoded: ctranslate2.StorageView, batch: Sequence[DecodeRequest]
    ) -> list[str]:
        """Return each request's language: given, the only one, or the most probable one."""
        only = next(iter(self._languages)) if len(self._languages) == 1 else None
        given = [request.options.language or only for request in batch]
        if None not in given:
            return [language for language in given if language is not None]
        detected = self._whisper.model.detect_language(encoded)
        return [
            language or self._best_language(probabilities)
            for language, probabilities in zip(given, detected, strict=True)
        ]

    def _best_language(self, probabilities: Sequence[tuple[str, float]]) -> str:
        # They come best first, under names such as "<|en|>".
        names = (name.strip("<|>") for name, _ in probabilities)
        return next(name for name in names if name in self._languages)

    def _generate(
        self,
        encoded: ctranslate2.StorageView,
        batch: Sequence[DecodeRequest],
        languages: Sequence[str],
        beam_size: int,
        *,
        no_repeat_ngram: int = 0,
    ) -> list[Hypothesis]:
        prompts = [
            self._prompt_tokens(request.options, language)
            for request, language in zip(batch, languages, strict=True)
        ]
        limits = [_max_tokens(request) for request in batch]
        results = self._whisper.model.generate(
            encoded,
            prompts,
            beam_size=beam_size,
            no_repeat_ngram_size=no_repeat_ngram,
            # CTranslate2 allows at most half of this, and at most what the prompt leaves.
            max_length=max(2 * max(limits), max(limits) + len(prompts[0]) - 1),
            return_scores=True,
            return_no_speech_prob=True,
            suppress_tokens=self._suppressed,
        )
        hypotheses = []
        for index, (result, limit) in enumerate(zip(results, limits, strict=True)):
            request, language = batch[index], languages[index]
            if limit < max(limits) and len(result.sequences_ids[0]) >= limit:
                # A companion with a higher limit has let it run on; alone it would have stopped.
                row = _row(encoded, index)
                hypotheses += self._generate(row, [request], [language], beam_size)
            else:
                hypotheses.append(self._hypothesis(result, request, language, limit))
        return hypotheses

    def _hypothesis(
        self,
        result: ctranslate2.models.WhisperGenerationResult,
        request: DecodeRequest,
        language: str,
        limit: int,
    ) -> Hypothesis:
        tokens = result.sequences_ids[0]
        text = self._tokenizer(language).decode(tokens).strip()
        n_tokens = len(tokens)
        measured = Measurement(
            text=text,
            prompt=request.options.prompt,
            # The score is the mean over the text's tokens; the end of text counts as one more.
            # Of no text there is none.
            avg_logprob=result.scores[0] * n_tokens / (n_tokens + 1) if tokens else 0.0,
            no_speech_prob=result.no_speech_prob,
            compression_ratio=get_compression_ratio(text),
            cut_off=n_tokens >= limit,
        )
        return Hypothesis(
            text=text,
            language=_ENGLISH if request.options.task is Task.TRANSLATE else language,
            avg_logprob=measured.avg_logprob,
            no_speech_prob=measured.no_speech_prob,
            compression_ratio=measured.compression_ratio,
            n_tokens=n_tokens,
            rejection=judge(measured, self._gates),
        )

    def _prompt_tokens(self, options: DecodeOptions, language: str) -> list[int]:
        tokenizer = self._tokenizer(language, options.task)
        tokens: list[int] = []
        if prompt := options.prompt.strip():
            tokens = [tokenizer.sot_prev, *tokenizer.encode(f" {prompt}")[-_MAX_PROMPT_TOKENS:]]
        return [*tokens, *tokenizer.sot_sequence, tokenizer.no_timestamps]

    def _tokenizer(self, language: str, task: Task = Task.TRANSCRIBE) -> Tokenizer:
        return Tokenizer(self._whisper.hf_tokenizer, self._model.multilingual, task.value, language)


def _max_tokens(request: DecodeRequest) -> int:
    """Return a request's token limit; in a beam search one that most requests have."""
    seconds = len(request.samples) / SAMPLE_RATE
    limit = _TOKENS_AT_LEAST + int(_TOKENS_PER_SECOND * seconds)
    if request.options.beam_size > 1:
        limit = math.ceil(limit / _BEAM_TOKENS) * _BEAM_TOKENS
    return min(_MAX_LENGTH // 2, limit)


def _row(encoded: ctranslate2.StorageView, index: int) -> ctranslate2.StorageView:
    """Return one request's part of the encoder's output."""
    array = np.array(encoded.to_device(ctranslate2.Device.cpu))
    return ctranslate2.StorageView.from_array(np.ascontiguousarray(array[index : index + 1]))


def _load(model: Model, options: EngineOptions) -> WhisperEngine:
    device, _, index = options.device.partition(":")
    started = time.perf_counter()
    if device == "cuda":
        cuda.preload_cublas()
    try:
        compute_type = options.compute_type
        if compute_type == "auto":
            compute_type = _best_compute_type(device, int(index or 0))
        _check_config(model)
        whisper = WhisperModel(
            str(model.path),
            device=device,
            device_index=int(index or 0),
            compute_type=compute_type,
            cpu_threads=options.cpu_threads or _available_threads(),
            local_files_only=True,
        )
        engine = WhisperEngine(whisper, model, options)
        loaded = time.perf_counter()
        # The self-test: a library that is missing shows only now.
        noise = np.random.default_rng(0).normal(0, 0.01, SAMPLE_RATE).astype(np.float32)
        engine.transcribe([DecodeRequest(noise, DecodeOptions())])
    except Exception as error:
        # CTranslate2 raises what C++ does, the tokenizer's library bare exceptions.
        raise _explained(error, model, options) from error
    _LOG.info(
        "loaded %s on %s as %s in %.2f s, first decode %.2f s",
        model.name,
        options.device,
        compute_type,
        loaded - started,
        time.perf_counter() - loaded,
    )
    return engine


def _check_config(model: Model) -> None:
    # CTranslate2 looks these up while it decodes, and crashes where there are none.
    config = json.loads(Path(str(model.path), "config.json").read_bytes())
    for key in ("suppress_ids_begin", *(["lang_ids"] if model.multilingual else ())):
        if not isinstance(config.get(key), list):
            raise TypeError(f"config.json has no list {key!r}")


def _best_compute_type(device: str, index: int) -> str:
    supported = ctranslate2.get_supported_compute_types(device, index)
    return next((t for t in _COMPUTE_TYPES[device] if t in supported), "default")


def _available_threads() -> int:
    return min(usable_cores(), _MAX_AUTO_THREADS)


def _explained(
    error: Exception, model: Model, options: EngineOptions
) -> DeviceUnavailable | ModelNotFound:
    """Return one line with the cure for what CTranslate2 says in its own words."""
    words = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    if "libcublas" in words:
        return DeviceUnavailable(f"the CUDA library cuBLAS 12 is missing; {cuda.CURE}")
    if "out of memory" in words or isinstance(error, MemoryError):
        smaller = "int8" if options.device == "cpu" else "int8_float16"
        return DeviceUnavailable(
            f"{model.name} does not fit into the memory of {options.device}; choose a smaller "
            f"model, or --compute-type {smaller}"
        )
    # Its words on a compute type speak of the device too.
    if "compute type" in words:
        return DeviceUnavailable(f"{words}; use --compute-type auto")
    if options.device != "cpu" and ("CUDA" in words or "cuda" in words or "device" in words):
        return DeviceUnavailable(
            f"{options.device} does not work ({words}); check nvidia-smi, or use --device cpu"
        )
    return ModelNotFound(f"model {model.name!r} in {model.path} cannot be loaded: {words}")
