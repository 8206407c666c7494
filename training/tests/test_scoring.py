"""Counting errors and agreement."""

from home_en.scoring import (
    Score,
    agreement,
    joined,
    normalise,
    score,
    words_in,
)

from wyoming_whisper.bench.figures import word_distance


def test_normaliser_drops_case_and_punctuation() -> None:
    """What is compared is the words."""
    assert normalise("What's on, at twenty-five?") == ["what's", "on", "at", "twenty", "five"]
    assert normalise("Seven a.m.") == ["seven", "am"]


def test_word_errors_counts_all_three_kinds() -> None:
    """Substitution, insertion and deletion cost one each."""
    assert word_distance(normalise("turn on the light"), normalise("turn off the light")) == 1
    assert word_distance(normalise("turn on the light"), normalise("turn on light")) == 1
    assert word_distance(normalise("turn on the light"), normalise("please turn on the light")) == 1
    assert word_distance([], ["you"]) == 1


def test_score_is_weighted_by_words() -> None:
    """The rate is errors over reference words, and lies within its interval."""
    score = joined([Score((1, 0), (4, 6)), Score((0,), (10,))])
    assert score.rate == 5.0
    low, high = score.interval()
    assert low <= score.rate <= high


def test_score_counts_each_utterance() -> None:
    """Each transcript is held against the reference in its place."""
    found = score(["Turn on the light.", "Stop."], ["turn on light", "stop"])
    assert found == Score((1, 0), (4, 1))


def test_agreement_compares_words_and_no_spelling() -> None:
    """Case, hyphens and punctuation are no disagreement; one word is."""
    ours = ["Turn on the light.", "Twenty-one degrees.", "", "Stop."]
    assert agreement(ours, ["turn on the light", "Twenty one, degrees?", "", "Stop it."]) == 75.0


def test_words_in_counts_words_and_transcripts() -> None:
    """Punctuation alone is no word, and an empty transcript none that has some."""
    assert words_in(["", "Stop.", "...", "All the lights."]) == (4, 2)
