"""What is asked of OpenAI's audio API, from texts to values."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from fakes import new_lifecycle
from http_service import new_service

from wyoming_whisper.errors import InvalidParameter, UnsupportedValue
from wyoming_whisper.http.openai.request import (
    TEMPERATURE_LADDER,
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


async def read(
    fields: Mapping[str, str | list[str]] | None = None,
    task: Task = Task.TRANSCRIBE,
    header_words: str = "",
) -> AudioRequest:
    values = {
        name: [value] if isinstance(value, str) else value for name, value in (fields or {}).items()
    }
    return read_request(values, new_service(new_lifecycle()).program, task, header_words)


async def test_nothing_given() -> None:
    """A file alone is transcribed as the owner has decided, with the ladder of temperatures."""
    asked = await read()
    assert asked.decoding.beam_size == 3
    assert asked.decoding.temperatures == TEMPERATURE_LADDER
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
    assert (await read({"temperature": "0"})).decoding.temperatures == TEMPERATURE_LADDER


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


@pytest.mark.parametrize(
    ("fields", "parameter"),
    [
        ({"response_format": "xml"}, "response_format"),
        ({"include": "everything"}, "include"),
        ({"timestamp_granularities": "letter"}, "timestamp_granularities"),
        ({"stream": "perhaps"}, "stream"),
        ({"max_line_width": "5"}, "max_line_width"),
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


async def test_recognition() -> None:
    """How a file is recognised is read as for every API."""
    asked = await read({"language": "de", "vad_threshold": "0.3"}, Task.TRANSLATE)
    assert (asked.decoding.language, asked.decoding.task) == ("de", Task.TRANSLATE)
    assert asked.segmenting.endpointing.onset == 0.3
