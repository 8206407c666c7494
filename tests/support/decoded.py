"""Decoded segments with word times: built by hand, and drawn at random."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from fakes import hypothesis
from hypothesis import strategies as st

from wyoming_whisper.audio.pcm import SAMPLE_RATE
from wyoming_whisper.values import DecodedSegment, Rejection, Word

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn

# What could be taken for a part of a format, or for a break of a line.
_HOSTILE: Final = (
    *("-->", "--->", "00:00:01,000 --> 00:00:02,000", "00:00:01,000", "1", "42", "NOTE", "STYLE"),
    *("WEBVTT", "\n\n", "a\r\nb", "x\ty", "\ufeff", "\x00", "\ud800", "\u2028", "<b>", "</v>"),
    *("R&D", "&lt;", '"', '"quoted"', "{\\an8}", "\u202e", "e\u0301", "a" * 70, "ab" * 90),
)
_ORDINARY: Final = (
    *("the", "of", "light", "Kitchen", "No.", "Dr.", "a.m.", "3.", "3.5", "Yes!", "so,", "-", "…"),
    *("Haus", "Straßenbahn", "電気", "を", "つけて", "。", "「はい」", "เปิด", "ไฟ", "전등을"),
)


def spoken(
    text: str,
    *,
    at_s: float = 0.0,
    language: str = "en",
    word_s: float = 0.3,
    pauses: dict[str, float] | None = None,
    unit: str = r"\s*\S+",
) -> DecodedSegment:
    """Return a segment whose words take equally long, with pauses before some of them."""
    words = []
    at = 0.0
    for spelling in re.findall(unit, text):
        at += (pauses or {}).get(spelling.strip(), 0.0)
        start, end = (round(t * SAMPLE_RATE) for t in (at, at + word_s))
        words.append(Word(spelling, start, end, 0.9, 1))
        at += word_s
    start = round(at_s * SAMPLE_RATE)
    heard = replace(
        hypothesis(text.strip(), language=language),
        tokens=tuple(range(len(words))),
        words=tuple(words),
    )
    return DecodedSegment(start, start + words[-1].end, heard)


def wordless(segment: DecodedSegment) -> DecodedSegment:
    """Return a segment without the times of its words."""
    return replace(segment, hypothesis=replace(segment.hypothesis, words=()))


@st.composite
def segment_lists(draw: DrawFn) -> list[DecodedSegment]:
    """Return segments of any text, in order; words may come too early or too late."""
    segments = []
    at = 0
    for _ in range(draw(st.integers(0, 4))):
        at += draw(st.integers(0, 40_000))
        language = draw(st.sampled_from(["en", "de", "ja", "th", "zh", "ko"]))
        words = []
        word_at = 0
        for _ in range(draw(st.integers(1, 25))):
            spelling = draw(st.sampled_from(_ORDINARY + _HOSTILE) | st.text(max_size=12))
            space = draw(st.sampled_from([" ", " ", ""]))
            word_at = max(0, word_at + draw(st.integers(-2_000, 30_000)))
            length = draw(st.integers(0, 12_000))
            words.append(
                Word(space + spelling, word_at, word_at + length, 0.5, draw(st.integers(0, 3)))
            )
            word_at += length
        length = max(1, word_at - draw(st.integers(-2_000, 20_000)))
        heard = replace(
            hypothesis("".join(word.text for word in words).strip(), language=language),
            tokens=tuple(range(draw(st.integers(0, 60)))),
            words=tuple(words),
            rejection=draw(st.sampled_from([None, None, None, Rejection.NO_SPEECH])),
        )
        segment = DecodedSegment(at, at + length, heard)
        segments.append(segment if draw(st.booleans()) else wordless(segment))
        at += length
    return segments
