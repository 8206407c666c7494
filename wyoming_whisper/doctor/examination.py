"""Runs checks one after the other, so that none changes what the next one measures.

A check that raises, or does not end in time, is a finding as well, and the others follow.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final

from wyoming_whisper.doctor.finding import Finding, Verdict, fail
from wyoming_whisper.errors import WyomingWhisperError

Look = Callable[[], Awaitable[Verdict]]

_REPORT_IT: Final = "report it with this output: this is a fault of the program"
_TOO_LATE: Final = "try again when the machine has less to do; report it if it stays so"
_QUICK_S: Final = 20


@dataclass(frozen=True, slots=True)
class Check:
    """A thing to look at.

    Attributes:
        name: What it is called in the report.
        look: Looks at it. What it raises is a fault; our own errors' words are for people.
        cure: What helps where it raises one of our own errors.
        deadline_s: How long it may take.
    """

    name: str
    look: Look
    cure: str = _REPORT_IT
    deadline_s: float = _QUICK_S


async def examine(checks: Sequence[Check]) -> list[Finding]:
    """Run checks in order; a finding for each. Cancelling it is safe."""
    return [Finding(check.name, await _verdict(check)) for check in checks]


async def _verdict(check: Check) -> Verdict:
    try:
        async with asyncio.timeout(check.deadline_s) as deadline:
            return await check.look()
    except WyomingWhisperError as error:
        return fail(_line(error), check.cure)
    except Exception as error:  # noqa: BLE001 - one check's fault is not the others'
        if deadline.expired():
            return fail(f"no result within {check.deadline_s:g} s", _TOO_LATE)
        return fail(f"could not be checked: {type(error).__name__}: {_line(error)}", _REPORT_IT)


def _line(error: Exception) -> str:
    return " ".join(str(error).split()) or "without a word"
