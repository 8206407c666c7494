"""Audio files of any container and codec that PyAV's FFmpeg reads."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from wyoming_whisper.audio.pcm import SAMPLE_RATE
from wyoming_whisper.deferred_import import defer_import
from wyoming_whisper.errors import FileUnreadable

# A server of microphones never needs FFmpeg's 16 MB; faster-whisper imports it all the same.
defer_import("av")
import av  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from wyoming_whisper.audio.pcm import Block


def read_audio(path: Path) -> Iterator[Block]:
    """Decode the first audio stream of a file, a block at a time.

    Yields:
        16 kHz mono blocks, shape ``(n_samples,)``.

    Raises:
        FileUnreadable: If the file is missing, is no audio, or breaks off.
    """
    try:
        with av.open(str(path), metadata_errors="ignore") as container:
            if not container.streams.audio:
                raise FileUnreadable(f"{path}: there is no audio in it")
            # FFmpeg's resampler takes one format; a stream may have several, one after the other.
            for _, frames in groupby(container.decode(audio=0), key=_frame_format):
                yield from _resample(frames)
    except (av.FFmpegError, OSError) as error:
        raise FileUnreadable(f"{path}: {error.strerror or error}") from error


def _frame_format(frame: av.AudioFrame) -> tuple[str, str, int]:
    return frame.format.name, frame.layout.name, frame.rate


def _resample(frames: Iterable[av.AudioFrame]) -> Iterator[Block]:
    # Not "flt": FFmpeg keeps a mix of channels within full scale for integer formats only.
    resampler = av.AudioResampler(format="s32", layout="mono", rate=SAMPLE_RATE)
    for frame in frames:
        # A timestamp that jumps is no reason to stop: samples are counted, not stamped.
        frame.pts = None
        yield from _blocks(resampler.resample(frame))
    yield from _blocks(resampler.resample(None))


def _blocks(frames: list[av.AudioFrame]) -> Iterator[Block]:
    for frame in frames:
        yield frame.to_ndarray().reshape(-1).astype(np.float32) / 2_147_483_648.0
