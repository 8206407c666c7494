"""Brings a model to the scheduler, and takes it away while nobody needs it.

::

    fetching ──▶ loading ──▶ loaded ──idle──▶ unloaded
                    ▲                             │
                    └──────── wanted again ───────┘

One coroutine goes through these states, so an engine is never unloaded during a decode, nor is a
decode begun on one that is being unloaded. Work may come in any of them, and waits. The outside is
told of them in the scheduler's `model_state.ModelStatus`.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from itertools import chain, repeat
from typing import TYPE_CHECKING, Final

from wyoming_whisper.errors import ModelLoading, ModelNotFound, StartupError
from wyoming_whisper.scheduling.model_status import ModelState
from wyoming_whisper.system.daemon_thread import in_daemon_thread

if TYPE_CHECKING:
    from collections.abc import Callable

    from wyoming_whisper.engines.engine import Engine
    from wyoming_whisper.engines.whisper.hub import Progress
    from wyoming_whisper.engines.whisper.models import Model
    from wyoming_whisper.scheduling.scheduler import Scheduler

    Fetch = Callable[[Model, Progress], Model]
    Load = Callable[[Model], Engine]

_LOG: Final = logging.getLogger(__name__)

_PAUSES_S: Final = (5, 10, 20, 40, 80, 160, 320, 600)


async def load_once(model: Model, fetch: Fetch, load: Load) -> Engine:
    """Fetch a model, in one try, if it has to be, and load it.

    Args:
        model: What to load.
        fetch: Brings a model to the disk; slow, called in a thread.
        load: Makes an engine of a model that is on disk; slow, called in a thread.

    Raises:
        StartupError: If it can be neither fetched nor loaded.
    """
    if model.path is None:
        model = await in_daemon_thread(fetch, model, _progress(model))
    return await in_daemon_thread(load, model)


async def keep_decoding(
    scheduler: Scheduler,
    model: Model,
    fetch: Fetch,
    load: Load,
    *,
    idle_unload_s: float | None = None,
) -> None:
    """Fetch a model, for as long as it takes, load it, and decode with it until cancelled.

    Args:
        scheduler: What runs on the model; it refuses work while there is none on disk.
        model: As for `load_once`.
        fetch: As for `load_once`.
        load: As for `load_once`.
        idle_unload_s: After how long without work the model's memory is freed; ``None`` for never.

    Raises:
        StartupError: If it cannot be loaded at the first time.
    """
    try:
        if model.path is None:
            model = await _fetch(scheduler, model, fetch)
        engine = await _load(scheduler, model, load)
        _LOG.info("ready: %s", model.name)
        while True:
            await scheduler.run(engine, idle_s=idle_unload_s)
            _LOG.info("unloaded %s, which nobody has used for some time", model.name)
            await scheduler.wanted()
            engine = await _load_again(scheduler, model, load)
    finally:
        scheduler.stop()


async def _load(scheduler: Scheduler, model: Model, load: Load) -> Engine:
    clock = asyncio.get_running_loop().time
    scheduler.model.enter(ModelState.LOADING)
    started = clock()
    engine = await in_daemon_thread(load, model)
    scheduler.model.load_s = clock() - started
    return engine


async def _load_again(scheduler: Scheduler, model: Model, load: Load) -> Engine:
    """Load what has been loaded before; that it fails now ends no server.

    A GPU's memory, for one, may have been taken by another program.
    """
    while True:
        try:
            return await _load(scheduler, model, load)
        except StartupError as error:
            _LOG.error("%s", error)
            scheduler.model.enter(ModelState.FAILED, str(error))
            scheduler.fail_all(ModelLoading(str(error)))
            await scheduler.wanted()


async def _fetch(scheduler: Scheduler, model: Model, fetch: Fetch) -> Model:
    """Download a model, for as long as it takes; what needs it meanwhile is refused."""
    loop = asyncio.get_running_loop()
    scheduler.model.enter(ModelState.FETCHING)

    def refuse(reason: str) -> None:
        with contextlib.suppress(RuntimeError):  # the loop has ended
            loop.call_soon_threadsafe(scheduler.refuse, ModelLoading(reason))

    for pause_s in chain(_PAUSES_S, repeat(_PAUSES_S[-1])):
        try:
            fetched = await in_daemon_thread(fetch, model, _progress(model, refuse))
        except ModelNotFound as error:
            # Ending here would make a supervisor start us again, and again.
            _LOG.error("%s; next try in %d s", error, pause_s)
            scheduler.refuse(ModelLoading(str(error)))
            await asyncio.sleep(pause_s)
        else:
            scheduler.refuse(None)
            return fetched
    raise AssertionError("repeat() does not end")


def _progress(model: Model, tell: Callable[[str], None] | None = None) -> Progress:
    """Return what logs each tenth of a download, and tells each hundredth."""
    shown = -1

    def progress(done: int, total: int) -> None:
        nonlocal shown
        percent = 100 * done // max(total, 1)
        if percent == shown:
            return
        said = f"the model {model.name} is still being downloaded, {percent} %"
        if percent // 10 != shown // 10:
            _LOG.info("%s", said)
        if tell is not None:
            tell(said)
        shown = percent

    progress(0, 1)
    return progress
