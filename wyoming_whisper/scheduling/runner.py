"""Engines at work.

Work-conserving: whenever a device has room for a call, `policy.pick_batch` says what goes next;
nothing waits for company. A call that has started cannot be stopped, so a departed caller's result
is thrown away.

Several engines share a device. One that takes `n` calls at once fills an n-th of it with each, and
the next call waits until its part is free, whoever else could use what is free: so a large model is
not starved by a small one.
"""

from __future__ import annotations

import asyncio
import logging
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from wyoming_whisper.errors import ClientError, EngineFailed, ServiceError, ShuttingDown

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from wyoming_whisper.engines.engine import Engine
    from wyoming_whisper.scheduling.queue import DecodeQueue, Job
    from wyoming_whisper.values import Hypothesis

_LOG: Final = logging.getLogger(__name__)


class Device:
    """What engines share: starts the next call whenever there is room for it.

    Args:
        queue: Where the calls come from.
    """

    def __init__(self, queue: DecodeQueue) -> None:
        self._queue = queue
        self._runners: dict[Hashable, Runner] = {}
        self._free = Fraction(1)
        self._is_due = False  # a look at the queue is on its way
        queue.watch(self.look)

    def add(self, runner: Runner) -> None:
        """Let an engine take part."""
        self._runners[runner.program] = runner
        self.look()

    def remove(self, runner: Runner) -> None:
        """Let an engine start no more calls."""
        del self._runners[runner.program]

    def release(self, share: Fraction) -> None:
        """Take a part back, at the end of a call."""
        self._free += share
        self.look()

    def look(self) -> None:
        """See to it that the queue is looked at: soon, as others may come in the same turn."""
        if self._runners and not self._is_due:
            self._is_due = True
            asyncio.get_running_loop().call_soon(self._start_calls)

    def _start_calls(self) -> None:
        self._is_due = False
        while batch := self._queue.next_batch(
            {program: runner.engine.max_batch for program, runner in self._runners.items()}
        ):
            runner = self._runners[batch[0].program]
            if runner.share > self._free:
                return
            self._free -= runner.share
            self._queue.remove(batch)
            runner.start(batch)


class Devices:
    """The devices of one queue, by the names that engines give them."""

    def __init__(self, queue: DecodeQueue) -> None:
        self._queue = queue
        self._devices: dict[str, Device] = {}

    def of(self, engine: Engine) -> Device:
        """Return the device that an engine is on."""
        if engine.device not in self._devices:
            self._devices[engine.device] = Device(self._queue)
        return self._devices[engine.device]


class Runner:
    """One engine at work on the jobs of one program.

    Args:
        program: Whose jobs.
        engine: What decodes them.
        queue: Where they wait.
        device: What the engine shares with others.

    Attributes:
        share: The part of its device that a call fills.
        used_at: When a call last ended or somebody was about to need one, in the loop's time.
    """

    def __init__(
        self, program: Hashable, engine: Engine, queue: DecodeQueue, device: Device
    ) -> None:
        self.program: Final = program
        self.engine: Final = engine
        self.share: Final = Fraction(1, engine.slots)
        self.used_at = 0.0
        self._queue = queue
        self._device = device
        self._in_call: set[Job] = set()
        self._calls: asyncio.TaskGroup | None = None  # while it runs

    @property
    def n_in_call(self) -> int:
        """How many jobs are being decoded."""
        return len(self._in_call)

    async def run(self, *, idle_s: float | None = None) -> None:
        """Decode until nobody has wanted anything for some time.

        What comes then waits for the program's next engine. Cancelling ends it sooner, and fails
        what is being decoded.

        Args:
            idle_s: How long nobody must have wanted anything; ``None`` never ends by itself.
        """
        self.used_at = asyncio.get_running_loop().time()
        self._queue.open(self.program, self.engine.batch_key)
        try:
            async with asyncio.TaskGroup() as self._calls:
                self._device.add(self)
                try:
                    await self._until_idle(idle_s)
                finally:
                    self._device.remove(self)
        finally:
            self._queue.close(self.program)

    def start(self, batch: Sequence[Job]) -> None:
        """Start a call, for which the device has room."""
        assert self._calls is not None  # noqa: S101 - the device knows it only while it runs
        self._in_call.update(batch)
        self._calls.create_task(self._serve(batch))

    async def _until_idle(self, idle_s: float | None) -> None:
        if idle_s is None:
            await asyncio.Event().wait()  # which nobody sets
            return
        clock = asyncio.get_running_loop().time
        while (left_s := self.used_at + idle_s - clock()) > 0:
            await asyncio.sleep(left_s)
            if self._in_call or self._queue.has_work_for(self.program):
                self.used_at = clock()

    async def _serve(self, batch: Sequence[Job]) -> None:
        try:
            await self._decode(batch)
        except asyncio.CancelledError:
            # Nothing but the server's end cancels a call.
            for job in batch:
                job.result.settle(ShuttingDown())
            raise
        finally:
            self._in_call.difference_update(batch)
            self._device.release(self.share)

    async def _decode(self, batch: Sequence[Job]) -> None:
        outcomes = await self._call(batch)
        if len(batch) > 1 and isinstance(outcomes, Exception):
            # One request may have spoilt it for all: each gets a call of its own.
            for job in batch:
                await self._decode([job])
            return
        stats = self._queue.stats
        if isinstance(outcomes, Exception):
            stats.failed += 1
            outcomes = [outcomes]
        for job, outcome in zip(batch, outcomes, strict=True):
            if job.result.cancelled():
                stats.discarded += 1
            else:
                job.result.settle(outcome)

    async def _call(self, batch: Sequence[Job]) -> Sequence[Hypothesis | Exception] | Exception:
        clock = asyncio.get_running_loop().time
        started = clock()
        try:
            return await self.engine.transcribe([job.request for job in batch])
        except (ClientError, ServiceError) as error:
            return error
        except Exception:  # noqa: BLE001 - whatever an engine raises, its callers get an answer
            _LOG.exception("an engine call with %d requests failed", len(batch))
            return EngineFailed("the speech could not be decoded")
        finally:
            self.used_at = clock()
            decode_s = self.used_at - started
            for job in batch:
                job.result.queued_s = started - job.result.submitted_at
                job.result.decode_s = decode_s
            stats = self._queue.stats
            stats.batches[len(batch)] += 1
            stats.engine_s += decode_s
            stats.longest_s = max(stats.longest_s, decode_s)
