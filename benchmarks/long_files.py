"""Recordings of any length, made of commands and the pauses between them; their words are known."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import av
import numpy as np
from uploads import Upload

from wyoming_whisper.audio.pcm import SAMPLE_RATE, mono_to_pcm16
from wyoming_whisper.bench.figures import word_errors, words
from wyoming_whisper.bench.spoken_commands import pink_noise

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from wyoming_whisper.audio.pcm import Block
    from wyoming_whisper.bench.spoken_commands import Command

# As people speak who dictate: some pauses are within a segment, some between two.
_PAUSE_S: Final = (0.4, 2.5)
_FLOOR_DB: Final = -60
_NOISE_S: Final = 60
# What recorders and podcasts take for a voice.
_CODECS: Final = {".wav": "pcm_s16le", ".mp3": "libmp3lame"}
_BIT_RATE: Final = 64_000
# To align more of them takes minutes.
_MAX_WORDS: Final = 6_000


@dataclass(frozen=True, slots=True)
class LongFile:
    """A recording, as MP3.

    Attributes:
        path: Where it is.
        seconds: How long it is.
        said: Its words.
    """

    path: Path
    seconds: float
    said: str

    def upload(self, **fields: str) -> Upload:
        """Return it with some fields of the form."""
        return Upload(self.path.read_bytes(), "audio/mpeg", {"language": "en", **fields})

    def wrong_words(self, text: str) -> str:
        """Return in percent how many words of a transcript are wrong."""
        n_said = len(words(self.said))
        if n_said > _MAX_WORDS:
            return f"{len(words(text))} words of {n_said}"
        return f"{100 * word_errors(self.said, text) / n_said:.1f} % of words wrong"

    def __str__(self) -> str:
        return f"{self.seconds / 60:.0f} min of MP3"


def talk(commands: Sequence[Command], seconds: float, seed: int) -> Iterator[tuple[Block, str]]:
    """Yield commands over and over, in any order, each with a pause behind it, and its words.

    They go on until the recording is as long as that; then a pause ends it. The noise of a quiet
    room goes on through all of it.
    """
    rng = np.random.default_rng(seed)
    noise = pink_noise(_NOISE_S * SAMPLE_RATE, 10 ** (_FLOOR_DB / 20), rng)
    position = 0
    for number in itertools.count():
        if number % len(commands) == 0:
            order = rng.permutation(len(commands))
        if position >= seconds * SAMPLE_RATE:
            return
        command = commands[order[number % len(commands)]]
        pause = round(rng.uniform(*_PAUSE_S) * SAMPLE_RATE)
        samples = np.pad(command.samples, (0, pause))
        samples += noise.take(np.arange(position, position + len(samples)), mode="wrap")
        position += len(samples)
        yield np.clip(samples, -1, 1), command.text


def write_audio(path: Path, blocks: Iterable[Block]) -> float:
    """Write a WAV or an MP3 file, by its suffix, a block at a time; return its seconds."""
    n_samples = 0
    with av.open(str(path), "w") as container:
        stream = container.add_stream(_CODECS[path.suffix], rate=SAMPLE_RATE, layout="mono")
        assert isinstance(stream, av.AudioStream)
        stream.bit_rate = _BIT_RATE
        for block in blocks:
            pcm = np.frombuffer(mono_to_pcm16(block), np.int16)
            frame = av.AudioFrame.from_ndarray(pcm[None], format="s16", layout="mono")
            frame.sample_rate = SAMPLE_RATE
            frame.pts = n_samples
            container.mux(stream.encode(frame))
            n_samples += len(block)
        container.mux(stream.encode(None))
    return n_samples / SAMPLE_RATE


def long_file(commands: Sequence[Command], hours: float, folder: Path, seed: int) -> LongFile:
    """Write a recording of that length."""
    said: list[str] = []

    def blocks() -> Iterator[Block]:
        for block, text in talk(commands, hours * 3600, seed):
            said.append(text)
            yield block

    path = folder / f"{hours:g}.mp3"
    return LongFile(path, write_audio(path, blocks()), " ".join(said))
