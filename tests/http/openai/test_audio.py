"""OpenAI's audio API, through an application that holds nothing else."""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import httpx2
import numpy as np
import pytest
from fakes import FakeEngine, FakeModel, decoding, new_lifecycle, silence, tone
from fastapi import FastAPI
from http_service import BAD, PCM16, PcmDecoder, app_of, new_service
from options import http_options

from wyoming_whisper.audio.pcm import mono_to_pcm16
from wyoming_whisper.audio.pcm_format import PcmFormat
from wyoming_whisper.errors import ClientGone, UndecodableAudio
from wyoming_whisper.http.errors import status_of
from wyoming_whisper.http.openai.family import OPENAI
from wyoming_whisper.scheduling.queue import DecodeQueue
from wyoming_whisper.values import Priority, Task

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import AsyncIterator, Sequence

    from fastapi import FastAPI
    from starlette.types import Message

    from wyoming_whisper.engines.engine import DecodeRequest
    from wyoming_whisper.http.service import Service
    from wyoming_whisper.recognition.accounting import Outcome
    from wyoming_whisper.scheduling.lifecycle import Lifecycle
    from wyoming_whisper.values import Hypothesis

URL = "/v1/audio/transcriptions"
# The engine says how long a segment is: speech and the padding around it.
COMMAND = mono_to_pcm16(np.concatenate((silence(0.5), tone(1.0), silence(0.5))))
TEXT = "1524 ms"
# Three segments.
TALK = mono_to_pcm16(np.concatenate([np.concatenate((tone(1.0), silence(2.5)))] * 3))


@dataclass
class Server:
    """An application on a simple engine, and a client."""

    engine: FakeEngine
    service: Service
    app: FastAPI
    client: httpx2.AsyncClient

    async def post(self, audio: bytes = COMMAND, url: str = URL, **fields: str) -> httpx2.Response:
        files = {"file": ("upload", audio, "application/octet-stream")}
        return await self.client.post(url, data=fields, files=files)

    @property
    def requests(self) -> Counter[tuple[str, Task, Outcome]]:
        return self.service.accounting.requests


@contextlib.asynccontextmanager
async def serving(
    engine: FakeEngine | None = None,
    lifecycle: Lifecycle | None = None,
    **parts: Any,  # noqa: ANN401 - those of new_service
) -> AsyncIterator[Server]:
    """Serve for the length of a block."""
    engine, lifecycle = engine or FakeEngine(), lifecycle or new_lifecycle()
    service = new_service(lifecycle, **parts)
    app = app_of(service, OPENAI)
    transport = httpx2.ASGITransport(app=app)
    async with (
        httpx2.AsyncClient(transport=transport, base_url="http://localhost") as client,
        decoding(lifecycle, engine),
    ):
        yield Server(engine, service, app, client)


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async with serving() as server:
        yield server


async def test_json(server: Server) -> None:
    """A file is transcribed, and answered with the words and the seconds."""
    answered = await server.post(model="whisper-1")
    assert answered.status_code == 200
    assert answered.headers["x-model"] == "fake"
    assert answered.json() == {
        "text": TEXT,
        "languages": [{"code": "en"}],
        "usage": {"type": "duration", "seconds": 2},
    }


async def test_where_the_time_went() -> None:
    """An answer says how long speech was looked for, and how long the model was waited for."""
    async with serving(FakeEngine(seconds=0.05)) as server:
        answered = await server.post()
    parts = dict(part.split(";dur=") for part in answered.headers["server-timing"].split(", "))
    assert set(parts) == {"vad", "queue", "decode"}
    assert float(parts["vad"]) >= 0
    assert 0 <= float(parts["queue"]) < 1_000
    assert 50 <= float(parts["decode"]) < 10_000


@pytest.mark.parametrize(
    ("response_format", "media_type", "start"),
    [
        ("text", "text/plain; charset=utf-8", f"{TEXT}\n"),
        ("srt", "text/plain; charset=utf-8", "1\n00:00:00,"),
        ("vtt", "text/vtt; charset=utf-8", "WEBVTT\n\n"),
        ("tsv", "text/tab-separated-values; charset=utf-8", "start\tend\ttext\n"),
    ],
)
async def test_texts(server: Server, response_format: str, media_type: str, start: str) -> None:
    """Texts and subtitles come with the types by which they are known."""
    answered = await server.post(response_format=response_format)
    assert answered.headers["content-type"] == media_type
    assert answered.text.startswith(start)


async def test_streams_are_the_same_text(server: Server) -> None:
    """What is streamed, joined, is what is answered at once."""
    long = TALK * 9
    whole = (await server.post(long)).json()["text"]
    answered = await server.post(long, stream="true")
    assert answered.headers["content-type"] == "text/event-stream; charset=utf-8"
    *deltas, done = [json.loads(line[6:]) for line in answered.text.split("\n\n") if line]
    assert len(deltas) == 2  # windows, each full of sounds
    assert "".join(delta["delta"] for delta in deltas) == done["text"] == whole


async def test_short_files_go_first() -> None:
    """A command sent as a file is decoded as one; a long file's segments give way to it."""
    order: list[Priority] = []

    class Watched(DecodeQueue):
        def submit(self, request: Any, priority: Priority, program: Any) -> Any:  # noqa: ANN401
            order.append(priority)
            return super().submit(request, priority, program)

    lifecycle = new_lifecycle(queue=Watched(max_queued=64))
    async with serving(lifecycle=lifecycle) as server:
        await server.post(COMMAND)
        await server.post(TALK * 3)
    assert order[0] is Priority.INTERACTIVE
    assert set(order[1:]) == {Priority.FILE}


async def test_bare_samples() -> None:
    """Samples without a container are taken at the rate that their type names."""
    decoder = PcmDecoder()
    async with serving(decoder=decoder) as server:
        for kind in ("audio/wav", "audio/pcm", 'audio/raw; rate="8000";channels=2'):
            await server.client.post(URL, files={"file": ("x", COMMAND, kind)})
    assert decoder.formats == [None, PCM16, PcmFormat(8_000, 2, 2)]


async def test_silence_is_an_empty_text(server: Server) -> None:
    """The router's health check, a tenth of a second of silence, is answered with no words."""
    answered = await server.post(mono_to_pcm16(silence(0.1)))
    assert (answered.status_code, answered.json()["text"]) == (200, "")


@pytest.mark.parametrize(
    ("audio", "fields", "code", "param"),
    [
        (mono_to_pcm16(silence(0.05)), {}, "audio_too_short", "file"),
        (b"", {}, "audio_too_short", "file"),
        (BAD, {}, None, None),
        (COMMAND, {"language": "klingon"}, "invalid_language_format", "language"),
        (COMMAND, {"temperature": "hot"}, None, "temperature"),
        (COMMAND, {"response_format": "diarized_json"}, "unsupported_value",
         "response_format"),
        (COMMAND, {"response_format": "xml", "stream": "true"}, None, "response_format"),
        (BAD, {"stream": "true"}, None, None),
    ],
)  # fmt: skip
async def test_refusals(
    server: Server,
    audio: bytes,
    fields: dict[str, str],
    code: str | None,
    param: str | None,
) -> None:
    """What cannot be served is answered with OpenAI's error, before anything is streamed."""
    answered = await server.post(audio, **fields)
    assert answered.status_code == 400
    error = answered.json()["error"]
    assert error.keys() == {"message", "type", "param", "code"}
    assert (error["type"], error["code"], error["param"]) == ("invalid_request_error", code, param)
    ((api, task, outcome),) = server.service.accounting.requests
    assert (api, task) == ("openai", Task.TRANSCRIBE)
    assert outcome is not None
    assert status_of(outcome) == 400
    decoder = server.service.recognizer._decoder
    assert isinstance(decoder, PcmDecoder)
    assert decoder.n_open == 0


async def test_an_empty_file(server: Server) -> None:
    """An empty file is too short, whatever a decoder would say of its format."""
    assert (await server.post(b"")).json()["error"]["code"] == "audio_too_short"
    decoder = server.service.recognizer._decoder
    assert isinstance(decoder, PcmDecoder)
    assert decoder.files == []


@pytest.mark.parametrize("files", [None, {"file": "text"}, {"audio_file": ("a.wav", COMMAND)}])
async def test_no_file(server: Server, files: Any) -> None:  # noqa: ANN401 - as httpx2 has it
    """A request without a file is told so."""
    answered = await server.client.post(URL, data={"model": "x"}, files=files)
    assert answered.status_code == 400
    assert answered.json()["error"]["param"] == "file"


async def test_a_body_that_is_no_form(server: Server) -> None:
    """JSON instead of a form is told that there is no file."""
    answered = await server.client.post(URL, json={"file": "x"})
    assert (answered.status_code, answered.json()["error"]["param"]) == (400, "file")


@pytest.mark.parametrize(
    ("charset", "text"),
    [("undefined", b"x"), ("punycode", b"\xff"), ("unicode-escape", rb"\ud800")],
)
async def test_a_charset_that_means_harm(server: Server, charset: str, text: bytes) -> None:
    """Texts that cannot be read, or are none when they are, are the request's fault."""
    form = server.client.build_request("POST", URL, data={"prompt": text}, files={"file": COMMAND})
    kind = f"{form.headers['content-type']}; charset={charset}"
    answered = await server.client.post(
        URL, content=await form.aread(), headers={"Content-Type": kind}
    )
    assert answered.status_code == 400
    assert answered.json()["error"]["type"] == "invalid_request_error"


async def test_a_file_that_breaks_off() -> None:
    """What cannot be decoded to its end is an error, or ends the stream with one."""
    decoder = PcmDecoder(breaks_at=80)
    long = TALK * 9
    async with serving(decoder=decoder) as server:
        assert (await server.post(long)).status_code == 400
        answered = await server.post(long, stream="true")
    *deltas, last = [json.loads(line[6:]) for line in answered.text.split("\n\n") if line]
    assert answered.status_code == 200
    assert deltas
    assert last["error"]["message"] == "it breaks off"
    assert decoder.n_open == 0
    assert server.requests["openai", Task.TRANSCRIBE, UndecodableAudio] == 2


async def test_a_bug_is_no_traceback() -> None:
    """An engine that fails is told as an error of the server, without its insides."""
    async with serving(FakeEngine(error=RuntimeError("secret"))) as server:
        answered = await server.post()
    assert answered.status_code == 500
    assert "secret" not in answered.text


async def test_other_models(server: Server) -> None:
    """Another model's name is served by the one there is, or refused where the owner says so."""
    assert (await server.post(model="openai/whisper-large-v3")).status_code == 200
    async with serving(options=http_options(strict_models=True)) as strict:
        assert (await strict.post(model="whisper-1")).status_code == 200
        assert (await strict.post(model="fake")).status_code == 200
        refused = await strict.post(model="openai/whisper-large-v3")
    assert (refused.status_code, refused.json()["error"]["code"]) == (404, "model_not_found")


async def test_a_model_that_no_header_can_name(server: Server) -> None:
    """A model whose folder has a foreign name serves as others do."""
    lifecycle = server.service.program.lifecycle
    facts = replace(lifecycle.model.facts, name="größe 模型")
    lifecycle.model = FakeModel(facts)
    transport = httpx2.ASGITransport(app=app_of(server.service, OPENAI))
    async with httpx2.AsyncClient(transport=transport, base_url="http://localhost") as client:
        answered = await client.post(URL, files={"file": COMMAND})
    assert answered.json()["text"] == TEXT
    assert answered.headers["x-model"] == "gr%C3%B6%C3%9Fe %E6%A8%A1%E5%9E%8B"


async def test_translations(server: Server) -> None:
    """A translation is asked of the model; one that knows no other language says so."""
    url = "/v1/audio/translations"
    assert (await server.post(url=url)).json()["text"] == TEXT
    assert server.engine.batches[0][0].options.task is Task.TRANSLATE
    async with serving(can_translate=False) as english:
        refused = await english.post(url=url)
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "unsupported_value")


@contextlib.asynccontextmanager
async def asking(
    app: FastAPI, form: httpx2.Request, leave_at: bytes = b"never"
) -> AsyncIterator[tuple[asyncio.Task[None], asyncio.Event]]:
    """Ask as a client who may leave; yield the request's task, and what makes it leave.

    It leaves by itself when it is told certain words.
    """
    boundary = form.headers["content-type"].partition("boundary=")[2]
    left = asyncio.Event()
    body: list[Message] = [{"type": "http.request", "body": await form.aread(), "more_body": False}]

    async def receive() -> Message:
        if body:
            return body.pop()
        await left.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        if leave_at in message.get("body", b""):
            left.set()

    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST",
        "scheme": "http", "path": URL, "raw_path": URL.encode(), "query_string": b"",
        "headers": [(b"host", b"localhost"),
                    (b"content-type", f"multipart/form-data; boundary={boundary}".encode())],
    }  # fmt: skip
    task = asyncio.create_task(app(scope, receive, send))
    try:
        yield task, left
    finally:
        task.cancel()
        await asyncio.wait({task})


class WatchedEngine(FakeEngine):
    """Tells when it is called."""

    def __init__(self, gate: threading.Event) -> None:
        super().__init__(gate=gate)
        self.called = asyncio.Event()
        self._loop = asyncio.get_running_loop()

    def transcribe(self, batch: Sequence[DecodeRequest]) -> list[Hypothesis]:
        self._loop.call_soon_threadsafe(self.called.set)
        return super().transcribe(batch)


@pytest.mark.parametrize("stream", ["false", "true"])
async def test_who_leaves_is_not_worked_for(stream: str) -> None:
    """A client who leaves takes its segments out of the queue, and its file is closed."""
    engine, decoder = WatchedEngine(threading.Event()), PcmDecoder()
    async with serving(engine, decoder=decoder) as server, asyncio.timeout(30):
        form = server.client.build_request(
            "POST", URL, data={"stream": stream}, files={"file": ("x", TALK * 4)}
        )
        async with asking(server.app, form) as (task, left):
            await engine.called.wait()
            left.set()
            await asyncio.wait({task})
        assert engine.gate is not None
        engine.gate.set()
    assert len(engine.batches) == 1
    assert decoder.n_open == 0
    assert server.requests["openai", Task.TRANSCRIBE, ClientGone] == 1


async def test_an_upload_is_closed_though_its_client_leaves() -> None:
    """A client who leaves at the last event keeps its file, by now on the disk, from no closing."""
    decoder = PcmDecoder(breaks_at=40)
    async with serving(decoder=decoder) as server, asyncio.timeout(30):
        form = server.client.build_request(
            "POST", URL, data={"stream": "true"}, files={"file": ("x", TALK * 5)}
        )
        async with asking(server.app, form, leave_at=b"error") as (task, _):
            await asyncio.wait({task})
    (file,) = decoder.files
    assert file.closed


async def test_the_list_of_models(server: Server) -> None:
    """The model is listed with the names it answers to, and can be asked for by each of them."""
    client = server.client
    listed = (await client.get("/v1/models")).json()
    assert listed["object"] == "list"
    names = [model["id"] for model in listed["data"]]
    assert names[:2] == ["fake", "whisper-1"]
    for model in listed["data"]:
        assert (await client.get(f"/v1/models/{model['id']}")).json() == model
    missing = await client.get("/v1/models/owner/name")
    assert (missing.status_code, missing.json()["error"]["code"]) == (404, "model_not_found")


async def test_the_documentation_lists_what_is_read(server: Server) -> None:
    """The file is required, and every field that is documented with bounds is held to them."""
    form = server.app.openapi()["paths"][URL]["post"]["requestBody"]["content"][
        "multipart/form-data"
    ]["schema"]
    assert form["required"] == ["file"]
    bounded = {
        name
        for name, schema in form["properties"].items()
        if schema["type"] in {"number", "integer", "boolean"}
        or "enum" in {**schema, **schema.get("items", {})}
    }
    assert len(bounded) > 8
    for name in bounded:
        assert (await server.post(COMMAND, URL, **{name: "nonsense"})).status_code == 400, name


async def test_the_documentation_of_streams(server: Server) -> None:
    """What is documented of a stream is one of its events, as generated clients read them."""
    documented = server.app.openapi()["paths"][URL]["post"]["responses"]["200"]["content"]
    assert documented["text/event-stream"]["itemSchema"]["required"] == ["data"]
