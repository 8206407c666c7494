"""What live streams cost the event loop: windows scored inline, in batches, or in a thread.

    PYTHONPATH=tests/support .venv/bin/python benchmarks/vad.py

One task for each stream waits for its next window and for the decision on it. In real time windows
come every 32 ms, at phases drawn at random; otherwise each comes as soon as the one before it has
been decided on. There are no sockets and nothing is segmented: only the detector differs. The
variants take turns, and of all rounds the median counts: five minutes.

- nothing: no window is scored. What is left is this program and the timer.
- inline: one call for each window, when it is there.
- batch in the loop: one call for all windows that came in the same turn of the loop.
- batch in a thread: a thread makes one call for all that came since its last one.
- as the server: in the loop where few wait, else in the thread.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import itertools
import random
import sys
import time
from dataclasses import dataclass, fields
from functools import partial
from statistics import median
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np
from probed_server import LagProbe

from wyoming_whisper.audio.pcm import SAMPLE_RATE
from wyoming_whisper.bench.figures import milliseconds, table
from wyoming_whisper.bench.spoken_commands import pink_noise
from wyoming_whisper.recognition.vad_batcher import VadBatcher
from wyoming_whisper.speech.vad import WINDOW_SAMPLES, SileroVad, Vad, VadStream

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence

    from wyoming_whisper.audio.pcm import Block

_WINDOW_S: Final = WINDOW_SAMPLES / SAMPLE_RATE
_NOISE: Final = pink_noise(100 * WINDOW_SAMPLES, 10 ** (-50 / 20), np.random.default_rng(1))
_WINDOWS: Final = list(_NOISE.reshape(-1, 1, WINDOW_SAMPLES))
# A client who sends faster than he speaks lets the others in this often, as in the pipeline.
_SLICE_WINDOWS: Final = 8


class Scorer(Protocol):
    """A way to score windows."""

    async def probabilities(self, stream: VadStream, windows: Block) -> list[float]: ...


class Nothing:
    def __init__(self, vad: asyncio.Future[Vad]) -> None:
        self._vad = vad

    async def probabilities(self, stream: VadStream, windows: Block) -> list[float]:
        return [0.0] * len(windows)


class Inline(Nothing):
    async def probabilities(self, stream: VadStream, windows: Block) -> list[float]:
        return self._vad.result().probabilities([(stream, windows)])[0]


VARIANTS: Final[dict[str, Callable[[asyncio.Future[Vad]], Scorer]]] = {
    "nothing": Nothing,
    "inline": Inline,
    "batch in the loop": partial(VadBatcher, max_in_loop=sys.maxsize),
    "batch in a thread": partial(VadBatcher, max_in_loop=0),
    "as the server": VadBatcher,
}


@dataclass(frozen=True, slots=True)
class Measurement:
    """What one variant did in one round.

    Attributes:
        cpu_share: Of a core, all threads together.
        cpu_ms: For a second of audio.
        windows_per_s: Decided on.
        lag_p50, lag_p99: How late the loop ran callbacks, in ms.
        delay_p50, delay_p99: From a window's time to the decision on it, in ms.
    """

    cpu_share: float
    cpu_ms: float
    windows_per_s: float
    lag_p50: float
    lag_p99: float
    delay_p50: float
    delay_p99: float

    def row(self) -> list[str]:
        """Write the figures; `_HEADER` says what they are."""
        return [
            f"{100 * self.cpu_share:.0f} %",
            f"{self.cpu_ms:.1f}",
            f"{self.windows_per_s:.0f}",
            f"{milliseconds(self.lag_p50)} / {milliseconds(self.lag_p99)}",
            f"{milliseconds(self.delay_p50)} / {milliseconds(self.delay_p99)}",
        ]


_HEADER: Final = (
    "streams",
    "windows are scored",
    "CPU, of a core",
    "CPU, ms per s of audio",
    "windows per s",
    "loop lag p50 / p99, ms",
    "decided after p50 / p99, ms",
)


async def measure(
    vad: Vad,
    variant: Callable[[asyncio.Future[Vad]], Scorer],
    n_streams: int,
    *,
    real_time: bool,
    seconds: float,
) -> Measurement:
    """Let streams run for a while."""
    loop = asyncio.get_running_loop()
    loaded: asyncio.Future[Vad] = loop.create_future()
    loaded.set_result(vad)
    scorer = variant(loaded)
    rng = random.Random(n_streams)
    delays: list[float] = []
    started = loop.time() + 0.1

    async def due(phase: float) -> AsyncIterator[float]:
        """Yield when each window is there, at that time."""
        for n in itertools.count():
            if real_time:
                time_due = started + phase + n * _WINDOW_S
                await asyncio.sleep(time_due - loop.time())
            else:
                time_due = loop.time()
                if n % _SLICE_WINDOWS == 0:
                    await asyncio.sleep(0)
            if time_due > started + seconds:
                return
            yield time_due

    async def live(n: int) -> None:
        stream = VadStream()
        windows = itertools.cycle(_WINDOWS[n % len(_WINDOWS) :] + _WINDOWS[: n % len(_WINDOWS)])
        async for time_due in due(rng.uniform(0, _WINDOW_S)):
            await scorer.probabilities(stream, next(windows))
            delays.append(loop.time() - time_due)

    noted = io.StringIO()
    LagProbe(loop, noted)
    cpu_s, wall_s = time.process_time(), loop.time()
    async with asyncio.TaskGroup() as streams:
        for n in range(n_streams):
            streams.create_task(live(n))
    cpu_s, wall_s = time.process_time() - cpu_s, loop.time() - wall_s
    lags = [float(line.split()[1]) for line in noted.getvalue().splitlines()]
    lag_p50, lag_p99 = percentiles_ms(lags)
    delay_p50, delay_p99 = percentiles_ms(delays)
    return Measurement(
        cpu_share=cpu_s / wall_s,
        cpu_ms=1000 * cpu_s / (len(delays) * _WINDOW_S),
        windows_per_s=len(delays) / wall_s,
        lag_p50=lag_p50,
        lag_p99=lag_p99,
        delay_p50=delay_p50,
        delay_p99=delay_p99,
    )


def percentiles_ms(seconds: Sequence[float]) -> tuple[float, float]:
    """Return below which durations, in ms, half and 99 % of some in seconds lie."""
    p50, p99 = np.percentile(seconds, (50, 99))
    return 1000 * float(p50), 1000 * float(p99)


def compare(
    n_streams: int, rounds: int, *, real_time: bool, seconds: float
) -> dict[str, Measurement]:
    """Measure all variants in turns; return the median of each figure."""
    vad = SileroVad()
    measured: dict[str, list[Measurement]] = {name: [] for name in VARIANTS}
    for number in range(rounds):
        # Another one begins each time: what else the machine does hits all alike.
        names = list(VARIANTS)
        for name in names[number % len(names) :] + names[: number % len(names)]:
            measured[name].append(
                asyncio.run(
                    measure(vad, VARIANTS[name], n_streams, real_time=real_time, seconds=seconds)
                )
            )
    return {
        name: Measurement(
            *(
                median(getattr(one, figure.name) for one in several)
                for figure in fields(Measurement)
            )
        )
        for name, several in measured.items()
    }


def main() -> None:
    """Print a table for streams in real time, and one for streams as fast as it goes."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--streams", type=int, nargs="+", default=[1, 8, 64, 100, 256])
    parser.add_argument("--seconds", type=float, default=1.5, help="how long each round is")
    parser.add_argument("--rounds", type=int, default=4)
    given = parser.parse_args()
    for real_time in (True, False):
        rows: list[list[str]] = []
        for n_streams in given.streams:
            measured = compare(n_streams, given.rounds, real_time=real_time, seconds=given.seconds)
            rows += [[str(n_streams), name, *one.row()] for name, one in measured.items()]
        print(f"\n{'In real time' if real_time else 'As fast as it goes'}:\n", flush=True)
        print(table(_HEADER, rows), flush=True)


if __name__ == "__main__":
    main()
