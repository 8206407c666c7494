"""The windows of all live streams → probabilities of speech, off the event loop where it is busy.

Theory of operation. Who needs a window scored waits for it here. There is one call of the detector
at a time, and it takes the next window of every stream that waits; none is kept waiting for others
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

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wyoming_whisper.audio.pcm import Block
    from wyoming_whisper.speech.vad import Vad, VadStream

# A third of a millisecond.
_MAX_IN_LOOP: Final = 4
# More make a window no cheaper, and the first one would wait for longer than 4 ms.
_MAX_BATCH: Final = 64


class WindowScorer:
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

    async def probability(self, stream: VadStream, window: Block) -> float:
        """Return the probability of speech in a stream's next window, shape ``(512,)``.

        A stream waits for one window at a time. Cancelling this abandons the stream: whether the
        window has been scored is unknown then. Raises what the detector, or its loading, raises.
        """
        if not self._vad.done():
            # It is everybody's: one stream's end must not cancel its loading.
            await asyncio.shield(self._vad)
        loop = asyncio.get_running_loop()
        waiting = _Waiting(stream, window, loop.create_future())
        self._waiting.append(waiting)
        self._go_on()
        return await waiting.probability

    def _go_on(self) -> None:
        """Have those who wait scored, if there are any and no call is on its way."""
        if self._waiting and not self._is_scoring:
            self._is_scoring = True
            # Not at once: others come in the same turn of the loop.
            asyncio.get_running_loop().call_soon(self._score)

    def _score(self) -> None:
        """Start a call for those who wait."""
        batch: list[_Waiting] = []
        while self._waiting and len(batch) < _MAX_BATCH:
            waiting = self._waiting.popleft()
            if not waiting.probability.done():  # who has left costs nothing
                batch.append(waiting)
        if not batch:
            self._is_scoring = False
            return
        score = partial(self._probabilities, [(w.stream, w.window) for w in batch])
        loop = asyncio.get_running_loop()
        if len(batch) > self._max_in_loop:
            call = loop.run_in_executor(self._thread, score)
            call.add_done_callback(partial(self._deliver, batch))
            return
        done = loop.create_future()
        try:
            done.set_result(score())
        except Exception as error:  # noqa: BLE001 - raised where the windows are awaited
            done.set_exception(error)
        self._deliver(batch, done)

    def _probabilities(self, windows: Sequence[tuple[VadStream, Block]]) -> list[float]:
        return self._vad.result().probabilities(windows)

    def _deliver(self, batch: Sequence[_Waiting], call: asyncio.Future[list[float]]) -> None:
        """Hand out the results of a call, and go on with the next one."""
        error = call.exception()
        results = [] if error is not None else call.result()
        for number, waiting in enumerate(batch):
            if waiting.probability.done():
                continue
            if error is not None:
                waiting.probability.set_exception(error)
            else:
                waiting.probability.set_result(results[number])
        self._is_scoring = False
        self._go_on()


@dataclass(frozen=True, slots=True, eq=False)
class _Waiting:
    stream: VadStream
    window: Block
    probability: asyncio.Future[float]
