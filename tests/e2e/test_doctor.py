"""`wyoming-whisper doctor`, run as people run it."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
from network_namespaces import Host, cable
from openai_weights import needs
from server_process import ServerProcess, serving
from whisper_weights import FOLDER

import wyoming_whisper

if TYPE_CHECKING:
    from collections.abc import Iterator

HOME_EN: Final = Path(wyoming_whisper.__file__).parent / "engines/whisper/home_en"
_CLEAN: Final = {k: v for k, v in os.environ.items() if not k.startswith("WYOMING_WHISPER")}
_LIMIT_S: Final = 50


def doctor(data_dir: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run it for a server on free ports of the loopback, but for what the arguments say."""
    return subprocess.run(
        [sys.executable, "-m", "wyoming_whisper", "doctor", *arguments],
        capture_output=True,
        text=True,
        timeout=_LIMIT_S,
        check=False,
        env=_CLEAN
        | {
            "WYOMING_WHISPER_URI": "tcp://127.0.0.1:0",
            "WYOMING_WHISPER_HTTP_PORT": "0",
            "WYOMING_WHISPER_MODEL": "home-en",
            "WYOMING_WHISPER_DATA_DIR": str(data_dir),
            "WYOMING_WHISPER_NO_ZEROCONF": "true",
        },
    )


def line(text: str, check: str) -> tuple[str, str]:
    """Return a check's status and what it found."""
    (found,) = [row.split(maxsplit=2) for row in text.splitlines() if row[6:].startswith(check)]
    return found[0], found[2]


def test_all_is_well(tmp_path: Path) -> None:
    """On a machine where the server runs the exit status is 0, and nothing is logged."""
    done = doctor(tmp_path)
    assert done.returncode == 0, done.stdout
    assert done.stderr == ""
    assert line(done.stdout, "load")[0] == "ok"
    assert line(done.stdout, "decode")[1].endswith("every word right")
    assert "0 fail: " in done.stdout.splitlines()[-1]
    assert not list(tmp_path.iterdir())


def test_json(tmp_path: Path) -> None:
    """--json is an object that a program reads, and nothing else."""
    done = doctor(tmp_path, "--json")
    told = json.loads(done.stdout)
    assert done.returncode == 0
    assert told["version"] == wyoming_whisper.__version__
    assert told["status"] in {"ok", "warn"}
    assert {tuple(finding) for finding in told["findings"]} == {
        ("check", "status", "found", "cure")
    }


def test_a_port_that_is_taken(tmp_path: Path) -> None:
    """A foreign program on the port is a fault, with the option that cures it; the status is 1."""
    with socket.create_server(("127.0.0.1", 0)) as foreign:
        uri = f"tcp://127.0.0.1:{foreign.getsockname()[1]}"
        done = doctor(tmp_path, "--uri", uri)
    assert done.returncode == 1
    assert line(done.stdout, "wyoming") == (
        "fail",
        f"{uri} is in use by a program that does not speak Wyoming",
    )
    assert "→ stop that program" in done.stdout
    assert "--uri" in done.stdout


def test_a_damaged_model(tmp_path: Path) -> None:
    """A model whose weights break off is a fault; the status is 1."""
    model = shutil.copytree(HOME_EN, tmp_path / "mine")
    with (model / "model.bin").open("r+b") as weights:
        weights.truncate(1_000_000)
    done = doctor(tmp_path, "--model", str(model), "--json")
    assert done.returncode == 1
    told = json.loads(done.stdout)
    assert told["status"] == "fail"
    failed = {f["check"]: f["found"] for f in told["findings"] if f["status"] == "fail"}
    assert failed.keys() == {"digest", "memory"}
    assert "it breaks off" in failed["digest"]


def test_an_impossible_option(tmp_path: Path) -> None:
    """An option that no server takes ends it as it ends a server."""
    done = doctor(tmp_path, "--device", "toaster")
    assert done.returncode == 78
    assert done.stdout == ""


def test_a_server_that_runs(tmp_path: Path) -> None:
    """The ports of a server of ours are right, and it goes on serving."""
    with serving("--name", "kitchen") as server:
        http_port = server.http_url.rpartition(":")[2]
        arguments = "--uri", server.uri, "--http-port", http_port
        done = doctor(tmp_path, *arguments)
        ours = f"in use by wyoming-whisper {wyoming_whisper.__version__}"
        assert line(done.stdout, "wyoming") == ("ok", f"{server.uri} is {ours}")
        assert line(done.stdout, "http")[1].endswith(ours)
        assert done.returncode == 0
        assert server.process.poll() is None
        assert not any("ERROR" in text for text in server.lines)


def test_wyoming_faster_whispers_command_line(tmp_path: Path) -> None:
    """The options that start a server are understood, also those of wyoming-faster-whisper."""
    done = doctor(tmp_path, "--vad-filter", "--whisper-task", "transcribe")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    "name",
    [pytest.param("tiny.en", marks=needs("tiny.en")), pytest.param("base", marks=needs("base"))],
)
def test_openais_models(tmp_path: Path, name: str) -> None:
    """OpenAI's weights hear the recording as well, and take about the memory that was estimated."""
    done = doctor(tmp_path, "--model", name, "--data-dir", str(FOLDER))
    assert done.returncode == 0, done.stdout
    assert line(done.stdout, "decode")[1].endswith("every word right")


@pytest.fixture
def hosts() -> Iterator[tuple[Host, Host]]:
    """Two hosts on a cable."""
    with cable() as ends:
        for number, end in enumerate(ends, 1):
            end.ip(f"addr add 10.77.0.{number}/24 dev eth0")
            end.ip("route add default dev eth0")
        yield ends


def test_discovery(hosts: tuple[Host, Host], tmp_path: Path) -> None:
    """A probe is seen on the machine's own interface, and so is a server on another machine."""
    here, there = hosts
    everywhere = "--uri", "tcp://0.0.0.0:10300", "--no-zeroconf", "false"
    with there.entered():
        server = ServerProcess(
            *("--uri", "tcp://0.0.0.0:10300", "--model", "home-en", "--zeroconf", "kitchen"),
            *("--data-dir", str(tmp_path / "there")),
        )
    try:
        server.wait_for("announced as kitchen")
        with here.entered():
            done = doctor(tmp_path, *everywhere)
    finally:
        server.stop()
    status, found = line(done.stdout, "discovery")
    assert status == "ok", done.stdout
    assert found.startswith("a probe announced at 10.77.0.1 is seen from this machine")
    assert "kitchen-" in found


@pytest.mark.parametrize("fault", ["no address", "port 5353 in use"])
def test_no_discovery(hosts: tuple[Host, Host], tmp_path: Path, fault: str) -> None:
    """Where a server cannot be announced the line is a warning, and the exit status 0."""
    here, _ = hosts
    everywhere = "--uri", "tcp://0.0.0.0:10300", "--no-zeroconf", "false"
    with here.entered():
        selfish = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    with selfish:
        if fault == "no address":
            here.ip("addr flush dev eth0")
        else:
            selfish.bind(("0.0.0.0", 5353))
        with here.entered():
            done = doctor(tmp_path, *everywhere)
    assert done.returncode == 0, done.stdout
    status, found = line(done.stdout, "discovery")
    assert status == "warn"
    assert ("no address to announce" in found) is (fault == "no address")
    assert ("Address already in use" in found) is (fault != "no address")
