"""Recordings as people have them, and files that mean harm."""

from __future__ import annotations

import io
import struct
import wave
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING

import av
import numpy as np

from wyoming_whisper.audio.pcm import mono_to_pcm16

if TYPE_CHECKING:
    import numpy.typing as npt

    from wyoming_whisper.audio.pcm import Block


def sine(rate: int, seconds: float = 1.0, amplitude: float = 0.5) -> npt.NDArray[np.float32]:
    """Return a tone of 440 Hz, mono."""
    t = np.arange(round(seconds * rate)) / rate
    return (amplitude * np.sin(2 * np.pi * 440 * t)).astype(np.float32)


def wav(samples: Block, *, rate: int = 16_000, channels: int = 1, width: int = 2) -> bytes:
    """Return a WAV with the same samples in every channel."""
    scaled = np.rint(samples.astype(np.float64) * 2 ** (8 * width - 1))
    scaled = np.clip(scaled, -(2 ** (8 * width - 1)), 2 ** (8 * width - 1) - 1).astype("<i8")
    if width == 1:
        scaled += 128
    data = scaled.repeat(channels).view(np.uint8).reshape(-1, 8)[:, :width].tobytes()
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setframerate(rate)
        writer.setsampwidth(width)
        writer.setnchannels(channels)
        writer.writeframes(data)
    return file.getvalue()


def encoded(
    samples: Block,
    container: str,
    codec: str,
    *,
    rate: int,
    layout: str = "mono",
    options: dict[str, str] | None = None,
    film: bool = False,
) -> bytes:
    """Return a compressed recording, with pictures if it is a film."""
    n_channels = av.AudioLayout(layout).nb_channels
    pcm = np.frombuffer(mono_to_pcm16(samples), "<i2").repeat(n_channels)
    file = io.BytesIO()
    with av.open(file, "w", format=container, options=options or {}) as output:
        pictures = None
        if film:
            pictures = output.add_stream("mpeg4", rate=25, width=64, height=64, pix_fmt="yuv420p")
        stream = output.add_stream(codec, rate=rate, layout=layout)
        assert isinstance(stream, av.AudioStream)
        context = stream.codec_context
        if codec == "wmav2":  # it has no bit rate of its own
            context.bit_rate = 128_000
        resampler = av.AudioResampler(
            format=context.format, layout=layout, rate=rate, frame_size=context.frame_size or None
        )
        if pictures is not None:
            black = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), format="rgb24")
            for _ in range(round(len(samples) / rate * 25)):
                output.mux(pictures.encode(black))
        frame = av.AudioFrame.from_ndarray(pcm.reshape(1, -1), format="s16", layout=layout)
        frame.sample_rate = rate
        n_samples = 0
        for piece in [*resampler.resample(frame), *resampler.resample(None)]:
            piece.pts, piece.time_base = n_samples, Fraction(1, rate)
            n_samples += piece.samples
            output.mux(stream.encode(piece))
        output.mux(stream.encode(None))
        if pictures is not None:
            output.mux(pictures.encode(None))
    return file.getvalue()


@cache
def bomb(hours: float) -> bytes:
    """Return a FLAC of silence that takes two bytes a second."""
    rate, n_samples = 8_000, 65_535
    info = struct.pack(">HHxxxxxx", n_samples, n_samples)
    info += (rate << 44 | 15 << 36).to_bytes(8, "big") + bytes(16)
    frames = []
    for number in range(round(hours * 3_600 * rate / n_samples)):
        # 16 bits of length behind the number; one channel of 16 bits; the rate is the file's.
        head = b"\xff\xf8\x70\x08" + chr(number).encode() + struct.pack(">H", n_samples - 1)
        head += bytes([_crc(head, 8, 0x07)])
        frame = head + b"\0\0\0"  # a constant
        frames.append(frame + struct.pack(">H", _crc(frame, 16, 0x8005)))
    return b"fLaC\x80\0\0\x22" + info + b"".join(frames)


def lying_wav(seconds: float, claimed_bytes: int = 0xFFFF_FF00) -> bytes:
    """Return a WAV whose header claims more samples than there are."""
    content = bytearray(wav(sine(16_000, seconds)))
    content[4:8] = struct.pack("<I", claimed_bytes)
    content[40:44] = struct.pack("<I", claimed_bytes)
    return bytes(content)


def slow_wav(n_bytes: int) -> bytes:
    """Return a WAV of one sample a second, which is 16,000 at the rate that is wanted."""
    return (
        b"RIFF"
        + struct.pack("<I", 36 + n_bytes)
        + b"WAVEfmt "
        + struct.pack("<IHHIIHH", 16, 1, 1, 1, 1, 1, 8)
        + b"data"
        + struct.pack("<I", n_bytes)
        + bytes(n_bytes)
    )


def playlist(*addresses: str) -> bytes:
    """Return an HLS play list: where FFmpeg follows it, it opens what it names."""
    lines = ["#EXTM3U", "#EXT-X-VERSION:3", "#EXT-X-TARGETDURATION:10", "#EXT-X-MEDIA-SEQUENCE:0"]
    for address in addresses:
        lines += ["#EXTINF:10.0,", address]
    return "\n".join([*lines, "#EXT-X-ENDLIST", ""]).encode()


def concat_script(*addresses: str) -> bytes:
    """Return a script for FFmpeg's demuxer of concatenations."""
    return "\n".join(["ffconcat version 1.0", *(f"file '{it}'" for it in addresses), ""]).encode()


def dash_manifest(address: str) -> bytes:
    """Return a DASH manifest."""
    return (
        '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" '
        'mediaPresentationDuration="PT10S"><Period><AdaptationSet mimeType="audio/mp4">'
        f'<Representation id="1" bandwidth="1"><BaseURL>{address}</BaseURL></Representation>'
        "</AdaptationSet></Period></MPD>"
    ).encode()


def sdp(port: int) -> bytes:
    """Return a session description: where FFmpeg follows it, it opens sockets."""
    return (
        "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\n"
        f"m=audio {port} RTP/AVP 0\na=rtpmap:0 PCMU/8000\n"
    ).encode()


def matroska(n_streams: int, pcm: bytes) -> bytes:
    """Return a Matroska file of many streams, the first of which has one packet of samples."""
    tracks = b"".join(
        _element(
            0xAE,
            _element(0xD7, struct.pack(">H", number))
            + _element(0x73C5, struct.pack(">H", number))
            + _element(0x83, b"\x02")
            + _element(0x86, b"A_PCM/INT/LIT")
            + _element(
                0xE1,
                _element(0xB5, struct.pack(">f", 16_000.0))
                + _element(0x9F, b"\x01")
                + _element(0x6264, b"\x10"),
            ),
        )
        for number in range(1, n_streams + 1)
    )
    header = _element(0x1A45DFA3, _element(0x4282, b"matroska") + _element(0x4287, b"\x04"))
    info = _element(0x1549A966, _element(0x2AD7B1, b"\x0f\x42\x40"))
    cluster = _element(0xE7, b"\0") + _element(0xA3, b"\x81\0\0\x80" + pcm)
    body = info + _element(0x1654AE6B, tracks) + _element(0x1F43B675, cluster)
    return header + _element(0x18538067, body)


def _element(number: int, body: bytes) -> bytes:
    """Return an EBML element with a size of eight bytes."""
    name = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return name + (len(body) | 1 << 56).to_bytes(8, "big") + body


def transport_stream(n_streams: int) -> bytes:
    """Return an MPEG transport stream of as many programs, each with a stream of audio."""
    pids = range(0x100, 0x100 + 2 * n_streams, 2)
    programs = b"".join(
        struct.pack(">HH", number, 0xE000 | pid) for number, pid in enumerate(pids, 1)
    )
    packets = []
    # A section holds 253 programs.
    n_sections = -(-len(programs) // 1_000)
    for number in range(n_sections):
        part = programs[number * 1_000 : (number + 1) * 1_000]
        table = struct.pack(">HBBB", 1, 0xC1, number, n_sections - 1) + part
        packets += _ts_section(0, 0x00, table)
    for number, pid in enumerate(pids, 1):
        stream = struct.pack(">BHH", 0x0F, 0xE000 | pid + 1, 0xF000)
        table = struct.pack(">HBBBHH", number, 0xC1, 0, 0, 0xE000 | pid + 1, 0xF000) + stream
        packets += _ts_section(pid, 0x02, table)
    return b"".join(packets)


def _ts_section(pid: int, table_id: int, table: bytes) -> list[bytes]:
    section = struct.pack(">BH", table_id, 0xB000 | len(table) + 4) + table
    section += struct.pack(">I", _crc(section, 32, 0x04C1_1DB7, 0xFFFF_FFFF))
    payload = b"\0" + section
    packets = []
    for number, start in enumerate(range(0, len(payload), 184)):
        head = struct.pack(">BHB", 0x47, pid | (0x4000 if not number else 0), 0x10 | number % 16)
        packets.append(head + payload[start : start + 184].ljust(184, b"\xff"))
    return packets


def _crc(data: bytes, n_bits: int, polynomial: int, start: int = 0) -> int:
    crc, top = start, 1 << n_bits - 1
    for byte in data:
        crc ^= byte << n_bits - 8
        for _ in range(8):
            crc = (crc << 1 ^ (polynomial if crc & top else 0)) & (2 * top - 1)
    return crc
