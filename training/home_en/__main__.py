"""Command line of the stages in which `home-en` is made."""

from __future__ import annotations

import argparse
import os
from importlib import import_module
from pathlib import Path

from .paths import BENCHMARK_DATA, EXPORTED, TEST_DATA

SEED = 20261120


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="script/train-home-model", description=__doc__)
    stages = parser.add_subparsers(dest="stage", required=True)
    stage = stages.add_parser("synthesise", help="make the training speech")
    stage.add_argument("--samples", type=int, default=148_000, help="utterances (default 148000)")
    stage.add_argument("--seed", type=int, default=SEED, help=f"(default {SEED})")
    stage.add_argument("--workers", type=int, default=2, help="processes (default 2)")
    stage = stages.add_parser("train", help="train, or go on where the last checkpoint was")
    stage.add_argument("--run", default="first", help="name of the run (default first)")
    stage.add_argument("--steps", type=int, default=11_000, help="of 32 samples (default 11000)")
    stage.add_argument("--seed", type=int, default=SEED, help=f"(default {SEED})")
    stage = stages.add_parser("export", help="write the directory which faster-whisper loads")
    stage.add_argument("--run", default="first", help="name of the run (default first)")
    stage.add_argument(
        "--quantization", choices=("int8", "none"), default="int8", help="of weights (default int8)"
    )
    stage.add_argument(
        "--output", type=Path, help="directory (default: the package's, or .home-model/float32)"
    )
    stage = stages.add_parser("evaluate", help="print the tables of figures")
    stage.add_argument("--model", type=Path, default=EXPORTED, help="exported directory")
    stage.add_argument("--count", type=int, default=60, help="sentences a speaker (default 60)")
    stage.add_argument(
        "--float", type=Path, dest="float_model", help="the same weights, not quantised"
    )
    stage.add_argument(
        "--peer", type=Path, help="Python of an environment with wyoming-faster-whisper"
    )
    stage = stages.add_parser("testdata", help="make tests/data from what the model gets right")
    stage.add_argument("--model", type=Path, default=EXPORTED, help="exported directory")
    stage.add_argument("--output", type=Path, default=TEST_DATA, help="directory")
    stage = stages.add_parser("benchmarkdata", help="make the benchmark's spoken commands")
    stage.add_argument("--count", type=int, default=120, help="commands (default 120)")
    stage.add_argument("--seed", type=int, default=SEED, help=f"(default {SEED})")
    stage.add_argument("--output", type=Path, default=BENCHMARK_DATA, help="directory")
    return parser


_MODULES = {
    "synthesise": ".synthesis",
    "train": ".train",
    "export": ".ship",
    "evaluate": ".evaluate",
    "testdata": ".testdata",
    "benchmarkdata": ".benchmarkdata",
}
"""Imported when the stage runs: only `train` and `export` need torch."""


def main() -> None:
    """Run one stage."""
    arguments = _parser().parse_args()
    # The loader's small matrix products gain nothing from threads, which steal the trainer's cores.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    import_module(_MODULES[arguments.stage], __package__).run(arguments)


if __name__ == "__main__":
    main()
