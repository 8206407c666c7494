"""Models on their way to the scheduler, with fetching and loading as the tests want them."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import pytest
from fakes import FACTS, FakeEngine, hypothesis, tone
from hypothesis import given, settings
from hypothesis import strategies as st
from virtual_time import run_virtual

from wyoming_whisper.engines.engine import DecodeRequest
from wyoming_whisper.engines.threaded import ThreadedEngine
from wyoming_whisper.errors import (
    ConfigError,
    DeviceUnavailable,
    ModelLoading,
    ModelNotFound,
    ShuttingDown,
)
from wyoming_whisper.scheduling.lifecycle import Lifecycle
from wyoming_whisper.scheduling.model_status import ModelState, ModelStatus
from wyoming_whisper.scheduling.queue import DecodeQueue
from wyoming_whisper.scheduling.runner import Devices
from wyoming_whisper.values import DecodeOptions, Priority

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from wyoming_whisper.engines.engine import Model, ModelFacts, Progress
    from wyoming_whisper.values import Hypothesis

REQUEST: Final = DecodeRequest(tone(0.1), DecodeOptions())
GUESSED: Final = replace(FACTS, name="toy", languages=frozenset({"en", "de", "fr"}))
READ: Final = replace(GUESSED, languages=frozenset({"en"}), window_s=8, beam_size=5)


class StrictDecoder(FakeEngine):
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
        self.n_fetches = 0
        self.n_loads = 0
        self.decoders: list[StrictDecoder] = []

    def on_disk(self) -> SuppliedModel:
        return SuppliedModel(READ, True, self)

    def on_the_hub(self) -> SuppliedModel:
        return SuppliedModel(GUESSED, False, self)


@dataclass(frozen=True)
class SuppliedModel:
    """A model of a supply; what it can do is a guess before it has been fetched."""

    facts: ModelFacts
    is_local: bool
    supply: Supply
    is_remote: bool = True
    reason: str = ""
    stand_in: None = None

    def words(self) -> frozenset[str]:
        return frozenset()

    def fetch(self, progress: Progress) -> SuppliedModel:
        self.supply.n_fetches += 1
        if self.supply.n_fetches <= self.supply.failures:
            raise ModelNotFound("no network")
        for percent in (5, 7, 15):
            progress(percent, 100)
        return self.supply.on_disk()

    def load(self) -> ThreadedEngine:
        supply = self.supply
        supply.n_loads += 1
        supply.asked.set()
        assert supply.gate.wait(30)
        if supply.error is not None:
            raise supply.error
        # The memory of two may be more than there is.
        assert all(decoder.closed for decoder in supply.decoders)
        supply.decoders.append(StrictDecoder())
        return ThreadedEngine(supply.decoders[-1])


class RecordingStatus(ModelStatus):
    """Notes the states that it went through, and why requests were refused."""

    def __init__(self) -> None:
        super().__init__()
        self.states: list[str] = []
        self.refusals: list[str] = []

    def enter(self, state: ModelState, reason: str = "") -> None:
        if not self.states or self.states[-1] != state.value:
            self.states.append(state.value)
        super().enter(state, reason)
        if self.refusal is not None:
            self.refusals.append(str(self.refusal))


class WatchedLifecycle(Lifecycle):
    """A life whose states are noted."""

    status: RecordingStatus

    def __init__(self, model: Model, **options: Any) -> None:  # noqa: ANN401 - as given
        queue = DecodeQueue(max_queued=64)
        super().__init__(model, queue, Devices(queue), **options)
        self.status = RecordingStatus()


@contextlib.asynccontextmanager
async def living(lifecycle: Lifecycle) -> AsyncIterator[None]:
    """Let a model live for the length of a block."""
    task = asyncio.create_task(lifecycle.run())
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def test_a_model_on_disk_is_waited_for() -> None:
    """What is asked for while a model is loaded is answered when it is."""
    lifecycle = WatchedLifecycle(Supply().on_disk())
    early = lifecycle.submit(REQUEST, Priority.FINAL)
    async with living(lifecycle):
        assert await early == hypothesis("100 ms")


async def test_a_load_that_fails_ends_it() -> None:
    """Files that cannot be loaded are the owner's to mend."""
    supply = Supply()
    supply.error = ModelNotFound("toy is damaged")
    with pytest.raises(ModelNotFound, match="toy is damaged"):
        await WatchedLifecycle(supply.on_disk()).run()


async def test_a_model_is_exchanged_as_a_whole() -> None:
    """What was guessed of a model is replaced by what its files say, once it has been fetched."""
    lifecycle = WatchedLifecycle(Supply().on_the_hub())
    assert lifecycle.model.facts == GUESSED
    early = lifecycle.submit(REQUEST, Priority.FINAL)
    async with living(lifecycle):
        await early
        assert lifecycle.model.facts == READ


async def test_a_fetched_model_is_checked() -> None:
    """A model that turns out to be another one than its owner wants ends the server, unloaded."""

    def check(facts: ModelFacts) -> None:
        if "de" not in facts.languages:
            raise ConfigError(f"{facts.name} does not understand 'de'")

    supply = Supply()
    lifecycle = WatchedLifecycle(supply.on_the_hub(), check=check)
    with pytest.raises(ConfigError, match="toy does not understand 'de'"):
        await lifecycle.run()
    assert (supply.n_loads, lifecycle.model.facts) == (0, GUESSED)


async def test_a_command_does_not_wait_for_a_network() -> None:
    """Where a download is tried once, its failure is the end."""
    with pytest.raises(ModelNotFound, match="no network"):
        await WatchedLifecycle(Supply(failures=1).on_the_hub(), fetches_once=True).run()


def test_downloads_are_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    """Without a network the tries go on at growing intervals; meanwhile work is refused."""

    async def main() -> float:
        lifecycle = WatchedLifecycle(Supply(failures=3).on_the_hub())
        early = lifecycle.submit(REQUEST, Priority.FINAL)
        async with living(lifecycle):
            await asyncio.sleep(1)
            with pytest.raises(ModelLoading, match="no network"):
                lifecycle.submit(REQUEST, Priority.FINAL)
            assert lifecycle.queue.stats.refused == 1
            assert await early == hypothesis("100 ms")
            assert await lifecycle.submit(REQUEST, Priority.FINAL) == hypothesis("100 ms")
            seconds = asyncio.get_running_loop().time()
        assert lifecycle.status.refusals.count("no network") == 3
        return seconds

    assert run_virtual(main()) == 5 + 10 + 20
    assert [m for m in caplog.messages if "next try" in m] == [
        f"no network; next try in {pause_s} s" for pause_s in (5, 10, 20)
    ]


async def test_progress_is_logged_and_told(caplog: pytest.LogCaptureFixture) -> None:
    """Each tenth of a download is a line of the log, and who asks is told each hundredth."""
    caplog.set_level(logging.INFO)
    lifecycle = WatchedLifecycle(Supply().on_the_hub())
    early = lifecycle.submit(REQUEST, Priority.FINAL)
    async with living(lifecycle):
        await early
    said = "the model toy is still being downloaded, {} %".format
    told = list(dict.fromkeys(lifecycle.status.refusals))
    assert told[:4] == [said(percent) for percent in (0, 5, 7, 15)]
    assert [m for m in caplog.messages if "downloaded" in m] == [said(0), said(15)]


MINUTE: Final = 60.0


def test_an_idle_model_is_unloaded(caplog: pytest.LogCaptureFixture) -> None:
    """A minute after the last work the engine is closed, and not a moment sooner."""
    caplog.set_level(logging.INFO)

    async def main() -> None:
        supply = Supply()
        lifecycle = WatchedLifecycle(supply.on_disk(), idle_unload_s=MINUTE)
        async with living(lifecycle):
            await lifecycle.submit(REQUEST, Priority.FINAL)
            (engine,) = supply.decoders
            await asyncio.sleep(MINUTE - 1)
            assert not engine.has_closed.is_set()
            # A speaker who says nothing keeps the engine for another minute.
            lifecycle.expect_work()
            await asyncio.sleep(MINUTE - 1)
            assert not engine.has_closed.is_set()
            await asyncio.sleep(2)
            assert await asyncio.to_thread(engine.has_closed.wait, 30)
            await asyncio.sleep(100 * MINUTE)
            assert supply.n_loads == 1
            assert await lifecycle.submit(REQUEST, Priority.FINAL) == hypothesis("100 ms")

    run_virtual(main())
    assert len([m for m in caplog.messages if m.startswith("unloaded toy")]) == 1


def test_who_begins_to_speak_has_the_model_loaded() -> None:
    """An unloaded model is loaded again when it is about to be wanted, or when it is wanted."""

    async def main() -> None:
        supply = Supply()
        lifecycle = WatchedLifecycle(supply.on_disk(), idle_unload_s=MINUTE)
        async with living(lifecycle):
            assert await lifecycle.submit(REQUEST, Priority.FINAL) == hypothesis("100 ms")
            await asyncio.sleep(2 * MINUTE)
            supply.gate.clear()
            supply.asked.clear()
            lifecycle.expect_work()
            assert await asyncio.to_thread(supply.asked.wait, 30)
            early = lifecycle.submit(REQUEST, Priority.FINAL)
            supply.gate.set()
            assert await early == hypothesis("100 ms")
            await asyncio.sleep(2 * MINUTE)
            assert await lifecycle.submit(REQUEST, Priority.FINAL) == hypothesis("100 ms")
            assert supply.n_loads == 3

    run_virtual(main())


def test_a_decode_is_not_cut_off() -> None:
    """However long a call takes, its engine is not unloaded under it."""

    async def main() -> None:
        supply = Supply()
        lifecycle = WatchedLifecycle(supply.on_disk(), idle_unload_s=MINUTE)
        gate = threading.Event()
        async with living(lifecycle):
            await lifecycle.submit(REQUEST, Priority.FINAL)
            supply.decoders[0].gate = gate
            slow = lifecycle.submit(REQUEST, Priority.FINAL)
            await asyncio.sleep(3 * MINUTE)
            assert not supply.decoders[0].has_closed.is_set()
            gate.set()
            assert await slow == hypothesis("100 ms")
        assert supply.n_loads == 1

    run_virtual(main())


def test_a_load_that_fails_later_ends_nothing(caplog: pytest.LogCaptureFixture) -> None:
    """If the model cannot be loaded again, who waits is told why, and the next one tries again."""

    async def main() -> None:
        supply = Supply()
        lifecycle = WatchedLifecycle(supply.on_disk(), idle_unload_s=MINUTE)
        async with living(lifecycle):
            await lifecycle.submit(REQUEST, Priority.FINAL)
            await asyncio.sleep(2 * MINUTE)
            supply.error = DeviceUnavailable("toy does not fit into the memory of cuda")
            for _ in range(2):
                with pytest.raises(ModelLoading, match="does not fit"):
                    await lifecycle.submit(REQUEST, Priority.FINAL)
                await asyncio.sleep(2 * MINUTE)
            assert supply.n_loads == 3
            supply.error = None
            assert await lifecycle.submit(REQUEST, Priority.FINAL) == hypothesis("100 ms")

    run_virtual(main())
    assert caplog.messages.count("toy does not fit into the memory of cuda") == 2


async def test_who_waits_for_a_load_is_told_of_the_end() -> None:
    """A server that ends while it loads leaves nobody without an answer."""
    supply = Supply()
    lifecycle = WatchedLifecycle(supply.on_disk(), idle_unload_s=MINUTE)
    supply.gate.clear()
    async with living(lifecycle):
        job = lifecycle.submit(REQUEST, Priority.FINAL)
        await asyncio.sleep(0)
    supply.gate.set()
    with pytest.raises(ShuttingDown):
        await job
    with pytest.raises(ShuttingDown):
        lifecycle.submit(REQUEST, Priority.FINAL)


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
        supply = Supply()
        lifecycle = WatchedLifecycle(supply.on_disk(), idle_unload_s=MINUTE)
        async with living(lifecycle):
            jobs = []
            for event, pause_s, turns in day:
                await asyncio.sleep(pause_s)
                for _ in range(turns):
                    await asyncio.sleep(0)
                if event == "wake":
                    lifecycle.expect_work()
                    continue
                job = lifecycle.submit(REQUEST, Priority.FINAL)
                if event == "submit":
                    jobs.append(job)
                else:
                    job.cancel()
            assert [await job for job in jobs] == [hypothesis("100 ms")] * len(jobs)

    run_virtual(main())


def test_the_states_of_a_model() -> None:
    """A model is fetched, loaded, unloaded and loaded again, and says so; then it is gone."""

    async def main() -> list[str]:
        supply = Supply(failures=1)
        lifecycle = WatchedLifecycle(supply.on_the_hub(), idle_unload_s=MINUTE)
        assert lifecycle.status.state.value == "loading"
        early = lifecycle.submit(REQUEST, Priority.FINAL)
        async with living(lifecycle):
            await asyncio.sleep(1)
            assert lifecycle.status.states[-1] == "fetching"
            assert str(lifecycle.status.refusal) == "no network"
            await early
            assert lifecycle.status.refusal is None
            assert lifecycle.status.is_ready
            assert (lifecycle.status.device, lifecycle.status.compute_type) == ("cpu", "int8")
            assert lifecycle.status.load_s is not None
            await asyncio.sleep(2 * MINUTE)
            assert lifecycle.status.states[-1] == "unloaded"
            await lifecycle.submit(REQUEST, Priority.FINAL)
        return lifecycle.status.states

    assert run_virtual(main()) == [
        "fetching", "loading", "loaded", "unloaded", "loading", "loaded", "gone",
    ]  # fmt: skip


def test_a_load_that_fails_later_is_told() -> None:
    """A model that cannot be loaded again has failed, with the reason, until a load works."""

    async def main() -> list[str]:
        supply = Supply()
        lifecycle = WatchedLifecycle(supply.on_disk(), idle_unload_s=MINUTE)
        async with living(lifecycle):
            await lifecycle.submit(REQUEST, Priority.FINAL)
            await asyncio.sleep(2 * MINUTE)
            supply.error = DeviceUnavailable("toy does not fit into the memory of cuda")
            with pytest.raises(ModelLoading):
                await lifecycle.submit(REQUEST, Priority.FINAL)
            assert not lifecycle.status.is_ready
            assert lifecycle.status.reason == "toy does not fit into the memory of cuda"
            supply.error = None
            await lifecycle.submit(REQUEST, Priority.FINAL)
            assert lifecycle.status.reason == ""
        return lifecycle.status.states

    assert run_virtual(main()) == [
        "loading", "loaded", "unloaded", "loading", "failed", "loading", "loaded", "gone",
    ]  # fmt: skip


async def test_a_first_load_that_fails_is_the_end() -> None:
    """A model that could not be loaded at all is gone."""
    supply = Supply()
    lifecycle = WatchedLifecycle(supply.on_disk(), idle_unload_s=MINUTE)
    supply.error = DeviceUnavailable("no cuda")
    with pytest.raises(DeviceUnavailable):
        await lifecycle.run()
    assert lifecycle.status.states == ["loading", "gone"]
