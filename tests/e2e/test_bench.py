"""wyoming-whisper bench against the real server."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

if TYPE_CHECKING:
    from server_process import ServerProcess

_COMMANDS: Final = Path(__file__).parents[1] / "data"


def bench(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "wyoming_whisper", "bench", *arguments],
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )


def test_two_commands(server: ServerProcess) -> None:
    """Two commands, sent as fast as it goes, are understood; the table is Markdown."""
    done = bench(
        "--uri", server.uri, "--commands", str(_COMMANDS), "--count", "2", "--fast",
        "--satellites", "1", "2", "--misheard",
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    head, rule, *rows = done.stdout.splitlines()
    assert "after audio-stop p50 / p95 / max ms" in head
    assert set(rule) == set("|- ")
    assert [row.split(" | ")[0] for row in rows] == [
        "| 1 satellite, quiet, as fast as it goes",
        "| 2 satellites, quiet, as fast as it goes",
    ]
    assert all(" | 0.0 % | 2 of 2 | 0 | " in row for row in rows)


def test_real_time(server: ServerProcess) -> None:
    """In real time, the benchmark says beforehand how long it takes."""
    done = bench("--uri", server.uri, "--commands", str(_COMMANDS), "--count", "1")
    assert done.returncode == 0
    assert done.stderr == "this takes 0.1 minutes or more\n"
    assert " | 1 of 1 | 0 | " in done.stdout


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["--uri", "nonsense", "--commands", "."], 78, "--uri 'nonsense': "),
        (["--uri", "tcp://127.0.0.1:9", "--commands", "/none"], 66, "/none/commands.json: "),
        (
            ["--uri", "tcp://127.0.0.1:9", "--commands", str(_COMMANDS), "--satellites", "0"],
            78,
            "at least one satellite has to speak",
        ),
        (
            ["--uri", "tcp://127.0.0.1:9", "--commands", str(_COMMANDS), "--count", "0"],
            78,
            "there are no commands to speak",
        ),
        (
            ["--uri", "tcp://127.0.0.1:9", "--commands", str(_COMMANDS), "--fast"],
            69,
            "no server answers at tcp://127.0.0.1:9: ",
        ),
    ],
)
def test_errors(arguments: list[str], status: int, message: str) -> None:
    """What the user can mend is one line, with an exit status of its own."""
    done = bench(*arguments)
    assert done.returncode == status
    assert done.stderr.startswith(f"wyoming-whisper: {message}")
    assert done.stderr.count("\n") == 1
