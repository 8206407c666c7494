"""How requests are counted."""

from __future__ import annotations

import pytest
from starlette.exceptions import HTTPException

from wyoming_whisper.errors import Overloaded, UndecodableAudio
from wyoming_whisper.http.counting import CountedRequest
from wyoming_whisper.http.disconnect import ClientGone
from wyoming_whisper.recognition.accounting import Api, RequestCounters
from wyoming_whisper.values import Task


def counted(counters: RequestCounters) -> CountedRequest:
    return CountedRequest(counters, Api.OPENAI, Task.TRANSCRIBE)


def test_what_is_answered() -> None:
    """A request that is answered counts as such, with the time of its first part."""
    counters = RequestCounters()
    with counted(counters) as request:
        request.tell()
        request.tell()
    assert counters.requests == {(Api.OPENAI, Task.TRANSCRIBE, 200): 1}
    assert sum(counters.first_result_s.counts) == 1


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (UndecodableAudio("no audio"), 400),
        (Overloaded("full"), 503),
        (HTTPException(413), 413),
        (ClientGone(), 499),
        (RuntimeError("bug"), 500),
    ],
)
def test_what_fails(error: Exception, status: int) -> None:
    """A request that fails counts by the status it is answered with."""
    counters = RequestCounters()
    with pytest.raises(type(error)), counted(counters):
        raise error
    assert counters.requests == {(Api.OPENAI, Task.TRANSCRIBE, status): 1}


def test_what_fails_behind_its_status() -> None:
    """A stream that breaks off has failed, though its status said otherwise."""
    counters = RequestCounters()
    with counted(counters) as request:
        request.fail(Overloaded("full"))
    assert counters.requests == {(Api.OPENAI, Task.TRANSCRIBE, 503): 1}
