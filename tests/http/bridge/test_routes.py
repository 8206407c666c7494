"""The Wyoming package's HTTP shape."""

from __future__ import annotations

import httpx2
import pytest
from fakes import INFO, FakeEngine, decoding, new_lifecycle, silence, tone
from http_service import BAD, app_of, new_service
from wyoming.event import Event
from wyoming.info import Info

from wyoming_whisper.audio.pcm import mono_to_pcm16
from wyoming_whisper.http.bridge.family import BRIDGE
from wyoming_whisper.values import Task

URL = "/api/speech-to-text"


async def ask(
    method: str, url: str, body: bytes = b"", **query: str
) -> tuple[httpx2.Response, FakeEngine]:
    lifecycle, engine = new_lifecycle(), FakeEngine()
    service = new_service(lifecycle)
    app = app_of(service, BRIDGE)
    client = httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app=app), base_url="http://localhost"
    )
    async with decoding(lifecycle, engine):
        answered = await client.request(method, url, content=body, params=query)
    if method == "POST":
        ((api, task, outcome),) = service.accounting.requests
        assert (api, task) == ("wyoming-http", Task.TRANSCRIBE)
        assert (outcome is None) == (answered.status_code == 200)
    return answered, engine


async def test_a_body_is_transcribed() -> None:
    """A body is answered with its text and language; words to expect reach the engine."""
    answered, engine = await ask(
        "POST",
        URL,
        mono_to_pcm16(tone(1.0)),
        model="any",
        language="de",
        transcript_names="Jana,Ole",
        transcript_terms="Rollo",
    )
    assert answered.json() == {"text": "1224 ms", "language": "en"}
    ((request,),) = engine.batches
    assert (request.options.language, request.options.hotwords) == ("de", "Jana, Ole, Rollo")


async def test_a_command_is_never_sampled() -> None:
    """Whatever is asked, the most probable text is the answer, as it is over the protocol."""
    _, engine = await ask("POST", URL, mono_to_pcm16(tone(1.0)), temperature="0.8")
    ((request,),) = engine.batches
    assert request.options.temperatures == (0.0,)


async def test_silence() -> None:
    """Nothing said is an empty text."""
    answered, _ = await ask("POST", URL, mono_to_pcm16(silence(1.0)))
    assert answered.json() == {"text": "", "language": None}


@pytest.mark.parametrize(
    ("body", "query", "status"),
    [
        (BAD, {}, 415),
        (b"", {}, 400),
        (mono_to_pcm16(tone(1.0)), {"language": "klingon"}, 400),
    ],
)
async def test_refusals(body: bytes, query: dict[str, str], status: int) -> None:
    """What cannot be served is told in the shape that is not OpenAI's."""
    answered, _ = await ask("POST", URL, body, **query)
    assert answered.status_code == status
    found = answered.json()
    assert (found["status"], found["code"], found["detail"]) == (
        "error",
        status,
        found["message"],
    )


async def test_info() -> None:
    """The server describes itself as it does over the protocol."""
    answered, _ = await ask("GET", "/api/info")
    info = Info.from_event(Event("info", answered.json()))
    assert [model.name for model in info.asr[0].models] == [INFO.default.model.name]
