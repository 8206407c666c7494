"""An uploaded file → its transcript, through the pipeline that serves the satellites.

Theory of operation. A file's first stretch is decoded before anything is answered, so that what is
no audio is refused with a real status. If it is all of the file, its segments go through as short
requests, before other people's long ones. A long file's segments go last, at most two of them at a
time, so a voice command waits for the call in flight and for nothing else.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from wyoming_whisper.audio.pcm import SAMPLE_RATE
from wyoming_whisper.errors import AudioTooShort
from wyoming_whisper.scheduling.policy import Priority

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from typing import BinaryIO

    from wyoming_whisper.audio.pcm import Block
    from wyoming_whisper.audio.pcm_format import PcmFormat
    from wyoming_whisper.http.recognition_fields import RecognitionOptions
    from wyoming_whisper.http.service import Service
    from wyoming_whisper.recognition.accounting import UtteranceReport
    from wyoming_whisper.values import TranscriptUpdate

# What fits into one window of Whisper's is a short request.
_SHORT_SAMPLES: Final = 30 * SAMPLE_RATE
# OpenAI's: "Minimum audio length is 0.1 seconds." Health checks send just that, and a resampler may
# keep a few samples for itself.
_MIN_SAMPLES: Final = SAMPLE_RATE // 10 - 16
_TOO_SHORT: Final = "Audio file is too short. Minimum audio length is 0.1 seconds."


@dataclass(frozen=True, slots=True)
class FileTranscript:
    """What was heard in a file.

    Attributes:
        update: The transcript and its segments.
        duration_s: Seconds of audio.
        report: The figures.
    """

    update: TranscriptUpdate
    duration_s: float
    report: UtteranceReport


@dataclass(slots=True)
class OpenedFile:
    """A file whose first stretch is decoded; that is all of it, or there is a rest."""

    _service: Service
    _head: list[Block]
    _rest: AsyncIterator[Block] | None

    @property
    def is_short(self) -> bool:
        """Whether it fits into one window of Whisper's."""
        return self._rest is None

    async def transcribe(
        self,
        request: RecognitionOptions,
        publish: Callable[[TranscriptUpdate], None] | None = None,
    ) -> FileTranscript:
        """Transcribe it; once only. Cancelling this gives its place in the queue up.

        Args:
            request: How.
            publish: Told the transcript so far whenever a segment has been decoded, but the last.

        Raises:
            ClientError: If the rest of it cannot be decoded.
            ServiceError: If a segment is refused, or its decode failed.
        """
        priority = Priority.INTERACTIVE if self.is_short else Priority.FILE
        pipeline = self._service.pipeline
        utterance = pipeline.open(request.decoding, priority, publish, request.segmenting)
        try:
            while self._head:
                await utterance.feed_block(self._head.pop(0))
            if self._rest is not None:
                async for block in self._rest:
                    await utterance.feed_block(block)
            update = await utterance.finish()
        finally:
            utterance.close()
        report = utterance.report
        return FileTranscript(update, report.audio_s, report)


@contextlib.asynccontextmanager
async def open_file(
    service: Service, file: BinaryIO, raw: PcmFormat | None
) -> AsyncIterator[OpenedFile]:
    """Decode the first stretch of a file; the rest is decoded while it is transcribed.

    Args:
        service: Whose decoder and pipeline to use.
        file: A file of any container, or of bare samples.
        raw: The format of bare samples; ``None`` for a container.

    Raises:
        ClientError: If there is no audio in it, or hardly any.
        ServiceError: If it cannot be decoded now.
    """
    file.seek(0)
    if not file.read(1):
        # Recorders that were stopped at once send this; it is no strange format.
        raise AudioTooShort(_TOO_SHORT, parameter="file")
    file.seek(0)
    async with service.decoder.decode(file, raw=raw) as decoded:
        head: list[Block] = []
        n_samples = 0
        blocks = aiter(decoded)
        rest: AsyncIterator[Block] | None = None
        async for block in blocks:
            head.append(block)
            n_samples += len(block)
            if n_samples > _SHORT_SAMPLES:
                rest = blocks
                break
        if n_samples < _MIN_SAMPLES:
            raise AudioTooShort(_TOO_SHORT, parameter="file")
        yield OpenedFile(service, head, rest)
