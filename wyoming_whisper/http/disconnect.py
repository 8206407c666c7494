"""Work that is done for as long as its client is there."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any, TypeVar

from wyoming_whisper.errors import ClientGone

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from starlette.types import Receive

    T = TypeVar("T")


async def while_connected(receive: Receive, work: Coroutine[Any, Any, T]) -> T:
    """Return what a coroutine returns; it is cancelled if the client leaves.

    The request's body must have been read.

    Raises:
        ClientGone: If the client has left.
    """
    working = asyncio.ensure_future(work)
    watching = asyncio.ensure_future(_cancel_when_gone(receive, working))
    try:
        await asyncio.wait({working, watching}, return_when=asyncio.FIRST_COMPLETED)
        if watching.done() and watching.result():
            with contextlib.suppress(asyncio.CancelledError):
                await working
            raise ClientGone("the client has left")
        return await working
    finally:
        working.cancel()
        watching.cancel()
        await asyncio.wait({working, watching})


async def _cancel_when_gone(receive: Receive, task: asyncio.Task[Any]) -> bool:
    """Wait for a request's client to leave, and cancel a task then. Cancelling this is safe.

    Returns:
        Whether the task was not done yet. Behind a whole answer every client is gone.
    """
    while (await receive())["type"] != "http.disconnect":
        pass
    return task.cancel()
