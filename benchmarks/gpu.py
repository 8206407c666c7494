"""Decoding on one device: batched, one at a time, and faster-whisper as other programs call it.

    script/bench --device cuda

Models have random weights and the shape of real ones, and end each text after as many tokens as a
command has: they take the time of real ones and understand nothing. Each satellite asks again as
soon as it is answered, so all of them always wait. Ours goes through the server's own queue and
engine; theirs is ``WhisperModel.transcribe`` behind a lock.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import math
import os
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from faster_whisper import WhisperModel
from local_models import (
    BASE,
    LARGE_V3,
    LARGE_V3_TURBO,
    SMALL,
    Shape,
    write_multilingual_model,
)

from wyoming_whisper.app_wiring import engine_options
from wyoming_whisper.audio.pcm import SAMPLE_RATE
from wyoming_whisper.config.device import Device
from wyoming_whisper.config.settings import Settings
from wyoming_whisper.engines.engine import DecodeRequest
from wyoming_whisper.engines.whisper.gates import Gates
from wyoming_whisper.engines.whisper.model import LoadableWhisper
from wyoming_whisper.engines.whisper.model_files import find_model
from wyoming_whisper.scheduling.lifecycle import Lifecycle
from wyoming_whisper.scheduling.queue import DecodeQueue
from wyoming_whisper.scheduling.runner import Devices
from wyoming_whisper.system.cpu_tuning import Tuning, environment, tune_allocator
from wyoming_whisper.values import DecodeOptions, Priority

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from wyoming_whisper.audio.pcm import Block
    from wyoming_whisper.engines.whisper.model_files import ModelFiles

    Decode = Callable[[Block], Awaitable[int]]
    """Samples → how many tokens were heard."""

SHAPES: Final = {
    "toy": Shape(d_model=64, layers=2, window_s=30),
    "base": BASE,
    "small": SMALL,
    "large-v3-turbo": LARGE_V3_TURBO,
    "large-v3": LARGE_V3,
}
_OPEN: Final = Gates(no_speech=math.inf, logprob=-math.inf, compression_ratio=math.inf)
_ENGLISH: Final = DecodeOptions(language="en")
_HEADER: Final = (
    "| model | satellites | | requests/s | answer p50 / p95 / max ms | calls by requests |\n"
    "|---|---|---|---|---|---|"
)


@dataclass(frozen=True, slots=True)
class Trial:
    """What is asked of each contender.

    Attributes:
        device: As the server's ``--device``.
        compute_type: As the server's ``--compute-type``.
        satellites: How many ask at the same time.
        rounds: How often each of them asks.
        audio_s: Seconds of speech in a request.
        n_tokens: Tokens of the answer.
    """

    device: Device
    compute_type: str
    satellites: int
    rounds: int
    audio_s: float
    n_tokens: int


@dataclass(frozen=True, slots=True)
class Result:
    """What came of it; ``batches`` counts our calls by their size."""

    total_s: float
    answer_s: tuple[float, ...]
    batches: Counter[int]

    @property
    def per_s(self) -> float:
        """Requests answered in a second."""
        return len(self.answer_s) / self.total_s


async def ask(decode: Decode, trial: Trial) -> Result:
    """Let all satellites ask; each text must be as long as it was made to be."""
    clock = asyncio.get_running_loop().time
    answers: list[float] = []

    async def satellite(number: int) -> None:
        random = np.random.default_rng(number)
        noise = random.normal(0, 0.1, round(trial.audio_s * SAMPLE_RATE)).astype(np.float32)
        for _ in range(trial.rounds):
            asked = clock()
            heard = await decode(noise)
            answers.append(clock() - asked)
            assert heard == trial.n_tokens, f"{heard} tokens instead of {trial.n_tokens}"

    started = clock()
    await asyncio.gather(*(satellite(number) for number in range(trial.satellites)))
    return Result(clock() - started, tuple(answers), Counter())


async def measure_ours(model: ModelFiles, trial: Trial, max_batch: int) -> Result:
    """Measure the queue and the engine, with batches up to a size; 0 chooses."""
    settings = Settings(device=trial.device, compute_type=trial.compute_type, max_batch=max_batch)
    options = replace(engine_options(settings), typical=_ENGLISH, gates=_OPEN)
    queue = DecodeQueue(max_queued=trial.satellites)
    lifecycle = Lifecycle(LoadableWhisper(model, options, Path()), queue, Devices(queue))

    async def decode(samples: Block) -> int:
        request = DecodeRequest(samples, _ENGLISH)
        return (await lifecycle.submit(request, Priority.FINAL)).n_tokens

    async with asyncio.TaskGroup() as tasks:
        decoding = tasks.create_task(lifecycle.run())
        await ask(decode, replace(trial, rounds=1))  # warms up
        queue.stats.batches.clear()
        result = await ask(decode, trial)
        decoding.cancel()
    return replace(result, batches=queue.stats.batches)


async def measure_faster_whisper(model: ModelFiles, trial: Trial) -> Result:
    """Measure faster-whisper, one request at a time."""
    whisper = await asyncio.to_thread(
        WhisperModel,
        str(model.path),
        device=trial.device.kind,
        device_index=trial.device.numbers[0],
        compute_type=trial.compute_type,
    )
    turn = asyncio.Lock()

    def transcribe(samples: Block) -> int:
        segments, _ = whisper.transcribe(
            samples, language="en", beam_size=1, temperature=0.0, without_timestamps=True
        )
        return sum(len(segment.tokens) for segment in segments)

    async def decode(samples: Block) -> int:
        async with turn:
            return await asyncio.to_thread(transcribe, samples)

    await ask(decode, replace(trial, rounds=1, satellites=1))  # warms up
    return await ask(decode, trial)


def row(shape: str, trial: Trial, contender: str, result: Result) -> str:
    """Return a line of the table."""
    p50, p95, longest = np.percentile(result.answer_s, [50, 95, 100]) * 1000
    sizes = ", ".join(f"{size}: {n}" for size, n in sorted(result.batches.items()))
    return (
        f"| {shape} | {trial.satellites} | {contender} | {result.per_s:.1f} "
        f"| {p50:.0f} / {p95:.0f} / {longest:.0f} | {sizes} |"
    )


def main() -> None:
    """Print a table, line by line."""
    parser = argparse.ArgumentParser("script/bench", description=(__doc__ or "").split("\n")[0])
    add = parser.add_argument
    add("--device", type=Device.parse, default="cuda", help="cpu, cuda or cuda:N")
    add("--compute-type", help="as CTranslate2 names them; float16, or int8 on a CPU")
    add("--models", nargs="+", default=[*SHAPES][1:], choices=SHAPES)
    add("--concurrency", type=int, nargs="+", default=[1, 8, 32], metavar="N")
    add("--rounds", type=int, default=8, metavar="N", help="requests of each satellite")
    add("--audio", type=float, default=3.0, metavar="S", help="seconds of each request")
    add("--tokens", type=int, default=16, metavar="N", help="tokens of each answer")
    given = parser.parse_args()
    compute_type = given.compute_type or ("int8" if given.device.kind == "cpu" else "float16")
    print(_HEADER, flush=True)
    for name in given.models:
        with tempfile.TemporaryDirectory() as folder:
            shape = SHAPES[name]
            path = write_multilingual_model(
                Path(folder) / name, shape, cantonese=shape.n_mels > 80, n_tokens=given.tokens
            )
            model = find_model(str(path), [])
            for satellites in given.concurrency:
                trial = Trial(
                    given.device, compute_type, satellites, given.rounds, given.audio,
                    given.tokens,
                )  # fmt: skip
                for contender, measure in (
                    ("batched", partial(measure_ours, max_batch=0)),
                    ("one at a time", partial(measure_ours, max_batch=1)),
                    ("faster-whisper", measure_faster_whisper),
                ):
                    result = asyncio.run(measure(model, trial))
                    print(row(name, trial, contender, result), flush=True)
                    gc.collect()  # the next one may need the memory


if __name__ == "__main__":
    # As the server does, for all contenders alike; the libraries, though, have looked by now.
    if missing := environment(os.environ, set(Tuning)):
        os.execve(sys.executable, sys.orig_argv, {**os.environ, **missing})
    tune_allocator(30)
    main()
