from __future__ import annotations

import asyncio
import math
from dataclasses import replace
from typing import Final

import pytest
from fakes import hypothesis
from hypothesis import given
from hypothesis import strategies as st

from wyoming_whisper.errors import (
    ClientGone,
    InvalidParameter,
    ModelLoading,
    Overloaded,
    UndecodableAudio,
)
from wyoming_whisper.recognition.accounting import (
    CountedRequest,
    Histogram,
    RequestCounters,
    UtteranceReport,
)
from wyoming_whisper.recognition.eager import Eagerness
from wyoming_whisper.values import Rejection, Task

REPORT: Final = UtteranceReport(
    audio_s=2.5,
    segments_s=1.5,
    queued_s=0.004,
    decode_s=0.013,
    hypotheses=(hypothesis("the words of the house"),),
    eagerness=Eagerness.HIT,
    vad_s=0.25,
)
SILENCED: Final = replace(hypothesis("thank you"), rejection=Rejection.NO_SPEECH)
# Exact in binary, so that sums are.
exact: Final = st.integers(-(2**20), 2**20).map(lambda n: n / 256)


def new_counters() -> RequestCounters:
    """Return counters of two APIs."""
    counters = RequestCounters()
    counters.register("wyoming")
    counters.register("files")
    return counters


def count_live(counters: RequestCounters, report: UtteranceReport, answered_s: float) -> None:
    """Count an utterance that was answered over Wyoming."""
    counters.add(
        "wyoming", Task.TRANSCRIBE, None, seconds=3.0, report=report, answered_s=answered_s
    )


def test_line() -> None:
    """The log's line holds durations and what became of the eager decode, and no word."""
    assert REPORT.line(0.0012) == (
        "answered 1 ms after its end (the client): 2.5 s of audio, 1 segments of 1.5 s, "
        "queue 4 ms, decode 13 ms, eager: hit"
    )


def test_line_with_rejections() -> None:
    """The line says why text was held back."""
    line = replace(REPORT, hypotheses=(SILENCED, hypothesis("x"), SILENCED)).line(0)
    assert line.endswith("eager: hit, rejected: no speech, no speech")


def test_detected_languages() -> None:
    """A language is a finding where the model was sure of it to some degree, and Whisper's."""
    stated = hypothesis("ja", language="de")
    found = replace(stated, language_probability=0.9)
    strange = replace(found, language="tlh")
    report = replace(REPORT, hypotheses=(stated, found, strange, found))
    assert report.detected_languages == ["de", "de"]


@given(
    bounds=st.lists(exact, unique=True, max_size=8).map(sorted),
    values=st.lists(st.tuples(exact, st.integers(1, 3)), max_size=30),
)
def test_histogram(bounds: list[float], values: list[tuple[float, int]]) -> None:
    """A bound's cumulative count is of the values up to it, and the last one of all of them."""
    histogram = Histogram(tuple(bounds))
    for value, n in values:
        histogram.add(value, n)
    all_values = [value for value, n in values for _ in range(n)]
    assert histogram.cumulative == [
        sum(value <= bound for value in all_values) for bound in [*bounds, math.inf]
    ]
    assert histogram.sum == sum(all_values)
    assert len(histogram.counts) == len(bounds) + 1


@pytest.mark.parametrize("bounds", [(1.0, 1.0), (2.0, 1.0), (0.0, math.inf), (math.nan,)])
def test_bounds_ascend(bounds: tuple[float, ...]) -> None:
    """A histogram whose buckets have no order cannot be made."""
    with pytest.raises(ValueError, match="ascend"):
        Histogram(bounds)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_value_is_a_number(value: float) -> None:
    """What would spoil the sum for ever is refused, and not counted."""
    histogram = Histogram((1.0,))
    with pytest.raises(ValueError, match="finite"):
        histogram.add(value)
    assert (histogram.counts, histogram.sum) == ([0, 0], 0.0)


def test_counters() -> None:
    """Utterances add up, by what became of their eager decodes and their texts."""
    counters = new_counters()
    count_live(counters, REPORT, 0.001)
    other = replace(REPORT, hypotheses=(SILENCED, SILENCED), eagerness=Eagerness.NO_PAUSE)
    count_live(counters, other, 0.2)
    assert (counters.answered, counters.failed, counters.segments) == (2, 0, 3)
    assert (counters.audio_s, counters.segments_s, counters.dropped_s) == (5.0, 3.0, 2.0)
    assert counters.vad_s == 0.5
    assert (counters.queued_s.sum, counters.decode_s.sum) == (0.008, 0.026)
    assert counters.real_time.sum == pytest.approx(2 * 0.013 / 2.5)
    assert counters.answered_s.sum == 0.201
    assert +counters.eager == {Eagerness.HIT: 1, Eagerness.NO_PAUSE: 1}
    assert counters.eager_hits == 1
    assert +counters.rejected == {Rejection.NO_SPEECH: 2}


def test_requests_are_counted_by_their_outcome() -> None:
    """Whatever came in is counted by API, task and outcome; an error has no other figures."""
    counters = new_counters()
    count_live(counters, REPORT, 0.001)
    counters.add("files", Task.TRANSLATE, InvalidParameter, seconds=0.002)
    counters.add("files", Task.TRANSCRIBE, None, seconds=0.5, report=REPORT, first_result_s=0.2)
    assert counters.requests == {
        ("wyoming", Task.TRANSCRIBE, None): 1,
        ("files", Task.TRANSLATE, InvalidParameter): 1,
        ("files", Task.TRANSCRIBE, None): 1,
    }
    assert (counters.answered, counters.failed) == (2, 1)
    assert [counters.n_requests(api) for api in ("wyoming", "files", "other")] == [1, 2, 0]
    assert counters.request_s["files"].sum == 0.502
    assert counters.first_result_s.cumulative[-1] == 1
    assert counters.audio_s == 5.0


def test_only_live_speech_is_decoded_eagerly() -> None:
    """A file has no pause that somebody waits in, so it says nothing of eager decodes."""
    counters = new_counters()
    counters.add("files", Task.TRANSCRIBE, None, seconds=1.0, report=REPORT)
    assert counters.eager.total() == 0


def test_silence_says_nothing_of_the_engine() -> None:
    """An utterance without speech was in no queue, and its audio was dropped."""
    counters = new_counters()
    silent = replace(REPORT, segments_s=0.0, queued_s=0.0, decode_s=0.0, hypotheses=())
    count_live(counters, silent, 0.001)
    count_live(counters, replace(silent, audio_s=0.0), 0.001)
    assert counters.queued_s.cumulative[-1] == counters.real_time.cumulative[-1] == 0
    assert counters.dropped_s == 2.5


def test_padding_is_not_dropped_audio() -> None:
    """What was padded beyond the end of the audio takes nothing from what was dropped."""
    counters = new_counters()
    count_live(counters, replace(REPORT, segments_s=2.75), 0.001)
    assert counters.dropped_s == 0.0


def test_counters_line() -> None:
    """The sum is one line, with what became of eager decodes, commonest first."""
    counters = new_counters()
    counters.add("wyoming", Task.TRANSCRIBE, ModelLoading, seconds=1.0)
    for eagerness in (Eagerness.BUSY, Eagerness.HIT, Eagerness.HIT):
        count_live(counters, replace(REPORT, eagerness=eagerness), 0.001)
    assert counters.line() == (
        "3 utterances answered, 1 failed: 8 s of audio, 3 segments of 4 s, "
        "queue 0.0 s, decode 0.0 s, eager: 2 hit, 1 busy"
    )


def test_counters_of_nothing() -> None:
    """A server that nobody spoke to says so."""
    line = RequestCounters().line()
    assert line.startswith("0 utterances answered, 0 failed: 0 s of audio")
    assert "eager" not in line


def test_an_api_is_there_before_its_first_request() -> None:
    """A registered API has its histogram; registering it again changes nothing."""
    counters = new_counters()
    assert list(counters.request_s) == ["wyoming", "files"]
    count_live(counters, REPORT, 0.001)
    counters.register("wyoming")
    assert counters.request_s["wyoming"].cumulative[-1] == 1


def test_a_request_of_no_api() -> None:
    """A name that nobody registered counts nothing, so that names stay as many as APIs."""
    with pytest.raises(ValueError, match="no such API is registered: other"):
        CountedRequest(new_counters(), "other", Task.TRANSCRIBE)


def test_what_is_answered() -> None:
    """What is answered counts as such, with its figures and the time of its first part."""
    counters = new_counters()
    with CountedRequest(counters, "files", Task.TRANSCRIBE) as request:
        request.tell()
        request.tell()
        request.report = REPORT
    assert counters.requests == {("files", Task.TRANSCRIBE, None): 1}
    assert sum(counters.first_result_s.counts) == 1
    assert sum(counters.request_s["files"].counts) == 1
    assert counters.audio_s == 2.5
    assert counters.eager.total() == 0


def test_what_is_answered_live() -> None:
    """A live request counts how long its speaker waited, and what became of the eager decode."""
    counters = new_counters()
    with CountedRequest(counters, "wyoming", Task.TRANSCRIBE) as request:
        request.report, request.answered_s = REPORT, 0.25
    assert counters.answered_s.sum == 0.25
    assert counters.eager_hits == 1


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (UndecodableAudio("no audio"), UndecodableAudio),
        (Overloaded("full"), Overloaded),
        (ClientGone("left"), ClientGone),
        (asyncio.CancelledError(), ClientGone),
        (RuntimeError("bug"), Exception),
        (KeyError("bug"), Exception),
    ],
)
def test_what_fails(error: BaseException, outcome: type[BaseException]) -> None:
    """A request that fails counts by its kind of error; all bugs are of one kind."""
    counters = new_counters()
    with (
        pytest.raises(type(error)),
        CountedRequest(counters, "files", Task.TRANSCRIBE),
    ):
        raise error
    assert counters.requests == {("files", Task.TRANSCRIBE, outcome): 1}


def test_what_fails_behind_its_status() -> None:
    """A stream that breaks off has failed, though its status said otherwise."""
    counters = new_counters()
    with CountedRequest(counters, "files", Task.TRANSCRIBE) as request:
        request.fail(Overloaded("full"))
    assert counters.requests == {("files", Task.TRANSCRIBE, Overloaded): 1}
