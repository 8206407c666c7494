"""Small real classes that stand for the slow or the remote."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
from options import file_limits, segmenting_options

from wyoming_whisper.audio.pcm import SAMPLE_RATE
from wyoming_whisper.engines.engine import ModelFacts
from wyoming_whisper.engines.threaded import ThreadedEngine
from wyoming_whisper.recognition.program import Program, ProgramOptions
from wyoming_whisper.recognition.recognizer import Recognizer
from wyoming_whisper.recognition.turn_watch import TurnOptions
from wyoming_whisper.scheduling.lifecycle import Lifecycle
from wyoming_whisper.scheduling.queue import DecodeQueue
from wyoming_whisper.scheduling.runner import Devices
from wyoming_whisper.speech.vad import WINDOW_SAMPLES
from wyoming_whisper.uploads.decoder import FileDecoder
from wyoming_whisper.values import DecodeOptions, Hypothesis
from wyoming_whisper.wyoming_api.info import ProgramInfo, ServiceInfo

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Hashable, Sequence

    from wyoming_whisper.audio.pcm import Block
    from wyoming_whisper.engines.engine import DecodeRequest, Progress
    from wyoming_whisper.engines.threaded import Decoder
    from wyoming_whisper.recognition.eager import EagerOptions
    from wyoming_whisper.speech.segmenter import SegmentingOptions
    from wyoming_whisper.speech.vad import VadStream

FACTS = ModelFacts(
    name="fake",
    description="a fake",
    author="nobody",
    url="",
    languages=frozenset({"en", "de"}),
    window_s=30,
)
PROGRAM = ProgramInfo(name="test", model=FACTS, languages=FACTS.languages)
INFO = ServiceInfo("1", (PROGRAM,))


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
    on_call: Callable[[Sequence[DecodeRequest]], object] = lambda _: None

    def batch_key(self, request: DecodeRequest) -> Hashable:
        return request.options.beam_size

    def transcribe(self, batch: Sequence[DecodeRequest]) -> list[Hypothesis]:
        self.threads.add(threading.current_thread().name)
        self.batches.append(list(batch))
        self.on_call(batch)
        if self.gate is not None:
            assert self.gate.wait(30)
        time.sleep(self.seconds)
        if self.error is not None:
            raise self.error
        return [hypothesis(f"{len(r.samples) * 1000 // SAMPLE_RATE} ms") for r in batch]

    def close(self) -> None:
        self.closed = True


@dataclass
class FakeModel:
    """Is on disk, and is loaded as a fake engine."""

    facts: ModelFacts = FACTS
    is_local: bool = True
    decoder: Decoder = field(default_factory=FakeEngine)
    is_remote: bool = False
    reason: str = ""
    stand_in: FakeModel | None = None

    def words(self) -> frozenset[str]:
        return frozenset()

    def fetch(self, progress: Progress) -> FakeModel:
        progress(1, 1)
        return replace(self, is_local=True)

    def load(self) -> ThreadedEngine:
        return ThreadedEngine(self.decoder)


def new_lifecycle(
    *,
    max_queued: int = 64,
    facts: ModelFacts = FACTS,
    queue: DecodeQueue | None = None,
    devices: Devices | None = None,
) -> Lifecycle:
    """Return a model's life that has not begun."""
    queue = queue or DecodeQueue(max_queued=max_queued)
    return Lifecycle(FakeModel(facts), queue, devices or Devices(queue))


@contextlib.asynccontextmanager
async def decoding(lifecycle: Lifecycle, decoder: Decoder) -> AsyncIterator[asyncio.Task[None]]:
    """Have a model decode for the length of a block."""
    task = asyncio.create_task(lifecycle.work(ThreadedEngine(decoder)))
    try:
        yield task
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


def new_program(
    lifecycle: Lifecycle,
    segmenting: SegmentingOptions | None = None,
    eager: EagerOptions | None = None,
    decoding: DecodeOptions | None = None,
    turn: TurnOptions | None = None,
) -> Program:
    """Return a program on a model."""
    options = ProgramOptions(
        title="test",
        decoding=decoding or DecodeOptions(language="en"),
        segmenting=segmenting or segmenting_options(),
        eager=eager,
        turn=turn or TurnOptions(),
    )
    return Program(lifecycle, options)


def new_recognizer(program: Program, decoder: object = None) -> Recognizer:
    """Return a recognizer that hears loudness."""
    vad: asyncio.Future[LoudnessVad] = asyncio.get_running_loop().create_future()
    vad.set_result(LoudnessVad())
    return Recognizer([program], vad, decoder or FileDecoder(file_limits()))  # type: ignore[arg-type] # a stand-in


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
