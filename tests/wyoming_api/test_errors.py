"""Errors, as Wyoming's clients are told of them."""

from __future__ import annotations

import pytest
from error_kinds import TOLD
from wyoming.event import Event

from wyoming_whisper.errors import (
    EngineFailed,
    FramingError,
    InvalidEvent,
    Overloaded,
    UnsupportedAudio,
    UnsupportedLanguage,
    WyomingWhisperError,
)
from wyoming_whisper.wyoming_api.errors import _CODES, error_code, error_event


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (FramingError, "bad_framing"),
        (InvalidEvent, "invalid_event"),
        (UnsupportedAudio, "unsupported_audio"),
        (UnsupportedLanguage, "unsupported_language"),
        (Overloaded, "overloaded"),
        (EngineFailed, "engine_failed"),
    ],
)
def test_codes_that_clients_see(error: type[WyomingWhisperError], code: str) -> None:
    """An error keeps the Wyoming code that clients know it by."""
    assert error_code(error) == code


def test_each_error_has_a_code_of_its_own() -> None:
    """Every kind of error has its entry, and no two share a code, nor a bug's."""
    assert set(_CODES) == set(TOLD)
    assert len({*_CODES.values(), error_code(KeyError)}) == len(TOLD) + 1


def test_error_event() -> None:
    """An error is reported by its text and code."""
    event = error_event(Overloaded("too many connections"))
    assert event == Event("error", {"text": "too many connections", "code": "overloaded"})


def test_a_bug_has_its_code() -> None:
    """A bug is reported by a code, and without its insides."""
    event = error_event(KeyError("secret"))
    assert event == Event("error", {"text": "internal error", "code": "internal_error"})
