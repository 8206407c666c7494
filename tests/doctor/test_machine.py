"""Faults of a machine, each provoked by what it says of itself."""

from __future__ import annotations

import os
from datetime import date
from typing import TYPE_CHECKING

import pytest

from wyoming_whisper.doctor import machine
from wyoming_whisper.doctor.finding import Status, Verdict

if TYPE_CHECKING:
    from pathlib import Path

MIB = 2**20
RELEASED = date(2026, 1, 1)


def test_versions() -> None:
    """What is installed is listed; a package that is not is a fault."""
    installed = {"numpy": "2.4", "av": "18"}
    good = machine.versions(["numpy", "av"], installed.get, "Python 3.11")
    assert (good.status, good.found) == (Status.OK, "Python 3.11, numpy 2.4, av 18")
    bad = machine.versions(["numpy", "soxr"], installed.get, "Python 3.11")
    assert (bad.status, bad.found) == (Status.FAIL, "Python 3.11; not installed: soxr")
    assert "pip install" in bad.cure


@pytest.mark.parametrize(
    ("instruction_set", "status"),
    [
        ("AVX2", Status.OK),
        ("AVX512", Status.OK),
        ("NEON", Status.OK),
        ("", Status.OK),
        ("AVX", Status.WARN),
        ("GENERIC", Status.WARN),
    ],
)
def test_cpu(instruction_set: str, status: Status) -> None:
    """A processor without AVX2 or its like is slow, and that is said; one unknown is not judged."""
    verdict = machine.cpu("AMD EPYC", instruction_set, ["SSE4.1"])
    assert verdict.status is status
    assert "AMD EPYC" in verdict.found
    assert "SSE4.1" in verdict.found


def test_cpu_name() -> None:
    """The processor is called as its maker does, or as the architecture is."""
    assert machine.cpu_name("processor\t: 0\nmodel name\t: AMD EPYC \n", "x86_64") == "AMD EPYC"
    assert machine.cpu_name("Model\t\t: Raspberry Pi 4\n", "aarch64") == "Raspberry Pi 4"
    assert machine.cpu_name("", "aarch64") == "aarch64"


def test_threads() -> None:
    """More threads than cores wait for each other; what `0` chooses does not."""
    assert machine.threads(4, 8, 4, 1).status is Status.OK
    assert machine.threads(2, 2, 1, 2).status is Status.OK
    crowded = machine.threads(2, 8, 4, 1)
    assert crowded.status is Status.WARN
    assert "--cpu-threads 0" in crowded.cure


@pytest.mark.parametrize(
    ("free_mib", "status"),
    [
        (99, Status.FAIL),
        (100, Status.WARN),
        (124, Status.WARN),
        (125, Status.OK),
        (None, Status.OK),
    ],
)
def test_memory(free_mib: int | None, status: Status) -> None:
    """Less than is needed is a fault, little more a warning; what nobody knows is no fault."""
    free = None if free_mib is None else free_mib * MIB
    verdict = machine.memory(free, 100 * MIB, "base as int8")
    assert verdict.status is status
    assert "base as int8 needs about 100 MiB" in verdict.found


def look(folder: Path, *, written: bool = True, allowed: int = 7, free: int = 100 * MIB) -> Verdict:
    """Look at a directory as a user who may do some of what `os.access` knows."""

    def may(_: Path, mode: int) -> bool:
        return mode & allowed == mode

    return machine.disk(folder, is_written=written, may=may, free_bytes=lambda _: free)


def test_disk(tmp_path: Path) -> None:
    """A directory that can be used is right, also one that is not there yet; it is not made."""
    assert look(tmp_path).found == f"{tmp_path} can be written, 100 MiB free"
    missing = tmp_path / "a" / "b"
    assert look(missing).found == f"{missing} will be made, 100 MiB free"
    assert look(tmp_path, written=False).status is Status.OK
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("inside", ["", "models"])
def test_a_file_instead_of_a_directory(tmp_path: Path, inside: str) -> None:
    """A file where the directory should be, or one above it, is a fault."""
    file = tmp_path / "file"
    file.touch()
    verdict = look(file / inside)
    assert (verdict.status, verdict.found) == (Status.FAIL, f"{file} is no directory")
    assert "--data-dir" in verdict.cure


def test_a_directory_that_may_not_be_read(tmp_path: Path) -> None:
    """Where models cannot be read, none are found."""
    verdict = look(tmp_path, allowed=os.W_OK)
    assert (verdict.status, "cannot be read" in verdict.found) == (Status.FAIL, True)


def test_a_directory_that_may_not_be_written(tmp_path: Path) -> None:
    """Where nothing can be kept a server runs, and this is said, if it is to be written at all."""
    verdict = look(tmp_path, allowed=os.R_OK | os.X_OK)
    assert (verdict.status, "cannot be written" in verdict.found) == (Status.WARN, True)
    assert look(tmp_path, allowed=os.R_OK | os.X_OK, written=False).status is Status.OK


def test_a_directory_of_models_that_is_missing(tmp_path: Path) -> None:
    """A directory that is only read, and is not there, is a slip of the pen."""
    verdict = look(tmp_path / "modles", written=False)
    assert (verdict.status, "does not exist" in verdict.found) == (Status.WARN, True)


def test_a_full_disk(tmp_path: Path) -> None:
    """A disk with little room left is told of before it is full."""
    verdict = look(tmp_path, free=10 * MIB)
    assert verdict.status is Status.WARN
    assert "10 MiB free" in verdict.found
    assert "make room" in verdict.cure


@pytest.mark.parametrize("today", [date(1970, 1, 1), date(2025, 12, 31), date(2060, 1, 1)])
def test_a_clock_that_is_wrong(today: date) -> None:
    """A day before the program was there, or long after, is a fault where certificates count."""
    assert machine.clock(today, RELEASED, downloads=False).status is Status.WARN
    verdict = machine.clock(today, RELEASED, downloads=True)
    assert verdict.status is Status.FAIL
    assert today.isoformat() in verdict.found
    assert "timedatectl" in verdict.cure


def test_a_clock_that_may_be_right() -> None:
    """Any day from the release on is one that can be."""
    assert machine.clock(RELEASED, RELEASED, downloads=True).status is Status.OK
    assert machine.clock(date(2031, 5, 6), RELEASED, downloads=True).status is Status.OK
