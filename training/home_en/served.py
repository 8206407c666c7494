"""Transcripts of whole servers, which speak Wyoming: ours, and wyoming-faster-whisper.

Each is started as its users start it, on a free port of the loopback, and asked as a satellite
asks it.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import subprocess
import sys
import tempfile
import time
from typing import TYPE_CHECKING

from wyoming_whisper.errors import ServerFailed
from wyoming_whisper.wyoming_api.client import describe, transcribe

from .paths import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from .features import Wave

START_SECONDS = 60
_POLL_SECONDS = 0.2
_STOP_SECONDS = 10
_FOREIGN = ("WYOMING_WHISPER", "WYO_WHISPER", "PYTHONPATH")
"""Beginnings of the variables that would change what a server does."""


def our_server(folder: Path) -> list[str]:
    """The command of this project's server on a model's directory; {uri} and {data} are open."""
    return [
        *(sys.executable, "-m", "wyoming_whisper", "--model", str(folder.resolve())),
        *("--uri", "{uri}", "--data-dir", "{data}", "--language", "en", "--device", "cpu"),
        *("--no-zeroconf", "--local-files-only"),
    ]


def peer_server(python: Path, folder: Path) -> list[str]:
    """The command of wyoming-faster-whisper, installed beside `python`, at its defaults."""
    return [
        *(str(python.absolute()), "-m", "wyoming_faster_whisper", "--model", str(folder.resolve())),
        *("--uri", "{uri}", "--data-dir", "{data}", "--language", "en", "--device", "cpu"),
        "--local-files-only",
    ]


@contextlib.contextmanager
def serving(command: Sequence[str]) -> Iterator[str]:
    """Run a server on a free port and an empty data directory; the value is its address.

    Raises:
        RuntimeError: it ends at once, or does not answer within `START_SECONDS`.
    """
    with tempfile.TemporaryDirectory() as data, tempfile.TemporaryFile() as log:
        uri = f"tcp://127.0.0.1:{_free_port()}"
        process = subprocess.Popen(
            [part.format(uri=uri, data=data) for part in command],
            cwd=ROOT,
            env={k: v for k, v in os.environ.items() if not k.startswith(_FOREIGN)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
        try:
            if not _answers(process, uri):
                log.seek(0)
                said = log.read().decode(errors="replace").strip()[-2000:]
                raise RuntimeError(f"{command[2]} does not start:\n{said}")
            yield uri
        finally:
            process.terminate()
            try:
                process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def transcripts(uri: str, waves: Sequence[Wave]) -> list[str]:
    """What the server at `uri` hears in each wave, sent one after another as fast as it goes.

    Raises:
        ServerFailed: it reports an error or hangs up.
    """

    async def ask() -> list[str]:
        return [(await transcribe(uri, [wave], language="en")).text for wave in waves]

    return asyncio.run(ask())


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def _answers(process: subprocess.Popen[bytes], uri: str) -> bool:
    """Wait until the server describes itself."""
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            asyncio.run(describe(uri))
        except ServerFailed:
            time.sleep(_POLL_SECONDS)
        else:
            return True
    return False
