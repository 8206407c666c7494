"""OpenAI's audio API: ``/v1/audio/transcriptions`` and ``/v1/audio/translations``."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from functools import partial
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from starlette.datastructures import UploadFile

from wyoming_whisper.audio.pcm_format import PcmFormat
from wyoming_whisper.errors import InvalidParameter
from wyoming_whisper.http.counting import CountedRequest
from wyoming_whisper.http.disconnect import ClientGone, while_connected
from wyoming_whisper.http.errors import OPENAI_PROBLEMS, openai_error
from wyoming_whisper.http.openai.events import EventStream, TranscriptEvents, event
from wyoming_whisper.http.openai.models import check_model
from wyoming_whisper.http.openai.request import read_request
from wyoming_whisper.http.openai.response import MEDIA_TYPES, Answer
from wyoming_whisper.http.openai.schema import documentation
from wyoming_whisper.recognition.accounting import Api
from wyoming_whisper.recognition.file import open_file
from wyoming_whisper.values import Task

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.datastructures import FormData

    from wyoming_whisper.http.service import Service
    from wyoming_whisper.recognition.accounting import UtteranceReport
    from wyoming_whisper.recognition.file import FileTranscript
    from wyoming_whisper.values import TranscriptUpdate

_LOG: Final = logging.getLogger(__name__)

# The API has some thirty fields, of which three are lists; nobody expects more names than this.
_MAX_FIELDS: Final = 1_000
_BARE_SAMPLES: Final = frozenset({"audio/pcm", "audio/raw", "audio/x-raw"})
_BARE_RATE: Final = 16_000
_HEADER_TEXT: Final = "".join(map(chr, range(0x20, 0x7F)))


def router(service: Service) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(prefix="/v1/audio", tags=["OpenAI"], responses=OPENAI_PROBLEMS)

    @routes.post("/transcriptions", **documentation(Task.TRANSCRIBE))
    async def transcriptions(request: Request) -> Response:
        return await _answer(service, request, Task.TRANSCRIBE)

    @routes.post("/translations", **documentation(Task.TRANSLATE))
    async def translations(request: Request) -> Response:
        return await _answer(service, request, Task.TRANSLATE)

    return routes


async def _answer(service: Service, request: Request, task: Task) -> Response:
    async with contextlib.AsyncExitStack() as resources:
        counted = resources.enter_context(
            CountedRequest(service.pipeline.counters, Api.OPENAI, task)
        )
        form = await _form(request)
        resources.push_async_callback(form.close)
        asked = read_request(_texts(form), service, task, request.headers.get("x-keypool", ""))
        check_model(service, asked.model)
        upload = _upload(form)
        opened = await resources.enter_async_context(
            open_file(service, upload.file, _bare_samples(upload))
        )

        async def transcribe(
            publish: Callable[[TranscriptUpdate], None] | None = None,
        ) -> FileTranscript:
            work = opened.transcribe(asked, publish)
            return await while_connected(request.receive, work)

        # A folder's name may have letters that no header can.
        headers = {"X-Model": quote(service.info.model, safe=_HEADER_TEXT)}
        if asked.stream:
            events = TranscriptEvents(asked, service.info.model)
            produce = partial(_stream, events, transcribe, counted, resources.pop_all())
            return EventStream(produce, headers)
        transcript = await transcribe()
        counted.report = transcript.report
        answer = Answer(transcript, asked)
        # The subtitles of an hour take half a second.
        body = answer.body() if opened.is_short else await asyncio.to_thread(answer.body)
        headers["Server-Timing"] = _timing(transcript.report)
        if isinstance(body, str):
            return Response(body, media_type=MEDIA_TYPES[asked.response_format], headers=headers)
        return JSONResponse(body, headers=headers)


async def _stream(
    events: TranscriptEvents,
    transcribe: Callable[[Callable[[TranscriptUpdate], None]], Awaitable[FileTranscript]],
    counted: CountedRequest,
    resources: contextlib.AsyncExitStack,
    emit: Callable[[str], None],
) -> None:
    """Transcribe a file, emit the events of its transcript, and close it.

    Cancelling it closes the file.
    """

    def publish(update: TranscriptUpdate) -> None:
        for part in events.parts(update):
            counted.tell()
            emit(part)

    async with resources:
        try:
            transcript = await transcribe(publish)
        except ClientGone as gone:
            counted.fail(gone)
            return
        except Exception as error:  # noqa: BLE001 - a status has been sent; the events end with why
            _LOG.warning("a stream failed: %s", error)
            counted.fail(error)
            emit(event(openai_error(error)))
            return
        counted.report = transcript.report
        publish(transcript.update)
        for last in events.end(Answer(transcript, events.request)):
            emit(last)


def _timing(report: UtteranceReport) -> str:
    """Return ``Server-Timing``: where the time went. Where segments are several, parts overlap.

    Source: https://www.w3.org/TR/server-timing/
    """
    parts = {"vad": report.vad_s, "queue": report.queued_s, "decode": report.decode_s}
    return ", ".join(f"{name};dur={1000 * seconds:.1f}" for name, seconds in parts.items())


async def _form(request: Request) -> FormData:
    """Read a form; its file, if it is large, to the disk."""
    try:
        return await request.form(max_files=1, max_fields=_MAX_FIELDS)
    except UnicodeError:
        # Of Python's codecs, Starlette takes any that the client names.
        raise InvalidParameter("the form's texts are not in the charset that it names") from None


def _texts(form: FormData) -> dict[str, list[str]]:
    texts = {name: [text for text in form.getlist(name) if isinstance(text, str)] for name in form}
    try:
        for name, given in texts.items():
            "".join([name, *given]).encode()
    except UnicodeEncodeError:
        # A codec that decodes to halves of characters, which neither models nor answers can hold.
        raise InvalidParameter("the form's texts are no Unicode") from None
    return texts


def _upload(form: FormData) -> UploadFile:
    file = form.get("file")
    if not isinstance(file, UploadFile):
        raise InvalidParameter("file must be an uploaded file", parameter="file")
    return file


def _bare_samples(upload: UploadFile) -> PcmFormat | None:
    """Return the format of an upload that says that it is bare samples.

    Raises:
        UnsupportedAudio: If its rate is out of range.
    """
    kind, *parameters = (part.strip() for part in (upload.content_type or "").lower().split(";"))
    if kind not in _BARE_SAMPLES:
        return None
    values = dict(parameter.split("=", 1) for parameter in parameters if "=" in parameter)
    texts = {name: text.strip('"') for name, text in values.items()}
    numbers = {name: int(text) for name, text in texts.items() if text.isdecimal()}
    return PcmFormat(numbers.get("rate", _BARE_RATE), 2, numbers.get("channels", 1))
