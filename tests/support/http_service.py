"""What HTTP's routes work with, made of simple parts."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, BinaryIO

import httpx2
from fakes import FACTS, INFO, FakeModel, hypothesis, new_recognizer
from fastapi import APIRouter, FastAPI
from options import http_options, segmenting_options

from wyoming_whisper.audio.pcm import pcm_to_mono
from wyoming_whisper.audio.pcm_format import PcmFormat
from wyoming_whisper.errors import UndecodableAudio
from wyoming_whisper.http.application import add_families
from wyoming_whisper.http.family import Families, Family
from wyoming_whisper.http.openai.request import AudioRequest
from wyoming_whisper.http.openai.response import TranscriptionResponse
from wyoming_whisper.http.service import HttpOptions, Service
from wyoming_whisper.recognition.accounting import UtteranceReport
from wyoming_whisper.recognition.eager import Eagerness
from wyoming_whisper.recognition.file import FileTranscript
from wyoming_whisper.recognition.program import Program, ProgramOptions
from wyoming_whisper.speech.segmenter import SegmentingOptions
from wyoming_whisper.values import DecodedSegment, DecodeOptions, Hypothesis, TranscriptUpdate, Word
from wyoming_whisper.wyoming_api.info import ProgramInfo, ServiceInfo

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from wyoming_whisper.audio.pcm import Block
    from wyoming_whisper.scheduling.lifecycle import Lifecycle
    from wyoming_whisper.speech.segmenter import SegmentingOptions

RATE = 16_000
PCM16 = PcmFormat(16_000, 2, 1)
BAD = b"no audio"
REST = Family("rest", lambda _: APIRouter(), prefixes=("",), is_counted=False)
"""Answers what the families of a test do not."""


@dataclass
class PcmDecoder:
    """Takes every file for bare samples, but one that begins with `BAD`."""

    n_open: int = 0
    formats: list[PcmFormat | None] = field(default_factory=list)
    files: list[BinaryIO] = field(default_factory=list)
    breaks_at: int | None = None  # the number of the block before which decoding fails

    @contextlib.asynccontextmanager
    async def decode(
        self, file: BinaryIO, *, raw: PcmFormat | None = None, language: str | None = None
    ) -> AsyncIterator[AsyncIterator[Block]]:
        self.n_open += 1
        self.formats.append(raw)
        self.files.append(file)
        try:
            file.seek(0)
            yield self._blocks(file.read(), PCM16)
        finally:
            self.n_open -= 1

    async def _blocks(self, data: bytes, pcm_format: PcmFormat) -> AsyncIterator[Block]:
        if data.startswith(BAD):
            raise UndecodableAudio("there is no audio in it")
        block = pcm_to_mono(data[: len(data) & ~1], pcm_format)
        for number, start in enumerate(range(0, len(block), 16_000)):
            if number == self.breaks_at:
                raise UndecodableAudio("it breaks off")
            yield block[start : start + 16_000]


def new_service(
    lifecycle: Lifecycle,
    *,
    languages: frozenset[str] = frozenset({"en", "de", "fr"}),
    can_translate: bool = True,
    segmenting: SegmentingOptions | None = None,
    options: HttpOptions | None = None,
    decoder: PcmDecoder | None = None,
) -> Service:
    """Return a service that hears loudness and decodes with whatever the model is at work on."""
    known = languages if can_translate else frozenset({"en"})
    assert isinstance(lifecycle.model, FakeModel)
    lifecycle.model = replace(lifecycle.model, facts=replace(FACTS, languages=known, beam_size=3))
    program_options = ProgramOptions(
        "test", DecodeOptions(), segmenting or segmenting_options(), languages=languages
    )
    program = Program(lifecycle, program_options)
    return Service(
        recognizer=new_recognizer(program, decoder or PcmDecoder()),
        queue=lifecycle.queue,
        describe=lambda: ServiceInfo(
            INFO.version, (ProgramInfo("test", program.facts, program.languages),)
        ),
        options=options or http_options(),
        look_again=lambda: None,
    )


def spoken(text: str, *, language: str = "en") -> Hypothesis:
    """Return a hypothesis of words of half a second each."""
    words = [f" {word}" for word in text.split()]
    return replace(
        hypothesis(text, language=language),
        language_probability=0.98765,
        tokens=tuple(range(len(words))),
        words=tuple(
            Word(word, n * RATE // 2, (n + 1) * RATE // 2, 0.5, 1) for n, word in enumerate(words)
        ),
    )


def transcript(*heard: tuple[int, Hypothesis], duration_s: float = 8.47) -> FileTranscript:
    """Return a transcript of segments of three seconds, of which each begins at a second."""
    segments = tuple(
        DecodedSegment(start * RATE, (start + 3) * RATE, found) for start, found in heard
    )
    text = " ".join(h.text for _, h in heard if h.rejection is None)
    update = TranscriptUpdate(text, heard[0][1].language if heard else None, segments)
    report = UtteranceReport(duration_s, 6, 0, 0, tuple(h for _, h in heard), Eagerness.OFF)
    return FileTranscript(update, report)


def app_of(service: Service, *families: Family) -> FastAPI:
    """Return an application of some families, and nothing around them."""
    app = FastAPI()
    add_families(app, Families([*families, REST]), service)
    return app


@contextlib.asynccontextmanager
async def client_of(routes: APIRouter) -> AsyncIterator[httpx2.AsyncClient]:
    """Call routes, and nothing around them."""
    app = FastAPI()
    app.include_router(routes)
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://server") as client:
        yield client


def answer(heard: FileTranscript, **fields: object) -> TranscriptionResponse:
    """Return what answers a request for a transcript, with these fields."""
    request = AudioRequest(DecodeOptions(), segmenting_options())
    return TranscriptionResponse(heard, replace(request, **fields))  # type: ignore[arg-type] # the tests know them
