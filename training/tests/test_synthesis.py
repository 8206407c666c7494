"""Who speaks, and what the synthesisers are told; the programs themselves are not needed."""

import json
import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from home_en import speech
from home_en.speech import speak
from home_en.splits import HELD_OUT_SPEAKERS
from home_en.synthesis import shard_plan
from home_en.voices import VOICES, Delivery, training_speakers, varied_delivery

STAND_IN = """#!{python}
import json, re, sys, wave
with open("{told}", "w") as file:
    json.dump([sys.argv[1:], sys.stdin.read()], file)
path = next(re.search('[^ "]*spoken.wav', word)[0] for word in sys.argv if "spoken.wav" in word)
with wave.open(path, "wb") as file:
    file.setnchannels(1)
    file.setsampwidth(2)
    file.setframerate(16000)
    file.writeframes(b"\\0\\0" * 8000 + b"\\0\\x20\\0\\xe0" * 4000 + b"\\0\\0" * 8000)
"""


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where programs of the same names, first on the path, write what they were told."""
    told = tmp_path / "told.json"
    for name in ("espeak-ng", "flite", "festival", "RHVoice-test", "pico2wave"):
        path = tmp_path / name
        path.write_text(STAND_IN.format(python=sys.executable, told=told))
        path.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    return told


@pytest.mark.parametrize(
    ("speaker", "arguments"),
    [
        ("espeak-ng/f5", ["-v", "en-us+f5", "-s", "136", "-p", "75"]),
        ("flite/slt", ["-voice", "slt", "--setf", "duration_stretch=1.250"]),
        ("festival/ked", ["-b"]),
        ("rhvoice/clb", ["-p", "clb", "-r", "80", "-t", "110"]),
        ("pico/kh", ["-l", "en-GB"]),
    ],
)
def test_each_program_speaks(told: Path, speaker: str, arguments: list[str]) -> None:
    """Each has the text, the voice and the tempo; silence is cut at both ends."""
    samples = speak('Tom & "Ann".', Delivery(speaker, stretch=1.25, pitch=75))
    assert samples.dtype == np.int16
    assert samples.size == pytest.approx(8000 + 0.075 * speech.RATE, abs=200)
    found, text = json.loads(told.read_text())
    assert found[: len(arguments)] == arguments
    assert text == 'Tom & "Ann".'
    if speaker == "pico/kh":
        assert "Tom &amp; " in found[-1]


def test_a_program_that_fails_is_an_error(told: Path, tmp_path: Path) -> None:
    """So is one that is not there."""
    (tmp_path / "flite").write_text("#!/bin/sh\nexit 1\n")
    with pytest.raises(subprocess.CalledProcessError):
        speak("Hello.", Delivery("flite/rms"))
    (tmp_path / "pico2wave").unlink()
    with pytest.raises(FileNotFoundError):
        speak("Hello.", Delivery("pico/lh"))


def test_no_speaker_is_both_trained_and_held_out() -> None:
    """A person who lent a voice to two synthesisers is held out in both or in none."""
    every = {f"{engine}/{voice}" for engine in VOICES for voice in VOICES[engine]}
    assert set(HELD_OUT_SPEAKERS) <= every
    trained = {speaker for engine in VOICES for speaker in training_speakers(engine)}
    assert not {s.split("/")[1] for s in HELD_OUT_SPEAKERS} & {s.split("/")[1] for s in trained}


def test_training_draws_its_own_speakers() -> None:
    """All of them, and no other; a shard is a function of its seed."""
    rng = random.Random(2)
    for engine in VOICES:
        drawn = {varied_delivery(engine, rng).speaker for _ in range(2000)}
        assert drawn == set(training_speakers(engine))
    assert shard_plan(3, 1) == shard_plan(3, 1) != shard_plan(3, 2)
