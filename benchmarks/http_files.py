"""Files over HTTP: what the server adds to the model's work, and what a long one costs everybody.

    script/bench --http [--hours H …] [--peer]

The server runs in a process of its own, started as its user would. docs/benchmarks.md says what is
measured and how.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import sys
import tempfile
from collections import Counter
from contextlib import closing
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from compare import COMMANDS, INTERRUPTED, MODEL, heading
from contenders import ours
from long_files import LongFile, long_file, write_audio
from server_under_test import ServerUnderTest, free_port
from uploads import Answer, Client, Upload

from wyoming_whisper.audio.pcm import SAMPLE_RATE, mono_to_pcm16
from wyoming_whisper.bench import benchmark
from wyoming_whisper.bench.figures import (
    figures,
    milliseconds,
    spread,
    table,
)
from wyoming_whisper.bench.load import Crowd, Load, speak
from wyoming_whisper.bench.spoken_commands import Command, Room, in_room, read_commands
from wyoming_whisper.cli import exit_status
from wyoming_whisper.errors import ServerFailed, WyomingWhisperError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from wyoming_whisper.bench.benchmark import Trial

    Tell = Callable[[Sequence["Row"]], None]

_COMMAND_S: Final = 3
# Reading the memory of several processes takes milliseconds.
_SAMPLE_S: Final = 0.5
_BATCH: Final = 8
_WARM_UP: Final = 5
_FASTER_WHISPER: Final = Path(__file__).parent / "faster_whisper_file.py"
_LONGEST_CALL: Final = re.compile(rb"^wyoming_whisper_longest_call_seconds (\S+)$", re.MULTILINE)
_HEADER: Final = ("figure", "measured", "target")


class Row(NamedTuple):
    """A line of the table."""

    figure: str
    measured: str
    target: str = ""


def parser() -> argparse.ArgumentParser:
    """Return the options of script/bench --http."""
    made = argparse.ArgumentParser("script/bench", description=__doc__, allow_abbrev=False)
    add = made.add_argument
    add("--http", action="store_true", help="measure files over HTTP")
    add(
        "--peer",
        dest="faster_whisper",
        action="store_true",
        help="compare with faster-whisper, without a server",
    )
    add(
        "--hours",
        type=float,
        nargs="+",
        default=[0.5],
        metavar="H",
        help="lengths of the long files (default 0.5)",
    )
    add("--requests", type=int, default=100, metavar="N", help="short files (default 100)")
    add("--rounds", type=int, default=3, metavar="N", help="of each long file (default 3)")
    add("--count", type=int, default=20, metavar="N", help="commands of a satellite (default 20)")
    add(
        "--model",
        type=Path,
        default=MODEL,
        metavar="DIR",
        help="directory of a CTranslate2 model (default: home-en)",
    )
    add(
        "--commands",
        type=Path,
        default=COMMANDS,
        metavar="DIR",
        help="recordings and their commands.json (default tests/data/benchmark)",
    )
    add("--seed", type=int, default=0, metavar="N", help="of the noise, the phases and the pauses")
    made.set_defaults(window=None, peer=False)
    return made


def short_uploads(command: Command, folder: Path) -> dict[str, Upload]:
    """Return a command of three seconds in several ways: bare, as WAV, as MP3, and one refused."""
    samples = np.zeros(_COMMAND_S * SAMPLE_RATE, np.float32)
    samples[: len(command.samples)] = command.samples[: len(samples)]
    files = {}
    for kind in ("wav", "mp3"):
        path = folder / f"command.{kind}"
        write_audio(path, [samples])
        files[kind] = path.read_bytes()
    return {
        "refused": Upload(files["wav"], fields={"language": "klingon"}),
        "bare": Upload(mono_to_pcm16(samples), "audio/pcm;rate=16000"),
        "wav": Upload(files["wav"]),
        "mp3": Upload(files["mp3"], "audio/mpeg"),
    }


def ask_in_turns(client: Client, uploads: Sequence[dict[str, Upload]]) -> dict[str, list[Answer]]:
    """Send all uploads; whatever else the machine does hits all kinds of them alike.

    Raises:
        ServerFailed: If one is answered otherwise than it should be.
    """
    answers: dict[str, list[Answer]] = {"health": [], **{kind: [] for kind in uploads[0]}}
    for kinds in uploads:
        answers["health"].append(client.get("/health"))
        for kind, upload in kinds.items():
            answers[kind].append(client.post(upload))
    for kind, several in answers.items():
        expected = 400 if kind == "refused" else 200
        if wrong := [answer for answer in several if answer.status != expected]:
            raise ServerFailed(f"{kind}: answered {wrong[0].status}: {wrong[0].body[:200]!r}")
    return answers


def overhead_rows(answers: dict[str, list[Answer]]) -> list[Row]:
    """Return where the time of short files goes."""
    wav = answers["wav"]
    rest = {kind: spread(answer.overhead_s for answer in of) for kind, of in answers.items()}
    parts = {
        part: spread(answer.parts_s[part] for answer in wav) for part in ("vad", "queue", "decode")
    }

    def more(kind: str, than: str) -> str:
        return f"{rest[kind].p50 - rest[than].p50:.1f}"

    return [
        Row(f"{_COMMAND_S} s of WAV, p50 / p95 / max ms", str(spread(a.seconds for a in wav))),
        Row("- finding speech", str(parts["vad"])),
        Row("- waiting for the model", str(parts["queue"])),
        Row("- the model's call", str(parts["decode"])),
        Row("- the rest, which is overhead", str(rest["wav"]), "p50 < 10"),
        Row("-- connection and framework, p50", milliseconds(rest["health"].p50)),
        Row("-- form", more("refused", "health")),
        Row("-- pipeline and answer", more("bare", "refused")),
        Row("-- decoding the file in its process", more("wav", "bare")),
        Row(f"overhead of {_COMMAND_S} s of MP3", str(rest["mp3"])),
    ]


def beside_rows(
    file: LongFile, alone: Load, beside: Load, eager: Sequence[Counter[str]], longest_s: float
) -> list[Row]:
    """Return what a file costs those who speak meanwhile."""
    quiet, busy = (figures(load) for load in (alone, beside))
    rise = busy.after_stop.p95 - quiet.after_stop.p95
    n_failed = quiet.n_failed + busy.n_failed
    return [
        Row("commands alone, after audio-stop p50 / p95 / max ms", str(quiet.after_stop)),
        Row(f"commands while {file} is transcribed", str(busy.after_stop)),
        Row(
            "- p95 rises by ms",
            f"{rise:.1f}",
            f"≤ {1000 * longest_s:.0f}, the longest engine call",
        ),
        Row("- eager hits, alone / meanwhile", " / ".join(str(of["hit"]) for of in eager)),
        Row("- wrong words, alone / meanwhile", f"{quiet.word_errors} / {busy.word_errors}", "=="),
        Row("- failed", str(n_failed), "0"),
    ]


async def watched_memory(
    server: ServerUnderTest, task: asyncio.Task[Answer]
) -> tuple[float, float]:
    """Return the most MiB of a server, and of the processes it has started, until a task ends."""
    most_server, most_helpers = 0.0, 0.0
    while not task.done():
        most_server = max(most_server, server.memory_mib[0])
        most_helpers = max(most_helpers, await asyncio.to_thread(lambda: server.helpers_mib))
        await asyncio.wait({task}, timeout=_SAMPLE_S)
    return most_server, most_helpers


async def transcribe_long(
    server: ServerUnderTest, client: Client, file: LongFile, n_rounds: int, before_mib: float
) -> tuple[float, list[Row]]:
    """Have a file transcribed some times.

    Args:
        server: Who does it.
        client: Who asks for it.
        file: The file.
        n_rounds: How often.
        before_mib: The server's memory before the first long file.

    Returns:
        How many seconds of it took one, in the median, and what it cost.
    """
    before_cpu_s = server.cpu_s
    seconds: list[float] = []
    memory: list[tuple[float, float]] = []
    for _ in range(n_rounds):
        task = asyncio.create_task(asyncio.to_thread(client.post, file.upload()))
        memory.append(await watched_memory(server, task))
        answer = await task
        text = answer.text
        seconds.append(answer.seconds)
    cpu_s = (server.cpu_s - before_cpu_s) / n_rounds
    server_mib, helpers_mib = (max(mib) for mib in zip(*memory, strict=True))
    per_s = file.seconds / median(seconds)
    return per_s, [
        Row(f"{file}, times real time", f"{per_s:.0f}"),
        Row("- CPU s of the server for an hour of audio", f"{3600 * cpu_s / file.seconds:.0f}"),
        Row("- memory of the server grows by MiB", f"{server_mib - before_mib:.0f}", "≤ 60"),
        Row("- memory of the processes that decode files, at most MiB", f"{helpers_mib:.0f}"),
        Row("- transcript", file.wrong_words(text)),
    ]


async def stream_long(client: Client, file: LongFile) -> list[Row]:
    """Have a file transcribed as a stream of events."""
    streamed = await asyncio.to_thread(client.stream, file.upload(stream="true"))
    return [
        Row(f"{file} as a stream: first text after s", f"{streamed.first_s:.2f}"),
        Row("- all of it after s", f"{streamed.seconds:.1f}"),
        Row("- transcript", f"{streamed.n_deltas} deltas, {file.wrong_words(streamed.text)}"),
    ]


async def faster_whisper_rows(model: Path, file: LongFile, ours_per_s: float) -> list[Row]:
    """Return what faster-whisper makes of a file, at its defaults and in batches."""
    rows = []
    for name, arguments in (
        ("faster-whisper, transcribe() with its VAD filter", []),
        (f"faster-whisper, greedy batches of {_BATCH}", [str(_BATCH)]),
    ):
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, str(_FASTER_WHISPER), str(model), str(file.path), *arguments),
            stdout=asyncio.subprocess.PIPE,
        )
        output, _ = await process.communicate()
        if process.returncode:
            raise ServerFailed(f"{name} ended with status {process.returncode}")
        found = json.loads(output)
        per_s = file.seconds / found["seconds"]
        rows += [
            Row(f"{name}, times real time", f"{per_s:.0f}"),
            Row("- ours is so many times as fast", f"{ours_per_s / per_s:.1f}"),
            Row("- memory of the process at most MiB", f"{found['memory_mib']:.0f}"),
            Row("- transcript", file.wrong_words(found["text"])),
        ]
    return rows


async def speak_beside(
    server: ServerUnderTest, trial: Trial, port: int, file: LongFile
) -> tuple[list[Load], list[Counter[str]]]:
    """Speak commands alone, and while a file is transcribed over and over.

    Returns:
        What the satellites saw, and what became of the eager decodes.
    """
    spoken = asyncio.Event()

    async def transcribe() -> None:
        with closing(Client(port)) as client:
            while not spoken.is_set():
                answer = await asyncio.to_thread(client.post, file.upload())
                assert answer.text

    loads, eager = [], []
    for others in ([], [transcribe]):
        n_before = len(server.reports)
        async with asyncio.TaskGroup() as tasks:
            for other in others:
                tasks.create_task(other())
            loads.append(await speak(server.uri, trial.commands, trial.crowd))
            eager.append(Counter(report.eager for report in server.reports[n_before:]))
            spoken.set()
    return loads, eager


def longest_call_s(port: int) -> float:
    """Return the seconds of the longest call of the engine so far."""
    with closing(Client(port)) as client:
        found = _LONGEST_CALL.search(client.get("/metrics").body)
    assert found is not None
    return float(found[1])


async def measure(given: argparse.Namespace, folder: Path, tell: Tell) -> None:
    """Start the server, and tell all that can be measured of it.

    Raises:
        WyomingWhisperError: If it cannot be measured.
    """
    commands = read_commands(given.commands)
    spoken = in_room(commands[: given.requests], Room(), given.seed)
    uploads = [short_uploads(spoken[n % len(spoken)], folder) for n in range(given.requests)]
    files = [long_file(commands, hours, folder, given.seed) for hours in given.hours]
    (trial,) = benchmark.trials(commands[: given.count], [Room()], [Crowd()], seed=given.seed)
    port = free_port()
    server = ServerUnderTest(ours(given.model, f"--http-port {port}"))
    speeds = []
    try:
        await server.startup(trial.commands[0])
        with closing(Client(port)) as client:
            first = await asyncio.to_thread(client.post, uploads[0]["wav"])
            overhead = milliseconds(1000 * first.overhead_s)
            tell([Row("the first request, which brings HTTP up: overhead ms", overhead)])
            await asyncio.to_thread(ask_in_turns, client, uploads[:_WARM_UP])
            tell(overhead_rows(await asyncio.to_thread(ask_in_turns, client, uploads)))
            before_mib, _ = server.memory_mib
            for file in files:
                per_s, rows = await transcribe_long(server, client, file, given.rounds, before_mib)
                speeds.append(per_s)
                tell(rows)
            tell(await stream_long(client, files[0]))
        loads, eager = await speak_beside(server, trial, port, files[0])
        tell(beside_rows(files[0], loads[0], loads[1], eager, longest_call_s(port)))
    finally:
        await asyncio.to_thread(server.stop)
    if given.faster_whisper:
        tell(await faster_whisper_rows(given.model, files[0], speeds[0]))


def print_rows(rows: Sequence[Row]) -> None:
    """Print lines of the table."""
    print("\n".join(table(_HEADER, rows).splitlines()[2:]), flush=True)


def main() -> int:
    """Run the benchmark; return the exit status."""
    given = parser().parse_args()
    before = os.getloadavg()[0]
    print(f"{heading(given, given.count)}; load average {before:.1f}\n\n{table(_HEADER, [])}")
    try:
        with tempfile.TemporaryDirectory() as folder:
            asyncio.run(measure(given, Path(folder), print_rows))
    except WyomingWhisperError as error:
        print(f"script/bench: {error}", file=sys.stderr)
        return exit_status(error)
    except KeyboardInterrupt:
        return INTERRUPTED
    print(f"\nload average at the end {os.getloadavg()[0]:.1f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
