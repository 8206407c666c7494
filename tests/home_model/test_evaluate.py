"""Counting errors."""

from home_model.evaluate import Score, joined, normalise, word_errors


def test_normaliser_drops_case_and_punctuation() -> None:
    """What is compared is the words."""
    assert normalise("What's on, at twenty-five?") == ["what's", "on", "at", "twenty", "five"]
    assert normalise("Seven a.m.") == ["seven", "am"]


def test_word_errors_counts_all_three_kinds() -> None:
    """Substitution, insertion and deletion cost one each."""
    assert word_errors(normalise("turn on the light"), normalise("turn off the light")) == 1
    assert word_errors(normalise("turn on the light"), normalise("turn on light")) == 1
    assert word_errors(normalise("turn on the light"), normalise("please turn on the light")) == 1
    assert word_errors([], ["you"]) == 1


def test_score_is_weighted_by_words() -> None:
    """The rate is errors over reference words, and lies within its interval."""
    score = joined([Score((1, 0), (4, 6)), Score((0,), (10,))])
    assert score.rate == 5.0
    low, high = score.interval()
    assert low <= score.rate <= high
