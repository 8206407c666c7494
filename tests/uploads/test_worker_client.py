"""The server's side of the processes that decode files."""

from __future__ import annotations

import os
import resource
import signal
import socket
import sys
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import pytest
from hostile_files import sine, wav

from wyoming_whisper.errors import DecoderFailed, UndecodableAudio
from wyoming_whisper.uploads.worker import Order
from wyoming_whisper.uploads.worker_client import Template, Worker

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from wyoming_whisper.audio.pcm import Block

_ORDER: Final = Order(rate=16_000, max_memory_bytes=100_000_000, max_cpu_s=60)
_STALL_S: Final = 30.0


@asynccontextmanager
async def template() -> AsyncIterator[Template]:
    """Run a template for the length of a block."""
    running = await Template.start(_ORDER)
    try:
        yield running
    finally:
        await running.end()


async def all_blocks(worker: Worker) -> list[Block]:
    """Return the blocks of a file that is opened."""
    blocks = []
    while (block := await worker.next_block()) is not None:
        blocks.append(block)
    return blocks


@pytest.fixture
def file(tmp_path_factory: pytest.TempPathFactory) -> int:
    """The descriptor of a WAV of 30 s."""
    path = tmp_path_factory.mktemp("file") / "a.wav"
    path.write_bytes(wav(sine(16_000, 30)))
    return os.open(path, os.O_RDONLY)


async def test_a_file_in_blocks(file: int) -> None:
    """A file that is handed over may be closed at once, and comes in blocks."""
    async with template() as running:
        worker = running.fork(file, _STALL_S)
        os.close(file)
        assert await worker.opened() == 30
        blocks = await all_blocks(worker)
        assert np.allclose(np.concatenate(blocks), sine(16_000, 30), atol=1e-4)
        await worker.end()
        await worker.end()  # it has


async def test_workers_outlive_their_template(file: int) -> None:
    """A template that ends takes nobody along."""
    async with template() as running:
        worker = running.fork(file, _STALL_S)
        await worker.opened()
    assert await worker.next_block() is not None
    await worker.end()
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.close(worker._channel.fileno())
    os.close(file)


async def test_a_template_that_has_died(file: int) -> None:
    """A template that has died is noticed before a file is handed over, or with it."""
    async with template() as running:
        os.kill(running._process.pid, signal.SIGKILL)
        await running._process.wait()
        # The worker that waits goes when it has seen that.
        try:
            worker = running.fork(file, _STALL_S)
        except ConnectionError:
            pass
        else:
            await worker.opened()
            await worker.end()
    os.close(file)


async def test_a_template_that_does_not_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that is not there, or that is another, is our fault and said to be."""
    with monkeypatch.context() as patch:
        patch.setattr(sys, "executable", "/nowhere/python")
        with pytest.raises(DecoderFailed, match="No such file"):
            await Template.start(_ORDER)
        patch.setattr(sys, "executable", "/bin/true")
        with pytest.raises(DecoderFailed, match="does not start"):
            await Template.start(_ORDER)


async def test_a_worker_that_crashes(file: int) -> None:
    """A crash is that of the file, wherever it comes."""
    async with template() as running:
        for n_blocks in (0, 1):
            worker = running.fork(file, _STALL_S)
            await worker.opened()
            for _ in range(n_blocks):
                await worker.next_block()
            # As a crash does: everything that it held is closed.
            worker._channel.shutdown(2)
            with pytest.raises(UndecodableAudio, match="crashed"):
                await all_blocks(worker)
            await worker.end()
    os.close(file)


async def test_a_worker_that_never_began() -> None:
    """What ends before it has begun is our fault, and not the file's."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ours.setblocking(False)
    theirs.close()
    end, leash = os.pipe()
    os.close(end)
    worker = Worker(ours, leash, _STALL_S)
    with pytest.raises(DecoderFailed):
        await worker.opened()
    await worker.end()


def descriptors() -> list[int]:
    return [int(path.name) for path in Path("/proc/self/fd").iterdir()]


async def test_no_descriptors_left(file: int) -> None:
    """Where the server has no descriptors left a file is refused, and nothing is lost."""
    async with template() as running:
        blocked = []
        n_before = len(descriptors())
        limit = max(descriptors()) + 4
        before = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (limit, before[1]))
        try:
            while True:
                try:
                    blocked.append(os.dup(0))
                except OSError:
                    break
            for n_free in range(4):
                with pytest.raises(DecoderFailed, match="Too many open files"):
                    running.fork(file, _STALL_S)
                if blocked and n_free < 3:
                    os.close(blocked.pop())
        finally:
            for descriptor in blocked:
                os.close(descriptor)
            resource.setrlimit(resource.RLIMIT_NOFILE, before)
        assert len(descriptors()) == n_before
    os.close(file)
