"""How the text of what was encoded is found.

Two rules make a command's text reproducible: no sampling, and at most one retry, which is
deterministic too.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from faster_whisper.transcribe import get_compression_ratio, get_suppressed_tokens

from wyoming_whisper.audio.pcm import SAMPLE_RATE
from wyoming_whisper.inference.quality import RETRIED, Gates, Measurement, judge
from wyoming_whisper.inference.whisper.prompts import MAX_LENGTH, Prompts
from wyoming_whisper.transcript import Hypothesis, Task

if TYPE_CHECKING:
    import ctranslate2

    from wyoming_whisper.inference.engine import DecodeRequest
    from wyoming_whisper.inference.whisper.heard import Heard

_ENGLISH: Final = "en"
# A loop must not cost seconds: people say 3 to 5 words a second, and even a model with a very small
# vocabulary needs no more than 3 or 4 tokens for one.
_TOKENS_PER_SECOND: Final = 16
_TOKENS_AT_LEAST: Final = 16
# The result of a beam search depends on the limit, so only requests of one limit share a call.
_BEAM_TOKENS: Final = 64
_RETRY_BEAM: Final = 5
_RETRY_NGRAM: Final = 3


class Search:
    """Decodes what was heard.

    Args:
        prompts: The model's.
        gates: When a hypothesis is not believed.
    """

    def __init__(self, prompts: Prompts, gates: Gates) -> None:
        self._prompts = prompts
        self._gates = gates
        self._suppressed = list(get_suppressed_tokens(prompts.tokenizer(_ENGLISH), [-1]))

    def find_texts(self, heard: Heard, *, retry: bool) -> list[Hypothesis]:
        """Return a hypothesis for each request.

        Args:
            heard: Requests of one width of the beam; where that is not 1, of one token limit.
            retry: Whether to try again what a wider search may mend.
        """
        hypotheses = self._generate(heard, heard.requests[0].options.beam_size)
        if retry:
            self._retry(heard, hypotheses)
        return hypotheses

    def _retry(self, heard: Heard, hypotheses: list[Hypothesis]) -> None:
        """Put a wider search's hypothesis in the place of each that it may mend."""
        groups: defaultdict[int, list[int]] = defaultdict(list)  # by token limit
        for index, hypothesis in enumerate(hypotheses):
            if hypothesis.rejection in RETRIED:
                groups[max_tokens(heard.requests[index], _RETRY_BEAM)].append(index)
        for group in groups.values():
            second = self._generate(heard.only(group), _RETRY_BEAM, no_repeat_ngram=_RETRY_NGRAM)
            for index, hypothesis in zip(group, second, strict=True):
                hypotheses[index] = replace(hypothesis, retried=True)

    def _generate(
        self, heard: Heard, beam_size: int, *, no_repeat_ngram: int = 0
    ) -> list[Hypothesis]:
        prompts = [
            self._prompts.tokens(request.options, language)
            for request, language in zip(heard.requests, heard.languages, strict=True)
        ]
        limits = [max_tokens(request, beam_size) for request in heard.requests]
        results = heard.whisper.model.generate(
            heard.encoded,
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
            if limit < max(limits) and len(result.sequences_ids[0]) >= limit:
                # A companion with a higher limit has let it run on; alone it would have stopped.
                hypotheses += self._generate(heard.only([index]), beam_size)
            else:
                request, language = heard.requests[index], heard.languages[index]
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
        text = self._prompts.tokenizer(language).decode(tokens).strip()
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


def max_tokens(request: DecodeRequest, beam_size: int) -> int:
    """Return a request's token limit; in a beam search one that most requests have."""
    seconds = len(request.samples) / SAMPLE_RATE
    limit = _TOKENS_AT_LEAST + int(_TOKENS_PER_SECOND * seconds)
    if beam_size > 1:
        limit = math.ceil(limit / _BEAM_TOKENS) * _BEAM_TOKENS
    return min(MAX_LENGTH // 2, limit)
