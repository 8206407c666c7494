"""What a check has found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Status(Enum):
    """How bad it is; the worst last."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a look at one thing has shown.

    Attributes:
        status: How bad it is.
        found: What is there, in a line without secrets, and without words that somebody spoke.
        cure: What to do; empty where nothing has to be done, and only there.

    Raises:
        ValueError: If a fault has no cure, or what is right has one, or one is not a line.
    """

    status: Status
    found: str
    cure: str = ""

    def __post_init__(self) -> None:
        if bool(self.cure) is (self.status is Status.OK):
            raise ValueError("a fault needs a cure, and nothing else does")
        if not self.found or "\n" in self.found or "\n" in self.cure:
            raise ValueError("what is found is a line, and so is the cure")


@dataclass(frozen=True, slots=True)
class Finding:
    """A check, by its name, and its verdict."""

    check: str
    verdict: Verdict


def ok(found: str) -> Verdict:
    """Return that a thing is right."""
    return Verdict(Status.OK, found)


def warn(found: str, cure: str) -> Verdict:
    """Return that a server runs with it, and not as well as it could."""
    return Verdict(Status.WARN, found, cure)


def fail(found: str, cure: str) -> Verdict:
    """Return that a server does not start with it, or does not understand anybody."""
    return Verdict(Status.FAIL, found, cure)


def worst(findings: list[Finding]) -> Status:
    """Return the worst status of these; there being none is right."""
    order = list(Status)
    return max((finding.verdict.status for finding in findings), key=order.index, default=Status.OK)
