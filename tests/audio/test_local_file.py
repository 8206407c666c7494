from __future__ import annotations

import struct
import wave
from typing import TYPE_CHECKING

import av
import numpy as np
import pytest

from wyoming_whisper.audio.local_file import read_audio
from wyoming_whisper.audio.pcm import SAMPLE_RATE, mono_to_pcm16
from wyoming_whisper.errors import FileUnreadable

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

    from wyoming_whisper.audio.pcm import Block


def sine(rate: int, seconds: float = 1.0, amplitude: float = 0.5) -> npt.NDArray[np.float32]:
    t = np.arange(round(seconds * rate)) / rate
    return (amplitude * np.sin(2 * np.pi * 440 * t)).astype(np.float32)


def write_wav(path: Path, data: bytes, *, rate: int, width: int = 2, channels: int = 1) -> None:
    with wave.open(str(path), "wb") as file:
        file.setframerate(rate)
        file.setsampwidth(width)
        file.setnchannels(channels)
        file.writeframes(data)


def encode(
    path: Path,
    codec: str,
    *,
    rate: int,
    layout: str,
    seconds: float = 1.0,
    bare: bool = False,
) -> None:
    """Write a sine with PyAV; a bare MP3 is nothing but frames, so that it can be continued."""
    options = {"write_xing": "0", "id3v2_version": "0"} if bare else {}
    n_channels = av.AudioLayout(layout).nb_channels
    pcm = np.frombuffer(mono_to_pcm16(sine(rate, seconds)), "<i2").repeat(n_channels)
    frame = av.AudioFrame.from_ndarray(pcm.reshape(1, -1), format="s16", layout=layout)
    frame.sample_rate = rate
    with av.open(str(path), "w", options=options) as container:
        stream = container.add_stream(codec, rate=rate, layout=layout)
        assert isinstance(stream, av.AudioStream)
        context = stream.codec_context
        # The codec's own sample format and frame size.
        resampler = av.AudioResampler(
            format=context.format, layout=layout, rate=rate, frame_size=context.frame_size or None
        )
        for piece in [*resampler.resample(frame), *resampler.resample(None)]:
            piece.pts = None
            container.mux(stream.encode(piece))
        container.mux(stream.encode(None))


def read(path: Path) -> Block:
    blocks = list(read_audio(path))
    assert all(block.ndim == 1 and block.dtype == np.float32 for block in blocks)
    return np.concatenate(blocks) if blocks else np.zeros(0, np.float32)


def loudness(block: Block) -> float:
    return float(np.sqrt(np.mean(block**2)))


def pitch(block: Block) -> float:
    return float(np.argmax(np.abs(np.fft.rfft(block)))) * SAMPLE_RATE / len(block)


@pytest.mark.parametrize("rate", [8_000, 16_000, 22_050, 44_100, 48_000, 96_000])
@pytest.mark.parametrize("channels", [1, 2])
def test_wav_of_any_rate(tmp_path: Path, rate: int, channels: int) -> None:
    """A recording keeps its duration, pitch and level at 16 kHz mono."""
    pcm = np.frombuffer(mono_to_pcm16(sine(rate)), "<i2").repeat(channels)
    write_wav(tmp_path / "a.wav", pcm.tobytes(), rate=rate, channels=channels)
    block = read(tmp_path / "a.wav")
    assert abs(len(block) - SAMPLE_RATE) <= 1
    assert np.max(np.abs(block - sine(SAMPLE_RATE)[: len(block)])[400:-400]) < 0.01


@pytest.mark.parametrize("width", [1, 2, 3, 4])
def test_wav_of_any_width(tmp_path: Path, width: int) -> None:
    """The samples of a 16 kHz file of any width are its own, to that width's precision."""
    scaled = np.rint(sine(SAMPLE_RATE, 0.1).astype(np.float64) * 2 ** (8 * width - 1)).astype(int)
    offset = 128 if width == 1 else 0
    data = b"".join(
        int(value + offset).to_bytes(width, "little", signed=width > 1) for value in scaled
    )
    write_wav(tmp_path / "a.wav", data, rate=SAMPLE_RATE, width=width)
    expected = (scaled / 2 ** (8 * width - 1)).astype(np.float32)
    assert np.array_equal(read(tmp_path / "a.wav"), expected)


def test_wav_of_floats(tmp_path: Path) -> None:
    """A file that has the samples as they are wanted gives them."""
    samples = sine(SAMPLE_RATE, 0.2)
    # `wave` writes integers only. 3: WAVE_FORMAT_IEEE_FLOAT.
    fmt = struct.pack("<HHIIHH", 3, 1, SAMPLE_RATE, 4 * SAMPLE_RATE, 4, 32)
    data = samples.astype("<f4").tobytes()
    chunks = b"WAVE" + b"".join(
        name + struct.pack("<I", len(body)) + body
        for name, body in ((b"fmt ", fmt), (b"data", data))
    )
    (tmp_path / "a.wav").write_bytes(b"RIFF" + struct.pack("<I", len(chunks)) + chunks)
    assert np.max(np.abs(read(tmp_path / "a.wav") - samples)) < 1e-8


def test_channels_are_averaged(tmp_path: Path) -> None:
    """A tone in one channel of two has half its amplitude."""
    left = np.frombuffer(mono_to_pcm16(sine(SAMPLE_RATE)), "<i2")
    stereo = np.column_stack([left, np.zeros_like(left)])
    write_wav(tmp_path / "a.wav", stereo.tobytes(), rate=SAMPLE_RATE, channels=2)
    assert np.max(np.abs(read(tmp_path / "a.wav") - sine(SAMPLE_RATE) / 2)) < 1e-3


@pytest.mark.parametrize(
    ("name", "codec", "rate"),
    [
        ("a.flac", "flac", 44_100),
        ("a.ogg", "libopus", 48_000),
        ("a.webm", "libopus", 48_000),
        ("a.mp3", "libmp3lame", 22_050),
        ("a.m4a", "aac", 44_100),
        ("a.mkv", "pcm_s16le", 32_000),
    ],
)
@pytest.mark.parametrize("layout", ["mono", "stereo"])
def test_compressed_files(tmp_path: Path, name: str, codec: str, rate: int, layout: str) -> None:
    """A compressed recording keeps its duration, pitch and level."""
    if codec not in av.codecs_available:
        pytest.skip(f"this FFmpeg has no {codec}")
    encode(tmp_path / name, codec, rate=rate, layout=layout)
    block = read(tmp_path / name)
    # AAC and MP3 add up to a frame or two of silence.
    assert len(block) == pytest.approx(SAMPLE_RATE, abs=0.06 * SAMPLE_RATE)
    middle = block[2_000:14_000]
    assert pitch(middle) == pytest.approx(440, abs=2)
    assert loudness(middle) == pytest.approx(0.5 / 2**0.5, rel=0.1)


@pytest.mark.parametrize("layout", ["stereo", "quad", "5.1", "7.1"])
def test_loud_channels_stay_in_range(tmp_path: Path, layout: str) -> None:
    """Channels at full scale are mixed to full scale, however many there are."""
    n_channels = av.AudioLayout(layout).nb_channels
    pcm = np.frombuffer(mono_to_pcm16(sine(48_000, amplitude=1.0)), "<i2").repeat(n_channels)
    write_wav(tmp_path / "a.wav", pcm.tobytes(), rate=48_000, channels=n_channels)
    assert np.max(np.abs(read(tmp_path / "a.wav")[400:-400])) == pytest.approx(1, abs=0.01)


def test_lossless_files(tmp_path: Path) -> None:
    """Lossless compression gives the samples of the uncompressed file."""
    encode(tmp_path / "a.flac", "flac", rate=44_100, layout="stereo")
    encode(tmp_path / "a.wav", "pcm_s16le", rate=44_100, layout="stereo")
    assert np.array_equal(read(tmp_path / "a.flac"), read(tmp_path / "a.wav"))


@pytest.mark.parametrize(("first", "second"), [("mono", "stereo"), ("stereo", "mono")])
@pytest.mark.parametrize("rates", [(44_100, 44_100), (22_050, 44_100), (48_000, 32_000)])
def test_a_stream_may_change_its_format(
    tmp_path: Path, first: str, second: str, rates: tuple[int, int]
) -> None:
    """A file of several recordings in a row is read to its end, whatever their formats."""
    encode(tmp_path / "1.mp3", "libmp3lame", rate=rates[0], layout=first, bare=True)
    encode(tmp_path / "2.mp3", "libmp3lame", rate=rates[1], layout=second, bare=True)
    joined = (tmp_path / "1.mp3").read_bytes() + (tmp_path / "2.mp3").read_bytes()
    (tmp_path / "12.mp3").write_bytes(joined)
    block = read(tmp_path / "12.mp3")
    assert len(block) == pytest.approx(2 * SAMPLE_RATE, abs=0.2 * SAMPLE_RATE)
    for middle in (block[4_000:12_000], block[20_000:28_000]):
        assert pitch(middle) == pytest.approx(440, abs=3)
        assert loudness(middle) == pytest.approx(0.5 / 2**0.5, rel=0.1)


def test_a_recording_of_nothing(tmp_path: Path) -> None:
    """A file without a single frame gives no samples."""
    write_wav(tmp_path / "a.wav", b"", rate=44_100, channels=2)
    assert read(tmp_path / "a.wav").shape == (0,)


def test_it_reads_a_block_at_a_time(tmp_path: Path) -> None:
    """A long file comes in blocks of less than a second, so that it need not be held in memory."""
    write_wav(tmp_path / "a.wav", 60 * 2 * 16_000 * b"\0", rate=16_000)
    blocks = [len(block) for block in read_audio(tmp_path / "a.wav")]
    assert sum(blocks) == 60 * SAMPLE_RATE
    assert max(blocks) < SAMPLE_RATE


# What cannot be read.


def message(path: Path) -> str:
    """Read a file that cannot be read; return what its owner is told."""
    with pytest.raises(FileUnreadable) as caught:
        read(path)
    text = str(caught.value)
    assert text.startswith(f"{path}: ")
    assert len(text.splitlines()) == 1
    return text.removeprefix(f"{path}: ")


def test_missing_file(tmp_path: Path) -> None:
    """A file that does not exist is said not to."""
    assert message(tmp_path / "a.wav") == "No such file or directory"


def test_directory(tmp_path: Path) -> None:
    """A directory is said to be one."""
    assert message(tmp_path) == "Is a directory"


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"Dear diary,\n" * 100, id="text"),
        pytest.param(bytes(10_000), id="zeros"),
        pytest.param(b"RIFF\x24\0\0\0WAVE", id="nothing but a signature"),
        pytest.param(b"\x89PNG\r\n\x1a\n" + bytes(100), id="image"),
    ],
)
def test_files_that_are_no_audio(tmp_path: Path, content: bytes) -> None:
    """A file that is no recording is refused with a reason."""
    (tmp_path / "a.wav").write_bytes(content)
    assert message(tmp_path / "a.wav")


def test_film_without_sound(tmp_path: Path) -> None:
    """A file that holds pictures only is said to have no audio."""
    with av.open(str(tmp_path / "a.mkv"), "w") as container:
        stream = container.add_stream("mpeg4", rate=25, width=64, height=64, pix_fmt="yuv420p")
        for _ in range(3):
            picture = np.zeros((64, 64, 3), np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode(None))
    assert message(tmp_path / "a.mkv") == "there is no audio in the file"


def test_film_with_sound(tmp_path: Path) -> None:
    """Of a film the sound is read, though it is not the first stream."""
    with av.open(str(tmp_path / "a.mkv"), "w") as container:
        video = container.add_stream("mpeg4", rate=25, width=64, height=64, pix_fmt="yuv420p")
        audio = container.add_stream("pcm_s16le", rate=SAMPLE_RATE, layout="mono")
        picture = np.zeros((64, 64, 3), np.uint8)
        container.mux(video.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        pcm = np.frombuffer(mono_to_pcm16(sine(SAMPLE_RATE, 0.5)), "<i2").reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(pcm, format="s16", layout="mono")
        frame.sample_rate = SAMPLE_RATE
        container.mux(audio.encode(frame))
        container.mux(video.encode(None))
    assert mono_to_pcm16(read(tmp_path / "a.mkv")) == mono_to_pcm16(sine(SAMPLE_RATE, 0.5))


def test_unknown_codec(tmp_path: Path) -> None:
    """A recording in a codec that nobody knows is refused with a reason."""
    path = tmp_path / "a.wav"
    write_wav(path, 2_000 * b"\1", rate=16_000)
    content = bytearray(path.read_bytes())
    content[20:22] = b"\x34\x12"  # the format tag
    path.write_bytes(content)
    assert message(path)


@pytest.mark.parametrize("kept", [0.02, 0.3, 0.6, 0.97])
@pytest.mark.parametrize("name", ["a.wav", "a.flac", "a.ogg", "a.mp3", "a.m4a"])
def test_truncated_files(tmp_path: Path, name: str, kept: float) -> None:
    """A file that breaks off gives the samples that are there, or is refused with a reason."""
    codec = {"wav": "pcm_s16le", "ogg": "libopus", "mp3": "libmp3lame", "m4a": "aac"}.get(
        name.split(".")[1], "flac"
    )
    if codec not in av.codecs_available:
        pytest.skip(f"this FFmpeg has no {codec}")
    path = tmp_path / name
    encode(path, codec, rate=48_000, layout="mono", seconds=3)
    content = path.read_bytes()
    path.write_bytes(content[: int(kept * len(content))])
    try:
        block = read(path)
    except FileUnreadable:
        assert message(path)
        return
    assert len(block) <= kept * 3 * SAMPLE_RATE + 0.2 * SAMPLE_RATE
    if kept >= 0.3:
        assert pitch(block[1_000:]) == pytest.approx(440, abs=20)


def test_truncated_wav_gives_what_is_there(tmp_path: Path) -> None:
    """A WAV file that breaks off, also within a sample, gives all whole samples before that."""
    path = tmp_path / "a.wav"
    write_wav(path, mono_to_pcm16(sine(SAMPLE_RATE)), rate=SAMPLE_RATE)
    path.write_bytes(path.read_bytes()[: 44 + 2 * 5_000 + 1])
    assert mono_to_pcm16(read(path)) == mono_to_pcm16(sine(SAMPLE_RATE)[:5_000])


def test_damaged_files(tmp_path: Path) -> None:
    """Whatever bytes are wrong in a file, it is read or refused with a reason."""
    encode(tmp_path / "good.mp3", "libmp3lame", rate=44_100, layout="mono", seconds=0.5)
    good = (tmp_path / "good.mp3").read_bytes()
    rng = np.random.default_rng(1)
    n_read = 0
    for number in range(60):
        content = np.frombuffer(good, np.uint8).copy()
        places = rng.integers(0, len(content), 1 + number % 20)
        content[places] = rng.integers(0, 256, len(places))
        path = tmp_path / f"{number}.mp3"
        path.write_bytes(content.tobytes())
        try:
            n_read += len(read(path)) > 0
        except FileUnreadable as error:
            assert len(str(error).splitlines()) == 1  # noqa: PT017 - most of them can be read
    assert n_read
