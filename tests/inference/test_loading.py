"""Models on their way to the scheduler, with fetching and loading as the tests want them."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
from fakes import FakeEngine, hypothesis, tone
from virtual_time import run_virtual

from wyoming_whisper.errors import ModelLoading, ModelNotFound
from wyoming_whisper.inference.batching import Priority
from wyoming_whisper.inference.engine import DecodeOptions, DecodeRequest
from wyoming_whisper.inference.loading import keep_decoding, load_once
from wyoming_whisper.inference.models import Model
from wyoming_whisper.inference.scheduler import Scheduler

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from wyoming_whisper.errors import ServiceError
    from wyoming_whisper.inference.engine import Engine
    from wyoming_whisper.inference.hub import Progress

ON_DISK: Final = Model("toy", Path("toy"), None, frozenset({"en"}))
ON_THE_HUB: Final = replace(ON_DISK, path=None, repo_id="someone/toy")
REQUEST: Final = DecodeRequest(tone(0.1), DecodeOptions())


class Supply:
    """Fetches in two steps, after so many failures, and loads a fake engine each time."""

    def __init__(self, *, failures: int = 0) -> None:
        self.failures = failures
        self.fetched: list[Model] = []
        self.loaded: list[Model] = []
        self.engines: list[FakeEngine] = []

    def fetch(self, model: Model, progress: Progress) -> Model:
        self.fetched.append(model)
        if len(self.fetched) <= self.failures:
            raise ModelNotFound("no network")
        for percent in (5, 7, 15):
            progress(percent, 100)
        return replace(model, path=Path("fetched"))

    def load(self, model: Model) -> Engine:
        self.loaded.append(model)
        self.engines.append(FakeEngine())
        return self.engines[-1]


@contextlib.asynccontextmanager
async def kept_decoding(scheduler: Scheduler, model: Model, supply: Supply) -> AsyncIterator[None]:
    """Keep decoding for the length of a block."""
    task = asyncio.create_task(keep_decoding(scheduler, model, supply.fetch, supply.load))
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
