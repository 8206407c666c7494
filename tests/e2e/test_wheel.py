"""The wheel: what is in it, what it asks for, and that it serves without the checkout."""

from __future__ import annotations

import email
import os
import re
import shutil
import signal
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
from recordings import COMMANDS

import wyoming_whisper

if TYPE_CHECKING:
    from email.message import Message

ROOT: Final = Path(__file__).parents[2]
PACKAGE: Final = "wyoming_whisper"
SOURCES: Final = ("pyproject.toml", "README.md", "LICENSE", "THIRD_PARTY_NOTICES.md")
MOST_MIB: Final = 36


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel of a copy: building leaves folders beside the sources."""
    copy, made = tmp_path_factory.mktemp("sources"), tmp_path_factory.mktemp("wheel")
    for name in SOURCES:
        shutil.copy(ROOT / name, copy)
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / PACKAGE, copy / PACKAGE, ignore=ignored)
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*pip, "--wheel-dir", str(made), str(copy)], check=True)
    (built,) = made.iterdir()
    return built


@pytest.fixture(scope="module")
def metadata(wheel: Path) -> Message:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        return email.message_from_bytes(archive.read(name))


def test_every_file_of_the_package_is_in_it(wheel: Path) -> None:
    """Modules, both models, the pages and the licences are there, and nothing of the training."""
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    package = {
        str(path.relative_to(ROOT))
        for path in (ROOT / PACKAGE).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert {name for name in names if ".dist-info/" not in name} == package
    assert f"{PACKAGE}/speech/silero_vad.npy" in names
    assert f"{PACKAGE}/engines/whisper/home_en/model.bin" in names
    assert any("/static/" in name for name in names)
    for licence in ("LICENSE", "THIRD_PARTY_NOTICES.md"):
        assert any(name.endswith(f".dist-info/licenses/{licence}") for name in names)


def test_it_is_small(wheel: Path) -> None:
    """The whole package, with its models, is a download of seconds."""
    mib = wheel.stat().st_size / 2**20
    print(f"\n{mib:.1f} MiB")
    assert mib < MOST_MIB


def test_it_asks_for_nothing_large(metadata: Message) -> None:
    """torch and what is only needed to make the models are asked for by the extra alone."""
    asked = metadata.get_all("Requires-Dist", [])
    names = {re.split(r"[^\w-]", line)[0]: "extra ==" in line for line in asked}
    assert {name for name, extra in names.items() if extra} == {
        "onnx",
        "silero-vad",
        "torch",
        "transformers",
        "wordfreq",
    }
    assert metadata.get_all("Provides-Extra") == ["convert", "train"]
    assert metadata["Version"] == wyoming_whisper.__version__


def test_it_serves_from_another_directory(
    wheel: Path, tmp_path: Path, unused_tcp_port: int
) -> None:
    """Unpacked somewhere and started elsewhere, it needs nothing of the checkout."""
    unpacked, elsewhere = tmp_path / "packages", tmp_path / "elsewhere"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(unpacked)
    elsewhere.mkdir()
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("WYOMING_WHISPER")}
    env = inherited | {"PYTHONPATH": str(unpacked), "WYOMING_WHISPER_DATA_DIR": str(tmp_path)}

    def run(*arguments: str) -> str:
        command = [sys.executable, "-P", *arguments]
        return subprocess.check_output(command, env=env, cwd=elsewhere, text=True).strip()

    # It stands in front of the installed checkout.
    assert str(unpacked) in run("-c", f"import {PACKAGE}; print({PACKAGE}.__file__)")
    uri = f"tcp://127.0.0.1:{unused_tcp_port}"
    server = subprocess.Popen(
        [
            *(sys.executable, "-P", "-m", PACKAGE, "--uri", uri),
            *("--model", "home-en", "--no-zeroconf", "--no-http"),
        ],
        env=env,
        cwd=elsewhere,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stderr is not None
        assert any("ready: home-en" in line for line in server.stderr)
        command = COMMANDS[0]
        assert run("-m", PACKAGE, "transcribe", "--uri", uri, str(command.path)) == command.text
    finally:
        server.send_signal(signal.SIGTERM)
        server.communicate()
    assert server.returncode == 0
