"""Which hypotheses are not believed: a pure function of what the engine measured.

Whisper writes text for any sound. The first three rules are those of OpenAI's own decoder
(openai/whisper, ``transcribe.py``); loops and echoes of the prompt are its known failures on short
or noisy audio.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from wyoming_whisper.values import Rejection

# A phrase said this often in a row is a loop; people stop at three or four ("no, no, no, no").
_MAX_REPEATS: Final = 5
_MAX_PHRASE_WORDS: Final = 16
# Up to two words in a row may well be said and also stand in the prompt (a name, a room).
_MIN_ECHO_WORDS: Final = 3


@dataclass(frozen=True, slots=True)
class Gates:
    """Thresholds of belief; an infinite one never rejects.

    Attributes:
        no_speech: No-speech probability above which an improbable text is silence.
        logprob: Mean log probability of a token below which a text is improbable.
        compression_ratio: Ratio above which a text repeats itself.
    """

    no_speech: float
    logprob: float
    compression_ratio: float


@dataclass(frozen=True, slots=True)
class Measurement:
    """What is known of a decode that is to be judged.

    Attributes:
        text: The decoded text.
        prompt: What the model was told goes before: the hot words and the prompt.
        avg_logprob: As in `transcript.Hypothesis`.
        no_speech_prob: As in `transcript.Hypothesis`.
        compression_ratio: As in `transcript.Hypothesis`.
        cut_off: Whether the decode ended at its token limit.
    """

    text: str
    prompt: str
    avg_logprob: float
    no_speech_prob: float
    compression_ratio: float
    cut_off: bool


def judge(decode: Measurement, gates: Gates) -> Rejection | None:
    """Return why a decode is not believed, or ``None``."""
    words = split_words(decode.text)
    improbable = decode.avg_logprob < gates.logprob
    rules = (
        # 1. Silence: the model itself doubts that there is speech, and doubts the text.
        (Rejection.NO_SPEECH, improbable and decode.no_speech_prob > gates.no_speech),
        # 2. The prompt's words, given back for want of anything heard, or said. Of silence they may
        # be a loop as well; that is no reason for a wider search, which would find variations.
        (Rejection.PROMPT_ECHO, _echoes(words, split_words(decode.prompt))),
        # 3. Loops.
        (Rejection.COMPRESSION, decode.compression_ratio > gates.compression_ratio),
        (Rejection.REPETITION, decode.cut_off or longest_run(words) > _MAX_REPEATS),
        # 4. Guesswork.
        (Rejection.LOW_PROBABILITY, improbable),
    )
    return next((rejection for rejection, holds in rules if decode.text and holds), None)


LOOPS: Final = frozenset({Rejection.COMPRESSION, Rejection.REPETITION})
"""Rejections that a search without repeats may mend."""
RETRIED: Final = LOOPS | {Rejection.LOW_PROBABILITY}
"""Rejections that a better search may mend."""


def split_words(text: str) -> list[str]:
    """Return a text's words, without case and punctuation."""
    spaced = "".join(c if c.isalnum() or c == "'" else " " for c in text.casefold())
    return spaced.split()


def longest_run(words: list[str], *, min_words: int = 1) -> int:
    """Return how often in a row the most repeated phrase of so many words or more stands."""
    most = 1
    for size in range(min_words, min(_MAX_PHRASE_WORDS, len(words) // 2) + 1):
        run = 0  # words equal to the one a phrase earlier
        for earlier, later in zip(words, words[size:], strict=False):
            run = run + 1 if earlier == later else 0
            most = max(most, run // size + 1)
    return most


def _echoes(words: list[str], prompt: list[str]) -> bool:
    """Tell whether a text may be an echo: of silence a model also writes a prompt's parts anew."""
    return len(words) >= _MIN_ECHO_WORDS and set(words) <= set(prompt)
