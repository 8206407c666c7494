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
    ├── StartupError                the owner's to mend; ends the program with one line
    │   ├── ConfigError             an option, variable or configuration file
    │   ├── AddressError            a listener that cannot be opened
    │   ├── ModelNotFound           a model that is neither on disk nor to be had
    │   ├── DeviceUnavailable       a device or its libraries that do not work
    │   ├── FileUnreadable          an audio file that cannot be read
    │   └── ServerFailed            a server that we asked does not answer, or answers an error
    └── ClientGone                  nobody's fault, and nobody is left to be told

What an error is called by those who are told of it is theirs to say: `cli` has exit statuses,
`wyoming_api.errors` and `http.errors` the codes of their protocols. Each has a table, which
`entry_of` reads.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping

    EntryT = TypeVar("EntryT")


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

    def __init__(self, message: str = "the server is shutting down") -> None:
        super().__init__(message)


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


class ClientGone(WyomingWhisperError):
    """The client has left before it was answered."""


def entry_of(
    kind: type[BaseException], table: Mapping[type[WyomingWhisperError], EntryT], bug: EntryT
) -> EntryT:
    """Return what a table says of a kind of error: its own entry, or that of its nearest base.

    Args:
        kind: The error's class.
        table: Entries by class.
        bug: What is returned for what is none of our errors.
    """
    for cls in kind.__mro__:
        if cls in table:
            return table[cls]
    return bug


def public_message(error: BaseException) -> str:
    """Return what a peer may be told: our own errors' text, and nothing about a bug's insides."""
    return str(error) if isinstance(error, WyomingWhisperError) else "internal error"
