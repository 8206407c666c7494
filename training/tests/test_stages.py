"""The launchers, and the stages behind them."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest
from home_en.__main__ import _MODULES

ROOT = Path(__file__).parents[2]
NEED_TORCH = {"train", "export"}


@pytest.mark.parametrize(
    "command",
    [
        ["train-home-model", "--help"],
        ["train-home-model", "train", "-h"],
        ["eval-home-model", "-h"],
    ],
    ids=" ".join,
)
def test_help(command: list[str]) -> None:
    """The launchers say what there is where no synthesiser is installed."""
    launcher, *arguments = command
    done = subprocess.run(
        [str(ROOT / "script" / launcher), *arguments], capture_output=True, text=True, check=True
    )
    assert all(stage in done.stdout for stage in _MODULES)


@pytest.mark.parametrize("stage", sorted(set(_MODULES) - NEED_TORCH))
def test_stages_that_need_no_torch(stage: str) -> None:
    """All stages but two can be imported without torch, and have a function that runs them."""
    module = import_module(f"home_en{_MODULES[stage]}")
    assert callable(module.run)


@pytest.mark.parametrize("stage", sorted(NEED_TORCH))
def test_stages_that_need_torch(stage: str) -> None:
    """The other two are where the command line looks for them."""
    assert find_spec(f"home_en{_MODULES[stage]}") is not None


def test_evaluate_parses_its_options() -> None:
    """The evaluation's own options are those that the launcher names."""
    done = subprocess.run(
        [sys.executable, "-m", "home_en", "evaluate", "--help"],
        cwd=ROOT / "training",
        capture_output=True,
        text=True,
        check=True,
    )
    for option in ("--model", "--count", "--float", "--peer"):
        assert option in done.stdout
