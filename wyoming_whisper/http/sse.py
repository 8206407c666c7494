"""Responses of server-sent events.

The events are made while they are sent, and a comment is sent while none comes, because proxies
close what is silent. When the client leaves, what makes them is closed.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from typing import TYPE_CHECKING, Final

from fastapi import Response

from wyoming_whisper.http.disconnect import while_connected

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from contextlib import AbstractAsyncContextManager

    from starlette.types import Receive, Scope, Send

# Common proxies give up after 60 s of silence.
_PING_S: Final = 15
_PING: Final = b": ping\n\n"
_HEADERS: Final = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}


def event(data: object) -> str:
    """Return an event of one line of JSON."""
    return f"data: {json.dumps(data, ensure_ascii=False, separators=(',', ':'))}\n\n"


class EventStream(Response):
    """A response whose events come while it is being sent.

    Args:
        events: The events. It is closed at the end, and when the client leaves.
        resources: What the events are made with; left then, with the error if there is one.
        headers: The answer's own.
        ping_s: After how long without an event a comment is sent.
    """

    media_type = "text/event-stream"

    def __init__(
        self,
        events: AsyncGenerator[str],
        resources: AbstractAsyncContextManager[object],
        headers: dict[str, str] | None = None,
        ping_s: float = _PING_S,
    ) -> None:
        super().__init__(headers={**_HEADERS, **(headers or {})})
        # The length is not known, and Starlette would say that it is that of an empty body.
        del self.headers["content-length"]
        self._events = events
        self._resources = resources
        self._ping_s = ping_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - ASGI's signature
        """Send it; cancelling this closes what makes the events.

        Raises:
            ClientGone: If the client has left.
        """
        # Outside: who leaves cuts off the sending, and not the closing.
        async with self._resources:
            await while_connected(receive, self._send_all(send))

    async def _send_all(self, send: Send) -> None:
        async with contextlib.aclosing(self._events):
            await send(
                {
                    "type": "http.response.start",
                    "status": self.status_code,
                    "headers": self.raw_headers,
                }
            )
            while (text := await self._next(send)) is not None:
                await send({"type": "http.response.body", "body": text.encode(), "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    async def _next(self, send: Send) -> str | None:
        """Return the next event, and send comments until it comes; ``None`` behind the last."""
        # A task: a generator whose step is cancelled is at its end.
        step = asyncio.ensure_future(anext(self._events, None))
        try:
            while not (await asyncio.wait([step], timeout=self._ping_s))[0]:
                await send({"type": "http.response.body", "body": _PING, "more_body": True})
        except BaseException:
            # It is closed next, and cannot be while it runs.
            step.cancel()
            await asyncio.wait([step])
            raise
        return step.result()
