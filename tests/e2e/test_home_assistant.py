"""The real server beside a Home Assistant of every mood: it serves, and learns what it can."""

from __future__ import annotations

import asyncio
import re
import time
from typing import TYPE_CHECKING

import pytest
from fake_home_assistant import TOKEN, Mood, at_home
from recordings import COMMANDS
from server_process import ServerProcess

from wyoming_whisper.audio.local_file import read_audio
from wyoming_whisper.home_assistant.cache import write_names
from wyoming_whisper.household.vocabulary import Household, Name
from wyoming_whisper.wyoming_api import client

if TYPE_CHECKING:
    from pathlib import Path


def start(data: Path, *arguments: str, **variables: str) -> ServerProcess:
    return ServerProcess(
        *("--uri", "tcp://127.0.0.1:0", "--model", "home-en", "--data-dir", str(data)),
        *("--no-zeroconf", "--log-level", "debug", *arguments),
        **variables,
    )


async def said(server: ServerProcess, pattern: str) -> re.Match[str]:
    return await asyncio.to_thread(server.wait_for, pattern)


async def answered(server: ServerProcess) -> float:
    """Describe and transcribe; return how long both took together, in seconds."""
    samples = list(read_audio(COMMANDS[0].path))
    await said(server, "ready: ")
    uri = server.uri
    begun = time.monotonic()
    await client.describe(uri)
    update = await client.transcribe(uri, samples)
    assert update.text
    return time.monotonic() - begun


@pytest.mark.parametrize("mood", [Mood.SILENT, Mood.REFUSING, Mood.NONSENSE, Mood.HUGE])
async def test_moods(tmp_path: Path, mood: Mood) -> None:
    """A Home Assistant that is slow, refuses, or talks nonsense delays no answer."""
    token = tmp_path / "token"
    token.write_text(TOKEN)
    async with at_home(mood=mood) as home:
        write_names(tmp_path / "home-assistant-names.json", home.url, Household((Name("Den"),)))
        url = f"http://127.0.0.1:{home.port}"
        server = start(tmp_path, "--hass-url", url, "--hass-token-file", str(token))
        try:
            await home.asked("connect")
            # It says nothing for half a minute, and who waited for that would be seen.
            assert await answered(server) < 10
            await said(server, "1 names from Home Assistant, as they were last time")
        finally:
            await asyncio.to_thread(server.stop)
    assert not any(TOKEN in line for line in server.lines)


async def test_names(tmp_path: Path) -> None:
    """The command line of wyoming-faster-whisper has names learnt, and no log tells the token."""
    async with at_home() as home:
        server = start(
            tmp_path, "--hass-api", f"http://127.0.0.1:{home.port}/api", "--hass-token", TOKEN
        )
        try:
            await said(server, "5 names from Home Assistant$")
            home.areas.append({"name": "Attic", "aliases": []})
            await home.tell("area_registry_updated")
            await said(server, "6 names from Home Assistant$")
            assert await answered(server) < 10
        finally:
            assert await asyncio.to_thread(server.stop) == 0
    assert not any(TOKEN in line for line in server.lines)
    assert not any("Attic" in line for line in server.lines)


async def test_an_app_of_home_assistant(tmp_path: Path) -> None:
    """With the Supervisor's token alone it asks the Supervisor, and serves where there is none."""
    server = start(tmp_path, SUPERVISOR_TOKEN=TOKEN)
    try:
        await said(server, "no names from Home Assistant at ws://supervisor/core/websocket: ")
        assert await answered(server) < 10
    finally:
        await asyncio.to_thread(server.stop)
    assert not any(TOKEN in line for line in server.lines)


def test_a_wrong_file(tmp_path: Path) -> None:
    """A vocabulary that cannot be read ends the start with the line that is wrong."""
    file = tmp_path / "names.txt"
    file.write_text("Siobhan\n[rooms]\n")
    server = start(tmp_path, "--vocabulary", str(file))
    try:
        server.wait_for(re.escape(f"--vocabulary {file}: line 2: must be [area]"))
        assert server.process.wait(30) == 78
    finally:
        server.stop()
