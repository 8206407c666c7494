"""Servers in turn: each round's share of the commands goes to every one of them.

So whatever else the machine does hits them all alike. Those whose turn it is not are idle.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from dataclasses import dataclass, field, replace
from statistics import median
from typing import TYPE_CHECKING, Final

import numpy as np
from server_under_test import Report, ServerUnderTest, Startup

from wyoming_whisper.bench import benchmark
from wyoming_whisper.bench.figures import (
    different,
    figures,
    milliseconds,
    table,
    word_errors,
)
from wyoming_whisper.bench.load import Crowd, Load, Outcome, speak

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from contenders import Contender

    from wyoming_whisper.bench.benchmark import Trial
    from wyoming_whisper.bench.spoken_commands import Command

# A share with less than this for each satellite is mostly its ragged end.
_LEAST_EACH: Final = 3
# Until the last lines of a server's log have been read.
_SETTLE_S: Final = 0.2
_MACHINE: Final = (
    "server",
    "first description after s",
    "first transcript after s",
    "memory at the end / at most MiB",
)
_SPEED: Final = (
    "server",
    "after audio-stop p50 / p95 / max ms",
    "p50, times ours",
    "wrong words",
    "exactly right",
    "failed",
    "eager hits",
    "decode p50 ms",
    "describe p50 / p95 / max ms",
    "CPU s per s of audio",
    "s of audio per s",
)


@dataclass(slots=True)
class Tally:
    """What one server did in one trial."""

    load: Load = field(default_factory=Load)
    cpu_s: float = 0.0
    reports: list[Report] = field(default_factory=list)
    lags_s: list[float] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        """Append what it did at another time."""
        self.load.add(other.load)
        self.cpu_s += other.cpu_s
        self.reports += other.reports
        self.lags_s += other.lags_s

    @property
    def eager(self) -> Counter[str]:
        """What became of its eager decodes; empty for servers that do not say."""
        return Counter(report.eager for report in self.reports)

    @property
    def audio_s(self) -> float:
        """Seconds of audio sent to it."""
        return sum(outcome.seconds for outcome in self.load.outcomes + self.load.noise)


@dataclass(slots=True)
class Standing:
    """What one server costs.

    Attributes:
        startups: One for each start.
        memory_mib: Resident memory at the end, and at most.
    """

    startups: list[Startup] = field(default_factory=list)
    memory_mib: tuple[float, float] = (0.0, 0.0)


def shares(trial: Trial, n_rounds: int) -> list[Trial]:
    """Split a trial's commands over rounds; into fewer, where satellites would have too few."""
    n_useful = len(trial.commands) // (_LEAST_EACH * trial.crowd.satellites)
    n = max(1, min(n_rounds, n_useful))
    return [replace(trial, commands=trial.commands[start::n]) for start in range(n)]


def turns(n_contenders: int, n_round: int) -> list[int]:
    """Return who is when: another one begins each round."""
    return [(number + n_round) % n_contenders for number in range(n_contenders)]


async def start_all(
    contenders: Sequence[Contender], command: Command, n_starts: int, running: list[ServerUnderTest]
) -> list[Standing]:
    """Start every server some times; those of the last time stay, and are added to ``running``."""
    standings = [Standing() for _ in contenders]
    for n_start in range(n_starts):
        for contender, standing in zip(contenders, standings, strict=True):
            server = ServerUnderTest(contender)
            try:
                standing.startups.append(await server.startup(command))
            finally:
                if n_start == n_starts - 1:
                    running.append(server)
                else:
                    await asyncio.to_thread(server.stop)
    return standings


@contextlib.asynccontextmanager
async def started(
    contenders: Sequence[Contender], command: Command, n_starts: int = 1
) -> AsyncIterator[tuple[list[ServerUnderTest], list[Standing]]]:
    """Run servers for the length of a block."""
    running: list[ServerUnderTest] = []
    try:
        yield running, await start_all(contenders, command, n_starts, running)
    finally:
        for server in running:
            await asyncio.to_thread(server.stop)


async def compete(
    servers: Sequence[ServerUnderTest], trial: Trial, *, n_rounds: int, seed: int
) -> list[Tally]:
    """Carry out one trial on every server."""
    tallies = [Tally() for _ in servers]
    for n_round, share in enumerate(shares(trial, n_rounds)):
        for number in turns(len(servers), n_round):
            tallies[number].add(await take_turn(servers[number], share, seed=seed + n_round))
    return tallies


async def reference(contender: Contender, planned: Sequence[Trial]) -> list[list[Outcome]]:
    """Return what a server makes of each trial's commands, one at a time and without haste."""
    async with started([contender], planned[0].commands[0]) as ((server,), _):
        crowd = Crowd(real_time=False)
        return [(await speak(server.uri, trial.commands, crowd)).outcomes for trial in planned]


async def take_turn(server: ServerUnderTest, share: Trial, *, seed: int = 0) -> Tally:
    """Let one server hear a share of the commands."""
    clock = asyncio.get_running_loop().time
    n_before, cpu_before_s, began = len(server.reports), server.cpu_s, clock()
    load = await speak(server.uri, share.commands, share.crowd, seed=seed)
    cpu_s, ended = server.cpu_s - cpu_before_s, clock()
    await asyncio.sleep(_SETTLE_S)
    return Tally(load, cpu_s, server.reports[n_before:], server.lags_s(began, ended))


def speed_table(servers: Sequence[str], tallies: Sequence[Tally]) -> str:
    """Return the table of one trial; the first server is the measure."""
    found = [figures(tally.load) for tally in tallies]
    rows = []
    for name, tally, of in zip(servers, tallies, found, strict=True):
        decoded = [r.decode_ms for r in tally.reports if r.decode_ms is not None]
        hits = 100 * tally.eager["hit"] / max(of.n_commands, 1)
        rows.append(
            (
                name,
                of.after_stop,
                f"{of.after_stop.p50 / found[0].after_stop.p50:.3g}",
                f"{of.word_error_rate:.1f} %",
                f"{of.n_exact} of {of.n_commands}",
                of.n_failed + of.n_undescribed,
                f"{hits:.0f} %" if tally.reports else "-",
                milliseconds(median(decoded)) if decoded else "-",
                of.describe,
                f"{tally.cpu_s / tally.audio_s:.3f}" if tally.audio_s else "-",
                f"{of.audio_per_s:.1f}",
            )
        )
    return table(_SPEED, rows)


def machine_table(servers: Sequence[str], standings: Sequence[Standing]) -> str:
    """Return the table of start-up, each the median, and memory."""
    return table(
        _MACHINE,
        [
            (
                name,
                f"{median(s.described_s for s in standing.startups):.2f}",
                f"{median(s.transcribed_s for s in standing.startups):.2f}",
                " / ".join(f"{mib:.0f}" for mib in standing.memory_mib),
            )
            for name, standing in zip(servers, standings, strict=True)
        ],
    )


def notes(tally: Tally, expected: Sequence[Outcome] | None) -> list[str]:
    """Return lines to stand under a table: eager decodes, other words than expected, lags, …"""
    lines = []
    if tally.eager:
        lines.append("eager: " + ", ".join(f"{n} {why}" for why, n in tally.eager.most_common()))
    if expected is not None:
        pairs = different(tally.load.outcomes, expected)
        n_words = sum(word_errors(*pair) for pair in pairs)
        lines.append(
            f"other transcripts than without eager decoding: {len(pairs)} of "
            f"{len(tally.load.outcomes)}, by {n_words} words"
        )
        lines += [f"without eager {pair[0]!r}, with {pair[1]!r}" for pair in pairs]
    if tally.lags_s:
        lags = np.percentile(tally.lags_s, (50, 99, 100)) * 1000
        lines.append(f"event-loop lag p50 / p99 / max ms: {' / '.join(map(milliseconds, lags))}")
    late_ms = figures(tally.load).late_ms
    if late_ms:
        lines.append(f"the latest chunk was sent {milliseconds(late_ms)} ms late")
    return lines + benchmark.complaints(tally.load)
