"""Commands on disk, and what a room makes of them."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
import pytest
from fakes import silence, tone

from wyoming_whisper.audio.pcm import SAMPLE_RATE
from wyoming_whisper.bench.spoken_commands import (
    Command,
    Room,
    in_room,
    pink_noise,
    quietest_place,
    read_commands,
    rms,
    with_pause,
)
from wyoming_whisper.errors import ConfigError, FileUnreadable

BENCHMARK: Final = Path(__file__).parents[1] / "data" / "benchmark"
COMMAND: Final = Command("a", "Stop.", np.concatenate([tone(0.5), silence(0.1), tone(0.4)]))


def decibels(ratio: float) -> float:
    return 20 * math.log10(ratio)


def test_the_benchmarks_commands() -> None:
    """There are enough of them for a percentile, each has sound, and they take less than 1 MB."""
    commands = read_commands(BENCHMARK)
    assert len({command.text for command in commands}) >= 100
    assert all(0.3 < command.seconds < 8 for command in commands)
    assert all(rms(command.samples) > 0.01 for command in commands)
    assert sum(path.stat().st_size for path in BENCHMARK.iterdir()) < 1_000_000


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "No such file"),
        ("{", "not a list of objects"),
        ("{}", "lists no commands"),
        ("[]", "lists no commands"),
        ("[1]", "not a list of objects"),
        ('[{"file": "a.wav"}]', "not a list of objects"),
        ('[{"file": "none.wav", "text": "Stop."}]', r"none\.wav: No such file"),
    ],
)
def test_unreadable_commands(tmp_path: Path, content: str | None, message: str) -> None:
    """A folder that cannot be read is one line that names the file."""
    if content is not None:
        (tmp_path / "commands.json").write_text(content)
    with pytest.raises(FileUnreadable, match=message):
        read_commands(tmp_path)


def test_commands_of_the_tests_are_of_the_same_format() -> None:
    """The listing beside the tests' own recordings is read as well."""
    folder = BENCHMARK.parent
    texts = [entry["text"] for entry in json.loads((folder / "commands.json").read_text())]
    assert [command.text for command in read_commands(folder)] == texts


@pytest.mark.parametrize(
    "wrong", [{"pause_s": -0.1}, {"lead_s": -1.0}, {"trail_s": -1.0}, {"floor_db": 1.0}]
)
def test_impossible_rooms(wrong: dict[str, float]) -> None:
    """A negative duration, or noise above full scale, is refused."""
    with pytest.raises(ConfigError):
        replace(Room(), **wrong)


def test_quiet_room() -> None:
    """The command lies between a lead and the silence that ends it, all on one noise floor."""
    (heard,) = in_room([COMMAND], Room(), seed=0)
    assert (heard.name, heard.text) == (COMMAND.name, COMMAND.text)
    assert heard.seconds == pytest.approx(0.3 + 1.0 + 0.7)
    lead, trail = int(0.3 * SAMPLE_RATE), int(0.7 * SAMPLE_RATE)
    assert decibels(rms(heard.samples[:lead])) == pytest.approx(-60, abs=3)
    assert decibels(rms(heard.samples[-trail:])) == pytest.approx(-60, abs=3)
    noise = heard.samples[lead:-trail] - COMMAND.samples
    assert decibels(rms(noise)) == pytest.approx(-60, abs=3)


def test_background_noise() -> None:
    """Noise at a signal-to-noise ratio is so far below the command, from beginning to end."""
    (heard,) = in_room([COMMAND], Room(snr_db=15), seed=0)
    for part in (heard.samples[: int(0.3 * SAMPLE_RATE)], heard.samples[-SAMPLE_RATE // 2 :]):
        assert decibels(rms(COMMAND.samples) / rms(part)) == pytest.approx(15, abs=3)


def test_the_floor_is_never_lower() -> None:
    """A signal-to-noise ratio that is better than the room's own noise changes nothing."""
    (quiet,) = in_room([COMMAND], Room(), seed=0)
    (noisy,) = in_room([COMMAND], Room(snr_db=90), seed=0)
    assert np.array_equal(quiet.samples, noisy.samples)


def test_same_seed_same_sound() -> None:
    """What is heard depends on the seed and the command's place, and on nothing else."""
    twice = [in_room([COMMAND, COMMAND], Room(), seed=3) for _ in range(2)]
    assert np.array_equal(twice[0][0].samples, twice[1][0].samples)
    assert not np.array_equal(twice[0][0].samples, twice[0][1].samples)
    assert not np.array_equal(twice[0][0].samples, in_room([COMMAND], Room(), seed=4)[0].samples)


def test_pause() -> None:
    """A pause is cut into the quietest place, and nothing but silence is added."""
    place = quietest_place(COMMAND.samples)
    assert 0.5 * SAMPLE_RATE <= place <= 0.6 * SAMPLE_RATE
    paused = with_pause(COMMAND.samples, 0.3)
    n_pause = round(0.3 * SAMPLE_RATE)
    assert len(paused) == len(COMMAND.samples) + n_pause
    assert not paused[place : place + n_pause].any()
    assert np.array_equal(paused[:place], COMMAND.samples[:place])
    assert np.array_equal(paused[place + n_pause :], COMMAND.samples[place:])


def test_pause_does_not_click() -> None:
    """Where a sound goes on, it fades out and in."""
    paused = with_pause(np.ones(SAMPLE_RATE, np.float32), 0.3)
    assert np.max(np.abs(np.diff(paused))) < 0.05


def test_pause_in_the_inside() -> None:
    """Silence near the ends of a command is no place for a pause."""
    speech = np.concatenate([silence(0.1), tone(1), silence(0.1)])
    assert 0.2 * len(speech) <= quietest_place(speech) <= 0.8 * len(speech)


@pytest.mark.parametrize("n_samples", [0, 1, 300, 640, 700])
def test_pause_in_very_short_sounds(n_samples: int) -> None:
    """What is shorter than 40 ms has no inside; what is hardly longer has one."""
    paused = with_pause(tone(1)[:n_samples], 0.1)
    assert len(paused) == n_samples + (1600 if n_samples >= 640 else 0)


def test_no_pause() -> None:
    """Without a pause, the command stays as it is."""
    assert with_pause(COMMAND.samples, 0) is COMMAND.samples


def test_pink_noise() -> None:
    """Noise has the level asked for, and as much power in an octave as in the next."""
    noise = pink_noise(4 * SAMPLE_RATE, 0.01, np.random.default_rng(0))
    assert noise.dtype == np.float32
    assert rms(noise) == pytest.approx(0.01, rel=1e-3)
    power = np.abs(np.fft.rfft(noise)) ** 2
    hertz = np.fft.rfftfreq(len(noise), 1 / SAMPLE_RATE)
    octaves = [power[(hertz >= low) & (hertz < 2 * low)].sum() for low in (250, 500, 1000, 2000)]
    assert max(octaves) < 1.3 * min(octaves)
    assert len(pink_noise(0, 0.01, np.random.default_rng(0))) == 0


def test_rooms_in_words() -> None:
    """A room says what is special about it."""
    assert str(Room()) == "quiet"
    assert str(Room(snr_db=15, pause_s=0.3)) == "noise at 15 dB SNR, pause of 0.3 s"
