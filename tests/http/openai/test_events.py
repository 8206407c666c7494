"""Streams of events."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from http_service import answer, spoken, transcript
from hypothesis import given
from hypothesis import strategies as st

from wyoming_whisper.http.openai.events import EventStream, TranscriptEvents, event
from wyoming_whisper.http.openai.request import ResponseFormat, StreamFormat
from wyoming_whisper.values import Task, TranscriptUpdate

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import Message

    from wyoming_whisper.http.openai.response import Answer

TEXTS = ("The beach is empty. Nobody swims.", "Why not?")
HEARD = answer(transcript(*((4 * n, spoken(text)) for n, text in enumerate(TEXTS))))


def stream(heard: Answer) -> list[str]:
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


class Client:
    """The other side of a response."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.left = asyncio.Event()
        self.received = asyncio.Event()

    async def receive(self) -> Message:
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        self.messages.append(message)
        if message.get("body"):
            self.received.set()

    @property
    def body(self) -> str:
        return b"".join(message.get("body", b"") for message in self.messages).decode()


async def test_events_are_sent_as_they_come() -> None:
    """An event is sent before the next one is made, and the end behind the last."""
    client = Client()

    async def produce(emit: Callable[[str], None]) -> None:
        emit(event({"n": 1}))
        await client.received.wait()
        emit(event({"n": 2}))

    await EventStream(produce)({}, client.receive, client.send)
    start, *_, last = client.messages
    headers = dict(start["headers"])
    assert headers[b"content-type"] == b"text/event-stream; charset=utf-8"
    assert headers[b"cache-control"] == b"no-cache"
    assert b"content-length" not in headers
    assert client.body == 'data: {"n":1}\n\ndata: {"n":2}\n\n'
    assert not last.get("more_body")


async def test_silence_is_broken_by_comments() -> None:
    """While there is nothing to tell, a comment keeps proxies from giving up."""
    client = Client()

    async def produce(emit: Callable[[str], None]) -> None:
        await client.received.wait()
        emit(event("end"))

    await EventStream(produce, ping_s=0.001)({}, client.receive, client.send)
    assert client.body.startswith(": ping\n\n")
    assert client.body.endswith('data: "end"\n\n')


async def test_the_end_of_the_response_ends_the_work() -> None:
    """Events are made for no longer than they can be sent."""
    client = Client()
    ended = asyncio.Event()

    async def produce(emit: Callable[[str], None]) -> None:
        emit(event(1))
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    responding = asyncio.create_task(EventStream(produce)({}, client.receive, client.send))
    await client.received.wait()
    responding.cancel()
    await asyncio.wait({responding})
    assert ended.is_set()


async def test_an_error_breaks_the_response_off() -> None:
    """A bug in the making of events is not hidden as their end."""
    client = Client()

    async def produce(emit: Callable[[str], None]) -> None:
        raise RuntimeError("bug")

    with pytest.raises(ExceptionGroup):
        await EventStream(produce)({}, client.receive, client.send)
