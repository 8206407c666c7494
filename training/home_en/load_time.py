"""How long the model takes to load in a process of its own: `python -m home_en.load_time`.

The imports are not counted; the files lie in the system's cache from the second process on.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import ctranslate2
import numpy as np

from wyoming_whisper.app_wiring import engine_options
from wyoming_whisper.config.device import Device
from wyoming_whisper.config.settings import Settings
from wyoming_whisper.engines.whisper.load import load_decoder
from wyoming_whisper.engines.whisper.model_files import find_model

from .paths import ROOT

if TYPE_CHECKING:
    from pathlib import Path

PROCESSES = 7


def _weights(folder: str) -> object:
    return ctranslate2.models.Whisper(folder, device="cpu")


def _engine(folder: str) -> object:
    options = engine_options(Settings(device=Device("cpu")))
    return load_decoder(find_model(folder, [], device="cpu"), options)


LOADS = {"weights": _weights, "engine": _engine}
"""CTranslate2's model alone; our engine with tokenizer, features and its first decode."""


def median_milliseconds(folder: Path, what: str, processes: int = PROCESSES) -> tuple[float, float]:
    """The medians over fresh processes of loading one of `LOADS`: real and CPU time."""
    command = [sys.executable, "-m", "home_en.load_time", what, str(folder.resolve())]
    environment = os.environ | {"PYTHONPATH": f"{ROOT / 'training'}{os.pathsep}{ROOT}"}
    outputs = [
        subprocess.run(command, env=environment, capture_output=True, check=True).stdout
        for _ in range(processes)
    ]
    real, cpu = np.median([[float(time) for time in out.split()] for out in outputs], axis=0)
    return float(real), float(cpu)


def _main(what: str, folder: str) -> None:
    began, spent = time.perf_counter(), time.process_time()
    loaded = LOADS[what](folder)
    print(1000 * (time.perf_counter() - began), 1000 * (time.process_time() - spent))
    del loaded


if __name__ == "__main__":
    _main(*sys.argv[1:])
