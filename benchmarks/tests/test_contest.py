"""Turns, tables and notes of a comparison."""

from __future__ import annotations

from collections import Counter

import pytest
from contest import Standing, Tally, machine_table, notes, shares, speed_table, turns
from fakes import tone
from server_under_test import Report, Startup

from wyoming_whisper.bench.benchmark import Trial
from wyoming_whisper.bench.load import Crowd, Load, Outcome
from wyoming_whisper.bench.spoken_commands import Command, Room


def trial(n_commands: int, n_satellites: int) -> Trial:
    commands = [Command(f"{n}", "Stop.", tone(0.01)) for n in range(n_commands)]
    return Trial(Room(), Crowd(n_satellites), commands)


def tally(*after_stop_s: float, eager: str = "hit") -> Tally:
    outcomes = [Outcome(f"{n}", "Stop.", 2.0, "Stop.", s) for n, s in enumerate(after_stop_s)]
    reports = [Report(eager, 60.0)] * len(outcomes) if eager else []
    return Tally(Load(outcomes, elapsed_s=10.0, described_s=[0.002]), cpu_s=0.5, reports=reports)


@pytest.mark.parametrize(
    ("n_commands", "n_satellites", "n_rounds", "n_shares"),
    [(120, 1, 4, 4), (120, 16, 4, 2), (120, 100, 4, 1), (2, 1, 4, 1), (12, 2, 1, 1)],
)
def test_shares(n_commands: int, n_satellites: int, n_rounds: int, n_shares: int) -> None:
    """Every command is in one share; there are fewer where satellites would have little to say."""
    whole = trial(n_commands, n_satellites)
    parts = shares(whole, n_rounds)
    assert len(parts) == n_shares
    names = Counter(command.name for part in parts for command in part.commands)
    assert names == Counter(command.name for command in whole.commands)
    assert all(part.crowd == whole.crowd for part in parts)


def test_turns() -> None:
    """Everybody has a turn in each round, and everybody begins one."""
    rounds = [turns(3, n_round) for n_round in range(3)]
    assert all(sorted(order) == [0, 1, 2] for order in rounds)
    assert sorted(order[0] for order in rounds) == [0, 1, 2]


def test_speed_table() -> None:
    """A server is a row, the first the measure; who reports no eager decodes has none."""
    table = speed_table(["ours", "other"], [tally(0.002, 0.004), tally(0.3, 0.3, eager="")])
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in table.splitlines()]
    assert len({len(row) for row in rows}) == 1
    assert rows[2] == [
        "ours", "3.0 / 3.9 / 4.0", "1", "0.0 %", "2 of 2", "0", "100 %", "60", "2.0 / 2.0 / 2.0",
        "0.125", "0.4",
    ]  # fmt: skip
    assert rows[3][1:3] == ["300 / 300 / 300", "100"]
    assert rows[3][6:8] == ["-", "-"]


def test_speed_table_of_failures() -> None:
    """A server that answered nothing has no percentiles."""
    failed = Tally(Load([Outcome("0", "Stop.", 2.0, None, failure="gone")], elapsed_s=1.0))
    row = speed_table(["ours"], [failed]).splitlines()[2]
    assert row.startswith("| ours | - / - / - | nan | 100.0 % | 0 of 1 | 1 | - | - |")


def test_machine_table() -> None:
    """Start-up is the median of the starts."""
    starts = [Startup(0.5, 1.0), Startup(0.1, 9.0), Startup(0.9, 2.0)]
    row = machine_table(["ours"], [Standing(starts, (149.2, 150.9))]).splitlines()[2]
    assert row == "| ours | 0.50 | 2.00 | 149 / 151 |"


def test_notes() -> None:
    """Why decodes were not eager, and what they made of the words, stands under the table."""
    done = tally(0.002, 0.004)
    done.reports[0] = Report("too short", None)
    expected = [Outcome("0", "Stop.", 2.0, "Stop."), Outcome("1", "Stop.", 2.0, "Stop it now.")]
    assert notes(done, expected) == [
        "eager: 1 too short, 1 hit",
        "other transcripts than without eager decoding: 1 of 2, by 2 words",
        "without eager 'Stop it now.', with 'Stop.'",
    ]
    assert notes(tally(0.3, eager=""), None) == []


def test_notes_of_lags() -> None:
    """A server with a probe in its event loop says how late that ran."""
    done = tally(0.3, eager="")
    done.lags_s = [0.001] * 99 + [0.02]
    assert notes(done, None) == ["event-loop lag p50 / p99 / max ms: 1.0 / 1.2 / 20"]


def test_tallies_add_up() -> None:
    """What a server did in several rounds is one tally."""
    whole = Tally()
    for part in (tally(0.002, 0.004), tally(0.006)):
        part.lags_s = [0.001]
        whole.add(part)
    assert len(whole.load.outcomes) == len(whole.reports) == 3
    assert (whole.cpu_s, whole.audio_s, len(whole.lags_s)) == (1.0, 6.0, 2)
    assert whole.eager == {"hit": 3}
