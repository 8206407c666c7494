"""Streams of events."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from http_service import answer, spoken, transcript
from hypothesis import given
from hypothesis import strategies as st

from wyoming_whisper.http.openai.events import TranscriptEvents
from wyoming_whisper.http.openai.request import ResponseFormat, StreamFormat
from wyoming_whisper.values import Task, TranscriptUpdate

if TYPE_CHECKING:
    from wyoming_whisper.http.openai.response import TranscriptionResponse

TEXTS = ("The beach is empty. Nobody swims.", "Why not?")
HEARD = answer(transcript(*((4 * n, spoken(text)) for n, text in enumerate(TEXTS))))


def stream(heard: TranscriptionResponse) -> list[str]:
    """Return the events of a transcript that came segment by segment."""
    events = TranscriptEvents(heard.request, "home-en")
    update = heard.transcript.update
    told: list[str] = []
    for n in range(1, len(update.segments) + 1):
        told += events.parts(TranscriptUpdate("", "en", update.segments[:n]))
    return [*told, *events.end(heard)]


def parsed(told: list[str]) -> list[dict[str, Any]]:
    """Return what JSON events hold."""
    assert all(text.startswith("data: ") and text.endswith("\n\n") for text in told)
    return [json.loads(text[6:]) for text in told if text != "data: [DONE]\n\n"]


def test_deltas_are_the_text() -> None:
    """OpenAI's deltas, joined, are the text of the last event, which is the transcript."""
    *deltas, done = parsed(stream(HEARD))
    assert [d["delta"] for d in deltas] == ["The beach is empty.", " Nobody swims.", " Why not?"]
    assert {d["type"] for d in deltas} == {"transcript.text.delta"}
    assert done == {
        "type": "transcript.text.done",
        "text": HEARD.transcript.update.text,
        "languages": [{"code": "en"}],
    }


@given(st.lists(st.text(alphabet="ab .?!,", min_size=1, max_size=12), max_size=4))
def test_any_deltas_are_the_text(texts: list[str]) -> None:
    """Whatever was heard, the deltas joined are the transcript."""
    texts = [" ".join(text.split()) for text in texts if text.strip()]
    heard = answer(transcript(*((4 * n, spoken(text)) for n, text in enumerate(texts))))
    *deltas, done = parsed(stream(heard))
    assert "".join(d["delta"] for d in deltas) == done["text"] == heard.transcript.update.text


def test_nothing_said() -> None:
    """A stream without speech is its last event."""
    (done,) = parsed(stream(answer(transcript())))
    assert done == {"type": "transcript.text.done", "text": "", "languages": []}


def test_segments_come_with_timed_formats() -> None:
    """Who asked for times is told those of each part."""
    timed = answer(HEARD.transcript, response_format=ResponseFormat.SRT)
    segments = [found.get("segment") for found in parsed(stream(timed))]
    assert segments[1] == {"id": 1, "start": 2.0, "end": 3.0, "text": " Nobody swims."}
    assert segments[3] is None
    assert all("segment" not in found for found in parsed(stream(HEARD)))


def test_probabilities_come_where_asked_for() -> None:
    """Deltas and the last event have probabilities only for who asked."""
    sure = parsed(stream(answer(HEARD.transcript, logprobs=True)))
    assert [len(found["logprobs"]) for found in sure] == [4, 2, 2, 8]
    assert all("logprobs" not in found for found in parsed(stream(HEARD)))


def test_chunks_of_vllm() -> None:
    """vLLM's form is chunks of one id, the last of which says that it is, and its end mark."""
    heard = answer(HEARD.transcript, stream_format=StreamFormat.VLLM, stream_usage=True)
    told = stream(heard)
    assert told[-1] == "data: [DONE]\n\n"
    *chunks, stop, usage = parsed(told)
    texts = [chunk["choices"][0]["delta"]["content"] for chunk in chunks]
    assert "".join(texts) == HEARD.transcript.update.text
    assert stop["choices"][0]["finish_reason"] == "stop"
    assert (usage["choices"], usage["usage"]["seconds"]) == ([], 9)
    assert {chunk["id"] for chunk in chunks} == {stop["id"]}
    assert chunks[0]["id"].startswith("trsc-")
    assert {chunk["object"] for chunk in chunks} == {"transcription.chunk"}


def test_chunks_of_a_translation() -> None:
    """vLLM calls a translation's chunks by another name."""
    decoding = replace(HEARD.request.decoding, task=Task.TRANSLATE)
    heard = answer(HEARD.transcript, stream_format=StreamFormat.VLLM, decoding=decoding)
    assert parsed(stream(heard))[0]["object"] == "translation.chunk"


def test_bare_texts() -> None:
    """The barest form is the texts and nothing else."""
    heard = answer(HEARD.transcript, stream_format=StreamFormat.TEXT)
    assert "".join(found["text"] for found in parsed(stream(heard))) == (
        HEARD.transcript.update.text
    )
