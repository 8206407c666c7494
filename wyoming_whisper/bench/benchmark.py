"""A benchmark of a running server: commands, rooms and crowds, each trial a row of a table."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING, Final

from wyoming_whisper.bench.figures import Figures, figures, milliseconds, table
from wyoming_whisper.bench.load import Crowd, Load, estimate_s, speak
from wyoming_whisper.bench.spoken_commands import Command, Room, in_room
from wyoming_whisper.errors import ConfigError
from wyoming_whisper.wyoming_api import client as wyoming_client

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

COLUMNS: Final = (
    "after audio-stop p50 / p95 / max ms",
    "wrong words",
    "exactly right",
    "failed",
    "describe p50 / p95 / max ms",
    "s of audio per s",
    "sent late by at most",
)
"""What `cells` fills."""


@dataclass(frozen=True, slots=True)
class Trial:
    """The commands as one room has them, and who speaks them."""

    room: Room
    crowd: Crowd
    commands: list[Command]

    def __str__(self) -> str:
        crowd = self.crowd
        speaking = "1 satellite" if crowd.satellites == 1 else f"{crowd.satellites} satellites"
        listening = f" and {crowd.listeners} listeners" if crowd.listeners else ""
        haste = "" if crowd.real_time else ", as fast as it goes"
        return f"{speaking}{listening}, {self.room}{haste}"


def trials(
    commands: Sequence[Command],
    rooms: Iterable[Room],
    crowds: Iterable[Crowd],
    *,
    times: int = 1,
    seed: int = 0,
) -> list[Trial]:
    """Return a trial for each room and crowd; every command is spoken so many times.

    Raises:
        ConfigError: If there is nothing to speak.
    """
    if not commands or times < 1:
        raise ConfigError("there are no commands to speak")
    spoken = [
        replace(command, name=f"{command.name} {time}") if time else command
        for time in range(times)
        for command in commands
    ]
    heard = [(room, in_room(spoken, room, seed)) for room in rooms]
    return [Trial(room, crowd, sounds) for (room, sounds), crowd in product(heard, crowds)]


def total_s(planned: Iterable[Trial]) -> float:
    """Return how long trials take, if answers take no time; 0 where that cannot be known."""
    return sum(estimate_s(trial.commands, trial.crowd) for trial in planned)


async def warm_up(uri: str, trial: Trial) -> None:
    """Speak the first command once, so that whatever is made at first use is there.

    Raises:
        ServerFailed: If the server cannot be reached, or does not answer.
    """
    first = trial.commands[0]
    await wyoming_client.transcribe(uri, [first.samples], language=trial.crowd.language)


async def run(uri: str, planned: Sequence[Trial], *, seed: int = 0) -> list[tuple[Trial, Load]]:
    """Carry out the trials, one after the other.

    Raises:
        ServerFailed: If the server does not answer the command that warms it up.
    """
    await warm_up(uri, planned[0])
    return [(t, await speak(uri, t.commands, t.crowd, seed=seed)) for t in planned]


def report(measured: Iterable[tuple[Trial, Load]]) -> str:
    """Return the table of all trials."""
    return table(("", *COLUMNS), [(str(trial), *cells(figures(load))) for trial, load in measured])


def cells(of: Figures) -> tuple[str, ...]:
    """Return figures as cells of a table."""
    return (
        str(of.after_stop),
        f"{of.word_error_rate:.1f} %",
        f"{of.n_exact} of {of.n_commands}",
        str(of.n_failed + of.n_undescribed),
        str(of.describe),
        f"{of.audio_per_s:.1f}",
        f"{milliseconds(of.late_ms)} ms",
    )


def complaints(load: Load) -> list[str]:
    """Return a line for each kind of failure, and for words that were heard in noise."""
    failures = [o.failure for o in load.outcomes + load.noise if o.failure] + load.undescribed
    lines = [f"{number} times: {failure}" for failure, number in Counter(failures).most_common()]
    heard = [o.understood for o in load.noise if o.understood]
    return lines + [f"heard in noise: {text}" for text in heard]


def misheard(load: Load) -> list[str]:
    """Return a line for each command that was not understood to the letter."""
    return [
        f"{o.name}: said {o.said!r}, understood {o.understood!r}"
        for o in load.outcomes
        if o.understood not in {o.said, None}
    ]
