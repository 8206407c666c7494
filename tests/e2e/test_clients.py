"""The right words for every kind of client."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import urllib.request
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
import pytest
import soxr
from recordings import COMMANDS, Recording
from wyoming.asr import Transcribe, Transcript, TranscriptChunk, TranscriptStart, TranscriptStop
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.client import AsyncClient

from wyoming_whisper.audio.pcm import mono_to_pcm16

if TYPE_CHECKING:
    from server_process import ServerProcess


def read_transcript(answers: BinaryIO) -> str:
    """Read on to the transcript, as Home Assistant does."""
    while True:
        head = json.loads(answers.readline())
        data = json.loads(answers.read(head.get("data_length", 0)) or b"{}")
        if head["type"] == "transcript":
            text: str = data["text"]
            return text


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.path.stem)
def test_cli_as_a_satellite(server: ServerProcess, command: Recording) -> None:
    """Every test command, by speakers never heard in training, comes back word for word."""
    done = subprocess.run(
        [sys.executable, "-m", "wyoming_whisper", "transcribe", str(command.path),
         "--uri", server.uri],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout == command.text + "\n"


def test_cli_without_a_server() -> None:
    """The command line decodes a file by itself, and says nothing else."""
    command = COMMANDS[0]
    done = subprocess.run(
        [sys.executable, "-m", "wyoming_whisper", "transcribe", str(command.path),
         "--model", "home-en"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout == command.text + "\n"
    assert done.stderr == ""


async def test_wyoming_client(server: ServerProcess) -> None:
    """The wyoming package's own client gets the words, and their language."""
    pcm = mono_to_pcm16(COMMANDS[0].samples)
    async with AsyncClient.from_uri(server.uri) as client:
        await client.write_event(Transcribe(language="en").event())
        await client.write_event(AudioStart(16_000, 2, 1).event())
        for start in range(0, len(pcm), 320):
            await client.write_event(AudioChunk(16_000, 2, 1, pcm[start : start + 320]).event())
        await client.write_event(AudioStop().event())
        events = [await client.read_event() for _ in range(4)]
    start, chunk, transcript, stop = [event for event in events if event is not None]
    assert TranscriptStart.is_type(start.type)
    assert TranscriptChunk.from_event(chunk).text == COMMANDS[0].text
    assert Transcript.from_event(transcript) == Transcript(COMMANDS[0].text, language="en")
    assert TranscriptStop.is_type(stop.type)


def test_http_bridge(server: ServerProcess) -> None:
    """The wyoming package's HTTP bridge gets the words from a WAV file."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    bridge = subprocess.Popen(
        [sys.executable, "-m", "wyoming.http.asr_server", "--host", "127.0.0.1",
         "--port", str(port), "--uri", server.uri],
        stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    try:
        assert bridge.stderr is not None
        assert any("Running on" in line for line in bridge.stderr)
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}/api/speech-to-text?language=en",
            COMMANDS[1].path.read_bytes(),
            {"Content-Type": "audio/wav"},
        )
        with urllib.request.urlopen(request, timeout=30) as response:
            assert json.load(response)["text"] == COMMANDS[1].text
    finally:
        bridge.terminate()
        bridge.communicate()


def test_raw_socket(server: ServerProcess) -> None:
    """The oldest legal form: data in the header, no version, no transcribe, no language."""
    pcm = mono_to_pcm16(COMMANDS[2].samples)
    audio = '"data": {"rate": 16000, "width": 2, "channels": 1}'
    with socket.create_connection(server.address, timeout=30) as raw, raw.makefile("rb") as answers:
        raw.sendall(b'{ "type": "audio-start", %b }\n' % audio.encode())
        header = f'{{"type": "audio-chunk", {audio}, "payload_length": {len(pcm)}}}\n'
        raw.sendall(header.encode() + pcm)
        raw.sendall(b'{"type": "audio-stop"}\n')
        assert read_transcript(answers) == COMMANDS[2].text


@pytest.mark.parametrize(
    ("rate", "width", "channels"), [(48_000, 2, 2), (44_100, 4, 1), (22_050, 3, 8), (16_000, 1, 1)]
)
def test_other_formats(server: ServerProcess, rate: int, width: int, channels: int) -> None:
    """A command in another sample format is the same command."""
    command = COMMANDS[0]
    mono = soxr.resample(command.samples, 16_000, rate)
    full_scale = 2 ** (8 * width - 1)
    integers = np.clip(np.rint(mono * full_scale), -full_scale, full_scale - 1).astype("<i8")
    if width == 1:
        integers += 128
    frames = np.repeat(integers[:, None], channels, axis=1)
    pcm = frames.reshape(-1, 1).view(np.uint8)[:, :width].tobytes()
    fields = f'"data": {{"rate": {rate}, "width": {width}, "channels": {channels}}}'
    with socket.create_connection(server.address, timeout=30) as raw, raw.makefile("rb") as answers:
        for start in range(0, len(pcm), 1_001):
            chunk = pcm[start : start + 1_001]
            header = f'{{"type": "audio-chunk", {fields}, "payload_length": {len(chunk)}}}\n'
            raw.sendall(header.encode() + chunk)
        raw.sendall(b'{"type": "audio-stop"}\n')
        assert read_transcript(answers) == command.text
