"""A program: a model as clients see it, with what it can do and how it is used by default.

Nothing of the model is copied here. What a program can do follows from the model that it has now,
whenever somebody asks; so when the model is exchanged, all of it is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from wyoming_whisper.audio.pcm import SAMPLE_RATE

if TYPE_CHECKING:
    from wyoming_whisper.engines.engine import ModelFacts
    from wyoming_whisper.recognition.eager import EagerOptions
    from wyoming_whisper.scheduling.lifecycle import Lifecycle
    from wyoming_whisper.scheduling.model_status import ModelStatus
    from wyoming_whisper.speech.segmenter import SegmentingOptions
    from wyoming_whisper.values import DecodeOptions


@dataclass(frozen=True, slots=True)
class ProgramOptions:
    """What the owner decides of a program, whatever its model.

    Attributes:
        decoding: How segments are decoded where a client does not say, but for the beams.
        segmenting: How speech is cut, in a window as long as any model's.
        beam_size: Beams where a client does not say; 0 for the model's own.
        languages: The only languages to offer; empty for all of the model's.
        eager: When to decode before the end of an utterance; ``None`` for never.
    """

    decoding: DecodeOptions
    segmenting: SegmentingOptions
    beam_size: int = 0
    languages: frozenset[str] = frozenset()
    eager: EagerOptions | None = None

    def segmenting_for(self, facts: ModelFacts) -> SegmentingOptions:
        """Return how speech is cut for a model.

        Raises:
            ValueError: If its window is too short for that.
        """
        window_samples = facts.window_s * SAMPLE_RATE
        return replace(
            self.segmenting, max_samples=min(self.segmenting.max_samples, window_samples)
        )


class Program:
    """A named model, and how it is used.

    Args:
        lifecycle: The model's life.
        options: What the owner decides.
    """

    def __init__(self, lifecycle: Lifecycle, options: ProgramOptions) -> None:
        self.lifecycle: Final = lifecycle
        self.options: Final = options

    @property
    def facts(self) -> ModelFacts:
        """What its model can do."""
        return self.lifecycle.model.facts

    @property
    def status(self) -> ModelStatus:
        """How far its model is."""
        return self.lifecycle.status

    @property
    def name(self) -> str:
        """What clients call it."""
        return self.facts.name

    @property
    def languages(self) -> frozenset[str]:
        """Whisper's codes of what it offers."""
        return self.options.languages or self.facts.languages

    @property
    def decoding(self) -> DecodeOptions:
        """How segments are decoded where a client does not say."""
        beam_size = self.options.beam_size or self.facts.beam_size
        return replace(self.options.decoding, beam_size=beam_size)

    @property
    def segmenting(self) -> SegmentingOptions:
        """How speech is cut where a client does not say."""
        return self.options.segmenting_for(self.facts)
