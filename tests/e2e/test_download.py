"""A model named by its owner comes from a Hub, whatever the network does."""

from __future__ import annotations

import contextlib
import json
import re
import socket
import threading
import time
from typing import TYPE_CHECKING, Final, Self

import httpx2
import numpy as np
import pytest
from fake_hub import FakeHub, Mood, read_model, running
from local_models import Shape, write_english_model
from recordings import COMMANDS
from server_process import ServerProcess

from wyoming_whisper.audio.pcm import mono_to_pcm16

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from wyoming_whisper.audio.pcm import Block

REPO: Final = "someone/some-model"


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[FakeHub]:
    """A Hub with a toy model, whose large files wait half-way."""
    model = write_english_model(tmp_path / "original", Shape(d_model=64, layers=2))
    with running(FakeHub(read_model(model), REPO)) as hub:
        yield hub


@contextlib.contextmanager
def serving(hub_url: str, data: Path, *arguments: str) -> Iterator[ServerProcess]:
    server = ServerProcess(
        "--uri", "tcp://127.0.0.1:0", "--model", REPO, "--data-dir", str(data), "--no-zeroconf",
        *arguments, HF_ENDPOINT=hub_url, WYOMING_WHISPER_LOCAL_FILES_ONLY="",
    )  # fmt: skip
    try:
        yield server
    finally:
        server.stop()


class Client:
    """A raw connection."""

    def __init__(self, server: ServerProcess) -> None:
        self._socket = socket.create_connection(server.address, timeout=30)
        self._answers = self._socket.makefile("rb")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._answers.close()
        self._socket.close()

    def ask(self, event: bytes) -> dict[str, object]:
        self._socket.sendall(event)
        return self.read()

    def read(self) -> dict[str, object]:
        head = json.loads(self._answers.readline())
        data = json.loads(self._answers.read(head.get("data_length", 0)) or "{}")
        return {"type": head["type"], **data}

    def say_something(self) -> dict[str, object]:
        return self.say(COMMANDS[0].samples)

    def say(self, samples: Block) -> dict[str, object]:
        pcm = mono_to_pcm16(samples)
        audio = b'"data": {"rate": 16000, "width": 2, "channels": 1}'
        self._socket.sendall(
            b'{"type": "audio-chunk", %b, "payload_length": %d}\n%b' % (audio, len(pcm), pcm)
        )
        return self.ask(b'{"type": "audio-stop"}\n')


def slowest_description(server: ServerProcess, until: threading.Event) -> float:
    """Describe over and over; return the longest time that it took."""
    slowest = 0.0
    with Client(server) as client:
        while not until.wait(0.02):
            asked = time.perf_counter()
            assert client.ask(b'{"type": "describe"}\n')["type"] == "info"
            slowest = max(slowest, time.perf_counter() - asked)
    return slowest


def test_killed_half_way_and_resumed(hub: FakeHub, tmp_path: Path) -> None:
    """A download killed half-way is resumed, verified and used; who speaks meanwhile is told."""
    data = tmp_path / "data"
    size = len(hub.files["model.bin"])
    with serving(hub.url, data) as server:
        server.wait_for(r"still being downloaded, [1-9]\d %")
        with Client(server) as client:
            error = client.say_something()
            assert error["code"] == "model_loading"
            assert re.search(r"still being downloaded, \d+ %", str(error["text"]))
            assert client.read() == {"type": "transcript", "text": ""}
        server.kill()
    partial = data / "someone" / "some-model.partial" / "model.bin"
    written = partial.stat().st_size
    assert 0 < written <= size // 2

    hub.gate.set()
    hub.requests.clear()
    with serving(hub.url, data) as server:
        ready = threading.Event()

        def wait() -> None:
            server.wait_for("ready: ")
            ready.set()

        waiting = threading.Thread(target=wait)
        waiting.start()
        slowest = slowest_description(server, ready)
        waiting.join()
        with Client(server) as client:
            assert client.say_something()["type"] == "transcript-start"
        print(f"\ndescribed within {slowest * 1000:.1f} ms while downloading and loading")
    wanted = [r for path, r in hub.requests if path.endswith("model.bin")]
    assert wanted == [f"bytes={written}-"]
    assert (data / "someone" / "some-model" / "model.bin").read_bytes() == hub.files["model.bin"]

    hub.requests.clear()
    with serving(hub.url, data) as server:
        server.wait_for("ready: ")
    assert hub.requests == []


def test_what_a_model_can_do_is_known_once_it_is_there(tmp_path: Path) -> None:
    """A short window, beams and languages that nobody could guess hold everywhere, at once."""
    model = write_english_model(tmp_path / "original", Shape(window_s=8))
    (model / "generation_config.json").write_text('{"num_beams": 5}')
    hub = FakeHub(read_model(model), REPO)
    hub.gate.set()
    with running(hub), serving(hub.url, tmp_path / "data", "--http-port", "0") as server:
        server.wait_for("ready: ")
        with Client(server) as client, httpx2.Client(base_url=server.http_url) as http:
            described = client.ask(b'{"type": "describe"}\n')["asr"]
            assert isinstance(described, list)
            assert described[0]["models"][0]["languages"] == ["en"]
            assert http.get("/status").json()["languages"] == ["en"]
            assert http.get("/v1/models").json()["data"][0]["language"] == ["en"]
            speech = {"file": COMMANDS[0].path.read_bytes()}
            refused = http.post("/v1/audio/translations", files=speech)
            assert refused.json()["error"]["code"] == "unsupported_value"
            # What is longer than the window is cut, and all of it is decoded.
            long = np.concatenate([command.samples for command in COMMANDS])[: 14 * 16_000]
            assert client.say(long)["type"] == "transcript-start"
        answered = server.wait_for(r"(\d+) segments of ([0-9.]+) s")
    assert float(answered[2]) / int(answered[1]) <= 8
    folder = tmp_path / "data" / "someone" / "some-model"
    assert json.loads((folder / "generation_config.json").read_text()) == {"num_beams": 5}


def test_truncating_hub(hub: FakeHub, tmp_path: Path) -> None:
    """A Hub that cuts off half-way is one line, and the next try goes on from there."""
    hub.mood = Mood.CUTS_OFF
    with serving(hub.url, tmp_path / "data") as server:
        line = server.wait_for(r".*next try in \d+ s")[0]
        hub.mood = Mood.GOOD
        hub.gate.set()
        server.wait_for("ready: ")
        assert not any("Traceback" in line for line in server.lines)
    assert "could not be downloaded" in line
    assert len([line for line in server.lines if "next try" in line]) == 1


def test_refusing_hub(tmp_path: Path) -> None:
    """Where nobody listens, the server lives, says so in one line, and tries again later."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with serving(f"http://127.0.0.1:{port}", tmp_path) as server:
        server.wait_for(r"could not be downloaded .*next try in 5 s")
        with Client(server) as client:
            assert client.ask(b'{"type": "describe"}\n')["type"] == "info"
            assert client.say_something()["code"] == "model_loading"
        assert not any("Traceback" in line for line in server.lines)


def test_black_hole(hub: FakeHub, tmp_path: Path) -> None:
    """A Hub that swallows everything is given up after its time, and ends no server."""
    hub.mood = Mood.SILENT
    with serving(hub.url, tmp_path) as server:
        with Client(server) as client:
            assert client.ask(b'{"type": "describe"}\n')["type"] == "info"
        server.wait_for(r"could not be downloaded .*timed out.*next try in 5 s")
        assert server.stop() == 0


def test_local_files_only(hub: FakeHub, tmp_path: Path) -> None:
    """--local-files-only ends with one line, and no connection is opened."""
    with serving(hub.url, tmp_path, "--local-files-only") as server:
        server.wait_for("--local-files-only forbids a download")
        assert server.process.wait(10) == 66
    assert hub.requests == []
