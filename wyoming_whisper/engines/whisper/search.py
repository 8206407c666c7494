"""How the text of what was encoded is found.

1. A command's text is reproducible: it is searched without chance, and what is not believed but
   might be mended is searched for once more, wider and without repeats, and still without chance.
   Where the first search was as wide, that would only find what is improbable again. What gives the
   prompt back is searched for without it: that tells whether it was said.
2. For those who allow more temperatures, as callers with a file do, what is then still not believed
   is drawn by lot at one temperature after another, the best of five texts at each.
3. The last text stands, believed or not. So it does with OpenAI (openai/whisper, `transcribe.py`);
   faster-whisper would go back to the most probable one, but here nothing of it is shown anyway.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from faster_whisper.transcribe import get_compression_ratio, get_suppressed_tokens

from wyoming_whisper.audio.pcm import SAMPLE_RATE
from wyoming_whisper.engines.whisper.gates import LOOPS, RETRIED, Gates, Measurement, judge
from wyoming_whisper.engines.whisper.prompts import MAX_LENGTH, Prompts
from wyoming_whisper.values import Hypothesis, Rejection, Task

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    import ctranslate2
    from faster_whisper.tokenizer import Tokenizer

    from wyoming_whisper.engines.engine import DecodeRequest
    from wyoming_whisper.engines.whisper.encoded_batch import EncodedBatch
    from wyoming_whisper.engines.whisper.language_detection import Spoken

_ENGLISH: Final = "en"
# A loop must not cost seconds: people say 3 to 5 words a second, and even a model with a very small
# vocabulary needs no more than 3 or 4 tokens for one.
_TOKENS_PER_SECOND: Final = 16
_TOKENS_AT_LEAST: Final = 16
# The result of a beam search depends on the limit, so only requests of one limit share a call.
_BEAM_TOKENS: Final = 64
# How many texts are drawn at a temperature; OpenAI's and faster-whisper's number.
_BEST_OF: Final = 5
# A text this much less probable, by its natural logarithm, may as well have been said.
_NEARLY: Final = 2.0


@dataclass(frozen=True, slots=True)
class _Manner:
    """How to look for a text."""

    beam_size: int = 1
    no_repeat_ngram: int = 0
    temperature: float = 0.0

    def limit(self, request: DecodeRequest) -> int:
        """Return the token limit of a request."""
        return max_tokens(request, _BEST_OF if self.temperature else self.beam_size)

    @property
    def arguments(self) -> dict[str, Any]:
        """What CTranslate2 calls it."""
        if self.temperature:
            return {
                "beam_size": 1,
                "num_hypotheses": _BEST_OF,
                "sampling_topk": 0,  # all tokens
                "sampling_temperature": self.temperature,
            }
        return {
            "beam_size": self.beam_size,
            "no_repeat_ngram_size": self.no_repeat_ngram,
            "num_hypotheses": self.beam_size,  # they are there, and cost nothing
        }


_WIDER: Final = _Manner(beam_size=5, no_repeat_ngram=3)


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

    def find_texts(self, heard: EncodedBatch, *, retry: bool) -> list[Hypothesis]:
        """Return a hypothesis for each request.

        Args:
            heard: Requests of one first temperature and one width of the beam; where that is not 1,
                of one token limit.
            retry: Whether to look again for what is not believed.
        """
        ladders = [request.options.temperatures for request in heard.requests]
        hypotheses = self._search(heard, ladders[0][0], retry=retry)
        if echoes := _where(hypotheses, {Rejection.PROMPT_ECHO}):
            plain = heard.only(echoes).unprompted()
            said = self._search(plain, ladders[0][0], retry=retry)
            _retried(hypotheses, echoes, [self._unless_silent(found) for found in said])
        for step in range(1, max(map(len, ladders)) if retry else 1):
            groups: defaultdict[float, list[int]] = defaultdict(list)
            for index in _where(hypotheses, RETRIED):
                if step < len(ladders[index]) and not heard.requests[index].options.has_parts:
                    groups[ladders[index][step]].append(index)
            for temperature, group in groups.items():
                _retried(hypotheses, group, self._search(heard.only(group), temperature))
        return hypotheses

    def _search(
        self, heard: EncodedBatch, temperature: float, *, retry: bool = True
    ) -> list[Hypothesis]:
        """Look for texts at one temperature; at 0 and with retries, twice."""
        if temperature:
            return self._by_limit(heard, _Manner(temperature=temperature))
        beam_size = heard.requests[0].options.beam_size
        hypotheses = self._generate(heard, _Manner(beam_size))
        mended = RETRIED if beam_size < _WIDER.beam_size else LOOPS
        # Of a segment whose parts can be decoded apart, a loop may be what was said.
        mendable = [
            index
            for index in _where(hypotheses, mended)
            if not heard.requests[index].options.has_parts
        ]
        if retry and mendable:
            _retried(hypotheses, mendable, self._by_limit(heard.only(mendable), _WIDER))
        return hypotheses

    def _unless_silent(self, hypothesis: Hypothesis) -> Hypothesis:
        """Reject what was found behind an echo where the model doubts that there is speech.

        Of silence an echo is the rule, and what is written without the prompt is as sure of itself.
        """
        is_silent = (hypothesis.no_speech_prob or 0) > self._gates.no_speech
        return replace(hypothesis, rejection=Rejection.NO_SPEECH) if is_silent else hypothesis

    def _by_limit(self, heard: EncodedBatch, manner: _Manner) -> list[Hypothesis]:
        """Look for texts in a manner that depends on the token limit: in a call for each limit."""
        groups: defaultdict[int, list[int]] = defaultdict(list)
        for index, request in enumerate(heard.requests):
            groups[manner.limit(request)].append(index)
        found: dict[int, Hypothesis] = {}
        for group in groups.values():
            found.update(zip(group, self._generate(heard.only(group), manner), strict=True))
        return [found[index] for index in range(len(found))]

    def _generate(self, heard: EncodedBatch, manner: _Manner) -> list[Hypothesis]:
        prompts = [
            self._prompts.tokens(request.options, spoken.language)
            for request, spoken in zip(heard.requests, heard.languages, strict=True)
        ]
        limits = [manner.limit(request) for request in heard.requests]
        results = heard.whisper.model.generate(
            heard.encoded,
            prompts,
            # CTranslate2 allows at most half of this, and at most what the prompt leaves.
            max_length=max(2 * max(limits), max(limits) + len(prompts[0]) - 1),
            return_scores=True,
            return_no_speech_prob=True,
            suppress_tokens=self._suppressed,
            **manner.arguments,
        )
        hypotheses = []
        for index, (result, limit) in enumerate(zip(results, limits, strict=True)):
            if limit < max(limits) and len(result.sequences_ids[0]) >= limit:
                # A companion with a higher limit has let it run on; alone it would have stopped.
                hypotheses += self._generate(heard.only([index]), manner)
            else:
                request, spoken = heard.requests[index], heard.languages[index]
                hypotheses.append(self._hypothesis(result, request, spoken, manner))
        return hypotheses

    def _hypothesis(
        self,
        result: ctranslate2.models.WhisperGenerationResult,
        request: DecodeRequest,
        spoken: Spoken,
        manner: _Manner,
    ) -> Hypothesis:
        options = request.options
        tokens = result.sequences_ids[0]
        tokenizer = self._prompts.tokenizer(spoken.language)
        text = tokenizer.decode(tokens).strip()
        n_tokens = len(tokens)
        measured = Measurement(
            text=text,
            prompt=f"{options.hotwords} {options.prompt}",
            # The score is the mean over the text's tokens; the end of text counts as one more.
            # Of no text there is none.
            avg_logprob=result.scores[0] * n_tokens / (n_tokens + 1) if tokens else 0.0,
            no_speech_prob=result.no_speech_prob,
            compression_ratio=get_compression_ratio(text),
            cut_off=n_tokens >= manner.limit(request),
        )
        text_tokens = (token for token in tokens if token < tokenizer.eot)
        return Hypothesis(
            text=text,
            language=_ENGLISH if options.task is Task.TRANSLATE else spoken.language,
            avg_logprob=measured.avg_logprob,
            no_speech_prob=measured.no_speech_prob,
            compression_ratio=measured.compression_ratio,
            n_tokens=n_tokens,
            rejection=judge(measured, self._gates),
            temperature=manner.temperature,
            language_probability=spoken.probability,
            tokens=tuple(text_tokens) if options.word_times else (),
            # Of texts that were drawn by lot one is as good as another.
            alternatives=() if manner.temperature else _alternatives(result, text, tokenizer),
        )


def _alternatives(
    result: ctranslate2.models.WhisperGenerationResult, text: str, tokenizer: Tokenizer
) -> tuple[str, ...]:
    """Return the other texts that were nearly as probable, best first."""
    # A score is a mean over a text's tokens.
    probable = [
        score * len(tokens)
        for score, tokens in zip(result.scores, result.sequences_ids, strict=True)
    ]
    texts = {
        tokenizer.decode(tokens).strip(): None
        for log_probability, tokens in zip(probable, result.sequences_ids, strict=True)
        if log_probability >= probable[0] - _NEARLY
    }
    return tuple(other for other in texts if other not in {text, ""})


def _where(hypotheses: Sequence[Hypothesis], rejections: Collection[Rejection]) -> list[int]:
    """Return where those are that are not believed for one of these reasons."""
    return [i for i, hypothesis in enumerate(hypotheses) if hypothesis.rejection in rejections]


def _retried(
    hypotheses: list[Hypothesis], indices: Sequence[int], again: Sequence[Hypothesis]
) -> None:
    """Put what was found at another try in the place of what was found before."""
    for index, hypothesis in zip(indices, again, strict=True):
        hypotheses[index] = replace(hypothesis, retried=True)


def max_tokens(request: DecodeRequest, beam_size: int) -> int:
    """Return a request's token limit; where there are beams, one that most requests have."""
    seconds = len(request.samples) / SAMPLE_RATE
    limit = _TOKENS_AT_LEAST + int(_TOKENS_PER_SECOND * seconds)
    if beam_size > 1:
        limit = math.ceil(limit / _BEAM_TOKENS) * _BEAM_TOKENS
    return min(MAX_LENGTH // 2, limit)
