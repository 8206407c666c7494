"""Everything that can go wrong, split by who can mend it.

::

    WyomingWhisperError
    ├── ClientError                 the peer's doing; told to the peer, and nobody else notices
    │   ├── FramingError            bytes that are not Wyoming events; the connection is closed
    │   ├── InvalidEvent            a known event with impossible fields
    │   ├── UnsupportedAudio        a sample format that cannot be converted
    │   ├── UnsupportedLanguage     a language that is unknown, or that the model does not speak
    │   └── UtteranceTooLong        an utterance above the cap
    ├── ServiceError                ours, and perhaps gone at the next try
    │   ├── Overloaded              a queue is full; refused at the door
    │   ├── ModelLoading            nothing is loaded yet that could serve this
    │   ├── EngineFailed            the engine raised during a decode
    │   └── ShuttingDown            the server is on its way out
    └── StartupError                the owner's to mend; ends the program with one line
        ├── ConfigError             an option, variable or configuration file
        ├── AddressError            a listener that cannot be opened
        ├── ModelNotFound           a model that is neither on disk nor to be had
        ├── DeviceUnavailable       a device or its libraries that do not work
        ├── FileUnreadable          an audio file that cannot be read
        └── ServerFailed            a server that we asked does not answer, or answers an error
"""

from __future__ import annotations

from typing import Final


class WyomingWhisperError(Exception):
    """Base of every error this program raises on purpose. ``str()`` is one line for a person."""


class ClientError(WyomingWhisperError):
    """A peer sent something that cannot be served."""


class FramingError(ClientError):
    """The byte stream is not a sequence of Wyoming events."""


class InvalidEvent(ClientError):
    """A known event has fields of the wrong type."""


class UnsupportedAudio(ClientError):
    """The sample format is missing, impossible or outside the supported range."""


class UnsupportedLanguage(ClientError):
    """The language is unknown or not one of the model's."""


class UtteranceTooLong(ClientError):
    """The utterance exceeds the cap on its length."""


class ServiceError(WyomingWhisperError):
    """The server cannot serve this now."""


class Overloaded(ServiceError):
    """A bounded queue is full."""


class ModelLoading(ServiceError):
    """The model is not loaded yet."""


class EngineFailed(ServiceError):
    """A decode raised."""


class ShuttingDown(ServiceError):
    """The server is shutting down."""


class StartupError(WyomingWhisperError):
    """The program cannot start, or a command cannot be carried out."""


class ConfigError(StartupError):
    """A setting is invalid."""


class AddressError(StartupError):
    """A listening address cannot be used."""


class ModelNotFound(StartupError):
    """No such model."""


class DeviceUnavailable(StartupError):
    """No such device, or its libraries are missing."""


class FileUnreadable(StartupError):
    """An audio file cannot be read."""


class ServerFailed(StartupError):
    """The server that was asked cannot be reached, or could not serve."""


# The one place where an error becomes a code: (Wyoming `error.code`, exit status of the program).
# 64 and up are the names of BSD's sysexits.h.
_CODES: Final[dict[type[WyomingWhisperError], tuple[str, int]]] = {
    FramingError: ("bad_framing", 76),
    InvalidEvent: ("invalid_event", 76),
    UnsupportedAudio: ("unsupported_audio", 65),
    UnsupportedLanguage: ("unsupported_language", 65),
    UtteranceTooLong: ("utterance_too_long", 65),
    Overloaded: ("overloaded", 75),
    ModelLoading: ("model_loading", 75),
    EngineFailed: ("engine_failed", 70),
    ShuttingDown: ("shutting_down", 75),
    ConfigError: ("invalid_configuration", 78),
    AddressError: ("address_unavailable", 69),
    ModelNotFound: ("model_not_found", 66),
    DeviceUnavailable: ("device_unavailable", 69),
    FileUnreadable: ("unreadable_file", 66),
    ServerFailed: ("server_failed", 69),
}
_INTERNAL: Final = ("internal_error", 70)


def wyoming_code(error: BaseException) -> str:
    """Return the ``code`` of the Wyoming ``error`` event that reports this error."""
    return _lookup(error)[0]


def exit_status(error: BaseException) -> int:
    """Return the exit status of a program that ends with this error."""
    return _lookup(error)[1]


def public_message(error: BaseException) -> str:
    """Return what a peer may be told: our own errors' text, and nothing about a bug's insides."""
    return str(error) if isinstance(error, WyomingWhisperError) else "internal error"


def _lookup(error: BaseException) -> tuple[str, int]:
    for cls in type(error).__mro__:
        if cls in _CODES:
            return _CODES[cls]
    return _INTERNAL
