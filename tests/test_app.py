"""The server as a whole, on toy models: start, failures of the start, end."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
import signal
import socket
import wave
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import httpx2
import pytest
from fakes import tone
from local_models import write_english_model, write_multilingual_model
from recordings import COMMANDS

from wyoming_whisper import app
from wyoming_whisper.config.device import Device
from wyoming_whisper.config.settings import Settings
from wyoming_whisper.errors import ConfigError, ModelNotFound, ServerFailed, StartupError
from wyoming_whisper.wyoming_api import client as wyoming_client

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

LOCAL = ("tcp://127.0.0.1:0",)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of a server with a toy model and no other on disk."""
    model = write_english_model(tmp_path / "toy")
    return Settings(
        uri=LOCAL, model=str(model), data_dir=(tmp_path / "data",), device=Device("cpu"),
        no_zeroconf=True,
        http_port="0",
    )  # fmt: skip


@contextlib.asynccontextmanager
async def serving(
    settings: Settings, caplog: pytest.LogCaptureFixture, line: str
) -> AsyncIterator[str]:
    """Serve until a line is logged; yield the URI; end as SIGTERM does."""
    caplog.set_level(logging.INFO, "wyoming_whisper")
    task = asyncio.create_task(app.serve(settings))
    try:
        async with asyncio.timeout(30):
            while not any(re.search(line, message) for message in caplog.messages):
                assert not task.done(), task
                await asyncio.sleep(0.01)
        yield next(m for m in caplog.messages if m.startswith("listening")).split()[-1]
    finally:
        signal.raise_signal(signal.SIGTERM)
        await task


async def test_serve(settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    """A server that is ready answers, says where Home Assistant finds it, and ends on SIGTERM."""
    async with serving(settings, caplog, "ready: toy") as uri:
        await wyoming_client.transcribe(uri, [tone(0.5)])
    port = uri.rpartition(":")[2]
    assert f"in Home Assistant add the Wyoming Protocol: host 127.0.0.1, port {port}" in caplog.text
    assert "shutting down" in caplog.messages


async def test_http(settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    """The same server answers HTTP, decodes what is uploaded, and ends with both."""
    async with serving(settings, caplog, "ready: toy"):
        url = next(m.split()[2].rstrip(",") for m in caplog.messages if m.startswith("HTTP on "))
        async with httpx2.AsyncClient(base_url=url, timeout=30) as client:
            assert (await client.get("/ready")).status_code == 200
            answer = await client.post(
                "/v1/audio/transcriptions", files={"file": COMMANDS[0].path.read_bytes()}
            )
            assert answer.status_code == 200, answer.text
            assert isinstance(answer.json()["text"], str)
            left = await client.get("/v1/models", headers={"Connection": "keep-alive"})
            assert left.json()["data"][0]["id"] == "toy"


async def test_second_signal_is_not_swallowed(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    """After the first SIGTERM the next one has its usual effect: a stuck server can be ended."""
    async with serving(settings, caplog, "ready: toy"):
        pass
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL


async def test_deadline_of_the_shutdown(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    """An utterance that nobody ends does not keep the server from ending."""
    async with serving(replace(settings, shutdown_s=0.1), caplog, "ready: toy") as uri:
        host, port = uri.removeprefix("tcp://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(b'{"type":"audio-start","data":{"rate":16000,"width":2,"channels":1}}\n')
        writer.write(b'{"type": "ping"}\n')
        assert b"pong" in await reader.readline()
    assert "utterances or requests were still open after 0.1 s" in caplog.messages
    assert b"shutting_down" in await reader.read()
    writer.close()


@pytest.mark.usefixtures("unreachable_hub")
async def test_unreachable_hub(settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    """Without a network the server stays up, says so in a line, and refuses what needs a model."""
    named = replace(settings, model="someone/something")
    async with serving(named, caplog, "could not be downloaded") as uri:
        with pytest.raises(ServerFailed, match=r"could not be downloaded.*model_loading"):
            await wyoming_client.transcribe(uri, [COMMANDS[0].samples])
    (line,) = [message for message in caplog.messages if "could not be downloaded" in message
               and "next try" in message]  # fmt: skip
    assert "\n" not in line
    assert "home-en" in line


@pytest.fixture
def unreachable_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    """Point the Hub's client at a port where nobody listens, without its pauses."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", f"http://127.0.0.1:{port}")


async def test_local_files_only(settings: Settings) -> None:
    """A model that would have to be downloaded, and may not be, ends the start."""
    with pytest.raises(ModelNotFound, match="--local-files-only forbids"):
        await app.serve(replace(settings, model="base", local_files_only=True))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"languages": ("en,de,fr",)}, "--languages: toy does not understand de, fr"),
        ({"language": "de"}, "--language: toy does not understand 'de'"),
        ({"task": "translate"}, "--task translate: toy is English only"),
    ],
)
async def test_what_a_model_cannot_do(
    settings: Settings, options: dict[str, Any], message: str
) -> None:
    """An owner who wants of a model what it cannot do is told so at the start."""
    with pytest.raises(ConfigError, match=message):
        await app.serve(replace(settings, **options))


async def test_languages_are_what_is_offered(
    tmp_path: Path, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    """A server restricted to some languages offers these, and refuses the others."""
    model = write_multilingual_model(tmp_path / "many")
    restricted = replace(settings, model=str(model), languages=("en,fr",))
    async with serving(restricted, caplog, "ready: many") as uri:
        offered = (await wyoming_client.describe(uri)).asr[0].models[0].languages
        await wyoming_client.transcribe(uri, [tone(0.5)], language="fr")
        with pytest.raises(ServerFailed, match="unsupported_language"):
            await wyoming_client.transcribe(uri, [tone(0.5)], language="de")
    assert offered == ["en", "fr"]


async def test_idle_unload(settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    """A server whose model was unloaded loads it again for the next speaker."""
    idle = replace(settings, idle_unload=0.002)
    async with serving(idle, caplog, "unloaded toy") as uri:
        await wyoming_client.transcribe(uri, [COMMANDS[0].samples])
    assert len([m for m in caplog.messages if m.startswith("loaded toy")]) >= 2


async def test_damaged_model(settings: Settings, tmp_path: Path) -> None:
    """A model that cannot be loaded ends the server with its one line."""
    (tmp_path / "toy" / "model.bin").write_bytes(b"garbage")
    with pytest.raises(StartupError, match="cannot be loaded"):
        await app.serve(settings)


async def test_transcribe_file(settings: Settings, tmp_path: Path) -> None:
    """A file is transcribed without a server, and a broken one is an error."""
    path = tmp_path / "silence.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 16_000, 0, "NONE", ""))
        file.writeframes(bytes(32_000))
    assert (await app.transcribe_file(settings, path)).text == ""
    path.write_bytes(b"garbage")
    with pytest.raises(StartupError, match=r"silence\.wav: "):
        await app.transcribe_file(settings, path)
