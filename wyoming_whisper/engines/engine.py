"""What the scheduler asks of an engine, and in which words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from wyoming_whisper.values import Task

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from wyoming_whisper.audio.pcm import Block
    from wyoming_whisper.values import Hypothesis


@dataclass(frozen=True, slots=True)
class DecodeOptions:
    """Everything but the samples that determines a hypothesis.

    Attributes:
        language: Whisper code of what is spoken, or ``None`` to detect it.
        languages: The only ones to detect, where none is given; empty for all that the engine was
            loaded for.
        task: Write what was said, or its English translation.
        prompt: Text that the speech continues: names and spellings to expect.
        hotwords: Words to expect, between commas; they stand in front of the prompt, and the last
            are left out where both are too long.
        beam_size: 1 is greedy.
        temperatures: Of the sampling, tried in turn until a text is believed; 0 is the search
            without chance, and its second, wider try. Only 0 is reproducible.
        word_times: Whether to find out when each word was said.
    """

    language: str | None = None
    languages: frozenset[str] = frozenset()
    task: Task = Task.TRANSCRIBE
    prompt: str = ""
    hotwords: str = ""
    beam_size: int = 1
    temperatures: tuple[float, ...] = (0.0,)
    word_times: bool = False

    def __post_init__(self) -> None:
        if not self.temperatures or not all(0 <= t <= 1 for t in self.temperatures):
            raise ValueError("temperatures are from 0 to 1, and at least one")


@dataclass(frozen=True, slots=True, eq=False)
class DecodeRequest:
    """One segment to decode: a value that may be sent anywhere, and sent again.

    Attributes:
        samples: 16 kHz mono, shape ``(n_samples,)``, no longer than the engine's window.
        options: How to decode.
    """

    samples: Block
    options: DecodeOptions


class Engine(Protocol):
    """Decodes batches. Its methods are called on the scheduler's threads, never on the loop."""

    @property
    def slots(self) -> int:
        """How many calls of `transcribe` it takes at once."""
        ...

    @property
    def max_batch(self) -> int:
        """How many requests may share a call, at least 1."""
        ...

    @property
    def device(self) -> str:
        """Where it decodes, such as ``cpu`` or ``cuda:0``, while it is open. Quick."""
        ...

    @property
    def compute_type(self) -> str:
        """What it decodes with, such as ``int8``, while it is open. Quick."""
        ...

    def batch_key(self, request: DecodeRequest) -> Hashable:
        """Return what must be equal for requests to share a call. Quick, and thread-safe."""
        ...

    def transcribe(self, batch: Sequence[DecodeRequest]) -> list[Hypothesis]:
        """Decode requests of one batch key; a hypothesis for each, in order.

        Companions in a batch never change a hypothesis.
        """
        ...

    def close(self) -> None:
        """Free the model; no call follows."""
        ...
