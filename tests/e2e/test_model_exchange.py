"""`--model auto` fetches Whisper base from a Hub and takes it, while people speak.

The Hub is a server of the tests; what it serves are OpenAI's weights.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

import httpx2
import numpy as np
import pytest
from fake_hub import FakeHub, Mood, read_model, running
from local_models import write_english_model
from openai_weights import needs
from recordings import COMMANDS
from server_process import ServerProcess
from whisper_weights import FOLDER, WEIGHTS

from wyoming_whisper.audio.local_file import read_audio
from wyoming_whisper.bench.figures import word_distance
from wyoming_whisper.errors import ServerFailed
from wyoming_whisper.wyoming_api import client

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Mapping

    from wyoming_whisper.audio.pcm import Block

pytestmark = pytest.mark.timeout(240)

BASE: Final = "Systran/faster-whisper-base"
# "Guten Morgen. Bitte schalte das Licht in der Küche ein, und mach danach die Tür zu."
GERMAN: Final = Path(__file__).parents[1] / "data" / "german.ogg"
N_SATELLITES: Final = 4


@pytest.fixture
def hub() -> Iterator[FakeHub]:
    """A Hub with Whisper base, whose weights wait half-way."""
    with running(FakeHub(read_model(FOLDER / WEIGHTS["base"].repo_id), BASE)) as hub:
        yield hub


@contextlib.contextmanager
def household(hub: FakeHub, data: Path, *arguments: str) -> Iterator[ServerProcess]:
    """Run the server as somebody does who says nothing of a model."""
    server = ServerProcess(
        "--uri", "tcp://127.0.0.1:0", "--data-dir", str(data), "--no-zeroconf", *arguments,
        HF_ENDPOINT=hub.url, WYOMING_WHISPER_LOCAL_FILES_ONLY="",
    )  # fmt: skip
    try:
        yield server
    finally:
        server.stop()


def german() -> Block:
    return np.concatenate(list(read_audio(GERMAN)))


async def say(server: ServerProcess, samples: Block, language: str | None) -> str:
    return (await client.transcribe(server.uri, [samples], language=language)).text


def status(server: ServerProcess) -> Mapping[str, object]:
    answer: Mapping[str, object] = httpx2.get(f"{server.http_url}/status").json()
    return answer


class Satellites:
    """Speak English commands one after the other, and keep what was heard of each."""

    def __init__(self, server: ServerProcess) -> None:
        self._server = server
        self.heard: list[tuple[str, str]] = []  # what was said, what was heard
        self._tasks: list[asyncio.Task[None]] = []
        self._are_done = False  # each ends behind its next command

    async def __aenter__(self) -> Self:
        self._tasks = [asyncio.create_task(self._talk(n)) for n in range(N_SATELLITES)]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._are_done = True
        await asyncio.gather(*self._tasks)

    async def spoken(self, n: int) -> None:
        """Wait until each has said so many commands more."""
        target = len(self.heard) + n * N_SATELLITES
        while len(self.heard) < target:
            assert not any(task.done() for task in self._tasks), self._tasks
            await asyncio.sleep(0.02)

    async def _talk(self, number: int) -> None:
        for turn in itertools.count():
            if self._are_done:
                return
            command = COMMANDS[(number + turn) % len(COMMANDS)]
            self.heard.append((command.text, await say(self._server, command.samples, "en")))


def wrong_words(heard: list[tuple[str, str]]) -> float:
    pairs = [(_words(said), _words(found)) for said, found in heard]
    return sum(word_distance(*pair) for pair in pairs) / sum(len(said) for said, _ in pairs)


def _words(text: str) -> list[str]:
    return "".join(c for c in text.lower() if c.isalnum() or c in " '").split()


@contextlib.asynccontextmanager
async def in_background(server: ServerProcess, pattern: str) -> AsyncIterator[asyncio.Task[object]]:
    """Wait for a line of the log beside the event loop."""
    task: asyncio.Task[object] = asyncio.create_task(asyncio.to_thread(server.wait_for, pattern))
    yield task
    await task


@needs("base")
async def test_a_household_gets_its_model_while_it_speaks(hub: FakeHub, tmp_path: Path) -> None:
    """home-en answers at once; base is fetched, and takes its place; nobody's command is lost."""
    with household(hub, tmp_path) as server:
        server.wait_for(
            "model base: suits .* and any language; home-en serves until it has been downloaded"
        )
        server.wait_for("ready: home-en")
        server.wait_for("base is still being downloaded, [1-9]")
        async with Satellites(server) as satellites:
            await satellites.spoken(2)
            with pytest.raises(ServerFailed, match=r"home-en does not understand 'de'; .*base"):
                await say(server, german(), "de")
            info = await client.describe(server.uri)
            (model,) = info.asr[0].models
            assert model.name == "home-en"
            assert "de" in model.languages
            coming = status(server)["coming"]
            assert isinstance(coming, dict)
            assert (coming["model"], coming["state"]) == ("base", "fetching")
            async with in_background(server, "base serves now, and no more home-en"):
                hub.gate.set()
                await satellites.spoken(2)
            await satellites.spoken(2)
            async with in_background(server, "closed home-en"):
                pass
        assert all(found for _, found in satellites.heard)
        assert wrong_words(satellites.heard) < 0.25
        assert "licht" in (await say(server, german(), "de")).lower()
        now = status(server)
        assert (now["model"], now["coming"], now["failed"]) == ("base", None, 0)
        assert httpx2.get(f"{server.http_url}/v1/models").json()["data"][0]["id"] == "base"
        metrics = httpx2.get(f"{server.http_url}/metrics").text
        assert "wyoming_whisper_model_exchanges_total 1.0" in metrics
        assert 'model="base"' in metrics
        assert not any("Traceback" in line for line in server.lines)
        assert server.stop() == 0


@needs("base")
async def test_a_download_killed_half_way(hub: FakeHub, tmp_path: Path) -> None:
    """After a restart it goes on where it stood; after the next one base serves from the start."""
    half = len(hub.files["model.bin"]) // 2
    with household(hub, tmp_path) as server:
        server.wait_for("ready: home-en")
        server.wait_for("base is still being downloaded, [1-9]")
        server.kill()
    assert (tmp_path / f"{BASE}.partial" / "model.bin").stat().st_size <= half
    written = (tmp_path / f"{BASE}.partial" / "model.bin").stat().st_size
    hub.gate.set()
    hub.requests.clear()
    with household(hub, tmp_path) as server:
        server.wait_for("base serves now")
        assert "licht" in (await say(server, german(), None)).lower()
    asked = [wanted for path, wanted in hub.requests if path.endswith("model.bin")]
    assert asked == [f"bytes={written}-"]
    hub.requests.clear()
    with household(hub, tmp_path) as server:
        server.wait_for("ready: base")
    assert hub.requests == []


@needs("base")
async def test_what_must_not_be_taken(hub: FakeHub, tmp_path: Path) -> None:
    """Other weights than base's, a full disk, a broken file: a line each, and home-en stays."""
    right = hub.files["model.bin"]
    hub.files["model.bin"] = right[:-1] + bytes([right[-1] ^ 1])
    hub.gate.set()
    with household(hub, tmp_path) as server:
        server.wait_for("ready: home-en")
        server.wait_for("model.bin of .*base' is not the one that is known by this name")
        assert await say(server, COMMANDS[0].samples, "en")
        hub.files["model.bin"] = right
        hub.claimed_sizes = {"model.bin": 10**15}
        httpx2.post(f"{server.http_url}/admin/reload").raise_for_status()
        server.wait_for(r"the disk has no room for .*base': \d+ MB are missing")
        assert await say(server, COMMANDS[0].samples, "en")
        hub.claimed_sizes = {}
        hub.mood = Mood.LYING
        server.process.send_signal(signal.SIGHUP)
        server.wait_for("arrived damaged")
        assert await say(server, COMMANDS[0].samples, "en")
        hub.mood = Mood.GOOD
        server.process.send_signal(signal.SIGHUP)
        server.wait_for("base serves now")
        assert not any("Traceback" in line for line in server.lines)


def test_the_owners_new_weights(tmp_path: Path) -> None:
    """A directory that is written anew is loaded at SIGHUP; one that is damaged leaves the old."""
    folder = write_english_model(tmp_path / "mine")
    with ServerProcess.of_model(str(folder)) as server:
        server.wait_for("ready: mine")
        (folder / "config.json").rename(folder / "config.old")
        server.process.send_signal(signal.SIGHUP)
        server.wait_for("has no config.json; mine serves on")
        (folder / "config.old").rename(folder / "config.json")
        server.process.send_signal(signal.SIGHUP)
        server.wait_for("mine is still the model to serve")
        write_english_model(folder)
        server.process.send_signal(signal.SIGHUP)
        server.wait_for("mine serves now, and no more mine")


def test_nothing_is_downloaded_where_that_is_forbidden(tmp_path: Path) -> None:
    """--no-download serves with what is there, and asks nobody."""
    hub = FakeHub({}, BASE)
    with running(hub), household(hub, tmp_path, "--no-download") as server:
        server.wait_for("home-en: base suits .* is not on disk, and may not be downloaded")
        server.wait_for("ready: home-en")
    assert hub.requests == []


def test_a_language_that_nothing_here_speaks(tmp_path: Path) -> None:
    """--language de has a model fetched that understands it, and nobody is served by home-en."""
    hub = FakeHub({}, BASE)
    with running(hub), household(hub, tmp_path, "--language", "de") as server:
        server.wait_for("model base: suits .* and de")
        server.wait_for("holds no CTranslate2 model.*next try in 5 s")
        with pytest.raises(ServerFailed, match="could not be downloaded"):
            asyncio.run(say(server, COMMANDS[0].samples, "de"))
