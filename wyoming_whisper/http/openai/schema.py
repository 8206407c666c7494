"""What ``/openapi.json`` says of OpenAI's audio API, whose fields FastAPI does not read for us."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from wyoming_whisper.household.snapper import SnapLevel
from wyoming_whisper.http.openai.request import (
    Granularity,
    Include,
    ResponseFormat,
    StreamFormat,
)
from wyoming_whisper.subtitles.cues import (
    MAX_LINE_COUNT,
    MAX_LINE_WIDTH,
    MIN_LINE_WIDTH,
    CueLimits,
)
from wyoming_whisper.values import MAX_BEAMS, Task

if TYPE_CHECKING:
    from enum import Enum

_TEXT: Final = {"type": "string"}
_LIMITS: Final = CueLimits()
_TEXTS: Final = {"type": "array", "items": _TEXT}


def documentation(task: Task) -> dict[str, Any]:
    """Return FastAPI's arguments for a route of the API."""
    translates = task is Task.TRANSLATE
    return {
        "summary": "Translate a file's speech to English" if translates else "Transcribe a file",
        "openapi_extra": {
            "requestBody": {
                "required": True,
                "content": {
                    # Lists are repeated fields.
                    "multipart/form-data": {"schema": _form(task)}
                },
            }
        },
        "responses": {
            200: {
                "description": "The transcript, in the format asked for.",
                "headers": {
                    "X-Model": {"description": "What served it.", "schema": _TEXT},
                    "Server-Timing": {
                        "description": "Milliseconds: finding speech, waiting for the model, and "
                        "in its calls. Not of a stream.",
                        "schema": _TEXT,
                    },
                },
                "content": {
                    "application/json": {"schema": _TRANSCRIPTION},
                    "text/plain": {"schema": _TEXT},
                    "text/vtt": {"schema": _TEXT},
                    "text/tab-separated-values": {"schema": _TEXT},
                    # As FastAPI and OpenAPI 3.2 have it: what one event is.
                    "text/event-stream": {"itemSchema": _EVENT},
                },
            }
        },
    }


def _form(task: Task) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "file": {
            "type": "string",
            "format": "binary",
            "description": "Audio or video of any common container. Bare samples, 16 bit and mono, "
            "are sent as audio/pcm;rate=16000.",
        },
        "model": _text("Any name; the server has one model.", "whisper-1"),
        "language": _text("What is spoken; detected where it is not given.", "en"),
        "languages[]": _texts("The only languages to detect."),
        "prompt": _text("Text that the speech continues: names and spellings to expect."),
        "keywords[]": _texts("Words to expect."),
        "hotwords": _text("Words to expect, separated by commas."),
        "snap": _choice(
            "How the transcript is changed to what is said in the home.", SnapLevel, "sentences"
        ),
        "response_format": _choice("How the transcript is written.", ResponseFormat, "json"),
        "temperature": {
            "type": "number",
            "minimum": 0,
            "maximum": 1,
            "default": 0,
            "description": "0 finds the most probable text, and samples only where that fails.",
        },
        "timestamp_granularities[]": _choices("What has times in verbose_json.", Granularity),
        "include[]": _choices("logprobs: how sure the model is of each word.", Include),
        "stream": _flag("Send the transcript in parts, as server-sent events."),
        "stream_format": _choice("Whose events those are.", StreamFormat, "openai"),
        "stream_include_usage": _flag("End a stream of vLLM's form with the audio's length."),
        "chunking_strategy": _text(
            'auto, or {"type":"server_vad","threshold":0.5,"prefix_padding_ms":300,'
            '"silence_duration_ms":200}: how speech is found and cut.',
            "auto",
        ),
        "vad_filter": _flag("Transcribe speech only; on unless it is false."),
        "beam_size": _integer("Beams of the search; 1 is greedy.", 1, MAX_BEAMS),
        "max_line_width": _integer(
            "Columns of a subtitle's line.", MIN_LINE_WIDTH, MAX_LINE_WIDTH, _LIMITS.max_line_width
        ),
        "max_line_count": _integer(
            "Lines of a subtitle.", 1, MAX_LINE_COUNT, _LIMITS.max_line_count
        ),
    }
    if task is Task.TRANSLATE:
        fields["language"] = _text("What is spoken; the translation is English.", "de")
    return {"type": "object", "required": ["file"], "properties": fields}


def _text(description: str, example: str | None = None) -> dict[str, Any]:
    return {**_TEXT, "description": description} | ({"example": example} if example else {})


def _texts(description: str) -> dict[str, Any]:
    return {**_TEXTS, "description": description}


def _flag(description: str) -> dict[str, Any]:
    return {"type": "boolean", "description": description}


def _integer(description: str, low: int, high: int, default: int | None = None) -> dict[str, Any]:
    schema = {"type": "integer", "minimum": low, "maximum": high, "description": description}
    return schema | ({} if default is None else {"default": default})


def _choice(description: str, choices: type[Enum], default: str) -> dict[str, Any]:
    return {
        "type": "string",
        "enum": [choice.value for choice in choices],
        "default": default,
        "description": description,
    }


def _choices(description: str, choices: type[Enum]) -> dict[str, Any]:
    items = {"type": "string", "enum": [choice.value for choice in choices]}
    return {"type": "array", "items": items, "description": description}


_EVENT: Final = {
    "type": "object",
    "required": ["data"],
    "properties": {
        "data": {**_TEXT, "description": "JSON; vLLM's streams end with [DONE] instead."}
    },
}
_NUMBER: Final = {"type": "number"}
_IF_KNOWN: Final = {"type": ["number", "null"], "description": "null where the engine does not say"}
_TRANSCRIPTION: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["text", "usage"],
    "properties": {
        "text": _TEXT,
        "languages": {
            "type": "array",
            "items": {"type": "object", "required": ["code"], "properties": {"code": _TEXT}},
        },
        "usage": {
            "type": "object",
            "required": ["type", "seconds"],
            "properties": {"type": {"const": "duration"}, "seconds": {"type": "integer"}},
        },
        "logprobs": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["token", "logprob", "bytes"],
                "properties": {
                    "token": _TEXT,
                    "logprob": _NUMBER,
                    "bytes": {"type": "array", "items": {"type": "integer"}},
                },
            },
        },
        "task": {"enum": [task.value for task in Task]},
        "language": _TEXT,
        "language_code": _TEXT,
        "language_probability": _NUMBER,
        "duration": _NUMBER,
        "words": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["word", "start", "end"],
                "properties": {"word": _TEXT, "start": _NUMBER, "end": _NUMBER},
            },
        },
        "segments": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["id", "seek", "start", "end", "text", "tokens", "temperature",
                             "avg_logprob", "compression_ratio", "no_speech_prob"],
                "properties": {
                    "id": {"type": "integer"},
                    "seek": {"type": "integer"},
                    "start": _NUMBER,
                    "end": _NUMBER,
                    "text": _TEXT,
                    "tokens": {"type": "array", "items": {"type": "integer"}},
                    "temperature": _NUMBER,
                    "avg_logprob": _IF_KNOWN,
                    "compression_ratio": _IF_KNOWN,
                    "no_speech_prob": _IF_KNOWN,
                },
            },
        },
    },
}  # fmt: skip
