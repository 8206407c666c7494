"""Requests' fields, from texts to what the pipeline is told."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from http_service import new_service
from options import segmenting_options
from wyoming_whisper.scheduling.scheduler import Scheduler

from wyoming_whisper.audio.pcm import SAMPLE_RATE
from wyoming_whisper.errors import (
    InvalidParameter,
    UnsupportedLanguage,
    UnsupportedValue,
)
from wyoming_whisper.http.openai.request import (
    LADDER,
    AudioRequest,
    Granularity,
    ResponseFormat,
    StreamFormat,
    read_request,
)
from wyoming_whisper.subtitles.cues import CueLimits
from wyoming_whisper.values import Task

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wyoming_whisper.speech.segmenter import SegmentingOptions


async def read(
    fields: Mapping[str, str | list[str]] | None = None,
    task: Task = Task.TRANSCRIBE,
    *,
    languages: frozenset[str] = frozenset({"en", "de", "fr"}),
    can_translate: bool = True,
    segmenting: SegmentingOptions | None = None,
    header_words: str = "",
) -> AudioRequest:
    values = {
        name: [value] if isinstance(value, str) else value for name, value in (fields or {}).items()
    }
    service = new_service(
        Scheduler(), languages=languages, can_translate=can_translate, segmenting=segmenting
    )
    return read_request(values, service, task, header_words)


async def test_nothing_given() -> None:
    """A file alone is transcribed as the owner has decided, with the ladder of temperatures."""
    asked = await read()
    assert asked.decoding.beam_size == 3
    assert asked.decoding.temperatures == LADDER
    assert (asked.decoding.language, asked.decoding.languages) == (None, frozenset())
    assert not asked.decoding.word_times
    assert (asked.response_format, asked.stream) == (ResponseFormat.JSON, False)
    assert asked.granularities == {Granularity.SEGMENT}
    assert asked.cue_limits == CueLimits()


async def test_empty_texts_are_not_given() -> None:
    """Home Assistant's integrations send empty fields for what they do not ask for."""
    empty = await read(
        {"prompt": "", "model": "", "language": "", "temperature": "", "response_format": ""}
    )
    assert empty == await read()


async def test_decoding() -> None:
    """What determines a hypothesis is taken from the fields of all dialects."""
    asked = await read(
        {
            "language": "en-GB",
            "prompt": "Minutes of the meeting.",
            "keywords[]": ["Nabu Casa", "Zigbee"],
            "hotwords": "Matter",
            "temperature": "0.4",
            "beam_size": "5",
        },
        header_words="Thread",
    )
    decoding = asked.decoding
    assert (decoding.language, decoding.beam_size) == ("en", 5)
    assert decoding.prompt == "Minutes of the meeting."
    assert decoding.hotwords == "Nabu Casa, Zigbee, Matter, Thread"
    assert decoding.temperatures == (0.4,)


async def test_a_temperature_of_zero_is_the_ladder() -> None:
    """OpenAI promises that 0 raises the temperature where the text is not believed."""
    assert (await read({"temperature": "0"})).decoding.temperatures == LADDER


async def test_candidates() -> None:
    """Languages to choose from are those of them that the model understands."""
    asked = await read({"languages[]": ["german", "en-US", "sw"]})
    assert asked.decoding.languages == {"de", "en"}
    with pytest.raises(UnsupportedLanguage) as raised:
        await read({"languages[]": ["sw"]})
    assert raised.value.parameter == "languages"


@pytest.mark.parametrize("language", ["klingon", "sw", "x" * 100])
async def test_other_languages(language: str) -> None:
    """A language that nobody knows, or not the model, is refused by its name."""
    with pytest.raises(UnsupportedLanguage) as raised:
        await read({"language": language})
    assert raised.value.parameter == "language"


@pytest.mark.parametrize(
    ("response_format", "word_times"),
    [("json", False), ("text", False), ("srt", True), ("vtt", True), ("verbose_json", True),
     ("tsv", True)],
)  # fmt: skip
async def test_formats(response_format: str, word_times: bool) -> None:
    """Words' times are found where the format tells times, and only there."""
    asked = await read({"response_format": response_format})
    assert asked.response_format.value == response_format
    assert asked.decoding.word_times is word_times


async def test_probabilities_need_words() -> None:
    """How sure the model is, is known of words."""
    asked = await read({"include[]": ["logprobs"]})
    assert asked.logprobs
    assert asked.decoding.word_times


async def test_streams() -> None:
    """A stream has a form, and says how it ends."""
    asked = await read({"stream": "True", "stream_format": "vllm", "stream_include_usage": "true"})
    assert (asked.stream, asked.stream_format, asked.stream_usage) == (
        True,
        StreamFormat.VLLM,
        True,
    )


async def test_long_prompts() -> None:
    """Only a prompt's end can count, and only the first words to expect."""
    asked = await read({"prompt": "a" * 5_000 + "end", "hotwords": "first" + "b" * 5_000})
    assert len(asked.decoding.prompt) == len(asked.decoding.hotwords) == 4_000
    assert asked.decoding.prompt.endswith("end")
    assert asked.decoding.hotwords.startswith("first")


STRATEGY = {"type": "server_vad", "threshold": 0.4, "prefix_padding_ms": 200,
            "silence_duration_ms": 700}  # fmt: skip


@pytest.mark.parametrize(
    "fields",
    [
        {"chunking_strategy": json.dumps(STRATEGY)},
        {f"chunking_strategy[{name}]": str(value) for name, value in STRATEGY.items()},
        {f"vad_config[{name}]": str(value) for name, value in STRATEGY.items()},
    ],
)
async def test_cutting(fields: dict[str, str]) -> None:
    """How speech is cut is told as JSON text, or member by member."""
    asked = await read(fields)
    segmenting = asked.segmenting
    assert segmenting.endpointing.onset == 0.4
    assert segmenting.pre_roll_samples == 200 * 16
    assert segmenting.pause_samples == 700 * 16


async def test_cutting_by_the_names_of_other_servers() -> None:
    """The names of other servers mean the same."""
    asked = await read(
        {
            "vad_threshold": "0.3",
            "vad_min_silence_duration_ms": "500",
            "vad_speech_pad_ms": "100",
            "vad_min_speech_duration_ms": "250",
            "vad_max_speech_duration_s": "12",
        }
    )
    segmenting = asked.segmenting
    assert segmenting.endpointing.onset == 0.3
    assert segmenting.endpointing.min_speech_samples == 250 * 16
    assert segmenting.pause_samples == 500 * 16
    assert (segmenting.pre_roll_samples, segmenting.tail_samples) == (1_600, 1_600)
    assert segmenting.max_samples == 12 * SAMPLE_RATE


async def test_a_file_is_cut_at_longer_pauses() -> None:
    """Where the window is long, it is filled; a short window is cut as commands are."""
    assert (await read()).segmenting.pause_samples == 2 * SAMPLE_RATE
    short = segmenting_options(max_samples=8 * SAMPLE_RATE)
    assert (await read(segmenting=short)).segmenting == short


async def test_a_longer_window_than_the_models() -> None:
    """No segment is longer than the model's window, whatever is asked for."""
    asked = await read({"vad_max_speech_duration_s": "3600"})
    assert asked.segmenting.max_samples == 30 * SAMPLE_RATE


async def test_everything_is_speech() -> None:
    """Without the VAD's filter, what it takes for silence is transcribed too."""
    endpointing = (await read({"vad_filter": "false"})).segmenting.endpointing
    assert endpointing.onset < 1e-20
    assert (await read({"vad_filter": "true"})).segmenting.endpointing.onset == 0.5


@pytest.mark.parametrize(
    ("fields", "parameter"),
    [
        ({"response_format": "xml"}, "response_format"),
        ({"temperature": "2"}, "temperature"),
        ({"beam_size": "0"}, "beam_size"),
        ({"include": "everything"}, "include"),
        ({"timestamp_granularities": "letter"}, "timestamp_granularities"),
        ({"stream": "perhaps"}, "stream"),
        ({"max_line_width": "5"}, "max_line_width"),
        ({"chunking_strategy": "manual"}, "chunking_strategy"),
        ({"chunking_strategy": "[" * 100_000}, "chunking_strategy"),
        ({"chunking_strategy": '{"type":"semantic_vad"}'}, "chunking_strategy"),
        ({"chunking_strategy": '{"type":"server_vad","threshold":"high"}'}, "threshold"),
        ({"vad_max_speech_duration_s": "1", "vad_speech_pad_ms": "5000"}, "chunking_strategy"),
    ],
)
async def test_impossible_fields(fields: dict[str, str], parameter: str) -> None:
    """An impossible field is refused by its name."""
    with pytest.raises(InvalidParameter) as raised:
        await read(fields)
    assert raised.value.parameter == parameter


@pytest.mark.parametrize("fields", [{"response_format": "diarized_json"}, {"zh_script": "hant"}])
async def test_what_is_not_here(fields: dict[str, str]) -> None:
    """Who asks for what other servers do is told that this one does not."""
    with pytest.raises(UnsupportedValue):
        await read(fields)


async def test_what_is_ignored() -> None:
    """Fields that mean nothing here do no harm."""
    ignored = await read({"video_file": "x.mkv", "condition_on_previous_text": "1", "unknown": "?"})
    assert ignored == await read()


async def test_translation() -> None:
    """A model that knows one language only is not asked to translate."""
    assert (await read(None, Task.TRANSLATE)).decoding.task is Task.TRANSLATE
    with pytest.raises(UnsupportedValue, match="can't translate"):
        await read(None, Task.TRANSLATE, can_translate=False)
