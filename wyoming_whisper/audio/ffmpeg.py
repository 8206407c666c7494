"""Sound out of files, with FFmpeg, and nothing but sound.

Theory of operation. FFmpeg reads a file through a descriptor that somebody else opened, and may
open nothing else itself. Only formats that hold recordings are looked for, by contents alone, and
only sound is ever decoded; of all other streams not even the bytes are read, where the format
allows that. As `ffmpeg` does, decoding goes on behind what is damaged, and a file that breaks off
gives what is there.

Time is the container's. Where its clock goes on without sound, as in a film whose sound begins
late, or a recording from a phone that had no network for a while, there is silence: so a word is
where a player has it.

There is no numpy here: the process that decodes uploads starts in half the time without it, and in
half the memory.
"""

from __future__ import annotations

import importlib
import math
import os
import struct
from typing import TYPE_CHECKING, Final

from wyoming_whisper.audio.phase import are_opposite
from wyoming_whisper.errors import UndecodableAudio, UnsupportedLanguage
from wyoming_whisper.language import normalize_language
from wyoming_whisper.system.deferred_import import defer_import

# A server of microphones never needs FFmpeg's 16 MB; faster-whisper imports it all the same.
defer_import("av")
import av  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator

    from av.filter import Graph

SAMPLE_BYTES: Final = 4
"""A sample is a signed integer of 32 bits, in the machine's order of bytes."""

PIECES_PER_SECOND: Final = 2
"""How many pieces a second of sound comes in."""

# Formats that hold recordings, by FFmpeg's names. Not among them: play lists and scripts (hls,
# dash, concat, sdp, ffmetadata), which name other files; pictures, devices, generators; and the
# hundreds that only a game or a laboratory knows.
_FORMATS: Final = (
    "wav,w64,aiff,caf,au,voc,sox,nistsphere,mp3,aac,loas,ac3,eac3,dts,flac,ogg,ape,wv,tta,tak,mpc,"
    "mpc8,matroska,mov,avi,mpegts,mpeg,flv,asf,xwma,amr,rm,mxf,wtv,nut"
)
# Decoders of what is in these. That no decoder of pictures is, spares probing a film most of its
# work, and us most of FFmpeg's faults.
_CODECS: Final = (
    "aac,aac_latm,ac3,eac3,dca,truehd,mlp,mp1float,mp1,mp2float,mp2,mp3float,mp3,flac,alac,ape,"
    "wavpack,tta,tak,mpc7,mpc8,vorbis,libopus,opus,libspeex,speex,wmav1,wmav2,wmapro,wmavoice,"
    "wmalossless,xma1,xma2,libopencore_amrnb,amrnb,libopencore_amrwb,amrwb,gsm,gsm_ms,g722,g723_1,"
    "g726,g726le,g729,ilbc,truespeech,nellymoser,cook,ralf,sipr,real_144,real_288,atrac3,qdm2,"
    "qcelp,mace3,mace6,adpcm_g722,adpcm_ima_qt,adpcm_ima_wav,adpcm_ms,adpcm_swf,adpcm_yamaha,"
    "pcm_alaw,pcm_mulaw,pcm_bluray,pcm_dvd,pcm_u8,pcm_s8,pcm_s8_planar,pcm_u16be,pcm_u16le,"
    "pcm_u24be,pcm_u24le,pcm_u32be,pcm_u32le,pcm_s16be,pcm_s16le,pcm_s16be_planar,"
    "pcm_s16le_planar,pcm_s24be,pcm_s24le,pcm_s24le_planar,pcm_s32be,pcm_s32le,pcm_s32le_planar,"
    "pcm_s64be,pcm_s64le,pcm_f16le,pcm_f24le,pcm_f32be,pcm_f32le,pcm_f64be,pcm_f64le,s302m"
)
_ALLOWED_CODECS: Final = frozenset(_CODECS.split(","))
_OPTIONS: Final = {
    "format_whitelist": _FORMATS,
    "codec_whitelist": _CODECS,
    # Nothing is opened beside the file: no address, no other file.
    "protocol_whitelist": "",
    # A film with its sound in ten languages, subtitles in fifty and the fonts for them.
    "max_streams": "256",
    # What FFmpeg looks at before it knows the streams: its defaults, said here as they are limits.
    "probesize": "5000000",
    "analyzeduration": "10000000",
    # Samples are counted, not stamped, so nobody need read ahead, up to the end of a hostile file,
    # for the stamps that are missing.
    "fflags": "-genpts",
}
# All formats are tried on the samples of a WAV, over and over, as they may be S/PDIF. That takes
# longer than the rest together, and the first five packets, 20 kB, tell.
_WAV_OPTIONS: Final = _OPTIONS | {"max_probe_packets": "5"}

# The lowest is a quarter of a telephone's, the highest twice that of any studio; beyond them a file
# of a few bytes takes FFmpeg's resampler gigabytes.
_RATES: Final = range(2_000, 384_001)
# Eight minutes of MP3. A longer stretch without a sound is no damage; it is no sound.
_MAX_BAD_PACKETS: Final = 20_000
# A demuxer that has lost the thread may find it again, or not.
_MAX_LOST_THREADS: Final = 16
# The densest speech codec, AMR at 4.75 kbit/s, fills 600 bytes a second. Who claims more seconds
# than the file could hold has broken off, was never finished, or lies.
_MIN_BYTES_PER_S: Final = 400
_IO_BYTES: Final = 65_536
_MICROSECONDS: Final = 1_000_000
# Clocks of containers count milliseconds, codecs swallow their first samples.
_MIN_HOLE_S: Final = 0.1
# Nobody records an hour of nothing; beyond it a clock was set.
_MAX_HOLE_S: Final = 3_600.0
# Films in these begin at 0; in others, such as broadcasts, at any time.
_FROM_ZERO: Final = frozenset({"matroska,webm", "mov,mp4,m4a,3gp,3g2,mj2", "flv"})
# What says that a track is not the film's own sound.
_ASIDE: Final = ("comment", "hearing_impaired", "visual_impaired", "dub", "karaoke")


class AudioFile:
    """The sound of a file: the track in a language, else the one that players take. To be closed.

    Args:
        fd: An open file, read from its beginning; one that can be sought in keeps its position.
            The caller closes it, later than this.
        rate: Samples a second that are wanted.
        language: Whisper's code of the language that is wanted, if one is.

    Attributes:
        duration_s: How long it says it is, if it does and has the bytes for it.

    Raises:
        UndecodableAudio: If there is no audio in it that can be decoded.
    """

    def __init__(self, fd: int, rate: int, language: str | None = None) -> None:
        self._rate = rate
        self._source = _Source(fd)
        self._graph: Graph | None = None
        self._graph_format: tuple[str, str, int, bool] | None = None
        self._is_opposite = False  # the channels cancel each other
        self._n_frames = 0
        self._given_s = 0.0  # seconds of sound and silence since the container's clock began
        self._is_lost = False
        try:
            self._container = av.open(
                self._source,
                "r",
                container_options=_WAV_OPTIONS if self._source.is_wav() else _OPTIONS,
                metadata_errors="ignore",
                buffer_size=_IO_BYTES,
                io_open=_open_nothing,
            )
        except MemoryError as error:
            raise UndecodableAudio(_TOO_LARGE) from error
        except (av.FFmpegError, OSError) as error:
            raise UndecodableAudio(
                "the file is in no audio or video format that can be read"
            ) from error
        try:
            self._stream = self._choose(language)
        except BaseException:
            self.close()
            raise
        self.duration_s = self._duration()
        self._start_s = self._start()

    def close(self) -> None:
        """Let go of what FFmpeg holds."""
        self._container.close()

    def pieces(self) -> Iterator[bytes]:
        """Yield the samples, mono, a fraction of a second at a time.

        Raises:
            UndecodableAudio: If there are packets, and nothing can be made of any of them.
        """
        size = self._rate // PIECES_PER_SECOND * SAMPLE_BYTES
        pending = bytearray()
        n_bad = 0
        for packet in self._packets():
            n_frames = self._n_frames
            try:
                for sound in self._decode(packet):
                    pending += sound
                    while len(pending) >= size:
                        yield bytes(pending[:size])
                        del pending[:size]
            except MemoryError as error:
                raise UndecodableAudio(_TOO_LARGE) from error
            except av.FFmpegError:
                n_bad += 1
                if n_bad == _MAX_BAD_PACKETS:
                    break
            if self._n_frames > n_frames:
                n_bad = 0
        pending += b"".join(self._finish())
        if pending:
            yield bytes(pending)
        if not self._n_frames and (n_bad or self._is_lost):
            raise UndecodableAudio("the audio in the file cannot be decoded")

    def _choose(self, language: str | None) -> av.AudioStream:
        audio = self._container.streams.audio
        if not audio:
            raise UndecodableAudio("there is no audio in the file")
        # No context: FFmpeg has no decoder at all.
        decodable = [
            stream
            for stream in audio
            if stream.codec_context is not None and stream.codec_context.name in _ALLOWED_CODECS
        ]
        if not decodable:
            raise UndecodableAudio(
                "the audio in the file is encoded in a way that is not supported"
            )
        chosen = max(decodable, key=lambda stream: _merits(stream, language))
        for other in self._container.streams:
            if other is not chosen:
                other.discard = av.stream.Discard.all
        # More threads than one cost memory, and none of these decoders uses them.
        chosen.codec_context.thread_count = 1
        return chosen

    def _duration(self) -> float | None:
        duration_s: float | None = None
        if self._stream.duration is not None and self._stream.time_base is not None:
            duration_s = float(self._stream.duration * self._stream.time_base)
        elif self._container.duration is not None:
            duration_s = self._container.duration / _MICROSECONDS
        if duration_s is None or not 0 <= duration_s <= self._source.n_bytes / _MIN_BYTES_PER_S:
            return None
        return duration_s

    def _start(self) -> float:
        """Return where the container's clock begins, in seconds."""
        is_film = len(self._container.streams) > len(self._container.streams.audio)
        start = self._container.start_time
        # The pictures' own start is not known here, as nothing of them is decoded.
        if start is None or (is_film and self._container.format.name in _FROM_ZERO):
            return 0.0
        return start / _MICROSECONDS

    def _packets(self) -> Iterator[av.Packet[av.AudioStream] | None]:
        """Yield the stream's packets; the last one, or None, has the decoder give what it holds."""
        for _ in range(_MAX_LOST_THREADS):
            try:
                yield from self._container.demux(self._stream)
            except MemoryError as error:
                raise UndecodableAudio(_TOO_LARGE) from error
            except (av.FFmpegError, OSError):
                self._is_lost = True
                continue
            return
        yield None

    def _decode(self, packet: av.Packet[av.AudioStream] | None) -> Iterator[bytes]:
        """Yield what one packet sounds like."""
        for frame in self._stream.codec_context.decode(packet):
            if frame.rate not in _RATES:
                raise av.InvalidDataError(0, "sample rate")
            hole_s = self._hole_s(frame)
            if hole_s:
                yield from self._finish()
                yield from self._silence(hole_s)
            opposite = are_opposite(frame)
            if opposite is not None:
                self._is_opposite = opposite
            # A stream may change its format; FFmpeg's resampler takes one.
            frame_format = (frame.format.name, frame.layout.name, frame.rate, self._is_opposite)
            if frame_format != self._graph_format:
                yield from self._finish()
                self._graph = _resampling(frame, self._rate, left_only=self._is_opposite)
                self._graph_format = frame_format
            # A timestamp that jumps is no reason to stop.
            frame.pts = None
            assert self._graph is not None  # noqa: S101 - narrows the type
            self._graph.push(frame)
            self._n_frames += 1
            self._given_s += frame.samples / frame.rate
            yield from _pull(self._graph)

    def _hole_s(self, frame: av.AudioFrame) -> float:
        """Return how much later than the sound so far a frame is, if that is a hole in the sound.

        The container's clock may also be set: then it is followed from there.
        """
        if frame.time is None or not math.isfinite(frame.time):
            return 0.0
        late_s = frame.time - self._start_s - self._given_s
        if late_s > _MAX_HOLE_S or late_s < -_MAX_HOLE_S:
            self._start_s += late_s
        return late_s if _MIN_HOLE_S < late_s <= _MAX_HOLE_S else 0.0

    def _silence(self, seconds: float) -> Iterator[bytes]:
        self._given_s += seconds
        n_samples = round(seconds * self._rate)
        for start in range(0, n_samples, self._rate):
            yield bytes(SAMPLE_BYTES * min(self._rate, n_samples - start))

    def _finish(self) -> Iterator[bytes]:
        """Yield what the resampler still holds."""
        graph, self._graph, self._graph_format = self._graph, None, None
        if graph is not None:
            graph.push(None)
            yield from _pull(graph)


def preload() -> None:
    """Load all that decoding will need, so that it opens no file of its own later."""
    # What PyAV imports when it first meets such a stream.
    for module in ("av.audio.stream", "av.video.codeccontext", "av.subtitles.codeccontext"):
        importlib.import_module(module)
    # A tenth of a second of silence in two channels.
    rate, data = 8_000, bytes(3_200)
    header = struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        *(b"RIFF", 36 + len(data), b"WAVE", b"fmt ", 16, 1, 2, rate, 4 * rate, 4, 16),
        *(b"data", len(data)),
    )
    fd = os.memfd_create("silence")
    try:
        os.write(fd, header + data)
        audio = AudioFile(fd, 2 * rate)
        for _ in audio.pieces():
            pass
        audio.close()
    finally:
        os.close(fd)


_TOO_LARGE: Final = "decoding the file takes too much memory"


class _Source:
    """A file as FFmpeg reads it: without a name, whose ending would be believed."""

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._position = 0
        self.n_bytes = os.fstat(fd).st_size
        try:
            os.lseek(fd, 0, os.SEEK_CUR)
            self._can_seek = True
        except OSError:  # a pipe
            self._can_seek = False

    def is_wav(self) -> bool:
        head = os.pread(self._fd, 12, 0) if self._can_seek else b""
        return head[:4] in {b"RIFF", b"RF64"} and head[8:] == b"WAVE"

    def seekable(self) -> bool:
        return self._can_seek

    def read(self, size: int) -> bytes:
        # Not `read`: the position is shared with whoever else has the file.
        where = self._position
        data = os.pread(self._fd, size, where) if self._can_seek else os.read(self._fd, size)
        self._position += len(data)
        return data

    def seek(self, offset: int, whence: int) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self.n_bytes}[whence]
        self._position = max(start + offset, 0)
        return self._position

    def tell(self) -> int:
        return self._position


def _open_nothing(url: str, flags: int, options: dict[str, str]) -> object:
    raise PermissionError(f"{url}: {flags} {options}")


def _merits(stream: av.AudioStream, language: str | None) -> tuple[bool, bool, bool]:
    """Return what speaks for a track, the first most."""
    try:
        spoken = normalize_language(stream.language)
    except UnsupportedLanguage:
        spoken = None
    is_aside = any(flag in stream.disposition for flag in map(_disposition, _ASIDE))
    is_default = _disposition("default") in stream.disposition
    return (language is not None and spoken == language, not is_aside, is_default)


def _disposition(name: str) -> av.stream.Disposition:
    return av.stream.Disposition[name]


def _resampling(frame: av.AudioFrame, rate: int, *, left_only: bool) -> Graph:
    # Not AudioResampler, which has a thread for every core.
    graph = av.filter.Graph()
    graph.threads = 1
    source = graph.add(
        "abuffer",
        sample_rate=str(frame.rate),
        sample_fmt=frame.format.name,
        channel_layout=frame.layout.name,
    )
    # Not "flt": FFmpeg keeps a mix of channels within full scale for integer formats only.
    wanted = graph.add("aformat", sample_fmts="s32", channel_layouts="mono", sample_rates=str(rate))
    left = [graph.add("pan", "mono|c0=c0")] if left_only else []
    graph.link_nodes(source, *left, wanted, graph.add("abuffersink")).configure()
    return graph


def _pull(graph: Graph) -> Iterator[bytes]:
    while True:
        try:
            frame = graph.pull()
        except (BlockingIOError, EOFError):  # nothing for now, or for ever
            return
        assert isinstance(frame, av.AudioFrame)  # noqa: S101 - narrows the type
        yield bytes(memoryview(frame.planes[0])[: frame.samples * SAMPLE_BYTES])
