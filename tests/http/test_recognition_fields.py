"""How a client wants a file to be recognised, from texts to what the pipeline is told."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from fakes import new_lifecycle
from http_service import new_service
from options import segmenting_options

from wyoming_whisper.audio.pcm import SAMPLE_RATE
from wyoming_whisper.errors import (
    InvalidParameter,
    UnsupportedLanguage,
    UnsupportedValue,
)
from wyoming_whisper.http.fields import Fields
from wyoming_whisper.http.recognition_fields import RecognitionOptions, read_options
from wyoming_whisper.values import Task

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wyoming_whisper.speech.segmenter import SegmentingOptions


async def read(
    fields: Mapping[str, str | list[str]] | None = None,
    task: Task = Task.TRANSCRIBE,
    *,
    can_translate: bool = True,
    segmenting: SegmentingOptions | None = None,
    words: tuple[str, ...] = (),
    temperatures: tuple[float, ...] | None = None,
) -> RecognitionOptions:
    values = {
        name: [value] if isinstance(value, str) else value for name, value in (fields or {}).items()
    }
    service = new_service(new_lifecycle(), can_translate=can_translate, segmenting=segmenting)
    return read_options(Fields(values), service.program, task, words, temperatures)


async def test_nothing_given() -> None:
    """A file alone is recognised as the owner has decided, and nothing is sampled."""
    decoding = (await read()).decoding
    assert decoding.beam_size == 3
    assert decoding.temperatures == (0.0,)
    assert (decoding.language, decoding.languages) == (None, frozenset())


async def test_decoding() -> None:
    """What determines a hypothesis is taken from the fields of all dialects."""
    fields: dict[str, str | list[str]] = {
        "language": "en-GB",
        "prompt": "Minutes of the meeting.",
        "keywords[]": ["Nabu Casa", "Zigbee"],
        "hotwords": "Matter",
        "beam_size": "5",
    }
    decoding = (await read(fields, words=("Thread", " "))).decoding
    assert (decoding.language, decoding.beam_size) == ("en", 5)
    assert decoding.prompt == "Minutes of the meeting."
    assert decoding.hotwords == "Nabu Casa, Zigbee, Matter, Thread"


@pytest.mark.parametrize(
    ("fields", "promised", "tried"),
    [
        ({}, None, (0.0,)),
        ({"temperature": "0"}, None, (0.0,)),
        ({"temperature": "0.4"}, None, (0.4,)),
        ({}, (0.0, 0.5), (0.0, 0.5)),
        ({"temperature": "0"}, (0.0, 0.5), (0.0, 0.5)),
        ({"temperature": "0.4"}, (0.0, 0.5), (0.4,)),
    ],
)
async def test_temperatures(
    fields: dict[str, str], promised: tuple[float, ...] | None, tried: tuple[float, ...]
) -> None:
    """Only who gives a temperature, or whose API promises some, is given a sampled text."""
    assert (await read(fields, temperatures=promised)).decoding.temperatures == tried


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
        ({"temperature": "2"}, "temperature"),
        ({"beam_size": "0"}, "beam_size"),
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


async def test_translation() -> None:
    """A model that knows one language only is not asked to translate."""
    assert (await read(None, Task.TRANSLATE)).decoding.task is Task.TRANSLATE
    with pytest.raises(UnsupportedValue, match="can't translate"):
        await read(None, Task.TRANSLATE, can_translate=False)
