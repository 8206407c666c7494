"""The HTTP shape of the Wyoming protocol, as the wyoming package's own bridge has it.

A program that talks to ``python -m wyoming.http.asr_server`` talks to this one.
"""

from __future__ import annotations

import tempfile
from typing import TYPE_CHECKING, Annotated, Any, BinaryIO, Final, cast

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel

from wyoming_whisper.http.body import read_file
from wyoming_whisper.http.disconnect import while_connected
from wyoming_whisper.http.fields import Fields
from wyoming_whisper.http.model_names import check_model
from wyoming_whisper.http.recognition_fields import read_options
from wyoming_whisper.recognition.accounting import CountedRequest

if TYPE_CHECKING:
    from wyoming_whisper.http.service import Service

API: Final = "wyoming-http"
"""Its name in the owner's figures."""

# A larger body goes to the disk, to a file without a name.
_SPOOL_BYTES: Final = 1024 * 1024
_BODY: Final = {
    "requestBody": {
        "required": True,
        "content": {"audio/wav": {"schema": {"type": "string", "format": "binary"}}},
    }
}


class SpeechToTextResponse(BaseModel):
    """A transcript."""

    text: str
    language: str | None


def router(service: Service) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(prefix="/api", tags=["Wyoming"])

    @routes.get("/info", summary="Describe the server, as a Wyoming info event does")
    async def info() -> dict[str, Any]:
        return dict(service.info.event().data)

    @routes.post("/speech-to-text", summary="Transcribe a WAV file", openapi_extra=_BODY)
    async def speech_to_text(
        request: Request,
        model: Annotated[str, Query(description="Which one, where there are several.")] = "",
        language: Annotated[str, Query(description="Detected where it is not given.")] = "",
        transcript_names: Annotated[str, Query(description="Names to expect.")] = "",
        transcript_terms: Annotated[str, Query(description="Words to expect.")] = "",
    ) -> SpeechToTextResponse:
        task = service.program.decoding.task
        with (
            service.recognizer.using(model or None) as program,
            CountedRequest(service.accounting, API, task) as counted,
            tempfile.SpooledTemporaryFile(_SPOOL_BYTES) as body,
        ):
            fields = Fields({"language": [language]})
            asked = read_options(fields, program, task, [transcript_names, transcript_terms])
            check_model(service, model or None)
            file = cast("BinaryIO", body)
            await read_file(request, file)
            async with service.recognizer.open_upload(
                file, None, asked.decoding.language
            ) as opened:
                stream = service.recognizer.transcribe(
                    opened, program, asked.decoding, asked.segmenting, asked.snap
                )
                async with stream:
                    update = await while_connected(request.receive, stream.whole())
            counted.report = stream.report
        return SpeechToTextResponse(text=update.text, language=update.language)

    return routes
