"""The size of request bodies, and what becomes of the rest of one that nobody wants.

A client that is still sending when its answer comes may read it only once it has sent all, or
never: closing a connection with unread bytes resets it, and takes the answer along. So the rest is
read and dropped for a while, and then the connection is closed.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from wyoming_whisper.errors import UploadTooLarge

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from wyoming_whisper.http.family import Families

# What nginx gives such a client between two reads; at 100 Mbit/s that is 60 MB.
_DRAIN_S: Final = 5.0
_CLOSE: Final = (b"connection", b"close")


class BodyLimit:
    """Refuses larger bodies, by what they declare and by what is read of them.

    A WebSocket has no body; its messages are bounded where it is read.

    Args:
        app: What is served.
        max_bytes: Most bytes of a request's body.
        families: Whose shapes refusals have.
    """

    def __init__(self, app: ASGIApp, max_bytes: int, families: Families) -> None:
        self._app = app
        self._max_bytes = max_bytes
        self._families = families

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request or a WebSocket."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        exchange = _Exchange(scope, receive, send, self._max_bytes, self._families)
        await self._app(scope, exchange.receive, exchange.send)


class _Exchange:
    """A request and its answer."""

    def __init__(
        self, scope: Scope, receive: Receive, send: Send, max_bytes: int, families: Families
    ) -> None:
        self._families = families
        self._scope = scope
        self._receive = receive
        self._send = send
        self._max_bytes = max_bytes
        headers = dict(scope["headers"])
        # uvicorn has refused what is no number.
        self._declared = int(headers.get(b"content-length", 0))
        self._is_read = not self._declared and b"transfer-encoding" not in headers
        self._n_read = 0
        self._too_large: UploadTooLarge | None = None
        self._is_refused = False
        self._closes = False

    async def receive(self) -> Message:
        """Receive a message.

        Raises:
            UploadTooLarge: If the body is too large.
        """
        if self._too_large is not None:
            raise self._too_large
        if self._declared > self._max_bytes:
            raise self._refusal(self._declared)
        message = await self._receive()
        self._note(message)
        if self._n_read > self._max_bytes:
            raise self._refusal(self._n_read)
        return message

    async def send(self, message: Message) -> None:
        """Send a message; who was refused is told so, whatever the application makes of it."""
        if self._is_refused:
            return
        if message["type"] == "http.response.start" and self._too_large is not None:
            self._is_refused = True
            refusal = self._families.answer(self._scope, self._too_large)
            await refusal(self._scope, self._receive, self._send_and_drain)
        else:
            await self._send_and_drain(message)

    async def _send_and_drain(self, message: Message) -> None:
        if not self._is_read and message["type"] == "http.response.start":
            message = {**message, "headers": [*message.get("headers", ()), _CLOSE]}
            self._closes = True
        elif self._closes and not message.get("more_body", False):
            await self._send({**message, "more_body": True})
            await self._drain()
            message = {"type": "http.response.body", "body": b""}
        await self._send(message)

    def _refusal(self, n_bytes: int) -> UploadTooLarge:
        # OpenAI's words: its clients look for them.
        self._too_large = UploadTooLarge(
            f"Maximum content size limit ({self._max_bytes}) exceeded ({n_bytes} bytes read)"
        )
        return self._too_large

    def _note(self, message: Message) -> None:
        if message["type"] == "http.request":
            self._n_read += len(message.get("body", b""))
        self._is_read = self._is_read or not message.get("more_body", False)

    async def _drain(self) -> None:
        """Read what is left of the body, for a while."""
        try:
            async with asyncio.timeout(_DRAIN_S):
                while not self._is_read:
                    self._note(await self._receive())
        except TimeoutError:
            pass
