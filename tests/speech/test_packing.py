"""Segments of a file, joined as far as a window reaches."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wyoming_whisper.speech.packing import Packer, PackingOptions
from wyoming_whisper.values import Cut, Segment

if TYPE_CHECKING:
    from collections.abc import Iterable

OPTIONS: Final = PackingOptions(max_samples=100, gap_samples=10)
# Silences and lengths by turns.
streams = st.lists(st.tuples(st.integers(0, 40), st.integers(1, 100)), max_size=12)


def segment(start: int, end: int) -> Segment:
    """Return a segment whose samples say their position, and are never 0."""
    return Segment(start, end, np.arange(start + 1, end + 1, dtype=np.float32))


def packed(segments: Iterable[Segment], options: PackingOptions = OPTIONS) -> list[Segment]:
    packer = Packer(options)
    done = [whole for one in segments for whole in packer.add(one)]
    return done + packer.finish()


def spans(segments: Iterable[Segment]) -> list[tuple[int, int]]:
    return [(one.start, one.end) for one in segments]


def test_one_segment_stays_as_it_is() -> None:
    """There is nothing to join it to."""
    only = segment(5, 20)
    assert packed([only]) == [only]
    assert packed([]) == []


def test_a_long_silence_is_shortened() -> None:
    """What is left of it is silent, and the cut says what was left out."""
    first, second = segment(5, 20), segment(50, 60)
    (whole,) = packed([first, second])
    assert (whole.start, whole.end) == (5, 60)
    assert whole.cuts == (Cut(25, 20),)
    assert whole.parts == (first, second)
    assert np.array_equal(
        whole.samples, np.concatenate([first.samples, np.zeros(10), second.samples])
    )
    with pytest.raises(ValueError, match="read-only"):
        whole.samples[0] = 0.5


def test_a_short_silence_is_as_long_as_it_was() -> None:
    """Nothing is left out there, nor where segments touch."""
    (whole,) = packed([segment(5, 20), segment(24, 30), segment(30, 40)])
    assert whole.cuts == ()
    assert len(whole.samples) == 35


def test_a_window_is_filled() -> None:
    """What would not fit begins the next one."""
    stream = [segment(0, 40), segment(50, 100), segment(110, 150), segment(160, 210)]
    assert spans(packed(stream)) == [(0, 100), (110, 210)]
    assert spans(packed([segment(0, 40), segment(50, 101)])) == [(0, 40), (50, 101)]


def test_what_tells_its_language_stays_alone() -> None:
    """It may be in another one than its neighbours, which are joined on either side of it."""
    options = PackingOptions(max_samples=100, gap_samples=10, alone_samples=30)
    stream = [(0, 10), (20, 30), (40, 70), (80, 90), (100, 129)]
    assert spans(packed([segment(*span) for span in stream], options)) == [
        (0, 30),
        (40, 70),
        (80, 129),
    ]


@given(stream=streams, alone=st.none() | st.integers(1, 60))
def test_nothing_is_lost(stream: list[tuple[int, int]], alone: int | None) -> None:
    """For any segments what comes out is ordered, fits, and is all that went in."""
    segments, position = [], 0
    for silence, length in stream:
        position += silence
        segments.append(segment(position, position + length))
        position += length
    whole = packed(segments, PackingOptions(100, 10, alone))
    assert [part for one in whole for part in one.parts or (one,)] == segments
    assert all(a.end <= b.start for a, b in pairwise(whole))
    for one in whole:
        assert len(one.samples) <= 100
        left_out = np.zeros(len(one.samples) + 1, int)
        for cut in one.cuts:
            left_out[cut.at :] += cut.n_samples
        heard = np.flatnonzero(one.samples)
        assert np.array_equal(one.start + heard + left_out[heard] + 1, one.samples[heard])
