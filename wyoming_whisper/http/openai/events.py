"""Transcripts as events: OpenAI's deltas, whose texts joined are the text of the last event.

vLLM's chunks, and the bare texts of its router's tutorial, are sent to who asks for them.
"""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from wyoming_whisper.http.openai.request import ResponseFormat, StreamFormat
from wyoming_whisper.http.openai.response import logprobs, segment_body
from wyoming_whisper.http.sse import event
from wyoming_whisper.subtitles.sentences import split_segment
from wyoming_whisper.values import Task

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wyoming_whisper.http.openai.request import AudioRequest
    from wyoming_whisper.http.openai.response import TranscriptionResponse
    from wyoming_whisper.subtitles.sentences import Piece
    from wyoming_whisper.values import TranscriptUpdate


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

    def end(self, answer: TranscriptionResponse) -> Iterator[str]:
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
