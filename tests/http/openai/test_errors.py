"""OpenAI's error object."""

from __future__ import annotations

import pytest
from error_kinds import OF_REQUESTS
from starlette.exceptions import HTTPException

from wyoming_whisper.errors import (
    ClientError,
    InvalidParameter,
    Overloaded,
    WyomingWhisperError,
)
from wyoming_whisper.http.openai.errors import _CODES, openai_code, openai_error


@pytest.mark.parametrize("cls", OF_REQUESTS)
def test_type(cls: type[WyomingWhisperError]) -> None:
    """Whose fault an error is decides its type."""
    assert cls in _CODES
    kind, _ = openai_code(cls)
    assert kind == ("invalid_request_error" if issubclass(cls, ClientError) else "server_error")


def test_a_bug_has_a_type_and_no_code() -> None:
    """A bug is the server's, and says nothing of its insides."""
    assert openai_code(KeyError) == ("server_error", None)
    assert openai_error(KeyError("secret"))["error"]["message"] == "internal error"


@pytest.mark.parametrize(
    ("error", "kind", "param", "code"),
    [
        (InvalidParameter("m", parameter="p"), "invalid_request_error", "p", None),
        (Overloaded("m"), "server_error", None, "engine_overloaded"),
        (HTTPException(404, "m"), "invalid_request_error", None, "unknown_url"),
        (HTTPException(405, "m"), "invalid_request_error", None, None),
        (HTTPException(502, "m"), "server_error", None, None),
    ],
)
def test_the_object(error: Exception, kind: str, param: str | None, code: str | None) -> None:
    """An error is an object of exactly four keys."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    assert openai_error(error, status) == {
        "error": {"message": "m", "type": kind, "param": param, "code": code}
    }
