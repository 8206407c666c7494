"""The model that serves, and the one that is to take its place.

Another model takes the place of the one that serves between two decodes, and as a whole:

1. It is found: at the start where the best one is not on disk, or when somebody says that there may
   be another one (SIGHUP, or a request).
2. It is fetched and loaded while the present one serves on. Whatever goes wrong is one line of the
   log, and leaves the present one in its place.
3. From then on whoever begins, begins with it. Who has begun with the present one ends with it.
4. When the last of those has ended, the present one is closed.

So nobody waits for an exchange, and none is decoded half by each. For some time there is the memory
of both.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Final

from wyoming_whisper.errors import StartupError
from wyoming_whisper.scheduling.model_status import ModelState
from wyoming_whisper.system.daemon_thread import in_daemon_thread

if TYPE_CHECKING:
    from collections.abc import Callable

    from wyoming_whisper.engines.engine import Engine, Model
    from wyoming_whisper.scheduling.lifecycle import Lifecycle

_LOG: Final = logging.getLogger(__name__)


class ModelExchange:
    """What serves one program.

    Args:
        wanted: The model that its owner wants. If it has a stand-in, that one serves first.
        find: Finds again what its owner wants; it blocks.
        live: Makes the life of a model.
        exchanged: Called with the life of the model that serves, whenever that has changed.

    Attributes:
        serving: The life of the model that serves.
        coming: That of the one that is to take its place, or that could not; ``None`` without one.
    """

    def __init__(
        self,
        wanted: Model,
        find: Callable[[], Model],
        live: Callable[[Model], Lifecycle],
        exchanged: Callable[[Lifecycle], None],
    ) -> None:
        self._wanted = wanted  # as it was last found
        self._find = find
        self._live = live
        self._exchanged = exchanged
        self._may_differ = asyncio.Event()  # somebody says that there may be another model
        self.serving = live(wanted if wanted.is_local else wanted.stand_in or wanted)
        self.coming: Lifecycle | None = None

    def look_again(self) -> None:
        """Take the model that its owner wants now, if that is another one.

        A download that has failed is tried again at once.
        """
        self._may_differ.set()
        for life in (self.serving, self.coming):
            if life is not None:
                life.hurry()

    async def run(self) -> None:
        """Serve until cancelled.

        Raises:
            StartupError: If the first model cannot be loaded, or is not what its owner wants.
        """
        _tell_why(self._wanted)
        async with asyncio.TaskGroup() as lives:
            work = lives.create_task(self.serving.run())
            if self._wanted != self.serving.model:
                work = await self._replace(self._wanted, work, lives)
            while True:
                await self._may_differ.wait()
                self._may_differ.clear()
                if (model := await self._found()) is not None:
                    work = await self._replace(model, work, lives)

    async def _found(self) -> Model | None:
        """Return the model that is wanted now, if it is another one than serves."""
        try:
            model = await in_daemon_thread(self._find)
        except StartupError as error:
            _LOG.error("%s; %s serves on", error, self.serving.model.facts.name)
            return None
        if model == self.serving.model:
            _LOG.info("%s is still the model to serve", model.facts.name)
            self.coming = None
            return None
        _tell_why(model)
        return model

    async def _replace(
        self, model: Model, work: asyncio.Task[None], lives: asyncio.TaskGroup
    ) -> asyncio.Task[None]:
        """Let a model take the place of the one that serves, and return its work.

        Args:
            model: The model.
            work: The present one's work, which is returned where it goes on.
            lives: Where the work of both belongs.
        """
        previous, coming = self.serving, self._live(model)
        self.coming = coming
        engine = await self._prepared(coming)
        if engine is None:
            return work
        self.serving, self.coming = coming, None
        started = lives.create_task(coming.live(engine))
        self._exchanged(coming)
        _LOG.info("%s serves now, and no more %s", _name(coming), _name(previous))
        lives.create_task(_retire(previous, work))
        return started

    async def _prepared(self, coming: Lifecycle) -> Engine | None:
        """Return a model's engine, or ``None`` where it cannot serve."""
        try:
            return await coming.prepare()
        except StartupError as error:
            said = str(error)
        except Exception:  # noqa: BLE001 - whatever it is, the present model serves on
            _LOG.exception("%s could not be loaded", _name(coming))
            said = f"{_name(coming)} could not be loaded"
        coming.status.enter(ModelState.FAILED, said)
        _LOG.error("%s; %s serves on", said, _name(self.serving))
        return None


async def _retire(life: Lifecycle, work: asyncio.Task[None]) -> None:
    """Close a model when nobody uses it any more."""
    await life.unused()
    work.cancel()
    await asyncio.wait([work])
    _LOG.info("closed %s", _name(life))


def _tell_why(model: Model) -> None:
    if model.reason:
        _LOG.info("model %s: %s", model.facts.name, model.reason)


def _name(life: Lifecycle) -> str:
    return life.model.facts.name
