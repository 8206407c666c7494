"""What can be known before a model is loaded."""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from wyoming_whisper.engines.whisper import diagnosis
from wyoming_whisper.engines.whisper.diagnosis import CpuUse, memory_bytes, read_cpu_use
from wyoming_whisper.engines.whisper.model_bin import WeightsFile
from wyoming_whisper.engines.whisper.model_files import find_model
from wyoming_whisper.errors import EngineFailed

if TYPE_CHECKING:
    from pathlib import Path

    from wyoming_whisper.engines.whisper.model_files import ModelFiles

LOG = """
[2026-11-29 09:38:19.504] [ctranslate2] [thread 1] [info] CPU: AuthenticAMD (SSE4.1=true, \
AVX=true, AVX2=true, AVX512=false)
[2026-11-29 09:38:19.504] [ctranslate2] [thread 1] [info]  - Selected ISA: AVX2
"""


def test_what_ctranslate2_logs() -> None:
    """Its choice, and what it has found, are read from its log; silence is no choice."""
    assert read_cpu_use(LOG) == CpuUse("AVX2", ("SSE4.1", "AVX", "AVX2"))
    assert read_cpu_use("nothing of the kind") == CpuUse("", ())
    arm = "[info] CPU: ARM (NEON=true)\n[info]  - Selected ISA: NEON"
    assert read_cpu_use(arm) == CpuUse("NEON", ("NEON",))


def test_this_machine() -> None:
    """CTranslate2 says what it uses of the processor of this machine."""
    assert diagnosis.cpu_use().instruction_set


def test_a_choice_that_is_forced() -> None:
    """What the environment forces CTranslate2 to is what is told."""
    forced = {**os.environ, "CT2_FORCE_CPU_ISA": "GENERIC"}
    assert diagnosis.cpu_use(forced).instruction_set == "GENERIC"


def test_a_decoder_that_does_not_run() -> None:
    """Where CTranslate2 cannot start, its own last line is the reason."""
    with pytest.raises(EngineFailed, match=r"does not run here: .*NOSUCH"):
        diagnosis.cpu_use({**os.environ, "CT2_FORCE_CPU_ISA": "NOSUCH"})


def test_a_decoder_that_the_processor_ends(tmp_path: Path) -> None:
    """An instruction that is not there ends a process of its own, and is told by its signal."""
    module = tmp_path / "ctranslate2.py"
    module.write_text("import os, signal; os.kill(os.getpid(), signal.SIGILL)")
    with pytest.raises(EngineFailed, match="SIGILL"):
        diagnosis.cpu_use({**os.environ, "PYTHONPATH": str(tmp_path)})


@pytest.mark.parametrize(
    ("text", "version"),
    [
        (
            "NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.54.15  Tue Mar  5 22:23:56 UTC\n",
            "550.54.15",
        ),
        (
            "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  570.86.10  Release Build\n",
            "570.86.10",
        ),
        ("something new", "of an unknown version"),
    ],
)
def test_driver_version(tmp_path: Path, text: str, version: str) -> None:
    """The driver's version is read from the kernel's file, of open modules and of closed ones."""
    path = tmp_path / "version"
    path.write_text(text)
    assert diagnosis.driver_version(path) == version


def test_no_driver(tmp_path: Path) -> None:
    """Where there is no such file there is no driver."""
    assert diagnosis.driver_version(tmp_path / "version") == ""


def test_compute_types() -> None:
    """A CPU computes in float32 and in int8, of which `auto` takes the latter."""
    supported, best = diagnosis.compute_types("cpu", [0])
    assert {"float32", "int8"} <= supported
    assert best == "int8"


def test_threads_and_decodes(english: ModelFiles) -> None:
    """A small model's decodes take a core each, and as many threads as somebody asks for."""
    n_threads, n_decodes = diagnosis.threads_and_decodes(english, "cpu", 0)
    assert n_threads == 1
    assert n_decodes >= 1
    assert diagnosis.threads_and_decodes(english, "cpu", 3) == (3, 1)


MIB = 2**20
# Sizes, numbers of parameters and heads of base and tiny.en in float16, and of home-en in int8.
BASE = WeightsFile(145_217_532, 72_603_145, 8)
TINY = WeightsFile(75_537_502, 37_764_873, 6)
HOME = WeightsFile(31_171_895, 30_162_464, 6)


@pytest.mark.parametrize(
    ("weights", "compute_type", "measured_mib"),
    [
        # The most that a process took for a load, and a decode of 26 s of speech in the full
        # window, less what it had before.
        (BASE, "int8", 286),
        (BASE, "float32", 488),
        (TINY, "int8", 194),
        (TINY, "float32", 299),
        (HOME, "int8", 160),
        (HOME, "float32", 240),
    ],
)
def test_memory(weights: WeightsFile, compute_type: str, measured_mib: int) -> None:
    """The estimate is no less than what was measured, and not much more."""
    estimate = memory_bytes(weights, compute_type, 30) / MIB
    assert measured_mib <= estimate <= measured_mib + 80


def test_memory_of_other_types() -> None:
    """A type is told by its width; `default` keeps integers, and widens what is none."""

    def base(compute_type: str) -> int:
        return memory_bytes(BASE, compute_type, 30)

    assert base("int8_float32") == base("int8")
    assert base("float16") < base("float32")
    assert base("default") == base("float32")
    assert memory_bytes(HOME, "default", 30) == memory_bytes(HOME, "int8", 30)
    assert memory_bytes(HOME, "int8", 8) < memory_bytes(HOME, "int8", 30)


def test_the_digest_of_the_embedded_model() -> None:
    """home-en's weights are those that were committed, by the digest that stands in the code."""
    home_en = find_model("home-en", [])
    assert home_en.path is not None
    assert diagnosis.digest_of(home_en.path / "model.bin") == diagnosis.HOME_EN_SHA256
    assert diagnosis.expected_digest(home_en) == diagnosis.HOME_EN_SHA256


def test_an_unknown_digest(tmp_path: Path) -> None:
    """A directory of the owner's may hold anything, also by the embedded model's name."""
    home_en = find_model("home-en", [])
    assert diagnosis.expected_digest(replace(home_en, path=tmp_path)) is None


def test_the_digest_of_a_file(tmp_path: Path) -> None:
    """The digest is of the file's bytes, so that one changed bit shows."""
    path = tmp_path / "model.bin"
    path.write_bytes(b"weights")
    assert diagnosis.digest_of(path) == hashlib.sha256(b"weights").hexdigest()
    path.write_bytes(b"wdights")
    assert diagnosis.digest_of(path) != hashlib.sha256(b"weights").hexdigest()
