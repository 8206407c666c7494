"""Measures the server with satellites that behave as Home Assistant does, and prints tables.

Every server runs in a process of its own, started as its user would. docs/benchmarks.md says what
is measured and how.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

import contest
from contenders import (
    REQUIREMENT,
    ROOT,
    Contender,
    install_wyoming_faster_whisper,
    other_version,
    ours,
    probed,
    wyoming_faster_whisper,
)

from wyoming_whisper import __version__
from wyoming_whisper.bench import benchmark
from wyoming_whisper.bench.load import Crowd
from wyoming_whisper.bench.spoken_commands import Room, read_commands
from wyoming_whisper.cli import exit_status
from wyoming_whisper.errors import ConfigError, WyomingWhisperError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wyoming_whisper.bench.benchmark import Trial
    from wyoming_whisper.bench.load import Outcome

MODEL: Final = ROOT / "wyoming_whisper" / "engines" / "whisper" / "home_en"
COMMANDS: Final = ROOT / "tests" / "data" / "benchmark"
_NO_EAGER: Final = "--no-eager"
_PREPROCESSOR: Final = "preprocessor_config.json"
_BUSY: Final = 0.5
INTERRUPTED: Final = 130


def parser() -> argparse.ArgumentParser:
    """Return the options of script/bench."""
    made = argparse.ArgumentParser(prog="script/bench", description=__doc__, allow_abbrev=False)
    add = made.add_argument
    add("--peer", action="store_true", help="compare with wyoming-faster-whisper 3.8.1")
    add(
        "--other",
        type=Path,
        action="append",
        default=[],
        metavar="VENV_OR_PYTHON",
        help="compare with the version of this server that is installed there; repeatable",
    )
    add("--no-eager", action="store_true", help="compare with this server without eager decoding")
    add(
        "--variant",
        action="append",
        default=[],
        metavar="'[NAME=VALUE …] [OPTION …]'",
        help="compare with this server and these variables and options; repeatable",
    )
    add(
        "--satellites",
        type=int,
        nargs="+",
        default=[1],
        metavar="N",
        help="how many speak at the same time (default 1)",
    )
    add("--listeners", type=int, default=0, metavar="N", help="how many more send only noise")
    add(
        "--pause",
        type=float,
        nargs="+",
        default=[0.0],
        metavar="S",
        help="seconds of silence in the middle of each command (default 0)",
    )
    add("--snr", type=float, metavar="DB", help="background noise, so far below the command")
    add(
        "--floor",
        type=float,
        default=-60,
        metavar="DB",
        help="noise of a quiet room, dB of full scale (default -60)",
    )
    add("--fast", action="store_true", help="send as fast as it goes, not in real time")
    add(
        "--lag",
        action="store_true",
        help="add this server with a probe that measures how late its event loop runs",
    )
    add(
        "--model",
        type=Path,
        default=MODEL,
        metavar="DIR",
        help="directory of a CTranslate2 model (default: home-en)",
    )
    add("--window", type=int, metavar="S", help="seconds that the model decodes at once")
    add("--on", dest="device", metavar="DEVICE", help="where all servers decode")
    add(
        "--commands",
        type=Path,
        default=COMMANDS,
        metavar="DIR",
        help="recordings and their commands.json (default tests/data/benchmark)",
    )
    add("--count", type=int, metavar="N", help="only the first N commands")
    add(
        "--rounds",
        type=int,
        default=4,
        metavar="N",
        help="turns of each server, in which it gets its share of the commands (default 4)",
    )
    add("--starts", type=int, default=3, metavar="N", help="starts of each server (default 3)")
    add("--seed", type=int, default=0, metavar="N", help="of the noise and the phases")
    return made  # fmt: skip


def prepare_model(model: Path, window_s: int | None, target: Path) -> Path:
    """Return the model's directory, or a copy of it with another window.

    Raises:
        ConfigError: If it is no model's directory.
    """
    if not (model / "model.bin").is_file():
        raise ConfigError(f"--model {model}: no directory of a CTranslate2 model")
    if window_s is None:
        return model
    shutil.copytree(model, target)
    listing = target / _PREPROCESSOR
    described = json.loads(listing.read_text()) if listing.exists() else {}
    described.pop("short_chunk_lengths", None)  # only the window asked for
    listing.write_text(json.dumps(described | {"chunk_length": window_s}))
    return target


def contenders(given: argparse.Namespace, model: Path, scratch: Path) -> list[Contender]:
    """Return the servers to compare; the first is this one as it is."""
    variants = ["", *([_NO_EAGER] if given.no_eager else []), *given.variant]
    found = [ours(model, variant, given.device) for variant in variants]
    found += [other_version(other, model, given.device) for other in given.other]
    if given.lag:
        found.append(probed(model, scratch / "lags", given.device))
    if given.peer:
        found += wyoming_faster_whisper(model, scratch / "data", given.device)
    return found


def plan(given: argparse.Namespace) -> list[Trial]:
    """Return the trials, those of one crowd after the other."""
    return benchmark.trials(
        read_commands(given.commands)[: given.count],
        [Room(given.floor, given.snr, pause_s) for pause_s in given.pause],
        [Crowd(n, given.listeners, not given.fast, floor_db=given.floor) for n in given.satellites],
        seed=given.seed,
    )


def heading(given: argparse.Namespace, n_commands: int) -> str:
    """Return what the figures are of: machine, model, commands."""
    processor = "a processor"
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            processor = line.partition(":")[2].strip()
    cores = len(os.sched_getaffinity(0))
    window = f", window {given.window} s" if given.window else ""
    beside = f" and {REQUIREMENT.replace('==', ' ')}" if given.peer else ""
    return (
        f"wyoming_whisper {__version__}{beside} on {cores} cores of {processor}; "
        f"model {given.model.name}{window}; {n_commands} commands"
    )


async def run(
    given: argparse.Namespace, competing: Sequence[Contender], no_eager: Contender
) -> None:
    """Start the servers, carry out all trials, and print a table for each."""
    planned = plan(given)
    names = [contender.name for contender in competing]
    minutes = benchmark.total_s(planned) * len(competing) / 60
    if minutes:
        print(f"this takes {minutes:.0f} minutes and the starts", file=sys.stderr)
    print(heading(given, len(planned[0].commands)), flush=True)
    expected: list[list[Outcome]] = []
    if any(given.pause) and no_eager not in competing:
        expected = await contest.reference(no_eager, planned)
    first = planned[0].commands[0]
    async with contest.started(competing, first, given.starts) as (servers, standings):
        for server in servers:
            await benchmark.warm_up(server.uri, planned[0])
        for number, trial in enumerate(planned):
            tallies = await contest.compete(servers, trial, n_rounds=given.rounds, seed=given.seed)
            right = expected[number] if expected else None
            if no_eager in competing:
                right = tallies[competing.index(no_eager)].load.outcomes
            print(f"\n{trial}:\n\n{contest.speed_table(names, tallies)}\n")
            for name, tally in zip(names, tallies, strict=True):
                for line in contest.notes(tally, right if name == names[0] else None):
                    print(f"{name}: {line}")
            sys.stdout.flush()
        for server, standing in zip(servers, standings, strict=True):
            standing.memory_mib = server.memory_mib
    print(f"\n{contest.machine_table(names, standings)}\n")
    for name, server in zip(names, servers, strict=True):
        if server.calls:
            print(f"{name}: calls of the model by their segments: {server.calls}")


def main() -> int:
    """Run the benchmark; return the exit status."""
    given = parser().parse_args()
    load_average = os.getloadavg()[0]
    if load_average > _BUSY:
        print(f"the machine is busy: load average {load_average:.1f}", file=sys.stderr)
    try:
        with tempfile.TemporaryDirectory() as scratch:
            made = Path(scratch) / "model"
            model = prepare_model(given.model, given.window, made)
            if given.peer:
                install_wyoming_faster_whisper()
            competing = contenders(given, model, Path(scratch))
            asyncio.run(run(given, competing, ours(model, _NO_EAGER, given.device)))
    except WyomingWhisperError as error:
        print(f"script/bench: {error}", file=sys.stderr)
        return exit_status(error)
    except KeyboardInterrupt:
        return INTERRUPTED
    return 0


if __name__ == "__main__":
    sys.exit(main())
