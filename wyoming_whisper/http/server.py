"""HTTP on listening sockets, in the event loop of Wyoming.

Most homes never use it, and the framework costs 20 MB and half a second. So until somebody connects
there are only the sockets; the first client waits in their backlog while the framework is imported
in a thread.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Final, cast

from wyoming_whisper.errors import Overloaded
from wyoming_whisper.system.daemon_thread import in_daemon_thread

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Sequence

    from uvicorn.server import ServerState

    from wyoming_whisper.http.connection import Closable, Connection, Limits
    from wyoming_whisper.http.service import Service

_LOG: Final = logging.getLogger(__name__)

# How long clients may take to hear that the server ends.
_FAREWELL_S: Final = 2.0


class HttpServer:
    """Serves HTTP.

    Args:
        service: What the routes use.
        limits: What clients may keep open; the usual where ``None``.
    """

    def __init__(self, service: Service, limits: Limits | None = None) -> None:
        self._service = service
        self._limits = limits
        self._listeners: Sequence[socket.socket] = ()
        self._waking: asyncio.Task[None] | None = None
        self._servers: list[asyncio.Server] = []
        self._state: ServerState | None = None

    def start(self, listeners: Sequence[socket.socket]) -> None:
        """Accept connections. The listeners are closed with the server."""
        self._listeners = listeners
        loop = asyncio.get_running_loop()
        for listener in listeners:
            loop.add_reader(listener, self._wake)

    def stop_accepting(self) -> None:
        """Close the listeners and the connections without a request; the others live on."""
        if self._waking is None:
            self._ignore_listeners()
        else:
            self._waking.cancel()
        for server in self._servers:
            server.close()
        for listener in self._listeners:
            listener.close()
        self._listeners = ()
        self._dismiss()

    async def finish_requests(self) -> None:
        """Wait until every open request is answered. Cancelling it is safe."""
        while self._state is not None and self._state.tasks:
            await asyncio.wait(self._state.tasks)

    async def close(self) -> None:
        """Fail what is open, and close all connections."""
        if self._waking is not None:
            await asyncio.wait({self._waking})
        for task in self._state.tasks if self._state is not None else ():
            task.cancel()
        self._dismiss()
        if gone := [connection.closed for connection in self._connections]:
            await asyncio.wait(gone, timeout=_FAREWELL_S)
            for connection in self._connections:
                connection.transport.abort()
            await asyncio.wait(gone)

    @property
    def _connections(self) -> list[Closable]:
        connections = set() if self._state is None else self._state.connections
        return cast("list[Closable]", list(connections))  # they are of no other kind

    def _dismiss(self) -> None:
        """Close each connection as soon as nothing is asked on it."""
        for connection in self._connections:
            if not connection.transport.is_closing():
                connection.shutdown()

    def _ignore_listeners(self) -> None:
        for listener in self._listeners:
            asyncio.get_running_loop().remove_reader(listener)

    def _wake(self) -> None:
        """Somebody is there."""
        self._ignore_listeners()
        self._waking = asyncio.get_running_loop().create_task(self._bring_up())

    async def _bring_up(self) -> None:
        """Import the framework and begin to serve.

        What prevents it ends HTTP only: who speaks meanwhile is not to be cut off.
        """
        loop = asyncio.get_running_loop()
        started = loop.time()
        try:
            self._state, connect = await in_daemon_thread(_build, self._service, self._limits)
            for listener in self._listeners:
                server = await loop.create_server(connect, sock=listener, start_serving=False)
                self._servers.append(server)
                await server.start_serving()
            _LOG.debug("HTTP came up in %.2f s", loop.time() - started)
        except Exception as error:  # noqa: BLE001 - told in a line, as other failures to start are
            _LOG.error("no HTTP: %s: %s", type(error).__name__, error)
            for listener in self._listeners:
                listener.close()


def _build(service: Service, limits: Limits | None) -> tuple[ServerState, Callable[[], Connection]]:
    """Return uvicorn's state, and what makes connections. Imports take half a second."""
    from uvicorn.server import ServerState  # noqa: PLC0415

    from wyoming_whisper.http.application import create_app, create_refusal  # noqa: PLC0415
    from wyoming_whisper.http.connection import Limits, connections  # noqa: PLC0415

    state = ServerState()
    refusal = create_refusal(Overloaded("too many connections"))
    return state, connections(create_app(service), refusal, state, limits or Limits())
