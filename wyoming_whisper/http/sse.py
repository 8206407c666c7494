"""Responses of server-sent events.

Theory of operation. The response is an ASGI application of its own: a task makes the events, and
the response's own coroutine sends what comes, or a comment while nothing does, because proxies
close what is silent. What is queued between them is no more than the events' text.
"""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Final

from fastapi import Response

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.types import Receive, Scope, Send

# Common proxies give up after 60 s of silence.
_PING_S: Final = 15
_HEADERS: Final = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}


def event(data: object) -> str:
    """Return an event of one line of JSON."""
    return f"data: {json.dumps(data, ensure_ascii=False, separators=(',', ':'))}\n\n"


class EventStream(Response):
    """A response whose events come while it is being sent.

    Args:
        produce: Makes the events, and gives each to the function that it is called with. It is its
            own business to end when the client has left.
        ping_s: After how long without an event a comment is sent.
    """

    media_type = "text/event-stream"

    def __init__(
        self,
        produce: Callable[[Callable[[str], None]], Awaitable[None]],
        headers: dict[str, str] | None = None,
        ping_s: float = _PING_S,
    ) -> None:
        super().__init__(headers={**_HEADERS, **(headers or {})})
        # The length is not known, and Starlette would say that it is that of an empty body.
        del self.headers["content-length"]
        self._produce = produce
        self._ping_s = ping_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - ASGI's signature
        """Send it; cancelling this cancels what makes the events."""
        await send(
            {
                "type": "http.response.start",
                "status": self.status_code,
                "headers": self.raw_headers,
            }
        )
        events: asyncio.Queue[str | None] = asyncio.Queue()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._fill(events))
            while (text := await self._next(events)) is not None:
                await send({"type": "http.response.body", "body": text.encode(), "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    async def _fill(self, events: asyncio.Queue[str | None]) -> None:
        try:
            await self._produce(events.put_nowait)
        finally:
            events.put_nowait(None)

    async def _next(self, events: asyncio.Queue[str | None]) -> str | None:
        try:
            async with asyncio.timeout(self._ping_s):
                return await events.get()
        except TimeoutError:
            return ": ping\n\n"
