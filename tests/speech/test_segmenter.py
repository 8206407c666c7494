"""Scripted probabilities in, segments out."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from options import endpointing_options, segmenting_options

from wyoming_whisper.speech.endpointing import EdgeKind, Endpointer
from wyoming_whisper.speech.segmenter import Segmenter, SegmentingOptions
from wyoming_whisper.speech.vad import WINDOW_SAMPLES

if TYPE_CHECKING:
    from wyoming_whisper.audio.pcm import Block
    from wyoming_whisper.values import Segment

W: Final = WINDOW_SAMPLES
SPEECH: Final = 0.9
QUIET: Final = 0.1
# Whole windows, so that positions are easy to follow; a segment is full at 37 windows.
SMALL: Final = segmenting_options(
    max_samples=40 * W,
    pre_roll_samples=3 * W,
    tail_samples=2 * W,
    pause_samples=6 * W,
    endpointing=endpointing_options(min_speech_samples=3 * W),
    reach_samples=0,
)
# The same, where a sound may reach beyond its speech.
REACHING: Final = replace(SMALL, max_samples=60 * W, reach_samples=10 * W)
# Runs of windows: a script has stretches longer than any limit, and changes at each window.
noises = st.lists(
    st.tuples(st.sampled_from([0.0, QUIET, 0.34, 0.4, 0.6, SPEECH, 1.0]), st.integers(1, 30)),
    max_size=15,
).map(lambda runs: [probability for probability, length in runs for _ in range(length)])
# What people do: they speak and pause, mostly for shorter than it takes to close a segment.
talks = st.lists(st.tuples(st.integers(3, 25), st.integers(1, 7)), max_size=6).map(
    lambda turns: [p for loud, quiet in turns for p in [SPEECH] * loud + [QUIET] * quiet]
)
# Speech that pauses once, and ends about when `SMALL` is full.
nearly_full = st.tuples(st.integers(10, 28), st.integers(1, 5), st.integers(32, 40)).map(
    lambda t: [SPEECH] * t[0] + [QUIET] * t[1] + [SPEECH] * (t[2] - t[0] - t[1])
)
scripts = noises | talks | nearly_full


@st.composite
def options(draw: st.DrawFn) -> SegmentingOptions:
    """Any small options, down to the shortest window that is allowed."""
    pre_roll, tail = draw(st.integers(0, 4 * W)), draw(st.integers(0, 4 * W))
    min_speech, reach = draw(st.integers(1, 4 * W)), draw(st.integers(0, 8 * W))
    return segmenting_options(
        max_samples=2 * (pre_roll + tail + reach + min_speech + W) + draw(st.integers(0, 40 * W)),
        pre_roll_samples=pre_roll,
        tail_samples=tail,
        pause_samples=tail + draw(st.integers(0, 10 * W)),
        endpointing=endpointing_options(min_speech_samples=min_speech),
        reach_samples=reach,
    )


def stream(n_windows: int) -> Block:
    """Return samples that say their position, and are never 0."""
    return np.arange(1, n_windows * W + 1, dtype=np.float32)


def cut(
    script: list[float], options: SegmentingOptions = SMALL, n_silent: int = 0
) -> list[Segment]:
    """Return the segments of a stream whose last windows hold no sound."""
    segmenter = Segmenter(options)
    segments = []
    samples = stream(len(script))
    samples[len(samples) - n_silent * W :] = 0
    for window, probability in zip(samples.reshape(-1, W), script, strict=True):
        segments += segmenter.feed(window, probability)
    return segments + segmenter.finish()


def spans(script: list[float], options: SegmentingOptions = SMALL) -> list[tuple[float, float]]:
    """Return the segments' starts and ends in windows."""
    return [(segment.start / W, segment.end / W) for segment in cut(script, options)]


def speech_windows(script: list[float], options: SegmentingOptions) -> set[int]:
    """Return the windows of the stretches that the endpointer confirms."""
    endpointer = Endpointer(options.endpointing)
    found: set[int] = set()
    start: int | None = None
    for probability in script:
        edge = endpointer.feed(probability)
        if edge is not None and edge.kind is EdgeKind.ONSET:
            start = edge.position // W
        elif edge is not None and start is not None:
            found.update(range(start, edge.position // W))
            start = None
    return found | (set() if start is None else set(range(start, len(script))))


def test_a_segment_has_pre_roll_and_tail() -> None:
    """Speech is kept with the audio before and behind it that the options say."""
    assert spans([QUIET] * 10 + [SPEECH] * 5 + [QUIET] * 10) == [(7, 17)]


def test_pre_roll_and_tail_may_be_no_whole_windows() -> None:
    """Ends are where the options put them, to the sample."""
    odd = replace(SMALL, pre_roll_samples=1000, tail_samples=700, pause_samples=3000)
    (segment,) = cut([QUIET] * 10 + [SPEECH] * 5 + [QUIET] * 10, odd)
    assert (segment.start, segment.end) == (10 * W - 1000, 15 * W + 700)
    assert np.array_equal(segment.samples, stream(25)[segment.start : segment.end])


def test_the_pre_roll_ends_at_the_start_of_the_stream() -> None:
    """Who speaks at once has no more pre-roll than there is."""
    assert spans([QUIET] + [SPEECH] * 5 + [QUIET] * 10) == [(0, 8)]


@pytest.mark.parametrize("n_quiet", [0, 1, 2, 3])
def test_the_tail_is_zero_filled_where_the_stream_ends(n_quiet: int) -> None:
    """A stream that ends before the tail gives a segment as long, with zeros in the end."""
    (segment,) = cut([SPEECH] * 5 + [QUIET] * n_quiet)
    heard = min(5 + n_quiet, 7) * W
    assert segment.end == 7 * W
    assert np.array_equal(segment.samples[:heard], stream(10)[:heard])
    assert not segment.samples[heard:].any()


def test_a_segment_can_not_be_written_to() -> None:
    """A segment is a value: who gets it can't change what another one reads."""
    (segment,) = cut([SPEECH] * 5)
    with pytest.raises(ValueError, match="read-only"):
        segment.samples[0] = 0.5


def sounding(*runs: tuple[int, float, float]) -> list[tuple[float, float]]:
    """Return the spans of runs of windows, of a loudness (dB) and a probability of speech each."""
    segmenter, segments = Segmenter(REACHING), []
    for length, level, probability in runs:
        window = np.full(W, 10 ** (level / 20), np.float32)
        for _ in range(length):
            segments += segmenter.feed(window, probability)
    return [(s.start / W, s.end / W) for s in segments + segmenter.finish()]


def test_a_segment_begins_where_its_sound_began() -> None:
    """Syllables before the VAD is sure are kept, and the pre-roll lies before them."""
    assert sounding((10, -60, QUIET), (7, -20, QUIET), (5, -20, SPEECH), (9, -60, QUIET)) == [
        (7, 24)
    ]


def test_a_segment_does_not_begin_before_a_gap() -> None:
    """A click before a silence is no part of what is said after it."""
    click = (2, -20, QUIET)
    assert sounding((8, -60, QUIET), click, (4, -60, QUIET), (5, -20, SPEECH)) == [(11, 21)]
    assert sounding((8, -60, QUIET), click, (3, -60, QUIET), (5, -20, SPEECH)) == [(5, 20)]


def test_the_reach_before_speech_is_bounded() -> None:
    """A minute of music before a command is not sent to the model with it."""
    assert sounding((5, -60, QUIET), (50, -20, QUIET), (5, -20, SPEECH)) == [(42, 62)]


def test_the_next_segment_does_not_reach_into_the_last() -> None:
    """Sound between two segments belongs to the first as far as its tail goes."""
    first = ((5, -60, QUIET), (5, -20, SPEECH), (6, -60, QUIET))
    assert sounding(*first, (4, -20, QUIET), (5, -20, SPEECH)) == [(2, 12), (13, 27)]


def test_a_segment_ends_where_its_sound_ends() -> None:
    """A word's end that is no speech to the VAD is kept, over gaps shorter than the tail."""
    speech = ((5, -60, QUIET), (5, -20, SPEECH))
    assert sounding(*speech, (3, -20, QUIET), (9, -60, QUIET)) == [(2, 15)]
    assert sounding(*speech, (1, -60, QUIET), (2, -20, QUIET), (9, -60, QUIET)) == [(2, 15)]
    assert sounding(*speech, (2, -60, QUIET), (2, -20, QUIET), (9, -60, QUIET)) == [(2, 12)]
    assert sounding(*speech, (40, -20, QUIET)) == [(2, 17)]


def test_silence_has_no_segments() -> None:
    """Neither silence nor blips open a segment."""
    assert cut([]) == []
    assert cut([QUIET] * 50) == []
    assert cut(([SPEECH] * 2 + [QUIET] * 3) * 20) == []


def test_blips_move_neither_end() -> None:
    """Clicks before and behind speech do not change its segment."""
    blip = [QUIET, SPEECH, SPEECH, QUIET]
    script = [*blip, *[QUIET] * 6, *[SPEECH] * 5, *blip, *blip, QUIET]
    assert spans(script) == [(7, 17)]


def test_blips_do_not_prolong_a_pause() -> None:
    """A long pause closes the segment, whatever clicks in it."""
    pause = [QUIET, SPEECH, QUIET, QUIET, SPEECH, SPEECH, QUIET, QUIET]
    script = [SPEECH] * 5 + pause + [SPEECH] * 5
    assert spans(script) == [(0, 7), (10, 20)]


@pytest.mark.parametrize(("pause", "n_segments"), [(1, 1), (5, 1), (6, 2), (20, 2)])
def test_a_long_pause_closes_the_segment(pause: int, n_segments: int) -> None:
    """A pause as long as the option starts a new segment, a shorter one does not."""
    assert len(cut([SPEECH] * 5 + [QUIET] * pause + [SPEECH] * 5)) == n_segments


def test_a_closed_segment_comes_with_the_window_that_closes_it() -> None:
    """A segment is there as soon as the pause is long enough, not at the next speech."""
    segmenter = Segmenter(SMALL)
    script = [SPEECH] * 5 + [QUIET] * 6
    found = [len(segmenter.feed(np.zeros(W, np.float32), p)) for p in script]
    assert found == [0] * 10 + [1]
    assert segmenter.finish() == []


def test_the_next_pre_roll_does_not_reach_into_the_last_segment() -> None:
    """Two segments never share samples, however short the pause between them."""
    close = replace(SMALL, pre_roll_samples=8 * W, tail_samples=4 * W, pause_samples=5 * W)
    assert spans([SPEECH] * 5 + [QUIET] * 6 + [SPEECH] * 5, close) == [(0, 9), (9, 20)]


def test_long_speech_is_cut_at_its_longest_pause() -> None:
    """A full segment is cut in the middle of the longest pause of its second half."""
    script = (
        [SPEECH] * 8
        + [QUIET] * 5  # longer, but in the first half
        + [SPEECH] * 9
        + [QUIET] * 4  # 22 to 26
        + [SPEECH] * 6
        + [QUIET] * 2
        + [SPEECH] * 16
    )
    assert spans(script) == [(0, 24), (24, 52)]


def test_long_speech_without_a_pause_is_cut_where_it_is_least_like_speech() -> None:
    """Where nobody pauses the cut is at the window of the second half with the least speech."""
    script = [SPEECH] * 60
    script[10], script[25], script[30] = 0.4, 0.6, 0.5
    assert spans(script) == [(0, 30), (30, 62)]


def test_a_full_segment_whose_speech_has_ended_is_closed() -> None:
    """Speech that ends just before the segment is full is not continued in the next one."""
    script = [SPEECH] * 34 + [QUIET] * 5 + [SPEECH] * 5
    assert spans(script) == [(0, 36), (36, 46)]


def test_a_pause_at_the_end_of_a_full_segment_closes_it() -> None:
    """A full segment is cut at the pause just begun, with as much of the tail as there is."""
    script = [SPEECH] * 37 + [QUIET] + [SPEECH] * 5
    assert spans(script) == [(0, 38), (38, 45)]


def test_silence_does_not_split_what_has_ended() -> None:
    """A segment that a stop would leave whole is not cut because the stop comes later."""
    # The pause at 20 is longer than the one that is going on when the segment is full.
    script = [SPEECH] * 20 + [QUIET] * 5 + [SPEECH] * 10
    assert spans(script + [QUIET] * 2) == spans(script + [QUIET] * 4) == [(0, 37)]


@given(script=scripts, options=st.just(SMALL) | options())
@settings(deadline=None, max_examples=200)
def test_cuts_lose_nothing(script: list[float], options: SegmentingOptions) -> None:
    """For any probabilities segments are ordered, short enough, true, and hold all speech."""
    segments = cut(script, options)
    samples = np.concatenate((stream(len(script)), np.zeros(options.max_samples, np.float32)))
    for segment in segments:
        assert segment.end - segment.start <= options.max_samples
        assert np.array_equal(segment.samples, samples[segment.start : segment.end])
    assert all(a.end <= b.start for a, b in pairwise(segments))
    kept = np.zeros(len(samples), np.bool_)
    for segment in segments:
        kept[segment.start : segment.end] = True
    for window in speech_windows(script, options):
        assert kept[window * W : (window + 1) * W].all()


@given(script=scripts, options=st.just(SMALL) | options(), more=st.integers(1, 60))
@settings(deadline=None, max_examples=200)
def test_the_length_of_the_silence_behind_the_tail_does_not_matter(
    script: list[float], options: SegmentingOptions, more: int
) -> None:
    """Any silence that holds the tail gives the same segments as any longer one."""
    silence = -(-options.tail_samples // W)
    soon, late = (cut(script + [QUIET] * n, options, n_silent=n) for n in (silence, silence + more))
    assert [(s.start, s.end) for s in soon] == [(s.start, s.end) for s in late]
    for a, b in zip(soon, late, strict=True):
        assert np.array_equal(a.samples, b.samples)


@given(script=scripts)
@settings(deadline=None, max_examples=50)
def test_what_is_remembered_is_bounded(script: list[float]) -> None:
    """No probabilities make the segmenter keep more than a segment of audio."""
    segmenter = Segmenter(SMALL)
    for probability in script:
        segmenter.feed(np.zeros(W, np.float32), probability)
        assert len(segmenter._windows) == len(segmenter._probabilities)
        assert len(segmenter._windows) <= SMALL.max_samples // W


@pytest.mark.parametrize("noise", [[QUIET], [SPEECH, SPEECH, QUIET], [0.4]])
def test_endless_silence_takes_no_memory(noise: list[float]) -> None:
    """Of minutes without speech only the pre-roll is kept, also where it clicks."""
    segmenter = Segmenter(SMALL)
    for index in range(10_000):
        segmenter.feed(np.zeros(W, np.float32), noise[index % len(noise)])
    # The pre-roll and what may become speech.
    assert len(segmenter._windows) <= 3 + 2 + 1


@given(script=scripts, options=options())
@settings(deadline=None, max_examples=60)
def test_a_preview_is_what_the_end_will_be(script: list[float], options: SegmentingOptions) -> None:
    """Wherever speech has paused for the tail, the preview is the segment that silence leaves."""
    segmenter = Segmenter(options)
    for n, (window, probability) in enumerate(
        zip(stream(len(script)).reshape(-1, W), script, strict=True), start=1
    ):
        segmenter.feed(window, probability)
        if segmenter.pause < max(options.tail_samples, 1):
            continue
        preview = segmenter.preview()
        (last,) = cut(script[:n] + [QUIET] * 3, options)[-1:]
        assert (preview.start, preview.end) == (last.start, last.end)
        assert np.array_equal(preview.samples, last.samples)
        assert preview.end == segmenter.speech_end + options.tail_samples


def test_a_preview_leaves_the_segment_open() -> None:
    """Looking ahead changes nothing of what comes."""
    script = [SPEECH] * 10 + [QUIET] * 7 + [SPEECH] * 10
    segmenter, segments = Segmenter(segmenting_options()), []
    for window, probability in zip(stream(27).reshape(-1, W), script, strict=True):
        segments += segmenter.feed(window, probability)
        if segmenter.pause >= 7 * W:
            segmenter.preview()
    (segment,) = segments + segmenter.finish()
    assert (segment.start, segment.end) == (0, 27 * W + segmenting_options().tail_samples)


def test_there_is_no_preview_before_the_tail() -> None:
    """Before any speech, in speech, and until the tail is there, nothing can be said."""
    segmenter = Segmenter(segmenting_options())
    windows = stream(16).reshape(-1, W)
    for window, probability in zip(windows, [QUIET] + [SPEECH] * 9 + [QUIET] * 6, strict=True):
        with pytest.raises(ValueError, match="length of the tail"):
            segmenter.preview()
        segmenter.feed(window, probability)
    with pytest.raises(ValueError, match="length of the tail"):
        segmenter.preview()  # 6 windows are 192 ms


@pytest.mark.parametrize(
    ("pre_roll", "tail", "pause", "largest"),
    [(0, 0, 0, 1027), (-1, 0, 0, 100_000), (0, 2, 1, 100_000), (0, -1, 0, 100_000)],
)
def test_impossible_options_are_refused(pre_roll: int, tail: int, pause: int, largest: int) -> None:
    """A tail longer than the pause, or a window with no room to cut in, can't be constructed."""
    with pytest.raises(ValueError, match=r"do not hold|too short"):
        SegmentingOptions(largest, pre_roll, tail, pause, endpointing_options(min_speech_samples=2))
