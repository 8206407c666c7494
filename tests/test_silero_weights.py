"""The array file that ships with the server, and the package that it is made of."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import silero_weights
from silero_weights import find_source, read_weights

from wyoming_whisper.speech.vad import WEIGHTS

NOTICES = Path(__file__).parents[1] / "THIRD_PARTY_NOTICES.md"


def test_the_shipped_file_is_made_of_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Made again, the file is the same to the last byte, and the script says of what it is."""
    made = tmp_path / "silero_vad.npy"
    monkeypatch.setattr(sys, "argv", ["silero_weights.py", "--output", str(made)])
    silero_weights.main()
    assert made.read_bytes() == WEIGHTS.read_bytes()
    said = capsys.readouterr().out
    assert str(find_source()) in said
    assert "309633 numbers in 15 arrays" in said


def test_the_numbers_are_the_packages_own() -> None:
    """Every weight of the file is the network's own, float32, under its plain name."""
    record = np.load(WEIGHTS)
    weights = read_weights(find_source().path)
    assert record.dtype.names == tuple(weights)
    for name, weight in weights.items():
        assert weight.dtype == np.float32
        np.testing.assert_array_equal(record[name], weight)


def test_the_notices_name_the_source() -> None:
    """Version, file and digest of the source stand where its licence does."""
    source = find_source()
    text = NOTICES.read_text()
    assert f"silero-vad {source.version}" in text
    assert source.path.name in text
    assert source.digest in text


def test_another_version_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A version whose network is another one is named, and nothing is read of it."""
    monkeypatch.setattr(silero_weights, "version", lambda _: "7.0.1")
    with pytest.raises(ValueError, match=r"silero-vad 7\.0\.1 is installed, not 6\.2"):
        find_source()


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without silero-vad the error says so."""
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    with pytest.raises(ImportError, match="silero-vad is not installed"):
        find_source()


def test_another_network_is_refused() -> None:
    """Another of the package's models, of another network, is not taken for this one."""
    with pytest.raises(ValueError, match="it has no float32"):
        read_weights(find_source().path.with_name("silero_vad_half.onnx"))


def test_torch_is_not_imported() -> None:
    """The package is only looked at: importing it would import torch."""
    code = (
        "import sys; from silero_weights import find_source; find_source();"
        "print([name for name in ('torch', 'silero_vad') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(silero_weights.__file__).parent,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"
