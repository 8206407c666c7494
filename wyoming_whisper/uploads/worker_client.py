"""The server's side of the processes that decode files (see `worker`)."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import math
import os
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from wyoming_whisper.audio.ffmpeg import PIECES_PER_SECOND, SAMPLE_BYTES
from wyoming_whisper.audio.local_file import samples_of
from wyoming_whisper.audio.pcm import SAMPLE_RATE
from wyoming_whisper.errors import DecoderFailed, UndecodableAudio
from wyoming_whisper.uploads import worker
from wyoming_whisper.uploads.worker import DURATION, HEAD, TOO_LONG, Order, Record

if TYPE_CHECKING:
    from wyoming_whisper.audio.pcm import Block

_LOG = logging.getLogger(__name__)

# Far more than it needs on a machine that is busy to the brim.
_MAX_START_S: Final = 30.0
# A process that is killed ends when the disk has answered it.
_MAX_END_S: Final = 10.0
_MAX_RECORD_BYTES: Final = HEAD.size + SAMPLE_RATE // PIECES_PER_SECOND * SAMPLE_BYTES


class Template:
    """A process that forks workers."""

    def __init__(self, process: asyncio.subprocess.Process, control: socket.socket) -> None:
        self._process = process
        self._control = control

    @classmethod
    async def start(cls, order: Order) -> Template:
        """Start the process and wait until it is ready; cancelling is safe.

        Args:
            order: What its workers will have to do.

        Raises:
            DecoderFailed: If it does not start.
        """
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.setblocking(False)
        try:
            with theirs:
                process = await asyncio.create_subprocess_exec(
                    # Neither the folder it is started in nor what `site` adds: see _environment.
                    *(sys.executable, "-P", "-S", "-m", worker.__name__),
                    *map(str, (order.rate, order.max_memory_bytes, order.max_cpu_s)),
                    stdin=theirs.fileno(),
                    stdout=asyncio.subprocess.DEVNULL,
                    env=_environment(),
                    # The terminal's Ctrl-C is for the server alone.
                    start_new_session=True,
                )
        except OSError as error:
            ours.close()
            raise DecoderFailed(f"the file decoder does not start: {error.strerror}") from error
        except BaseException:
            ours.close()
            raise
        template = cls(process, ours)
        try:
            kind, _ = await _receive(ours, _MAX_START_S)
            if kind is not Record.READY:
                raise DecoderFailed("the file decoder does not start")
        except TimeoutError:
            await template.end()
            raise DecoderFailed(f"the file decoder takes {_MAX_START_S:g} s to start") from None
        except BaseException:
            await template.end()
            raise
        return template

    def fork(self, descriptor: int, stall_s: float, language: str | None = None) -> Worker:
        """Have a file decoded.

        Args:
            descriptor: The file; it may be closed as soon as this returns.
            stall_s: How long a record may take to come.
            language: Whisper's code of the language that its track shall be in, if one shall.

        Raises:
            ConnectionError: If this process has ended.
            DecoderFailed: If there are no descriptors left, or too many files at once.
        """
        with contextlib.ExitStack() as stack:
            try:
                ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
                stack.callback(theirs.close)
                stack.callback(ours.close)
                ours.setblocking(False)
                end, leash = os.pipe()
                stack.callback(os.close, end)
                stack.callback(os.close, leash)
                wanted = worker.ANY_LANGUAGE if language is None else language.encode()
                socket.send_fds(self._control, [wanted], [theirs.fileno(), end, descriptor])
            except ConnectionError:
                raise
            except OSError as error:
                raise DecoderFailed(f"the file cannot be decoded now: {error.strerror}") from error
            stack.pop_all()
        theirs.close()
        os.close(end)
        return Worker(ours, leash, stall_s)

    async def end(self) -> None:
        """Kill the process and wait for its end; its workers do not mind."""
        self._control.close()
        if self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
        # Cancelled or not, asyncio sees to it that no zombie is left.
        await self._process.wait()


class Worker:
    """A process that decodes one file."""

    def __init__(self, channel: socket.socket, leash: int, stall_s: float) -> None:
        self._channel = channel
        self._leash: int | None = leash
        self._stall_s = stall_s

    async def opened(self) -> float | None:
        """Return how long the file says it is, seconds.

        Raises:
            UndecodableAudio: If there is no audio in it.
            DecoderFailed: If the process has not started, or failed.
        """
        kind, body = await self._next()
        if kind is None:
            raise DecoderFailed("the file decoder has ended unexpectedly")
        if kind is Record.READY:
            kind, body = await self._next()
        if kind is not Record.OPENED:
            raise _error(kind, body)
        (duration_s,) = DURATION.unpack(body)
        return None if math.isnan(duration_s) else float(duration_s)

    async def next_block(self) -> Block | None:
        """Return the next block, or None at the end.

        Raises:
            UndecodableAudio: If the rest cannot be decoded.
            DecoderFailed: If the process has failed.
        """
        kind, body = await self._next()
        if kind is Record.SAMPLES:
            return samples_of(body)
        if kind is Record.END:
            return None
        raise _error(kind, body)

    async def end(self) -> None:
        """Kill the process and wait for its end."""
        leash, self._leash = self._leash, None
        if leash is None:
            return
        os.close(leash)
        try:
            # What it has sent is still there.
            while (await _receive(self._channel, _MAX_END_S))[0] is not None:
                pass
        except TimeoutError:
            _LOG.warning("a process that decoded a file has not ended %g s after", _MAX_END_S)
        finally:
            self._channel.close()

    async def _next(self) -> tuple[Record | None, memoryview]:
        try:
            return await _receive(self._channel, self._stall_s)
        except TimeoutError:
            _LOG.warning("a file that gave nothing for %g s is not decoded further", self._stall_s)
            raise UndecodableAudio(TOO_LONG) from None


async def _receive(channel: socket.socket, timeout_s: float) -> tuple[Record | None, memoryview]:
    """Return the next record and its body, or None and nothing if the process has ended."""
    try:
        async with asyncio.timeout(timeout_s):
            record = await asyncio.get_running_loop().sock_recv(channel, _MAX_RECORD_BYTES)
    except ConnectionError:
        record = b""
    if not record:
        return None, memoryview(b"")
    (kind,) = HEAD.unpack_from(record)
    return Record(kind), memoryview(record)[HEAD.size :]


def _error(kind: Record | None, body: memoryview) -> Exception:
    """Return the error that a record, or the lack of one, amounts to."""
    match kind:
        case Record.REFUSED:
            return UndecodableAudio(str(body, "utf-8"))
        case None:
            _LOG.warning("decoding a file crashed its process")
            return UndecodableAudio("decoding the file crashed the decoder")
        case _:
            _LOG.error("the file decoder failed: %s", str(body, "utf-8", "replace"))
            return DecoderFailed("the file decoder failed")


def _environment() -> dict[str, str]:
    """Return all that a worker may know: where this program's packages and libraries are."""
    # An installation that can be edited is found by `site` only.
    package = str(Path(worker.__file__).parents[2])
    environment = {"PYTHONPATH": os.pathsep.join([*filter(None, sys.path), package])}
    for name in ("LD_LIBRARY_PATH", "PYTHONHOME"):
        if name in os.environ:
            environment[name] = os.environ[name]
    return environment
