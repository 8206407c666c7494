from __future__ import annotations

import asyncio
import itertools
import json
import tracemalloc
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wyoming.asr import Transcribe
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.event import Event, async_read_event, async_write_event
from wyoming.version import __version__

from wyoming_whisper.errors import FramingError
from wyoming_whisper.wyoming_api.framing import (
    MAX_DATA_BYTES,
    MAX_HEADER_BYTES,
    MAX_PAYLOAD_BYTES,
    EventDecoder,
    encode_event,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MIB: Final = 1024 * 1024


def decode(pieces: Iterable[bytes]) -> list[Event]:
    """Decode a stream that must end at the end of an event."""
    decoder = EventDecoder()
    events = [event for piece in pieces for event in decoder.feed(piece)]
    assert not decoder.mid_event
    return events


def byte_by_byte(stream: bytes) -> list[bytes]:
    return [stream[i : i + 1] for i in range(len(stream))]


def cut(stream: bytes, places: Iterable[int]) -> list[bytes]:
    """Cut a stream at these places, some of which may be the same or beyond its end."""
    bounds = [0, *sorted(min(place, len(stream)) for place in places), len(stream)]
    return [stream[a:b] for a, b in itertools.pairwise(bounds)]


@dataclass
class Outcome:
    """What becomes of a stream that may break the framing."""

    decoder: EventDecoder = field(default_factory=EventDecoder, compare=False)
    events: list[Event] = field(default_factory=list)
    error: str | None = None


def outcome(pieces: Iterable[bytes]) -> Outcome:
    found = Outcome()
    try:
        for piece in pieces:
            for event in found.decoder.feed(piece):
                found.events.append(event)
    except FramingError as error:
        found.error = str(error)
    return found


# Any event, and any of the ways to write it.

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=6,
)
json_objects = st.dictionaries(st.text(max_size=6) | st.just("rate"), json_values, max_size=4)
payloads = st.none() | st.binary(min_size=1, max_size=60)
events_to_send = st.builds(Event, st.text(max_size=12), json_objects, payloads)


@st.composite
def written_events(draw: st.DrawFn) -> tuple[bytes, Event]:
    """Draw an event as some client may write it, and what it means."""
    event_type, payload = draw(st.text(max_size=12)), draw(payloads)
    inline, block = draw(st.none() | json_objects), draw(st.none() | json_objects)
    ascii_only, newline = draw(st.booleans()), draw(st.sampled_from(["\n", "\r\n", " \n"]))
    header: dict[str, Any] = {"type": event_type}
    if inline is not None or draw(st.booleans()):
        header["data"] = inline
    if draw(st.booleans()):
        header["version"] = draw(st.sampled_from(["1.0.0", "99", None, 7]))
    if draw(st.booleans()):
        header["extra"] = draw(json_values)
    encoded = b""
    if block is not None:
        encoded = json.dumps(block, ensure_ascii=ascii_only, indent=1).encode()
        header["data_length"] = len(encoded)
    elif draw(st.booleans()):
        header["data_length"] = draw(st.sampled_from([0, None]))
    if payload is not None:
        header["payload_length"] = len(payload)
    elif draw(st.booleans()):
        header["payload_length"] = draw(st.sampled_from([0, None]))
    line = json.dumps(header, ensure_ascii=ascii_only) + newline
    wire = line.encode() + encoded + (payload or b"")
    return wire, Event(event_type, (inline or {}) | (block or {}), payload)


@settings(deadline=None, max_examples=150)
@given(
    st.lists(written_events(), max_size=4),
    st.lists(st.integers(0, 1500), max_size=8),
)
def test_any_cut_gives_the_same_events(
    written: list[tuple[bytes, Event]], places: list[int]
) -> None:
    """A stream gives the events it was made of: glued together, cut anywhere and byte by byte."""
    stream = b"".join(wire for wire, _ in written)
    expected = [event for _, event in written]
    assert decode([stream]) == expected
    assert decode(cut(stream, places)) == expected
    assert decode(byte_by_byte(stream)) == expected
    assert decode(wire for wire, _ in written) == expected


@settings(deadline=None, max_examples=80)
@given(st.lists(events_to_send, max_size=4))
def test_what_is_encoded_is_decoded(events: list[Event]) -> None:
    """Decoding what was encoded gives the same events."""
    assert decode([b"".join(encode_event(event) for event in events)]) == events


def test_an_event_is_written_as_the_package_writes_it() -> None:
    """Data are in a block of their own, and what an event has none of is not mentioned."""
    assert encode_event(Event("audio-chunk", {"rate": 1}, b"pcm")) == (
        b'{"type": "audio-chunk", "version": "%b", "data_length": 11, "payload_length": 3}\n'
        b'{"rate": 1}pcm' % __version__.encode()
    )
    for bare in (Event("pong"), Event("pong", {}, b"")):
        assert encode_event(bare) == b'{"type": "pong", "version": "%b"}\n' % __version__.encode()


@pytest.mark.parametrize(
    ("wire", "event"),
    [
        pytest.param(b'{ "type": "describe" }\n', Event("describe"), id="no version"),
        pytest.param(b'{"type":"ping","data":null}\n', Event("ping"), id="data: null"),
        pytest.param(
            b'{"type":"ping","data":{"text":"a","more":1},"data_length":12}\n{"text":"b"}',
            Event("ping", {"text": "b", "more": 1}),
            id="the data block over inline data",
        ),
        pytest.param(
            b'{"type":"ping","data":null,"data_length":12}\n{"text":"b"}',
            Event("ping", {"text": "b"}),
            id="the data block over data: null",
        ),
        pytest.param(
            b'{"type":"x","data_length":null,"payload_length":null}\n',
            Event("x"),
            id="lengths: null",
        ),
        pytest.param(b'{"type":"","future":[{}]}\n', Event(""), id="unknown keys"),
        pytest.param(b'{"type":"ping","payload_length":1}\n\n', Event("ping", {}, b"\n")),
    ],
)
def test_headers_of_all_kinds_of_clients(wire: bytes, event: Event) -> None:
    """A header may leave out whatever has a meaning by default, and hold what we do not know."""
    assert decode([wire]) == [event]
    assert decode(byte_by_byte(wire)) == [event]


def test_the_caps_leave_room() -> None:
    """Thousands of names, and a recording of 40 s in one chunk, are accepted."""
    names = Transcribe(transcript_names=[f"Kitchen lamp {n}" for n in range(10_000)]).event()
    chunk = AudioChunk(48_000, 2, 2, 40 * 48_000 * 4 * b"\0").event()
    assert decode([encode_event(names) + encode_event(chunk)]) == [names, chunk]


def test_data_may_come_in_both_places_of_each_event() -> None:
    """An event's inline data do not outlive it."""
    first = b'{"type":"a","data":{"x":1},"data_length":7}\n{"y":2}'
    assert decode([first + b'{"type":"b","data_length":7}\n{"z":3}']) == [
        Event("a", {"x": 1, "y": 2}),
        Event("b", {"z": 3}),
    ]


def test_a_lone_surrogate_can_be_sent_back() -> None:
    """Text that is no Unicode survives decoding and encoding."""
    wire = b'{"type":"ping","data":{"text":"\\ud800"}}\n'
    (event,) = decode([wire])
    assert decode([encode_event(event)]) == [event] == [Event("ping", {"text": "\ud800"})]


# The wyoming package's own reader and writer.

WELL_KNOWN: Final = [
    Event("describe"),
    Transcribe(name="größe", language="de", transcript_names=["Łódź", "東京"]).event(),
    AudioStart(16_000, 2, 1).event(),
    AudioChunk(16_000, 2, 1, b"\n\0{}" * 80, timestamp=10).event(),
    AudioChunk(48_000, 4, 2, bytes(range(256)), timestamp=None).event(),
    AudioStop().event(),
    Event("user-event", {"name": "x", "data": {"deep": [1, 2.5, None, {"": "\n"}]}}, b"\0"),
]


class MemoryTransport(asyncio.Transport):
    """Keeps what is written to it."""

    def __init__(self) -> None:
        super().__init__()
        self.written = bytearray()
        self._closing = False

    def write(self, data: bytes | bytearray | memoryview[Any]) -> None:
        self.written += data

    def is_closing(self) -> bool:
        return self._closing

    def close(self) -> None:
        self._closing = True


async def written_by_the_package(events: Sequence[Event]) -> bytes:
    transport = MemoryTransport()
    protocol = asyncio.StreamReaderProtocol(asyncio.StreamReader())
    writer = asyncio.StreamWriter(transport, protocol, None, asyncio.get_running_loop())
    for event in events:
        await async_write_event(event, writer)
    writer.close()
    return bytes(transport.written)


async def read_by_the_package(stream: bytes) -> list[Event]:
    reader = asyncio.StreamReader()
    reader.feed_data(stream)
    reader.feed_eof()
    events: list[Event] = []
    while (event := await async_read_event(reader)) is not None:
        events.append(event)
    assert await reader.read() == b""
    return events


async def test_the_packages_writer_is_understood() -> None:
    """What wyoming's own writer writes is decoded as it was meant."""
    stream = await written_by_the_package(WELL_KNOWN)
    assert decode([stream]) == WELL_KNOWN
    assert decode(byte_by_byte(stream)) == WELL_KNOWN


async def test_the_packages_reader_understands() -> None:
    """What we write is read by wyoming's own reader as it was meant."""
    stream = b"".join(encode_event(event) for event in WELL_KNOWN)
    assert await read_by_the_package(stream) == WELL_KNOWN


@settings(deadline=None, max_examples=30)
@given(st.lists(events_to_send, max_size=3))
async def test_any_event_passes_to_and_from_the_package(events: list[Event]) -> None:
    """Any event means the same to wyoming's reader and writer and to ours."""
    assert decode([await written_by_the_package(events)]) == events
    assert await read_by_the_package(b"".join(map(encode_event, events))) == events


# What is not Wyoming.


def header(**fields: object) -> bytes:
    return json.dumps({"type": "x"} | fields).encode() + b"\n"


def with_block(block: bytes) -> bytes:
    return header(data_length=len(block)) + block


BAD_LENGTHS: Final = [-1, 1.0, 0.5, 1e300, "1", "", True, False, [1], {}, 10**18, 10**400]

OFFENCES: Final = {
    "not JSON": b"hello\n",
    "HTTP": b"GET / HTTP/1.1\r\n",
    "binary": b"\x16\x03\x01\x02\x00\xff\xfe\n",
    "half an object": b'{"type": "x"\n',
    "two objects": b'{"type": "x"}{"type": "x"}\n',
    "empty line": b"\n",
    "blank line": b" \r\n",
    "list": b"[]\n",
    "string": b'"type"\n',
    "number": b"1\n",
    "null": b"null\n",
    "invalid UTF-8": b'{"type": "\xff"}\n',
    "encoded surrogate": b'{"type": "\xed\xa0\x80"}\n',
    "byte order mark": b'\xef\xbb\xbf{"type": "x"}\n',
    "UTF-16": '{"type": "x"}\n'.encode("utf-16"),
    "UTF-16 little-endian": '{"type": "x"}\n'.encode("utf-16-le"),
    "UTF-16 big-endian": '{"type": "x"}\n'.encode("utf-16-be"),
    "UTF-32": '{"type": "x"}\n'.encode("utf-32"),
    "no type": b"{}\n",
    "type is null": b'{"type": null}\n',
    "type is a number": b'{"type": 7}\n',
    "type is a list": b'{"type": ["describe"]}\n',
    "data is a list": b'{"type": "x", "data": []}\n',
    "data is a string": b'{"type": "x", "data": ""}\n',
    "data is a number": b'{"type": "x", "data": 0}\n',
    "data is false": b'{"type": "x", "data": false}\n',
    **{f"data_length {value!r:.9}": header(data_length=value) for value in BAD_LENGTHS},
    **{f"payload_length {value!r:.9}": header(payload_length=value) for value in BAD_LENGTHS},
    "data_length above its cap": header(data_length=MAX_DATA_BYTES + 1),
    "payload_length above its cap": header(payload_length=MAX_PAYLOAD_BYTES + 1),
    "length is no number": b'{"type": "x", "data_length": NaN}\n',
    "length is infinite": b'{"type": "x", "payload_length": Infinity}\n',
    "length of 5000 digits": b'{"type": "x", "payload_length": 1' + 5000 * b"0" + b"}\n",
    "number of 5000 digits in data": with_block(b'{"a": 1' + 5000 * b"0" + b"}"),
    "header above its cap": b'{"type": "' + MAX_HEADER_BYTES * b"x" + b'"}\n',
    "blank header above its cap": b'{"type": "x"' + MAX_HEADER_BYTES * b" " + b"}\n",
    "header without end": (MAX_HEADER_BYTES + 1) * b" ",
    "deep header": b'{"type": "x", "a": ' + 20_000 * b"[" + 20_000 * b"]" + b"}\n",
    "deep header of objects": b'{"type": "x", "a": ' + 10_000 * b'{"":' + b"\n",
    "deep header, unfinished": 60_000 * b"[" + b"\n",
    "deep data block": with_block(b'{"a": ' + 100_000 * b"[" + 100_000 * b"]" + b"}"),
    "data block is not JSON": with_block(b"{hello}"),
    "data block is blank": with_block(b"  "),
    "data block is a list": with_block(b"[]"),
    "data block is null": with_block(b"null"),
    "data block is a string": with_block(b'"a"'),
    "data block is a number": with_block(b"1.5"),
    "data block is cut off": with_block(b'{"a": ') + b"1}",
    "data block is too long": with_block(b'{"a": 1}\n{'),
    "data block is invalid UTF-8": with_block(b'{"a": "\xff"}'),
    "data block is UTF-16": with_block('{"a": 1}'.encode("utf-16")),
    "data block is bad before a payload": header(data_length=2, payload_length=3) + b"[]abc",
}


@pytest.mark.parametrize("offence", OFFENCES.values(), ids=OFFENCES)
def test_offences(offence: bytes) -> None:
    """What is no event raises FramingError once what came before it is delivered, for any cut."""
    good = [Event("ping", {"text": "a"}), Event("audio-chunk", {"rate": 1}, b"\n\n")]
    for before in ([], good):
        stream = b"".join(encode_event(event) for event in before) + offence
        for pieces in ([stream], byte_by_byte(stream), [stream + encode_event(Event("late"))]):
            found = outcome(pieces)
            assert found.events == before
            assert found.error is not None
            assert len(found.error.splitlines()) == 1


@pytest.mark.parametrize("offence", [OFFENCES["not JSON"], OFFENCES["data block is a list"]])
def test_after_an_offence_every_feed_raises(offence: bytes) -> None:
    """A stream that has broken the framing is not taken up again, and nothing of it is kept."""
    decoder = outcome([offence]).decoder
    for data in (encode_event(Event("ping")), b"", offence, 100_000 * b" "):
        with pytest.raises(FramingError):
            list(decoder.feed(data))
    decoder = outcome([offence + encode_event(Event("ping"))]).decoder
    with pytest.raises(FramingError):
        list(decoder.feed(b""))


@settings(deadline=None, max_examples=200)
@given(
    st.binary(max_size=200) | st.text(alphabet='{}[]":,\n type1data_length-.e', max_size=80),
    st.lists(st.integers(0, 200), max_size=5),
)
def test_bytes_that_mean_nothing(junk: bytes | str, places: list[int]) -> None:
    """Any bytes at all give events or FramingError, and both the same for any cut."""
    stream = junk if isinstance(junk, bytes) else junk.encode()
    whole = outcome([stream])
    assert outcome(cut(stream, places)) == whole
    assert outcome(byte_by_byte(stream)) == whole


# Where an event is complete.


def test_mid_event() -> None:
    """A stream may end between events, and nowhere else."""
    decoder = EventDecoder()
    assert not decoder.mid_event
    stream = encode_event(Event("audio-chunk", {"rate": 16_000}, b"pcm"))
    for i, byte in enumerate(byte_by_byte(stream), 1):
        assert len(list(decoder.feed(byte))) == (i == len(stream))
        assert decoder.mid_event == (i < len(stream))


def test_an_event_is_given_as_soon_as_it_is_complete() -> None:
    """An event without data does not wait for the bytes that follow."""
    decoder = EventDecoder()
    assert list(decoder.feed(b'{"type":"describe"}\n{"type":')) == [Event("describe")]
    assert decoder.mid_event
    assert list(decoder.feed(b'"ping"}\n')) == [Event("ping")]


# What the caps bound.


@pytest.mark.parametrize("name", ["data_length", "payload_length"])
def test_a_huge_length_is_refused_at_the_header(name: str) -> None:
    """Ten announced gigabytes are refused before any of them is waited or allocated for."""
    wire = header(**{name: 10**10})
    tracemalloc.start()
    try:
        assert outcome([wire]).error
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 2 * MIB


def test_an_announced_length_costs_nothing() -> None:
    """Below the cap memory grows with the bytes that arrived, not with those announced."""
    decoder = EventDecoder()
    tracemalloc.start()
    try:
        for piece in (header(payload_length=MAX_PAYLOAD_BYTES), *(100 * [1000 * b"\0"])):
            assert not list(decoder.feed(piece))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert decoder.mid_event
    assert peak < MIB


def test_a_trickle_below_all_caps_costs_no_more_than_the_caps() -> None:
    """The largest event there can be is accepted, and takes memory for itself and one copy."""
    data = b'{"a": "' + (MAX_DATA_BYTES - 9) * b"x" + b'"}'
    head = header(data_length=MAX_DATA_BYTES, payload_length=MAX_PAYLOAD_BYTES)[:-2]
    head += (MAX_HEADER_BYTES - 1 - len(head)) * b" " + b"}\n"
    decoder = EventDecoder()
    events: list[Event] = []
    piece = 64 * 1024 * b"\0"
    tracemalloc.start()
    try:
        for part in (*cut(head, range(0, len(head), 1000)), data, *(128 * [piece])):
            events += decoder.feed(part)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert [len(event.payload or b"") for event in events] == [MAX_PAYLOAD_BYTES]
    assert peak < 2.5 * (MAX_HEADER_BYTES + MAX_DATA_BYTES + MAX_PAYLOAD_BYTES)


def test_a_header_may_be_as_long_as_its_cap() -> None:
    """A header line of exactly the cap is accepted, one byte more is not, with or without end."""
    line = b'{"type":"x"' + (MAX_HEADER_BYTES - 12) * b" " + b"}"
    assert len(line) == MAX_HEADER_BYTES
    assert decode([line + b"\n"]) == [Event("x")]
    assert decode([line, b"\n"]) == [Event("x")]
    assert outcome([line, b" "]).error
    assert outcome([b" " + line + b"\n"]).error


def test_an_endless_header_is_not_kept() -> None:
    """A header without end is given up at its cap, and its bytes are let go."""
    pieces = [1024 * b"x" for _ in range(1 + MAX_HEADER_BYTES // 1024)]
    decoder = EventDecoder()
    for piece in pieces[:-1]:
        assert not list(decoder.feed(piece))
    with pytest.raises(FramingError, match="longer than 65536 bytes"):
        list(decoder.feed(pieces[-1]))
    assert not decoder.mid_event


def test_no_byte_of_a_header_is_searched_twice() -> None:
    """The search for the end of a line goes on where it stopped, so its cost is linear."""
    decoder = EventDecoder()
    for n_bytes in range(1, 100):
        assert not list(decoder.feed(b" "))
        assert decoder._scanned == n_bytes
    assert list(decoder.feed(b'{"type":"x"}\n')) == [Event("x")]
    assert decoder._scanned == 0
