"""Decoded segments → sentence-like pieces, which is what OpenAI's `segments` are.

Theory of operation. A segment is what the model was given at once, up to 30 s. Where its words have
times, it is cut between two words

1. at a pause of a second, and
2. where a sentence ends: behind "?", "!", "…", "。" and their like; and behind a full stop if white
   space and no digit comes next, and it does not belong to an initial ("J."), a dotted
   abbreviation ("a.m."), an ordinal ("3.") or a title ("Dr."). What goes on in lower case is the
   same sentence ("Stop!" he said).

In doubt there is no cut: a long piece reads better than half a sentence. A segment whose words have
no times is one piece. What was not believed is none. A piece depends on its own segment and on the
language of the text before it, nothing else, so pieces can be told while a file is being decoded.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Final

from wyoming_whisper.audio.pcm import SAMPLE_RATE
from wyoming_whisper.language import space_between
from wyoming_whisper.subtitles.script import Ending, ending, has_letters, is_opening

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from wyoming_whisper.values import DecodedSegment, Hypothesis

_PAUSE_S: Final = 1.0
_FRAMES_A_SECOND: Final = 100


@dataclass(frozen=True, slots=True)
class TimedWord:
    """A word as the model wrote it, and when it was said in the utterance."""

    text: str
    start_s: float
    end_s: float
    probability: float | None


@dataclass(frozen=True, slots=True)
class Piece:
    """A sentence or so.

    Attributes:
        start_s: When it begins, in seconds from the start of the utterance.
        end_s: When it ends, not before its start.
        text: With the white space that separates it from the text before it.
        words: Its words, where their times are known.
        tokens: Its share of the hypothesis's tokens.
        seek: Where its segment starts, in frames of 10 ms.
        hypothesis: What its segment was understood as; holds the probabilities.
    """

    start_s: float
    end_s: float
    text: str
    words: tuple[TimedWord, ...]
    tokens: tuple[int, ...]
    seek: int
    hypothesis: Hypothesis

    def __post_init__(self) -> None:
        if not (0 <= self.start_s <= self.end_s and self.text.strip()):
            raise ValueError(f"not a piece: [{self.start_s}, {self.end_s}]")


def split_segments(
    segments: Iterable[DecodedSegment], *, duration_s: float = math.inf
) -> list[Piece]:
    """Return an utterance's pieces; their texts, joined and stripped, are its transcript.

    Args:
        segments: In order.
        duration_s: Length of the audio. A last segment may go on behind it, in silence.
    """
    pieces: list[Piece] = []
    for segment in segments:
        before = pieces[-1].hypothesis.language if pieces else None
        pieces += split_segment(segment, before=before, duration_s=duration_s)
    return pieces


def split_segment(
    segment: DecodedSegment, *, before: str | None = None, duration_s: float = math.inf
) -> list[Piece]:
    """Return one segment's pieces; none if it was not believed.

    Args:
        segment: With or without words.
        before: Language of the last piece before it, if there is one.
        duration_s: Length of the audio.
    """
    hypothesis = segment.hypothesis
    if hypothesis.rejection is not None or not hypothesis.text:
        return []
    space = space_between(before or hypothesis.language, hypothesis.language)
    seek = segment.start * _FRAMES_A_SECOND // SAMPLE_RATE
    words = _timed_words(segment, duration_s)
    if not words:
        start_s, end_s = (min(at / SAMPLE_RATE, duration_s) for at in (segment.start, segment.end))
        text = space + hypothesis.text
        return [Piece(start_s, end_s, text, (), hypothesis.tokens, seek, hypothesis)]
    # Positions in the words, and in the tokens, at which pieces start.
    starts = [0, *_cuts(words)]
    n_tokens = [0, *accumulate(word.n_tokens for word in hypothesis.words)]
    pieces = []
    for start, end in zip(starts, [*starts[1:], None], strict=True):
        own = words[start:end]
        text = "".join(word.text for word in own)
        if start == 0:
            text = space + text.lstrip()
        if end is None:
            text = text.rstrip()
        tokens = hypothesis.tokens[n_tokens[start] : None if end is None else n_tokens[end]]
        pieces.append(
            Piece(own[0].start_s, own[-1].end_s, text, tuple(own), tokens, seek, hypothesis)
        )
    return pieces


def _timed_words(segment: DecodedSegment, duration_s: float) -> list[TimedWord]:
    """Return the words in seconds of the utterance: in order, and not beyond the segment's end."""
    last_s = min(segment.end / SAMPLE_RATE, duration_s)
    words = []
    at = 0
    for word in segment.hypothesis.words:
        start = max(at, word.start)
        at = max(start, word.end)
        start_s, end_s = ((segment.start + t) / SAMPLE_RATE for t in (start, at))
        words.append(
            TimedWord(word.text, min(start_s, last_s), min(end_s, last_s), word.probability)
        )
    return words


def _cuts(words: Sequence[TimedWord]) -> Iterator[int]:
    """Yield the positions of the words that start a piece, the first word's apart."""
    text = ""
    opening = 0  # how many words, just before this one, only open what it begins
    for position, word in enumerate(words):
        if is_opening(word.text):
            opening += 1
            continue
        head = position - opening
        following = "".join(part.text for part in words[head : position + 1])
        # Other marks belong to what is before them, and white space is nothing to show.
        if has_letters(text) and has_letters(word.text):
            pause_s = words[head].start_s - words[head - 1].end_s
            if pause_s >= _PAUSE_S or _sentence_ends(text, following):
                yield head
                text = ""
        text += following
        opening = 0


def _sentence_ends(text: str, following: str) -> bool:
    """Tell whether a sentence ends between a text and the word that follows it."""
    first = next(character for character in following if character.isalnum())
    match ending(text):
        case Ending.SENTENCE:
            return not first.islower()
        case Ending.FULL_STOP:
            return following[0].isspace() and not (first.islower() or first.isdigit())
        case _:
            return False
