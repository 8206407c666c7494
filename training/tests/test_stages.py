"""The launchers, and the command line behind them."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STAGES = ("synthesise", "people", "prune", "teach", "train", "export")


def told(*command: str, cwd: Path = ROOT) -> str:
    """What a command prints."""
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=True)
    return done.stdout


def test_launcher() -> None:
    """It says which stages there are, where no synthesiser is installed."""
    assert all(stage in told("script/train-home-model", "--help") for stage in STAGES)


@pytest.mark.parametrize("stage", STAGES)
def test_options(stage: str) -> None:
    """The command line has each stage without torch, and the launcher names its options."""
    named = told("script/train-home-model", "--help")
    printed = told(sys.executable, "-m", "home_en", stage, "--help", cwd=ROOT / "training")
    options = {word for word in printed.replace("]", " ").split() if word.startswith("--")}
    assert {option for option in options - {"--help"} if option not in named} == set()
