"""What script/bench --http makes of what it measures."""

from __future__ import annotations

import sys
from collections import Counter
from typing import TYPE_CHECKING

import http_files
from contenders import ROOT
from http_files import beside_rows, overhead_rows, parser
from long_files import LongFile
from uploads import Answer

from wyoming_whisper.bench.load import Load, Outcome

if TYPE_CHECKING:
    import pytest


def answers(seconds: float, **parts_s: float) -> list[Answer]:
    return [Answer(200, b"", seconds, parts_s)] * 3


def test_overhead() -> None:
    """What is neither speech detection nor the model's is overhead, and is taken apart."""
    found = {
        "health": answers(0.001),
        "refused": answers(0.0015),
        "bare": answers(0.033, vad=0.005, queue=0.0, decode=0.025),
        "wav": answers(0.037, vad=0.005, queue=0.0, decode=0.025),
        "mp3": answers(0.040, vad=0.006, queue=0.001, decode=0.025),
    }
    rows = {row.figure: row.measured for row in overhead_rows(found)}
    assert rows == {
        "3 s of WAV, p50 / p95 / max ms": "37 / 37 / 37",
        "- finding speech": "5.0 / 5.0 / 5.0",
        "- waiting for the model": "0.0 / 0.0 / 0.0",
        "- the model's call": "25 / 25 / 25",
        "- the rest, which is overhead": "7.0 / 7.0 / 7.0",
        "-- connection and framework, p50": "1.0",
        "-- form": "0.5",
        "-- pipeline and answer": "1.5",
        "-- decoding the file in its process": "4.0",
        "overhead of 3 s of MP3": "8.0 / 8.0 / 8.0",
    }


def load(*after_stop_s: float) -> Load:
    outcomes = [Outcome(f"{n}", "Stop.", 2.0, "Stop.", s) for n, s in enumerate(after_stop_s)]
    return Load(outcomes, elapsed_s=10.0)


def test_beside() -> None:
    """Commands beside a file are held against those alone, and the rise against the engine."""
    file = LongFile(ROOT, 1_800, "")
    eager = [Counter({"hit": 2}), Counter({"hit": 1, "busy": 1})]
    rows = beside_rows(file, load(0.002, 0.002), load(0.012, 0.012), eager, longest_s=0.125)
    assert rows[1] == ("commands while 30 min of MP3 is transcribed", "12 / 12 / 12", "")
    assert rows[2] == ("- p95 rises by ms", "10.0", "≤ 125, the longest engine call")
    assert rows[3].measured == "2 / 1"
    assert rows[4].measured == "0 / 0"
    assert rows[5].measured == "0"


def test_options() -> None:
    """By default a file of half an hour is transcribed, and a hundred short ones."""
    given = parser().parse_args(["--http"])
    assert (given.hours, given.requests, given.faster_whisper) == ([0.5], 100, False)
    assert parser().parse_args(["--http", "--hours", "0.5", "3"]).hours == [0.5, 3]


def test_the_table(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """The command starts a server, and prints all figures and how busy the machine was."""
    arguments = "http_files.py --http --hours 0.004 --requests 2 --count 1 --rounds 1 --peer"
    monkeypatch.setattr(sys, "argv", arguments.split())
    assert http_files.main() == 0
    heading, *lines = capsys.readouterr().out.splitlines()
    assert "model home_en; 1 commands; load average " in heading
    rows = {line.split(" | ")[0].lstrip("| "): line.split(" | ")[1] for line in lines[3:-2]}
    assert float(rows["0 min of MP3, times real time"]) > 1
    assert float(rows["- memory of the processes that decode files, at most MiB"]) > 1
    assert float(rows["- ours is so many times as fast"]) > 0
    assert rows["- failed"] == "0"
    assert rows["- transcript"].endswith("% of words wrong")
    assert lines[-1].startswith("load average at the end ")


def test_no_commands(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """What is missing is said in a line."""
    monkeypatch.setattr(sys, "argv", ["http_files.py", "--http", "--commands", "/no/such/folder"])
    assert http_files.main() != 0
    assert "script/bench: /no/such/folder" in capsys.readouterr().err
