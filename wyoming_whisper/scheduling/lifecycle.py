"""A model's life: fetched, loaded, at work, unloaded while nobody needs it, loaded again, retired.

One coroutine goes through the states of `model_status`, so an engine is never unloaded during a
decode, nor is a decode begun on one that is being unloaded. Work may come in any of them: it is
refused while the model is fetched, and waits otherwise.

The model is one attribute, and exchanged as a whole: when it has been fetched, what was guessed of
it by its name is replaced by what its files say, for everybody who asks from then on. When another
model takes its place (`model_exchange`), those who have begun with this one end with it.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from itertools import chain, repeat
from typing import TYPE_CHECKING, Final

from wyoming_whisper.errors import ModelLoading, ModelNotFound, ShuttingDown, StartupError
from wyoming_whisper.scheduling.model_status import ModelState, ModelStatus
from wyoming_whisper.scheduling.runner import Runner
from wyoming_whisper.system.daemon_thread import in_daemon_thread

if TYPE_CHECKING:
    from collections.abc import Callable

    from wyoming_whisper.engines.engine import DecodeRequest, Engine, Model, ModelFacts, Progress
    from wyoming_whisper.scheduling.queue import DecodeQueue, PendingDecode
    from wyoming_whisper.scheduling.runner import Devices
    from wyoming_whisper.values import Priority

_LOG: Final = logging.getLogger(__name__)

_PAUSES_S: Final = (5, 10, 20, 40, 80, 160, 320, 600)


class Lifecycle:
    """One model, from its name to its end, and what is asked of it.

    Args:
        model: The model, fetched or not.
        queue: Where requests wait for it.
        devices: What its engine shares with others.
        check: Raises `ConfigError` if a model that has been fetched cannot do what its owner wants.
        idle_unload_s: After how long without work its memory is freed; ``None`` for never.
        fetches_once: Whether a download that fails is the end; else it is tried again for ever.

    Attributes:
        model: The model; another one, as a whole, once it has been fetched.
        status: How far it is.
        queue: As given.
    """

    def __init__(
        self,
        model: Model,
        queue: DecodeQueue,
        devices: Devices,
        *,
        check: Callable[[ModelFacts], None] | None = None,
        idle_unload_s: float | None = None,
        fetches_once: bool = False,
    ) -> None:
        self.model = model
        self.status = ModelStatus()
        self.queue: Final = queue
        self._devices = devices
        self._check = check
        self._idle_unload_s = idle_unload_s
        self._fetches_once = fetches_once
        self._runner: Runner | None = None  # while it is loaded
        self._users: set[object] = set()  # who may still submit
        self._users_left = asyncio.Event()  # set whenever there is none
        self._users_left.set()
        self._hurry = asyncio.Event()  # somebody knows that a download may work now
        # Somebody wants it, or is about to, and nobody has seen to it yet.
        self._wanted = asyncio.Event()

    def submit(self, request: DecodeRequest, priority: Priority) -> PendingDecode:
        """Queue a request; see `queue.DecodeQueue.submit`.

        Raises:
            Overloaded: If the class is full.
            ModelLoading: While the model is fetched.
            ShuttingDown: At the server's end.
        """
        if refusal := self.status.refusal:
            self.queue.stats.refused += 1
            raise refusal
        self.expect_work()
        return self.queue.submit(request, priority, self)

    def expect_work(self) -> None:
        """Take note that work is about to come: it keeps the engine, or has it loaded again."""
        self._wanted.set()
        if self._runner is not None:
            self._runner.used_at = asyncio.get_running_loop().time()

    def join(self, user: object) -> None:
        """Take note of somebody who may submit from now on: it keeps the model from retiring."""
        self._users.add(user)
        self._users_left.clear()

    def leave(self, user: object) -> None:
        """Take note that somebody will submit no more, who need not have joined."""
        self._users.discard(user)
        if not self._users:
            self._users_left.set()

    async def unused(self) -> None:
        """Wait until nobody may submit. Cancelling is safe."""
        await self._users_left.wait()

    def hurry(self) -> None:
        """Try a download again at once, if one has failed and waits for its next try."""
        self._hurry.set()

    @property
    def n_in_call(self) -> int:
        """How many jobs are being decoded."""
        return 0 if self._runner is None else self._runner.n_in_call

    async def run(self) -> None:
        """Fetch the model, for as long as it takes, load it, and decode until cancelled.

        Raises:
            StartupError: If it cannot be loaded at the first time, or is not what its owner wants.
        """
        try:
            engine = await self.prepare()
        except BaseException:
            self._stop()
            raise
        await self.live(engine)

    async def prepare(self) -> Engine:
        """Fetch the model, for as long as it takes, and load it.

        Cancelling is safe; a download goes on where it stood at the next try.

        Raises:
            StartupError: If it cannot be loaded, or is not what its owner wants.
        """
        if not self.model.is_local:
            await self._fetch()
        engine = await self._load()
        _LOG.info("ready: %s", self.model.facts.name)
        return engine

    async def live(self, engine: Engine) -> None:
        """Decode until cancelled, and free the memory meanwhile where nobody needs it."""
        try:
            while True:
                await self.work(engine)
                _LOG.info("unloaded %s, which nobody has used for some time", self.model.facts.name)
                await self._wanted.wait()
                engine = await self._load_again()
        finally:
            self._stop()

    async def work(self, engine: Engine) -> None:
        """Decode on an engine until nobody has wanted anything for some time; then close it.

        Cancelling ends it for good: what is left fails at once, and the engine is closed behind the
        call in flight.
        """
        self.status.device, self.status.compute_type = engine.device, engine.compute_type
        self.status.enter(ModelState.LOADED)
        self._runner = Runner(self, engine, self.queue, self._devices.of(engine))
        try:
            await self._runner.run(idle_s=self._idle_unload_s)
            self._wanted.clear()
            self.status.enter(ModelState.UNLOADED)
        except BaseException:
            self._stop()
            raise
        finally:
            self._runner = None
            # The memory of two models may be more than there is.
            await engine.close()

    def _stop(self) -> None:
        """Fail everything, now and from now on."""
        self.status.enter(ModelState.GONE)
        self.queue.fail(self, ShuttingDown())

    async def _load(self) -> Engine:
        clock = asyncio.get_running_loop().time
        self.status.enter(ModelState.LOADING)
        started = clock()
        engine = await in_daemon_thread(self.model.load)
        self.status.load_s = clock() - started
        return engine

    async def _load_again(self) -> Engine:
        """Load what has been loaded before; that it fails now ends no server.

        A GPU's memory, for one, may have been taken by another program.
        """
        while True:
            try:
                return await self._load()
            except StartupError as error:
                _LOG.error("%s", error)
                self.status.enter(ModelState.FAILED, str(error))
                self.queue.fail(self, ModelLoading(str(error)))
                self._wanted.clear()
                await self._wanted.wait()

    async def _fetch(self) -> None:
        """Download the model, for as long as it takes; what needs it meanwhile is refused."""
        for pause_s in chain(_PAUSES_S, repeat(_PAUSES_S[-1])):
            progress = self._progress(asyncio.get_running_loop())
            try:
                fetched = await in_daemon_thread(self.model.fetch, progress)
            except ModelNotFound as error:
                if self._fetches_once:
                    raise
                # Ending here would make a supervisor start us again, and again.
                _LOG.error("%s; next try in %d s", error, pause_s)
                self.status.enter(ModelState.FETCHING, str(error))
                self._hurry.clear()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._hurry.wait(), pause_s)
            else:
                if self._check is not None:
                    self._check(fetched.facts)
                self.model = fetched
                return

    def _progress(self, loop: asyncio.AbstractEventLoop) -> Progress:
        """Return what logs each tenth of a download, and tells each hundredth."""
        self.status.enter(ModelState.FETCHING, _still_fetching(self.model, 0))
        shown = -1

        def progress(done: int, total: int) -> None:
            nonlocal shown
            percent = 100 * done // max(total, 1)
            if percent == shown:
                return
            said = _still_fetching(self.model, percent)
            if percent // 10 != shown // 10:
                _LOG.info("%s", said)
            with contextlib.suppress(RuntimeError):  # the loop has ended
                loop.call_soon_threadsafe(self._tell_progress, said)
            shown = percent

        progress(0, 1)
        return progress

    def _tell_progress(self, said: str) -> None:
        # The last word of a thread may come behind the end of the download.
        if self.status.state is ModelState.FETCHING:
            self.status.enter(ModelState.FETCHING, said)


def _still_fetching(model: Model, percent: int) -> str:
    if not model.is_remote:
        return f"the model {model.facts.name} is still being converted"
    return f"the model {model.facts.name} is still being downloaded, {percent} %"
