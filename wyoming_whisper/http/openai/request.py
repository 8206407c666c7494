"""What a client asks of OpenAI's audio API beside how its file is recognised: the answer's form."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import Enum
from typing import TYPE_CHECKING, Final

from wyoming_whisper.errors import UnsupportedValue
from wyoming_whisper.http.fields import Fields
from wyoming_whisper.http.recognition_fields import RecognitionOptions, read_options
from wyoming_whisper.subtitles.cues import (
    MAX_LINE_COUNT,
    MAX_LINE_WIDTH,
    MIN_LINE_WIDTH,
    CueLimits,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from wyoming_whisper.recognition.program import Program
    from wyoming_whisper.values import Task

# OpenAI: "If set to 0, the model will use log probability to automatically increase the temperature
# until certain thresholds are hit." The steps are those of Whisper's own transcribe().
TEMPERATURE_LADDER: Final = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)


class ResponseFormat(Enum):
    """How a transcript is written."""

    JSON = "json"
    TEXT = "text"
    SRT = "srt"
    VERBOSE_JSON = "verbose_json"
    VTT = "vtt"
    TSV = "tsv"


class StreamFormat(Enum):
    """Whose events a stream is made of."""

    OPENAI = "openai"
    VLLM = "vllm"
    TEXT = "text"


class Granularity(Enum):
    """What has times in ``verbose_json``."""

    SEGMENT = "segment"
    WORD = "word"


class Include(Enum):
    """What a response may hold beside the text."""

    LOGPROBS = "logprobs"


@dataclass(frozen=True, slots=True)
class AudioRequest(RecognitionOptions):
    """A request's fields, checked.

    Attributes:
        response_format: How the transcript is written.
        granularities: What has times in ``verbose_json``.
        logprobs: Whether probabilities are told.
        stream: Whether parts of the transcript are sent as they come.
        stream_format: In which form.
        stream_usage: Whether a stream of vLLM's form ends with the length of the audio.
        cue_limits: How much a subtitle may hold.
    """

    response_format: ResponseFormat = ResponseFormat.JSON
    granularities: frozenset[Granularity] = frozenset({Granularity.SEGMENT})
    logprobs: bool = False
    stream: bool = False
    stream_format: StreamFormat = StreamFormat.OPENAI
    stream_usage: bool = False
    cue_limits: CueLimits = field(default_factory=CueLimits)


def read_request(
    values: Mapping[str, Sequence[str]], program: Program, task: Task, header_words: str = ""
) -> AudioRequest:
    """Read a form's text fields.

    Args:
        values: All texts of each field.
        program: Whose defaults hold, and whose model has to serve this.
        task: Transcribe or translate.
        header_words: The ``X-KeyPool`` header: more words to expect.

    Raises:
        ClientError: If a field is impossible, or asks for what the model cannot do.
    """
    fields = Fields(values)
    _refuse_speakers(fields)
    response_format = fields.choice("response_format", ResponseFormat) or ResponseFormat.JSON
    logprobs = Include.LOGPROBS in fields.choices("include", Include)
    has_times = response_format not in {ResponseFormat.JSON, ResponseFormat.TEXT}
    options = read_options(fields, program, task, [header_words], TEMPERATURE_LADDER)
    return AudioRequest(
        decoding=replace(options.decoding, word_times=has_times or logprobs),
        segmenting=options.segmenting,
        snap=options.snap,
        response_format=response_format,
        granularities=fields.choices("timestamp_granularities", Granularity)
        or frozenset({Granularity.SEGMENT}),
        logprobs=logprobs,
        stream=fields.flag("stream") or False,
        stream_format=fields.choice("stream_format", StreamFormat) or StreamFormat.OPENAI,
        stream_usage=fields.flag("stream_include_usage") or False,
        cue_limits=_cue_limits(fields),
    )


def _cue_limits(fields: Fields) -> CueLimits:
    given = {
        "max_line_width": fields.integer("max_line_width", MIN_LINE_WIDTH, MAX_LINE_WIDTH),
        "max_line_count": fields.integer("max_line_count", 1, MAX_LINE_COUNT),
    }
    return CueLimits(**{name: value for name, value in given.items() if value is not None})


def _refuse_speakers(fields: Fields) -> None:
    """Refuse what this program has no answer to, so that nobody waits for it in vain."""
    if (fields.text("response_format") or "").strip().casefold() == "diarized_json":
        raise UnsupportedValue(
            "speakers are not told apart here: no diarized_json", parameter="response_format"
        )
    if (fields.text("zh_script") or "none").strip().casefold() != "none":
        raise UnsupportedValue("Chinese scripts are not converted here", parameter="zh_script")
