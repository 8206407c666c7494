"""What script/bench makes of its options."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from compare import contenders, heading, parser, plan, prepare_model

from wyoming_whisper.errors import ConfigError


def test_only_this_server() -> None:
    """Without options, this server is measured with all commands, one satellite, in quiet."""
    given = parser().parse_args([])
    assert [c.name for c in contenders(given, Path("m"), Path("d"))] == ["wyoming_whisper"]
    (trial,) = plan(given)
    assert str(trial) == "1 satellite, quiet"
    assert len(trial.commands) >= 100


def test_all_contenders() -> None:
    """The first is this server as it is; then come its variants, other versions, other programs."""
    given = parser().parse_args(
        ["--peer", "--no-eager", "--variant=--max-batch 1", "--other", sys.executable]
    )
    assert [c.name for c in contenders(given, Path("m"), Path("d"))] == [
        "wyoming_whisper",
        "wyoming_whisper --no-eager",
        "wyoming_whisper --max-batch 1",
        f"wyoming_whisper of {sys.executable}",
        "wyoming-faster-whisper",
        "wyoming-faster-whisper --cpu-threads 2 --beam-size 1",
    ]


def test_plan() -> None:
    """Each pause with each number of satellites is a trial."""
    given = parser().parse_args(
        ["--satellites", "1", "8", "--pause", "0.3", "0.5", "--count", "2", "--snr", "15", "--fast"]
    )
    assert [str(trial) for trial in plan(given)] == [
        f"{speaking}, noise at 15 dB SNR, pause of {pause} s, as fast as it goes"
        for pause in (0.3, 0.5)
        for speaking in ("1 satellite", "8 satellites")
    ]


@pytest.fixture
def model(tmp_path: Path) -> Path:
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "model.bin").write_bytes(b"weights")
    (folder / "preprocessor_config.json").write_text('{"chunk_length": 8, "hop_length": 160}')
    return folder


def test_model_as_it_is(model: Path, tmp_path: Path) -> None:
    """Without options, the directory itself is used."""
    assert prepare_model(model, None, tmp_path / "made") == model


def test_other_window(model: Path, tmp_path: Path) -> None:
    """Another window is a copy that says so; everything else is the same."""
    made = prepare_model(model, 30, tmp_path / "made")
    described = json.loads((made / "preprocessor_config.json").read_text())
    assert described == {"chunk_length": 30, "hop_length": 160}
    assert (made / "model.bin").read_bytes() == b"weights"
    assert json.loads((model / "preprocessor_config.json").read_text())["chunk_length"] == 8


def test_no_model(tmp_path: Path) -> None:
    """A directory without a model is refused."""
    with pytest.raises(ConfigError, match="no directory of a CTranslate2 model"):
        prepare_model(tmp_path, None, tmp_path / "made")


def test_heading() -> None:
    """What was measured stands above the tables."""
    given = parser().parse_args(["--peer", "--window", "30"])
    line = heading(given, 120)
    assert "and wyoming-faster-whisper 3.8.1 on" in line
    assert line.endswith("model home_en, window 30 s; 120 commands")
