"""HTTP connections: uvicorn's, with deadlines.

uvicorn waits for ever for a client that has begun a request; here such a client is left after a
while, so that those who open many connections and say little on them keep nobody out. Its server,
which polls ten times a second and takes over the signals, is not used: `server` needs no more than
this protocol.

A WebSocket begins as a request, and goes on as another protocol on the same transport: uvicorn's,
on top of a library that may not be there. Then the upgrade is a request like any other, and the
application says so.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import h11
from uvicorn import Config
from uvicorn.protocols.http.h11_impl import H11Protocol

from wyoming_whisper.http.errors import ErrorResponse

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp
    from uvicorn.server import ServerState

_LOG: Final = logging.getLogger(__name__)

# Prompts and names may come in a query.
_MAX_HEADERS_BYTES: Final = 64 * 1024
# How long a client that is one too many may take to ask, and to be told.
_FAREWELL_S: Final = 2.0
# The library for WebSockets: of those that uvicorn knows, the one that is installed, if any is.
_ANY_LIBRARY: Final = "auto"
# A WebSocket's message: a minute of speech, 48 kHz and 16 bit, in base64.
_MAX_MESSAGE_BYTES: Final = 8 * 2**20


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


def connections(
    app: ASGIApp,
    refusal: ASGIApp,
    state: ServerState,
    limits: Limits,
    web_sockets: type[asyncio.Protocol] | str = _ANY_LIBRARY,
) -> Callable[[], Connection]:
    """Return what makes the connections of an application's clients.

    Args:
        app: What is served.
        refusal: What is served to clients who are too many; it ends the connection.
        state: Where uvicorn keeps its connections and tasks.
        limits: What clients may keep open.
        web_sockets: The protocol to which a connection is upgraded, or uvicorn's name of it.
    """
    config = Config(
        app,
        http=Connection,
        ws=web_sockets,
        ws_max_size=_MAX_MESSAGE_BYTES,
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
    if config.ws_protocol_class is not None:
        # What is waited for at the end has to say when it is over.
        kinds = (Closable, config.ws_protocol_class)
        config.ws_protocol_class = type("WebSocketConnection", kinds, {})
    return lambda: Connection(config, state, {}, refusal=refusal, limits=limits)


class Closable(asyncio.Protocol):
    """A protocol of which it is known when its connection is closed.

    Attributes:
        closed: Done when the connection is lost.
        transport: uvicorn's.
    """

    closed: asyncio.Future[None]
    transport: asyncio.Transport

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Serve a new client."""
        self.closed = asyncio.get_running_loop().create_future()
        super().connection_made(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the client."""
        super().connection_lost(exc)
        if not self.closed.done():
            self.closed.set_result(None)

    def shutdown(self) -> None:
        """End the connection when nothing is asked on it; a WebSocket at once."""
        super().shutdown()  # type: ignore[misc] # uvicorn's protocols have it


class Connection(Closable, H11Protocol):
    """One client."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        *,
        refusal: ASGIApp,
        limits: Limits,
    ) -> None:
        super().__init__(config, server_state, app_state)
        self._refusal = refusal
        self._limits = limits
        self._patience_s = limits.patience_s
        # A request that has begun, and is not there up to its body.
        self._begun_at: float | None = self.loop.time()
        self._has_moved = False
        self._stuck_since: float | None = None
        self._check: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Serve a new client."""
        super().connection_made(transport)
        if len(self.connections) > self._limits.connections:
            self.app = self._refusal
            # An upgraded connection would be served.
            self.ws_protocol_class = None
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

    def handle_websocket_upgrade(self, event: h11.Request) -> None:
        """Give the connection to the WebSocket's protocol, which looks after it from now on."""
        if self._check is not None:
            self._check.cancel()
        super().handle_websocket_upgrade(event)
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
