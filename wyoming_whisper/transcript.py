"""The values that travel between the rooms of the program."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wyoming_whisper.audio.pcm import Block


class Task(Enum):
    """What the model is asked to write."""

    TRANSCRIBE = "transcribe"
    TRANSLATE = "translate"


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of an utterance that goes to the model at once.

    Attributes:
        start: Position of the first sample, counted at 16 kHz from the start of the utterance.
        end: Position behind the last sample.
        samples: 16 kHz mono, float32 in [-1, 1], shape ``(end - start,)``.
    """

    start: int
    end: int
    samples: Block

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end or self.samples.shape != (self.end - self.start,):
            raise ValueError(f"not a segment: [{self.start}, {self.end}) {self.samples.shape}")


class Rejection(Enum):
    """Why a hypothesis is not believed."""

    NO_SPEECH = "no speech"
    LOW_PROBABILITY = "low probability"
    COMPRESSION = "compression ratio"
    REPETITION = "repetition"
    PROMPT_ECHO = "prompt echo"


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """What the engine returned for a segment.

    Attributes:
        text: The decoded text, without surrounding white space.
        language: Whisper's code of the language spoken.
        avg_logprob: Mean natural-log probability of the tokens, end of text included.
        no_speech_prob: The model's probability of ``<|nospeech|>``.
        compression_ratio: UTF-8 bytes over zlib-compressed bytes; high for loops.
        n_tokens: Text tokens produced.
        rejection: Why the text must not be shown, or ``None``.
        retried: Whether this is the second, deterministic decode.
    """

    text: str
    language: str
    avg_logprob: float
    no_speech_prob: float
    compression_ratio: float
    n_tokens: int
    rejection: Rejection | None = None
    retried: bool = False


@dataclass(frozen=True, slots=True)
class TranscriptUpdate:
    """What is known of an utterance's transcript.

    Attributes:
        text: The transcript; Home Assistant would take white space around it for words.
        language: Whisper's code, or ``None`` where nothing was decoded.
    """

    text: str
    language: str | None

    def __post_init__(self) -> None:
        if self.text != self.text.strip():
            raise ValueError("a transcript has no white space around it")
