"""The processes that decode files: what they give up, and how they end."""

from __future__ import annotations

import os
import select
import socket
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import pytest
from hostile_files import bomb, matroska, playlist, sine, wav

from wyoming_whisper.audio.local_file import samples_of
from wyoming_whisper.audio.pcm import mono_to_pcm16
from wyoming_whisper.uploads import worker
from wyoming_whisper.uploads.worker import DURATION, HEAD, Record

if TYPE_CHECKING:
    from collections.abc import Iterator

_TIMEOUT_S: Final = 30


class Template:
    """A template process and the other end of its control."""

    def __init__(self, max_memory_bytes: int = 100_000_000, max_cpu_s: int = 60) -> None:
        self.control, theirs = pair()
        arguments = map(str, (16_000, max_memory_bytes, max_cpu_s))
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-m", worker.__name__, *arguments], stdin=theirs.fileno()
            )
        assert received(self.control) == (Record.READY, b"")

    def fork(self, content: bytes) -> tuple[socket.socket, int]:
        """Hand over a file; return the channel and the leash."""
        channel, theirs = pair()
        end, leash = os.pipe()
        with tempfile.TemporaryFile() as file, theirs:
            file.write(content)
            file.flush()
            socket.send_fds(self.control, [b"\0"], [theirs.fileno(), end, file.fileno()])
        os.close(end)
        return channel, leash

    def decode(self, content: bytes) -> list[tuple[Record, bytes]]:
        """Return all records about a file."""
        channel, leash = self.fork(content)
        with channel:
            records = list(iter(lambda: received(channel), None))
        os.close(leash)
        return [record for record in records if record is not None]


@contextmanager
def template(max_memory_bytes: int = 100_000_000, max_cpu_s: int = 60) -> Iterator[Template]:
    """Run a template for the length of a block."""
    running = Template(max_memory_bytes, max_cpu_s)
    try:
        yield running
    finally:
        running.control.close()
        assert running.process.wait(_TIMEOUT_S) == 0


def pair() -> tuple[socket.socket, socket.socket]:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ours.settimeout(_TIMEOUT_S)
    return ours, theirs


def received(channel: socket.socket) -> tuple[Record, bytes] | None:
    """Return the next record, or None where the process has ended."""
    record = channel.recv(1_000_000)
    if not record:
        return None
    return Record(HEAD.unpack_from(record)[0]), record[HEAD.size :]


def test_records_of_a_file() -> None:
    """A file that is audio is opened, comes in pieces, and ends; each in a process of its own."""
    with template() as running:
        for _ in range(2):
            records = running.decode(wav(sine(16_000, 1.25)))
            kinds = [kind for kind, _ in records]
            assert kinds == [Record.READY, Record.OPENED, *[Record.SAMPLES] * 3, Record.END]
            assert DURATION.unpack(records[1][1]) == (1.25,)
            samples = samples_of(b"".join(body for kind, body in records if kind == Record.SAMPLES))
            assert mono_to_pcm16(samples) == mono_to_pcm16(sine(16_000, 1.25))


def test_records_of_what_is_no_audio() -> None:
    """A file that is no audio is refused with a reason, and the next one is decoded."""
    with template() as running:
        (_, (kind, body)) = running.decode(playlist("file:///etc/passwd"))
        assert kind is Record.REFUSED
        assert b"format" in body
        assert running.decode(wav(sine(16_000)))[-1] == (Record.END, b"")


def test_memory_is_limited() -> None:
    """A file that takes more memory than there may be is refused, or ends its process."""
    hungry = matroska(1, bytes(50_000_000))
    with template() as running:
        assert running.decode(hungry)[-1][0] is Record.REFUSED
    with template(1_000_000_000) as running:
        assert running.decode(hungry)[-1][0] is Record.END


def test_time_is_limited() -> None:
    """A file that takes longer than it may is decoded so far."""
    with template(max_cpu_s=1) as running:
        records = running.decode(bomb(10))
        kinds = [kind for kind, _ in records]
        assert kinds[:3] == [Record.READY, Record.OPENED, Record.SAMPLES]
        assert kinds[-1] is Record.REFUSED
        assert b"too long" in records[-1][1]


@pytest.mark.parametrize("ahead", [0, 1, 3])
def test_the_leash_ends_a_worker(ahead: int) -> None:
    """A worker whose leash is let go is gone, whether it waits for its reader or works."""
    with template() as running:
        channel, leash = running.fork(wav(sine(16_000, 600)))
        for _ in range(ahead):
            assert received(channel)
        os.close(leash)
        with channel:
            while received(channel) is not None:
                pass
        # What it held is nobody's any more.
        assert running.decode(wav(sine(16_000)))[-1][0] is Record.END


def test_the_leash_ends_a_process_that_does_not_listen() -> None:
    """Whoever wears a leash is killed when it is let go, be it that he spins in C."""
    end, leash = os.pipe()
    code = (
        "import sys\n"
        "from wyoming_whisper.uploads import worker\n"
        "worker._put_on(int(sys.argv[1]))\n"
        "print(flush=True)\n"
        "sum(range(10**15))\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(end)], pass_fds=[end], stdout=subprocess.PIPE
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline()
        os.close(end)
        os.close(leash)
        assert process.wait(_TIMEOUT_S) == -9


def test_a_leash_that_was_let_go_before() -> None:
    """A leash that nobody holds when it is put on ends the process as well."""
    end, leash = os.pipe()
    os.close(leash)
    code = (
        "import sys\n"
        "from wyoming_whisper.uploads import worker\n"
        "worker._put_on(int(sys.argv[1]))\n"
        "raise SystemExit(5)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(end)], pass_fds=[end], timeout=30, check=False
    )
    os.close(end)
    assert done.returncode in {0, -9}


def test_the_template_ends_with_the_server() -> None:
    """A template whose control is closed ends, and so does the worker that waits."""
    running = Template()
    pidfds = [os.pidfd_open(pid) for pid in children(running.process.pid)]
    running.control.close()
    assert running.process.wait(_TIMEOUT_S) == 0
    for pidfd in pidfds:
        assert select.select([pidfd], [], [], _TIMEOUT_S)[0]
        os.close(pidfd)


def test_a_waiting_worker_that_dies_is_replaced() -> None:
    """A worker that is killed before it has a file is followed by another."""
    with template() as running:
        while not (waiting := children(running.process.pid)):
            pass
        for pid in waiting:
            os.kill(pid, 9)
        assert running.decode(wav(sine(16_000)))[-1][0] is Record.END


def children(pid: int) -> list[int]:
    with open(f"/proc/{pid}/task/{pid}/children") as file:  # noqa: PTH123
        return list(map(int, file.read().split()))


CONFINED: Final = """
import ctypes, os, socket, subprocess, sys, threading
from wyoming_whisper.uploads import worker
from wyoming_whisper.audio.ffmpeg import preload
ours, theirs = socket.socketpair()
written = open(sys.argv[1], "w+b", buffering=0)
preload()
worker.confine(50_000_000, 60)
def refused(attempt):
    try:
        attempt()
    except (OSError, MemoryError):
        return True
assert refused(lambda: open("/etc/passwd"))
assert refused(lambda: socket.socket())
assert refused(lambda: os.pipe())
assert refused(lambda: os.dup(1))
assert refused(lambda: os.memfd_create("x"))
assert refused(lambda: subprocess.run(["/bin/true"]))
assert refused(lambda: written.write(b"x"))
assert refused(lambda: bytearray(60_000_000))
bytearray(10_000_000)
# Neither may it have more again.
import resource
if os.geteuid():
    for kind in (resource.RLIMIT_NOFILE, resource.RLIMIT_FSIZE, resource.RLIMIT_AS):
        try:
            resource.setrlimit(kind, (10**9, 10**9))
        except ValueError:
            continue
        raise AssertionError(kind)
# What it has it keeps.
theirs.send(b"x")
assert ours.recv(1) == b"x"
assert os.pread(written.fileno(), 1, 0) == b""
print(ctypes.CDLL(None).prctl(39, 0, 0, 0, 0))
"""


def test_a_confined_process_can_do_nothing(tmp_path_factory: pytest.TempPathFactory) -> None:
    """It opens no file, socket, pipe or program, writes to no file, and takes no more memory."""
    path = tmp_path_factory.mktemp("confined") / "file"
    done = subprocess.run(
        [sys.executable, "-c", CONFINED, str(path)],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert not done.stderr
    # PR_GET_NO_NEW_PRIVS
    assert done.stdout == "1\n"
    assert path.read_bytes() == b""
