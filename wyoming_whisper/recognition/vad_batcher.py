"""The windows of all streams → probabilities of speech, off the event loop where it is busy.

Theory of operation. Who needs windows scored waits for them here. There is one call of the detector
at a time, and it takes the next windows of every stream that waits; none is kept waiting for others
to come. So the calls grow with the load, and a window in a large one costs half as much.

A few windows are scored in the event loop, because the way to a thread and back would take as long.
More are scored in a thread: the detector lets go of the interpreter, and the loop serves sockets.
"""

from __future__ import annotations

import asyncio
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np

from wyoming_whisper.audio.pcm import EMPTY_BLOCK
from wyoming_whisper.speech.vad import WINDOW_SAMPLES, VadStream

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wyoming_whisper.audio.pcm import Block
    from wyoming_whisper.speech.vad import Vad

# A third of a millisecond: a file's stretch, and a few live streams' windows beside it.
_MAX_IN_LOOP: Final = 12
# More make a window no cheaper, and the first one would wait for longer than 2 ms. The last stretch
# may go beyond it.
_MAX_BATCH: Final = 64


class VadBatcher:
    """Scores windows for any number of streams.

    Args:
        vad: The detector; awaited by the first windows while it is still loading.
        max_in_loop: How many windows at once are scored in the event loop; more go to the thread.
    """

    def __init__(self, vad: asyncio.Future[Vad], max_in_loop: int = _MAX_IN_LOOP) -> None:
        self._vad = vad
        self._max_in_loop = max_in_loop
        self._waiting: deque[_Waiting] = deque()
        self._is_scoring = False
        # It starts with the first large call, and ends with this object or the program.
        self._thread = ThreadPoolExecutor(1, "vad")

    async def probabilities(self, stream: VadStream, windows: Block) -> list[float]:
        """Return the probability of speech in each of a stream's next windows.

        A stream waits for one stretch at a time. Cancelling this abandons the stream: whether the
        windows have been scored is unknown then. Raises what the detector, or its loading, raises.

        Args:
            stream: Whose windows they are.
            windows: At least one, and few: others wait for all of them. Shape ``(n, 512)``.
        """
        if not self._vad.done():
            # It is everybody's: one stream's end must not cancel its loading.
            await asyncio.shield(self._vad)
        loop = asyncio.get_running_loop()
        waiting = _Waiting(stream, windows, loop.create_future())
        self._waiting.append(waiting)
        self._go_on()
        return await waiting.scores

    def _go_on(self) -> None:
        """Have those who wait scored, if there are any and no call is on its way."""
        if self._waiting and not self._is_scoring:
            self._is_scoring = True
            # Not at once: others come in the same turn of the loop.
            asyncio.get_running_loop().call_soon(self._score)

    def _score(self) -> None:
        """Start a call for those who wait."""
        batch: list[_Waiting] = []
        n_windows = 0
        while self._waiting and n_windows < _MAX_BATCH:
            waiting = self._waiting.popleft()
            if not waiting.scores.done():  # who has left costs nothing
                batch.append(waiting)
                n_windows += len(waiting.windows)
        if not batch:
            self._is_scoring = False
            return
        score = partial(self._probabilities, [(w.stream, w.windows) for w in batch])
        loop = asyncio.get_running_loop()
        if n_windows > self._max_in_loop:
            call = loop.run_in_executor(self._thread, score)
            call.add_done_callback(partial(self._deliver, batch))
            return
        done: asyncio.Future[list[list[float]]] = loop.create_future()
        try:
            done.set_result(score())
        except Exception as error:  # noqa: BLE001 - raised where the windows are awaited
            done.set_exception(error)
        self._deliver(batch, done)

    def _probabilities(self, stretches: Sequence[tuple[VadStream, Block]]) -> list[list[float]]:
        return self._vad.result().probabilities(stretches)

    def _deliver(self, batch: Sequence[_Waiting], call: asyncio.Future[list[list[float]]]) -> None:
        """Hand out the results of a call, and go on with the next one."""
        error = call.exception()
        results = [] if error is not None else call.result()
        for number, waiting in enumerate(batch):
            if waiting.scores.done():
                continue
            if error is not None:
                waiting.scores.set_exception(error)
            else:
                waiting.scores.set_result(results[number])
        self._is_scoring = False
        self._go_on()


@dataclass(frozen=True, slots=True, eq=False)
class _Waiting:
    stream: VadStream
    windows: Block
    scores: asyncio.Future[list[float]]


class StreamWindows:
    """One stream's samples, cut into windows and scored.

    Args:
        batcher: Scores them.

    Attributes:
        waited_s: Seconds waited for scores, all together.
    """

    def __init__(self, batcher: VadBatcher) -> None:
        self.waited_s = 0.0
        self._batcher = batcher
        self._stream = VadStream()
        self._rest = EMPTY_BLOCK  # less than a window

    async def feed(self, block: Block) -> list[tuple[Block, float]]:
        """Return the windows that are whole now, each with its probability of speech.

        Args:
            block: 16 kHz mono, shape ``(n_samples,)``.

        Returns:
            Windows of shape ``(512,)``, in order.
        """
        samples = np.concatenate((self._rest, block)) if len(self._rest) else block
        whole = len(samples) - len(samples) % WINDOW_SAMPLES
        self._rest = samples[whole:]
        if not whole:
            return []
        windows = samples[:whole].reshape(-1, WINDOW_SAMPLES)
        clock = asyncio.get_running_loop().time
        asked = clock()
        probabilities = await self._batcher.probabilities(self._stream, windows)
        self.waited_s += clock() - asked
        return list(zip(windows, probabilities, strict=True))

    async def finish(self) -> list[tuple[Block, float]]:
        """Return the last window, filled up with zeros, if there is a part of one."""
        if not len(self._rest):
            return []
        return await self.feed(np.zeros(WINDOW_SAMPLES - len(self._rest), np.float32))
