"""Many satellites at one server: right words, time to the answer, event-loop lag.

The server runs in this process, so that its event loop can be probed; the satellites run in
another one and behave as Home Assistant does: a connection for each utterance, 10 ms at a time.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import random
import signal
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import Final

import numpy as np
from event_loop import LagProbe
from recordings import COMMANDS
from wyoming.client import AsyncClient
from wyoming.info import Describe

from wyoming_whisper import app
from wyoming_whisper.audio.pcm import SAMPLE_RATE
from wyoming_whisper.client import satellite
from wyoming_whisper.errors import ServerFailed
from wyoming_whisper.settings import Settings

_TRAILING_S: Final = 0.7  # the silence after which Home Assistant ends a command
_START_S: Final = 30


@dataclass(frozen=True, slots=True)
class Load:
    """What the satellites saw."""

    after_stop_s: list[float]
    describe_s: list[float]
    wrong: list[tuple[str, str]]  # (said, understood)


async def satellites(uri: str, n_satellites: int, rounds: int, *, real_time: bool) -> Load:
    """Let satellites speak at the same time, each its own command, and describe meanwhile."""
    load = Load([], [], [])
    noise = np.random.default_rng(0)

    async def speak(number: int) -> None:
        for turn in range(rounds):
            command = COMMANDS[(number + turn * n_satellites) % len(COMMANDS)]
            if real_time:
                await asyncio.sleep(random.uniform(0, 0.5))
            room = noise.normal(0, 1e-3, int(_TRAILING_S * SAMPLE_RATE)).astype(np.float32)
            answer = await satellite.transcribe(
                uri, [command.samples, room], language="en", real_time=real_time
            )
            load.after_stop_s.append(answer.after_stop_s)
            if answer.text != command.text:
                load.wrong.append((command.text, answer.text))

    async def describe() -> None:
        clock = asyncio.get_running_loop().time
        while True:
            async with AsyncClient.from_uri(uri) as client:
                asked = clock()
                await client.write_event(Describe().event())
                await client.read_event()
                load.describe_s.append(clock() - asked)
            await asyncio.sleep(0.05)

    describing = asyncio.create_task(describe())
    try:
        await asyncio.gather(*(speak(number) for number in range(n_satellites)))
    finally:
        describing.cancel()
    return load


def run_satellites(uri: str, n_satellites: int, rounds: int, real_time: bool) -> Load:
    """Run `satellites` in a process of its own."""
    return asyncio.run(satellites(uri, n_satellites, rounds, real_time=real_time))


async def measure(
    settings: Settings, n_satellites: int, rounds: int, *, real_time: bool
) -> tuple[Load, LagProbe]:
    """Serve, warm up with one command, and probe the loop while the satellites speak."""
    uri = settings.uri[0]
    probe = LagProbe()
    loop = asyncio.get_running_loop()
    spawn = multiprocessing.get_context("spawn")
    async with asyncio.TaskGroup() as tasks:
        serving = tasks.create_task(app.serve(settings))
        with ProcessPoolExecutor(1, mp_context=spawn) as processes:
            await _wait_until_ready(uri)
            await loop.run_in_executor(processes, run_satellites, uri, 1, 1, False)
            probing = tasks.create_task(probe.run())
            load = await loop.run_in_executor(
                processes, run_satellites, uri, n_satellites, rounds, real_time
            )
            probing.cancel()
            signal.raise_signal(signal.SIGTERM)
            await serving
    return load, probe


async def _wait_until_ready(uri: str) -> None:
    async with asyncio.timeout(_START_S):
        while True:
            try:
                await satellite.transcribe(uri, [np.zeros(0, np.float32)])
            except ServerFailed:
                await asyncio.sleep(0.05)
            else:
                return


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(prog="script/bench", description=__doc__)
    parser.add_argument("--satellites", type=int, nargs="+", default=[1, 8])
    parser.add_argument("--rounds", type=int, default=5, help="commands of each satellite")
    parser.add_argument("--fast", action="store_true", help="send as fast as it goes")
    parser.add_argument("--model", default="home-en")
    parser.add_argument("--uri", default="tcp://127.0.0.1:10333", help="where to serve")
    given = parser.parse_args()
    settings = Settings(uri=(given.uri,), model=given.model, log_level="warning", no_zeroconf=True)
    print(
        "| satellites | after audio-stop p50 / p95 / max ms | describe p50 / max ms "
        "| event-loop lag p50 / p99 / max ms | wrong |\n|---|---|---|---|---|"
    )
    for n_satellites in given.satellites:
        load, probe = asyncio.run(
            measure(settings, n_satellites, given.rounds, real_time=not given.fast)
        )
        p50, p95, longest = np.percentile(load.after_stop_s, [50, 95, 100]) * 1000
        describe50, describe100 = np.percentile(load.describe_s, [50, 100]) * 1000
        print(
            f"| {n_satellites} | {p50:.0f} / {p95:.0f} / {longest:.0f} "
            f"| {describe50:.1f} / {describe100:.1f} "
            f"| {probe.percentile_ms(50):.1f} / {probe.percentile_ms(99):.1f} "
            f"/ {probe.percentile_ms(100):.1f} "
            f"| {len(load.wrong)} of {len(load.after_stop_s)} |"
        )
        for said, understood in load.wrong:
            print(f"said {said!r}, understood {understood!r}", file=sys.stderr)


if __name__ == "__main__":
    main()
