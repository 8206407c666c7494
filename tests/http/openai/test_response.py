"""Transcripts as OpenAI writes them."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from typing import TYPE_CHECKING

from http_service import answer, spoken, transcript

from wyoming_whisper.http.openai.request import Granularity, ResponseFormat
from wyoming_whisper.http.openai.response import MEDIA_TYPES
from wyoming_whisper.values import (
    DecodeOptions,
    Rejection,
    Task,
)

if TYPE_CHECKING:
    from wyoming_whisper.recognition.file import FileTranscript

SPEECH = transcript((0, spoken("The beach is empty. Nobody swims.")), (4, spoken("Why not?")))
NOTHING = transcript()


def body(heard: FileTranscript, **fields: object) -> dict[str, object]:
    found = answer(heard, **fields).body()
    assert isinstance(found, dict)
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    return found


def test_json() -> None:
    """The default is the text, its language, and whole seconds of audio, rounded up."""
    assert body(SPEECH) == {
        "text": "The beach is empty. Nobody swims. Why not?",
        "languages": [{"code": "en"}],
        "usage": {"type": "duration", "seconds": 9},
    }


def test_verbose_json() -> None:
    """Sentences come with their times and tokens, and with what is known of their segment."""
    found = body(SPEECH, response_format=ResponseFormat.VERBOSE_JSON)
    segments = found["segments"]
    assert isinstance(segments, list)
    assert (found["task"], found["language"], found["language_code"]) == (
        "transcribe",
        "english",
        "en",
    )
    assert (found["duration"], found["language_probability"]) == (8.47, 0.9877)
    assert [(s["id"], s["start"], s["end"]) for s in segments] == [
        (0, 0.0, 2.0),
        (1, 2.0, 3.0),
        (2, 4.0, 5.0),
    ]
    assert "".join(s["text"] for s in segments).strip() == found["text"]
    assert [s["tokens"] for s in segments] == [[0, 1, 2, 3], [4, 5], [0, 1]]
    assert [s["seek"] for s in segments] == [0, 0, 400]
    assert segments[0]["avg_logprob"] == -0.1
    assert "words" not in found


def test_words_alone() -> None:
    """Where only words have times, there are no segments, as OpenAI has it."""
    found = body(
        SPEECH,
        response_format=ResponseFormat.VERBOSE_JSON,
        granularities=frozenset({Granularity.WORD}),
    )
    words = found["words"]
    assert isinstance(words, list)
    assert words[0] == {"word": "The", "start": 0.0, "end": 0.5}
    assert words[-1] == {"word": "not?", "start": 4.5, "end": 5.0}
    assert "segments" not in found


def test_words_and_segments() -> None:
    """Both are told where both are asked for."""
    found = body(
        SPEECH,
        response_format=ResponseFormat.VERBOSE_JSON,
        granularities=frozenset(Granularity),
    )
    assert {"words", "segments"} <= found.keys()


def test_probabilities() -> None:
    """Words' probabilities are told as logarithms, where they are asked for; none is infinite."""
    doubtful = spoken("Yes no")
    doubtful = replace(doubtful, words=(replace(doubtful.words[0], probability=0.0),
                                        doubtful.words[1]))  # fmt: skip
    found = body(transcript((0, doubtful)), logprobs=True)["logprobs"]
    assert isinstance(found, list)
    assert found[1] == {"token": " no", "logprob": math.log(0.5), "bytes": [32, 110, 111]}
    assert found[0]["logprob"] < -20


def test_text_formats() -> None:
    """Texts and subtitles end as their readers expect."""
    assert answer(SPEECH, response_format=ResponseFormat.TEXT).body() == (
        "The beach is empty. Nobody swims. Why not?\n"
    )
    assert str(answer(SPEECH, response_format=ResponseFormat.SRT).body()).startswith(
        "1\n00:00:00,000 --> 00:00:02,000\nThe beach is empty.\n\n2\n"
    )
    assert str(answer(SPEECH, response_format=ResponseFormat.VTT).body()).startswith(
        "WEBVTT\n\n00:00:00.000 --> 00:00:02.000\nThe beach is empty.\n\n"
    )
    assert str(answer(SPEECH, response_format=ResponseFormat.TSV).body()).startswith(
        "start\tend\ttext\n0\t2000\tThe beach is empty.\n"
    )
    assert MEDIA_TYPES.keys() == set(ResponseFormat)


def test_nothing_said() -> None:
    """A file without speech is answered in every format, with nothing in it."""
    assert body(NOTHING)["text"] == ""
    assert body(NOTHING)["languages"] == []
    assert body(NOTHING, decoding=DecodeOptions(language="fr"))["languages"] == [{"code": "fr"}]
    verbose = body(NOTHING, response_format=ResponseFormat.VERBOSE_JSON)
    assert (verbose["text"], verbose["segments"]) == ("", [])
    texts = {
        form: answer(NOTHING, response_format=form).body()
        for form in (ResponseFormat.TEXT, ResponseFormat.SRT, ResponseFormat.VTT)
    }
    assert list(texts.values()) == ["\n", "", "WEBVTT\n\n"]


def test_what_is_not_believed() -> None:
    """A rejected hypothesis leaves no segment, no word and no cue."""
    noise = replace(spoken("Thanks for watching!"), rejection=Rejection.NO_SPEECH)
    heard = transcript((0, noise), (4, spoken("Why not?")))
    found = body(heard, response_format=ResponseFormat.VERBOSE_JSON, logprobs=True,
                 granularities=frozenset(Granularity))  # fmt: skip
    assert "Thanks" not in json.dumps(found)


def test_translations() -> None:
    """A translation is English, whatever was spoken."""
    found = body(
        transcript((0, spoken("The light is on.", language="de"))),
        response_format=ResponseFormat.VERBOSE_JSON,
        decoding=DecodeOptions(task=Task.TRANSLATE),
    )
    assert (found["task"], found["language"]) == ("translate", "english")
