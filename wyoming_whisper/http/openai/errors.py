"""Errors as OpenAI's API gives them: an object that its clients index without asking."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from wyoming_whisper.errors import (
    AudioTooLong,
    AudioTooShort,
    ClientError,
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
)
from wyoming_whisper.http.errors import message_of

_REQUEST: Final = "invalid_request_error"
_SERVER: Final = "server_error"
# An error's ``type`` and ``code``.
_CODES: Final[dict[type[WyomingWhisperError], tuple[str, str | None]]] = {
    UnsupportedAudio: (_REQUEST, None),
    UnsupportedLanguage: (_REQUEST, "invalid_language_format"),
    UtteranceTooLong: (_REQUEST, "audio_too_long"),
    UndecodableAudio: (_REQUEST, None),
    AudioTooShort: (_REQUEST, "audio_too_short"),
    AudioTooLong: (_REQUEST, "audio_too_long"),
    UploadTooLarge: (_REQUEST, None),
    InvalidParameter: (_REQUEST, None),
    UnsupportedValue: (_REQUEST, "unsupported_value"),
    ModelUnknown: (_REQUEST, "model_not_found"),
    Unauthenticated: (_REQUEST, "invalid_api_key"),
    Forbidden: (_REQUEST, "insufficient_permissions"),
    EngineFailed: (_SERVER, None),
    SegmentTooLong: (_SERVER, "segment_too_long"),
    Overloaded: (_SERVER, "engine_overloaded"),
    ModelLoading: (_SERVER, "model_loading"),
    DecoderFailed: (_SERVER, "decoder_failed"),
    ShuttingDown: (_SERVER, "shutting_down"),
}


class OpenAIErrorObject(BaseModel):
    """What is wrong with a request, or with the server."""

    message: str = Field(description="For people.")
    type: str = Field(description="`invalid_request_error`, or `server_error`.")
    param: str | None = Field(description="The request's field that is wrong.")
    code: str | None = Field(description="For programs, such as `audio_too_short`.")


class OpenAIErrorResponse(BaseModel):
    """An error, as OpenAI's API gives it."""

    error: OpenAIErrorObject


def openai_code(kind: type[BaseException]) -> tuple[str, str | None]:
    """Return the ``type`` and the ``code`` of a kind of error; of what is none of ours, a bug's."""
    return entry_of(kind, _CODES, (_SERVER, None))


def openai_error(error: BaseException, status: int = 500) -> dict[str, Any]:
    """Return OpenAI's error object for an error; of a bug it says nothing.

    Args:
        error: The error.
        status: Its HTTP status, by which the framework's errors are told apart.
    """
    kind, code = openai_code(type(error))
    if isinstance(error, HTTPException):
        kind = _REQUEST if status < 500 else _SERVER
        code = "unknown_url" if status == HTTPStatus.NOT_FOUND else None
    param = error.parameter if isinstance(error, ClientError) else None
    found = OpenAIErrorObject(message=message_of(error), type=kind, param=param, code=code)
    return OpenAIErrorResponse(error=found).model_dump()
