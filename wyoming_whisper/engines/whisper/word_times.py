"""When each word of a text was said: Whisper's attention, followed by its own authors' method.

faster-whisper's `find_alignment` finds the likeliest path through the attention of those heads that
follow the speech (openai/whisper, ``timing.py``). Here that is called for short windows, and three
things are added:

1. The path begins at 0, so the first word would be stretched over all that is before it. No word
   begins before the first sound.
2. A companion would change the last digits of the probabilities, in int8 the third, so on a CPU,
   where it would save nothing, nothing is aligned in company.
3. Bytes that are no text cannot be split into words: such a text is one word.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from faster_whisper.transcribe import merge_punctuations

from wyoming_whisper.audio.pcm import SAMPLE_RATE
from wyoming_whisper.values import Word

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Sequence

    import ctranslate2

    from wyoming_whisper.audio.pcm import Block
    from wyoming_whisper.engines.whisper.encoded_batch import EncodedBatch
    from wyoming_whisper.engines.whisper.prompts import Prompts
    from wyoming_whisper.values import Hypothesis

    # What faster-whisper says of a word: its text ("word"), "tokens", "start" and "end" in seconds,
    # "probability".
    Alignment = list[dict[str, Any]]

# Whisper's own.
_BEFORE_WORDS: Final = "\"'“¿([{-"
_BEHIND_WORDS: Final = "\"'.。,，!！?？:：”)]}、"  # noqa: RUF001 - Chinese punctuation

_FRAME_SAMPLES: Final = SAMPLE_RATE // 100
# CTranslate2 finds no path in less.
_MIN_FRAMES: Final = 2
# The encoder's step, which the positions are multiples of.
_STEP_SAMPLES: Final = 2 * _FRAME_SAMPLES
# What is half as far above the quiet as the loud, in decibels, is a sound.
_QUIET_PERCENTILE: Final = 10
_LOUD_PERCENTILE: Final = 95
_DIGITAL_SILENCE: Final = 1e-10


def find_words(
    heard: EncodedBatch, hypotheses: Sequence[Hypothesis], prompts: Prompts
) -> list[Hypothesis]:
    """Return the hypotheses, with words where they were asked for and there is a text to believe.

    Args:
        heard: What was decoded.
        hypotheses: For each request one, with its tokens where words are asked for.
        prompts: The model's.
    """
    with_words = list(hypotheses)
    for group in _groups(heard, hypotheses):
        some = heard.only(group)
        (first, *_), (spoken, *_) = (some.requests, some.languages)
        tokenizer = prompts.tokenizer(spoken.language, first.options.task)
        # A translation is split into words as English is.
        tokenizer.language_code = hypotheses[group[0]].language
        alignments = some.whisper.find_alignment(
            tokenizer,
            [list(hypotheses[index].tokens) for index in group],
            some.encoded,
            [_n_frames(request.samples, some.encoded) for request in some.requests],
        )
        for index, request, alignment in zip(group, some.requests, alignments, strict=True):
            words = place_words(alignment, hypotheses[index], request.samples)
            with_words[index] = replace(hypotheses[index], words=words)
    return with_words


def place_words(alignment: Alignment, hypothesis: Hypothesis, samples: Block) -> tuple[Word, ...]:
    """Return the words of an aligned text.

    Args:
        alignment: As faster-whisper's `find_alignment` returns it for the hypothesis's tokens; it
            is merged in place.
        hypothesis: What was heard.
        samples: What it was heard in, shape ``(n_samples,)``.
    """
    words = tuple(_place(alignment, first_sound(samples), len(samples)))
    n_tokens = sum(word.n_tokens for word in words)
    if n_tokens == len(hypothesis.tokens) and _text(words) == hypothesis.text:
        return words
    probability = float(np.mean([word.probability for word in words])) if words else 0.0
    start, end = (words[0].start, words[-1].end) if words else (0, len(samples))
    return (Word(hypothesis.text, start, end, probability, len(hypothesis.tokens)),)


def first_sound(samples: Block) -> int:
    """Return where the first sound is, at 16 kHz; 0 where all is as loud.

    stable-ts moves words out of the quiet likewise (jianfch/stable-ts, ``wav2mask``).

    Args:
        samples: 16 kHz mono, shape ``(n_samples,)``.
    """
    steps = np.zeros((max(1, -(-len(samples) // _STEP_SAMPLES)), _STEP_SAMPLES), np.float32)
    steps.ravel()[: len(samples)] = samples
    level = np.log10(np.mean(steps**2, axis=1) + _DIGITAL_SILENCE)
    quiet, loud = np.percentile(level, (_QUIET_PERCENTILE, _LOUD_PERCENTILE))
    return _STEP_SAMPLES * int(np.argmax(level > (quiet + loud) / 2))


def _groups(heard: EncodedBatch, hypotheses: Sequence[Hypothesis]) -> list[list[int]]:
    """Return the requests that want words and are to have them, by who may share a call."""
    groups: defaultdict[Hashable, list[int]] = defaultdict(list)
    on_cpu = heard.whisper.model.device == "cpu"
    for index, (request, spoken) in enumerate(zip(heard.requests, heard.languages, strict=True)):
        hypothesis = hypotheses[index]
        if request.options.word_times and hypothesis.text and hypothesis.rejection is None:
            # CTranslate2 takes one start of the transcript for all.
            start = (spoken.language, request.options.task)
            groups[index if on_cpu else start].append(index)
    return list(groups.values())


def _n_frames(samples: Block, encoded: ctranslate2.StorageView) -> int:
    """Return the mel frames that are not padding; more than there are would crash CTranslate2."""
    window = 2 * int(encoded.shape[1])
    return max(_MIN_FRAMES, min(-(-len(samples) // _FRAME_SAMPLES), window))


def _place(alignment: Alignment, first: int, last: int) -> Iterator[Word]:
    """Yield words between two positions, each with its punctuation and the spaces around it."""
    probabilities = [part["probability"] for part in alignment for _ in part["tokens"]]
    merge_punctuations(alignment, _BEFORE_WORDS, _BEHIND_WORDS)
    n_seen = 0
    for word in _merge_blanks([part for part in alignment if part["tokens"]]):
        behind = n_seen + len(word["tokens"])
        start, end = (
            int(np.clip(round(word[side] * SAMPLE_RATE), first, last)) for side in ("start", "end")
        )
        mean = float(np.mean(probabilities[n_seen:behind]))
        yield Word(word["word"], start, end, mean, behind - n_seen)
        n_seen = behind


def _merge_blanks(alignment: Alignment) -> Alignment:
    """Give what is nothing but white space to the word before it, else to the one behind it."""
    merged: Alignment = []
    for part in alignment:
        if merged and not (part["word"].strip() and merged[-1]["word"].strip()):
            before = merged[-1]
            before["word"] += part["word"]
            before["tokens"] = before["tokens"] + part["tokens"]
            before["end"] = part["end"]
        else:
            merged.append(part)
    return merged


def _text(words: Sequence[Word]) -> str:
    return "".join(word.text for word in words).strip()
