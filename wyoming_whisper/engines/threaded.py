"""An engine out of what decodes in a blocking call."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from wyoming_whisper.engines.engine import DecodeRequest
    from wyoming_whisper.values import Hypothesis


class Decoder(Protocol):
    """What an engine is, but for its calls, which block."""

    @property
    def slots(self) -> int:
        """See `engine.Engine`."""
        ...

    @property
    def max_batch(self) -> int:
        """See `engine.Engine`."""
        ...

    @property
    def device(self) -> str:
        """See `engine.Engine`."""
        ...

    @property
    def compute_type(self) -> str:
        """See `engine.Engine`."""
        ...

    def batch_key(self, request: DecodeRequest) -> Hashable:
        """See `engine.Engine`."""
        ...

    def transcribe(self, batch: Sequence[DecodeRequest]) -> list[Hypothesis]:
        """See `engine.Engine`. Called on a thread, by as many at once as there are slots."""
        ...

    def close(self) -> None:
        """Free the model. Called on a thread, where calls may still be in flight."""
        ...


class ThreadedEngine:
    """Runs a decoder on threads of its own, one for each slot.

    Args:
        decoder: What decodes.
    """

    def __init__(self, decoder: Decoder) -> None:
        self._decoder: Final = decoder
        self.slots: Final = decoder.slots
        self.max_batch: Final = decoder.max_batch
        self.device: Final = decoder.device
        self.compute_type: Final = decoder.compute_type
        self.batch_key: Final = decoder.batch_key
        self._threads: Final = ThreadPoolExecutor(self.slots, thread_name_prefix="engine")

    async def transcribe(self, batch: Sequence[DecodeRequest]) -> list[Hypothesis]:
        """See `engine.Engine`."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._decoder.transcribe, batch)

    async def close(self) -> None:
        """See `engine.Engine`."""
        closing = self._threads.submit(self._decoder.close)
        self._threads.shutdown(wait=False)
        await asyncio.shield(asyncio.wrap_future(closing))
