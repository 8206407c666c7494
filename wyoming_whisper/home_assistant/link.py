"""The link to Home Assistant: names from the disk at once, then from it, and whenever they change.

1. What was kept on disk is known at once.
2. We log in and subscribe to changes, and only then ask, so that none is missed.
3. After a change we ask for everything again, and also once in a while, because not every change
   is an event.
4. Whatever goes wrong, what is known stays known, and we try again after a pause that grows. A
   refused token is shown again seldom: Home Assistant tells its owner of each refusal, and may ban
   who goes on.

Nobody waits for any of this.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NoReturn

from wyoming_whisper.home_assistant.cache import read_names, write_names
from wyoming_whisper.home_assistant.client import HomeAssistant, connected
from wyoming_whisper.home_assistant.errors import HomeAssistantError, TokenRefused
from wyoming_whisper.home_assistant.registry import read_registry
from wyoming_whisper.household.vocabulary import Household
from wyoming_whisper.system.daemon_thread import in_daemon_thread

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from wyoming_whisper.home_assistant.access import Access

_LOG: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long the link waits, in seconds.

    Attributes:
        answer_s: For an answer. A small machine that starts is slow, and we have time.
        settle_s: For more changes after one.
        again_s: Until it asks again though it was told of no change.
        lost_s: Before it tries again, the first time and at most.
        refused_s: Before it shows a token again that was refused, the first time and at most.
    """

    answer_s: float = 30
    settle_s: float = 0.5
    again_s: float = 300
    lost_s: tuple[float, float] = (1, 60)
    refused_s: tuple[float, float] = (60, 3_600)


def pause_s(bounds: tuple[float, float], n_tries: int) -> float:
    """Return how long to wait after so many tries that have failed: twice as long each time."""
    first, longest = bounds
    # More doublings than any bounds are apart would be a number that is none.
    return min(longest, first * 2.0 ** min(n_tries - 1, 64))


class Link:
    """Keeps what is known of a home up to date.

    Args:
        access: Where Home Assistant is.
        cache: The file in which names are kept.
        changed: Called in the event loop with the names, whenever they are others.
        patience: How long to wait for what.
    """

    def __init__(
        self,
        access: Access,
        cache: Path,
        changed: Callable[[Household], None],
        patience: Patience | None = None,
    ) -> None:
        self._access = access
        self._cache = cache
        self._changed = changed
        self._patience = patience or Patience()
        self._home = Household()  # what is known
        self._n_failed = 0  # tries since it last worked
        self._trouble = ""  # what the log last said was wrong
        self._missing: tuple[str, ...] = ()  # the commands that we cannot have

    async def run(self) -> NoReturn:
        """Learn the names until cancelled. Nothing that goes wrong ends it."""
        kept = await in_daemon_thread(read_names, self._cache, self._access.url)
        if kept is not None:
            _LOG.info("%d names from Home Assistant, as they were last time", len(kept.names))
            self._learn(kept)
        while True:
            bounds = self._patience.lost_s
            try:
                await self._follow()
            except TokenRefused as error:
                bounds = self._patience.refused_s
                self._tell(str(error))
            except HomeAssistantError as error:
                self._tell(str(error))
            except Exception:  # noqa: BLE001 - whatever it is, people are served
                _LOG.exception("the link to Home Assistant has failed")
            self._n_failed += 1
            await asyncio.sleep(pause_s(bounds, self._n_failed))

    async def _follow(self) -> NoReturn:
        """Learn the names, and each change of them.

        Raises:
            HomeAssistantError: If that fails.
        """
        url, token = self._access.url, self._access.token
        async with connected(url, token, self._patience.answer_s) as home_assistant:
            await home_assistant.subscribe()
            while True:
                await self._refresh(home_assistant)
                self._n_failed = 0
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(self._patience.again_s):
                        await home_assistant.wait_for_change(self._patience.settle_s)

    async def _refresh(self, home_assistant: HomeAssistant) -> None:
        answers, missing = await home_assistant.answers()
        # Beside the loop: the names of a large home are some ten milliseconds of work.
        reading = await in_daemon_thread(read_registry, answers)
        if self._trouble:
            _LOG.info("Home Assistant answers again")
            self._trouble = ""
        if missing != self._missing:
            self._missing = missing
            if missing:
                _LOG.warning(
                    "Home Assistant keeps %s from this token, which should be an administrator's",
                    ", ".join(missing),
                )
        if reading.household == self._home:
            return
        self._learn(reading.household)
        _LOG.info("%d names from Home Assistant", len(reading.household.names))
        if reading.n_left_out:
            _LOG.info("%d things of it have no name that can be said", reading.n_left_out)
        try:
            await in_daemon_thread(write_names, self._cache, self._access.url, reading.household)
        except OSError as error:
            _LOG.warning("cannot keep the names in %s: %s", self._cache, error.strerror)

    def _learn(self, home: Household) -> None:
        self._home = home
        self._changed(home)

    def _tell(self, trouble: str) -> None:
        """Log what is wrong, once for as long as it is the same."""
        level = logging.DEBUG if trouble == self._trouble else logging.WARNING
        self._trouble = trouble
        _LOG.log(
            level,
            "no names from Home Assistant at %s: %s; trying again, with %d known",
            self._access.url,
            trouble,
            len(self._home.names),
        )
