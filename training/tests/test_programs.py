"""What RHVoice and Pico are told; the programs themselves are not needed."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from home_en import programs

STAND_IN = """#!{python}
import json, sys, wave
options = dict(zip(sys.argv[1::2], sys.argv[2::2]))
path = options.get("-o") or options.get("-w")
said = sys.stdin.read() if "-o" in options else sys.argv[-1]
with open("{told}", "w") as file:
    json.dump([options.get("-p") or options.get("-l"), sys.argv[1:], said], file)
if said == "fail":
    raise SystemExit(1)
with wave.open(path, "wb") as file:
    file.setnchannels(1)
    file.setsampwidth(2)
    file.setframerate(24000)
    file.writeframes(bytes(200))
"""


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where programs of the same names, first on the path, write what they were told."""
    told = tmp_path / "told.json"
    for name in ("RHVoice-test", "pico2wave"):
        path = tmp_path / name
        path.write_text(STAND_IN.format(python=sys.executable, told=told))
        path.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    return told


def test_rhvoice_speaks_what_it_reads(told: Path) -> None:
    """Voice, rate and pitch in percent; the text is read, so it can't be an option."""
    samples, rate = programs.speak("rhvoice", "-p and more.", "clb", 1.25, 1.1)
    assert (samples.size, rate) == (100, 24_000)
    voice, arguments, said = json.loads(told.read_text())
    assert (voice, said) == ("clb", "-p and more.")
    assert arguments[:6] == ["-p", "clb", "-r", "80", "-t", "110"]


def test_pico_speaks_text_and_no_markup(told: Path) -> None:
    """The voice's language, tempo and pitch; what looks like markup is text."""
    samples, _ = programs.speak("pico", "Tom & <Ann>.", "kh", 0.8, 0.9)
    assert samples.dtype == np.int16
    language, _, said = json.loads(told.read_text())
    assert language == "en-GB"
    assert said == ('<speed level="125"><pitch level="90">Tom &amp; &lt;Ann&gt;.</pitch></speed>')


def test_a_program_that_fails_is_an_error(told: Path, tmp_path: Path) -> None:
    """So is one that is not there."""
    with pytest.raises(subprocess.CalledProcessError):
        programs.speak("rhvoice", "fail", "bdl", 1.0, 1.0)
    assert told.exists()
    (tmp_path / "pico2wave").unlink()
    with pytest.raises(FileNotFoundError):
        programs.speak("pico", "Hello.", "lh", 1.0, 1.0)
