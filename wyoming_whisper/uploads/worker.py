"""The processes that decode files of somebody else's, one each.

Theory of operation. FFmpeg is a million lines of C that read what strangers send. So they run in
processes of their own. A first one, the template, loads all that is needed and never reads a file;
that takes a tenth of a second. For each file it forks a worker, which takes a few milliseconds;
one that waits for the next file is always there. With the file in its hands, a worker gives up
everything that it does not need: it can open no file, no socket and no program, write to nothing
but its channel, and take only so much memory and time. So a fault that a file provokes stays with
that file.

A worker has three descriptors. The file; a channel, which is a socket that keeps the borders of
records, and where it waits as long as nobody reads; and a leash, a pipe that the server holds the
other end of. The kernel kills the worker when that end is closed, whatever it is doing, and be it
that the server has crashed; no process number can be mistaken for another's.

A record is a number, which says what it is, and a body.
"""

from __future__ import annotations

import ctypes
import fcntl
import gc
import math
import os
import resource
import signal
import socket
import struct
import sys
import time
from contextlib import closing, suppress
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from wyoming_whisper.audio.ffmpeg import PIECES_PER_SECOND, AudioFile, preload
from wyoming_whisper.errors import UndecodableAudio


class Record(IntEnum):
    """What a record is about; its body is in brackets."""

    READY = 1
    """The template awaits files, or a worker has begun with one []."""
    OPENED = 2
    """There is audio in the file [its duration, seconds, or a NaN: a double]."""
    SAMPLES = 3
    """More samples [as `audio.ffmpeg` gives them]."""
    END = 4
    """That was the last of it []."""
    REFUSED = 5
    """It cannot be decoded, or no further [the reason, UTF-8]."""
    FAILED = 6
    """Something is wrong here, and not with the file [what, UTF-8]."""


HEAD: Final = struct.Struct("=I")
"""The start of every record: its number. Samples behind it are aligned."""
DURATION: Final = struct.Struct("=d")

# The worker that has a file first: on two cores forking the next at once costs it 3 ms, out of 6.
_PAUSE_S: Final = 0.003
# What a worker says to the template.
_TAKEN: Final = b"t"
_NO_MORE: Final = b"n"
ANY_LANGUAGE: Final = b"*"
"""Brings a file whose track may be in any language."""
_MAX_LANGUAGE_BYTES: Final = 16

TOO_LONG: Final = "decoding the file takes too long"

_LIBC: Final = ctypes.CDLL(None)
# From linux/prctl.h.
_PR_SET_NO_NEW_PRIVS: Final = 38
# A file that is longer than any command steps back behind commands.
_SHORT_S: Final = 60
_NICENESS: Final = 10


@dataclass(frozen=True, slots=True)
class Order:
    """What workers have to do.

    Attributes:
        rate: Samples a second that are wanted.
        max_memory_bytes: What one may take beside the program itself.
        max_cpu_s: What it may take of a processor's time.
    """

    rate: int
    max_memory_bytes: int
    max_cpu_s: int


def serve(control: socket.socket, order: Order) -> None:
    """Be the template: have a worker wait for the next file, until nobody can send one.

    Args:
        control: Of type ``SOCK_SEQPACKET``, blocking. A message says which language a file's track
            shall be in, or `ANY_LANGUAGE`, and brings three descriptors: the worker's channel, the
            end of its leash, and the file.
        order: What the workers have to do.

    Raises:
        OSError: If there is no process to be had.
    """
    preload()
    # A collection would write to, and so copy, what the workers have in common.
    gc.collect()
    gc.freeze()
    # Nobody asks how they ended.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with suppress(ConnectionError):
        _send(control, Record.READY)
    while True:
        news, worker_news = os.pipe()
        if os.fork() == 0:
            os.close(news)
            _wait_for_work(order, control, worker_news)
            os._exit(0)
        os.close(worker_news)
        with open(news, "rb", buffering=0) as file:  # noqa: PTH123 - a descriptor
            # It may also have died, without a word.
            if file.read(1) == _NO_MORE:
                return
        time.sleep(_PAUSE_S)


def _wait_for_work(order: Order, control: socket.socket, news: int) -> None:
    # Here, and not while a file waits, the memory that decoding writes to is copied.
    preload()
    language, descriptors, _, _ = socket.recv_fds(control, _MAX_LANGUAGE_BYTES, 3)
    has_work = len(descriptors) == 3  # else the server is gone, or has no descriptors left
    with suppress(BrokenPipeError):  # the template is gone
        os.write(news, _TAKEN if has_work else _NO_MORE)
    if has_work:
        os.close(news)
        control.close()
        channel, leash, file = descriptors
        wanted = None if language == ANY_LANGUAGE else language.decode()
        _work(order, socket.socket(fileno=channel), leash, file, wanted)


def confine(max_memory_bytes: int, max_cpu_s: int) -> None:
    """Give up for ever what decoding an open file does not need."""
    with open("/proc/self/statm", "rb", buffering=0) as status:  # noqa: PTH123 - takes a third
        n_pages = int(status.read().split()[0])
    limits = {
        resource.RLIMIT_AS: n_pages * resource.getpagesize() + max_memory_bytes,
        resource.RLIMIT_CPU: max_cpu_s,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: 0,
        # The superuser may start processes all the same, though no program, for want of files.
        resource.RLIMIT_NPROC: 0,
        # What is open stays open.
        resource.RLIMIT_NOFILE: 0,
    }
    for kind, limit in limits.items():
        resource.setrlimit(kind, (limit, limit))
    _LIBC.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


def _work(
    order: Order, channel: socket.socket, leash: int, file: int, language: str | None
) -> None:
    """Be a worker."""
    _put_on(leash)
    # Where FFmpeg has gone astray, nothing in here can tell: the server looks at the clock, and
    # this is the end if it does not.
    confine(order.max_memory_bytes, 2 * order.max_cpu_s)
    # What does not get anywhere is not worth a message: the server is gone.
    with suppress(ConnectionError):
        _send(channel, Record.READY)
        try:
            with closing(AudioFile(file, order.rate, language)) as audio:
                _decode(channel, audio, order.max_cpu_s)
            _send(channel, Record.END)
        except UndecodableAudio as error:
            _send(channel, Record.REFUSED, str(error).encode())
        except ConnectionError:
            raise
        except Exception as error:  # noqa: BLE001 - there is nobody else to tell
            _send(channel, Record.FAILED, f"{type(error).__name__}: {error}".encode()[:1_000])


def _decode(channel: socket.socket, audio: AudioFile, max_cpu_s: int) -> None:
    duration_s = math.nan if audio.duration_s is None else audio.duration_s
    _send(channel, Record.OPENED, DURATION.pack(duration_s))
    for number, piece in enumerate(audio.pieces()):
        _send(channel, Record.SAMPLES, piece)
        if number == _SHORT_S * PIECES_PER_SECOND:
            os.nice(_NICENESS)
        if time.process_time() > max_cpu_s:
            raise UndecodableAudio(TOO_LONG)


def _put_on(leash: int) -> None:
    """Have this process killed when the other end of a pipe is closed."""
    os.set_blocking(leash, False)
    fcntl.fcntl(leash, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(leash, fcntl.F_SETSIG, signal.SIGKILL)
    fcntl.fcntl(leash, fcntl.F_SETFL, os.O_ASYNC | os.O_NONBLOCK)
    # It may have been closed before that.
    with suppress(BlockingIOError):
        os.read(leash, 1)
        os._exit(0)


def _send(channel: socket.socket, record: Record, body: bytes = b"") -> None:
    channel.sendmsg((HEAD.pack(record), body))


def main(arguments: list[str]) -> None:
    """Run the template: its standard input is the control, the arguments are its order."""
    # The server decides when this ends, also while it finishes what it has begun.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    serve(socket.socket(fileno=0), Order(*map(int, arguments)))


if __name__ == "__main__":
    main(sys.argv[1:])
