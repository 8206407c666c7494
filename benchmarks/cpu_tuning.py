"""What each tuning of the CPU is worth: a command's decode with it, and without, in one run.

    PYTHONPATH=tests/support .venv/bin/python benchmarks/cpu_tuning.py

Every measurement is a process of its own, since the libraries read their variables once; the
variants take turns, and of all rounds the median counts. Models have random weights, the shape of
real ones and a window of 30 s, beside the embedded one. home-en's decode is of a spoken command.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median, quantiles
from typing import Final

from wyoming_whisper.config.device import Device
from wyoming_whisper.config.settings import Settings
from wyoming_whisper.system.cpu_tuning import (
    Tuning,
    release_free_memory,
    set_environment,
    tune_allocator,
)

_AVX512: Final = "CT2_FORCE_CPU_ISA=AVX512"
_IDLE_S: Final = 0.1
_HOME_EN: Final = "home-en"
# No variable of the caller's may decide for one of the variants.
_CLEAN: Final = {
    name: value
    for name, value in os.environ.items()
    if not name.startswith(("OMP_", "GOMP_", "OPENBLAS_", "MALLOC_", "GLIBC_TUNABLES", "CT2_"))
}


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to decode: its name, what is not tuned, a variable to set, threads (0 chooses)."""

    name: str
    off: tuple[str, ...] = ()
    variable: str = ""
    threads: int = 0


_VARIANTS: Final = (
    Variant("as it is"),
    *(Variant(f"without {tuning.value}", (tuning.value,)) for tuning in Tuning),
    Variant("without any", ("all",)),
    Variant("1 thread", threads=1),
    Variant(_AVX512, variable=_AVX512),
)


@dataclass(frozen=True, slots=True)
class Measurement:
    """What one process saw, of one decode after the other."""

    wall_ms: float
    slow_ms: float  # the slowest tenth begins here
    cpu_ms: float
    new_pages: float
    resident_mib: float
    peak_mib: float


def measure(model_name: str, off: tuple[str, ...], threads: int, decodes: int) -> Measurement:
    """Load a model as the server does, and decode one command over and over."""
    # A random model's text is not to be believed, and would be decoded twice.
    settings = Settings(
        device=Device("cpu"), cpu_threads=threads, no_cpu_tuning=off,
        no_speech_threshold=1.0, logprob_threshold=-math.inf, compression_ratio_threshold=math.inf,
    )  # fmt: skip
    set_environment(settings.cpu_tuning)
    # Imported here: the libraries read the environment.
    import numpy as np  # noqa: PLC0415
    from recordings import COMMANDS  # noqa: PLC0415

    from wyoming_whisper.app_wiring import engine_options  # noqa: PLC0415
    from wyoming_whisper.engines.engine import DecodeRequest  # noqa: PLC0415
    from wyoming_whisper.engines.whisper.load import load_decoder  # noqa: PLC0415
    from wyoming_whisper.engines.whisper.model_files import find_model  # noqa: PLC0415
    from wyoming_whisper.values import DecodeOptions  # noqa: PLC0415

    model = find_model(model_name, [])
    if Tuning.MALLOC in settings.cpu_tuning:
        tune_allocator(model.window_s)
    typical = DecodeOptions(language="en")
    engine = load_decoder(model, engine_options(settings))
    if Tuning.MALLOC in settings.cpu_tuning:
        release_free_memory()
    samples = COMMANDS[0].samples.astype(np.float32)
    request = DecodeRequest(samples, typical)
    engine.transcribe([request])
    walls, cpus, pages = [], [], []
    for _ in range(decodes):
        # As in a home: a command comes after a pause, and the threads are asleep.
        time.sleep(_IDLE_S)
        before = time.perf_counter(), time.process_time(), _new_pages()
        engine.transcribe([request])
        walls.append((time.perf_counter() - before[0]) * 1000)
        cpus.append((time.process_time() - before[1]) * 1000)
        pages.append(_new_pages() - before[2])
    status = Path("/proc/self/status").read_text()
    resident, peak = (
        int(re.findall(rf"{name}:\s+(\d+) kB", status)[0]) / 1024 for name in ("VmRSS", "VmHWM")
    )
    slow = quantiles(walls, n=10, method="inclusive")[-1]
    return Measurement(median(walls), slow, median(cpus), median(pages), resident, peak)


def run(model: str, variant: Variant, decodes: int) -> Measurement:
    """Measure in a process of its own."""
    given = json.dumps([model, variant.off, variant.threads, decodes])
    variable, _, value = variant.variable.partition("=")
    done = subprocess.run(
        [sys.executable, __file__, "--measure", given],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        env=_CLEAN | ({variable: value} if variable else {}),
    )
    return Measurement(**json.loads(done.stdout))


def compare(model: str, rounds: int, decodes: int) -> dict[Variant, Measurement]:
    """Let the variants take turns; return the median of all rounds of each figure of each."""
    variants = [v for v in _VARIANTS if v.variable != _AVX512 or _has_avx512()]
    seen: dict[Variant, list[Measurement]] = {variant: [] for variant in variants}
    for _ in range(rounds):
        for variant in variants:
            seen[variant].append(run(model, variant, decodes))
    names = Measurement.__dataclass_fields__
    return {
        variant: Measurement(**{n: median(getattr(m, n) for m in many) for n in names})
        for variant, many in seen.items()
    }


def rows(model: str, measured: dict[Variant, Measurement]) -> list[str]:
    """Return the lines of a table; the ratio is to the first variant."""
    first = next(iter(measured.values()))
    return [
        f"| {model} | {variant.name} | {m.wall_ms:.1f} | {m.wall_ms / first.wall_ms:.2f} "
        f"| {m.slow_ms:.1f} | {m.cpu_ms:.1f} | {m.cpu_ms / first.cpu_ms:.2f} "
        f"| {m.new_pages:.0f} | {m.resident_mib:.0f} | {m.peak_mib:.0f} |"
        for variant, m in measured.items()
    ]


def write_model(name: str, folder: Path) -> str:
    """Return a model's name for `find_model`, of random weights unless it is the embedded one."""
    if name == _HOME_EN:
        return name
    from local_models import BASE, SMALL, write_english_model  # noqa: PLC0415 - takes numpy

    shape = {"base": BASE, "small": SMALL}[name]
    # It ends its text as soon as a command of 3 s would.
    return str(write_english_model(folder / name, shape, eot_bias=5.0))


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--models", nargs="+", choices=[_HOME_EN, "base", "small"], default=[_HOME_EN, "base"]
    )
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="of all variants")
    parser.add_argument("--decodes", type=int, default=10, metavar="N", help="of each round")
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.measure:
        model, off, threads, decodes = json.loads(given.measure)
        print(json.dumps(asdict(measure(model, tuple(off), threads, decodes))))
        return
    print(
        "| model | | decode ms | ratio | slowest tenth ms | CPU ms | ratio | new pages | RSS MiB "
        "| peak MiB |\n|---|---|---|---|---|---|---|---|---|---|"
    )
    with tempfile.TemporaryDirectory() as folder:
        for name in given.models:
            model = write_model(name, Path(folder))
            for line in rows(name, compare(model, given.rounds, given.decodes)):
                print(line)


def _new_pages() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt


def _has_avx512() -> bool:
    """Tell whether the CPU has all that CTranslate2's AVX512 code uses."""
    flags = re.findall(r"^flags\s*:(.*)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    wanted = {"avx512f", "avx512cd", "avx512vl", "avx512bw", "avx512dq"}
    return bool(flags) and wanted <= set(flags[0].split())


if __name__ == "__main__":
    main()
