"""A transcript while it grows."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from types import TracebackType

    from wyoming_whisper.recognition.accounting import UtteranceReport
    from wyoming_whisper.recognition.utterance import Utterance
    from wyoming_whisper.values import TranscriptUpdate


class TranscriptStream(ABC):
    """Recognises an utterance while it is entered, and gives its transcript as it grows.

    Iterating gives what is known whenever that has grown, and at last the whole; of several updates
    between two steps only the newest is given. Cancelling a step is safe. Leaving gives up what is
    not finished.

    Args:
        utterance: What is recognised; nobody else feeds it.

    Attributes:
        is_complete: Whether the whole has been given.
    """

    def __init__(self, utterance: Utterance) -> None:
        self._utterance = utterance
        utterance.decodes.grown = self._note_growth
        self._running: asyncio.Task[TranscriptUpdate] | None = None  # once entered
        self._has_grown = False  # and nobody has been told
        self.is_complete = False
        self._moved = asyncio.Event()

    @property
    def report(self) -> UtteranceReport:
        """The figures, so far."""
        return self._utterance.report

    @abstractmethod
    async def _feed(self, utterance: Utterance) -> None:
        """Feed the utterance, to its end."""

    async def __aenter__(self) -> Self:
        self._running = asyncio.create_task(self._run())
        self._running.add_done_callback(lambda _: self._moved.set())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        assert self._running is not None  # noqa: S101 - it was entered
        self._utterance.close()
        self._running.cancel()
        await asyncio.wait([self._running])
        if not self._running.cancelled():
            self._running.exception()  # which who iterates has seen, or has no use for

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> TranscriptUpdate:
        """Return the next update.

        Raises:
            ClientError: If what was sent cannot be recognised.
            ServiceError: If a segment was refused, or its decode failed.
        """
        if self.is_complete or self._running is None:
            raise StopAsyncIteration
        while not self._has_grown and not self._running.done():
            self._moved.clear()
            await self._moved.wait()
        if self._running.done():
            self.is_complete = True
            return self._running.result()
        self._has_grown = False
        return self._utterance.decodes.transcript

    async def whole(self) -> TranscriptUpdate:
        """Return the whole transcript; raises as iterating does."""
        async for update in self:
            whole = update
        return whole

    async def _run(self) -> TranscriptUpdate:
        await self._feed(self._utterance)
        return await self._utterance.finish()

    def _note_growth(self) -> None:
        self._has_grown = True
        self._moved.set()
