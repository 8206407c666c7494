"""Command line of the stages in which `home-en` is made."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from .paths import SPEECH

_SEED = 20261129


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="script/train-home-model", description=__doc__)
    stages = parser.add_subparsers(dest="stage", required=True)

    def add(name: str, told: str, *, seed: bool = False) -> argparse.ArgumentParser:
        stage = stages.add_parser(name, help=told)
        if seed:
            stage.add_argument("--seed", type=int, default=_SEED, help=f"(default {_SEED})")
        return stage

    stage = add("synthesise", "make the training speech", seed=True)
    stage.add_argument("--samples", type=int, default=14_000, help="utterances (default 14000)")
    stage = add("people", "add recordings of people to it, written down")
    stage.add_argument("manifest", type=Path, help="JSON lines: file, and text or slots")
    stage.add_argument("--set", help="only entries of this set")
    add("prune", "leave of Whisper tiny.en's vocabulary what is needed", seed=True)
    add("teach", "note what the original makes of the speech")
    stage = add("train", "train, or go on where the last checkpoint was", seed=True)
    stage.add_argument("--steps", type=int, default=1340, help="(default 1340)")
    stage.add_argument("--rate", type=float, default=4e-5, help="of learning (default 4e-5)")
    stage.add_argument("--again", action="store_true", help="begin a new run with what was learned")
    stage = add("export", "write the directory which faster-whisper loads")
    stage.add_argument("--output", type=Path, help="directory (default: the package's)")
    stage.add_argument("--share", type=float, default=1.0, help="of what was learned (default 1)")
    stage.add_argument("--beams", type=int, default=2, help="to decode with (default 2)")
    return parser


# What a stage needs is imported when it runs: torch, wordfreq and synthesisers are not everywhere.
def main() -> None:
    """Run one stage."""
    arguments = _parser().parse_args()
    # The loader's small matrix products gain nothing from threads, which steal the trainer's cores.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    match arguments.stage:
        case "synthesise":
            from .synthesis import synthesise  # noqa: PLC0415

            synthesise(SPEECH, arguments.samples, arguments.seed)
        case stage:
            from . import making  # noqa: PLC0415

            getattr(making, stage)(arguments)


if __name__ == "__main__":
    main()
