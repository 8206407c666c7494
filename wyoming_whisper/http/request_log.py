"""What every answer carries, and the line of the log about it."""

from __future__ import annotations

import asyncio
import logging
import re
import uuid
from email.utils import formatdate
from typing import TYPE_CHECKING, Final

from wyoming_whisper.http.errors import REQUEST_ID, shown

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_LOG: Final = logging.getLogger(__name__)

# What a proxy in front gives a request is kept, for its log and ours; it is written to both.
_REQUEST_ID: Final = re.compile(rb"[\x20-\x7e]{1,128}")


class RequestLog:
    """Gives each request an id, its answer ``X-Request-Id`` and ``Date``, and the log a line.

    The line, at DEBUG, holds no query, no header and no body. HEAD is answered wherever GET is.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request."""
        if scope["type"] != "http":
            return
        given = dict(scope["headers"]).get(b"x-request-id", b"")
        request_id = given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex.encode()
        is_head = scope["method"] == "HEAD"
        named = {**scope, REQUEST_ID: request_id.decode()}
        status = 0

        async def finished(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                date = formatdate(usegmt=True).encode()
                own = [(b"date", date), (b"x-request-id", request_id)]
                message = {**message, "headers": [*message.get("headers", ()), *own]}
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
