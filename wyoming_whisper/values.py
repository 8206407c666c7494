"""The values that travel between the rooms of the program."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from wyoming_whisper.audio.pcm import Block

WINDOW_S: Final = 30
"""Seconds of audio that a stock Whisper model takes at once; none takes more."""
MAX_BEAMS: Final = 16
"""More beams of a search cost time and find nothing more."""


class Task(Enum):
    """What the model is asked to write."""

    TRANSCRIBE = "transcribe"
    TRANSLATE = "translate"


class Priority(Enum):
    """Classes of work; `scheduling.policy` has their order."""

    FINAL = "final"
    """Somebody has stopped speaking and waits for the light."""

    INTERACTIVE = "interactive"
    """Language detection and short HTTP requests."""

    EAGER = "eager"
    """A final that may turn out not to be needed."""

    FILE = "file"
    """A segment of a long file."""


@dataclass(frozen=True, slots=True)
class DecodeOptions:
    """Everything but the samples that determines a hypothesis.

    Attributes:
        language: Whisper code of what is spoken, or ``None`` to detect it.
        languages: The only ones to detect, where none is given; empty for all that the engine was
            loaded for.
        likely: A language that was heard before in the same utterance, and how surely: where one is
            to be detected, another is believed only if it is surer, or as sure as can be.
        task: Write what was said, or its English translation.
        prompt: Text that the speech continues: names and spellings to expect.
        hotwords: Words to expect, between commas; they stand in front of the prompt, and the last
            are left out where both are too long.
        beam_size: 1 is greedy.
        temperatures: Of the sampling, tried in turn until a text is believed; 0 is the search
            without chance, and its second, wider try. Only 0 is reproducible.
        word_times: Whether to find out when each word was said.
        has_parts: Whether whoever asks will have the parts of the segment decoded apart if its text
            is not believed, which then need not be searched for again: what looks like a loop may
            be sentences that are alike.
    """

    language: str | None = None
    languages: frozenset[str] = frozenset()
    likely: tuple[str, float] | None = None
    task: Task = Task.TRANSCRIBE
    prompt: str = ""
    hotwords: str = ""
    beam_size: int = 1
    temperatures: tuple[float, ...] = (0.0,)
    word_times: bool = False
    has_parts: bool = False

    def __post_init__(self) -> None:
        if not self.temperatures or not all(0 <= t <= 1 for t in self.temperatures):
            raise ValueError("temperatures are from 0 to 1, and at least one")


@dataclass(frozen=True, slots=True)
class Cut:
    """A place in a segment's samples at which some of the utterance was left out.

    Attributes:
        at: Index of the first sample behind it.
        n_samples: How many samples were left out.
    """

    at: int
    n_samples: int


@dataclass(frozen=True, slots=True)
class Segment:
    """What of an utterance goes to the model at once.

    Attributes:
        start: Position of the first sample, counted at 16 kHz from the start of the utterance.
        end: Position behind the last sample.
        samples: 16 kHz mono, float32 in [-1, 1], shape ``(n_samples,)``.
        cuts: Where silence was left out, in order; with that the samples fill all from start to
            end.
        parts: The segments that were joined to this one; none where it is one stretch.
    """

    start: int
    end: int
    samples: Block
    cuts: tuple[Cut, ...] = ()
    parts: tuple[Segment, ...] = ()

    def __post_init__(self) -> None:
        n_samples = self.end - self.start - sum(cut.n_samples for cut in self.cuts)
        if not 0 <= self.start < self.end or self.samples.shape != (n_samples,):
            raise ValueError(f"not a segment: [{self.start}, {self.end}) {self.samples.shape}")


class Rejection(Enum):
    """Why a hypothesis is not believed."""

    NO_SPEECH = "no speech"
    LOW_PROBABILITY = "low probability"
    COMPRESSION = "compression ratio"
    REPETITION = "repetition"
    PROMPT_ECHO = "prompt echo"


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a hypothesis, and when it was said.

    Attributes:
        text: As the model wrote it: white space before it, punctuation attached.
        start: Position of its first sample, counted at 16 kHz from the start of the segment.
        end: Position behind its last sample, not before ``start``.
        probability: Mean probability of its tokens; ``None`` where the engine does not say.
        n_tokens: How many of the hypothesis's tokens it is made of.
    """

    text: str
    start: int
    end: int
    probability: float | None
    n_tokens: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"not a stretch of a segment: [{self.start}, {self.end})")


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """What the engine returned for a segment.

    Attributes:
        text: The decoded text, without surrounding white space.
        language: Whisper's code of the language spoken.
        avg_logprob: Mean natural-log probability of the tokens, end of text included; ``None``
            where the engine does not say.
        no_speech_prob: The model's probability of ``<|nospeech|>``, or ``None`` likewise.
        compression_ratio: UTF-8 bytes over zlib-compressed bytes, high for loops; or ``None``.
        n_tokens: Text tokens produced; 0 where the engine does not say.
        rejection: Why the text must not be shown, or ``None``.
        retried: Whether this is not the first decode.
        temperature: Of the sampling that found the text; 0 for none.
        language_probability: How sure the model is of a language that it detected itself.
        tokens: The text's tokens, where words were asked for.
        words: The text's words, in order, where they were asked for; their texts joined and
            stripped are the text.
        alternatives: Other texts that were nearly as probable, best first, where the engine tells.
    """

    text: str
    language: str
    avg_logprob: float | None = None
    no_speech_prob: float | None = None
    compression_ratio: float | None = None
    n_tokens: int = 0
    rejection: Rejection | None = None
    retried: bool = False
    temperature: float = 0.0
    language_probability: float | None = None
    tokens: tuple[int, ...] = ()
    words: tuple[Word, ...] = ()
    alternatives: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DecodedSegment:
    """A segment's bounds, counted as `Segment` does, and what was heard in it."""

    start: int
    end: int
    hypothesis: Hypothesis


@dataclass(frozen=True, slots=True)
class TranscriptUpdate:
    """What is known of an utterance's transcript.

    Attributes:
        text: The transcript; Home Assistant would take white space around it for words.
        language: Whisper's code, or ``None`` where nothing was decoded.
        segments: What the text was joined from, and what was not believed, in order.
    """

    text: str
    language: str | None
    segments: tuple[DecodedSegment, ...] = ()

    def __post_init__(self) -> None:
        if self.text != self.text.strip():
            raise ValueError("a transcript has no white space around it")
