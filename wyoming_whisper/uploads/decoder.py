"""Files that clients send → blocks of samples, as a stream, decoded in processes of their own.

Theory of operation. Each file has a process for itself: a crash, a leak or a bomb stays with that
file. These are forked from a template, which is started with the first file and stays (see
`worker`). A worker decodes as the blocks are asked for, and a few seconds ahead: what a film
takes in memory does not depend on its length, and whoever stops reading stops the work.

Three clocks end a decode that gets nowhere: the length of the audio, the worker's processor time,
and the time that passes without a block while one is waited for. When the reader leaves, for
whatever reason, its worker is killed at once.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import logging
import os
from typing import IO, TYPE_CHECKING, Final

from wyoming_whisper.audio.normalizer import Normalizer
from wyoming_whisper.audio.pcm import SAMPLE_RATE
from wyoming_whisper.errors import AudioTooLong, DecoderFailed, Overloaded, ShuttingDown
from wyoming_whisper.uploads.worker import Order
from wyoming_whisper.uploads.worker_client import Template

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from wyoming_whisper.audio.pcm import Block
    from wyoming_whisper.audio.pcm_format import PcmFormat
    from wyoming_whisper.uploads.limits import FileLimits
    from wyoming_whisper.uploads.worker_client import Worker

_LOG = logging.getLogger(__name__)

# Uploads up to 1 MB are in memory, and asking for their descriptor would write them to disk. Twice
# that is copied in a fraction of a millisecond.
_COPIED_BYTES: Final = 2_097_152
# A millisecond's work at most, and half a second of samples.
_RAW_BYTES: Final = 65_536


class DecodedFile:
    """The samples of a file: an asynchronous iterator of 16 kHz mono blocks.

    A block has at most a second, and takes no memory before it is asked for. Cancelling the wait
    for a block is safe. Only one task may iterate.

    Attributes:
        duration_s: How long the file says it is, if it does and has the bytes for it.

    Raises:
        UndecodableAudio: If there is nothing in the file that can be decoded, or decoding it
            crashes, or takes too long or too much memory. This may come at any block. A file that
            breaks off or is damaged in places gives what is there, and one without samples none.
        AudioTooLong: If there is more than `FileLimits.max_audio_s`; the blocks before have come.
        DecoderFailed: If decoding failed for a reason of ours.
    """

    def __init__(
        self, source: Worker | _BareSamples, duration_s: float | None, max_audio_s: float
    ) -> None:
        self.duration_s = duration_s
        self._source = source
        self._max_audio_s = max_audio_s
        self._n_samples = 0
        self._check(0 if duration_s is None else duration_s)

    def __aiter__(self) -> DecodedFile:
        return self

    async def __anext__(self) -> Block:
        # A block that is there already comes without a wait; others want to live, too.
        await asyncio.sleep(0)
        block = await self._source.next_block()
        if block is None:
            raise StopAsyncIteration
        self._n_samples += len(block)
        self._check(self._n_samples / SAMPLE_RATE)
        return block

    def _check(self, duration_s: float) -> None:
        if duration_s > self._max_audio_s:
            raise AudioTooLong(f"there is more than {self._max_audio_s:g} s of audio in the file")


class FileDecoder:
    """Decodes files; one for the whole server. To be closed."""

    def __init__(self, limits: FileLimits) -> None:
        self._limits = limits
        self._order = Order(SAMPLE_RATE, self._limits.max_memory_bytes, self._limits.max_cpu_s)
        self._template: Template | None = None
        self._starting = asyncio.Lock()
        self._is_closed = False
        self._n_open = 0

    @contextlib.asynccontextmanager
    async def decode(
        self,
        file: IO[bytes] | int,
        *,
        raw: PcmFormat | None = None,
        language: str | None = None,
    ) -> AsyncIterator[DecodedFile]:
        """Decode a file for the length of a block of code.

        Leaving it ends the decoding at once, wherever it is; cancelling is safe everywhere.

        Args:
            file: A file, or the descriptor of one; what is read is its contents from the beginning.
                A file in memory is left at its end.
            raw: The format of bare samples; ``None`` for a container, whose contents tell what it
                is.
            language: Whisper's code of the language that a film's track shall be in, if there is a
                choice.

        Raises:
            UndecodableAudio: If there is no audio in it that can be decoded.
            AudioTooLong: If it says that it is longer than `FileLimits.max_audio_s`.
            DecoderFailed: If no process could be started.
            Overloaded: If `FileLimits.max_files` are being decoded.
            ShuttingDown: If this has been closed.
        """
        if self._is_closed:
            raise ShuttingDown
        if self._n_open >= self._limits.max_files:
            raise Overloaded(f"{self._n_open} files are being transcribed")
        async with contextlib.AsyncExitStack() as stack:
            self._n_open += 1
            stack.callback(self._leave)
            descriptor = await _descriptor(file, stack)
            if raw is not None:
                bare = _BareSamples(descriptor, raw)
                yield DecodedFile(bare, bare.duration_s, self._limits.max_audio_s)
                return
            worker = await self._worker(descriptor, language)
            stack.push_async_callback(worker.end)
            duration_s = await worker.opened()
            yield DecodedFile(worker, duration_s, self._limits.max_audio_s)

    async def close(self) -> None:
        """End the template. Files that are being decoded are their readers' business."""
        self._is_closed = True
        async with self._starting:
            template, self._template = self._template, None
            if template is not None:
                await template.end()

    def _leave(self) -> None:
        self._n_open -= 1

    async def _worker(self, descriptor: int, language: str | None) -> Worker:
        """Return a worker that has been handed the file."""
        for _ in range(2):
            template = await self._started()
            try:
                return template.fork(descriptor, self._limits.stall_s, language)
            except ConnectionError:
                _LOG.warning("the file decoder has ended unexpectedly")
            if self._template is template:
                self._template = None
                await template.end()
        raise DecoderFailed("the file decoder has ended unexpectedly")

    async def _started(self) -> Template:
        async with self._starting:
            if self._is_closed:
                raise ShuttingDown
            if self._template is None:
                self._template = await Template.start(self._order)
            return self._template


class _BareSamples:
    """A file of samples without a header."""

    def __init__(self, descriptor: int, pcm_format: PcmFormat) -> None:
        self._descriptor = descriptor
        self._format = pcm_format
        self._normalizer = Normalizer()
        self._position = 0
        self._is_over = False
        self.duration_s = os.fstat(descriptor).st_size / pcm_format.bytes_per_second

    async def next_block(self) -> Block | None:
        """Return the next block, or None at the end."""
        size = min(_RAW_BYTES, self._format.bytes_per_second // 2)
        while not self._is_over:
            data = os.pread(self._descriptor, size, self._position)
            self._position += len(data)
            self._is_over = not data
            block = self._normalizer.feed(data, self._format) if data else self._normalizer.finish()
            if len(block):
                return block
        return None


async def _descriptor(file: IO[bytes] | int, stack: contextlib.AsyncExitStack) -> int:
    """Return a descriptor of a file's contents, which the stack closes if it is a new one."""
    if isinstance(file, int):
        return file
    file.seek(0, os.SEEK_END)
    if file.tell() > _COPIED_BYTES:
        with contextlib.suppress(io.UnsupportedOperation):  # in memory
            return file.fileno()
    copy = os.memfd_create("upload", os.MFD_CLOEXEC)
    stack.callback(os.close, copy)
    file.seek(0)
    while data := file.read(_COPIED_BYTES):
        os.write(copy, data)
        await asyncio.sleep(0)
    return copy
