"""The door of the recognition: what every API opens its streams and files at."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Final

from wyoming_whisper.audio.pcm import SAMPLE_RATE
from wyoming_whisper.errors import AudioTooShort
from wyoming_whisper.recognition.accounting import RequestCounters
from wyoming_whisper.recognition.file import TOO_SHORT, FileStream, open_file
from wyoming_whisper.recognition.live import LiveStream
from wyoming_whisper.recognition.program import by_name
from wyoming_whisper.recognition.snapping import AS_THE_OWNER_DECIDES
from wyoming_whisper.recognition.utterance import Utterance
from wyoming_whisper.recognition.vad_batcher import StreamWindows, VadBatcher
from wyoming_whisper.speech.packing import PackingOptions
from wyoming_whisper.values import Priority

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
    from typing import BinaryIO

    from wyoming_whisper.audio.pcm_format import PcmFormat
    from wyoming_whisper.recognition.file import OpenedFile
    from wyoming_whisper.recognition.program import Program
    from wyoming_whisper.recognition.snapping import SnapOptions
    from wyoming_whisper.recognition.turn_watch import TurnOptions
    from wyoming_whisper.scheduling.lifecycle import Lifecycle
    from wyoming_whisper.speech.segmenter import SegmentingOptions
    from wyoming_whisper.speech.vad import Vad
    from wyoming_whisper.uploads.decoder import FileDecoder
    from wyoming_whisper.values import DecodeOptions

# Between two sentences as a speaker leaves it, whatever there was in the file.
_GAP_SAMPLES: Final = SAMPLE_RATE // 2
# Four seconds of speech tell what language they are in.
_TELLING_SAMPLES: Final = 4 * SAMPLE_RATE


class Recognizer:
    """Recognises speech for every API: some programs, one VAD, one account of it all.

    Args:
        programs: At least one; the first is the default.
        vad: The detector; awaited by the first utterances while it is still loading.
        decoder: Reads uploaded files.

    Attributes:
        programs: As given, each with the model that serves now.
        n_exchanges: How often a model has taken another's place.
        vad: The detector, once it is loaded.
        accounting: What has been asked and answered.
    """

    def __init__(
        self,
        programs: Sequence[Program],
        vad: Awaitable[Vad],
        decoder: FileDecoder,
    ) -> None:
        self.programs = tuple(programs)  # each another one when its model has been exchanged
        self.n_exchanges = 0
        self.vad: Final = asyncio.ensure_future(vad)
        self.accounting: Final = RequestCounters()
        self._batcher = VadBatcher(self.vad)
        self._decoder = decoder

    @property
    def program(self) -> Program:
        """The default program."""
        return self.programs[0]

    def named(self, name: str | None) -> Program | None:
        """Return the program that a client calls so, if there is one."""
        return by_name(self.programs, name)

    @contextlib.contextmanager
    def using(self, name: str | None = None) -> Iterator[Program]:
        """Give a program, and have its model live on for as long as the context lasts.

        Args:
            name: What a client calls it; the default one where there is none of this name.
        """
        program, user = self.named(name) or self.program, object()
        program.lifecycle.join(user)
        try:
            yield program
        finally:
            program.lifecycle.leave(user)

    def exchange(self, index: int, lifecycle: Lifecycle) -> None:
        """Serve one of the programs with another model from now on."""
        programs = list(self.programs)
        programs[index] = programs[index].with_model(lifecycle)
        self.programs = tuple(programs)
        self.n_exchanges += 1

    @property
    def n_in_call(self) -> int:
        """How many segments are being decoded."""
        return sum(program.lifecycle.n_in_call for program in self.programs)

    def listen(
        self,
        program: Program,
        options: DecodeOptions,
        consumed: Callable[[], None],
        snap: SnapOptions = AS_THE_OWNER_DECIDES,
        *,
        turn: TurnOptions | None = None,
        speech_started: Callable[[int], None] = lambda _: None,
    ) -> LiveStream:
        """Return a stream for an utterance that is being spoken.

        Args:
            program: What decodes it.
            options: How.
            consumed: Called whenever chunks of it have been taken.
            snap: What its client wants of the household's spellings.
            turn: When it ends before its client says so; ``None`` for never.
            speech_started: Called once with where somebody began to speak, in samples.
        """
        utterance = Utterance(
            program.lifecycle,
            StreamWindows(self._batcher),
            options,
            program.segmenting,
            priority=Priority.FINAL,
            eager=program.options.eager,
            snapping=program.snapping,
            snap=snap,
            turn=turn,
        )
        return LiveStream(utterance, consumed, speech_started)

    @contextlib.asynccontextmanager
    async def open_upload(
        self, file: BinaryIO, raw: PcmFormat | None, language: str | None
    ) -> AsyncIterator[OpenedFile]:
        """Decode the first stretch of an uploaded file; the rest is decoded as it is read.

        Args:
            file: A file of any container, or of bare samples.
            raw: The format of bare samples; ``None`` for a container.
            language: Whisper's code of what is spoken, which chooses among a film's tracks.

        Raises:
            ClientError: If there is no audio in it, or hardly any.
            ServiceError: If it cannot be decoded now.
        """
        file.seek(0)
        if not file.read(1):
            # Recorders that were stopped at once send this; it is no strange format.
            raise AudioTooShort(TOO_SHORT, parameter="file")
        file.seek(0)
        async with self._decoder.decode(file, raw=raw, language=language) as blocks:
            yield await open_file(aiter(blocks))

    def transcribe(
        self,
        file: OpenedFile,
        program: Program,
        options: DecodeOptions,
        segmenting: SegmentingOptions,
        snap: SnapOptions = AS_THE_OWNER_DECIDES,
    ) -> FileStream:
        """Return the transcript of a file, as it grows.

        Args:
            file: Where its samples come from; of each file there is one transcript.
            program: What decodes it.
            options: How.
            segmenting: How its speech is cut.
            snap: What its client wants of the household's spellings.
        """
        knows_language = options.language is not None or not program.facts.multilingual
        packing = PackingOptions(
            segmenting.max_samples, _GAP_SAMPLES, None if knows_language else _TELLING_SAMPLES
        )
        utterance = Utterance(
            program.lifecycle,
            StreamWindows(self._batcher),
            options,
            segmenting,
            priority=file.priority,
            packing=packing,
            waits_for_room=not file.is_short,
            snapping=program.snapping,
            snap=snap,
        )
        return FileStream(utterance, file)
