"""A file → its transcript, through the queue that serves the satellites.

Theory of operation. A file's first stretch is decoded before anything is answered, so that what is
no audio is refused with a real status. If it is all of the file, its segments go through as short
requests, before other people's long ones. A long file's segments go last, at most two of them at a
time, so a voice command waits for the call in flight and for nothing else. A file that was admitted
is not refused half way, where an hour's work would be lost: its segments wait for room.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from wyoming_whisper.audio.pcm import SAMPLE_RATE
from wyoming_whisper.errors import AudioTooShort
from wyoming_whisper.recognition.transcript_stream import TranscriptStream
from wyoming_whisper.values import Priority

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from wyoming_whisper.audio.pcm import Block
    from wyoming_whisper.recognition.accounting import UtteranceReport
    from wyoming_whisper.recognition.utterance import Utterance
    from wyoming_whisper.values import TranscriptUpdate

# What fits into one window of Whisper's is a short request.
_SHORT_SAMPLES: Final = 30 * SAMPLE_RATE
# OpenAI's: "Minimum audio length is 0.1 seconds." Health checks send just that, and a resampler may
# keep a few samples for itself.
_MIN_SAMPLES: Final = SAMPLE_RATE // 10 - 16
TOO_SHORT: Final = "Audio file is too short. Minimum audio length is 0.1 seconds."


@dataclass(frozen=True, slots=True)
class FileTranscript:
    """What was heard in a file.

    Attributes:
        update: The transcript and its segments.
        report: The figures.
    """

    update: TranscriptUpdate
    report: UtteranceReport

    @property
    def duration_s(self) -> float:
        """Seconds of audio."""
        return self.report.audio_s


@dataclass(slots=True)
class OpenedFile:
    """A file whose first stretch is decoded; that is all of it, or there is a rest.

    Attributes:
        head: The first stretch: 16 kHz mono blocks, shape ``(n_samples,)``.
        rest: The rest, if there is one.
    """

    head: list[Block]
    rest: AsyncIterator[Block] | None

    @property
    def is_short(self) -> bool:
        """Whether it fits into one window of Whisper's."""
        return self.rest is None

    @property
    def priority(self) -> Priority:
        """The class of its decodes."""
        return Priority.INTERACTIVE if self.is_short else Priority.FILE


async def open_file(blocks: AsyncIterator[Block]) -> OpenedFile:
    """Read the first stretch of a file; the rest is read while it is transcribed.

    Args:
        blocks: 16 kHz mono blocks, shape ``(n_samples,)``.

    Raises:
        AudioTooShort: If there is hardly any audio in it.
        ClientError: If it cannot be decoded.
        ServiceError: If it cannot be decoded now.
    """
    head: list[Block] = []
    n_samples = 0
    rest: AsyncIterator[Block] | None = None
    async for block in blocks:
        head.append(block)
        n_samples += len(block)
        if n_samples > _SHORT_SAMPLES:
            rest = blocks
            break
    if n_samples < _MIN_SAMPLES:
        raise AudioTooShort(TOO_SHORT, parameter="file")
    return OpenedFile(head, rest)


class FileStream(TranscriptStream):
    """The transcript of a file, as it grows; of each file there is one.

    Args:
        utterance: What is recognised.
        file: Where its samples come from.
    """

    def __init__(self, utterance: Utterance, file: OpenedFile) -> None:
        super().__init__(utterance)
        self._file = file

    async def _feed(self, utterance: Utterance) -> None:
        while self._file.head:
            await utterance.feed_block(self._file.head.pop(0))
        if self._file.rest is not None:
            async for block in self._file.rest:
                await utterance.feed_block(block)
