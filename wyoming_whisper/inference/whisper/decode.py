"""What the engine does with a segment.

The model is driven through ``encode`` and ``generate`` and not through ``WhisperModel.transcribe``,
which decodes one file of one caller and pads every window to 30 s. Two rules make a command's text
reproducible: no sampling, and at most one retry, which is deterministic too.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, field, replace
from queue import SimpleQueue
from typing import TYPE_CHECKING, Final

import ctranslate2
import numpy as np
from faster_whisper.tokenizer import Tokenizer
from faster_whisper.transcribe import get_compression_ratio, get_suppressed_tokens

from wyoming_whisper.audio.pcm import SAMPLE_RATE
from wyoming_whisper.cpu_tuning import release_free_memory
from wyoming_whisper.errors import UnsupportedLanguage
from wyoming_whisper.inference.audio_context import FULL, choose, is_doubtful
from wyoming_whisper.inference.engine import DecodeOptions
from wyoming_whisper.inference.quality import RETRIED, Gates, Measurement, judge
from wyoming_whisper.transcript import Hypothesis, Task

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    import numpy.typing as npt
    from faster_whisper import WhisperModel

    from wyoming_whisper.inference.engine import DecodeRequest
    from wyoming_whisper.inference.models import Model

    Floats = npt.NDArray[np.float32]

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
# A batch's first members wait for its last. A CPU encodes requests no faster together; it decodes
# four of them in about the time of two, and beyond that the wait grows more than the throughput.
_MAX_BATCH: Final = {"cuda": 32, "cpu": 4}


@dataclass(frozen=True, slots=True)
class EngineOptions:
    """How to load a model.

    Attributes:
        device: ``auto``, ``cpu``, ``cuda`` or ``cuda:N``; several GPUs are ``cuda:N,M``.
        compute_type: ``auto`` or a type of CTranslate2's.
        cpu_threads: Threads of one decode; 0 chooses.
        max_batch: Most requests in one decode; 0 chooses.
        languages: The only languages to detect and accept; empty for all of the model's.
        audio_context: The windows to decode in, as `audio_context.choose` reads them.
        typical: What most requests will ask for.
        gates: When a hypothesis is not believed.
    """

    device: str = "auto"
    compute_type: str = "auto"
    cpu_threads: int = 0
    max_batch: int = 0
    languages: frozenset[str] = frozenset()
    audio_context: str = FULL
    typical: DecodeOptions = field(default_factory=DecodeOptions)
    gates: Gates = field(default_factory=Gates)


class WhisperEngine:
    """Decodes segments, on one device or several; a model belongs to the thread in a call with it.

    Args:
        whispers: The same model on each device.
        model: What is known of it.
        options: How it was loaded.
    """

    def __init__(
        self, whispers: Sequence[WhisperModel], model: Model, options: EngineOptions
    ) -> None:
        self.slots: Final = len(whispers)
        self.max_batch = options.max_batch or _MAX_BATCH[whispers[0].model.device]
        self._whispers = list(whispers)
        self._idle: SimpleQueue[int] = SimpleQueue()
        for slot in range(self.slots):
            self._idle.put(slot)
        self._model = model
        self._gates = options.gates
        self._languages = options.languages or model.languages
        self._extract = whispers[0].feature_extractor
        self._hf_tokenizer = whispers[0].hf_tokenizer
        per_second = whispers[0].frames_per_second
        self.context: Final = choose(
            options.audio_context,
            model.window_s * per_second,
            [seconds * per_second for seconds in model.short_windows_s],
        )
        self._suppressed = list(get_suppressed_tokens(self._tokenizer(_ENGLISH), [-1]))

    def batch_key(self, request: DecodeRequest) -> Hashable:
        """Return what must be equal: the window, the prompts' length and the width of the beam.

        CTranslate2 wants ``<|startoftranscript|>`` at one position in a batch; languages and tasks
        may differ. A beam search's result depends on its token limit, a greedy one's does not.
        """
        options = request.options
        window = self.context.window_for(len(request.samples))
        limit = _max_tokens(request, options.beam_size) if options.beam_size > 1 else None
        return (window, len(self._prompt_tokens(options, _ENGLISH)), options.beam_size, limit)

    def transcribe(self, batch: Sequence[DecodeRequest]) -> list[Hypothesis]:
        """See `engine.Engine`.

        Raises:
            UnsupportedLanguage: If a request's language or task is not the model's.
        """
        self._check(batch)
        slot = self._idle.get()
        try:
            return self._transcribe(self._whispers[slot], batch)
        finally:
            self._idle.put(slot)

    def rehearse(self, batch: Sequence[DecodeRequest]) -> None:
        """Decode a batch once in each window and on each device, and forget what was heard.

        Raises:
            RuntimeError: CTranslate2's, where the memory does not suffice for the batch.
        """
        for whisper in self._whispers:
            for window in self.context.windows:
                self._decode(whisper, batch, window, retry=False)

    def close(self) -> None:
        """See `engine.Engine`; waits for calls in flight."""
        for _ in range(self.slots):
            self._idle.get()
        # Not unload_model(): that does nothing while a worker still puts its last result away.
        self._whispers.clear()
        release_free_memory()

    def _transcribe(
        self, whisper: WhisperModel, batch: Sequence[DecodeRequest]
    ) -> list[Hypothesis]:
        window = self.context.window_for(len(batch[0].samples))
        if not self.context.doubts(window):
            return self._decode(whisper, batch, window)
        hypotheses = self._decode(whisper, batch, window, retry=False)
        doubtful = [
            index
            for index, hypothesis in enumerate(hypotheses)
            if is_doubtful(hypothesis, len(batch[index].samples))
        ]
        if doubtful:
            full = self.context.windows[-1]
            again = self._decode(whisper, [batch[index] for index in doubtful], full)
            for index, hypothesis in zip(doubtful, again, strict=True):
                hypotheses[index] = hypothesis
        return hypotheses

    def _decode(
        self,
        whisper: WhisperModel,
        batch: Sequence[DecodeRequest],
        window: int,
        *,
        retry: bool = True,
    ) -> list[Hypothesis]:
        encoded = whisper.encode(self._features(batch, window))
        languages = self._hear_languages(whisper, encoded, batch)
        hypotheses = self._generate(whisper, encoded, batch, languages, batch[0].options.beam_size)
        if retry:
            self._retry(whisper, encoded, batch, languages, hypotheses)
        return hypotheses

    def _retry(
        self,
        whisper: WhisperModel,
        encoded: ctranslate2.StorageView,
        batch: Sequence[DecodeRequest],
        languages: Sequence[str],
        hypotheses: list[Hypothesis],
    ) -> None:
        """Put a wider search's hypothesis in the place of each that it may mend."""
        groups: defaultdict[int, list[int]] = defaultdict(list)  # by token limit
        for index, hypothesis in enumerate(hypotheses):
            if hypothesis.rejection in RETRIED:
                groups[_max_tokens(batch[index], _RETRY_BEAM)].append(index)
        for group in groups.values():
            second = self._generate(
                whisper,
                _rows(encoded, group),
                [batch[index] for index in group],
                [languages[index] for index in group],
                _RETRY_BEAM,
                no_repeat_ngram=_RETRY_NGRAM,
            )
            for index, hypothesis in zip(group, second, strict=True):
                hypotheses[index] = replace(hypothesis, retried=True)

    def _features(self, batch: Sequence[DecodeRequest], window: int) -> Floats:
        """Return the log-mel features, shape ``(n, n_mels, window)``.

        Behind the audio they are 0.0, as in OpenAI's own padding, and not those of silence.
        """
        n_mels = self._extract.mel_filters.shape[0]
        features = np.zeros((len(batch), n_mels, window), dtype=np.float32)
        for row, request in zip(features, batch, strict=True):
            mel = self._extract(request.samples)[:, :window]
            row[:, : mel.shape[1]] = mel
        return features

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
        self,
        whisper: WhisperModel,
        encoded: ctranslate2.StorageView,
        batch: Sequence[DecodeRequest],
    ) -> list[str]:
        """Return each request's language: given, the only one, or the most probable one.

        Args:
            whisper: Where to decode.
            encoded: The encoder's output, shape ``(n, window / 2, d_model)``.
            batch: What was encoded.
        """
        only = next(iter(self._languages)) if len(self._languages) == 1 else None
        given = [request.options.language or only for request in batch]
        if None not in given:
            return [language for language in given if language is not None]
        detected = whisper.model.detect_language(encoded)
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
        whisper: WhisperModel,
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
        limits = [_max_tokens(request, beam_size) for request in batch]
        results = whisper.model.generate(
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
                row = _rows(encoded, [index])
                hypotheses += self._generate(whisper, row, [request], [language], beam_size)
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
        return Tokenizer(self._hf_tokenizer, self._model.multilingual, task.value, language)


def _max_tokens(request: DecodeRequest, beam_size: int) -> int:
    """Return a request's token limit; in a beam search one that most requests have."""
    seconds = len(request.samples) / SAMPLE_RATE
    limit = _TOKENS_AT_LEAST + int(_TOKENS_PER_SECOND * seconds)
    if beam_size > 1:
        limit = math.ceil(limit / _BEAM_TOKENS) * _BEAM_TOKENS
    return min(_MAX_LENGTH // 2, limit)


def _rows(encoded: ctranslate2.StorageView, indices: Sequence[int]) -> ctranslate2.StorageView:
    """Return some requests' parts of the encoder's output."""
    if len(indices) == encoded.shape[0]:
        return encoded
    # numpy knows no bfloat16; the decoder turns float32 back into what it was.
    all_rows = encoded.to_device(ctranslate2.Device.cpu).to(ctranslate2.DataType.float32)
    return ctranslate2.StorageView.from_array(np.asarray(all_rows)[list(indices)])
