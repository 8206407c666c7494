from __future__ import annotations

import os
import re

import pytest

from wyoming_whisper import errors
from wyoming_whisper.errors import (
    AddressError,
    AudioTooLong,
    AudioTooShort,
    ClientError,
    Codes,
    ConfigError,
    DecoderFailed,
    DeviceUnavailable,
    EngineFailed,
    FileUnreadable,
    Forbidden,
    FramingError,
    InvalidEvent,
    InvalidParameter,
    ModelLoading,
    ModelNotFound,
    ModelUnknown,
    Overloaded,
    ServerFailed,
    ServiceError,
    ShuttingDown,
    Unauthenticated,
    UndecodableAudio,
    UnsupportedAudio,
    UnsupportedLanguage,
    UnsupportedValue,
    UploadTooLarge,
    UtteranceTooLong,
    WyomingWhisperError,
    codes,
    public_message,
)


def _below(cls: type[WyomingWhisperError]) -> list[type[WyomingWhisperError]]:
    # Other tests may derive errors of their own.
    children = [child for child in cls.__subclasses__() if child.__module__ == errors.__name__]
    return [found for child in children for found in (child, *_below(child))]


def _drawn_tree() -> dict[str, str]:
    """Read the docstring's drawing: each error's name and its base's."""
    bases: dict[str, str] = {}
    branch: list[str] = []
    for line in (errors.__doc__ or "").splitlines():
        found = re.match(r"    ([│ ├└─]*)(\w+)", line)
        if found is not None:
            depth, name = len(found[1]) // 4, found[2]
            del branch[depth:]
            if branch:
                bases[name] = branch[-1]
            branch.append(name)
    return bases


LEAVES = [cls for cls in _below(WyomingWhisperError) if not _below(cls)]


def test_drawn_tree_is_the_class_tree() -> None:
    """The tree in the module's docstring is the tree of its classes."""
    assert _drawn_tree() == {
        cls.__name__: cls.__bases__[0].__name__ for cls in _below(WyomingWhisperError)
    }


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
    assert codes(error("why")).wyoming == code


def test_each_error_has_a_code_of_its_own() -> None:
    """No two kinds of error share a Wyoming code, nor a bug's."""
    names = [codes(cls("why")).wyoming for cls in LEAVES]
    assert len({*names, "internal_error"}) == len(LEAVES) + 1


EXIT_STATUS: dict[int, set[type[WyomingWhisperError]]] = {
    os.EX_PROTOCOL: {FramingError, InvalidEvent},
    os.EX_DATAERR: {
        UnsupportedAudio,
        UnsupportedLanguage,
        UtteranceTooLong,
        UndecodableAudio,
        AudioTooShort,
        AudioTooLong,
        UploadTooLarge,
    },
    os.EX_USAGE: {InvalidParameter, UnsupportedValue},
    os.EX_NOPERM: {Unauthenticated, Forbidden},
    os.EX_TEMPFAIL: {Overloaded, ModelLoading, ShuttingDown},
    os.EX_SOFTWARE: {EngineFailed, DecoderFailed},
    os.EX_CONFIG: {ConfigError},
    os.EX_NOINPUT: {ModelNotFound, FileUnreadable, ModelUnknown},
    os.EX_UNAVAILABLE: {AddressError, DeviceUnavailable, ServerFailed},
}


@pytest.mark.parametrize("cls", LEAVES)
def test_exit_status(cls: type[WyomingWhisperError]) -> None:
    """A program that ends with one of our errors exits as sysexits.h has it for its kind."""
    assert cls in EXIT_STATUS[codes(cls("why")).exit_status]


HTTP_STATUS: dict[int, set[type[WyomingWhisperError]]] = {
    401: {Unauthenticated},
    403: {Forbidden},
    404: {ModelUnknown},
    413: {UploadTooLarge},
}


@pytest.mark.parametrize("cls", LEAVES)
def test_http_status(cls: type[WyomingWhisperError]) -> None:
    """Whose fault an error is decides its HTTP status; what ends a program or a socket has none."""
    found = codes(cls("why"))
    if cls in {FramingError, InvalidEvent, EngineFailed} or not issubclass(
        cls, ClientError | ServiceError
    ):
        assert found.http_status == 500
    elif issubclass(cls, ServiceError):
        assert (found.http_status, found.openai_type) == (503, "server_error")
    else:
        listed = [status for status, errors in HTTP_STATUS.items() if cls in errors]
        assert (found.http_status, found.openai_type) == (
            *(listed or [400]),
            "invalid_request_error",
        )


def test_a_client_error_names_its_parameter() -> None:
    """An error of one of a request's parameters says which."""
    assert InvalidParameter("must be a number", parameter="temperature").parameter == "temperature"


def test_a_derived_error_is_reported_as_its_base() -> None:
    """An error that is not in the table has the codes of its nearest base that is."""

    class QueueFull(Overloaded):
        pass

    assert codes(QueueFull("x")) == codes(Overloaded("x"))


def test_own_errors_are_told_in_their_words() -> None:
    """A peer is told the text of an error that was raised on purpose."""
    assert public_message(Overloaded("too many connections")) == "too many connections"


@pytest.mark.parametrize("error", [KeyError("secret"), RuntimeError("secret"), OSError(2, "s")])
def test_a_bug_is_told_without_its_insides(error: Exception) -> None:
    """A peer learns of a bug no more than that it was one."""
    assert public_message(error) == "internal error"
    assert codes(error) == Codes("internal_error", 70, 500, "server_error", None)
