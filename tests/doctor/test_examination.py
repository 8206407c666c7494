"""Checks that go wrong do not end the others."""

from __future__ import annotations

import asyncio

import pytest
from virtual_time import run_virtual

from wyoming_whisper.doctor.examination import Check, examine
from wyoming_whisper.doctor.finding import Finding, Status, Verdict, ok
from wyoming_whisper.errors import AddressError


async def right() -> Verdict:
    return ok("there")


def raising(error: BaseException) -> Check:
    async def look() -> Verdict:
        raise error

    return Check("broken", look, "mend it")


def test_each_check_is_a_finding() -> None:
    """Findings are those of the checks, by their names, in their order."""
    checks = [Check("first", right), Check("second", right)]
    assert run_virtual(examine(checks)) == [
        Finding("first", ok("there")),
        Finding("second", ok("there")),
    ]


def test_our_own_error_is_a_fault_with_the_cure_of_its_check() -> None:
    """What is raised for people is what was found; the others are looked at all the same."""
    checks = [raising(AddressError("port\nin use")), Check("other", right)]
    broken, other = run_virtual(examine(checks))
    assert broken.verdict == Verdict(Status.FAIL, "port in use", "mend it")
    assert other.verdict == ok("there")


@pytest.mark.parametrize(
    ("error", "found"),
    [
        (RuntimeError("CUDA\nfailed"), "could not be checked: RuntimeError: CUDA failed"),
        (ValueError(), "could not be checked: ValueError: without a word"),
        (TimeoutError("a socket"), "could not be checked: TimeoutError: a socket"),
    ],
)
def test_a_check_that_raises_could_not_be_made(error: Exception, found: str) -> None:
    """An error that nobody expected is a fault of the program, and the others are looked at."""
    broken, other = run_virtual(examine([raising(error), Check("other", right)]))
    assert (broken.verdict.status, broken.verdict.found) == (Status.FAIL, found)
    assert "report it" in broken.verdict.cure
    assert other.verdict == ok("there")


def test_a_check_has_a_deadline() -> None:
    """A check that does not end is given up, and the others are looked at."""

    async def endless() -> Verdict:
        await asyncio.get_running_loop().create_future()
        raise AssertionError

    late, other = run_virtual(
        examine([Check("late", endless, deadline_s=7.5), Check("other", right)])
    )
    assert late.verdict.status is Status.FAIL
    assert late.verdict.found == "no result within 7.5 s"
    assert other.verdict == ok("there")


def test_an_examination_can_be_cancelled() -> None:
    """Who ends the program ends the examination, not only a check of it."""
    with pytest.raises(asyncio.CancelledError):
        run_virtual(examine([raising(asyncio.CancelledError()), Check("other", right)]))
