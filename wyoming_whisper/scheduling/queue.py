"""What waits to be decoded, of all programs: one queue for each class of work.

Each class is bounded; above the bound work is refused at once, or who has the time waits for room.
A caller who goes gives its place up at once. Nothing here takes longer the more jobs wait, but for
the search for the next job of some programs and for its companions.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Final

from wyoming_whisper.errors import Overloaded
from wyoming_whisper.scheduling.policy import pick_batch
from wyoming_whisper.values import Priority

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence

    from wyoming_whisper.engines.engine import DecodeRequest
    from wyoming_whisper.values import Hypothesis


@dataclass(slots=True)
class DecodeStats:
    """Counters of the queue and of the calls that serve it, since the start.

    Attributes:
        submitted: Jobs accepted.
        refused: Jobs turned away at the door.
        dropped: Jobs whose caller left before they were picked.
        discarded: Results whose caller left during the call.
        failed: Jobs whose decode raised.
        batches: Engine calls by the number of their jobs.
        engine_s: Seconds spent in engine calls.
        longest_s: Seconds of the longest of them: for so long a command may wait for the engine.
    """

    submitted: int = 0
    refused: int = 0
    dropped: int = 0
    discarded: int = 0
    failed: int = 0
    batches: Counter[int] = field(default_factory=Counter)
    engine_s: float = 0.0
    longest_s: float = 0.0

    @property
    def calls(self) -> int:
        """Engine calls."""
        return self.batches.total()

    def line(self) -> str:
        """Return one line for the log."""
        sizes = ", ".join(f"{n} of {size}" for size, n in sorted(self.batches.items()))
        return (
            f"{self.calls} calls of the model in {self.engine_s:.1f} s, "
            f"the longest {self.longest_s * 1000:.0f} ms"
            + (f", by segments: {sizes}" if sizes else "")
        )


class PendingDecode(asyncio.Future["Hypothesis"]):
    """A hypothesis to come. Cancelling it gives its place up at once.

    Attributes:
        submitted_at: When it was asked for, in the loop's time.
        queued_s: Seconds that it waited for the engine, once it is there.
        decode_s: Seconds of the engine call that made it.
    """

    def __init__(self, given_up: Callable[[PendingDecode], None]) -> None:
        loop = asyncio.get_running_loop()
        super().__init__(loop=loop)
        self.submitted_at: Final = loop.time()
        self.queued_s = 0.0
        self.decode_s = 0.0
        self._given_up = given_up

    def cancel(self, msg: object = None) -> bool:
        """See `asyncio.Future.cancel`."""
        cancelled = super().cancel(msg)
        if cancelled:
            self._given_up(self)
        return cancelled

    def settle(self, outcome: Hypothesis | Exception) -> None:
        """Set the result, unless there is one, or the caller has gone."""
        if self.done():
            return
        if isinstance(outcome, Exception):
            self.set_exception(outcome)
            # A caller who has gone without cancelling will not ask.
            self.exception()
        else:
            self.set_result(outcome)


@dataclass(eq=False, slots=True)
class Job:
    """A request that waits, or is being decoded.

    Attributes:
        request: What to decode.
        program: Whose engine is to decode it.
        result: What its caller holds.
        priority: Its class; a promotion changes it.
        batch_key: The engine's, once the program has one.
    """

    request: DecodeRequest
    program: Hashable
    result: PendingDecode
    priority: Priority
    batch_key: Hashable = None


class DecodeQueue:
    """Takes requests from the start, and gives them to whoever has an engine.

    Args:
        max_queued: Most waiting jobs of each class.
    """

    def __init__(self, *, max_queued: int) -> None:
        self.stats: Final = DecodeStats()
        self._max_queued = max_queued
        # Oldest first.
        self._classes: Final[dict[Priority, dict[PendingDecode, Job]]] = {p: {} for p in Priority}
        # Of the programs that have an engine.
        self._batch_keys: Final[dict[Hashable, Callable[[DecodeRequest], Hashable]]] = {}
        # Called when there is something new to pick.
        self._watchers: Final[list[Callable[[], None]]] = []
        # Set when a place has become free.
        self._has_moved = asyncio.Event()

    def submit(
        self, request: DecodeRequest, priority: Priority, program: Hashable
    ) -> PendingDecode:
        """Queue a request.

        The future may raise `EngineFailed`, `ModelLoading`, `ShuttingDown`, or a `ClientError` or
        `ServiceError` of the engine's.

        Raises:
            Overloaded: If the class is full.
        """
        waiting = self._classes[priority]
        if len(waiting) >= self._max_queued:
            self.stats.refused += 1
            raise Overloaded("too many requests are waiting, try again later")
        job = Job(request, program, PendingDecode(self._give_up), priority)
        if batch_key := self._batch_keys.get(program):
            job.batch_key = batch_key(request)
        waiting[job.result] = job
        self.stats.submitted += 1
        self._tell()
        return job.result

    async def room(self, priority: Priority) -> None:
        """Wait until a class is not full.

        Who then submits before awaiting anything else finds it so. Cancelling is safe.
        """
        while len(self._classes[priority]) >= self._max_queued:
            self._has_moved.clear()
            await self._has_moved.wait()

    def promote(self, result: PendingDecode, priority: Priority) -> None:
        """Move a job that still waits to another class, as its newest; others are left alone."""
        for waiting in self._classes.values():
            if job := waiting.pop(result, None):
                job.priority = priority
                self._classes[priority][result] = job
                self._has_moved.set()
                return

    def is_waiting(self, priority: Priority) -> bool:
        """Tell whether a job of a class waits, of any program."""
        return bool(self._classes[priority])

    @property
    def n_waiting(self) -> dict[Priority, int]:
        """How many jobs of each class wait."""
        return {priority: len(waiting) for priority, waiting in self._classes.items()}

    def has_work_for(self, program: Hashable) -> bool:
        """Tell whether a job of a program waits."""
        return any(job.program == program for job in self._jobs())

    def watch(self, watcher: Callable[[], None]) -> None:
        """Have a function called whenever there is something new to pick."""
        self._watchers.append(watcher)

    def open(self, program: Hashable, batch_key: Callable[[DecodeRequest], Hashable]) -> None:
        """Take note that a program has an engine, and what the batch keys of its jobs are."""
        self._batch_keys[program] = batch_key
        for job in self._jobs():
            if job.program == program:
                job.batch_key = batch_key(job.request)
        self._tell()

    def close(self, program: Hashable) -> None:
        """Take note that a program has no engine any more; its jobs wait for the next one."""
        self._batch_keys.pop(program, None)

    def next_batch(self, max_batches: Mapping[Hashable, int]) -> list[Job]:
        """Return what `policy.pick_batch` would pick; it stays in the queue."""
        return pick_batch(
            {priority: waiting.values() for priority, waiting in self._classes.items()},
            max_batches,
        )

    def remove(self, jobs: Sequence[Job]) -> None:
        """Take jobs out of the queue."""
        for job in jobs:
            del self._classes[job.priority][job.result]
        self._has_moved.set()

    def fail(self, program: Hashable, error: Exception) -> None:
        """Answer all that waits for a program with an error."""
        failed = [job for job in self._jobs() if job.program == program]
        self.remove(failed)
        for job in failed:
            job.result.settle(error)

    def _jobs(self) -> Iterable[Job]:
        return chain.from_iterable(waiting.values() for waiting in self._classes.values())

    def _tell(self) -> None:
        for watcher in self._watchers:
            watcher()

    def _give_up(self, result: PendingDecode) -> None:
        for waiting in self._classes.values():
            if waiting.pop(result, None):
                self.stats.dropped += 1
                self._has_moved.set()
