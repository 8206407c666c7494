"""A program: a model as clients see it, with what it can do and how it is used by default.

Nothing of the model is copied here: what a program can do follows from its model, whenever somebody
asks. When another model takes its place there is another program, so whoever has one keeps one
model.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, Protocol, TypeVar

from wyoming_whisper.audio.pcm import SAMPLE_RATE
from wyoming_whisper.errors import ModelLoading, UnsupportedLanguage
from wyoming_whisper.recognition.turn_watch import TurnOptions
from wyoming_whisper.scheduling.model_status import ModelState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from wyoming_whisper.engines.engine import ModelFacts
    from wyoming_whisper.recognition.eager import EagerOptions
    from wyoming_whisper.recognition.snapping import Snapping
    from wyoming_whisper.scheduling.lifecycle import Lifecycle
    from wyoming_whisper.scheduling.model_status import ModelStatus
    from wyoming_whisper.speech.segmenter import SegmentingOptions
    from wyoming_whisper.values import DecodeOptions


@dataclass(frozen=True, slots=True)
class ProgramOptions:
    """What the owner decides of a program, whatever its model.

    Attributes:
        title: What clients choose the program by, beside its model's name.
        decoding: How segments are decoded where a client does not say, but for the beams.
        segmenting: How speech is cut, in a window as long as any model's.
        beam_size: Beams where a client does not say; 0 for the model's own.
        languages: The only languages to offer; empty for all of the model's.
        eager: When to decode before the end of an utterance; ``None`` for never.
        turn: When an utterance ends before its client says so.
    """

    title: str
    decoding: DecodeOptions
    segmenting: SegmentingOptions
    beam_size: int = 0
    languages: frozenset[str] = frozenset()
    eager: EagerOptions | None = None
    turn: TurnOptions = field(default_factory=TurnOptions)

    def segmenting_for(self, facts: ModelFacts) -> SegmentingOptions:
        """Return how speech is cut for a model.

        Raises:
            ValueError: If its window is too short for that.
        """
        window_samples = facts.window_s * SAMPLE_RATE
        return replace(
            self.segmenting, max_samples=min(self.segmenting.max_samples, window_samples)
        )


@dataclass(frozen=True, slots=True)
class Outlook:
    """A model that is to take the place of the one that serves.

    Attributes:
        languages: Whisper's codes of what will be offered then.
        progress: How far it is, for people.
    """

    languages: frozenset[str]
    progress: str


class Program:
    """A named model, and how it is used.

    Args:
        lifecycle: The model's life.
        options: What the owner decides.
        coming: Returns the life of the model that is to take this one's place, or could not;
            ``None`` where there is none.
        snapping: Writes its transcripts as the household does; ``None`` where nobody wants that.
    """

    def __init__(
        self,
        lifecycle: Lifecycle,
        options: ProgramOptions,
        coming: Callable[[], Lifecycle | None] = lambda: None,
        snapping: Snapping | None = None,
    ) -> None:
        self.lifecycle: Final = lifecycle
        self.options: Final = options
        self.coming: Final = coming
        self.snapping: Final = snapping

    def with_model(self, lifecycle: Lifecycle) -> Program:
        """Return the program that this one becomes when another model takes its model's place."""
        return Program(lifecycle, self.options, self.coming, self.snapping)

    @property
    def names(self) -> tuple[str, str]:
        """What clients may call it: by its title, or by its model."""
        return self.options.title, self.name

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
        """What its model is called."""
        return self.facts.name

    @property
    def languages(self) -> frozenset[str]:
        """Whisper's codes of what it offers."""
        return self.options.languages or self.facts.languages

    @property
    def outlook(self) -> Outlook | None:
        """The model that is to take this one's place, if one is on its way."""
        coming = self.coming()
        if coming is None or coming.status.state is ModelState.FAILED:
            return None
        facts = coming.model.facts
        progress = coming.status.reason or f"the model {facts.name} is being loaded"
        return Outlook(self.options.languages or facts.languages, progress)

    @property
    def decoding(self) -> DecodeOptions:
        """How segments are decoded where a client does not say."""
        beam_size = self.options.beam_size or self.facts.beam_size
        return replace(self.options.decoding, beam_size=beam_size)

    @property
    def segmenting(self) -> SegmentingOptions:
        """How speech is cut where a client does not say."""
        return self.options.segmenting_for(self.facts)


class Named(Protocol):
    """What clients choose by a name."""

    @property
    def names(self) -> tuple[str, ...]:
        """What it may be called."""
        ...


N = TypeVar("N", bound=Named)


def by_name(programs: Iterable[N], name: str | None) -> N | None:
    """Return the first program that a client calls so, if there is one; case does not matter."""
    if name is None:
        return None
    called = name.casefold()
    return next((one for one in programs if called in map(str.casefold, one.names)), None)


def check_language(
    language: str, facts: ModelFacts, offered: frozenset[str], outlook: Outlook | None
) -> None:
    """Raise unless speech in a language can be decoded now.

    Args:
        language: Whisper's code.
        facts: Of the model that serves.
        offered: Whisper's codes of what is offered now.
        outlook: The model that is to come.

    Raises:
        ModelLoading: If the model that is to come understands it.
        UnsupportedLanguage: If neither does.
    """
    if language in offered:
        return
    message = f"{facts.name} does not understand {language!r}"
    if outlook is not None and language in outlook.languages:
        raise ModelLoading(f"{message}; {outlook.progress}")
    raise UnsupportedLanguage(message, parameter="language")
