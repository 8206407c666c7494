"""Small real classes that stand for the slow or the remote."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from wyoming_whisper.audio.pcm import SAMPLE_RATE
from wyoming_whisper.speech.vad import WINDOW_SAMPLES
from wyoming_whisper.values import Hypothesis
from wyoming_whisper.wyoming_api.info import ServiceInfo

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Hashable, Sequence

    from wyoming_whisper.audio.pcm import Block
    from wyoming_whisper.engines.engine import DecodeRequest, Engine
    from wyoming_whisper.scheduling.scheduler import Scheduler
    from wyoming_whisper.speech.vad import VadStream

INFO = ServiceInfo(
    program="test",
    version="1",
    model="fake",
    model_description="a fake",
    model_author="nobody",
    model_url="",
    languages=frozenset({"en", "de"}),
)


class LoudnessVad:
    """Takes loud windows for speech."""

    def probabilities(self, stretches: Sequence[tuple[VadStream, Block]]) -> list[list[float]]:
        assert all(windows.shape[1:] == (WINDOW_SAMPLES,) for _, windows in stretches)
        return [
            [0.9 if float(np.sqrt(np.mean(window**2))) > 0.05 else 0.02 for window in windows]
            for _, windows in stretches
        ]


@dataclass
class FakeEngine:
    """Says how many milliseconds it was given; optionally slow, gated or failing."""

    seconds: float = 0.0
    slots: int = 1
    max_batch: int = 1
    device: str = "cpu"
    compute_type: str = "int8"
    gate: threading.Event | None = None  # each call waits for it
    error: Exception | None = None
    batches: list[list[DecodeRequest]] = field(default_factory=list)
    threads: set[str] = field(default_factory=set)
    closed: bool = False

    def batch_key(self, request: DecodeRequest) -> Hashable:
        return request.options.beam_size

    def transcribe(self, batch: Sequence[DecodeRequest]) -> list[Hypothesis]:
        self.threads.add(threading.current_thread().name)
        self.batches.append(list(batch))
        if self.gate is not None:
            assert self.gate.wait(30)
        time.sleep(self.seconds)
        if self.error is not None:
            raise self.error
        return [hypothesis(f"{len(r.samples) * 1000 // SAMPLE_RATE} ms") for r in batch]

    def close(self) -> None:
        self.closed = True


@contextlib.asynccontextmanager
async def decoding(scheduler: Scheduler, engine: Engine) -> AsyncIterator[asyncio.Task[None]]:
    """Run the scheduler for the length of a block."""
    task = asyncio.create_task(scheduler.run(engine))
    try:
        yield task
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


def hypothesis(text: str, *, language: str = "en") -> Hypothesis:
    """Return a good hypothesis."""
    return Hypothesis(
        text=text,
        language=language,
        avg_logprob=-0.1,
        no_speech_prob=0.01,
        compression_ratio=1.0,
        n_tokens=len(text.split()),
    )


def tone(seconds: float, *, amplitude: float = 0.5) -> Block:
    """Return what `LoudnessVad` takes for speech, 16 kHz mono."""
    t = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    return (amplitude * np.sin(2 * np.pi * 440 * t)).astype(np.float32)


def silence(seconds: float) -> Block:
    """Return zeros, 16 kHz mono."""
    return np.zeros(round(seconds * SAMPLE_RATE), np.float32)
