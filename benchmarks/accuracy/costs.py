"""What a model costs, in a process of its own: ``python -m accuracy.costs DIRECTORY``."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

import numpy as np
from home_en.paths import ROOT

from wyoming_whisper.bench.spoken_commands import read_commands

from .hearing import Engine

_PROCESSES: Final = 5
_COMMANDS: Final = 40


def costs(folder: Path) -> dict[str, float]:
    """Return the medians over fresh processes of what each measures."""
    command = [sys.executable, "-m", "accuracy.costs", str(folder.resolve())]
    printed = [json.loads(subprocess.check_output(command)) for _ in range(_PROCESSES)]
    return {name: float(np.median([found[name] for found in printed])) for name in printed[0]}


def measure(folder: Path) -> dict[str, float]:
    """Load the engine, with its first decode, and hear some of the benchmark's commands."""
    commands = read_commands(ROOT / "tests" / "data" / "benchmark")[:_COMMANDS]
    began = time.perf_counter()
    engine = Engine(folder)
    loaded_s = time.perf_counter() - began
    spent_s = []
    for command in commands:
        began = time.process_time()
        engine(command.samples)
        spent_s.append(time.process_time() - began)
    resident = re.findall(r"VmRSS:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return {
        "load with a first decode, without imports, ms": 1000 * loaded_s,
        "one command (features, encoder, decoder), ms of CPU time": 1000
        * float(np.median(spent_s)),
        "resident memory behind them, MiB": int(resident[0]) / 1024,
    }


if __name__ == "__main__":
    print(json.dumps(measure(Path(sys.argv[1]))))
