"""HTTP connections: uvicorn's, with deadlines.

uvicorn waits for ever for a client that has begun a request; here such a client is left after a
while, so that those who open many connections and say little on them keep nobody out. Its server,
which polls ten times a second and takes over the signals, is not used: `server` needs no more than
this protocol.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import h11
from starlette.requests import Request
from uvicorn import Config
from uvicorn.protocols.http.h11_impl import H11Protocol

from wyoming_whisper.errors import Overloaded
from wyoming_whisper.http.body_limit import BodyLimit
from wyoming_whisper.http.errors import ErrorResponse, response
from wyoming_whisper.http.request_log import RequestLog

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

    from starlette.types import ASGIApp, Receive, Scope, Send
    from uvicorn.server import ServerState

_LOG: Final = logging.getLogger(__name__)

# Prompts and names may come in a query.
_MAX_HEADERS_BYTES: Final = 64 * 1024
# How long a client that is one too many may take to ask, and to be told.
_FAREWELL_S: Final = 2.0


@dataclass(frozen=True, slots=True)
class Limits:
    """What a client may keep open.

    Attributes:
        patience_s: Seconds that a request may take to arrive up to its body, and for which a client
            that is waited for may do nothing: neither send its body nor take its answer. What it
            gets may be twice that.
        idle_s: Seconds between two requests; clients' libraries are quicker to close.
        connections: How many; a browser has six, a proxy some dozens.
    """

    patience_s: float = 30.0
    idle_s: int = 60
    connections: int = 200


def connections(app: ASGIApp, state: ServerState, limits: Limits) -> Callable[[], Connection]:
    """Return what makes the connections of an application's clients."""
    config = Config(
        app,
        http=Connection,
        ws="none",
        lifespan="off",
        interface="asgi3",
        log_config=None,
        # What its lines say, ours do; and they advise to install packages.
        log_level="critical",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        h11_max_incomplete_event_size=_MAX_HEADERS_BYTES,
        timeout_keep_alive=limits.idle_s,
    )
    config.load()
    return lambda: Connection(config, state, {}, limits=limits)


class Connection(H11Protocol):
    """One client."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        *,
        limits: Limits,
    ) -> None:
        super().__init__(config, server_state, app_state)
        self._limits = limits
        self._patience_s = limits.patience_s
        # A request that has begun, and is not there up to its body.
        self._begun_at: float | None = self.loop.time()
        self._has_moved = False
        self._stuck_since: float | None = None
        self._check: asyncio.TimerHandle | None = None
        self.closed: asyncio.Future[None] = self.loop.create_future()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Serve a new client."""
        super().connection_made(transport)
        if len(self.connections) > self._limits.connections:
            self.app = _REFUSAL
            self._patience_s = _FAREWELL_S
        self._look_later()

    def data_received(self, data: bytes) -> None:
        """Take what the client sends."""
        self._has_moved = True
        if self._begun_at is None and self.conn.their_state is h11.IDLE:
            self._begun_at = self.loop.time()
        super().data_received(data)
        if self.conn.their_state is not h11.IDLE:
            self._begun_at = None

    def resume_writing(self) -> None:
        """Go on after the client has taken what was sent."""
        self._has_moved = True
        super().resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the client."""
        if self._check is not None:
            self._check.cancel()
        super().connection_lost(exc)
        if not self.closed.done():
            self.closed.set_result(None)

    def send_400_response(self, msg: str) -> None:
        """Answer what is no HTTP."""
        _LOG.debug("%s sent no HTTP", self.client)
        message = msg.rstrip(".")
        body = ErrorResponse(code=400, message=message, detail=message).model_dump_json().encode()
        headers = [
            ("content-type", "application/json"),
            ("content-length", str(len(body))),
            ("connection", "close"),
        ]
        for event in (
            h11.Response(status_code=400, headers=headers, reason="Bad Request"),
            h11.Data(body),
            h11.EndOfMessage(),
        ):
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()

    def _look_later(self) -> None:
        self._check = self.loop.call_later(self._patience_s / 2, self._look)

    def _look(self) -> None:
        """Leave a client that has been too slow; else look again."""
        now = self.loop.time()
        if self._has_moved or not self._is_waited_for():
            self._stuck_since = None
        elif self._stuck_since is None:
            self._stuck_since = now
        self._has_moved = False
        slow_since = [at for at in (self._begun_at, self._stuck_since) if at is not None]
        if slow_since and now - min(slow_since) >= self._patience_s:
            _LOG.debug("%s was too slow", self.client)
            self.transport.abort()
        else:
            self._look_later()

    def _is_waited_for(self) -> bool:
        """Tell whether it is the client's turn."""
        if self.flow.write_paused or self.transport.is_closing():
            return True
        return self.conn.their_state is h11.SEND_BODY and not self.flow.read_paused


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    refusal = response(Request(scope), Overloaded("too many connections"))
    refusal.headers["Connection"] = "close"
    await refusal(scope, receive, send)


_REFUSAL: Final = RequestLog(BodyLimit(_refuse, max_bytes=0))
