"""OpenAI's audio API: ``/v1/audio/transcriptions`` and ``/v1/audio/translations``."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from wyoming_whisper.http.body import bare_samples, form_file, form_texts, read_form
from wyoming_whisper.http.disconnect import while_connected
from wyoming_whisper.http.fields import Fields
from wyoming_whisper.http.model_names import check_model
from wyoming_whisper.http.openai.errors import openai_error
from wyoming_whisper.http.openai.events import TranscriptEvents
from wyoming_whisper.http.openai.request import read_request
from wyoming_whisper.http.openai.response import MEDIA_TYPES, TranscriptionResponse
from wyoming_whisper.http.openai.schema import documentation
from wyoming_whisper.http.sse import EventStream, event
from wyoming_whisper.recognition.accounting import CountedRequest
from wyoming_whisper.recognition.file import FileTranscript
from wyoming_whisper.values import Task

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from wyoming_whisper.http.service import Service
    from wyoming_whisper.recognition.accounting import UtteranceReport
    from wyoming_whisper.recognition.file import FileStream

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
        counted = resources.enter_context(CountedRequest(service.accounting, API, task))
        form = await read_form(request)
        resources.push_async_callback(form.close)
        texts = form_texts(form)
        model = Fields(texts).text("model")
        check_model(service, model)
        program = resources.enter_context(service.recognizer.using(model))
        asked = read_request(texts, program, task, request.headers.get("x-keypool", ""))
        upload = form_file(form, "file")
        opened = await resources.enter_async_context(
            service.recognizer.open_upload(
                upload.file, bare_samples(upload.content_type), asked.decoding.language
            )
        )
        stream = service.recognizer.transcribe(
            opened, program, asked.decoding, asked.segmenting, asked.snap
        )
        # A folder's name may have letters that no header can.
        headers = {"X-Model": quote(program.name, safe=_HEADER_TEXT)}
        if asked.stream:
            events = TranscriptEvents(asked, program.name)
            parts = _stream(events, stream, counted)
            return EventStream(parts, resources.pop_all(), headers)
        async with stream:
            update = await while_connected(request.receive, stream.whole())
        counted.report = stream.report
        answer = TranscriptionResponse(FileTranscript(update, stream.report), asked)
        # The subtitles of an hour take half a second.
        body = answer.body() if opened.is_short else await asyncio.to_thread(answer.body)
        headers["Server-Timing"] = _timing(stream.report)
        if isinstance(body, str):
            return Response(body, media_type=MEDIA_TYPES[asked.response_format], headers=headers)
        return JSONResponse(body, headers=headers)


async def _stream(
    events: TranscriptEvents, stream: FileStream, counted: CountedRequest
) -> AsyncGenerator[str]:
    """Transcribe a file, and yield the events of its transcript; closing it ends the work."""
    try:
        async with stream:
            async for update in stream:
                for part in events.parts(update):
                    counted.tell()
                    yield part
    except Exception as error:  # noqa: BLE001 - a status has been sent; the events end with why
        _LOG.warning("a stream failed: %s", error)
        counted.fail(error)
        yield event(openai_error(error))
        return
    counted.report = stream.report
    answer = TranscriptionResponse(FileTranscript(update, stream.report), events.request)
    for last in events.end(answer):
        yield last


def _timing(report: UtteranceReport) -> str:
    """Return ``Server-Timing``: where the time went. Where segments are several, parts overlap.

    Source: https://www.w3.org/TR/server-timing/
    """
    parts = {"vad": report.vad_s, "queue": report.queued_s, "decode": report.decode_s}
    return ", ".join(f"{name};dur={1000 * seconds:.1f}" for name, seconds in parts.items())
