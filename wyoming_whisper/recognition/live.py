"""A live stream: chunks come while somebody speaks, and go to the recognition at its pace."""

from __future__ import annotations

import asyncio
import math
from collections import deque
from functools import partial
from typing import TYPE_CHECKING, Final

from wyoming_whisper.recognition.transcript_stream import TranscriptStream

if TYPE_CHECKING:
    from collections.abc import Callable

    from wyoming_whisper.audio.pcm_format import PcmFormat
    from wyoming_whisper.recognition.turn_watch import TurnWatch
    from wyoming_whisper.recognition.utterance import Utterance

# A second of 16 kHz 16 bit: what is given to the recognition at once, give or take a chunk.
_FEED_BYTES: Final = 32_000


class LiveStream(TranscriptStream):
    """An utterance that is being spoken.

    `put` and `end` are for who reads the client, and never wait; iterating is for another task.

    Args:
        utterance: What is recognised.
        consumed: Called whenever chunks have been taken.
        speech_started: Called once with where somebody began to speak, in samples, if the server is
            to find out when they end.

    Attributes:
        n_waiting_bytes: Of chunks that have not been taken.
        ended_at: When `end` was called, or the turn ended without that, in the loop's time; inf
            before.
    """

    def __init__(
        self,
        utterance: Utterance,
        consumed: Callable[[], None],
        speech_started: Callable[[int], None] = lambda _: None,
    ) -> None:
        super().__init__(utterance)
        self.n_waiting_bytes = 0
        self.ended_at = math.inf
        self._consumed = consumed
        self._chunks: deque[tuple[PcmFormat, bytes]] = deque()
        self._arrived = asyncio.Event()
        self._is_closed = False  # nothing follows
        self._speech_started = speech_started
        self._has_told = False  # that somebody speaks
        if utterance.turn is not None:
            utterance.turn.changed = partial(self._note_turn, utterance.turn)

    @property
    def turn(self) -> TurnWatch | None:
        """What is known of its end; ``None`` where only `end` says that."""
        return self._utterance.turn

    @property
    def has_ended_early(self) -> bool:
        """Whether its speaker has finished, though nobody called `end`."""
        return self.turn is not None and self.turn.has_ended

    @property
    def was_cut(self) -> bool:
        """Whether its speaker went on behind such an end."""
        return self.turn is not None and self.turn.was_cut

    def put(self, pcm_format: PcmFormat, data: bytes) -> None:
        """Add a chunk."""
        self._chunks.append((pcm_format, data))
        self.n_waiting_bytes += len(data)
        self._arrived.set()

    def end(self) -> None:
        """Say that nothing follows."""
        self._is_closed = True
        if self.ended_at == math.inf:
            self.ended_at = asyncio.get_running_loop().time()
        self._arrived.set()

    async def overhear(self) -> None:
        """Take what comes behind a turn that has ended early, which nobody is told of."""
        while await self._arrives(lambda: self._is_closed):
            await self._utterance.feed(*self._take())

    async def _feed(self, utterance: Utterance) -> None:
        while not self.has_ended_early and await self._arrives(
            lambda: self._is_closed or self.has_ended_early
        ):
            await utterance.feed(*self._take())
        if self.has_ended_early:
            self.ended_at = asyncio.get_running_loop().time()

    async def _arrives(self, is_over: Callable[[], bool]) -> bool:
        """Wait for a chunk; return whether there is one."""
        while not self._chunks and not is_over():
            self._arrived.clear()
            await self._arrived.wait()
        return bool(self._chunks)

    def _note_turn(self, turn: TurnWatch) -> None:
        is_due = turn.uses_endpointing and not self._has_told
        if is_due and turn.speech_start is not None:
            self._has_told = True
            self._speech_started(turn.speech_start)
        self._arrived.set()

    def _take(self) -> tuple[PcmFormat, bytes]:
        """Return what waits, joined while the format is one.

        One window needs three of Home Assistant's chunks, and who sends faster than we recognise
        need not be heard chunk by chunk.
        """
        pcm_format, data = self._chunks.popleft()
        parts, n_bytes = [data], len(data)
        while self._chunks and self._chunks[0][0] == pcm_format and n_bytes < _FEED_BYTES:
            parts.append(self._chunks.popleft()[1])
            n_bytes += len(parts[-1])
        self.n_waiting_bytes -= n_bytes
        self._consumed()
        return pcm_format, b"".join(parts)
