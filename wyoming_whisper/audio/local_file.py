"""Audio files of any container and codec, decoded in this process."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import numpy as np

from wyoming_whisper.audio.ffmpeg import AudioFile
from wyoming_whisper.audio.pcm import SAMPLE_RATE
from wyoming_whisper.errors import FileUnreadable, UndecodableAudio

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from wyoming_whisper.audio.pcm import Block


def read_audio(path: Path, language: str | None = None) -> Iterator[Block]:
    """Decode the sound of a file, a block at a time.

    For files that are the owner's own; those of others are for `files.decoder`. A file that breaks
    off gives what is there.

    Args:
        path: The file.
        language: Whisper's code of the language that a film's track shall be in, if one shall.

    Yields:
        16 kHz mono blocks, shape ``(n_samples,)``, of half a second.

    Raises:
        FileUnreadable: If the file is missing, or there is no audio in it that can be decoded.
    """
    try:
        with (
            path.open("rb", buffering=0) as file,
            closing(AudioFile(file.fileno(), SAMPLE_RATE, language)) as audio,
        ):
            for piece in audio.pieces():
                yield samples_of(piece)
    except OSError as error:
        raise FileUnreadable(f"{path}: {error.strerror or error}") from error
    except UndecodableAudio as error:
        raise FileUnreadable(f"{path}: {error}") from error


def samples_of(piece: bytes | memoryview) -> Block:
    """Return the samples of a piece that FFmpeg decoded, shape ``(n_samples,)``."""
    block = np.frombuffer(piece, np.int32).astype(np.float32)
    block /= 2_147_483_648.0
    return block
