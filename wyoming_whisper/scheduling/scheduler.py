"""One queue in front of the engine, shared by everybody.

Work-conserving: whenever the engine has a free slot, `batching.pick_batch` says what goes next;
nothing waits for company. Each class of work has a bounded queue; above the bound work is refused
at once, or who has the time waits for room. A caller who goes gives its place up at once. A call
that has started cannot be stopped, so a departed caller's result is then thrown away.

Nothing here takes longer the more jobs wait, but for the search for companions of one batch key.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Final

from wyoming_whisper.errors import (
    ClientError,
    EngineFailed,
    Overloaded,
    ServiceError,
    ShuttingDown,
)
from wyoming_whisper.scheduling.model_status import ModelState, ModelStatus
from wyoming_whisper.scheduling.policy import Priority, pick_batch

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Sequence

    from wyoming_whisper.engines.engine import DecodeRequest, Engine
    from wyoming_whisper.values import Hypothesis

_LOG: Final = logging.getLogger(__name__)


@dataclass(slots=True)
class SchedulerStats:
    """Counters since the start.

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


@dataclass(eq=False, slots=True)
class _Job:
    request: DecodeRequest
    priority: Priority
    result: PendingDecode
    batch_key: Hashable = None


class Scheduler:
    """Takes requests from the start, and decodes them once it runs on an engine.

    Args:
        max_queued: Most waiting jobs of each class.
    """

    def __init__(self, *, max_queued: int = 64) -> None:
        self.stats: Final = SchedulerStats()
        self.model: Final = ModelStatus()
        self._max_queued = max_queued
        # Oldest first.
        self._queues: dict[Priority, dict[PendingDecode, _Job]] = {p: {} for p in Priority}
        self._in_call: set[_Job] = set()
        self._has_work = asyncio.Event()
        self._has_moved = asyncio.Event()
        self._used_at = 0.0  # the loop's time
        self._engine: Engine | None = None
        self._refusal: ServiceError | None = None

    def submit(self, request: DecodeRequest, priority: Priority) -> PendingDecode:
        """Queue a request.

        The future may raise `EngineFailed`, `ShuttingDown` or a `ClientError` of the engine's.

        Raises:
            Overloaded: If the class's queue is full.
            ServiceError: What `refuse` was told.
        """
        queue = self._queues[priority]
        if self._refusal is not None or len(queue) >= self._max_queued:
            self.stats.refused += 1
            raise self._refusal or Overloaded("too many requests are waiting, try again later")
        job = _Job(request, priority, PendingDecode(self._give_up))
        if self._engine is not None:
            job.batch_key = self._engine.batch_key(request)
        queue[job.result] = job
        self.stats.submitted += 1
        self.wake()
        return job.result

    async def room(self, priority: Priority) -> None:
        """Wait until a class's queue is not full, or `refuse` was told why it takes nothing.

        Who then submits before awaiting anything else finds it so. Cancelling is safe.
        """
        while self._refusal is None and len(self._queues[priority]) >= self._max_queued:
            self._has_moved.clear()
            await self._has_moved.wait()

    def promote(self, result: PendingDecode, priority: Priority) -> None:
        """Move a job that still waits to another class, as its newest; others are left alone."""
        for queue in self._queues.values():
            if job := queue.pop(result, None):
                job.priority = priority
                self._queues[priority][result] = job
                self._has_moved.set()
                return

    def is_waiting(self, priority: Priority) -> bool:
        """Tell whether a job of a class waits."""
        return bool(self._queues[priority])

    @property
    def n_waiting(self) -> dict[Priority, int]:
        """How many jobs of each class wait."""
        return {priority: len(queue) for priority, queue in self._queues.items()}

    @property
    def n_in_call(self) -> int:
        """How many jobs are being decoded."""
        return len(self._in_call)

    @property
    def refusal(self) -> ServiceError | None:
        """What `refuse` was told."""
        return self._refusal

    def refuse(self, error: ServiceError | None) -> None:
        """Turn away all further requests with this error; ``None`` accepts them again."""
        self._refusal = error
        self._has_moved.set()

    def fail_all(self, error: ServiceError) -> None:
        """Answer all that wait, or are being served, with this error."""
        for job in chain(self._in_call, self._waiting()):
            _resolve(job, error)
        for queue in self._queues.values():
            queue.clear()
        self._has_work.clear()
        self._has_moved.set()

    def stop(self) -> None:
        """Fail everything, now and from now on."""
        stopped = ShuttingDown("the server is shutting down")
        self.model.enter(ModelState.GONE)
        self.refuse(stopped)
        self.fail_all(stopped)

    def wake(self) -> None:
        """Tell that work is about to come: it ends the wait in `wanted`, and keeps the engine."""
        self._used_at = asyncio.get_running_loop().time()
        self._has_work.set()

    async def wanted(self) -> None:
        """Wait for work, or for somebody who says that it is about to come.

        Cancelling is safe.
        """
        await self._has_work.wait()

    async def run(self, engine: Engine, *, idle_s: float | None = None) -> None:
        """Decode until nobody has wanted anything for some time; then close the engine.

        What comes while it is being closed waits for the next engine. Cancelling ends it sooner,
        and for good: what is left then fails, and the engine is closed behind the call in flight,
        which cannot be stopped.

        Args:
            engine: What decodes. It is closed on its own threads.
            idle_s: How long nobody must have wanted anything; ``None`` never ends by itself.
        """
        self._engine = engine
        self.model.device, self.model.compute_type = engine.device, engine.compute_type
        self.model.enter(ModelState.LOADED)
        for job in self._waiting():
            job.batch_key = engine.batch_key(job.request)
        threads = ThreadPoolExecutor(engine.slots, thread_name_prefix="engine")
        try:
            async with asyncio.TaskGroup() as tasks:
                slots = [
                    tasks.create_task(self._serve(engine, threads)) for _ in range(engine.slots)
                ]
                if idle_s is not None:
                    await self._until_idle(idle_s)
                    # Nothing has happened since: none of them is in a call, or has work.
                    for slot in slots:
                        slot.cancel()
        except BaseException:
            self.stop()
            raise
        finally:
            self._engine = None
            closing = threads.submit(engine.close)
            threads.shutdown(wait=False)
        self.model.enter(ModelState.UNLOADED)
        # The memory of two models may be more than there is.
        await asyncio.wrap_future(closing)

    async def _until_idle(self, idle_s: float) -> None:
        clock = asyncio.get_running_loop().time
        self._used_at = clock()
        while (left_s := self._used_at + idle_s - clock()) > 0:
            await asyncio.sleep(left_s)
            if self._in_call or any(self._queues.values()):
                self._used_at = clock()

    async def _serve(self, engine: Engine, threads: ThreadPoolExecutor) -> None:
        queues = {priority: queue.values() for priority, queue in self._queues.items()}
        while True:
            await self._has_work.wait()
            batch = pick_batch(queues, engine.max_batch)
            if not batch:
                self._has_work.clear()
                continue
            for job in batch:
                del self._queues[job.priority][job.result]
            self._has_moved.set()
            self._in_call.update(batch)
            await self._decode(engine, threads, batch)
            self._in_call.difference_update(batch)

    async def _decode(
        self, engine: Engine, threads: ThreadPoolExecutor, batch: Sequence[_Job]
    ) -> None:
        outcomes = await self._call(engine, threads, batch)
        if len(batch) > 1 and isinstance(outcomes, Exception):
            # One request may have spoilt it for all: each gets a call of its own.
            for job in batch:
                await self._decode(engine, threads, [job])
            return
        if isinstance(outcomes, Exception):
            self.stats.failed += 1
            outcomes = [outcomes]
        for job, outcome in zip(batch, outcomes, strict=True):
            if job.result.cancelled():
                self.stats.discarded += 1
            else:
                _resolve(job, outcome)

    async def _call(
        self, engine: Engine, threads: ThreadPoolExecutor, batch: Sequence[_Job]
    ) -> Sequence[Hypothesis | Exception] | Exception:
        loop = asyncio.get_running_loop()
        started = loop.time()
        try:
            return await loop.run_in_executor(
                threads, engine.transcribe, [job.request for job in batch]
            )
        except ClientError as error:
            return error
        except Exception:  # noqa: BLE001 - whatever an engine raises, its callers get an answer
            _LOG.exception("an engine call with %d requests failed", len(batch))
            return EngineFailed("the speech could not be decoded")
        finally:
            self._used_at = loop.time()
            decode_s = self._used_at - started
            for job in batch:
                job.result.queued_s = started - job.result.submitted_at
                job.result.decode_s = decode_s
            self.stats.batches[len(batch)] += 1
            self.stats.engine_s += decode_s
            self.stats.longest_s = max(self.stats.longest_s, decode_s)

    def _waiting(self) -> Iterable[_Job]:
        return chain.from_iterable(queue.values() for queue in self._queues.values())

    def _give_up(self, result: PendingDecode) -> None:
        for queue in self._queues.values():
            if queue.pop(result, None):
                self.stats.dropped += 1
                self._has_moved.set()


def _resolve(job: _Job, outcome: Hypothesis | Exception) -> None:
    if job.result.done():
        return
    if isinstance(outcome, Exception):
        job.result.set_exception(outcome)
        # A caller who has gone without cancelling will not ask.
        job.result.exception()
    else:
        job.result.set_result(outcome)
