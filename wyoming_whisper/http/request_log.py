"""What every answer carries, and the line of the log about it."""

from __future__ import annotations

import asyncio
import logging
import re
import uuid
from email.utils import formatdate
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_LOG: Final = logging.getLogger(__name__)

# Where an ASGI scope has a request's id.
_ID: Final = "wyoming_whisper.request_id"
# What a proxy in front gives a request is kept, for its log and ours; it is written to both.
_REQUEST_ID: Final = re.compile(rb"[\x20-\x7e]{1,128}")
# What begins an answer: also to a WebSocket, which is accepted or refused.
_BEGINNINGS: Final = frozenset(
    {"http.response.start", "websocket.accept", "websocket.http.response.start"}
)
_SWITCHING_PROTOCOLS: Final = 101
_FORBIDDEN: Final = 403


def shown(scope: Scope) -> str:
    """Return a request as the log names it: its id, and what it asks for without the query."""
    method = scope.get("method", "WEBSOCKET")
    return f"[{scope.get(_ID, '-')}] {method} {quote(scope['path'])}"


class RequestLog:
    """Gives each request an id, its answer ``X-Request-Id`` and ``Date``, and the log a line.

    The line, at DEBUG, holds no query, no header and no body; a WebSocket has it at its end, with
    the status by which it was begun. HEAD is answered wherever GET is.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request or a WebSocket."""
        if scope["type"] not in {"http", "websocket"}:
            return
        given = dict(scope["headers"]).get(b"x-request-id", b"")
        request_id = given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex.encode()
        is_head = scope.get("method") == "HEAD"
        named = {**scope, _ID: request_id.decode()}
        status = 0

        async def finished(message: Message) -> None:
            nonlocal status
            kind = message["type"]
            if kind in _BEGINNINGS:
                status = message.get("status", _SWITCHING_PROTOCOLS)
                date = formatdate(usegmt=True).encode()
                own = [(b"date", date), (b"x-request-id", request_id)]
                message = {**message, "headers": [*message.get("headers", ()), *own]}
            elif kind == "websocket.close":
                status = status or _FORBIDDEN  # as servers answer who has not been accepted
            elif is_head:
                message = {**message, "body": b""}
            await send(message)

        loop = asyncio.get_running_loop()
        started = loop.time()
        try:
            await self._app({**named, "method": "GET"} if is_head else named, receive, finished)
        finally:
            took_s = loop.time() - started
            _LOG.debug("%s: %d, %.3f s", shown(named), status, took_s)
