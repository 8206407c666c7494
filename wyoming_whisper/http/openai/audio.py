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

from wyoming_whisper.errors import ClientGone
from wyoming_whisper.http.body import bare_samples, form_file, form_texts, read_form
from wyoming_whisper.http.disconnect import while_connected
from wyoming_whisper.http.model_names import check_model
from wyoming_whisper.http.openai.errors import openai_error
from wyoming_whisper.http.openai.events import TranscriptEvents
from wyoming_whisper.http.openai.request import read_request
from wyoming_whisper.http.openai.response import MEDIA_TYPES, TranscriptionResponse
from wyoming_whisper.http.openai.schema import documentation
from wyoming_whisper.http.sse import EventStream, event
from wyoming_whisper.recognition.accounting import CountedRequest
from wyoming_whisper.recognition.file import open_file
from wyoming_whisper.values import Task

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from wyoming_whisper.http.service import Service
    from wyoming_whisper.recognition.accounting import UtteranceReport
    from wyoming_whisper.recognition.file import FileTranscript
    from wyoming_whisper.values import TranscriptUpdate

API: Final = "openai"
"""Its name in the owner's figures."""

_LOG: Final = logging.getLogger(__name__)

_HEADER_TEXT: Final = "".join(map(chr, range(0x20, 0x7F)))


def router(service: Service) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(prefix="/v1/audio")

    @routes.post("/transcriptions", **documentation(Task.TRANSCRIBE))
    async def transcriptions(request: Request) -> Response:
        return await _answer(service, request, Task.TRANSCRIBE)

    @routes.post("/translations", **documentation(Task.TRANSLATE))
    async def translations(request: Request) -> Response:
        return await _answer(service, request, Task.TRANSLATE)

    return routes


async def _answer(service: Service, request: Request, task: Task) -> Response:
    async with contextlib.AsyncExitStack() as resources:
        counted = resources.enter_context(CountedRequest(service.pipeline.counters, API, task))
        form = await read_form(request)
        resources.push_async_callback(form.close)
        asked = read_request(form_texts(form), service, task, request.headers.get("x-keypool", ""))
        check_model(service, asked.model)
        upload = form_file(form, "file")
        opened = await resources.enter_async_context(
            open_file(service, upload.file, bare_samples(upload.content_type))
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
        answer = TranscriptionResponse(transcript, asked)
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
        for last in events.end(TranscriptionResponse(transcript, events.request)):
            emit(last)


def _timing(report: UtteranceReport) -> str:
    """Return ``Server-Timing``: where the time went. Where segments are several, parts overlap.

    Source: https://www.w3.org/TR/server-timing/
    """
    parts = {"vad": report.vad_s, "queue": report.queued_s, "decode": report.decode_s}
    return ", ".join(f"{name};dur={1000 * seconds:.1f}" for name, seconds in parts.items())
