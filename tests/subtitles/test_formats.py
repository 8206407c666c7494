"""The text formats, read back by programs of other people."""

from __future__ import annotations

import csv
import html
import io
import re
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
import srt
import webvtt
from decoded import segment_lists, spoken
from hypothesis import given, settings
from hypothesis import strategies as st

from wyoming_whisper.subtitles.cues import Cue, CueLimits, make_cues
from wyoming_whisper.subtitles.formats import (
    write_lines,
    write_srt,
    write_text,
    write_tsv,
    write_vtt,
)
from wyoming_whisper.subtitles.script import one_line
from wyoming_whisper.subtitles.sentences import split_segments

if TYPE_CHECKING:
    from wyoming_whisper.values import DecodedSegment

CUES = [
    Cue(0, 3_320, ("Text", "R&D <b> a-->b")),
    Cue(3_599_999, 3_600_000, ("--->",)),
    Cue(400_000_001, 400_000_010, ("1",)),
]


def shown(cue: Cue) -> str:
    """Return what a reader gets of a cue."""
    return re.sub("-{2,}>", "->", "\n".join(cue.lines))


def test_srt() -> None:
    """SubRip has a number, times with a comma, and a blank line behind each cue."""
    assert write_srt(CUES) == (
        "1\n00:00:00,000 --> 00:00:03,320\nText\nR&D <b> a->b\n\n"
        "2\n00:59:59,999 --> 01:00:00,000\n->\n\n"
        "3\n111:06:40,001 --> 111:06:40,010\n1\n\n"
    )
    assert write_srt([]) == ""


def test_vtt() -> None:
    """WebVTT has a header, times with a point, and its markup escaped."""
    assert write_vtt(CUES) == (
        "WEBVTT\n\n"
        "00:00:00.000 --> 00:00:03.320\nText\nR&amp;D &lt;b> a->b\n\n"
        "00:59:59.999 --> 01:00:00.000\n->\n\n"
        "111:06:40.001 --> 111:06:40.010\n1\n\n"
    )
    assert write_vtt([]) == "WEBVTT\n\n"


def test_vtt_without_needless_hours() -> None:
    """Hours are left out below the first one where whisper's own writer is followed."""
    times = re.findall(r"(\S+) --> (\S+)", write_vtt(CUES, always_hours=False))
    assert times[0] == ("00:00.000", "00:03.320")
    assert times[1] == ("59:59.999", "01:00:00.000")


def test_tables_and_lines() -> None:
    """Pieces are rows of a table with whole milliseconds, or lines of text."""
    pieces = split_segments([spoken(' Say\t"yes".\nNo. 5', word_s=0.5)])
    assert write_tsv(pieces) == 'start\tend\ttext\n0\t1000\tSay "yes".\n1000\t2000\tNo. 5\n'
    assert write_lines(pieces) == 'Say "yes".\nNo. 5\n'
    assert write_tsv([]) == "start\tend\ttext\n"
    assert write_lines([]) == ""


@pytest.mark.parametrize(("text", "expected"), [(" Yes. ", "Yes.\n"), ("", "\n")])
def test_text(text: str, expected: str) -> None:
    """Plain text is stripped and ends with a line feed."""
    assert write_text(text) == expected


# SRT has no escape: behind two other lines of the same cue, a reader must take a line of digits and
# a line like a time for the next cue. A cue of two lines is safe.
_LIMITS = st.builds(CueLimits, st.integers(10, 60), st.integers(1, 2))


@settings(deadline=None)
@given(segments=segment_lists(), limits=_LIMITS, hours=st.integers(0, 200))
def test_srt_is_read_back(segments: list[DecodedSegment], limits: CueLimits, hours: int) -> None:
    """A SubRip parser finds the same cues, times and texts, whatever was said."""
    cues = _late(segments, limits, hours)
    written = write_srt(cues)
    written.encode()
    found = list(srt.parse(written))
    assert [(cue.index, cue.content) for cue in found] == [
        (number, shown(cue)) for number, cue in enumerate(cues, 1)
    ]
    millisecond = timedelta(milliseconds=1)
    assert [(cue.start / millisecond, cue.end / millisecond) for cue in found] == [
        (cue.start_ms, cue.end_ms) for cue in cues
    ]


@settings(deadline=None)
@given(segments=segment_lists(), limits=_LIMITS, hours=st.integers(0, 200), always=st.booleans())
def test_vtt_is_read_back(
    segments: list[DecodedSegment], limits: CueLimits, hours: int, *, always: bool
) -> None:
    """A WebVTT parser finds the same cues, times and texts, whatever was said."""
    cues = _late(segments, limits, hours)
    written = write_vtt(cues, always_hours=always)
    written.encode()
    found = webvtt.from_string(written).captions
    assert [html.unescape(cue.raw_text) for cue in found] == [shown(cue) for cue in cues]
    assert [
        (cue.start_time.in_milliseconds(), cue.end_time.in_milliseconds()) for cue in found
    ] == [(cue.start_ms, cue.end_ms) for cue in cues]


@settings(deadline=None)
@given(segments=segment_lists())
def test_tsv_is_read_back(segments: list[DecodedSegment]) -> None:
    """A reader of tables finds a row for each piece, in order and without overlap."""
    pieces = split_segments(segments)
    written = write_tsv(pieces)
    written.encode()
    table = io.StringIO(written, newline="")
    header, *rows = csv.reader(table, delimiter="\t", quoting=csv.QUOTE_NONE)
    assert header == ["start", "end", "text"]
    assert [row[2] for row in rows] == [one_line(piece.text) for piece in pieces]
    times = [int(time) for row in rows for time in row[:2]]
    assert all(before <= after for before, after in pairwise(times))
    for time, piece in zip(times[::2], pieces, strict=True):
        assert abs(time - piece.start_s * 1000) <= 0.5 + 1e-6


def _late(segments: list[DecodedSegment], limits: CueLimits, hours: int) -> list[Cue]:
    pieces = split_segments(segments)
    duration_s = max((piece.end_s for piece in pieces), default=1.0)
    shift_ms = hours * 3_600_000
    return [
        Cue(cue.start_ms + shift_ms, cue.end_ms + shift_ms, cue.lines)
        for cue in make_cues(pieces, duration_s, limits)
    ]
