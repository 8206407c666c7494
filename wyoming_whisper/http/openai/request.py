"""What a client asks for with a file: the fields of OpenAI's audio API, and ours beside them.

Who changes how speech is cut has one way to say it, `_cutting`; the names are OpenAI's
``chunking_strategy``, and those of other servers.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import TYPE_CHECKING, Final

from wyoming_whisper.audio.pcm import SAMPLE_RATE
from wyoming_whisper.errors import InvalidParameter, UnsupportedLanguage, UnsupportedValue
from wyoming_whisper.http.fields import Fields
from wyoming_whisper.language import normalize_language
from wyoming_whisper.speech.endpointing import HYSTERESIS
from wyoming_whisper.subtitles.cues import (
    MAX_LINE_COUNT,
    MAX_LINE_WIDTH,
    MIN_LINE_WIDTH,
    CueLimits,
)
from wyoming_whisper.values import MAX_BEAMS, WINDOW_S

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from wyoming_whisper.http.service import Service
    from wyoming_whisper.speech.segmenter import SegmentingOptions
    from wyoming_whisper.values import DecodeOptions, Task

# OpenAI: "If set to 0, the model will use log probability to automatically increase the temperature
# until certain thresholds are hit." The steps are those of Whisper's own transcribe().
LADDER: Final = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
# Four characters are about a token, and of those at most 223 count.
_MAX_PROMPT: Final = 4_000
# In a window of 30 s, a shorter pause costs less than a window of its own would; faster-whisper's
# transcribe() cuts at the same length.
_FILE_PAUSE_SAMPLES: Final = 2 * SAMPLE_RATE
_FULL_WINDOW_SAMPLES: Final = WINDOW_S * SAMPLE_RATE
# Every window is as good as speech, and the least likely one still the best place for a cut.
_EVERYTHING: Final = 1e-30
# The names under which a bound of the cutting is known, and what it may be.
_CUTTING: Final = {
    "threshold": ("threshold vad_threshold", 0.01, 0.99),
    "prefix_ms": ("prefix_padding_ms", 0, 5_000),
    "padding_ms": ("speech_pad_ms vad_speech_pad_ms", 0, 5_000),
    "silence_ms": (
        "silence_duration_ms min_silence_duration_ms vad_min_silence_duration_ms", 0, 30_000
    ),
    "speech_ms": ("min_speech_duration_ms vad_min_speech_duration_ms", 1, 10_000),
    "longest_s": ("max_speech_duration_s vad_max_speech_duration_s", 1, 3_600),
}  # fmt: skip


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
class AudioRequest:
    """A request's fields, checked.

    Attributes:
        decoding: How its segments are decoded.
        segmenting: How its speech is cut.
        model: The model that the client named, if it did.
        response_format: How the transcript is written.
        granularities: What has times in ``verbose_json``.
        logprobs: Whether probabilities are told.
        stream: Whether parts of the transcript are sent as they come.
        stream_format: In which form.
        stream_usage: Whether a stream of vLLM's form ends with the length of the audio.
        cue_limits: How much a subtitle may hold.
    """

    decoding: DecodeOptions
    segmenting: SegmentingOptions
    model: str | None = None
    response_format: ResponseFormat = ResponseFormat.JSON
    granularities: frozenset[Granularity] = frozenset({Granularity.SEGMENT})
    logprobs: bool = False
    stream: bool = False
    stream_format: StreamFormat = StreamFormat.OPENAI
    stream_usage: bool = False
    cue_limits: CueLimits = field(default_factory=CueLimits)


def read_request(
    values: Mapping[str, Sequence[str]], service: Service, task: Task, header_words: str = ""
) -> AudioRequest:
    """Read a form's text fields.

    Args:
        values: All texts of each field.
        service: Whose defaults hold, and whose model has to serve this.
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
    return AudioRequest(
        decoding=replace(
            _decoding(fields, service, task, header_words), word_times=has_times or logprobs
        ),
        segmenting=_cutting(fields, service.pipeline.segmenting),
        model=fields.text("model"),
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


def _decoding(fields: Fields, service: Service, task: Task, header_words: str) -> DecodeOptions:
    defaults = service.pipeline.defaults
    if task is not defaults.task and not service.can_translate:
        raise UnsupportedValue(
            f"{service.info.model} is English only, and can't translate", parameter="model"
        )
    temperature = fields.number("temperature", 0, 1)
    keywords = [*fields.texts("keywords"), fields.text("hotwords") or "", header_words]
    return replace(
        defaults,
        task=task,
        language=_language(fields, service) or defaults.language,
        languages=_candidates(fields, service),
        prompt=(fields.text("prompt") or defaults.prompt)[-_MAX_PROMPT:],
        hotwords=", ".join(word.strip() for word in keywords if word.strip())[:_MAX_PROMPT],
        beam_size=fields.integer("beam_size", 1, MAX_BEAMS) or defaults.beam_size,
        temperatures=(temperature,) if temperature else LADDER,
    )


def _language(fields: Fields, service: Service) -> str | None:
    language = _code("language", fields.text("language"))
    if language is not None and language not in service.info.languages:
        raise UnsupportedLanguage(
            f"{service.info.model} does not understand {language!r}", parameter="language"
        )
    return language


def _candidates(fields: Fields, service: Service) -> frozenset[str]:
    given = {_code("languages", text) for text in fields.texts("languages")} - {None}
    known = frozenset(language for language in given if language in service.info.languages)
    if given and not known:
        raise UnsupportedLanguage(
            f"{service.info.model} understands none of these", parameter="languages"
        )
    return known


def _code(name: str, text: str | None) -> str | None:
    try:
        return normalize_language(text)
    except UnsupportedLanguage as error:
        raise UnsupportedLanguage(str(error), parameter=name) from None


def _refuse_speakers(fields: Fields) -> None:
    """Refuse what this program has no answer to, so that nobody waits for it in vain."""
    if (fields.text("response_format") or "").strip().casefold() == "diarized_json":
        raise UnsupportedValue(
            "speakers are not told apart here: no diarized_json", parameter="response_format"
        )
    if (fields.text("zh_script") or "none").strip().casefold() != "none":
        raise UnsupportedValue("Chinese scripts are not converted here", parameter="zh_script")


def _cutting(fields: Fields, usual: SegmentingOptions) -> SegmentingOptions:
    bounds = _bounds(fields)
    pause = usual.pause_samples
    if usual.max_samples >= _FULL_WINDOW_SAMPLES:
        pause = max(pause, _FILE_PAUSE_SAMPLES)
    pause = _samples(bounds.get("silence_ms"), pause)
    padding = bounds.get("padding_ms")
    endpointing = usual.endpointing
    if "threshold" in bounds:
        onset = bounds["threshold"]
        release = max(onset - HYSTERESIS, onset / 2)
        endpointing = replace(endpointing, onset=onset, release=release)
    if fields.flag("vad_filter") is False:
        endpointing = replace(endpointing, onset=_EVERYTHING, release=_EVERYTHING)
    longest = 1000 * bounds["longest_s"] if "longest_s" in bounds else None
    speech = _samples(bounds.get("speech_ms"), endpointing.min_speech_samples)
    try:
        return replace(
            usual,
            max_samples=min(usual.max_samples, _samples(longest, usual.max_samples)),
            pre_roll_samples=_samples(bounds.get("prefix_ms", padding), usual.pre_roll_samples),
            tail_samples=min(pause, _samples(padding, usual.tail_samples)),
            pause_samples=pause,
            endpointing=replace(endpointing, min_speech_samples=speech),
        )
    except ValueError as error:
        raise InvalidParameter(
            f"speech cannot be cut like this: {error}", parameter="chunking_strategy"
        ) from error


def _samples(milliseconds: float | None, usual: int) -> int:
    return usual if milliseconds is None else round(milliseconds * SAMPLE_RATE / 1000)


def _bounds(fields: Fields) -> dict[str, float]:
    """Return the bounds that are given, however they are."""
    strategy = Fields({name: [text] for name, text in _strategy(fields).items()})
    found = {}
    for bound, (names, low, high) in _CUTTING.items():
        for name in names.split():
            source = fields if name.startswith("vad_") else strategy
            if (value := source.number(name, low, high)) is not None:
                found[bound] = value
    return found


def _strategy(fields: Fields) -> dict[str, str]:
    """Return the members of ``chunking_strategy``, or of vLLM's ``vad_config``."""
    members = fields.members("vad_config") | fields.members("chunking_strategy")
    text = (fields.text("chunking_strategy") or "auto").strip()
    if text != "auto":
        try:
            given = json.loads(text)
        except (ValueError, RecursionError):
            given = None
        if not isinstance(given, dict):
            raise InvalidParameter(
                "chunking_strategy must be 'auto' or an object of type 'server_vad'",
                parameter="chunking_strategy",
            )
        members |= {str(key): str(value) for key, value in given.items() if value is not None}
    if members.get("type", "server_vad") != "server_vad":
        raise InvalidParameter(
            "chunking_strategy's type must be 'server_vad'", parameter="chunking_strategy"
        )
    return members
