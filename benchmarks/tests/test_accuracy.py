"""The evaluation's recordings and tables, as far as no synthesiser is needed."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest
from accuracy import evaluate, recordings, sounds
from accuracy.evaluate import SECTIONS, Asked
from accuracy.hearing import Engine
from accuracy.recordings import Recording
from home_en.features import RATE
from home_en.paths import EXPORTED, ROOT
from home_en.splits import HELD_OUT_SPEAKERS
from recordings import COMMANDS

if TYPE_CHECKING:
    from home_en.features import Wave


def tone(seconds: float) -> Wave:
    """A low tone, weaker than full scale."""
    return (0.1 * np.sin(np.arange(int(seconds * RATE)) / 5)).astype(np.float32)


@pytest.mark.parametrize("kind", sounds.KINDS)
def test_clips_are_frozen_by_their_seed(kind: str) -> None:
    """The same seed gives the same clips, of 1 to 4 s within full scale."""
    made = sounds.clips(sounds.KINDS[kind], 5, seed=3)
    for clip, again in zip(made, sounds.clips(sounds.KINDS[kind], 5, seed=3), strict=True):
        assert np.array_equal(clip, again)
        assert RATE <= clip.size <= 4 * RATE
        assert float(np.abs(clip).max()) <= 1
    assert not np.array_equal(made[0], sounds.clips(sounds.KINDS[kind], 1, seed=4)[0])


def test_noise_has_its_ratio() -> None:
    """Home noise lies as far below the speech as was asked."""
    near = Recording("Stop.", "espeak-ng/f5", tone(1))
    (noisy,) = recordings.with_noise([near], 10)
    noise = noisy.wave - near.wave
    ratio = 10 * np.log10(np.mean(near.wave**2) / np.mean(noise**2))
    assert ratio == pytest.approx(10, abs=0.1)
    assert noisy.text == near.text


def test_a_far_microphone_hears_a_tail() -> None:
    """The sound goes on after its end."""
    near = Recording("Stop.", "espeak-ng/f5", np.pad(tone(1), (0, RATE)))
    (far,) = recordings.far_field([near])
    assert far.wave.size > near.wave.size
    tail = np.mean(far.wave[RATE : RATE + 1600] ** 2)
    assert tail > 0.01 * np.mean(far.wave[:RATE] ** 2)


def test_long_recordings() -> None:
    """A minute is of one speaker, and its text is that of its sentences, the last one too."""
    said = [
        Recording(f"{word}.", speaker, tone(11))
        for word in ("Stop", "Go")
        for speaker in HELD_OUT_SPEAKERS
    ]
    for made in recordings.long_recordings(said, 3):
        assert 60 * RATE <= made.wave.size < 73 * RATE
        assert set(made.text.split()) <= {"Stop.", "Go."}
        assert np.count_nonzero(made.wave) == pytest.approx(
            11 * RATE * len(made.text.split()), 1e-3
        )


def test_engine_in_each_window() -> None:
    """The package's model hears nothing in silence, and decodes in a window that is asked for."""
    engine = Engine(EXPORTED)
    assert engine.windows_s[-1] == 30
    assert engine(np.zeros(RATE, np.float32)) == ""
    for window in {engine.windows_s[0], 30}:
        assert Engine(EXPORTED, window)(COMMANDS[0].samples)


def test_sections(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Each section has a title; only those that are asked for are printed, in that order."""
    assert all(section.__doc__ for section in SECTIONS.values())
    monkeypatch.setattr(evaluate, "costs", lambda folder: {"one command, ms": 12.34})
    evaluate.evaluate(Asked(EXPORTED, 1), ["cost"])
    printed = capsys.readouterr().out
    assert printed.startswith("#### Costs")
    assert "| one command, ms | 12.3 |" in printed


@pytest.mark.parametrize("command", ["tables", "test-data", "benchmark-data", "language-data"])
def test_command_line(command: str) -> None:
    """There is each command, and the launcher names its options."""
    environment = os.environ | {"PYTHONPATH": f"{ROOT / 'training'}:{ROOT / 'benchmarks'}"}
    launcher = [str(ROOT / "script" / "eval-home-model"), "--help"]
    program = [sys.executable, "-m", "accuracy", command, "--help"]
    named, printed = (
        subprocess.run(told, env=environment, capture_output=True, text=True, check=True).stdout
        for told in (launcher, program)
    )
    assert command in named
    options = {word for word in printed.replace("]", " ").split() if word.startswith("--")}
    assert {option for option in options - {"--help"} if option not in named} == set()
