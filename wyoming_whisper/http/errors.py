"""What HTTP calls our errors: statuses, WebSockets' codes, and the shape that most APIs share."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final, Literal

from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from wyoming_whisper.errors import (
    AudioTooLong,
    AudioTooShort,
    ClientGone,
    DecoderFailed,
    EngineFailed,
    Forbidden,
    InvalidParameter,
    ModelLoading,
    ModelUnknown,
    Overloaded,
    SegmentTooLong,
    ShuttingDown,
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
    # The next try is cut for the model that is there now.
    SegmentTooLong: 503,
    Overloaded: 503,
    ModelLoading: 503,
    DecoderFailed: 503,
    ShuttingDown: 503,
}
RETRYABLE: Final = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})
"""Statuses behind which the same request may succeed."""


class ErrorResponse(BaseModel):
    """An error."""

    status: Literal["error"] = "error"
    code: int = Field(description="The HTTP status.")
    message: str = Field(description="What is wrong, for people.")
    detail: str = Field(description="The same.")


def status_of(kind: type[BaseException]) -> int:
    """Return the HTTP status of a kind of error; of what is none of ours, a bug's."""
    return entry_of(kind, _STATUSES, HTTPStatus.INTERNAL_SERVER_ERROR.value)


def close_code(status: int) -> int:
    """Return the code with which a WebSocket is closed where an answer would have a status.

    Source: https://www.iana.org/assignments/websocket/websocket.xhtml
    """
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return 1009  # message too big
    if status in RETRYABLE:
        return 1013  # try again later
    return 1011 if status >= HTTPStatus.INTERNAL_SERVER_ERROR else 1008  # bug, or policy


def message_of(error: BaseException) -> str:
    """Return what a client is told of an error; of a bug nothing."""
    return str(error.detail) if isinstance(error, HTTPException) else public_message(error)


def error_body(error: BaseException, status: int) -> dict[str, Any]:
    """Return JSON's object of an error: its status, and FastAPI's ``detail`` beside it."""
    message = message_of(error)
    return ErrorResponse(code=status, message=message, detail=message).model_dump()


def documented(model: type[BaseModel]) -> dict[int | str, dict[str, Any]]:
    """Return what the documentation says of errors that have a shape."""
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
