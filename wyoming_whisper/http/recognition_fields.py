"""How a client wants a file to be recognised: the fields that mean the same to every API.

Who changes how speech is cut has one way to say it, `_cutting`; the names are OpenAI's
``chunking_strategy``, and those of other servers.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from wyoming_whisper.audio.pcm import SAMPLE_RATE
from wyoming_whisper.errors import InvalidParameter, UnsupportedLanguage, UnsupportedValue
from wyoming_whisper.household.snapper import SnapLevel
from wyoming_whisper.http.fields import Fields
from wyoming_whisper.language import normalize_language
from wyoming_whisper.recognition.program import check_language
from wyoming_whisper.recognition.snapping import AS_THE_OWNER_DECIDES, MAX_EXPECTED, SnapOptions
from wyoming_whisper.speech.endpointing import HYSTERESIS
from wyoming_whisper.values import MAX_BEAMS, WINDOW_S

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from wyoming_whisper.recognition.program import Program
    from wyoming_whisper.speech.segmenter import SegmentingOptions
    from wyoming_whisper.values import DecodeOptions, Task

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


@dataclass(frozen=True, slots=True)
class RecognitionOptions:
    """How a file is recognised.

    Attributes:
        decoding: How its segments are decoded.
        segmenting: How its speech is cut.
        snap: How its transcript is changed to what is said in the home.
    """

    decoding: DecodeOptions
    segmenting: SegmentingOptions
    snap: SnapOptions = AS_THE_OWNER_DECIDES


def read_options(
    fields: Fields,
    program: Program,
    task: Task,
    words: Iterable[str] = (),
    temperatures: tuple[float, ...] | None = None,
) -> RecognitionOptions:
    """Read how a file is to be recognised. What is not given is as the owner decided.

    Args:
        fields: The request's fields.
        program: Whose defaults hold, and whose model has to serve this.
        task: Transcribe or translate.
        words: Words to expect that are given elsewhere.
        temperatures: What is tried in turn where no temperature above 0 is given, as an API
            promises; ``None`` for the owner's, who never samples.

    Raises:
        ClientError: If a field is impossible, or asks for what the model cannot do.
        ModelLoading: If it asks for a language of the model that is to come.
    """
    usual = program.decoding
    if temperatures is not None:
        usual = replace(usual, temperatures=temperatures)
    expected = _expected(fields, words)
    return RecognitionOptions(
        _decoding(fields, program, task, expected, usual),
        _cutting(fields, program.segmenting),
        SnapOptions(fields.choice("snap", SnapLevel), expected[:MAX_EXPECTED]),
    )


def _expected(fields: Fields, words: Iterable[str]) -> tuple[str, ...]:
    """Return the names and words to expect, each by itself."""
    given = [*fields.texts("keywords"), fields.text("hotwords") or "", *words]
    parts = (part.strip() for text in given for part in text.split(","))
    return tuple(part for part in parts if part)


def _decoding(
    fields: Fields, program: Program, task: Task, expected: Sequence[str], usual: DecodeOptions
) -> DecodeOptions:
    if task is not usual.task and not program.facts.multilingual:
        raise UnsupportedValue(
            f"{program.name} is English only, and can't translate", parameter="model"
        )
    temperature = fields.number("temperature", 0, 1)
    return replace(
        usual,
        task=task,
        language=_language(fields, program) or usual.language,
        languages=_candidates(fields, program),
        prompt=(fields.text("prompt") or usual.prompt)[-_MAX_PROMPT:],
        hotwords=", ".join(expected)[:_MAX_PROMPT],
        beam_size=fields.integer("beam_size", 1, MAX_BEAMS) or usual.beam_size,
        temperatures=(temperature,) if temperature else usual.temperatures,
    )


def _language(fields: Fields, program: Program) -> str | None:
    language = _code("language", fields.text("language"))
    if language is not None:
        check_language(language, program.facts, program.languages, program.outlook)
    return language


def _candidates(fields: Fields, program: Program) -> frozenset[str]:
    given = {_code("languages", text) for text in fields.texts("languages")} - {None}
    known = frozenset(language for language in given if language in program.languages)
    if given and not known:
        raise UnsupportedLanguage(
            f"{program.name} understands none of these", parameter="languages"
        )
    return known


def _code(name: str, text: str | None) -> str | None:
    try:
        return normalize_language(text)
    except UnsupportedLanguage as error:
        raise UnsupportedLanguage(str(error), parameter=name) from None


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
