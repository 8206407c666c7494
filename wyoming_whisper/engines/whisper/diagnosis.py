"""What can be known of a Whisper model and of the machine for it, before it is loaded.

`wyoming-whisper doctor` asks for it; nothing here judges.
"""

from __future__ import annotations

import hashlib
import os
import re
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from wyoming_whisper.engines.whisper.catalogue import source_of
from wyoming_whisper.errors import EngineFailed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from wyoming_whisper.engines.whisper.model_bin import WeightsFile
    from wyoming_whisper.engines.whisper.model_files import ModelFiles

HOME_EN_SHA256: Final = "1a5687dad35a927b85cb339421ae498e6c9ecbe9cd02db7cfe2e7d22955c98b7"
"""The digest of the embedded model's weights."""

_DRIVER: Final = Path("/proc/driver/nvidia/version")
_HOME_EN_DIR: Final = Path(__file__).parent / "home_en"
# Loading a model is what makes CTranslate2 choose; that of the smallest takes half a second.
_CHOOSE_S: Final = 60
_LOAD_SMALLEST: Final = (
    "import sys, ctranslate2; ctranslate2.models.Whisper(sys.argv[1], device='cpu')"
)

_FLOAT32_BYTES: Final = 4
_WIDTHS: Final = {"float32": _FLOAT32_BYTES, "float16": 2, "bfloat16": 2, "int16": 2}
# Of a second, behind the encoder's convolutions.
_FRAMES_PER_S: Final = 50
# Beside the weights and a window: libraries, features, and what the layers hand on. With these two
# the estimate is 20 to 80 MiB above what home-en, tiny.en and base were seen to take on a CPU.
_WORKING_BYTES: Final = 80 * 2**20
_WORKING_SHARE: Final = 0.1


@dataclass(frozen=True, slots=True)
class CpuUse:
    """How CTranslate2 uses this machine's CPU.

    Attributes:
        instruction_set: What it has chosen, such as ``AVX2``.
        features: What it has found, such as ``AVX``, in its order.
    """

    instruction_set: str
    features: tuple[str, ...]


def cpu_use(environ: Mapping[str, str] = os.environ) -> CpuUse:
    """Ask CTranslate2, in a process of its own, which may end by an instruction that is not there.

    Args:
        environ: Of that process.

    Raises:
        EngineFailed: If it does not run on this CPU.
    """
    done = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", _LOAD_SMALLEST, str(_HOME_EN_DIR)],
        capture_output=True,
        text=True,
        timeout=_CHOOSE_S,
        check=False,
        env={**environ, "CT2_VERBOSE": "1"},
    )
    if done.returncode < 0:
        name = signal.Signals(-done.returncode).name
        raise EngineFailed(f"CTranslate2 does not run on this CPU: it ended by {name}")
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise EngineFailed(f"CTranslate2 does not run here: {last}")
    return read_cpu_use(done.stderr)


def read_cpu_use(log: str) -> CpuUse:
    """Read what CTranslate2 logs of the CPU; what it does not say is empty."""
    chosen = re.search(r"Selected ISA: (\S+)", log)
    listed = re.search(r"CPU: \S* \((.*)\)", log)
    features = re.findall(r"([\w.]+)=true", listed[1]) if listed else []
    return CpuUse(chosen[1] if chosen else "", tuple(features))


def driver_version(path: Path = _DRIVER) -> str:
    """Return the version of NVIDIA's kernel driver; empty where it is not loaded."""
    try:
        found = re.search(r"Kernel Module.*?\s(\d+\.[\d.]+)", path.read_text())
    except OSError:
        return ""
    return found[1] if found else "of an unknown version"


def compute_types(device: str, indices: Sequence[int]) -> tuple[frozenset[str], str]:
    """Return the compute types that all of these devices support, and the one that `auto` takes."""
    import ctranslate2  # noqa: PLC0415 - takes a tenth of a second, and reads the environment

    from wyoming_whisper.engines.whisper.load import best_compute_type  # noqa: PLC0415

    each = [ctranslate2.get_supported_compute_types(device, index) for index in indices]
    return frozenset.intersection(*map(frozenset, each)), best_compute_type(device, indices)


def threads_and_decodes(model: ModelFiles, device: str, wanted: int) -> tuple[int, int]:
    """Return the threads of one decode, and how many decodes run at once on a device."""
    from wyoming_whisper.engines.whisper.load import threads_and_workers  # noqa: PLC0415

    return threads_and_workers(model, device, wanted)


def memory_bytes(weights: WeightsFile, compute_type: str, window_s: int) -> int:
    """Estimate the memory that a model takes at most, in its load or in a decode of all its window.

    The weights are there as they are computed with. While they are loaded, those of the file are
    there too, where they are wider; while a window is encoded, a layer's attention, twice. A tenth
    more, and 80 MiB, are for what works with them.

    Args:
        weights: Its file.
        compute_type: CTranslate2's name of what it is computed with, not ``auto``.
        window_s: Seconds of its window.
    """
    # `default` keeps integers, and computes what is left in the widest type.
    narrow = compute_type.startswith("int8") or (
        compute_type == "default" and weights.bytes_each == 1
    )
    each = 1 if narrow else _WIDTHS.get(compute_type, _FLOAT32_BYTES)
    converted = weights.n_parameters * each
    loading = weights.n_bytes * (each < weights.bytes_each)
    attention = weights.n_heads * (window_s * _FRAMES_PER_S) ** 2 * _FLOAT32_BYTES
    held = converted + max(loading, 2 * attention)
    return _WORKING_BYTES + round(held * (1 + _WORKING_SHARE))


def expected_digest(model: ModelFiles) -> str | None:
    """Return the SHA-256 that a model's weights should have; ``None`` where nobody knows it."""
    if model.path == _HOME_EN_DIR:
        return HOME_EN_SHA256
    # A directory of the owner's may have any name, and other weights.
    return source_of(model.repo_id).sha256 if model.repo_id else None


def digest_of(path: Path) -> str:
    """Return a file's SHA-256, in hexadecimal digits.

    Raises:
        OSError: If it cannot be read.
    """
    with path.open("rb") as data:
        return hashlib.file_digest(data, "sha256").hexdigest()
