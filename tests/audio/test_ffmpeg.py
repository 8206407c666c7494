"""Sound out of files, and nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING, Final

import av
import numpy as np
import pytest
from hostile_files import (
    concat_script,
    dash_manifest,
    encoded,
    lying_wav,
    matroska,
    playlist,
    sdp,
    sine,
    slow_wav,
    transport_stream,
    wav,
)

from wyoming_whisper.audio.ffmpeg import AudioFile
from wyoming_whisper.audio.local_file import samples_of
from wyoming_whisper.audio.pcm import SAMPLE_RATE, mono_to_pcm16
from wyoming_whisper.errors import UndecodableAudio

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wyoming_whisper.audio.pcm import Block

UNKNOWN: Final = "the file is in no audio or video format that can be read"


@pytest.fixture
def descriptor() -> Iterator[int]:
    """An empty file in memory."""
    descriptor = os.memfd_create("test")
    yield descriptor
    os.close(descriptor)


def opened(descriptor: int, content: bytes) -> AudioFile:
    """Open a file of these contents."""
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, content, 0)
    return AudioFile(descriptor, SAMPLE_RATE)


def decoded(descriptor: int, content: bytes) -> Block:
    """Return all samples of a file of these contents."""
    with closing(opened(descriptor, content)) as audio:
        return samples_of(b"".join(audio.pieces()))


def test_pieces_last_half_a_second(descriptor: int) -> None:
    """Samples come in pieces of one length, the last of which may be shorter."""
    content = wav(sine(44_100, 1.75), rate=44_100)
    with closing(opened(descriptor, content)) as audio:
        assert [len(piece) // 4 for piece in audio.pieces()] == [8_000, 8_000, 8_000, 4_000]


def test_the_position_of_the_file_is_left_alone(descriptor: int) -> None:
    """A file is read from its beginning wherever somebody has left it, and is left there."""
    os.write(descriptor, wav(sine(SAMPLE_RATE)))
    os.lseek(descriptor, 1_000, os.SEEK_SET)
    with closing(AudioFile(descriptor, SAMPLE_RATE)) as audio:
        assert len(b"".join(audio.pieces())) == 4 * SAMPLE_RATE
    assert os.lseek(descriptor, 0, os.SEEK_CUR) == 1_000


def test_pipe() -> None:
    """What cannot be sought in is read as it comes."""
    reader, writer = os.pipe()
    os.write(writer, wav(sine(SAMPLE_RATE)))
    os.close(writer)
    with closing(AudioFile(reader, SAMPLE_RATE)) as audio:
        assert len(b"".join(audio.pieces())) == 4 * SAMPLE_RATE
    os.close(reader)


@pytest.mark.parametrize(
    ("container", "codec"), [("wav", "pcm_s16le"), ("mp3", "libmp3lame"), ("mp4", "aac")]
)
def test_duration(descriptor: int, container: str, codec: str) -> None:
    """A file says how long it is before it is decoded."""
    content = encoded(sine(44_100, 3), container, codec, rate=44_100)
    with closing(opened(descriptor, content)) as audio:
        assert audio.duration_s == pytest.approx(3, abs=0.1)


@pytest.mark.parametrize("claimed_bytes", [0xFFFF_FF00, 0xFFFF_FFFF, 0x7FFF_FFFF, 0])
def test_a_header_that_lies(descriptor: int, claimed_bytes: int) -> None:
    """A WAV that claims hours, or nothing, gives the samples that it has."""
    with closing(opened(descriptor, lying_wav(3, claimed_bytes))) as audio:
        assert audio.duration_s is None or audio.duration_s <= 3.01
        samples = samples_of(b"".join(audio.pieces()))
    assert len(samples) == 3 * SAMPLE_RATE


def test_an_impossible_duration_is_not_believed(descriptor: int) -> None:
    """A truncated film, which says how long it was, does not say how long it is."""
    content = encoded(sine(48_000, 60), "flac", "flac", rate=48_000)
    with closing(opened(descriptor, content[:20_000])) as audio:
        assert audio.duration_s is None


@pytest.mark.parametrize("channels", [1, 2, 3, 4, 5, 6, 7, 8])
def test_any_number_of_channels(descriptor: int, channels: int) -> None:
    """A tone in all channels is that tone, however many there are."""
    samples = decoded(descriptor, wav(sine(SAMPLE_RATE), channels=channels))
    assert np.max(np.abs(samples - sine(SAMPLE_RATE))) < 0.01


@pytest.mark.parametrize(
    ("container", "codec", "rate"),
    [
        ("wav", "adpcm_ms", 22_050),
        ("wav", "pcm_alaw", 8_000),
        ("aiff", "pcm_s16be", 44_100),
        ("adts", "aac", 44_100),
        ("ipod", "alac", 44_100),
        ("ac3", "ac3", 48_000),
        ("mpegts", "mp2", 48_000),
        ("avi", "libmp3lame", 44_100),
        ("asf", "wmav2", 44_100),
        ("flv", "libmp3lame", 44_100),
        ("amr", "libopencore_amrnb", 8_000),
        ("matroska", "flac", 48_000),
        ("caf", "pcm_s16be", 16_000),
        ("tta", "tta", 44_100),
        ("wv", "wavpack", 44_100),
        ("au", "pcm_mulaw", 8_000),
    ],
)
def test_formats(descriptor: int, container: str, codec: str, rate: int) -> None:
    """Whatever recorders, phones and films use is read, and keeps its length and pitch."""
    samples = decoded(descriptor, encoded(sine(rate, 2), container, codec, rate=rate))
    assert len(samples) == pytest.approx(2 * SAMPLE_RATE, abs=0.2 * SAMPLE_RATE)
    middle = samples[8_000:24_000]
    assert float(np.argmax(np.abs(np.fft.rfft(middle)))) == pytest.approx(440, abs=2)
    assert float(np.sqrt(np.mean(middle**2))) == pytest.approx(0.5 / 2**0.5, rel=0.15)


def test_film(descriptor: int) -> None:
    """Of a film the sound is read, and its pictures are not."""
    film = encoded(sine(48_000, 4), "mp4", "aac", rate=48_000, film=True)
    assert len(decoded(descriptor, film)) == pytest.approx(4 * SAMPLE_RATE, abs=2_000)


@pytest.mark.parametrize(
    ("container", "codec"), [("mp4", "aac"), ("mp3", "libmp3lame"), ("flac", "flac")]
)
def test_damage_is_skipped(descriptor: int, container: str, codec: str) -> None:
    """Behind damage decoding goes on, and loses little more than is damaged."""
    content = bytearray(encoded(sine(44_100, 20), container, codec, rate=44_100))
    noise = np.random.default_rng(1)
    step = len(content) // 10
    for start in range(step, len(content) - step, step):
        content[start : start + step // 10] = noise.bytes(step // 10)
    samples = decoded(descriptor, bytes(content))
    assert 15 * SAMPLE_RATE < len(samples) <= 20.2 * SAMPLE_RATE


def test_nothing_but_damage(descriptor: int) -> None:
    """A file in which no packet can be decoded is refused."""
    content = bytearray(encoded(sine(44_100, 3), "mp4", "aac", rate=44_100))
    start, end = content.index(b"mdat") + 4, content.index(b"moov") - 4
    content[start:end] = b"\xff" * (end - start)
    with pytest.raises(UndecodableAudio, match="cannot be decoded"):
        decoded(descriptor, bytes(content))


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(playlist("file:///etc/passwd", "/etc/passwd"), id="hls"),
        pytest.param(concat_script("/etc/passwd"), id="concat"),
        pytest.param(dash_manifest("file:///etc/passwd"), id="dash"),
        pytest.param(sdp(5_004), id="sdp"),
        pytest.param(b";FFMETADATA1\ntitle=x\n", id="ffmetadata"),
        pytest.param(b"1\n00:00:00,000 --> 00:00:09,000\nHello\n\n" * 9, id="subtitles"),
        pytest.param(b"\x89PNG\r\n\x1a\n" + bytes(1_000), id="picture"),
        pytest.param(np.random.default_rng(2).bytes(100_000), id="noise"),
        pytest.param(b"", id="empty"),
    ],
)
def test_what_is_no_recording(descriptor: int, content: bytes) -> None:
    """Scripts that name other files, and all that is no recording, are not understood."""
    with pytest.raises(UndecodableAudio, match=UNKNOWN):
        decoded(descriptor, content)


def test_a_rate_that_is_none(descriptor: int) -> None:
    """One sample a second, which is thousands at any other rate, is no sound."""
    with pytest.raises(UndecodableAudio, match="cannot be decoded"):
        decoded(descriptor, slow_wav(4_000))


def test_a_crowd_of_streams(descriptor: int) -> None:
    """Of a thousand streams the first is read; a thousand without any sound are silent."""
    pcm = mono_to_pcm16(sine(SAMPLE_RATE))
    assert mono_to_pcm16(decoded(descriptor, matroska(1_000, pcm))) == pcm
    assert not len(decoded(descriptor, transport_stream(1_000)))


def test_it_is_light() -> None:
    """Decoding takes no numpy, no threads, and no file or module that is opened at the time."""
    code = (
        "import os, resource, sys\n"
        "from wyoming_whisper.audio.ffmpeg import AudioFile, preload\n"
        "assert 'av.error' not in sys.modules\n"
        "preload()\n"
        "status = open('/proc/self/status')\n"
        "modules = set(sys.modules)\n"
        "resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))\n"
        "audio = AudioFile(0, 16_000)\n"
        "n_bytes = sum(map(len, audio.pieces()))\n"
        "audio.close()\n"
        "assert 'Threads:\\t1\\n' in status.read()\n"
        "print(n_bytes, set(sys.modules) - modules, 'numpy' in modules)"
    )
    film = encoded(sine(48_000), "matroska", "aac", rate=48_000, film=True)
    done = subprocess.run(
        [sys.executable, "-c", code], input=film, capture_output=True, check=True, timeout=30
    )
    n_bytes, rest = done.stdout.decode().split(maxsplit=1)
    assert int(n_bytes) == pytest.approx(4 * SAMPLE_RATE, abs=10_000)
    assert rest.strip() == "set() False"


def film(
    descriptor: int,
    *tracks: tuple[str, str],
    begins_s: float = 0.0,
    hole_s: float = 0.0,
    container: str = "matroska",
) -> None:
    """Write a film with a tone for each track (disposition, language), of 440 Hz, 550 Hz, …

    Args:
        descriptor: The file.
        tracks: What is said of each track.
        begins_s: When the sound begins.
        hole_s: What is missing in the middle of it.
        container: FFmpeg's name of the format.
    """
    os.ftruncate(descriptor, 0)
    os.lseek(descriptor, 0, os.SEEK_SET)
    with os.fdopen(os.dup(descriptor), "wb") as file, av.open(file, "w", container) as output:
        picture = output.add_stream("mpeg4", rate=5, width=64, height=64)
        streams = [output.add_stream("aac", rate=SAMPLE_RATE, layout="mono") for _ in tracks]
        for stream, (disposition, language) in zip(streams, tracks, strict=True):
            stream.disposition = av.stream.Disposition[disposition]
            stream.metadata["language"] = language
        for count in range(5):
            image = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), "rgb24")
            image.pts = count
            output.mux(picture.encode(image))
        output.mux(picture.encode(None))
        for number, stream in enumerate(streams):
            turns = np.arange(2 * SAMPLE_RATE) * (440 + 110 * number) / SAMPLE_RATE
            tone = (0.5 * np.sin(2 * np.pi * turns)).astype(np.float32)[None]
            for start in range(0, tone.size, 1_024):
                part = np.ascontiguousarray(tone[:, start : start + 1_024])
                frame = av.AudioFrame.from_ndarray(part, "fltp", "mono")
                frame.sample_rate = SAMPLE_RATE
                missing_s = hole_s if start >= SAMPLE_RATE else 0
                frame.pts = start + int((begins_s + missing_s) * SAMPLE_RATE)
                output.mux(stream.encode(frame))
            output.mux(stream.encode(None))


def heard(descriptor: int, language: str | None = None) -> Block:
    with closing(AudioFile(descriptor, SAMPLE_RATE, language)) as audio:
        return samples_of(b"".join(audio.pieces()))


def pitch(samples: Block) -> float:
    middle = samples[8_000:24_000]
    return float(np.argmax(np.abs(np.fft.rfft(middle))))


@pytest.mark.parametrize("container", ["matroska", "mp4"])
def test_sound_that_begins_late(descriptor: int, container: str) -> None:
    """Where the pictures begin first there is silence, so a word is where it is said."""
    film(descriptor, ("default", "eng"), begins_s=4.9, container=container)
    samples = heard(descriptor)
    assert np.argmax(np.abs(samples) > 0.1) == pytest.approx(4.9 * SAMPLE_RATE, abs=2_000)
    assert len(samples) == pytest.approx(6.9 * SAMPLE_RATE, abs=2_500)


@pytest.mark.parametrize("hole_s", [0.5, 18, 3_000])
def test_a_hole_in_the_sound(descriptor: int, hole_s: float) -> None:
    """What the clock goes on without is silence, for as long."""
    film(descriptor, ("default", "eng"), hole_s=hole_s)
    with closing(AudioFile(descriptor, SAMPLE_RATE)) as audio:
        pieces = list(audio.pieces())
    assert max(map(len, pieces)) == 4 * 8_000
    samples = samples_of(b"".join(pieces))
    assert len(samples) == pytest.approx((2 + hole_s) * SAMPLE_RATE, abs=2_500)
    assert not samples[int(1.2 * SAMPLE_RATE) : int((0.9 + hole_s) * SAMPLE_RATE)].any()
    assert np.abs(samples[-SAMPLE_RATE // 2 : -2_500]).max() > 0.1


@pytest.mark.parametrize("hole_s", [0.05, 3_700, 10**8])
def test_a_clock_that_was_set(descriptor: int, hole_s: float) -> None:
    """Neither a rounding nor a jump of hours is a hole; behind the jump its clock counts."""
    film(descriptor, ("default", "eng"), hole_s=hole_s)
    assert len(heard(descriptor)) == pytest.approx(2 * SAMPLE_RATE, abs=2_500)


def test_the_track_that_players_take(descriptor: int) -> None:
    """The default one, not the director's comment before it; else the first."""
    film(descriptor, ("comment", "eng"), ("dub", "eng"), ("default", "eng"))
    assert pitch(heard(descriptor)) == pytest.approx(660, abs=2)
    film(descriptor, ("original", "eng"), ("original", "eng"))
    assert pitch(heard(descriptor)) == pytest.approx(440, abs=2)


@pytest.mark.parametrize(
    ("language", "found"), [("de", 550), ("fr", 660), ("en", 440), ("pl", 440), (None, 440)]
)
def test_the_track_in_a_language(descriptor: int, language: str | None, found: int) -> None:
    """Who asks for a language gets its track, by any of its codes; else the default one."""
    film(descriptor, ("default", "eng"), ("dub", "ger"), ("original", "fra"), ("original", "xyz"))
    assert pitch(heard(descriptor, language)) == pytest.approx(found, abs=2)


@pytest.mark.parametrize(
    ("container", "codec"),
    [
        ("wav", "pcm_s16le"),
        ("wav", "pcm_s32le"),
        ("wav", "pcm_f32le"),
        ("flac", "flac"),
        ("mp4", "aac"),
    ],
)
@pytest.mark.parametrize(("right", "power"), [(-1.0, 0.354), (1.0, 0.354), (0.0, 0.177)])
def test_channels_of_opposite_phase(
    descriptor: int, container: str, codec: str, right: float, power: float
) -> None:
    """A microphone whose second wire is turned round is heard all the same; others are mixed."""
    tone = sine(SAMPLE_RATE, 2)
    both = np.stack([tone, right * tone]).astype(np.float32)
    with os.fdopen(os.dup(descriptor), "wb") as file, av.open(file, "w", container) as output:
        stream = output.add_stream(codec, rate=SAMPLE_RATE, layout="stereo")
        assert isinstance(stream, av.AudioStream)
        frame = av.AudioFrame.from_ndarray(both, "fltp", "stereo")
        frame.sample_rate = SAMPLE_RATE
        resampler = av.AudioResampler(stream.format.name, "stereo", SAMPLE_RATE, 1_024)
        for part in [*resampler.resample(frame), *resampler.resample(None), None]:
            output.mux(stream.encode(part))
    samples = heard(descriptor)
    assert float(np.sqrt(np.mean(samples[8_000:24_000] ** 2))) == pytest.approx(power, rel=0.05)
