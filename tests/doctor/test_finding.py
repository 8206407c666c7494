"""What a verdict may be."""

from __future__ import annotations

import pytest

from wyoming_whisper.doctor.finding import Finding, Status, Verdict, fail, ok, warn, worst


def test_what_each_kind_is() -> None:
    """A verdict has its status, what was found, and the cure of a fault."""
    assert ok("there") == Verdict(Status.OK, "there", "")
    assert warn("slow", "wait") == Verdict(Status.WARN, "slow", "wait")
    assert fail("gone", "fetch it") == Verdict(Status.FAIL, "gone", "fetch it")


@pytest.mark.parametrize(
    ("status", "found", "cure"),
    [
        (Status.FAIL, "gone", ""),
        (Status.WARN, "slow", ""),
        (Status.OK, "there", "nothing to do"),
        (Status.OK, "", ""),
        (Status.OK, "two\nlines", ""),
        (Status.FAIL, "gone", "two\nlines"),
    ],
)
def test_an_impossible_verdict(status: Status, found: str, cure: str) -> None:
    """A fault without a cure, a cure without a fault, and more than a line cannot be."""
    with pytest.raises(ValueError, match=r"cure|line"):
        Verdict(status, found, cure)


def test_the_worst_counts() -> None:
    """Of several findings the worst status is that of all; without any, nothing is wrong."""
    good, bad, fatal = (
        Finding("it", verdict) for verdict in (ok("a"), warn("b", "c"), fail("d", "e"))
    )
    assert worst([]) is Status.OK
    assert worst([good, good]) is Status.OK
    assert worst([bad, good]) is Status.WARN
    assert worst([good, fatal, bad]) is Status.FAIL
