"""Whisper base's answers: every format by its rules, streams, prompts, and what is not believed."""

from __future__ import annotations

import csv
import json
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pytest
import srt
import webvtt
from accuracy.sounds import hum_and_clatter, music, steady_noise
from openai_weights import needs
from spoken_languages import LANGUAGES, NAMES
from transcriptions import ask, post, room

from wyoming_whisper.bench.figures import words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from server_process import ServerProcess

    from wyoming_whisper.audio.pcm import Block

pytestmark = needs("base")

GERMAN: Final = LANGUAGES["de"]
SIZE: Final = 64_000


def sounds() -> Iterator[tuple[str, Block]]:
    yield "silence", np.zeros(SIZE, np.float32)
    yield "room", room(4)
    for make in (steady_noise, hum_and_clatter, music):
        yield make.__name__, make(SIZE, np.random.default_rng(1))


SOUNDS: Final = dict(sounds())


@pytest.fixture(scope="module")
def text(base_server: ServerProcess) -> str:
    """What every answer about the German recording says."""
    heard = post(base_server, GERMAN.samples, response_format="json").json()["text"]
    assert isinstance(heard, str)
    assert GERMAN.error_rate(heard) < 0.14
    return heard


def answer_as(server: ServerProcess, response_format: str, media_type: str) -> str:
    answer = post(server, GERMAN.samples, response_format=response_format)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == media_type
    return answer.text


def check_times(times: list[tuple[float, float]]) -> None:
    """Two sentences follow each other, within the recording."""
    assert len(times) == 2
    flat = [0.0, *(time for both in times for time in both), len(GERMAN.samples) / 16_000]
    assert all(earlier <= time for earlier, time in pairwise(flat))


def test_json(base_server: ServerProcess, text: str) -> None:
    """The text, what was detected, and the seconds."""
    answer = json.loads(answer_as(base_server, "json", "application/json"))
    assert answer == {
        "text": text,
        "languages": [{"code": "de"}],
        "usage": {"type": "duration", "seconds": 7},
    }


def test_text(base_server: ServerProcess, text: str) -> None:
    """The text and a line break, and nothing else."""
    assert answer_as(base_server, "text", "text/plain; charset=utf-8") == f"{text}\n"


def test_srt(base_server: ServerProcess, text: str) -> None:
    """SubRip's cues are numbered, in order, and hold the text."""
    cues = list(srt.parse(answer_as(base_server, "srt", "text/plain; charset=utf-8")))
    assert [cue.index for cue in cues] == [1, 2]
    check_times([(cue.start.total_seconds(), cue.end.total_seconds()) for cue in cues])
    assert " ".join(cue.content.replace("\n", " ") for cue in cues) == text


def test_vtt(base_server: ServerProcess, text: str) -> None:
    """WebVTT's cues are in order, and hold the text."""
    cues = webvtt.from_string(answer_as(base_server, "vtt", "text/vtt; charset=utf-8")).captions
    check_times([(cue.start_in_seconds, cue.end_in_seconds) for cue in cues])
    assert " ".join(cue.text.replace("\n", " ") for cue in cues) == text


def test_tsv(base_server: ServerProcess, text: str) -> None:
    """The table has whole milliseconds, and the text without quotes."""
    table = answer_as(base_server, "tsv", "text/tab-separated-values; charset=utf-8")
    header, *rows = csv.reader(table.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    assert header == ["start", "end", "text"]
    check_times([(int(start) / 1000, int(end) / 1000) for start, end, _ in rows])
    assert " ".join(row[2] for row in rows) == text


def test_verbose_json(base_server: ServerProcess, text: str) -> None:
    """Segments and words are the text, and each is as sure as the model was."""
    granularities = {"timestamp_granularities[]": ["word", "segment"], "include[]": ["logprobs"]}
    answer = ask(base_server, GERMAN.samples, **granularities)
    assert (answer["task"], answer["language"], answer["text"]) == ("transcribe", "german", text)
    assert answer["duration"] == pytest.approx(len(GERMAN.samples) / 16_000, abs=0.001)
    segments = answer["segments"]
    check_times([(segment["start"], segment["end"]) for segment in segments])
    assert [segment["id"] for segment in segments] == [0, 1]
    assert "".join(segment["text"] for segment in segments).strip() == text
    for segment in segments:
        assert segment["temperature"] == 0
        assert -1 < segment["avg_logprob"] < 0
        assert 0 <= segment["no_speech_prob"] < 0.6
        assert 0 < segment["compression_ratio"] < 2.4
        assert all(isinstance(token, int) for token in segment["tokens"])
    assert " ".join(word["word"] for word in answer["words"]) == text
    assert "".join(entry["token"] for entry in answer["logprobs"]).strip() == text
    assert all(bytes(e["bytes"]).decode() == e["token"] for e in answer["logprobs"])
    assert all(entry["logprob"] <= 0 for entry in answer["logprobs"])


def test_speakers_are_not_told_apart(base_server: ServerProcess) -> None:
    """The format that needs them is refused, with its field."""
    refused = post(base_server, GERMAN.samples, response_format="diarized_json")
    assert refused.status_code == 400
    assert refused.json()["error"]["param"] == "response_format"


def events(server: ServerProcess, samples: Block, **fields: str) -> list[str]:
    """Return the data of each event of a stream."""
    answer = post(server, samples, stream="true", **fields)
    assert answer.headers["content-type"].startswith("text/event-stream")
    *blocks, rest = answer.text.split("\n\n")
    assert rest == ""
    assert all(block.startswith("data: ") for block in blocks)
    return [block.removeprefix("data: ") for block in blocks]


def test_stream(base_server: ServerProcess, text: str) -> None:
    """The deltas joined are the text of the last event, and that of the plain answer."""
    told = events(base_server, GERMAN.samples, response_format="verbose_json")
    parts: list[dict[str, Any]] = [json.loads(data) for data in told]
    *deltas, done = parts
    assert {delta["type"] for delta in deltas} == {"transcript.text.delta"}
    assert "".join(delta["delta"] for delta in deltas) == done["text"] == text
    check_times([(d["segment"]["start"], d["segment"]["end"]) for d in deltas])
    assert (done["type"], done["languages"]) == ("transcript.text.done", [{"code": "de"}])


def test_stream_of_vllm(base_server: ServerProcess, text: str) -> None:
    """The contents joined are the text, and the stream says that it is over."""
    *chunks, done = events(base_server, GERMAN.samples, stream_format="vllm")
    assert done == "[DONE]"
    choices = [json.loads(chunk)["choices"][0] for chunk in chunks]
    assert "".join(choice["delta"]["content"] for choice in choices) == text
    assert [choice["finish_reason"] for choice in choices][-2:] == [None, "stop"]


def test_names_that_nobody_told(base_server: ServerProcess) -> None:
    """The model spells them in its own way."""
    assert not set(NAMES.names) & set(ask(base_server, NAMES.samples)["text"].split())


@pytest.mark.parametrize(
    "told",
    [
        {"prompt": "Siobhan, Hue."},
        {"hotwords": "Siobhan, Hue"},
        {"keywords[]": ["Siobhan", "Hue lights"]},
    ],
    ids=lambda told: next(iter(told)),
)
def test_names(base_server: ServerProcess, told: dict[str, str | list[str]]) -> None:
    """Names are spelled as they were given."""
    heard = ask(base_server, NAMES.samples, **told)["text"]
    assert set(NAMES.names) <= set(heard.split())
    assert NAMES.error_rate(heard) == 0


def test_the_manner_of_a_prompt(base_server: ServerProcess) -> None:
    """A text that goes on without capitals and full stops does so."""
    english = LANGUAGES["en"]
    prompt = "good evening everybody please switch off the lights"
    heard = ask(base_server, english.samples, prompt=prompt)["text"]
    assert heard == " ".join(words(heard))
    assert english.error_rate(heard) < 0.07


@pytest.mark.parametrize("prompt", ["", "Turn on the living room light. What is the weather?"])
@pytest.mark.parametrize("sound", SOUNDS)
def test_no_words_without_speech(base_server: ServerProcess, sound: str, prompt: str) -> None:
    """Of silence, noise and music nothing is written, whatever is expected."""
    answer = ask(base_server, SOUNDS[sound], prompt=prompt)
    assert (answer["text"], answer["segments"]) == ("", [])


@pytest.mark.parametrize(
    ("sound", "prompt"),
    [
        ("silence", ""),
        ("room", ""),
        ("hum_and_clatter", ""),
        ("room", "Home Assistant, Siobhan, kitchen, living room."),
    ],
)
def test_no_words_without_vad(base_server: ServerProcess, sound: str, prompt: str) -> None:
    """Where everything goes to the model, its own doubts say that nobody spoke."""
    answer = ask(base_server, SOUNDS[sound], language="en", prompt=prompt, vad_filter="false")
    assert answer["text"] == ""


def test_a_loop_of_the_prompt(base_server: ServerProcess) -> None:
    """What a prompt's sentences become in silence, over and over, is not mistaken for speech."""
    prompt = "Turn on the living room light. Turn off the kitchen fan. What is the weather?"
    assert ask(base_server, SOUNDS["room"], prompt=prompt, vad_filter="false")["text"] == ""
