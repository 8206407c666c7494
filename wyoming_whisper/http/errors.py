"""Errors as HTTP's answers, and what the documentation says of them.

There are two shapes. Under ``/v1`` it is OpenAI's error object, which clients index without asking;
everywhere else it is ``{"status": "error", ...}`` with FastAPI's ``detail`` beside it.
"""

from __future__ import annotations

import asyncio
import logging
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, Literal
from urllib.parse import quote

from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

from wyoming_whisper.errors import (
    AudioTooLong,
    AudioTooShort,
    ClientError,
    ClientGone,
    DecoderFailed,
    EngineFailed,
    Forbidden,
    InvalidParameter,
    ModelLoading,
    ModelUnknown,
    Overloaded,
    ServiceError,
    ShuttingDown,
    StartupError,
    Unauthenticated,
    UndecodableAudio,
    UnsupportedAudio,
    UnsupportedLanguage,
    UnsupportedValue,
    UploadTooLarge,
    UtteranceTooLong,
    WyomingWhisperError,
    entry_of,
    public_message,
)
from wyoming_whisper.http.openai.errors import OpenAIErrorResponse, openai_error

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_LOG: Final = logging.getLogger(__name__)

REQUEST_ID: Final = "wyoming_whisper.request_id"
"""Where an ASGI scope has a request's id."""

# Errors of the Wyoming protocol, and those that end a program, have none: they are bugs here.
_STATUSES: Final[dict[type[WyomingWhisperError], int]] = {
    UnsupportedAudio: 400,
    UnsupportedLanguage: 400,
    UtteranceTooLong: 400,
    UndecodableAudio: 400,
    AudioTooShort: 400,
    AudioTooLong: 400,
    InvalidParameter: 400,
    UnsupportedValue: 400,
    Unauthenticated: 401,
    Forbidden: 403,
    ModelUnknown: 404,
    UploadTooLarge: 413,
    # nginx's word for a client who has left; nobody receives it.
    ClientGone: 499,
    EngineFailed: 500,
    Overloaded: 503,
    ModelLoading: 503,
    DecoderFailed: 503,
    ShuttingDown: 503,
}
_OPENAI: Final = "/v1"
# A queue drains while a client waits for the next second; a model takes longer to load.
_RETRY_AFTER_S: Final[dict[type[BaseException], int]] = {ModelLoading: 5, ShuttingDown: 5}
# Where the families do not agree: OpenAI answers 400.
_OUTSIDE_OPENAI: Final[dict[type[BaseException], int]] = {UndecodableAudio: 415}
_RETRYABLE: Final = frozenset({429, 503})


class ErrorResponse(BaseModel):
    """An error."""

    status: Literal["error"] = "error"
    code: int = Field(description="The HTTP status.")
    message: str = Field(description="What is wrong, for people.")
    detail: str = Field(description="The same.")


def _documented(model: type[BaseModel]) -> dict[int | str, dict[str, Any]]:
    described: dict[int | str, str] = {
        400: "A parameter or the audio is wrong.",
        401: "No key, or an unknown one; only where the server's owner asks for keys.",
        403: "The request comes from a foreign page, or calls the server by a foreign name.",
        413: "The request is larger than the server's owner allows.",
        500: "The server has failed.",
        503: "The server is busy, or its model is not loaded yet; `Retry-After` says when to ask.",
        # Ranges also keep FastAPI from announcing its own answers.
        "4XX": "The request cannot be served.",
        "5XX": "The server cannot serve now.",
    }
    return {status: {"model": model, "description": text} for status, text in described.items()}


OPENAI_ERRORS: Final = _documented(OpenAIErrorResponse)
"""The ``responses`` of a router under ``/v1``."""
ERRORS: Final = _documented(ErrorResponse)
"""The ``responses`` of any other router."""


def status_of(kind: type[BaseException]) -> int:
    """Return the HTTP status of a kind of error; of what is none of ours, a bug's."""
    return entry_of(kind, _STATUSES, HTTPStatus.INTERNAL_SERVER_ERROR.value)


def response(request: Request, error: BaseException) -> JSONResponse:
    """Return the answer to a request that has failed, in the shape of its path."""
    if isinstance(error, RequestValidationError):
        error = _explained(error)
    path: str = request.scope["path"]
    is_openai = path == _OPENAI or path.startswith(f"{_OPENAI}/")
    status = _status(error, is_openai=is_openai)
    if isinstance(error, HTTPException):
        headers = dict(error.headers or {})
        if error.detail == HTTPStatus.NOT_FOUND.phrase:
            error = HTTPException(status, f"Unknown URL: {request.method} {quote(path)}")
        message = str(error.detail)
    else:
        headers, message = {}, public_message(error)
    if status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    elif status in _RETRYABLE:
        headers["Retry-After"] = str(_RETRY_AFTER_S.get(type(error), 1))
    elif status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        # OpenAI's libraries ask three times otherwise, and would hear the same.
        headers["x-should-retry"] = "false"
    body = (
        openai_error(error)
        if is_openai
        else ErrorResponse(code=status, message=message, detail=message).model_dump()
    )
    return JSONResponse(body, status, headers)


def shown(scope: Scope) -> str:
    """Return a request as the log names it: its id, and what it asks for without the query."""
    return f"[{scope.get(REQUEST_ID, '-')}] {scope['method']} {quote(scope['path'])}"


def add_handlers(app: FastAPI) -> None:
    """Have an application answer what its routes raise on purpose."""

    async def answer(request: Request, error: Exception) -> JSONResponse:
        return _logged(request, error)

    # Who has left is not answered.
    ours = (ClientError, ServiceError, StartupError)
    for kind in (*ours, RequestValidationError, HTTPException):
        app.add_exception_handler(kind, answer)


class AnswerErrors:
    """Answers what other middleware raises, bugs, and who is cut off by the server's end.

    Starlette answers bugs outside of all other middleware: its answer would lack their headers.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request."""
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        async def answer(error: BaseException) -> None:
            if not started:
                await _logged(Request(scope), error)(scope, receive, send)

        try:
            await self._app(scope, receive, watched)
        except (ClientDisconnect, ClientGone):
            _LOG.debug("%s: the client has left", shown(scope))
        except asyncio.CancelledError:
            # Nothing but the server's end cancels a request.
            await answer(ShuttingDown("the server is shutting down"))
            raise
        except WyomingWhisperError as error:
            await answer(error)
        except Exception as error:
            _LOG.exception("%s failed", shown(scope))
            if started:
                raise  # the connection breaks off, so that the client sees that the answer did
            await answer(error)


def _logged(request: Request, error: BaseException) -> JSONResponse:
    answer = response(request, error)
    if isinstance(error, WyomingWhisperError):
        level = logging.WARNING if answer.status_code >= 500 else logging.DEBUG
        _LOG.log(level, "%s failed: %s", shown(request.scope), error)
    return answer


def _status(error: BaseException, *, is_openai: bool) -> int:
    if isinstance(error, HTTPException):
        return error.status_code
    usual = status_of(type(error))
    return usual if is_openai else _OUTSIDE_OPENAI.get(type(error), usual)


def _explained(error: RequestValidationError) -> InvalidParameter:
    """Return what FastAPI says of a parameter as one of our errors."""
    first = error.errors()[0]
    names = [str(part) for part in first["loc"][1:]]
    name = ".".join(names) or None
    return InvalidParameter(f"{name}: {first['msg']}" if name else first["msg"], parameter=name)
