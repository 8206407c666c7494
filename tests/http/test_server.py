"""HTTP on real sockets: how it wakes up, what clients see, how it ends."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import itertools
import json
import logging
import socket
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from fakes import FakeEngine, decoding, new_lifecycle, tone
from http_service import new_service
from options import http_options

from wyoming_whisper.http.server import HttpServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable, Iterator

    from wyoming_whisper.http.service import HttpOptions

SPEECH = (np.asarray(tone(1.0)) * 32_767).astype("<i2").tobytes()
Answer = tuple[int, dict[str, str], Any]


@contextlib.asynccontextmanager
async def serving(
    options: HttpOptions | None = None, engine: FakeEngine | None = None
) -> AsyncIterator[tuple[HttpServer, int]]:
    """Serve with a fake engine on a free port; yield the port."""
    lifecycle = new_lifecycle()
    async with decoding(lifecycle, engine or FakeEngine()):
        server = HttpServer(new_service(lifecycle, options=options))
        listener = socket.create_server(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        server.start([listener])
        try:
            yield server, port
        finally:
            server.stop_accepting()
            await server.close()


def form(data: bytes) -> tuple[bytes, dict[str, str]]:
    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
    return head + data + b"\r\n--b--\r\n", {"Content-Type": "multipart/form-data; boundary=b"}


async def ask(
    port: int, method: str, path: str, body: Iterable[bytes] | bytes | None = None, **headers: str
) -> Answer:
    """Ask as a library does that blocks."""

    def ask_and_wait() -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        with contextlib.closing(connection):
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            data = response.read()
            found = {name.lower(): value for name, value in response.getheaders()}
            is_json = found.get("content-type") == "application/json"
            return response.status, found, json.loads(data) if is_json and data else data

    return await asyncio.to_thread(ask_and_wait)


async def transcribe(port: int) -> Answer:
    body, headers = form(SPEECH)
    return await ask(port, "POST", "/v1/audio/transcriptions", body, **headers)


async def test_first_requests_wait_for_the_framework() -> None:
    """Clients who come before the framework is there are all answered; so is the next."""
    async with serving() as (_, port):
        answers = await asyncio.gather(*(ask(port, "GET", "/health") for _ in range(5)))
        assert [answer[0] for answer in answers] == [200] * 5
        status, headers, body = await transcribe(port)
    assert (status, body["text"].endswith(" ms")) == (200, True)
    assert "server" not in headers
    assert "date" in headers


def test_nothing_is_imported_before_somebody_connects() -> None:
    """A server at rest has not imported the framework; the first connection does it."""
    code = """
import asyncio, socket, sys
import wyoming_whisper.app
from wyoming_whisper.http.server import HttpServer

NAMES = ("fastapi", "starlette", "pydantic", "uvicorn", "h11", "prometheus_client")

def loaded():
    return [name for name in NAMES if name in sys.modules]

async def main():
    server = HttpServer(None)
    listener = socket.create_server(("127.0.0.1", 0))
    server.start([listener])
    await asyncio.sleep(0)
    print(loaded())
    _, writer = await asyncio.open_connection(*listener.getsockname())
    while server._waking is None:
        await asyncio.sleep(0)
    await server._waking
    print(loaded() == list(NAMES))
    writer.close()
    server.stop_accepting()
    await server.close()

asyncio.run(main())
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[:2] == ["[]", "True"]


async def test_framework_that_cannot_be_imported(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A broken installation is one line, and ends HTTP only."""
    monkeypatch.setitem(sys.modules, "wyoming_whisper.http.application", None)
    async with serving() as (_, port):
        with pytest.raises(ConnectionError):
            await ask(port, "GET", "/health")
        with pytest.raises(ConnectionError):
            await ask(port, "GET", "/health")
    (line,) = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert line.getMessage().startswith("no HTTP: ModuleNotFoundError: ")


async def test_stop_before_anybody_came() -> None:
    """A server that nobody has used closes its sockets, and may be closed twice."""
    async with serving() as (server, port):
        server.stop_accepting()
        await server.finish_requests()
        await server.close()
        with pytest.raises(ConnectionError):
            await ask(port, "GET", "/health")


async def test_stop_while_waking_up() -> None:
    """A server that ends while it imports the framework ends at once."""
    async with serving() as (server, port):
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        await until(lambda: server._waking is not None)
        server.stop_accepting()
        await server.close()
        # Where the framework is there already, it may just have begun.
        assert not any(started.sockets for started in server._servers)
        writer.close()


@pytest.fixture
def gate() -> Iterator[threading.Event]:
    """What a decode waits for."""
    event = threading.Event()
    yield event
    event.set()


async def test_open_requests_are_finished(gate: threading.Event) -> None:
    """At the end open requests are answered, idle connections closed, and nobody new let in."""
    async with serving(engine=FakeEngine(gate=gate)) as (server, port):
        await ask(port, "GET", "/health")
        idle, writer = await asyncio.open_connection("127.0.0.1", port)
        asked = asyncio.ensure_future(transcribe(port))
        await until(lambda: server._service.program.lifecycle.n_in_call == 1)
        server.stop_accepting()
        assert await idle.read() == b""
        with pytest.raises(ConnectionError):
            await ask(port, "GET", "/health")
        finished = asyncio.ensure_future(server.finish_requests())
        gate.set()
        await finished
        assert (await asked)[0] == 200
        writer.close()


async def test_requests_that_do_not_finish(gate: threading.Event) -> None:
    """Who has to be cut off is told so in the family's shape."""
    async with serving(engine=FakeEngine(gate=gate)) as (server, port):
        asked = asyncio.ensure_future(transcribe(port))
        await until(lambda: server._service.program.lifecycle.n_in_call == 1)
        server.stop_accepting()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await server.finish_requests()
        await server.close()
        status, headers, body = await asked
        gate.set()
    assert (status, body["error"]["code"]) == (503, "shutting_down")
    assert int(headers["retry-after"]) >= 1


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not condition():  # noqa: ASYNC110 - what changes it tells nobody
            await asyncio.sleep(0)


@pytest.mark.parametrize("declared", [True, False])
async def test_too_large_upload_can_read_why(declared: bool) -> None:
    """Who sends more than is allowed reads the refusal after it has sent all, as libraries do."""
    (head, tail), piece = form(b"|")[0].split(b"|"), b"x" * 2**20
    headers = form(b"")[1]
    if declared:
        headers["Content-Length"] = str(len(head) + 20 * len(piece) + len(tail))
    async with serving(http_options(max_upload_bytes=1_000_000)) as (_, port):
        pieces = itertools.chain([head], itertools.repeat(piece, 20), [tail])
        status, found, answer = await ask(
            port, "POST", "/v1/audio/transcriptions", pieces, **headers
        )
    assert status == 413
    assert found["connection"] == "close"
    assert answer["error"]["message"].startswith("Maximum content size limit (1000000) exceeded")


def files_of(folder: Path) -> list[Path]:
    """Return what is in a folder, and what this process has open there."""
    descriptors = [path for path in Path("/proc/self/fd").iterdir() if path.is_symlink()]
    opened = [path.readlink() for path in descriptors]
    return [*folder.iterdir(), *(path for path in opened if folder in path.parents)]


async def test_uploads_leave_nothing_on_disk(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A large upload goes to a file without a name, which is gone with the request."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    async with serving() as (_, port):
        body, headers = form(SPEECH * 100)
        asked = await ask(port, "POST", "/v1/audio/transcriptions", body, **headers)
        assert asked[0] == 200
        assert files_of(tmp_path) == []


async def test_malformed_form() -> None:
    """A form that is none is refused in the family's shape."""
    async with serving() as (_, port):
        for body in (b"", b"nonsense", b"--b\r\nContent-Disposition: nothing\r\n\r\nx\r\n--b--"):
            status, _, answer = await ask(
                port, "POST", "/v1/audio/transcriptions", body, **form(b"")[1]
            )
            assert (status, set(answer["error"])) == (400, {"message", "type", "param", "code"})


async def test_a_client_that_says_nothing_disturbs_nobody() -> None:
    """Others are served beside clients that hold connections open."""
    async with serving() as (_, port):
        writers = [(await asyncio.open_connection("127.0.0.1", port))[1] for _ in range(50)]
        for writer in writers:
            writer.write(b"POST /v1/audio/transcriptions HTTP/1.1\r\nHost: nas\r\nConte")
        assert (await transcribe(port))[0] == 200
        for writer in writers:
            writer.close()
