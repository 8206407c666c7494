"""The Dockerfile's steps, done without Docker: its packages, its user, its start, its health check.

It needs no Docker daemon. The file is read, its paths are moved into a
temporary folder, and its RUN steps are run there; what only Docker can do (the base image, the
user's entry, the volume) is read and not run.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT: Final = Path(__file__).parents[2]
_NOBODY: Final = 65534


@dataclass
class Image:
    """What a Dockerfile says."""

    base: str = ""
    env: dict[str, str] = field(default_factory=dict)
    steps: list[tuple[str, str]] = field(default_factory=list)  # COPY and RUN, in order
    workdir: str = "/"
    user: str = "root"
    entrypoint: str = ""
    healthcheck: str = ""
    volumes: list[str] = field(default_factory=list)


def read_dockerfile() -> Image:
    image = Image()
    text = re.sub(r"^#.*\n", "", (ROOT / "Dockerfile").read_text(), flags=re.MULTILINE)
    for line in text.replace("\\\n", " ").splitlines():
        instruction, _, rest = line.partition(" ")
        match instruction:
            case "FROM":
                image.base = rest
            case "ARG" | "ENV":
                name, _, value = rest.partition("=")
                image.env[name] = re.sub(r"\$\{(\w+)\}", lambda m: image.env.get(m[1], m[0]), value)
            case "WORKDIR":
                image.workdir = rest
            case "COPY" | "RUN":
                image.steps.append((instruction, rest))
            case "USER":
                image.user = rest
            case "ENTRYPOINT":
                image.entrypoint = rest
            case "HEALTHCHECK":
                image.healthcheck = rest.partition("CMD ")[2]
            case "VOLUME":
                image.volumes.append(rest)
            case "EXPOSE" | "":
                pass
            case _:
                raise AssertionError(f"unknown instruction {instruction}")
    return image


def test_what_it_promises() -> None:
    """A slim Debian, no torch, no CUDA but cuBLAS, not root, one volume for all that is written."""
    image = read_dockerfile()
    text = (ROOT / "Dockerfile").read_text()
    assert re.fullmatch(r"python:3\.11-slim-\w+", image.base)
    assert image.user not in {"", "root", "0"}
    assert image.volumes == ["/data"]
    assert "torch" not in text
    assert set(re.findall(r"nvidia-\w+-cu12", text)) == {"nvidia-cublas-cu12"}
    for name in ("WYOMING_WHISPER_DATA_DIR", "HF_HOME", "CUDA_CACHE_PATH"):
        assert image.env[name].startswith("/data")


@dataclass
class Built:
    """A built image's folder."""

    image: Image
    root: Path

    def moved(self, text: str) -> str:
        """Move the paths in a text into the folder."""
        return re.sub(r"(?<![\w./])/(opt|usr/src|data)\b", rf"{self.root}/\1", text)

    @property
    def env(self) -> dict[str, str]:
        env = {name: self.moved(value) for name, value in self.image.env.items()}
        env["PATH"] = f"{self.root}/opt/wyoming-whisper/bin:{os.environ['PATH']}"
        pip = {k: v for k, v in os.environ.items() if k.startswith("PIP_")}
        return env | pip | {"HOME": f"{self.root}/data", "PIP_RETRIES": "0", "PIP_TIMEOUT": "15"}

    def command(self, words: str) -> list[str]:
        """Return an exec-form command."""
        program, *arguments = re.findall(r'"([^"]*)"', words)
        return [str(self.root / "opt/wyoming-whisper/bin" / program), *arguments]


def _runner() -> tuple[str, int]:
    """Return a Python and the user to run it as: nobody, if this is root and nobody can read it."""
    if os.geteuid() == 0:
        for python in (sys.executable, "/usr/bin/python3"):
            with contextlib.suppress(PermissionError, FileNotFoundError):
                probe = subprocess.run(
                    [python, "-c", "import ensurepip, sys; assert sys.version_info >= (3, 11)"],
                    user=_NOBODY,
                    check=False,
                    capture_output=True,
                )
                if probe.returncode == 0:
                    return python, _NOBODY
    return sys.executable, os.geteuid()


PYTHON, USER = _runner()


@pytest.fixture(scope="module")
def built() -> Iterator[Built]:
    """Run the image's COPY and RUN steps in a folder, then take the right to write from it."""
    root = Path(tempfile.mkdtemp(prefix="image-"))
    root.chmod(0o755)
    (root / "data").mkdir(mode=0o777)
    (root / "data").chmod(0o777)
    built = Built(read_dockerfile(), root)
    workdir = Path(built.moved(built.image.workdir))
    workdir.mkdir(parents=True)
    for instruction, rest in built.image.steps:
        if instruction == "COPY":
            *sources, target = rest.split()
            for source in sources:
                _copy(ROOT / source, workdir / target)
        elif "useradd" not in rest:
            command = built.moved(rest).replace("python3 -m venv", f"{PYTHON} -m venv")
            done = subprocess.run(
                ["/bin/sh", "-c", command],
                cwd=workdir,
                env=built.env,
                capture_output=True,
                text=True,
                check=False,
            )
            if "from versions: none" in done.stderr or "Failed to establish" in done.stderr:
                pytest.skip("the package registry cannot be reached")
            assert done.returncode == 0, done.stderr
    subprocess.run(["chmod", "-R", "a-w,a+rX", str(root / "opt"), str(workdir)], check=True)
    yield built
    subprocess.run(["chmod", "-R", "u+w", str(root)], check=True)
    shutil.rmtree(root)


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copy(source, target / source.name)


@pytest.mark.timeout(300)
def test_start_and_health(built: Built, unused_tcp_port: int) -> None:
    """The entry point serves from a tree that cannot be written, and the health check sees it."""
    env = built.env | {"WYOMING_WHISPER_URI": f"tcp://127.0.0.1:{unused_tcp_port}"}
    health = built.command(built.image.healthcheck)
    dead = subprocess.run(health, env=env, capture_output=True, text=True, check=False)
    assert dead.returncode != 0
    assert "no server answers" in dead.stderr
    server = subprocess.Popen(
        [*built.command(built.image.entrypoint), "--no-zeroconf"],
        env=env, cwd="/", stderr=subprocess.PIPE, text=True, user=USER,
    )  # fmt: skip
    try:
        assert server.stderr is not None
        assert any("ready: home-en" in line for line in server.stderr)
        assert subprocess.run(health, env=env, check=False).returncode == 0
    finally:
        server.send_signal(signal.SIGTERM)
        server.communicate()
    assert server.returncode == 0
    print(f"\nrun as uid {USER}")


@pytest.mark.timeout(300)
def test_size(built: Built) -> None:
    """What is installed for the CPU has no torch, and stays small."""
    packages = next((built.root / "opt/wyoming-whisper/lib").glob("python*/site-packages"))
    assert not (packages / "torch").exists()
    size = subprocess.run(
        ["du", "-sm", str(built.root / "opt")], capture_output=True, text=True, check=True
    )
    mib = int(size.stdout.split()[0])
    print(f"\n{mib} MiB installed")
    assert mib < 600
