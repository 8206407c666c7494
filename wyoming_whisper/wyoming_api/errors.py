"""Errors as Wyoming's ``error`` events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wyoming.error import Error

from wyoming_whisper.errors import (
    AddressError,
    AudioTooLong,
    AudioTooShort,
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
    SegmentTooLong,
    ServerFailed,
    ShuttingDown,
    Unauthenticated,
    UndecodableAudio,
    UnsupportedAudio,
    UnsupportedLanguage,
    UnsupportedValue,
    UploadTooLarge,
    UtteranceTooLong,
    entry_of,
    public_message,
)

if TYPE_CHECKING:
    from wyoming.event import Event

    from wyoming_whisper.errors import WyomingWhisperError

_CODES: Final[dict[type[WyomingWhisperError], str]] = {
    FramingError: "bad_framing",
    InvalidEvent: "invalid_event",
    UnsupportedAudio: "unsupported_audio",
    UnsupportedLanguage: "unsupported_language",
    UtteranceTooLong: "utterance_too_long",
    UndecodableAudio: "undecodable_audio",
    AudioTooShort: "audio_too_short",
    AudioTooLong: "audio_too_long",
    UploadTooLarge: "upload_too_large",
    InvalidParameter: "invalid_parameter",
    UnsupportedValue: "unsupported_value",
    ModelUnknown: "unknown_model",
    Unauthenticated: "unauthenticated",
    Forbidden: "forbidden",
    Overloaded: "overloaded",
    ModelLoading: "model_loading",
    EngineFailed: "engine_failed",
    SegmentTooLong: "segment_too_long",
    DecoderFailed: "decoder_failed",
    ShuttingDown: "shutting_down",
    ConfigError: "invalid_configuration",
    AddressError: "address_unavailable",
    ModelNotFound: "model_not_found",
    DeviceUnavailable: "device_unavailable",
    FileUnreadable: "unreadable_file",
    ServerFailed: "server_failed",
}


def error_code(kind: type[BaseException]) -> str:
    """Return the code of a kind of error; of what is none of ours, a bug's."""
    return entry_of(kind, _CODES, "internal_error")


def error_event(error: BaseException) -> Event:
    """Return the ``error`` event that reports an error to the peer."""
    return Error(text=public_message(error), code=error_code(type(error))).event()
