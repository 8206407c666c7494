"""Models on their way to the scheduler, with fetching and loading as the tests want them."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
from fakes import FakeEngine, hypothesis, tone
from hypothesis import given, settings
from hypothesis import strategies as st
from virtual_time import run_virtual

from wyoming_whisper.engines.engine import DecodeOptions, DecodeRequest
from wyoming_whisper.engines.whisper.models import Model
from wyoming_whisper.errors import DeviceUnavailable, ModelLoading, ModelNotFound, ShuttingDown
from wyoming_whisper.scheduling.lifecycle import keep_decoding, load_once
from wyoming_whisper.scheduling.model_status import ModelState, ModelStatus
from wyoming_whisper.scheduling.policy import Priority
from wyoming_whisper.scheduling.scheduler import Scheduler

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from wyoming_whisper.engines.engine import Engine
    from wyoming_whisper.engines.whisper.hub import Progress
    from wyoming_whisper.errors import ServiceError
    from wyoming_whisper.values import Hypothesis

ON_DISK: Final = Model("toy", Path("toy"), None, frozenset({"en"}))
ON_THE_HUB: Final = replace(ON_DISK, path=None, repo_id="someone/toy")
REQUEST: Final = DecodeRequest(tone(0.1), DecodeOptions())


class StrictEngine(FakeEngine):
    """Is used only while it is open."""

    def __init__(self) -> None:
        super().__init__()
        self.has_closed = threading.Event()

    def close(self) -> None:
        super().close()
        self.has_closed.set()

    def transcribe(self, batch: Sequence[DecodeRequest]) -> list[Hypothesis]:
        assert not self.closed
        return super().transcribe(batch)


class Supply:
    """Fetches in two steps, after so many failures, and loads a fake engine each time.

    Loads fail while there is an error, and wait for the gate.
    """

    def __init__(self, *, failures: int = 0) -> None:
        self.failures = failures
        self.error: Exception | None = None
        self.asked = threading.Event()
        self.gate = threading.Event()
        self.gate.set()
        self.fetched: list[Model] = []
        self.loaded: list[Model] = []
        self.engines: list[StrictEngine] = []

    def fetch(self, model: Model, progress: Progress) -> Model:
        self.fetched.append(model)
        if len(self.fetched) <= self.failures:
            raise ModelNotFound("no network")
        for percent in (5, 7, 15):
            progress(percent, 100)
        return replace(model, path=Path("fetched"))

    def load(self, model: Model) -> Engine:
        self.loaded.append(model)
        self.asked.set()
        assert self.gate.wait(30)
        if self.error is not None:
            raise self.error
        # The memory of two may be more than there is.
        assert all(engine.closed for engine in self.engines)
        self.engines.append(StrictEngine())
        return self.engines[-1]


@contextlib.asynccontextmanager
async def kept_decoding(
    scheduler: Scheduler, model: Model, supply: Supply, *, idle_unload_s: float | None = None
) -> AsyncIterator[None]:
    """Keep decoding for the length of a block."""
    task = asyncio.create_task(
        keep_decoding(scheduler, model, supply.fetch, supply.load, idle_unload_s=idle_unload_s)
    )
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def test_load_once() -> None:
    """A model on disk is loaded as it is; another one is fetched first."""
    supply = Supply()
    assert await load_once(ON_DISK, supply.fetch, supply.load) is supply.engines[0]
    supply.engines[0].close()
    await load_once(ON_THE_HUB, supply.fetch, supply.load)
    assert supply.fetched == [ON_THE_HUB]
    assert supply.loaded == [ON_DISK, replace(ON_THE_HUB, path=Path("fetched"))]
    with pytest.raises(ModelNotFound):
        await load_once(ON_THE_HUB, Supply(failures=1).fetch, supply.load)


async def test_a_model_on_disk_is_waited_for() -> None:
    """What is asked for while a model is loaded is answered when it is."""
    scheduler = Scheduler()
    early = scheduler.submit(REQUEST, Priority.FINAL)
    async with kept_decoding(scheduler, ON_DISK, Supply()):
        assert await early == hypothesis("100 ms")


async def test_a_load_that_fails_ends_the_decoding() -> None:
    """Files that cannot be loaded are the owner's to mend."""

    def load(model: Model) -> Engine:
        raise ModelNotFound(f"{model.name} is damaged")

    with pytest.raises(ModelNotFound, match="toy is damaged"):
        await keep_decoding(Scheduler(), ON_DISK, Supply().fetch, load)


class RecordingScheduler(Scheduler):
    """Notes what it was told to refuse."""

    def __init__(self) -> None:
        super().__init__()
        self.refusals: list[ServiceError | None] = []

    def refuse(self, error: ServiceError | None) -> None:
        self.refusals.append(error)
        super().refuse(error)


def test_downloads_are_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    """Without a network the tries go on at growing intervals; meanwhile work is refused."""

    async def main() -> float:
        scheduler = RecordingScheduler()
        early = scheduler.submit(REQUEST, Priority.FINAL)
        supply = Supply(failures=3)
        async with kept_decoding(scheduler, ON_THE_HUB, supply):
            assert await early == hypothesis("100 ms")
            assert await scheduler.submit(REQUEST, Priority.FINAL) == hypothesis("100 ms")
            refused = [error for error in scheduler.refusals if error]
            seconds = asyncio.get_running_loop().time()
        assert [str(error) for error in refused].count("no network") == 3
        assert {type(error) for error in refused} == {ModelLoading}
        return seconds

    assert run_virtual(main()) == 5 + 10 + 20
    assert [m for m in caplog.messages if "next try" in m] == [
        f"no network; next try in {pause_s} s" for pause_s in (5, 10, 20)
    ]


async def test_progress_is_logged_and_told(caplog: pytest.LogCaptureFixture) -> None:
    """Each tenth of a download is a line of the log, and who asks is told each hundredth."""
    caplog.set_level(logging.INFO)
    scheduler = RecordingScheduler()
    early = scheduler.submit(REQUEST, Priority.FINAL)
    async with kept_decoding(scheduler, ON_THE_HUB, Supply()):
        await early
    said = "the model toy is still being downloaded, {} %".format
    told = [str(error) for error in scheduler.refusals if error]
    assert told[:4] == [said(percent) for percent in (0, 5, 7, 15)]
    assert [m for m in caplog.messages if "downloaded" in m] == [said(0), said(15)]


MINUTE: Final = 60.0


def test_an_idle_model_is_unloaded(caplog: pytest.LogCaptureFixture) -> None:
    """A minute after the last work the engine is closed, and not a moment sooner."""
    caplog.set_level(logging.INFO)

    async def main() -> None:
        scheduler, supply = Scheduler(), Supply()
        async with kept_decoding(scheduler, ON_DISK, supply, idle_unload_s=MINUTE):
            await scheduler.submit(REQUEST, Priority.FINAL)
            (engine,) = supply.engines
            await asyncio.sleep(MINUTE - 1)
            assert not engine.has_closed.is_set()
            # A speaker who says nothing keeps the engine for another minute.
            scheduler.wake()
            await asyncio.sleep(MINUTE - 1)
            assert not engine.has_closed.is_set()
            await asyncio.sleep(2)
            assert await asyncio.to_thread(engine.has_closed.wait, 30)
            await asyncio.sleep(100 * MINUTE)
            assert len(supply.loaded) == 1
            assert await scheduler.submit(REQUEST, Priority.FINAL) == hypothesis("100 ms")

    run_virtual(main())
    assert len([m for m in caplog.messages if m.startswith("unloaded toy")]) == 1


def test_who_begins_to_speak_has_the_model_loaded() -> None:
    """An unloaded model is loaded again when it is about to be wanted, or when it is wanted."""

    async def main() -> None:
        scheduler, supply = Scheduler(), Supply()
        async with kept_decoding(scheduler, ON_DISK, supply, idle_unload_s=MINUTE):
            assert await scheduler.submit(REQUEST, Priority.FINAL) == hypothesis("100 ms")
            await asyncio.sleep(2 * MINUTE)
            supply.gate.clear()
            supply.asked.clear()
            scheduler.wake()
            assert await asyncio.to_thread(supply.asked.wait, 30)
            early = scheduler.submit(REQUEST, Priority.FINAL)
            supply.gate.set()
            assert await early == hypothesis("100 ms")
            await asyncio.sleep(2 * MINUTE)
            assert await scheduler.submit(REQUEST, Priority.FINAL) == hypothesis("100 ms")
            assert len(supply.loaded) == 3

    run_virtual(main())


def test_a_decode_is_not_cut_off() -> None:
    """However long a call takes, its engine is not unloaded under it."""

    async def main() -> None:
        scheduler, supply = Scheduler(), Supply()
        gate = threading.Event()
        async with kept_decoding(scheduler, ON_DISK, supply, idle_unload_s=MINUTE):
            await scheduler.submit(REQUEST, Priority.FINAL)
            supply.engines[0].gate = gate
            slow = scheduler.submit(REQUEST, Priority.FINAL)
            await asyncio.sleep(3 * MINUTE)
            assert not supply.engines[0].has_closed.is_set()
            gate.set()
            assert await slow == hypothesis("100 ms")
        assert len(supply.loaded) == 1

    run_virtual(main())


def test_a_load_that_fails_later_ends_nothing(caplog: pytest.LogCaptureFixture) -> None:
    """If the model cannot be loaded again, who waits is told why, and the next one tries again."""

    async def main() -> None:
        scheduler, supply = Scheduler(), Supply()
        async with kept_decoding(scheduler, ON_DISK, supply, idle_unload_s=MINUTE):
            await scheduler.submit(REQUEST, Priority.FINAL)
            await asyncio.sleep(2 * MINUTE)
            supply.error = DeviceUnavailable("toy does not fit into the memory of cuda")
            for _ in range(2):
                with pytest.raises(ModelLoading, match="does not fit"):
                    await scheduler.submit(REQUEST, Priority.FINAL)
                await asyncio.sleep(2 * MINUTE)
            assert len(supply.loaded) == 3
            supply.error = None
            assert await scheduler.submit(REQUEST, Priority.FINAL) == hypothesis("100 ms")

    run_virtual(main())
    assert caplog.messages.count("toy does not fit into the memory of cuda") == 2


async def test_who_waits_for_a_load_is_told_of_the_end() -> None:
    """A server that ends while it loads leaves nobody without an answer."""
    scheduler, supply = Scheduler(), Supply()
    supply.gate.clear()
    async with kept_decoding(scheduler, ON_DISK, supply):
        job = scheduler.submit(REQUEST, Priority.FINAL)
        await asyncio.sleep(0)
    supply.gate.set()
    with pytest.raises(ShuttingDown):
        await job
    with pytest.raises(ShuttingDown):
        scheduler.submit(REQUEST, Priority.FINAL)


# What happens, and how many seconds after what happened before: about the time of unloading, too.
days = st.lists(
    st.tuples(
        st.sampled_from(["submit", "submit and leave", "wake"]),
        st.sampled_from([0.0, 1.0, MINUTE - 1, MINUTE, MINUTE + 1, 5 * MINUTE]),
        st.integers(0, 3),  # turns of the loop in between
    ),
    max_size=12,
)


@given(day=days)
@settings(deadline=None, max_examples=60)
def test_nothing_is_lost_between_loads(day: list[tuple[str, float, int]]) -> None:
    """Whenever work comes, it is decoded by an engine that is open, and by one at a time."""

    async def main() -> None:
        scheduler, supply = Scheduler(), Supply()
        async with kept_decoding(scheduler, ON_DISK, supply, idle_unload_s=MINUTE):
            jobs = []
            for event, pause_s, turns in day:
                await asyncio.sleep(pause_s)
                for _ in range(turns):
                    await asyncio.sleep(0)
                if event == "wake":
                    scheduler.wake()
                    continue
                job = scheduler.submit(REQUEST, Priority.FINAL)
                if event == "submit":
                    jobs.append(job)
                else:
                    job.cancel()
            assert [await job for job in jobs] == [hypothesis("100 ms")] * len(jobs)

    run_virtual(main())


class RecordingStatus(ModelStatus):
    """Notes the states it went through."""

    def __init__(self) -> None:
        super().__init__()
        self.states: list[ModelState] = []

    def enter(self, state: ModelState, reason: str = "") -> None:
        if not self.states or self.states[-1] is not state:
            self.states.append(state)
        super().enter(state, reason)


class WatchedScheduler(Scheduler):
    """Notes the states that its model went through."""

    def __init__(self) -> None:
        super().__init__()
        self.model: RecordingStatus = RecordingStatus()  # type: ignore[misc]

    @property
    def states(self) -> list[str]:
        return [state.value for state in self.model.states]


def test_the_states_of_a_model() -> None:
    """A model is fetched, loaded, unloaded and loaded again, and says so; then it is gone."""

    async def main() -> list[str]:
        scheduler, supply = WatchedScheduler(), Supply(failures=1)
        assert scheduler.model.state.value == "loading"
        early = scheduler.submit(REQUEST, Priority.FINAL)
        async with kept_decoding(scheduler, ON_THE_HUB, supply, idle_unload_s=MINUTE):
            await asyncio.sleep(1)
            assert scheduler.states[-1] == "fetching"
            assert str(scheduler.refusal) == "no network"
            await early
            assert scheduler.refusal is None
            assert scheduler.model.is_ready
            assert (scheduler.model.device, scheduler.model.compute_type) == ("cpu", "int8")
            assert scheduler.model.load_s is not None
            await asyncio.sleep(2 * MINUTE)
            assert scheduler.states[-1] == "unloaded"
            await scheduler.submit(REQUEST, Priority.FINAL)
        return scheduler.states

    assert run_virtual(main()) == [
        "fetching", "loading", "loaded", "unloaded", "loading", "loaded", "gone",
    ]  # fmt: skip


def test_a_load_that_fails_later_is_told() -> None:
    """A model that cannot be loaded again has failed, with the reason, until a load works."""

    async def main() -> list[str]:
        scheduler, supply = WatchedScheduler(), Supply()
        async with kept_decoding(scheduler, ON_DISK, supply, idle_unload_s=MINUTE):
            await scheduler.submit(REQUEST, Priority.FINAL)
            await asyncio.sleep(2 * MINUTE)
            supply.error = DeviceUnavailable("toy does not fit into the memory of cuda")
            with pytest.raises(ModelLoading):
                await scheduler.submit(REQUEST, Priority.FINAL)
            assert not scheduler.model.is_ready
            assert scheduler.model.reason == "toy does not fit into the memory of cuda"
            supply.error = None
            await scheduler.submit(REQUEST, Priority.FINAL)
            assert scheduler.model.reason == ""
        return scheduler.states

    assert run_virtual(main()) == [
        "loading", "loaded", "unloaded", "loading", "failed", "loading", "loaded", "gone",
    ]  # fmt: skip


async def test_a_first_load_that_fails_is_the_end() -> None:
    """A model that could not be loaded at all is gone."""
    scheduler, supply = WatchedScheduler(), Supply()
    supply.error = DeviceUnavailable("no cuda")
    with pytest.raises(DeviceUnavailable):
        await keep_decoding(scheduler, ON_DISK, supply.fetch, supply.load)
    assert scheduler.states == ["loading", "gone"]
