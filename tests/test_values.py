from __future__ import annotations

import numpy as np
import pytest

from wyoming_whisper.values import Segment, TranscriptUpdate


@pytest.mark.parametrize("start", [0, 1, 30 * 16_000])
def test_a_segment_spans_its_samples(start: int) -> None:
    """A segment may lie anywhere in its utterance, also at its very start."""
    segment = Segment(start, start + 3, np.zeros(3, np.float32))
    assert segment.end - segment.start == len(segment.samples)


@pytest.mark.parametrize(
    ("start", "end", "shape"),
    [
        pytest.param(0, 0, (0,), id="empty"),
        pytest.param(5, 3, (2,), id="backwards"),
        pytest.param(-1, 2, (3,), id="before the utterance"),
        pytest.param(0, 4, (3,), id="too few samples"),
        pytest.param(0, 2, (3,), id="too many samples"),
        pytest.param(0, 3, (3, 1), id="not mono"),
    ],
)
def test_impossible_segments(start: int, end: int, shape: tuple[int, ...]) -> None:
    """A segment whose positions are impossible or do not fit its samples cannot exist."""
    with pytest.raises(ValueError, match="not a segment"):
        Segment(start, end, np.zeros(shape, np.float32))


@pytest.mark.parametrize("text", [" ", " yes", "no\n"])
def test_a_transcript_has_no_white_space_around_it(text: str) -> None:
    """White space, which Home Assistant would take for words, is not a transcript."""
    with pytest.raises(ValueError, match="white space"):
        TranscriptUpdate(text, "en")
