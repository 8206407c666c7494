"""Percentiles, word errors and tables."""

from __future__ import annotations

import math

import pytest

from wyoming_whisper.bench.figures import (
    different,
    figures,
    milliseconds,
    spread,
    table,
    word_errors,
    words,
)
from wyoming_whisper.bench.load import Load, Outcome


def outcome(name: str, said: str, understood: str | None, after_stop_s: float = 0.01) -> Outcome:
    return Outcome(name, said, 2.0, understood, after_stop_s, late_s=after_stop_s / 2)


def test_words() -> None:
    """What is compared is the words, in any language."""
    assert words("What's on, at twenty-five?") == ["what's", "on", "at", "twenty", "five"]
    assert words("Öffne die Tür!") == ["öffne", "die", "tür"]


@pytest.mark.parametrize(
    ("said", "understood", "errors"),
    [
        ("Turn on the light.", "turn on the light", 0),
        ("turn on the light", "turn off the light", 1),
        ("turn on the light", "turn on light", 1),
        ("turn on the light", "please turn on the light", 1),
        ("turn on the light", "", 4),
        ("", "you", 1),
        ("a b c d", "b c d e", 2),
    ],
)
def test_word_errors(said: str, understood: str, errors: int) -> None:
    """A word that is changed, added or missing is one error."""
    assert word_errors(said, understood) == errors


def test_spread() -> None:
    """Durations in seconds become percentiles in milliseconds."""
    found = spread(n / 1000 for n in range(101))
    assert (found.p50, found.p95, found.max) == pytest.approx((50, 95, 100))
    assert str(found) == "50 / 95 / 100"


def test_spread_of_nothing() -> None:
    """Without durations there are no percentiles."""
    assert math.isnan(spread([]).p50)
    assert str(spread([])) == "- / - / -"


def test_milliseconds() -> None:
    """Short durations have a decimal."""
    assert [milliseconds(x) for x in (0.04, 9.94, 10, 1234.5)] == ["0.0", "9.9", "10", "1234"]


def test_figures() -> None:
    """A load is counted: what was right, wrong, lost, slow and late."""
    load = Load(
        outcomes=[
            outcome("a", "Turn on the light.", "Turn on the light.", 0.01),
            outcome("b", "Turn on the light.", "turn on a light", 0.03),
            Outcome("c", "Good night.", 2.0, None, failure="gone"),
        ],
        elapsed_s=4.0,
        described_s=[0.002, 0.004],
        undescribed=["gone"],
        noise=[Outcome("listener 0", "", 15.0, "you", 0.01, 0.02)],
    )
    of = figures(load)
    assert (of.n_commands, of.n_failed, of.n_exact) == (3, 1, 1)
    assert (of.word_errors, of.n_words) == (3, 10)
    assert of.word_error_rate == 30
    assert of.after_stop.max == pytest.approx(30)
    assert of.audio_per_s == 1.5
    assert of.describe.p50 == pytest.approx(3)
    assert of.n_undescribed == 1
    assert of.late_ms == pytest.approx(20)
    assert of.n_words_in_noise == 1


def test_figures_of_nothing() -> None:
    """A load without a command has figures, too."""
    of = figures(Load())
    assert (of.n_commands, of.word_error_rate, of.audio_per_s, of.late_ms) == (0, 0, 0, 0)


def test_different() -> None:
    """Transcripts are compared command by command, to the letter; a failure is an empty one."""
    expected = [outcome("a", "", "Yes."), outcome("b", "", "No."), outcome("c", "", "")]
    found = [
        outcome("b", "", "No"),
        outcome("a", "", "Yes."),
        outcome("c", "", None),
        outcome("d", "", "New."),
    ]
    assert different(found, expected) == [("No.", "No")]


def test_table() -> None:
    """A table is Markdown."""
    assert table(["a", "b"], [[1, "x"]]) == "| a | b |\n| --- | --- |\n| 1 | x |"
