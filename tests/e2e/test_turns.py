"""Commands that are over before the client says so, and several programs, in the real server."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from typing import TYPE_CHECKING, Final

import httpx2
import numpy as np
import pytest
from recordings import COMMANDS
from server_process import ServerProcess
from wyoming.asr import Transcribe, Transcript
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.client import AsyncClient
from wyoming.info import Describe, Info, SelectProgram

from wyoming_whisper.audio.local_file import read_audio
from wyoming_whisper.audio.pcm import SAMPLE_RATE, mono_to_pcm16
from wyoming_whisper.doctor.trial import RECORDING
from wyoming_whisper.wyoming_api import client

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from wyoming.event import Event

    from wyoming_whisper.audio.pcm import Block

LISTEN: Final = ("--uri", "tcp://127.0.0.1:0", "--model", "home-en", "--no-zeroconf")
QUIET: Final = np.zeros(SAMPLE_RATE, np.float32)


def turned_on() -> Block:
    """A command that nothing else can follow in a home with this lamp."""
    return np.concatenate([*read_audio(RECORDING)])


@pytest.fixture(scope="module")
def household(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """A server that knows the home, and has read its sentences."""
    lamp = tmp_path_factory.mktemp("home") / "names.txt"
    lamp.write_text("[light]\nKitchen Light\n[area]\nKitchen\n")
    server = ServerProcess(
        *LISTEN, "--vocabulary", str(lamp), "--program", "second=home-en,beam=1",
        "--http-port", "0",
    )  # fmt: skip
    try:
        server.wait_for("ready: ")
        yield server
    finally:
        server.stop()


async def until_read(server: ServerProcess) -> None:
    """Speak until the home's sentences have been read: a command is one then."""
    async with asyncio.timeout(60):
        while True:
            n_lines = len(server.lines)
            await client.transcribe(server.uri, [turned_on()])
            if any(", a sentence" in line for line in server.lines[n_lines:]):
                return


async def test_home_assistant_leaves_with_the_answer(household: ServerProcess) -> None:
    """A whole command is answered in its speaker's pause; who reads on to the end gets it too."""
    await until_read(household)
    command = [turned_on(), QUIET, QUIET]
    for leaves in (True, False):
        n_lines = len(household.lines)
        answer = await client.transcribe(
            household.uri, command, language="en", real_time=True, leaves_at_answer=leaves
        )
        assert "kitchen light" in answer.text.lower()
        assert answer.answered_s < sum(map(len, command)) / SAMPLE_RATE - 0.5 or not leaves
        (line,) = [line for line in household.lines[n_lines:] if "after its end" in line]
        assert "(a whole command)" in line
    metrics = httpx2.get(f"{household.http_url}/metrics").text
    assert 'wyoming_whisper_turn_ends_total{reason="whole_command"} 2.0' in metrics
    assert "wyoming_whisper_turn_cuts_total 0.0" in metrics


async def test_many_turns(household: ServerProcess) -> None:
    """Whichever Home Assistant it is, no utterance is lost or answered twice."""
    await until_read(household)
    command = [turned_on(), QUIET]
    for leaves in (True, False):
        answers = await asyncio.gather(
            *(
                client.transcribe(household.uri, command, real_time=True, leaves_at_answer=leaves)
                for _ in range(6)
            )
        )
        assert len({answer.text for answer in answers}) == 1
    status = httpx2.get(f"{household.http_url}/status").json()
    assert (status["failed"], status["in_flight"]) == (0, 0)


async def transcribed(uri: str, *events: Event) -> Transcript:
    """Send a command behind some events; return its transcript."""
    pcm = mono_to_pcm16(COMMANDS[0].samples)
    async with AsyncClient.from_uri(uri) as wyoming:
        for event in events:
            await wyoming.write_event(event)
        await wyoming.write_event(AudioStart(16_000, 2, 1).event())
        await wyoming.write_event(AudioChunk(16_000, 2, 1, pcm).event())
        await wyoming.write_event(AudioStop().event())
        while (event := await wyoming.read_event()) is not None:
            if Transcript.is_type(event.type):
                return Transcript.from_event(event)
    raise ConnectionResetError


async def test_two_programs(household: ServerProcess) -> None:
    """Both are described, chosen by any of their names, and serve HTTP by them."""
    async with AsyncClient.from_uri(household.uri) as wyoming:
        await wyoming.write_event(Describe().event())
        event = await wyoming.read_event()
        assert event is not None
        programs = Info.from_event(event).asr
    assert [program.name for program in programs] == ["wyoming-whisper", "second"]
    for events in (
        [SelectProgram("second").event()],
        [Transcribe(name="second", context={"turn": 1}).event()],
        [SelectProgram("nobody").event()],
    ):
        transcript = await transcribed(household.uri, *events)
        assert (transcript.text, transcript.language) == (COMMANDS[0].text, "en")
    url = f"{household.http_url}/v1"
    names = [model["id"] for model in httpx2.get(f"{url}/models").json()["data"]]
    assert names[:2] == ["home-en", "second"]
    with COMMANDS[0].path.open("rb") as file:
        answer = httpx2.post(
            f"{url}/audio/transcriptions", files={"file": file}, data={"model": "second"}
        )
    assert answer.json()["text"] == COMMANDS[0].text


def test_programs_that_cannot_be(tmp_path: Path) -> None:
    """A name that two have, and a model that nobody has, end the start with a line."""
    for program, line in (
        ("WYOMING-WHISPER=home-en", "each needs a name of its own"),
        ("other=nothing-like-it", "nothing-like-it"),
    ):
        done = subprocess.run(
            [sys.executable, "-m", "wyoming_whisper", *LISTEN, "--data-dir", str(tmp_path),
             "--local-files-only", "--program", program],
            capture_output=True, text=True, timeout=30, check=False,
        )  # fmt: skip
        assert done.returncode != 0
        assert line in done.stderr
