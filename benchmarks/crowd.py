"""What commands wait for beside a long queue of file segments, and what overload costs.

    PYTHONPATH=tests/support python benchmarks/crowd.py [--segments N] [--seconds S] [--rounds N]

Queue and engine are the server's, in this process; a command is the decode behind its end, so
eager decoding hides nothing. Rounds with and without the crowd take turns.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import random
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from recordings import COMMANDS

from wyoming_whisper.app_wiring import engine_options
from wyoming_whisper.config.device import Device
from wyoming_whisper.config.settings import Settings
from wyoming_whisper.engines.engine import DecodeRequest
from wyoming_whisper.engines.whisper.model import LoadableWhisper
from wyoming_whisper.engines.whisper.model_files import find_model
from wyoming_whisper.errors import Overloaded
from wyoming_whisper.scheduling.lifecycle import Lifecycle
from wyoming_whisper.scheduling.queue import DecodeQueue, PendingDecode
from wyoming_whisper.scheduling.runner import Devices
from wyoming_whisper.values import DecodeOptions, Priority

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from wyoming_whisper.engines.whisper.model_files import ModelFiles

_PAUSE_S: Final = (0.05, 0.25)


@dataclass
class Waits:
    """Seconds that commands waited, and that the engine's calls took."""

    commands_s: list[float] = field(default_factory=list)
    calls_s: list[float] = field(default_factory=list)

    def row(self, name: str) -> str:
        """Return a row of the table."""
        p50, p95, longest = np.percentile(self.commands_s, (50, 95, 100)) * 1000
        return (
            f"| {name} | {len(self.commands_s)} | {p50:.0f} / {p95:.0f} / {longest:.0f} "
            f"| {max(self.calls_s) * 1000:.0f} |"
        )


async def speak(lifecycle: Lifecycle, requests: list[DecodeRequest], seconds: float) -> Waits:
    """Submit commands at random times, one speaker after the other."""
    waits = Waits()
    clock = asyncio.get_running_loop().time
    end = clock() + seconds
    while clock() < end:
        await asyncio.sleep(random.uniform(*_PAUSE_S))
        asked = clock()
        result = lifecycle.submit(random.choice(requests), Priority.FINAL)
        await result
        waits.commands_s.append(clock() - asked)
        waits.calls_s.append(result.decode_s)
    return waits


async def crowded(
    lifecycle: Lifecycle, requests: list[DecodeRequest], seconds: float, n_segments: int
) -> Waits:
    """Do the same while so many segments of files always wait."""
    segments: list[PendingDecode] = []

    async def refill() -> None:
        while True:
            missing = n_segments - lifecycle.queue.n_waiting[Priority.FILE]
            segments.extend(
                lifecycle.submit(random.choice(requests), Priority.FILE) for _ in range(missing)
            )
            await asyncio.sleep(0.05)

    refilling = asyncio.create_task(refill())
    waits = await speak(lifecycle, requests, seconds)
    refilling.cancel()
    for segment in segments:
        segment.cancel()
    waits.calls_s += [segment.decode_s for segment in segments if segment.decode_s]
    return waits


async def overload(lifecycle: Lifecycle, requests: list[DecodeRequest], n: int) -> str:
    """Submit far more at once than may wait; return how long it took to refuse, and to serve."""
    accepted: list[PendingDecode] = []
    refused_s: list[float] = []
    started = time.perf_counter()
    for index in range(n):
        asked = time.perf_counter()
        try:
            accepted.append(lifecycle.submit(requests[index % len(requests)], Priority.FINAL))
        except Overloaded:
            refused_s.append(time.perf_counter() - asked)
    await asyncio.gather(*accepted)
    served_s = time.perf_counter() - started
    return (
        f"{n} commands at once: {len(accepted)} served within {served_s:.2f} s, "
        f"{len(refused_s)} refused within {max(refused_s, default=0) * 1000:.2f} ms each."
    )


@contextlib.asynccontextmanager
async def decoding(model: ModelFiles, max_queued: int) -> AsyncIterator[Lifecycle]:
    """Decode as the server does by default, for the length of a block."""
    settings = Settings(device=Device("cpu"))
    queue = DecodeQueue(max_queued=max_queued)
    whisper = LoadableWhisper(model, engine_options(settings), Path())
    lifecycle = Lifecycle(whisper, queue, Devices(queue))
    running = asyncio.create_task(lifecycle.run())
    yield lifecycle
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--segments", type=int, default=1000, help="that always wait")
    parser.add_argument("--seconds", type=float, default=10, help="of each round")
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    model = find_model("home-en", [])
    options = DecodeOptions(beam_size=model.beam_size)
    requests = [DecodeRequest(command.samples, options) for command in COMMANDS]
    alone, beside = Waits(), Waits()
    async with decoding(model, given.segments) as lifecycle:
        for _ in range(given.rounds):
            for total, n_segments in ((alone, 0), (beside, given.segments)):
                waits = await crowded(lifecycle, requests, given.seconds, n_segments)
                total.commands_s += waits.commands_s
                total.calls_s += waits.calls_s
    print("| beside | commands | wait p50 / p95 / max ms | longest engine call ms |")
    print("|---|---|---|---|")
    print(alone.row("nothing"))
    print(beside.row(f"{given.segments} file segments"))
    async with decoding(model, Settings().max_queue) as lifecycle:
        print(f"\n{await overload(lifecycle, requests, 1000)}")


if __name__ == "__main__":
    asyncio.run(main())
