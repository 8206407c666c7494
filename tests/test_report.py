from __future__ import annotations

from dataclasses import replace
from typing import Final

from fakes import hypothesis

from wyoming_whisper.report import UtteranceCounters, UtteranceReport
from wyoming_whisper.speech.eager import Eagerness
from wyoming_whisper.transcript import Rejection

REPORT: Final = UtteranceReport(
    audio_s=2.5,
    segments_s=1.5,
    queued_s=0.004,
    decode_s=0.013,
    hypotheses=(hypothesis("the words of the house"),),
    eagerness=Eagerness.HIT,
)
SILENCED: Final = replace(hypothesis("thank you"), rejection=Rejection.NO_SPEECH)


def test_line() -> None:
    """The log's line holds durations and what became of the eager decode, and no word."""
    assert REPORT.line(0.0012) == (
        "answered 1 ms after its end: 2.5 s of audio, 1 segments of 1.5 s, "
        "queue 4 ms, decode 13 ms, eager: hit"
    )


def test_line_with_rejections() -> None:
    """The line says why text was held back."""
    line = replace(REPORT, hypotheses=(SILENCED, hypothesis("x"), SILENCED)).line(0)
    assert line.endswith("eager: hit, rejected: no speech, no speech")


def test_counters() -> None:
    """Utterances add up, by what became of their eager decodes and their texts."""
    counters = UtteranceCounters()
    counters.add(REPORT, 0.001)
    other = replace(REPORT, hypotheses=(SILENCED, SILENCED), eagerness=Eagerness.NO_PAUSE)
    counters.add(other, 0.2)
    assert (counters.utterances, counters.segments) == (2, 3)
    assert (counters.audio_s, counters.segments_s) == (5.0, 3.0)
    assert (counters.queued_s, counters.decode_s) == (0.008, 0.026)
    assert list(counters.answered_s) == [0.001, 0.2]
    assert counters.eager == {Eagerness.HIT: 1, Eagerness.NO_PAUSE: 1}
    assert counters.rejected == {Rejection.NO_SPEECH: 2}


def test_counters_line() -> None:
    """The sum is one line, with what became of eager decodes, commonest first."""
    counters = UtteranceCounters(failed=1)
    for eagerness in (Eagerness.BUSY, Eagerness.HIT, Eagerness.HIT):
        counters.add(replace(REPORT, eagerness=eagerness), 0.001)
    assert counters.line() == (
        "3 utterances answered, 1 failed: 8 s of audio, 3 segments of 4 s, "
        "queue 0.0 s, decode 0.0 s, eager: 2 hit, 1 busy"
    )


def test_counters_of_nothing() -> None:
    """A server that nobody spoke to says so."""
    assert UtteranceCounters().line().startswith("0 utterances answered, 0 failed: 0 s of audio")


def test_the_latest_answers_are_kept() -> None:
    """The memory of a server that runs for years does not grow."""
    counters = UtteranceCounters()
    for number in range(1_500):
        counters.add(REPORT, float(number))
    assert len(counters.answered_s) == 1_000
    assert counters.answered_s[-1] == 1_499.0
