"""Everything that can go wrong, split by who can mend it.

::

    WyomingWhisperError
    ├── ClientError                 the peer's doing; told to the peer, and nobody else notices
    │   ├── FramingError            bytes that are not Wyoming events; the connection is closed
    │   ├── InvalidEvent            a known event with impossible fields
    │   ├── UnsupportedAudio        a sample format that cannot be converted
    │   ├── UnsupportedLanguage     a language that is unknown, or that the model does not speak
    │   ├── UtteranceTooLong        an utterance above the cap
    │   ├── UndecodableAudio        a file that is no audio, or in no format we read
    │   ├── AudioTooShort           a file with less audio than anything could be said in
    │   ├── AudioTooLong            a file with more audio than the owner allows
    │   ├── UploadTooLarge          a request of more bytes than the owner allows
    │   ├── InvalidParameter        a parameter with an impossible value; names it
    │   ├── UnsupportedValue        a parameter's value that this server, or its model, can't serve
    │   ├── ModelUnknown            a model by another name, where only the real one is served
    │   ├── Unauthenticated         no key, or an unknown one
    │   └── Forbidden               a key that does not suffice, or a request from a foreign page
    ├── ServiceError                ours, and perhaps gone at the next try
    │   ├── Overloaded              a queue is full; refused at the door
    │   ├── ModelLoading            nothing is loaded yet that could serve this
    │   ├── EngineFailed            the engine raised during a decode
    │   ├── SegmentTooLong          a segment was cut for a model of a longer window
    │   ├── DecoderFailed           the process that decodes files could not be started or asked
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

from dataclasses import dataclass
from typing import Final


class WyomingWhisperError(Exception):
    """Base of every error this program raises on purpose. ``str()`` is one line for a person."""


class ClientError(WyomingWhisperError):
    """A peer sent something that cannot be served.

    Args:
        message: What is wrong.
        parameter: Which of the request's parameters it is, where it is one.
    """

    def __init__(self, message: str, *, parameter: str | None = None) -> None:
        super().__init__(message)
        self.parameter = parameter


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


class UndecodableAudio(ClientError):
    """A file holds no audio that can be decoded."""


class AudioTooShort(ClientError):
    """A file's audio is too short to hold a word."""


class AudioTooLong(ClientError):
    """A file's audio exceeds the cap on its length."""


class UploadTooLarge(ClientError):
    """A request's body exceeds the cap on its size."""


class InvalidParameter(ClientError):
    """A request's parameter is missing or impossible."""


class UnsupportedValue(ClientError):
    """A request's parameter is possible, and not here."""


class ModelUnknown(ClientError):
    """No model of this name is served."""


class Unauthenticated(ClientError):
    """The request's key is missing or wrong."""


class Forbidden(ClientError):
    """The request is understood, and refused to whom it comes from."""


class ServiceError(WyomingWhisperError):
    """The server cannot serve this now."""


class Overloaded(ServiceError):
    """A bounded queue is full."""


class ModelLoading(ServiceError):
    """The model is not loaded yet."""


class EngineFailed(ServiceError):
    """A decode raised."""


class SegmentTooLong(ServiceError):
    """A segment is longer than the model's window."""


class DecoderFailed(ServiceError):
    """The process that decodes files does not work."""


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


@dataclass(frozen=True, slots=True)
class Codes:
    """What an error is called, in each of the worlds that hear of it.

    Attributes:
        wyoming: The ``code`` of a Wyoming ``error`` event.
        exit_status: Of a program that ends with it; 64 and up are the names of BSD's sysexits.h.
        http_status: Of an HTTP response.
        openai_type: The ``type`` of OpenAI's error object.
        openai_code: The ``code`` of OpenAI's error object.
    """

    wyoming: str
    exit_status: int
    http_status: int = 500
    openai_type: str = "server_error"
    openai_code: str | None = None


_REQUEST: Final = "invalid_request_error"
_SERVER: Final = "server_error"
# The one place where an error becomes a code.
_CODES: Final[dict[type[WyomingWhisperError], Codes]] = {
    FramingError: Codes("bad_framing", 76),
    InvalidEvent: Codes("invalid_event", 76),
    UnsupportedAudio: Codes("unsupported_audio", 65, 400, _REQUEST),
    UnsupportedLanguage: Codes(
        "unsupported_language", 65, 400, _REQUEST, "invalid_language_format"
    ),
    UtteranceTooLong: Codes("utterance_too_long", 65, 400, _REQUEST, "audio_too_long"),
    UndecodableAudio: Codes("undecodable_audio", 65, 400, _REQUEST),
    AudioTooShort: Codes("audio_too_short", 65, 400, _REQUEST, "audio_too_short"),
    AudioTooLong: Codes("audio_too_long", 65, 400, _REQUEST, "audio_too_long"),
    UploadTooLarge: Codes("upload_too_large", 65, 413, _REQUEST),
    InvalidParameter: Codes("invalid_parameter", 64, 400, _REQUEST),
    UnsupportedValue: Codes("unsupported_value", 64, 400, _REQUEST, "unsupported_value"),
    ModelUnknown: Codes("unknown_model", 66, 404, _REQUEST, "model_not_found"),
    Unauthenticated: Codes("unauthenticated", 77, 401, _REQUEST, "invalid_api_key"),
    Forbidden: Codes("forbidden", 77, 403, _REQUEST, "insufficient_permissions"),
    Overloaded: Codes("overloaded", 75, 503, _SERVER, "engine_overloaded"),
    ModelLoading: Codes("model_loading", 75, 503, _SERVER, "model_loading"),
    EngineFailed: Codes("engine_failed", 70),
    SegmentTooLong: Codes("segment_too_long", 70, 503, _SERVER, "segment_too_long"),
    DecoderFailed: Codes("decoder_failed", 70, 503, _SERVER, "decoder_failed"),
    ShuttingDown: Codes("shutting_down", 75, 503, _SERVER, "shutting_down"),
    ConfigError: Codes("invalid_configuration", 78),
    AddressError: Codes("address_unavailable", 69),
    ModelNotFound: Codes("model_not_found", 66),
    DeviceUnavailable: Codes("device_unavailable", 69),
    FileUnreadable: Codes("unreadable_file", 66),
    ServerFailed: Codes("server_failed", 69),
}
_INTERNAL: Final = Codes("internal_error", 70)


def codes(error: BaseException) -> Codes:
    """Return what an error is called; what is not ours is a bug, and internal."""
    for cls in type(error).__mro__:
        if cls in _CODES:
            return _CODES[cls]
    return _INTERNAL


def public_message(error: BaseException) -> str:
    """Return what a peer may be told: our own errors' text, and nothing about a bug's insides."""
    return str(error) if isinstance(error, WyomingWhisperError) else "internal error"
