"""Command line of the evaluation, and of the recordings that tests and benchmarks play."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from home_en.paths import EXPORTED, ROOT

_TEST_DATA = ROOT / "tests" / "data"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="script/eval-home-model", description=__doc__)
    told = parser.add_subparsers(dest="command", required=True)

    def add(name: str, help_text: str) -> argparse.ArgumentParser:
        command = told.add_parser(name, help=help_text)
        command.add_argument("--model", type=Path, default=EXPORTED, help="exported directory")
        return command

    command = add("tables", "print the tables of figures")
    command.add_argument("--count", type=int, default=60, help="sentences a speaker (default 60)")
    command.add_argument("--peer", type=Path, help="a Python that has wyoming-faster-whisper")
    command.add_argument("--only", action="append", default=[], help="a table; may be repeated")
    command = add("test-data", "make tests/data from what the model gets right")
    command.add_argument("--output", type=Path, default=_TEST_DATA, help="directory")
    command = told.add_parser("benchmark-data", help="make the benchmark's spoken commands")
    command.add_argument("--count", type=int, default=120, help="commands (default 120)")
    command.add_argument("--seed", type=int, default=20261129, help="(default 20261129)")
    output = _TEST_DATA / "benchmark"
    command.add_argument("--output", type=Path, default=output, help="directory")
    command = told.add_parser("language-data", help="make the recordings in other languages")
    listing = _TEST_DATA / "languages.json"
    command.add_argument("--list", type=Path, default=listing, help="what to say, and by whom")
    return parser


def main() -> None:
    """Run one command."""
    arguments = _parser().parse_args()
    # The loader's small matrix products gain nothing from threads.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    match arguments.command:
        case "tables":
            from .evaluate import Asked, evaluate  # noqa: PLC0415

            evaluate(Asked(arguments.model, arguments.count, arguments.peer), arguments.only)
        case "test-data":
            from . import testdata  # noqa: PLC0415

            testdata.write(arguments.model, arguments.output)
        case "benchmark-data":
            from . import benchmarkdata  # noqa: PLC0415

            benchmarkdata.write(arguments.output, arguments.count, arguments.seed)
        case "language-data":
            from . import languagedata  # noqa: PLC0415

            languagedata.write(arguments.list)


if __name__ == "__main__":
    main()
