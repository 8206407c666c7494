"""What HTTP calls our errors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from error_kinds import KINDS, OF_REQUESTS
from starlette.exceptions import HTTPException

from wyoming_whisper.errors import (
    ClientError,
    ClientGone,
    EngineFailed,
    Forbidden,
    ModelUnknown,
    Overloaded,
    Unauthenticated,
    UploadTooLarge,
)
from wyoming_whisper.http.errors import (
    _STATUSES,
    ErrorResponse,
    close_code,
    documented,
    error_body,
    status_of,
)

if TYPE_CHECKING:
    from wyoming_whisper.errors import WyomingWhisperError

STATUSES: dict[int, set[type[WyomingWhisperError]]] = {
    401: {Unauthenticated},
    403: {Forbidden},
    404: {ModelUnknown},
    413: {UploadTooLarge},
    499: {ClientGone},
    500: {EngineFailed},
}


@pytest.mark.parametrize("cls", KINDS)
def test_status(cls: type[WyomingWhisperError]) -> None:
    """Whose fault an error is decides its HTTP status; what ends a program or a socket has none."""
    if cls not in {*OF_REQUESTS, ClientGone}:
        assert cls not in _STATUSES
        assert status_of(cls) == 500
        return
    assert cls in _STATUSES
    listed = [status for status, kinds in STATUSES.items() if cls in kinds]
    usual = 400 if issubclass(cls, ClientError) else 503
    assert status_of(cls) == (*listed, usual)[0]


def test_status_of_a_bug() -> None:
    """What is none of our errors is the server's fault."""
    assert status_of(KeyError) == 500


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (Overloaded("m"), "m"),
        (HTTPException(418, "tea"), "tea"),
        (KeyError("secret"), "internal error"),
    ],
)
def test_body(error: Exception, message: str) -> None:
    """An error has a status, its number, a message, and FastAPI's detail; a bug has no insides."""
    assert error_body(error, 418) == {
        "status": "error", "code": 418, "message": message, "detail": message,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("status", "code"),
    [(400, 1008), (401, 1008), (403, 1008), (413, 1009), (429, 1013), (500, 1011), (503, 1013)],
)
def test_close_codes(status: int, code: int) -> None:
    """A WebSocket is closed with a code that says whose fault it was, and whether to come again."""
    assert close_code(status) == code


def test_documented() -> None:
    """Every status that we answer with is documented, in a range if not by itself."""
    found = documented(ErrorResponse)
    assert set(_STATUSES.values()) - {404, 499} <= set(found)
    assert {"4XX", "5XX"} < set(found)
