"""The spoken commands of the benchmark."""

import json
from pathlib import Path

import av
import numpy as np
from accuracy.benchmarkdata import texts, write_opus
from home_en.paths import ROOT
from home_en.speech import RATE
from home_en.splits import HELD_OUT_SPEAKERS

BENCHMARK_DATA = ROOT / "tests" / "data" / "benchmark"


def test_texts() -> None:
    """Commands are different from each other, and the same for the same seed."""
    drawn = texts(200, seed=1)
    assert len(set(drawn)) == 200
    assert drawn == texts(200, seed=1) != texts(200, seed=2)


def test_data() -> None:
    """What is in the repository is what the stage writes: held-out speakers, all of them."""
    entries = json.loads((BENCHMARK_DATA / "commands.json").read_text())
    assert {entry["speaker"] for entry in entries} == set(HELD_OUT_SPEAKERS)
    files = {path.name for path in BENCHMARK_DATA.glob("*.ogg")}
    assert {entry["file"] for entry in entries} == files


def test_opus(tmp_path: Path) -> None:
    """A recording sounds after compression as it did before."""
    tone = np.sin(2 * np.pi * 440 * np.arange(RATE) / RATE)
    write_opus(tmp_path / "a.ogg", (tone * 20_000).astype(np.int16))
    with av.open(str(tmp_path / "a.ogg")) as container:
        frames = [frame.to_ndarray().reshape(-1) for frame in container.decode(audio=0)]
        rate = container.streams.audio[0].rate
    sound = np.concatenate(frames)
    assert abs(len(sound) / rate - 1) < 0.03
    assert abs(np.argmax(np.abs(np.fft.rfft(sound))) * rate / len(sound) - 440) < 5
