"""Words whose text was changed keep a time."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fakes import hypothesis
from hypothesis import given
from hypothesis import strategies as st

from wyoming_whisper.recognition.word_alignment import rewritten
from wyoming_whisper.values import Hypothesis, Word


def heard(text: str) -> Hypothesis:
    """Return a hypothesis of words of 100 samples each."""
    words = [
        Word(f" {word}", 100 * n, 100 * n + 100, 0.9, 2) for n, word in enumerate(text.split())
    ]
    return replace(hypothesis(text), words=tuple(words))


@pytest.mark.parametrize(
    ("before", "after", "times"),
    [
        ("run part time", "run Party Time", [(0, 100), (100, 211), (211, 300)]),
        ("the eco bee", "the EcoBee", [(0, 100), (100, 300)]),
        ("Senate timer", "Set a timer", [(0, 75), (75, 100), (100, 200)]),
        ("turn light", "turn on light", [(0, 100), (100, 100), (100, 200)]),
        ("light on", "the light on", [(0, 0), (0, 100), (100, 200)]),
        ("turn on", "turn on now", [(0, 100), (100, 200), (200, 200)]),
        ("turn it on", "turn on", [(0, 100), (200, 300)]),
        ("on", "on", [(0, 100)]),
    ],
)
def test_times(before: str, after: str, times: list[tuple[int, int]]) -> None:
    """Words that stay keep their times, and others share those of the words that they replace."""
    found = rewritten(heard(before), after)
    assert found.text == after
    assert [(word.start, word.end) for word in found.words] == times


def test_without_words() -> None:
    """Where no words were asked for, there are none."""
    assert rewritten(hypothesis("run part time"), "run Party Time").words == ()


texts = st.lists(
    st.sampled_from(["turn", "on", "the", "light", "a", "Küche."]), min_size=1, max_size=8
)


@given(before=texts, after=texts)
def test_words_make_the_text(before: list[str], after: list[str]) -> None:
    """Joined they are the text, in order of their times, with no token lost that was replaced."""
    found = rewritten(heard(" ".join(before)), " ".join(after))
    assert "".join(word.text for word in found.words).strip() == found.text
    times = [time for word in found.words for time in (word.start, word.end)]
    assert times == sorted(times)
