"""Files of clients, as streams of blocks."""

from __future__ import annotations

import asyncio
import contextlib
import io
import os
import signal
import socket
import tempfile
import time
from contextlib import asynccontextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

import numpy as np
import pytest
from hostile_files import (
    bomb,
    concat_script,
    dash_manifest,
    encoded,
    lying_wav,
    matroska,
    playlist,
    sine,
    slow_wav,
    transport_stream,
    wav,
)
from options import file_limits

from wyoming_whisper.audio.normalizer import Normalizer
from wyoming_whisper.audio.pcm import EMPTY_BLOCK, SAMPLE_RATE, mono_to_pcm16
from wyoming_whisper.audio.pcm_format import PcmFormat
from wyoming_whisper.errors import (
    AudioTooLong,
    DecoderFailed,
    Overloaded,
    ShuttingDown,
    UndecodableAudio,
)
from wyoming_whisper.uploads.decoder import FileDecoder
from wyoming_whisper.uploads.worker_client import Worker

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from wyoming_whisper.audio.pcm import Block
    from wyoming_whisper.uploads.decoder import DecodedFile
    from wyoming_whisper.uploads.limits import FileLimits

_TIMEOUT_S: Final = 30


@asynccontextmanager
async def decoding(limits: FileLimits | None = None) -> AsyncIterator[FileDecoder]:
    """Have a decoder for the length of a block."""
    decoder = FileDecoder(limits or file_limits())
    try:
        yield decoder
    finally:
        await decoder.close()


async def joined(file: DecodedFile) -> Block:
    """Return all samples of a file."""
    blocks = [EMPTY_BLOCK]
    async for block in file:
        assert block.dtype == np.float32
        assert 0 < len(block) <= SAMPLE_RATE
        blocks.append(block)
    return np.concatenate(blocks)


async def decoded(
    decoder: FileDecoder, content: bytes | IO[bytes], raw: PcmFormat | None = None
) -> Block:
    """Return all samples of a file of these contents."""
    file = io.BytesIO(content) if isinstance(content, bytes) else content
    async with decoder.decode(file, raw=raw) as audio:
        return await joined(audio)


def status(pid: int, name: str) -> str:
    """Return a line of a process's status."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return line.partition(":")[2].strip()
    raise LookupError(name)


def template(decoder: FileDecoder) -> int:
    """Return the number of the process that forks the others."""
    assert decoder._template is not None
    return decoder._template._process.pid


def workers(decoder: FileDecoder) -> list[int]:
    """Return the numbers of the processes that decode a file, not of the one that waits."""
    return [
        child
        for child in children(template(decoder))
        if "Max open files            0 " in Path(f"/proc/{child}/limits").read_text()
    ]


def children(pid: int) -> list[int]:
    """Return the numbers of the processes that a process has forked."""
    return list(map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split()))


def wait_gone(pid: int) -> None:
    """Wait until there is no such process, not even a dead one."""
    deadline = time.monotonic() + _TIMEOUT_S
    while Path(f"/proc/{pid}").exists():
        assert time.monotonic() < deadline
        os.sched_yield()


def wait_ended(pid: int) -> None:
    """Wait until a process runs no more; that it is reaped may be somebody else's business."""
    deadline = time.monotonic() + _TIMEOUT_S
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        while "zombie" not in status(pid, "State"):
            assert time.monotonic() < deadline
            os.sched_yield()


def n_descriptors() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


# What is decoded.


@pytest.mark.parametrize("width", [1, 2, 3, 4])
@pytest.mark.parametrize(("rate", "channels"), [(8_000, 1), (16_000, 1), (44_100, 2), (48_000, 6)])
async def test_wav(width: int, rate: int, channels: int) -> None:
    """A WAV of any width, rate and number of channels gives its samples."""
    async with decoding() as decoder:
        samples = await decoded(decoder, wav(sine(rate), rate=rate, channels=channels, width=width))
    assert abs(len(samples) - SAMPLE_RATE) <= 1
    middle = slice(400, 15_000)
    assert np.max(np.abs(samples[middle] - sine(SAMPLE_RATE)[middle])) < 0.02


async def test_formats_of_clients() -> None:
    """What phones, browsers and film libraries send is decoded, whatever it is called."""
    async with decoding() as decoder:
        for container, codec, rate, film in (
            ("mp3", "libmp3lame", 44_100, False),
            ("ipod", "aac", 44_100, False),
            ("flac", "flac", 44_100, False),
            ("ogg", "libopus", 48_000, False),
            ("webm", "libopus", 48_000, False),
            ("mp4", "aac", 48_000, True),
            ("matroska", "flac", 48_000, True),
        ):
            content = encoded(
                sine(rate, 2), container, codec, rate=rate, layout="stereo", film=film
            )
            with tempfile.NamedTemporaryFile(suffix=".wav") as file:
                file.write(content)
                async with decoder.decode(file.file) as audio:
                    assert audio.duration_s == pytest.approx(2, abs=0.2)
                    samples = await joined(audio)
            assert len(samples) == pytest.approx(2 * SAMPLE_RATE, abs=2_000), container
            spectrum = np.abs(np.fft.rfft(samples[8_000:24_000]))
            assert float(np.argmax(spectrum)) == pytest.approx(440, abs=2), container


async def test_kinds_of_files() -> None:
    """A file may be in memory, spooled, on disk or a descriptor; one in memory stays there."""
    content = wav(sine(SAMPLE_RATE, 0.3))
    async with decoding() as decoder:
        with tempfile.SpooledTemporaryFile(max_size=1_000_000) as spooled:
            spooled.write(content)
            assert len(await decoded(decoder, spooled)) == 4_800
            assert not spooled._rolled  # type: ignore[attr-defined]
        with tempfile.TemporaryFile() as file:
            file.write(wav(sine(SAMPLE_RATE, 70)))
            assert len(await decoded(decoder, file)) == 70 * SAMPLE_RATE
            async with decoder.decode(file.fileno()) as audio:
                assert len(await joined(audio)) == 70 * SAMPLE_RATE
        large = io.BytesIO(wav(sine(SAMPLE_RATE, 150)))
        assert len(await decoded(decoder, large)) == 150 * SAMPLE_RATE


async def test_files_at_once() -> None:
    """Files are decoded beside each other, each for itself, from the very first one on."""
    contents = [wav(sine(SAMPLE_RATE, seconds)) for seconds in (0.5, 1, 2, 4)]
    async with decoding() as decoder:
        both = await asyncio.gather(*(decoded(decoder, content) for content in contents))
        assert [len(samples) for samples in both] == [8_000, 16_000, 32_000, 64_000]
        async with (
            decoder.decode(io.BytesIO(contents[0])) as one,
            decoder.decode(io.BytesIO(contents[1])) as other,
        ):
            assert len(await anext(one)) == len(await anext(other)) == 8_000
            assert len(workers(decoder)) <= 2


async def test_too_many_files_at_once() -> None:
    """One file more than are allowed at a time is refused, until another one is done."""
    content = wav(sine(SAMPLE_RATE, 1))
    async with decoding(file_limits(max_files=1)) as decoder:
        async with decoder.decode(io.BytesIO(content)):
            with pytest.raises(Overloaded):
                await decoded(decoder, content)
        assert len(await decoded(decoder, content)) == SAMPLE_RATE


async def test_nothing_to_hear() -> None:
    """A recording of nothing has no blocks, and a truncated one those that are there."""
    async with decoding() as decoder:
        assert not len(await decoded(decoder, wav(EMPTY_BLOCK)))
        assert len(await decoded(decoder, lying_wav(3))) == 3 * SAMPLE_RATE
        assert len(await decoded(decoder, wav(sine(SAMPLE_RATE, 3))[:50_045])) == 25_000


# Bare samples.


@pytest.mark.parametrize("pcm_format", [PcmFormat(16_000, 2, 1), PcmFormat(44_100, 3, 2)])
async def test_bare_samples(pcm_format: PcmFormat) -> None:
    """Bare samples are converted as those of a stream, and take no process."""
    pcm = np.random.default_rng(1).bytes(3 * pcm_format.bytes_per_second + 1)
    normalizer = Normalizer()
    expected = np.concatenate([normalizer.feed(pcm, pcm_format), normalizer.finish()])
    async with decoding() as decoder:
        async with decoder.decode(io.BytesIO(pcm), raw=pcm_format) as audio:
            assert audio.duration_s == pytest.approx(3, abs=0.001)
            assert np.array_equal(await joined(audio), expected)
        assert not len(await decoded(decoder, b"", pcm_format))
        assert decoder._template is None


async def test_bare_samples_that_are_too_many() -> None:
    """Bare samples tell by their number how long they are: too many are refused at once."""
    async with decoding(file_limits(max_audio_s=1)) as decoder:
        assert len(await decoded(decoder, bytes(32_000), PcmFormat(16_000, 2, 1))) == 16_000
        with pytest.raises(AudioTooLong):
            async with decoder.decode(io.BytesIO(bytes(32_002)), raw=PcmFormat(16_000, 2, 1)):
                raise AssertionError


# What means harm.


async def test_nobody_is_called() -> None:
    """No address and no file that a file names is opened."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/a.wav"
        async with decoding() as decoder:
            for content in (
                playlist(address),
                playlist("file:///etc/passwd"),
                concat_script(address, "/etc/passwd"),
                dash_manifest(address),
            ):
                with pytest.raises(UndecodableAudio, match="no audio or video format"):
                    await decoded(decoder, content)
        with pytest.raises(BlockingIOError):
            listener.accept()


async def test_what_is_no_audio() -> None:
    """All that is no recording is refused with one line, and the next file is decoded."""
    async with decoding() as decoder:
        for content in (
            b"",
            b"\0" * 10_000,
            b"Dear diary,\n" * 1_000,
            b"\x89PNG\r\n\x1a\n" + bytes(1_000),
            np.random.default_rng(3).bytes(100_000),
            b"RIFF\x24\0\0\0WAVE",
            slow_wav(10_000),
        ):
            with pytest.raises(UndecodableAudio) as caught:
                await decoded(decoder, content)
            assert len(str(caught.value).splitlines()) == 1
        assert len(await decoded(decoder, wav(sine(SAMPLE_RATE)))) == SAMPLE_RATE


async def test_crowds_of_streams() -> None:
    """A thousand streams are no harm."""
    pcm = mono_to_pcm16(sine(SAMPLE_RATE))
    async with decoding() as decoder:
        assert mono_to_pcm16(await decoded(decoder, matroska(1_000, pcm))) == pcm
        assert not len(await decoded(decoder, transport_stream(1_000)))


async def test_bomb() -> None:
    """Ten hours in a few kilobytes end at the limit, and take no more memory than a minute."""
    content = bomb(10)
    assert len(content) < 70_000
    async with decoding(file_limits(max_audio_s=3_600)) as decoder:
        async with decoder.decode(io.BytesIO(content)) as audio:
            await anext(audio)
            (worker,) = workers(decoder)
            niceness = os.getpriority(os.PRIO_PROCESS, worker)
            before_kb = int(status(os.getpid(), "VmRSS").split()[0])
            n_samples = 8_000
            with pytest.raises(AudioTooLong, match="3600 s"):  # noqa: PT012
                async for block in audio:
                    n_samples += len(block)
            assert n_samples == 3_600 * SAMPLE_RATE
            # What is longer than a command steps back behind commands.
            assert os.getpriority(os.PRIO_PROCESS, worker) == min(niceness + 10, 19)
            assert int(status(worker, "VmHWM").split()[0]) < 80_000
            assert int(status(os.getpid(), "VmRSS").split()[0]) - before_kb < 10_000
        wait_gone(worker)


async def test_a_file_that_says_that_it_is_too_long() -> None:
    """A file that says how long it is, and can be, is refused before it is decoded."""
    async with decoding(file_limits(max_audio_s=2)) as decoder:
        with pytest.raises(AudioTooLong):
            async with decoder.decode(io.BytesIO(wav(sine(SAMPLE_RATE, 3)))):
                raise AssertionError
        assert len(await decoded(decoder, wav(sine(SAMPLE_RATE, 2)))) == 2 * SAMPLE_RATE


async def test_too_much_memory() -> None:
    """A file that takes more memory than there may be is refused, or crashes its process."""
    async with decoding(file_limits(max_memory_bytes=100_000_000)) as decoder:
        with pytest.raises(UndecodableAudio, match="memory"):
            await decoded(decoder, matroska(1, bytes(50_000_000)))
        assert len(await decoded(decoder, wav(sine(SAMPLE_RATE)))) == SAMPLE_RATE


async def test_too_much_work() -> None:
    """A file that takes longer than it may is refused when it has."""
    async with decoding(file_limits(max_audio_s=1e9, max_cpu_s=1)) as decoder:
        with pytest.raises(UndecodableAudio, match="too long"):
            await decoded(decoder, bomb(10))


async def test_a_worker_that_stands_still() -> None:
    """A decode that gives nothing for long while one waits is ended."""
    async with (
        decoding(file_limits(stall_s=1)) as decoder,
        decoder.decode(io.BytesIO(bomb(1))) as audio,
    ):
        await anext(audio)
        (worker,) = workers(decoder)
        os.kill(worker, signal.SIGSTOP)
        with pytest.raises(UndecodableAudio, match="too long"):
            await joined(audio)
    wait_gone(worker)


@pytest.mark.parametrize("kind", [signal.SIGSEGV, signal.SIGKILL, signal.SIGABRT])
async def test_crash(kind: signal.Signals) -> None:
    """A worker that crashes takes its own file with it and no other."""
    async with decoding() as decoder:
        async with decoder.decode(io.BytesIO(bomb(0.1))) as other:
            others = set(workers(decoder))
            async with decoder.decode(io.BytesIO(bomb(10))) as audio:
                await anext(audio)
                (worker,) = set(workers(decoder)) - others
                os.kill(worker, kind)
                with pytest.raises(UndecodableAudio, match="crashed"):
                    await joined(audio)
                wait_gone(worker)
            assert len(await joined(other)) == pytest.approx(360 * SAMPLE_RATE, rel=0.05)
        assert len(await decoded(decoder, wav(sine(SAMPLE_RATE)))) == SAMPLE_RATE


# Who leaves, and who is slow.


async def test_leaving_ends_the_decode() -> None:
    """A reader who leaves has his worker killed and reaped, whatever it was doing."""
    async with decoding() as decoder:
        for n_blocks in (0, 1, 3):
            async with decoder.decode(io.BytesIO(bomb(10))) as audio:
                for _ in range(n_blocks):
                    await anext(audio)
                (worker,) = workers(decoder)
            wait_gone(worker)


async def test_cancelling_ends_the_decode() -> None:
    """A reader who is cancelled has his worker killed and reaped."""
    async with decoding() as decoder:
        assert len(await decoded(decoder, wav(sine(SAMPLE_RATE)))) == SAMPLE_RATE
        waiting = asyncio.Event()

        async def read() -> None:
            async with decoder.decode(io.BytesIO(bomb(10))) as audio:
                await anext(audio)
                waiting.set()
                async for _ in audio:
                    pass

        reading = asyncio.create_task(read())
        await waiting.wait()
        (worker,) = workers(decoder)
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
        wait_gone(worker)


async def test_a_hundred_quick_ones_leave_nothing_behind() -> None:
    """Readers who leave at any moment, also while the first process starts, leave nothing."""
    n_before = n_descriptors()
    content = bomb(1)
    async with decoding() as decoder:
        for n_turns in range(100):
            reading = asyncio.create_task(decoded(decoder, content))
            for _ in range(n_turns % 25):
                await asyncio.sleep(0)
            reading.cancel()
            with pytest.raises(asyncio.CancelledError):
                await reading
        assert asyncio.all_tasks() == {asyncio.current_task()}
        assert len(await decoded(decoder, wav(sine(SAMPLE_RATE)))) == SAMPLE_RATE
        for worker in workers(decoder):
            wait_gone(worker)
        pid = template(decoder)
        # The two ends of the control; asyncio watches children with a descriptor, or none.
        assert n_descriptors() - n_before <= 3
    wait_gone(pid)
    assert n_descriptors() == n_before


async def test_a_slow_reader() -> None:
    """A worker whose reader takes his time waits, a few seconds ahead of him."""
    async with (
        decoding() as decoder,
        decoder.decode(io.BytesIO(bomb(10))) as audio,
    ):
        await anext(audio)
        (worker,) = workers(decoder)
        deadline = time.monotonic() + _TIMEOUT_S
        while "sleeping" not in status(worker, "State"):
            assert time.monotonic() < deadline
        os.kill(worker, signal.SIGSTOP)
        while "stopped" not in status(worker, "State"):
            assert time.monotonic() < deadline
        assert isinstance(audio._source, Worker)
        channel = audio._source._channel
        records = []
        with contextlib.suppress(BlockingIOError):
            while True:
                records.append(channel.recv(100_000))
        assert 0 < len(records) < 16


async def test_blocks_leave_turns_to_others() -> None:
    """A reader who never waits does not keep others waiting."""
    turns = 0

    async def take_turns() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    others = asyncio.create_task(take_turns())
    async with decoding() as decoder:
        await decoded(decoder, bytes(32_000 * 60), PcmFormat(16_000, 2, 1))
    assert turns >= 60
    others.cancel()
    with pytest.raises(asyncio.CancelledError):
        await others


# The template.


async def test_a_template_that_died_is_replaced() -> None:
    """A template that was killed costs no file."""
    async with decoding() as decoder:
        for _ in range(3):
            assert len(await decoded(decoder, wav(sine(SAMPLE_RATE)))) == SAMPLE_RATE
            pid = template(decoder)
            # It forks no more while its children are counted.
            os.kill(pid, signal.SIGSTOP)
            while "stopped" not in status(pid, "State"):
                pass
            waiting = children(pid)
            for child in [*waiting, pid]:
                os.kill(child, signal.SIGKILL)
                wait_ended(child)


async def test_a_closed_decoder() -> None:
    """A decoder that was closed says so; what is being decoded goes on."""
    decoder = FileDecoder(file_limits())
    async with decoder.decode(io.BytesIO(wav(sine(SAMPLE_RATE, 9)))) as audio:
        await decoder.close()
        await decoder.close()
        assert len(await joined(audio)) == 9 * SAMPLE_RATE
    with pytest.raises(ShuttingDown):
        await decoded(decoder, wav(sine(SAMPLE_RATE)))


async def test_closing_while_the_template_starts() -> None:
    """Closing waits for a start under way, whose file is refused or decoded."""
    decoder = FileDecoder(file_limits())
    reading = asyncio.create_task(decoded(decoder, wav(sine(SAMPLE_RATE))))
    while not decoder._starting.locked():  # noqa: ASYNC110 - nobody would set an event
        await asyncio.sleep(0)
    await decoder.close()
    await asyncio.wait([reading])
    assert isinstance(reading.exception(), DecoderFailed | ShuttingDown | None)
    assert decoder._template is None


@pytest.mark.parametrize(
    "name", ["max_audio_s", "max_memory_bytes", "max_cpu_s", "stall_s", "max_files"]
)
def test_limits_are_above_zero(name: str) -> None:
    """A limit that would refuse everything is refused."""
    with pytest.raises(ValueError, match=name):
        file_limits(**{name: 0})
