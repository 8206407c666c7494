"""Transcripts as streams of server-sent events.

Theory of operation. The response is an ASGI application of its own: a task makes the events, and
the response's own coroutine sends what comes, or a comment while nothing does, because proxies
close what is silent. What is queued between them is no more than the transcript's text.

The events are OpenAI's: deltas, whose texts joined are the text of the last event. vLLM's chunks,
and the bare texts of its router's tutorial, are sent to who asks for them.
"""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from fastapi import Response

from wyoming_whisper.http.openai.request import ResponseFormat, StreamFormat
from wyoming_whisper.http.openai.response import logprobs, segment_body
from wyoming_whisper.subtitles.sentences import split_segment
from wyoming_whisper.values import Task

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from starlette.types import Receive, Scope, Send

    from wyoming_whisper.http.openai.request import AudioRequest
    from wyoming_whisper.http.openai.response import Answer
    from wyoming_whisper.subtitles.sentences import Piece
    from wyoming_whisper.values import TranscriptUpdate

# Common proxies give up after 60 s of silence.
_PING_S: Final = 15
_HEADERS: Final = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}


def event(data: object) -> str:
    """Return an event of one line of JSON."""
    return f"data: {json.dumps(data, ensure_ascii=False, separators=(',', ':'))}\n\n"


class EventStream(Response):
    """A response whose events come while it is being sent.

    Args:
        produce: Makes the events, and gives each to the function that it is called with. It is its
            own business to end when the client has left.
        ping_s: After how long without an event a comment is sent.
    """

    media_type = "text/event-stream"

    def __init__(
        self,
        produce: Callable[[Callable[[str], None]], Awaitable[None]],
        headers: dict[str, str] | None = None,
        ping_s: float = _PING_S,
    ) -> None:
        super().__init__(headers={**_HEADERS, **(headers or {})})
        # The length is not known, and Starlette would say that it is that of an empty body.
        del self.headers["content-length"]
        self._produce = produce
        self._ping_s = ping_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - ASGI's signature
        """Send it; cancelling this cancels what makes the events."""
        await send(
            {
                "type": "http.response.start",
                "status": self.status_code,
                "headers": self.raw_headers,
            }
        )
        events: asyncio.Queue[str | None] = asyncio.Queue()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._fill(events))
            while (text := await self._next(events)) is not None:
                await send({"type": "http.response.body", "body": text.encode(), "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    async def _fill(self, events: asyncio.Queue[str | None]) -> None:
        try:
            await self._produce(events.put_nowait)
        finally:
            events.put_nowait(None)

    async def _next(self, events: asyncio.Queue[str | None]) -> str | None:
        try:
            async with asyncio.timeout(self._ping_s):
                return await events.get()
        except TimeoutError:
            return ": ping\n\n"


@dataclass(slots=True)
class TranscriptEvents:
    """The events of one growing transcript.

    Attributes:
        request: What was asked for.
        model: The name of the model.
        text: What the parts told so far make, joined.
    """

    request: AudioRequest
    model: str
    text: str = ""
    _n_segments: int = 0
    _n_pieces: int = 0
    _language: str | None = None
    _id: str = field(default_factory=lambda: uuid.uuid4().hex)
    _created: int = field(default_factory=lambda: int(time.time()))

    def parts(self, update: TranscriptUpdate) -> Iterator[str]:
        """Yield an event for each sentence or so that is new; the first has no space before it."""
        segments = update.segments[self._n_segments :]
        self._n_segments = len(update.segments)
        for segment in segments:
            for piece in split_segment(segment, before=self._language):
                text = piece.text if self.text else piece.text.lstrip()
                yield self._part(text, piece)
                self.text += text
                self._n_pieces += 1
                self._language = segment.hypothesis.language

    def end(self, answer: Answer) -> Iterator[str]:
        """Yield the events that end the stream, behind all parts."""
        match self.request.stream_format:
            case StreamFormat.OPENAI:
                done: dict[str, Any] = {
                    "type": "transcript.text.done",
                    "text": self.text,
                    "languages": answer.languages,
                }
                if self.request.logprobs:
                    done["logprobs"] = answer.logprobs
                yield event(done)
            case StreamFormat.VLLM:
                yield event(self._chunk("", "stop"))
                if self.request.stream_usage:
                    yield event(self._chunk(None) | {"usage": answer.usage})
                yield "data: [DONE]\n\n"
            case StreamFormat.TEXT:
                pass

    def _part(self, text: str, piece: Piece) -> str:
        match self.request.stream_format:
            case StreamFormat.VLLM:
                return event(self._chunk(text))
            case StreamFormat.TEXT:
                return event({"text": text})
        delta: dict[str, Any] = {"type": "transcript.text.delta", "delta": text}
        if self.request.logprobs:
            delta["logprobs"] = logprobs([piece])
        if self.request.response_format not in {ResponseFormat.JSON, ResponseFormat.TEXT}:
            body = segment_body(self._n_pieces, piece)
            delta["segment"] = {key: body[key] for key in ("id", "start", "end", "text")}
        return event(delta)

    def _chunk(self, text: str | None, finish_reason: str | None = None) -> dict[str, Any]:
        """Return one of vLLM's chunks, of no choice where there is no text."""
        translates = self.request.decoding.task is Task.TRANSLATE
        kind, prefix = ("translation", "trsl") if translates else ("transcription", "trsc")
        choice = {"delta": {"content": text}, "finish_reason": finish_reason, "stop_reason": None}
        return {
            "id": f"{prefix}-{self._id}",
            "object": f"{kind}.chunk",
            "created": self._created,
            "model": self.model,
            "choices": [] if text is None else [choice],
        }
