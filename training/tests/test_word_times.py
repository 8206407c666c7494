"""Word times against marks."""

import pytest
from home_en.word_times import distances


def test_starts_are_held_against_their_marks() -> None:
    """Early and late are both distances; punctuation and case are no matter."""
    heard = [(" turn", 0.20), (" it", 0.50), (" off.", 0.75)]
    assert distances("Turn it off.", (0.25, 0.5, 0.7), heard) == pytest.approx([0.05, 0, 0.05])


@pytest.mark.parametrize("words", [["turn", "on"], ["turn", "it", "on"], []])
def test_other_words_are_not_timed(words: list[str]) -> None:
    """Where something else was heard there is nothing to compare."""
    assert distances("Turn it off.", (0.25, 0.5, 0.7), [(word, 0.0) for word in words]) == []
