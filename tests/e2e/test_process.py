"""The life of the process: its start, its bounds, its end."""

from __future__ import annotations

import asyncio
import json
import socket
import time
from typing import TYPE_CHECKING

import pytest
from local_models import SMALL, write_english_model
from server_process import ServerProcess, serving
from wyoming.client import AsyncClient
from wyoming.info import Describe, Info

from wyoming_whisper.wyoming_api.framing import MAX_HEADER_BYTES, MAX_PAYLOAD_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_MIB = 2**20


def describe(address: tuple[str, int]) -> dict[str, object]:
    """Ask as the Home Assistant add-on's health check does."""
    with socket.create_connection(address, timeout=10) as raw, raw.makefile("rb") as answers:
        raw.sendall(b'{ "type": "describe" }\n')
        head = json.loads(answers.readline())
        assert head["type"] == "info"
        info: dict[str, object] = json.loads(answers.read(head["data_length"]))
        return info


async def test_info(server: ServerProcess) -> None:
    """The description is true: one program, the embedded model, English."""
    async with AsyncClient.from_uri(server.uri) as client:
        await client.write_event(Describe().event())
        event = await client.read_event()
    assert event is not None
    (program,) = Info.from_event(event).asr
    assert program.name == "wyoming-whisper"
    assert program.requires_external_vad
    assert program.supports_transcript_streaming
    (model,) = program.models
    assert (model.name, model.languages, model.installed) == ("home-en", ["en"], True)


def test_name() -> None:
    """--name names the program in the description."""
    with serving("--name", "kitchen") as server:
        asr = describe(server.address)["asr"]
        assert isinstance(asr, list)
        assert asr[0]["name"] == "kitchen"


def test_clean_end(server: ServerProcess) -> None:
    """SIGTERM ends the process with status 0."""
    with serving() as other:
        assert other.stop() == 0
        assert any("shutting down" in line for line in other.lines)


@pytest.fixture(scope="module")
def large_model(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Random weights in the shape of Whisper small, English only."""
    folder = tmp_path_factory.mktemp("models") / "large"
    write_english_model(folder, SMALL)
    yield folder
    for path in folder.iterdir():
        path.unlink()


def test_described_while_loading(large_model: Path) -> None:
    """A description comes while a large model is still loading."""
    started = time.monotonic()
    server = ServerProcess(
        "--uri", "tcp://127.0.0.1:0", "--model", str(large_model), "--no-zeroconf"
    )
    try:
        describe(server.address)
        described = time.monotonic() - started
        assert not any("ready: " in line for line in server.lines)
        server.wait_for("ready: ")
        loaded = time.monotonic() - started
        print(f"\ndescribed {described:.2f} s after the start, loaded after {loaded:.2f} s")
    finally:
        server.stop()


def test_end_while_loading(large_model: Path) -> None:
    """SIGTERM while a model is loading ends the process with status 0, not with an abort."""
    server = ServerProcess(
        "--uri", "tcp://127.0.0.1:0", "--model", str(large_model), "--no-zeroconf"
    )
    describe(server.address)
    assert server.stop() == 0
    assert not any("ready: " in line or "terminate" in line for line in server.lines)


def test_huge_payload_length(server: ServerProcess) -> None:
    """A payload announced as 10 GB is refused without memory being taken for it."""
    before = server.resident_bytes
    with socket.create_connection(server.address, timeout=10) as raw, raw.makefile("rb") as answers:
        raw.sendall(b'{"type": "audio-chunk", "payload_length": 10000000000}\n')
        assert json.loads(answers.readline())["type"] == "error"
    assert server.resident_bytes - before < 2 * _MIB


def test_trickle_below_the_caps() -> None:
    """A hundred connections that trickle below the caps cost no more than they have sent."""
    with serving() as server:
        describe(server.address)
        before = server.resident_bytes
        connections = [socket.create_connection(server.address, timeout=10) for _ in range(100)]
        header = b'{"type": "audio-chunk", "payload_length": %d}\n' % MAX_PAYLOAD_BYTES
        n_bytes = 0
        for number, raw in enumerate(connections):
            # Half of them never end a header, half never complete a payload.
            part = b" " * (MAX_HEADER_BYTES - 1) if number % 2 else header + bytes(MAX_HEADER_BYTES)
            for start in range(0, len(part), 4096):
                raw.sendall(part[start : start + 4096])
            n_bytes += len(part)
        describe(server.address)
        cost = server.resident_bytes - before
        for raw in connections:
            raw.close()
    print(f"\n{cost / _MIB:.1f} MiB for {n_bytes / _MIB:.1f} MiB of trickle")
    # Beside the bytes, a connection has buffers and objects of its own: some 100 kB.
    assert cost < 2 * n_bytes + 100 * 100 * 1024


async def test_connections_that_open_and_close(server: ServerProcess) -> None:
    """A port that is probed over and over, as the add-on's supervisor does, is no trouble."""
    for _ in range(50):
        _, writer = await asyncio.open_connection(*server.address)
        writer.close()
        await writer.wait_closed()
    describe(server.address)
    assert not any("Traceback" in line for line in server.lines)
