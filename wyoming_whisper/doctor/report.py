"""Findings as text for people, and as JSON for programs."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

from wyoming_whisper.doctor.finding import Status, worst

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wyoming_whisper.doctor.finding import Finding


def as_text(findings: list[Finding]) -> str:
    """Return a line for each finding, its cure below, and a summary at the end."""
    return "\n".join((*_lines(findings), _summary(findings)))


def as_json(findings: list[Finding], version: str) -> str:
    """Return an object with the program's version, the worst status, and the findings in order."""
    return json.dumps(
        {
            "version": version,
            "status": worst(findings).value,
            "findings": [
                {
                    "check": finding.check,
                    "status": finding.verdict.status.value,
                    "found": finding.verdict.found,
                    "cure": finding.verdict.cure,
                }
                for finding in findings
            ],
        },
        indent=2,
        ensure_ascii=False,
    )


def _lines(findings: list[Finding]) -> Iterator[str]:
    width = max((len(finding.check) for finding in findings), default=0)
    for finding in findings:
        verdict = finding.verdict
        yield f"{verdict.status.value:4}  {finding.check:{width}}  {verdict.found}"
        if verdict.cure:
            yield f"{'':4}  {'':{width}}  → {verdict.cure}"


def _summary(findings: list[Finding]) -> str:
    counts = Counter(finding.verdict.status for finding in findings)
    shown = ", ".join(f"{counts[status]} {status.value}" for status in Status)
    match worst(findings):
        case Status.OK:
            verdict = "nothing is wrong"
        case Status.WARN:
            verdict = "a server runs here, and could do better"
        case Status.FAIL:
            verdict = "something has to be cured"
    return f"{len(findings)} checks: {shown}: {verdict}"
