"""Slow work beside the event loop that must not keep the program from ending."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from typing import TYPE_CHECKING, Final, ParamSpec, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
T = TypeVar("T")

_running: Final[set[threading.Thread]] = set()


async def in_daemon_thread(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a slow function in a daemon thread of its own.

    Cancelling is safe; the function runs on and its result is dropped.
    """
    loop = asyncio.get_running_loop()
    result: asyncio.Future[T] = loop.create_future()

    def deliver(value: T | None, error: Exception | None) -> None:
        if result.cancelled():
            return
        if error is not None:
            result.set_exception(error)
        else:
            result.set_result(cast(T, value))

    def run() -> None:
        value, raised = None, None
        try:
            value = function(*args, **kwargs)
        except Exception as error:  # noqa: BLE001 - delivered to who waits
            raised = error
        with contextlib.suppress(RuntimeError):  # the loop has ended
            loop.call_soon_threadsafe(deliver, value, raised)
        _running.discard(threading.current_thread())

    thread = threading.Thread(target=run, daemon=True)
    _running.add(thread)
    thread.start()
    return await result


def any_running() -> bool:
    """Tell whether a function still runs, whether or not somebody waits for it."""
    return bool(_running)
