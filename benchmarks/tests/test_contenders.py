"""The command lines of the servers that are compared."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import contenders
import pytest
from contenders import (
    REQUIREMENT,
    install_wyoming_faster_whisper,
    other_version,
    ours,
    probed,
    wyoming_faster_whisper,
)

from wyoming_whisper.errors import ConfigError


def test_ours() -> None:
    """This server runs as its user runs it, on the model, and unannounced."""
    contender = ours(Path("model"))
    assert contender.name == "wyoming_whisper"
    assert contender.command_line("tcp://127.0.0.1:1") == [
        sys.executable, "-m", "wyoming_whisper", "--no-zeroconf", "--model", "model",
        "--uri", "tcp://127.0.0.1:1",
    ]  # fmt: skip


def test_variant() -> None:
    """A variant adds variables and options, and the table shows it."""
    contender = ours(Path("model"), "OMP_WAIT_POLICY=ACTIVE X= --max-batch 1", device="cpu")
    assert contender.name == "wyoming_whisper OMP_WAIT_POLICY=ACTIVE X= --max-batch 1"
    assert contender.command[-4:] == ("--device", "cpu", "--max-batch", "1")
    assert contender.variables == {"OMP_WAIT_POLICY": "ACTIVE", "X": ""}
    assert contender.environment["OMP_WAIT_POLICY"] == "ACTIVE"


def test_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """What configures a server or this benchmark is not passed on; everything else is."""
    for name in ("WYOMING_WHISPER_MODEL", "WYO_WHISPER_MODEL", "PYTHONPATH"):
        monkeypatch.setenv(name, "x")
    monkeypatch.setenv("OTHER", "y")
    environment = ours(Path("model")).environment
    assert environment["OTHER"] == "y"
    assert not {"WYOMING_WHISPER_MODEL", "WYO_WHISPER_MODEL", "PYTHONPATH"} & set(environment)


def test_other_version(tmp_path: Path) -> None:
    """Another version runs by the Python of its environment, never out of this checkout."""
    python = tmp_path / "bin" / "python"
    python.parent.mkdir()
    python.symlink_to(sys.executable)
    for given in (tmp_path, python):
        contender = other_version(given, Path("model"), "cpu")
        assert contender.name == f"wyoming_whisper of {given}"
        assert contender.command == (
            str(python), "-P", "-m", "wyoming_whisper", "--no-zeroconf", "--model", "model",
            "--device", "cpu",
        )  # fmt: skip


def test_no_other_version(tmp_path: Path) -> None:
    """A folder without a Python is named before anything is started."""
    with pytest.raises(ConfigError, match=f"--other {tmp_path}: neither an environment nor"):
        other_version(tmp_path, Path("model"))


def test_wyoming_faster_whisper() -> None:
    """It runs at its defaults, and with two threads and one beam, on the same model."""
    default, best = wyoming_faster_whisper(Path("model"), Path("data"), folder=Path("venv"))
    assert default.name == "wyoming-faster-whisper"
    assert default.command == (
        "venv/bin/wyoming-faster-whisper", "--model", "model", "--data-dir", "data",
    )  # fmt: skip
    assert best.name == "wyoming-faster-whisper --cpu-threads 2 --beam-size 1"
    assert best.command == (*default.command, "--cpu-threads", "2", "--beam-size", "1")
    on_gpu = wyoming_faster_whisper(Path("model"), Path("data"), "cuda", Path("venv"))
    assert all("--device cuda" in " ".join(contender.command) for contender in on_gpu)


def test_it_is_installed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its environment is made once, apart from ours, with the libraries in our versions."""
    ran: list[list[str]] = []

    def run(command: list[str], *, check: bool) -> None:
        assert check
        ran.append(command)
        (tmp_path / "venv").mkdir(exist_ok=True)

    monkeypatch.setattr(subprocess, "run", run)
    for _ in range(2):
        install_wyoming_faster_whisper(tmp_path / "venv")
    make, install = ran
    assert make == [sys.executable, "-m", "venv", str(tmp_path / "venv")]
    assert install[0] == str(tmp_path / "venv" / "bin" / "python")
    assert install[-1] == REQUIREMENT
    assert install[install.index("--constraint") + 1] == str(contenders.ROOT / "constraints.txt")


def test_what_cannot_be_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An environment that was not completed is made again."""
    (tmp_path / "venv").mkdir()

    def run(command: list[str], *, check: bool) -> None:
        raise subprocess.CalledProcessError(1, command)

    monkeypatch.setattr(subprocess, "run", run)
    for _ in range(2):
        with pytest.raises(subprocess.CalledProcessError):
            install_wyoming_faster_whisper(tmp_path / "venv")


def test_probed() -> None:
    """The server with a probe has the options of the plain one, and names the probe's file."""
    plain, contender = ours(Path("model"), device="cpu"), probed(Path("model"), Path("lags"), "cpu")
    assert contender.name == "wyoming_whisper, event loop probed"
    assert contender.command[2:] == ("lags", *plain.command[3:])
    assert Path(contender.command[1]).exists()
    assert contender.lags == Path("lags")
