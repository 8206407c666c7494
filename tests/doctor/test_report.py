"""What people read of findings, and what programs do."""

from __future__ import annotations

import json

from wyoming_whisper.doctor.finding import Finding, fail, ok, warn
from wyoming_whisper.doctor.report import as_json, as_text

FINDINGS = [
    Finding("clock", ok("right")),
    Finding("compute type", warn("slow", "take another")),
    Finding("http", fail("taken", "stop it")),
]


def test_text() -> None:
    """Findings stand below each other, cures below them, and the last line sums up."""
    assert as_text(FINDINGS).splitlines() == [
        "ok    clock         right",
        "warn  compute type  slow",
        "                    → take another",
        "fail  http          taken",
        "                    → stop it",
        "3 checks: 1 ok, 1 warn, 1 fail: something has to be cured",
    ]


def test_summary() -> None:
    """The last line says what the worst finding means."""
    assert as_text(FINDINGS[:1]).endswith("1 checks: 1 ok, 0 warn, 0 fail: nothing is wrong")
    assert as_text(FINDINGS[:2]).endswith("a server runs here, and could do better")


def test_json() -> None:
    """A program reads the version, the worst status, and each finding whole."""
    assert json.loads(as_json(FINDINGS, "1.2.3")) == {
        "version": "1.2.3",
        "status": "fail",
        "findings": [
            {"check": "clock", "status": "ok", "found": "right", "cure": ""},
            {"check": "compute type", "status": "warn", "found": "slow", "cure": "take another"},
            {"check": "http", "status": "fail", "found": "taken", "cure": "stop it"},
        ],
    }
