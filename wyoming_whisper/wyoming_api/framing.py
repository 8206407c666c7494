r"""Bytes ⇄ Wyoming events.

An event on the wire is one line of UTF-8 JSON, then optionally a block of JSON and a block of bytes
whose lengths the line announces::

    {"type": T, "version": V, "data": {...}?, "data_length": N?, "payload_length": M?}\n
    <N bytes: a JSON object, merged over the header's "data">
    <M bytes: the payload>

Nothing is allocated on a peer's word: a length above its cap is refused when the header is read,
and below it the buffer grows with what has really arrived.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from wyoming.event import Event
from wyoming.version import __version__ as _PROTOCOL_VERSION  # noqa: N812 - it is a constant

from wyoming_whisper.errors import FramingError

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_HEADER_BYTES: Final = 64 * 1024
"""The limit of the wyoming package's own reader, so no working client sends more."""

MAX_DATA_BYTES: Final = 256 * 1024
"""Event data are a few fields; the largest real ones are lists of names to recognise."""

MAX_PAYLOAD_BYTES: Final = 8 * 1024 * 1024
"""Clients send 10 to 64 ms at a time; this is 43 s of the widest common format (48 kHz stereo
16 bit), for those that send a whole recording as one chunk."""


class EventDecoder:
    """Turns a byte stream into events, the same ones for any cut of the stream."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._scanned = 0  # bytes of the buffer known to hold no end of line
        self._header: _Header | None = None
        self._failure: FramingError | None = None

    def feed(self, data: bytes) -> Iterator[Event]:
        """Take bytes as they came; iterate over the events that are complete.

        Raises:
            FramingError: While iterating, behind the last good event, if the bytes are not Wyoming
                events. The stream is beyond repair then: every later iteration raises again.
        """
        self._buffer += data
        return self._events()

    @property
    def mid_event(self) -> bool:
        """Whether the stream, should it end here, ends inside an event."""
        return bool(self._buffer) or self._header is not None

    def _events(self) -> Iterator[Event]:
        try:
            if self._failure is not None:
                raise self._failure
            while (event := self._next_event()) is not None:
                yield event
        except FramingError as error:
            self._failure = error
            self._buffer.clear()
            raise

    def _next_event(self) -> Event | None:
        if self._header is None:
            line = self._take_line()
            if line is None:
                return None
            self._header = _parse_header(line)
        header = self._header
        if len(self._buffer) < header.data_length + header.payload_length:
            return None
        if header.data_length:
            header.data.update(_json_object(self._take(header.data_length), "the data block"))
        payload = self._take(header.payload_length) if header.payload_length else None
        self._header = None
        return Event(header.type, header.data, payload)

    def _take_line(self) -> bytes | None:
        end = self._buffer.find(b"\n", self._scanned)
        if end < 0:
            self._scanned = len(self._buffer)
        if (self._scanned if end < 0 else end) > MAX_HEADER_BYTES:
            raise FramingError(f"a header line is longer than {MAX_HEADER_BYTES} bytes")
        if end < 0:
            return None
        self._scanned = 0
        return self._take(end + 1)

    def _take(self, n_bytes: int) -> bytes:
        with memoryview(self._buffer) as view:
            taken = bytes(view[:n_bytes])
        del self._buffer[:n_bytes]
        return taken


def encode_event(event: Event) -> bytes:
    """Return an event as the wyoming package writes it: data always in a block of its own.

    The JSON is pure ASCII, so that a lone surrogate which a peer sent can be sent back.
    """
    header: dict[str, Any] = {"type": event.type, "version": _PROTOCOL_VERSION}
    data = json.dumps(event.data).encode() if event.data else b""
    if data:
        header["data_length"] = len(data)
    if event.payload:
        header["payload_length"] = len(event.payload)
    return b"%b\n%b%b" % (json.dumps(header).encode(), data, event.payload or b"")


@dataclass(slots=True)
class _Header:
    type: str
    data: dict[str, Any]
    data_length: int
    payload_length: int


def _parse_header(line: bytes) -> _Header:
    fields = _json_object(line, "a header line")
    event_type = fields.get("type")
    if not isinstance(event_type, str):
        raise FramingError('a header has no "type" that is a string')
    data = fields.get("data")
    if data is None:
        data = {}
    if not isinstance(data, dict):
        raise FramingError('"data" is not a JSON object')
    return _Header(
        event_type,
        data,
        _length(fields, "data_length", MAX_DATA_BYTES),
        _length(fields, "payload_length", MAX_PAYLOAD_BYTES),
    )


def _length(fields: dict[str, Any], name: str, cap: int) -> int:
    value = fields.get(name)
    if value is None:
        return 0
    # JSON's true is no number, though Python's is.
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= cap:
        raise FramingError(f'"{name}" must be an integer from 0 to {cap}')
    return value


def _json_object(encoded: bytes, what: str) -> dict[str, Any]:
    try:
        # Decoded here because json.loads would guess UTF-16 and UTF-32.
        value = json.loads(encoded.decode())
    except (ValueError, RecursionError) as error:
        raise FramingError(f"{what} is not JSON") from error
    if not isinstance(value, dict):
        raise FramingError(f"{what} is not a JSON object")
    return value
