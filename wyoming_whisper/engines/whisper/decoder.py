"""What the engine does with a segment.

The model is driven through ``encode`` and ``generate`` and not through ``WhisperModel.transcribe``,
which decodes one file of one caller and pads every window to 30 s.
"""

from __future__ import annotations

import logging
from queue import SimpleQueue
from typing import TYPE_CHECKING, Final

import numpy as np

from wyoming_whisper.audio.pcm import SAMPLE_RATE
from wyoming_whisper.config.device import Device
from wyoming_whisper.engines.whisper.audio_context import choose, is_doubtful
from wyoming_whisper.engines.whisper.encoded_batch import EncodedBatch
from wyoming_whisper.engines.whisper.language_detection import hear_languages, possible
from wyoming_whisper.engines.whisper.load_errors import is_out_of_memory
from wyoming_whisper.engines.whisper.prompts import Prompts
from wyoming_whisper.engines.whisper.search import Search, max_tokens
from wyoming_whisper.engines.whisper.word_times import find_words
from wyoming_whisper.errors import SegmentTooLong, UnsupportedLanguage, UnsupportedValue
from wyoming_whisper.system.cpu_tuning import release_free_memory
from wyoming_whisper.values import Task

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    import numpy.typing as npt
    from faster_whisper import WhisperModel

    from wyoming_whisper.engines.engine import DecodeRequest
    from wyoming_whisper.engines.whisper.model_files import ModelFiles
    from wyoming_whisper.engines.whisper.options import EngineOptions
    from wyoming_whisper.values import Hypothesis

    Floats = npt.NDArray[np.float32]

_LOG: Final = logging.getLogger(__name__)

_ENGLISH: Final = "en"
# A batch's first members wait for its last. A CPU encodes requests no faster together; it decodes
# four of them in about the time of two, and beyond that the wait grows more than the throughput.
_MAX_BATCH: Final = {"cuda": 32, "cpu": 4}


class WhisperDecoder:
    """Decodes segments, on one device or several; a model belongs to the thread in a call with it.

    It blocks; `threaded.ThreadedEngine` makes an engine of it.

    Args:
        whispers: The same model on each device.
        model: What is known of it.
        options: How it was loaded.
        aligns: Whether it is known which of its heads follow the speech, as word times need.
    """

    def __init__(
        self,
        whispers: Sequence[WhisperModel],
        model: ModelFiles,
        options: EngineOptions,
        *,
        aligns: bool = True,
    ) -> None:
        self.slots: Final = len(whispers)
        # `warm_up` halves it where the memory does not suffice.
        self.max_batch = options.max_batch or _MAX_BATCH[whispers[0].model.device]
        self._whispers = list(whispers)
        self._idle: SimpleQueue[int] = SimpleQueue()
        for slot in range(self.slots):
            self._idle.put(slot)
        self._model = model
        self._aligns = aligns
        self._languages = options.languages or model.languages
        self._extract = whispers[0].feature_extractor
        self._prompts = Prompts(whispers[0].hf_tokenizer, multilingual=model.multilingual)
        self._search = Search(self._prompts, options.gates)
        per_second = whispers[0].frames_per_second
        self.context: Final = choose(
            options.audio_context,
            model.window_s * per_second,
            [seconds * per_second for seconds in model.short_windows_s],
        )

    def batch_key(self, request: DecodeRequest) -> Hashable:
        """Return what must be equal: the window, the prompts' length and the first search.

        CTranslate2 wants ``<|startoftranscript|>`` at one position in a batch; languages and tasks
        may differ. A beam search's result depends on its token limit, a greedy one's does not.
        """
        options = request.options
        window = self.context.window_for(len(request.samples))
        n_prompt = len(self._prompts.tokens(options, _ENGLISH))
        limit = max_tokens(request, options.beam_size) if options.beam_size > 1 else None
        return (window, n_prompt, options.temperatures[0], options.beam_size, limit)

    def transcribe(self, batch: Sequence[DecodeRequest]) -> list[Hypothesis]:
        """See `engine.Engine`.

        Raises:
            SegmentTooLong: If a request is longer than the model's window.
            UnsupportedLanguage: If a request's language or task is not the model's.
            UnsupportedValue: If word times are wanted of a model that can't tell them.
        """
        self._check(batch)
        slot = self._idle.get()
        try:
            return self._transcribe(self._whispers[slot], batch)
        finally:
            self._idle.put(slot)

    def warm_up(self, request: DecodeRequest) -> None:
        """Decode a request in each shape that will be in use, and forget what was heard.

        A GPU's kernels are loaded, and its memory is taken, when they are first needed: not by the
        first speakers. Where the memory does not suffice for the largest batch, that is halved.

        Raises:
            RuntimeError: CTranslate2's, if it does not suffice for a single request.
        """
        self._rehearse([request])
        while self.max_batch > 1:
            try:
                self._rehearse([request] * self.max_batch)
            except (RuntimeError, MemoryError) as error:
                if not is_out_of_memory(error):
                    raise
                _LOG.warning("the memory does not suffice for %d at once", self.max_batch)
                self.max_batch //= 2
            else:
                return

    @property
    def device(self) -> str:
        """See `engine.Engine`."""
        models = [whisper.model for whisper in self._whispers]
        if models[0].device == "cpu":
            return str(Device("cpu"))
        indices = (index for model in models for index in model.device_index)
        return str(Device("cuda", tuple(indices)))

    @property
    def compute_type(self) -> str:
        """See `engine.Engine`."""
        return str(self._whispers[0].model.compute_type)

    def close(self) -> None:
        """See `engine.Engine`; waits for calls in flight."""
        for _ in range(self.slots):
            self._idle.get()
        # Not unload_model(): that does nothing while a worker still puts its last result away.
        self._whispers.clear()
        release_free_memory()

    def _rehearse(self, batch: Sequence[DecodeRequest]) -> None:
        """Decode a batch once in each window and on each device."""
        for whisper in self._whispers:
            for window in self.context.windows:
                self._decode(whisper, batch, window, retry=False)

    def _transcribe(
        self, whisper: WhisperModel, batch: Sequence[DecodeRequest]
    ) -> list[Hypothesis]:
        window = self.context.window_for(len(batch[0].samples))
        longer = self.context.second_look(window)
        if longer is None:
            return self._decode(whisper, batch, window)
        hypotheses = self._decode(whisper, batch, window, retry=False)
        doubtful = [
            index
            for index, hypothesis in enumerate(hypotheses)
            if is_doubtful(hypothesis, len(batch[index].samples))
        ]
        if doubtful:
            again = self._decode(whisper, [batch[index] for index in doubtful], longer)
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
        languages = hear_languages(whisper, encoded, batch, self._languages)
        heard = EncodedBatch(whisper, encoded, batch, languages)
        hypotheses = self._search.find_texts(heard, retry=retry)
        return find_words(heard, hypotheses, self._prompts)

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
        name = self._model.name
        for request in batch:
            if len(request.samples) > self._model.window_s * SAMPLE_RATE:
                # Its end would be cut off, and the text would end in nonsense.
                raise SegmentTooLong(
                    f"{name} takes {self._model.window_s} s at once, and not "
                    f"{len(request.samples) / SAMPLE_RATE:.1f}"
                )
            options = request.options
            asked = options.languages if options.language is None else {options.language}
            unknown = asked - self._model.languages
            if unknown or not possible(options, self._languages):
                codes = ", ".join(map(repr, sorted(unknown or asked)))
                raise UnsupportedLanguage(f"{name} does not understand {codes}")
            if options.task is Task.TRANSLATE and not self._model.multilingual:
                raise UnsupportedLanguage(f"{name} is English only, and can't translate")
            if options.word_times and not self._aligns:
                raise UnsupportedValue(
                    f"{name} can't tell when words were said: it names no alignment_heads"
                )
