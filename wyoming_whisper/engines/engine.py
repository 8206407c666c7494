"""The contract between what decodes and everybody else.

A `Model` is found by its name, brought to the disk and loaded; that gives an `Engine`, which
decodes. `scheduling` drives both and knows no concrete one. A new engine is a folder beside this
file with these two classes, and a line where `app` makes the registry.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from wyoming_whisper.audio.pcm import Block
    from wyoming_whisper.values import DecodeOptions, Hypothesis

Progress: TypeAlias = "Callable[[int, int], None]"
"""Told the bytes that are there and the bytes in all; called from the downloading thread."""

_ENGLISH = frozenset({"en"})


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """What a model is and can do. Before it has been read, some of it is a guess by its name.

    Attributes:
        name: As its owner asked for it.
        description: One line for people.
        author: Who made it.
        url: Where it comes from.
        languages: Whisper codes of what it understands; English only if that is all.
        window_s: Seconds of audio that it takes at once.
        beam_size: Beams that it is best decoded with; 1 is greedy.
    """

    name: str
    description: str
    author: str
    url: str
    languages: frozenset[str]
    window_s: int
    beam_size: int = 1

    @property
    def multilingual(self) -> bool:
        """Whether it knows languages at all: can detect one, and translate."""
        return self.languages != _ENGLISH


class Model(Protocol):
    """A model that may be loaded. Its methods block; they are called in threads.

    Two that are equal are loaded from the same files in the same way.
    """

    @property
    def facts(self) -> ModelFacts:
        """What it can do."""
        ...

    @property
    def is_local(self) -> bool:
        """Whether it can be loaded without being fetched."""
        ...

    @property
    def is_remote(self) -> bool:
        """Whether it has to come over the network; else what is fetched is made of files here."""
        ...

    @property
    def reason(self) -> str:
        """Why it is this one, in a line for the log; empty where there is nothing to say."""
        ...

    @property
    def stand_in(self) -> Model | None:
        """What is to serve until it has been fetched; ``None`` where nothing else will do."""
        ...

    def words(self) -> frozenset[str]:
        """Return words that it writes as one piece, which people say often; none if not known."""
        ...

    def fetch(self, progress: Progress) -> Model:
        """Return the same model on disk, with its real facts.

        Raises:
            ModelNotFound: If it is not to be had now.
        """
        ...

    def load(self) -> Engine:
        """Return an engine that has decoded with it once.

        Raises:
            StartupError: If its files, the device or its libraries do not work.
        """
        ...


@dataclass(frozen=True, slots=True, eq=False)
class DecodeRequest:
    """One segment to decode: a value that may be sent anywhere, and sent again.

    Attributes:
        samples: 16 kHz mono, shape ``(n_samples,)``, no longer than the model's window.
        options: How to decode.
    """

    samples: Block
    options: DecodeOptions


class Engine(Protocol):
    """Decodes batches. Whatever takes it long, it does beside the event loop."""

    @property
    def slots(self) -> int:
        """How many calls of `transcribe` it takes at once; each fills such a part of its device."""
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

    async def transcribe(self, batch: Sequence[DecodeRequest]) -> list[Hypothesis]:
        """Decode requests of one batch key; a hypothesis for each, in order.

        Companions in a batch never change a hypothesis. Cancelling gives the result up; a call that
        has started may go on.

        Raises:
            ClientError: If a request asks for what the model cannot do.
            SegmentTooLong: If a request is longer than the model's window.
        """
        ...

    async def close(self) -> None:
        """Free the model, behind the calls in flight; no call follows.

        Cancelling gives the wait up, and nothing else.
        """
        ...
