"""Recordings made of commands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from fakes import tone
from long_files import LongFile, long_file, talk, write_audio

from wyoming_whisper.audio.local_file import read_audio
from wyoming_whisper.audio.pcm import SAMPLE_RATE
from wyoming_whisper.bench.spoken_commands import Command

if TYPE_CHECKING:
    from pathlib import Path

COMMANDS = [Command(f"{n}", f"Light {n} on.", tone(1 + 0.1 * n)) for n in range(4)]


def test_talk() -> None:
    """Every command is spoken as often as the others, up to one; then it is long enough."""
    spoken = list(talk(COMMANDS, 20, seed=1))
    texts = [text for _, text in spoken]
    counts = [texts.count(command.text) for command in COMMANDS]
    assert max(counts) - min(counts) <= 1
    lengths = [len(block) / SAMPLE_RATE for block, _ in spoken]
    assert sum(lengths[:-1]) < 20 <= sum(lengths)
    for block, _ in spoken:
        assert 0.4 <= len(block) / SAMPLE_RATE - 1 <= 2.9
        assert np.abs(block[-1_000:]).max() > 0  # the room is never quite silent


def test_talk_is_a_function_of_its_seed() -> None:
    """The same seed is the same recording, another one another."""
    first, again, other = (list(talk(COMMANDS, 5, seed)) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first[0][0], again[0][0])
    assert len(first[0][0]) != len(other[0][0])


@pytest.mark.parametrize("suffix", ["wav", "mp3"])
def test_files(tmp_path: Path, suffix: str) -> None:
    """What is written in blocks is one recording."""
    path = tmp_path / f"a.{suffix}"
    sound = tone(2.0)
    assert write_audio(path, np.split(sound, [1, 7_000, 20_000])) == 2.0
    heard = np.concatenate(list(read_audio(path)))
    # MP3 has some silence around it.
    assert len(heard) == pytest.approx(2 * SAMPLE_RATE, abs=3_000)
    assert np.sqrt(np.mean(heard**2)) == pytest.approx(np.sqrt(np.mean(sound**2)), rel=0.1)


def test_long_file(tmp_path: Path) -> None:
    """Its words are those of its commands, one after the other, and it says how long it is."""
    file = long_file(COMMANDS, 0.01, tmp_path, seed=0)
    assert 36 <= file.seconds < 40
    assert file.said.count("Light") == len(list(talk(COMMANDS, 36, 0)))
    upload = file.upload(stream="true")
    assert upload.kind == "audio/mpeg"
    assert upload.fields == {"language": "en", "stream": "true"}
    assert len(upload.audio) == pytest.approx(file.seconds * 8_000, rel=0.1)


def test_wrong_words(tmp_path: Path) -> None:
    """Words are compared one by one; of a recording of hours they are counted."""
    file = LongFile(tmp_path / "a.mp3", 1_800.0, "Lights on. Lights off.")
    assert str(file) == "30 min of MP3"
    assert file.wrong_words("lights on lights of") == "25.0 % of words wrong"
    long = LongFile(file.path, 10_800.0, "on " * 20_000)
    assert long.wrong_words("on on") == "2 words of 20000"
