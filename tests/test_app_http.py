"""HTTP in the composition: what the owner's settings come to, and where it listens."""

from __future__ import annotations

import asyncio
import contextlib
import re
import socket
from typing import TYPE_CHECKING

import pytest
from fakes import new_lifecycle
from http_service import new_service

from wyoming_whisper.app import listen_http
from wyoming_whisper.app_wiring import http_options
from wyoming_whisper.config.settings import DEFAULT_HTTP_PORT, Settings
from wyoming_whisper.errors import AddressError, ConfigError
from wyoming_whisper.http.door.keys import new_key
from wyoming_whisper.http.server import HttpServer
from wyoming_whisper.http.service import HttpOptions

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

LOOPBACK = ("tcp://127.0.0.1:0",)


@contextlib.asynccontextmanager
async def listening(settings: Settings) -> AsyncIterator[None]:
    server = HttpServer(new_service(new_lifecycle()))
    try:
        listen_http(server, settings)
        yield
    finally:
        server.stop_accepting()
        await server.close()


async def test_listens_beside_wyoming(caplog: pytest.LogCaptureFixture) -> None:
    """The log says where it listens, in words for a browser."""
    caplog.set_level("INFO", "wyoming_whisper.app")
    async with listening(Settings(uri=("tcp://[::1]:0",), http_port="0")):
        (line,) = caplog.messages
        found = re.fullmatch(r"HTTP on http://\[::1\]:(\d+), its documentation at /docs", line)
        assert found
        _, writer = await asyncio.open_connection("::1", int(found[1]))
        writer.close()


@pytest.fixture
def taken_port() -> Iterator[int]:
    """The port of another program: the default one, unless somebody has it already."""
    with contextlib.ExitStack() as stack:
        with contextlib.suppress(OSError):
            stack.enter_context(socket.create_server(("127.0.0.1", DEFAULT_HTTP_PORT)))
        yield DEFAULT_HTTP_PORT


async def test_default_port_is_taken(taken_port: int, caplog: pytest.LogCaptureFixture) -> None:
    """Who has not asked for HTTP goes without it, and is told the options in one line."""
    async with listening(Settings(uri=LOOPBACK)):
        (line,) = caplog.messages
    assert f"tcp://127.0.0.1:{taken_port}" in line
    assert "--http-port" in line
    assert "--no-http" in line
    assert "--uri" not in line


async def test_chosen_port_is_taken(taken_port: int) -> None:
    """Who has chosen the port gets it, or no server."""
    with pytest.raises(AddressError, match="--http-port"):
        async with listening(Settings(uri=LOOPBACK, http_port=str(taken_port))):
            pass


async def test_no_http(caplog: pytest.LogCaptureFixture) -> None:
    """Who wants no HTTP has none."""
    caplog.set_level("INFO", "wyoming_whisper")
    async with listening(Settings(uri=LOOPBACK, no_http=True)):
        assert caplog.messages == []


def test_options(tmp_path: Path) -> None:
    """The owner's settings reach HTTP."""
    path = tmp_path / "keys"
    path.write_text(new_key("kitchen")[1])
    settings = Settings(
        http_name=("stt.example.com",), cors_origin=("https://chat.example.com",),
        api_keys=str(path), metrics_auth=True, strict_models=True, max_upload_mb=2,
    )  # fmt: skip
    assert http_options(settings) == HttpOptions(
        names=("stt.example.com",), cors_origins=("https://chat.example.com",),
        key_file=path, metrics_auth=True, strict_models=True, max_upload_bytes=2_000_000,
    )  # fmt: skip
    assert http_options(Settings()) == HttpOptions(
        names=(), cors_origins=(), key_file=None, metrics_auth=False, strict_models=False,
        max_upload_bytes=1_024_000_000,
    )  # fmt: skip


def test_keys_are_read_at_the_start(tmp_path: Path) -> None:
    """A file of keys that cannot be used ends the start, unless there is no HTTP to use it."""
    with pytest.raises(ConfigError, match="--api-keys"):
        http_options(Settings(api_keys=str(tmp_path / "none")))
    http_options(Settings(api_keys=str(tmp_path / "none"), no_http=True))
