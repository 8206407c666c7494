"""Probabilities in, edges out."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from options import endpointing_options

from wyoming_whisper.speech.endpointing import (
    EdgeKind,
    Endpointer,
    EndpointingOptions,
    SpeechEdge,
)
from wyoming_whisper.speech.vad import WINDOW_SAMPLES

LOUD: Final = 0.9
BETWEEN: Final = 0.4  # below the onset threshold, above the release threshold
QUIET: Final = 0.1
W: Final = WINDOW_SAMPLES

# Runs of windows, so that long stretches are common; the thresholds themselves are among them.
scripts = st.lists(
    st.tuples(
        st.sampled_from([0.0, QUIET, 0.349, 0.35, BETWEEN, 0.499, 0.5, LOUD, 1.0]),
        st.integers(1, 8),
    ),
    max_size=12,
).map(lambda runs: [probability for probability, length in runs for _ in range(length)])


def edges(probabilities: list[float], options: EndpointingOptions) -> list[SpeechEdge]:
    endpointer = Endpointer(options)
    return [edge for p in probabilities if (edge := endpointer.feed(p)) is not None]


def onset(window: int) -> SpeechEdge:
    return SpeechEdge(EdgeKind.ONSET, window * W)


def offset(window: int) -> SpeechEdge:
    return SpeechEdge(EdgeKind.OFFSET, window * W)


def oracle(probabilities: list[float], options: EndpointingOptions) -> list[SpeechEdge]:
    """Return the edges, found by looking at the whole stream at once."""
    found = []
    start = 0
    while start < len(probabilities):
        end = start
        if probabilities[start] >= options.onset:
            while end < len(probabilities) and probabilities[end] >= options.release:
                end += 1
            if (end - start) * W >= options.min_speech_samples:
                found.append(onset(start))
                if end < len(probabilities):
                    found.append(offset(end))
        start = end + 1
    return found


def test_speech_lasts_from_the_onset_to_the_release_threshold() -> None:
    """Speech starts at its first loud window and ends behind the last one above the release."""
    script = [QUIET, BETWEEN, LOUD, BETWEEN, LOUD, BETWEEN, QUIET, QUIET]
    assert edges(script, endpointing_options()) == [onset(2), offset(6)]


def test_what_is_between_the_thresholds_starts_nothing() -> None:
    """A sound that never reaches the onset threshold is not speech, however long it lasts."""
    assert edges([BETWEEN] * 100, endpointing_options()) == []


def test_the_onset_is_told_once_speech_has_lasted_long_enough() -> None:
    """An onset comes with the window that completes the minimum length, at its own position."""
    endpointer = Endpointer(endpointing_options(min_speech_samples=3 * W))
    assert [endpointer.feed(LOUD) for _ in range(4)] == [None, None, onset(0), None]


@pytest.mark.parametrize(("min_samples", "windows"), [(1, 1), (W, 1), (W + 1, 2), (3 * W, 3)])
def test_a_blip_is_shorter_than_the_minimum(min_samples: int, windows: int) -> None:
    """A sound of the minimum length is speech, one that is a window shorter is nothing."""
    options = endpointing_options(min_speech_samples=min_samples)
    assert edges([LOUD] * windows + [QUIET], options) == [onset(0), offset(windows)]
    assert edges([LOUD] * (windows - 1) + [QUIET], options) == []


def test_blips_move_neither_end() -> None:
    """Clicks before, between and behind speech leave its edges where they are."""
    blip, gap, speech = [LOUD] * 2, [QUIET] * 3, [LOUD] * 5
    script = [*blip, *gap, *speech, *gap, *blip, *gap, *speech, *gap, *blip, *gap]
    assert edges(script, endpointing_options()) == [onset(5), offset(10), onset(18), offset(23)]


def test_quiet_lasts_until_something_that_may_become_speech() -> None:
    """A candidate holds the quiet back, and gives it all of its time once it proves a blip."""
    endpointer = Endpointer(endpointing_options())
    seen = []
    for probability in (QUIET, LOUD, LOUD, QUIET, LOUD, LOUD, LOUD):
        endpointer.feed(probability)
        seen.append((endpointer.quiet_from // W, endpointer.in_speech))
    waiting = [(1, False), (1, False), (1, False), (4, False), (4, False), (4, False)]
    assert seen == [*waiting, (4, True)]


@given(
    script=scripts,
    min_samples=st.integers(1, 5 * W),
    thresholds=st.sampled_from([(0.5, 0.35), (0.5, 0.5), (0.9, 0.1)]),
)
@settings(deadline=None)
def test_edges_are_those_of_the_whole_stream(
    script: list[float], min_samples: int, thresholds: tuple[float, float]
) -> None:
    """For any probabilities, edges alternate, lie on windows and are those seen in hindsight."""
    options = EndpointingOptions(*thresholds, min_speech_samples=min_samples)
    found = edges(script, options)
    assert found == oracle(script, options)
    assert all(edge.position % W == 0 for edge in found)
    assert all(a.position < b.position for a, b in pairwise(found))
    turns = [EdgeKind.ONSET, EdgeKind.OFFSET] * len(found)
    assert [edge.kind for edge in found] == turns[: len(found)]


@pytest.mark.parametrize(
    ("onset_at", "release_at", "min_samples"),
    [
        (0.3, 0.4, W),
        (0.5, 0.0, W),
        (1.0, 0.5, W),
        (float("nan"), 0.5, W),
        (0.5, 0.35, 0),
        (0.5, 0.35, -1),
    ],
)
def test_impossible_options_are_refused(
    onset_at: float, release_at: float, min_samples: int
) -> None:
    """Thresholds out of order or out of range, and no minimum length, can't be constructed."""
    with pytest.raises(ValueError, match=r"does not hold|must be positive"):
        EndpointingOptions(onset_at, release_at, min_samples)
