"""A live stream: chunks come while somebody speaks, and go to the recognition at its pace."""

from __future__ import annotations

import asyncio
import math
from collections import deque
from typing import TYPE_CHECKING, Final

from wyoming_whisper.recognition.transcript_stream import TranscriptStream

if TYPE_CHECKING:
    from collections.abc import Callable

    from wyoming_whisper.audio.pcm_format import PcmFormat
    from wyoming_whisper.recognition.utterance import Utterance

# A second of 16 kHz 16 bit: what is given to the recognition at once, give or take a chunk.
_FEED_BYTES: Final = 32_000


class LiveStream(TranscriptStream):
    """An utterance that is being spoken.

    `put` and `end` are for who reads the client, and never wait; iterating is for another task.

    Args:
        utterance: What is recognised.
        consumed: Called whenever chunks have been taken.

    Attributes:
        n_waiting_bytes: Of chunks that have not been taken.
        ended_at: When `end` was called, in the loop's time; inf before.
    """

    def __init__(self, utterance: Utterance, consumed: Callable[[], None]) -> None:
        super().__init__(utterance)
        self.n_waiting_bytes = 0
        self.ended_at = math.inf
        self._consumed = consumed
        self._chunks: deque[tuple[PcmFormat, bytes]] = deque()
        self._arrived = asyncio.Event()

    def put(self, pcm_format: PcmFormat, data: bytes) -> None:
        """Add a chunk."""
        self._chunks.append((pcm_format, data))
        self.n_waiting_bytes += len(data)
        self._arrived.set()

    def end(self) -> None:
        """Say that nothing follows."""
        self.ended_at = asyncio.get_running_loop().time()
        self._arrived.set()

    async def _feed(self, utterance: Utterance) -> None:
        while (chunk := await self._take()) is not None:
            self._consumed()
            await utterance.feed(*chunk)

    async def _take(self) -> tuple[PcmFormat, bytes] | None:
        """Return what waits, joined while the format is one; ``None`` behind the last of it.

        One window needs three of Home Assistant's chunks, and who sends faster than we recognise
        need not be heard chunk by chunk.
        """
        while not self._chunks:
            if self.ended_at < math.inf:
                return None
            self._arrived.clear()
            await self._arrived.wait()
        pcm_format, data = self._chunks.popleft()
        parts, n_bytes = [data], len(data)
        while self._chunks and self._chunks[0][0] == pcm_format and n_bytes < _FEED_BYTES:
            parts.append(self._chunks.popleft()[1])
            n_bytes += len(parts[-1])
        self.n_waiting_bytes -= n_bytes
        return pcm_format, b"".join(parts)
