"""Trials of a running server, and how they are reported."""

from __future__ import annotations

import pytest
from fakes import tone

from wyoming_whisper.bench.benchmark import COLUMNS, complaints, misheard, report, total_s, trials
from wyoming_whisper.bench.load import Crowd, Load, Outcome
from wyoming_whisper.bench.spoken_commands import Command, Room
from wyoming_whisper.errors import ConfigError

COMMANDS = [Command("a", "Stop.", tone(0.5)), Command("b", "Go.", tone(0.5))]


def test_every_room_with_every_crowd() -> None:
    """Each room and crowd is a trial of all commands, and those of a room sound alike."""
    rooms = [Room(), Room(pause_s=0.3)]
    planned = trials(COMMANDS, rooms, [Crowd(1), Crowd(8)])
    assert [(trial.room, trial.crowd.satellites) for trial in planned] == [
        (rooms[0], 1), (rooms[0], 8), (rooms[1], 1), (rooms[1], 8),
    ]  # fmt: skip
    assert planned[0].commands == planned[1].commands
    assert planned[2].commands[0].seconds == pytest.approx(planned[0].commands[0].seconds + 0.3)


def test_several_times() -> None:
    """A command that is spoken again is another one, in other noise."""
    (trial,) = trials(COMMANDS, [Room()], [Crowd()], times=2)
    assert [command.name for command in trial.commands] == ["a", "b", "a 1", "b 1"]
    assert (trial.commands[0].samples != trial.commands[2].samples).any()


@pytest.mark.parametrize(("commands", "times"), [([], 1), (COMMANDS, 0)])
def test_nothing_to_speak(commands: list[Command], times: int) -> None:
    """A benchmark without commands is refused."""
    with pytest.raises(ConfigError, match="no commands"):
        trials(commands, [Room()], [Crowd()], times=times)


def test_total() -> None:
    """The time of all trials is known beforehand."""
    planned = trials(COMMANDS, [Room()], [Crowd(1), Crowd(2)])
    assert total_s(planned) == pytest.approx(2 * (0.5 + 1.0 + 0.25) * 1.5)


def test_names() -> None:
    """A trial says who speaks, where and how."""
    crowds = [Crowd(), Crowd(8, listeners=2, real_time=False)]
    one, many = trials(COMMANDS, [Room(snr_db=15)], crowds)
    assert str(one) == "1 satellite, noise at 15 dB SNR"
    assert str(many) == "8 satellites and 2 listeners, noise at 15 dB SNR, as fast as it goes"


def test_report() -> None:
    """Each trial is a row with a cell for every column."""
    (trial,) = trials(COMMANDS, [Room()], [Crowd()])
    load = Load(
        outcomes=[
            Outcome("a", "Stop.", 1.5, "Stop.", 0.002),
            Outcome("b", "Go.", 1.5, None, failure="gone"),
        ],
        elapsed_s=6,
        described_s=[0.001],
    )
    head, rule, row = report([(trial, load)]).splitlines()
    assert head == f"|  | {' | '.join(COLUMNS)} |"
    assert rule.count("---") == 1 + len(COLUMNS)
    assert row == (
        "| 1 satellite, quiet | 2.0 / 2.0 / 2.0 | 50.0 % | 1 of 2 | 1 | 1.0 / 1.0 / 1.0 | 0.5 "
        "| 0.0 ms |"
    )


def test_complaints() -> None:
    """Failures are counted by their reason, and words heard in noise are quoted."""
    load = Load(
        outcomes=[Outcome(name, "Stop.", 1.0, None, failure="gone") for name in "ab"],
        undescribed=["late"],
        noise=[Outcome("listener 0", "", 15.0, "you"), Outcome("listener 1", "", 15.0, "")],
    )
    assert complaints(load) == ["2 times: gone", "1 times: late", "heard in noise: you"]


def test_misheard() -> None:
    """What was understood otherwise is listed; what failed is not."""
    load = Load(
        outcomes=[
            Outcome("a", "Stop.", 1.0, "Stop."),
            Outcome("b", "Stop.", 1.0, "Top."),
            Outcome("c", "Stop.", 1.0, None, failure="gone"),
        ]
    )
    assert misheard(load) == ["b: said 'Stop.', understood 'Top.'"]
