"""Feeds damaged event streams to `EventDecoder`, and holds it to what it promises.

Whatever the bytes are, it raises nothing but `FramingError`, and gives the same events and the same
error for the stream as a whole, cut at random and byte by byte::

    python tests/fuzz/fuzz_framing.py --seconds 10 --seed 1
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
import time
from typing import TYPE_CHECKING, Final

from wyoming_whisper.errors import FramingError
from wyoming_whisper.wyoming_api.framing import MAX_DATA_BYTES, MAX_PAYLOAD_BYTES, EventDecoder

if TYPE_CHECKING:
    from collections.abc import Iterable

TYPES: Final = [
    "describe",
    "ping",
    "transcribe",
    "audio-start",
    "audio-chunk",
    "audio-stop",
    "größe",
]
VALUES: Final[list[object]] = [
    0,
    1,
    -1,
    2.5,
    16_000,
    None,
    True,
    "",
    "text",
    "\u00e9\n",
    "\ud800",
    [],
    {},
    [[{}]],
]
# Where a parser's rules are: a stream is damaged by putting these into it.
TOKENS: Final = [
    *(
        b"{",
        b"}",
        b"[",
        b"]",
        b'"',
        b":",
        b",",
        b"\n",
        b"\r",
        b"\\",
        b"\0",
        b"\xff",
        b"\xef\xbb\xbf",
    ),
    *(b"-", b"1", b"0", b".5", b"e9", b"NaN", b"null", b"true", b'"type"', b'"data"', b"\\ud800"),
    *(b'"data_length":', b'"payload_length":', b'{"type":"x"}\n', b"[" * 2_000, b'{"a":' * 2_000),
    *(b"9" * 5_000, b" " * 70_000, b"%d" % MAX_DATA_BYTES, b"%d" % (MAX_PAYLOAD_BYTES + 1)),
]

Outcome = tuple[list[tuple[str, str, bytes | None]], str | None]


def stream_of_events(rng: random.Random) -> bytes:
    """Write a few events as different clients would."""
    return b"".join(_event(rng) for _ in range(rng.randint(1, 4)))


def damaged(stream: bytes, rng: random.Random) -> bytes:
    """Change a stream in a few places; sometimes in none."""
    changed = bytearray(stream)
    for _ in range(rng.choice([0, 1, 1, 2, 3, 8])):
        at = rng.randint(0, len(changed))
        until = min(len(changed), at + rng.choice([1, 1, 2, 10, 100]))
        match rng.randrange(6):
            case 0:
                changed[at:at] = rng.choice(TOKENS)
            case 1:
                changed[at:until] = rng.choice(TOKENS)
            case 2:
                changed[at:until] = rng.randbytes(until - at)
            case 3:
                del changed[at:until]
            case 4:
                changed[at:at] = changed[at:until]
            case _:
                del changed[at:]
                changed += stream
    return bytes(changed)


def check(stream: bytes, rng: random.Random) -> Outcome:
    """Decode a stream in several ways; return what all of them gave.

    Raises:
        AssertionError: If they differ.
        Exception: Whatever the decoder raised that it must not.
    """
    n_cuts = rng.randint(0, 6)
    bounds = [0, *sorted(rng.randint(0, len(stream)) for _ in range(n_cuts)), len(stream)]
    ways: dict[str, Iterable[bytes]] = {
        "at random": (stream[a:b] for a, b in itertools.pairwise(bounds)),
        "byte by byte": (stream[i : i + 1] for i in range(len(stream))),
    }
    whole = _decode([stream])
    for way, pieces in ways.items():
        if _decode(pieces) != whole:
            raise AssertionError(f"cut {way}, the stream means something else")
    return whole


def fuzz(seed: int, *, iterations: int | None = None, seconds: float | None = None) -> list[int]:
    """Check damaged streams until a limit is reached.

    Returns:
        How many streams were checked, how many of them broke the framing, and how many events
        there were.

    Raises:
        AssertionError: At a stream that is not decoded as promised; it says how to see it again.
    """
    n_streams = n_offences = n_events = 0
    end = None if seconds is None else time.monotonic() + seconds
    while n_streams != iterations and (end is None or time.monotonic() < end):
        # A generator of its own for each stream, so that one can be seen again without the others.
        rng = random.Random(seed + n_streams)
        stream = damaged(stream_of_events(rng), rng)
        try:
            events, error = check(stream, rng)
        except Exception as failure:
            raise AssertionError(f"--seed {seed + n_streams}: {stream[:2_000]!r}") from failure
        n_streams += 1
        n_offences += error is not None
        n_events += len(events)
    return [n_streams, n_offences, n_events]


def _event(rng: random.Random) -> bytes:
    header: dict[str, object] = {"type": rng.choice(TYPES)}
    block = payload = b""
    if rng.random() < 0.5:
        header["version"] = "1.10.2"
    if rng.random() < 0.3:
        header["data"] = rng.choice([None, _data(rng)])
    if rng.random() < 0.5:
        block = json.dumps(_data(rng), indent=rng.choice([None, 1])).encode()
        header["data_length"] = len(block)
    if rng.random() < 0.5:
        payload = rng.randbytes(rng.choice([1, 10, 320]))
        header["payload_length"] = len(payload)
    if rng.random() < 0.1:
        header[rng.choice(["type", "data", "data_length", "payload_length"])] = rng.choice(VALUES)
    return json.dumps(header).encode() + b"\n" + block + payload


def _data(rng: random.Random) -> dict[str, object]:
    keys = rng.sample(["rate", "width", "channels", "text", "language", "größe"], rng.randint(0, 3))
    return {key: rng.choice(VALUES) for key in keys}


def _decode(pieces: Iterable[bytes]) -> Outcome:
    decoder = EventDecoder()
    # Data as they print, where NaN equals itself and True is not 1.
    events: list[tuple[str, str, bytes | None]] = []
    try:
        for piece in pieces:
            for event in decoder.feed(piece):
                seen = event.type, repr(event.data), event.payload
                events.append(seen)
    except FramingError as error:
        return events, str(error)
    return events, None


def main() -> None:
    """Fuzz for a while; a failure ends the program with a traceback."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(2**32))
    options = parser.parse_args()
    print(f"seed {options.seed}")
    figures = fuzz(options.seed, seconds=options.seconds)
    print("{} streams, {} of them broke the framing, {} events".format(*figures))


if __name__ == "__main__":
    main()
