"""Errors become answers here, in the shape of the family that was asked."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Final

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.websockets import WebSocketClose, WebSocketDisconnect

from wyoming_whisper.errors import (
    ClientError,
    ClientGone,
    InvalidParameter,
    ServiceError,
    ShuttingDown,
    StartupError,
    WyomingWhisperError,
)
from wyoming_whisper.http.errors import close_code, message_of
from wyoming_whisper.http.request_log import shown

if TYPE_CHECKING:
    from fastapi import FastAPI
    from fastapi.responses import JSONResponse
    from starlette.requests import HTTPConnection
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from wyoming_whisper.http.family import Families

_LOG: Final = logging.getLogger(__name__)

# Before it a WebSocket can be refused with an answer; behind it, it can only be closed.
_STARTS: Final = frozenset(
    {"http.response.start", "websocket.accept", "websocket.http.response.start"}
)
_REFUSABLE: Final = "websocket.http.response"
# RFC 6455, 5.5: a control frame holds 125 bytes, and two are the code.
_MAX_REASON_BYTES: Final = 123


def add_handlers(app: FastAPI, families: Families) -> None:
    """Have an application answer what its routes raise on purpose."""

    async def answer(connection: HTTPConnection, error: Exception) -> JSONResponse:
        if connection.scope["type"] == "websocket":
            raise error  # what is around the routes knows whether it has been accepted
        if isinstance(error, RequestValidationError):
            error = _explained(error)
        return _logged(families, connection.scope, error)

    # Who has left is not answered.
    ours = (ClientError, ServiceError, StartupError)
    for kind in (*ours, RequestValidationError, HTTPException):
        app.add_exception_handler(kind, answer)


class AnswerErrors:
    """Answers what other middleware raises, bugs, and who is cut off by the server's end.

    A WebSocket that has not been accepted is refused with the same answers where the server can do
    so, and any other is closed with a code and a reason. Starlette answers bugs outside of all
    other middleware: its answer would lack their headers.

    Args:
        app: What is served.
        families: Whose shapes answers have.
    """

    def __init__(self, app: ASGIApp, families: Families) -> None:
        self._app = app
        self._families = families

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request or a WebSocket."""
        is_socket = scope["type"] == "websocket"
        sent: set[str] = set()

        async def watched(message: Message) -> None:
            sent.add(message["type"])
            await send(message)

        async def answer(error: BaseException) -> None:
            response = _logged(self._families, scope, error)
            is_refusable = not is_socket or _REFUSABLE in scope.get("extensions", {})
            if not sent & _STARTS and is_refusable:
                await response(scope, receive, send)
            elif is_socket and "websocket.http.response.start" not in sent:
                code = close_code(response.status_code)
                await WebSocketClose(code, _reason(error))(scope, receive, send)

        def is_over() -> bool:
            return "websocket.close" in sent or (not is_socket and bool(sent & _STARTS))

        try:
            await self._app(scope, receive, watched)
        except (ClientDisconnect, WebSocketDisconnect, ClientGone):
            _LOG.debug("%s: the client has left", shown(scope))
        except asyncio.CancelledError:
            # Nothing but the server's end cancels a request.
            if not is_over():
                await answer(ShuttingDown())
            raise
        except (WyomingWhisperError, HTTPException) as error:
            if not is_over():
                await answer(error)
        except Exception as error:
            _LOG.exception("%s failed", shown(scope))
            if not is_over():
                await answer(error)
            elif not is_socket:
                raise  # the connection breaks off, so that the client sees that the answer did


def _logged(families: Families, scope: Scope, error: BaseException) -> JSONResponse:
    answer = families.answer(scope, error)
    if isinstance(error, WyomingWhisperError):
        level = logging.WARNING if answer.status_code >= 500 else logging.DEBUG
        _LOG.log(level, "%s failed: %s", shown(scope), error)
    return answer


def _reason(error: BaseException) -> str:
    return message_of(error).encode()[:_MAX_REASON_BYTES].decode(errors="ignore")


def _explained(error: RequestValidationError) -> InvalidParameter:
    """Return what FastAPI says of a parameter as one of our errors."""
    first = error.errors()[0]
    names = [str(part) for part in first["loc"][1:]]
    name = ".".join(names) or None
    return InvalidParameter(f"{name}: {first['msg']}" if name else first["msg"], parameter=name)
