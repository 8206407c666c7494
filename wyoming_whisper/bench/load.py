"""Many satellites at one server, each as Home Assistant is: the load of a benchmark.

A satellite speaks one command after the other, each on a connection of its own, 10 ms at a time and
at a random phase, and reads only after audio-stop. Others may listen meanwhile: they send the noise
of their rooms. A prober asks the server to describe itself, as Home Assistant and health checks do.
"""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from wyoming_whisper.audio.pcm import SAMPLE_RATE
from wyoming_whisper.bench.spoken_commands import Command, pink_noise
from wyoming_whisper.errors import ConfigError, ServerFailed
from wyoming_whisper.wyoming_api import client as wyoming_client

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


# How long a satellite rests before its next command, at most: so all phases occur.
_REST_S: Final = 0.5
# How soon the prober asks again, and a listener who was refused tries again.
_AGAIN_S: Final = 0.25
# Home Assistant's own limit is 1 s; a slower description is a figure here, not a failure.
_DESCRIBE_S: Final = 30
# Home Assistant ends an utterance at 15 s, speech or not.
_LISTENING_S: Final = 15


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one command.

    Attributes:
        name: The command's.
        said: Its words.
        seconds: Of audio sent.
        understood: The transcript; ``None`` if the server failed.
        after_stop_s: Seconds from audio-stop to the transcript.
        late_s: By how many seconds the latest chunk missed its time.
        failure: Why there is no transcript.
    """

    name: str
    said: str
    seconds: float
    understood: str | None
    after_stop_s: float = 0.0
    late_s: float = 0.0
    failure: str = ""


@dataclass(slots=True)
class Load:
    """What the satellites saw.

    Attributes:
        outcomes: One for each command.
        elapsed_s: From the first one's start to the last one's end.
        described_s: Seconds that each description took.
        undescribed: Why there was none, for each that failed.
        noise: The same as `outcomes` for stretches of noise; whose right transcript is empty.
    """

    outcomes: list[Outcome] = field(default_factory=list)
    elapsed_s: float = 0.0
    described_s: list[float] = field(default_factory=list)
    undescribed: list[str] = field(default_factory=list)
    noise: list[Outcome] = field(default_factory=list)

    def add(self, other: Load) -> None:
        """Append what was seen at another time."""
        self.outcomes += other.outcomes
        self.elapsed_s += other.elapsed_s
        self.described_s += other.described_s
        self.undescribed += other.undescribed
        self.noise += other.noise


@dataclass(frozen=True, slots=True)
class Crowd:
    """Who uses the server.

    Attributes:
        satellites: How many speak at the same time.
        listeners: How many more send the noise of their rooms, in real time.
        real_time: Whether commands come as they are spoken, not as fast as it goes.
        language: What the satellites ask for, if anything.
        floor_db: Level of the listeners' noise in dB of full scale.

    Raises:
        ConfigError: If nobody speaks.
    """

    satellites: int = 1
    listeners: int = 0
    real_time: bool = True
    language: str | None = "en"
    floor_db: float = -60.0

    def __post_init__(self) -> None:
        if self.satellites < 1 or self.listeners < 0:
            raise ConfigError("at least one satellite has to speak")


async def speak(uri: str, commands: Sequence[Command], crowd: Crowd, *, seed: int = 0) -> Load:
    """Let satellites speak commands, each the next that nobody has spoken yet."""
    load = Load()
    rng = random.Random(seed)  # noqa: S311 - phases, not secrets
    clock = asyncio.get_running_loop().time
    waiting = iter(commands)
    async with asyncio.TaskGroup() as others:
        listeners = [_listen(uri, crowd, load, (seed, n)) for n in range(crowd.listeners)]
        beside = [others.create_task(task) for task in (_probe(uri, load), *listeners)]
        started = clock()
        async with asyncio.TaskGroup() as satellites:
            for _ in range(crowd.satellites):
                satellites.create_task(_speak_in_turn(uri, waiting, crowd, load, rng))
        load.elapsed_s = clock() - started
        for task in beside:
            task.cancel()
    return load


def estimate_s(commands: Iterable[Command], crowd: Crowd) -> float:
    """Return how long `speak` takes in real time if answers take none; 0 where time is not kept."""
    if not crowd.real_time:
        return 0.0
    return sum(command.seconds + _REST_S / 2 for command in commands) / crowd.satellites


async def _speak_in_turn(
    uri: str, commands: Iterator[Command], crowd: Crowd, load: Load, rng: random.Random
) -> None:
    for command in commands:
        if crowd.real_time:
            await asyncio.sleep(rng.uniform(0, _REST_S))
        load.outcomes.append(
            await _say(uri, command, language=crowd.language, real_time=crowd.real_time)
        )


async def _listen(uri: str, crowd: Crowd, load: Load, seed: tuple[int, int]) -> None:
    """Send noise until cancelled; the first stretch is shorter, so that they do not all end."""
    rng = np.random.default_rng(seed)
    noise = pink_noise(_LISTENING_S * SAMPLE_RATE, 10 ** (crowd.floor_db / 20), rng)
    stretch = noise[: int(rng.integers(SAMPLE_RATE, len(noise)))]
    while True:
        command = Command(f"listener {seed[1]}", "", stretch)
        outcome = await _say(uri, command, language=crowd.language, real_time=True)
        load.noise.append(outcome)
        if outcome.failure:
            await asyncio.sleep(_AGAIN_S)
        stretch = noise


async def _say(uri: str, command: Command, *, language: str | None, real_time: bool) -> Outcome:
    try:
        answer = await wyoming_client.transcribe(
            uri, [command.samples], language=language, real_time=real_time
        )
    except ServerFailed as error:
        return Outcome(command.name, command.text, command.seconds, None, failure=str(error))
    # Some servers lead with a space, as Whisper's tokens do.
    return Outcome(
        command.name,
        command.text,
        command.seconds,
        answer.text.strip(),
        answer.after_stop_s,
        answer.late_s,
    )


async def _probe(uri: str, load: Load) -> None:
    """Ask for descriptions until cancelled."""
    clock = asyncio.get_running_loop().time
    while True:
        asked = clock()
        try:
            await wyoming_client.describe(uri, answer_s=_DESCRIBE_S)
        except ServerFailed as error:
            load.undescribed.append(str(error))
        else:
            load.described_s.append(clock() - asked)
        await asyncio.sleep(_AGAIN_S)
