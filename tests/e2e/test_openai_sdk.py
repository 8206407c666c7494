"""OpenAI's own Python library, which checks each answer strictly, against the real server."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import io
import math
import socket
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import openai
import pytest
import srt
import webvtt
from fakes import FakeEngine, decoding, new_lifecycle, silence, tone
from hostile_files import wav
from http_service import PcmDecoder, new_service
from openai import AsyncOpenAI, AsyncStream, OpenAI
from recordings import COMMANDS
from server_process import ServerProcess, serving

from wyoming_whisper.audio.pcm import mono_to_pcm16
from wyoming_whisper.http.server import HttpServer
from wyoming_whisper.scheduling.queue import DecodeQueue

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Sequence

    from wyoming_whisper.engines.engine import DecodeRequest
    from wyoming_whisper.scheduling.lifecycle import Lifecycle
    from wyoming_whisper.values import Hypothesis

COMMAND: Final = COMMANDS[0]
SPOKEN: Final = COMMANDS[:3]
TEXT: Final = " ".join(command.text for command in SPOKEN)
TALK: Final = wav(
    np.concatenate([part for each in SPOKEN for part in (each.samples, silence(1.5))])
)
FORMATS: Final = ("json", "text", "srt", "vtt", "verbose_json")

Client = OpenAI | AsyncOpenAI


def sync_client(server: ServerProcess, key: str = "none") -> OpenAI:
    return OpenAI(
        base_url=f"{server.http_url}/v1",
        api_key=key,
        max_retries=0,
        _strict_response_validation=True,
    )


def async_client(url: str, **options: Any) -> AsyncOpenAI:  # noqa: ANN401 - the client's own
    return AsyncOpenAI(
        base_url=f"{url}/v1",
        api_key="none",
        _strict_response_validation=True,
        **{"max_retries": 0} | options,
    )


@pytest.fixture(scope="module")
def client(server: ServerProcess) -> Iterator[OpenAI]:
    with sync_client(server) as client:
        yield client


@pytest.fixture(params=["sync", "async"])
async def either(
    request: pytest.FixtureRequest, server: ServerProcess, client: OpenAI
) -> AsyncIterator[Client]:
    """Each of the two clients."""
    if request.param == "sync":
        yield client
        return
    async with async_client(server.http_url) as other:
        yield other


async def ask(client: Client, **fields: Any) -> Any:  # noqa: ANN401 - the SDK's overloads
    answer: Any = client.audio.transcriptions.create(
        **{"model": "whisper-1", "file": TALK} | fields
    )
    return await answer if inspect.isawaitable(answer) else answer


async def events(client: Client, **fields: Any) -> list[Any]:  # noqa: ANN401 - the SDK's overloads
    stream = await ask(client, stream=True, **fields)
    if isinstance(stream, AsyncStream):
        return await rest(stream)
    return list(stream)


async def rest(stream: AsyncStream[Any]) -> list[Any]:
    return [event async for event in stream]


def plain(subtitles: str, response_format: str) -> str:
    """Return the text of subtitles, as other programs read them."""
    if response_format == "srt":
        return " ".join(cue.content for cue in srt.parse(subtitles))
    return " ".join(cue.text for cue in webvtt.from_string(subtitles).captions)


@pytest.mark.parametrize("response_format", FORMATS)
async def test_formats(either: Client, response_format: str) -> None:
    """Each format is what the library takes it for, and holds the words."""
    answer = await ask(either, response_format=response_format)
    match response_format:
        case "json":
            assert (answer.text, answer.languages[0].code) == (TEXT, "en")
            assert answer.usage.seconds == math.ceil((len(TALK) - 44) / 32_000)
        case "text":
            assert answer == f"{TEXT}\n"
        case "srt" | "vtt":
            assert plain(answer, response_format) == TEXT
        case "verbose_json":
            assert (answer.text, answer.language) == (TEXT, "english")
            assert answer.duration == pytest.approx((len(TALK) - 44) / 32_000, abs=0.01)
            assert "".join(segment.text for segment in answer.segments).lstrip() == TEXT
            assert answer.words is None


@pytest.mark.parametrize("response_format", FORMATS)
async def test_streams(either: Client, response_format: str) -> None:
    """Deltas, joined, are the text of the one last event, and what is answered at once."""
    *deltas, done = await events(either, response_format=response_format)
    assert {delta.type for delta in deltas} == {"transcript.text.delta"}
    # One window holds all of it, which only words' times can divide into sentences.
    assert len(deltas) == (1 if response_format in {"json", "text"} else len(SPOKEN))
    assert done.type == "transcript.text.done"
    assert "".join(delta.delta for delta in deltas) == done.text == TEXT
    assert done.usage is None


@pytest.mark.parametrize("granularities", [["segment"], ["word"], ["word", "segment"]])
async def test_granularities(client: OpenAI, granularities: list[str]) -> None:
    """Words, segments or both have times, as asked, and in order."""
    fields = {"timestamp_granularities": granularities}
    answer = await ask(client, response_format="verbose_json", **fields)
    assert (answer.words is not None) == ("word" in granularities)
    assert (answer.segments is not None) == ("segment" in granularities)
    for timed in (answer.words or [], answer.segments or []):
        times = [at for each in timed for at in (each.start, each.end)]
        assert times == sorted(times)
        assert all(0 <= at <= answer.duration for at in times)
    assert " ".join(word.word for word in answer.words or []) in {"", TEXT}


async def test_granularities_of_json(client: OpenAI) -> None:
    """JSON has no times; who asks for them there, as the library's own tests do, gets JSON."""
    answer = await ask(client, response_format="json", timestamp_granularities=["word"])
    assert answer.text == TEXT


async def test_logprobs(either: Client) -> None:
    """Probabilities are those of the words, whole or in parts."""
    answer = await ask(either, include=["logprobs"])
    assert "".join(entry.token for entry in answer.logprobs).strip() == TEXT
    assert all(entry.logprob <= 0 for entry in answer.logprobs)
    assert [bytes(map(int, e.bytes)).decode() for e in answer.logprobs] == [
        entry.token for entry in answer.logprobs
    ]
    *deltas, done = await events(either, include=["logprobs"])
    parts = [entry.token for delta in deltas for entry in delta.logprobs]
    assert parts == [entry.token for entry in done.logprobs]
    assert parts == [entry.token for entry in answer.logprobs]
    assert (await ask(either)).logprobs is None


@pytest.mark.parametrize(
    "fields",
    [
        {"chunking_strategy": "auto"},
        {"chunking_strategy": {"type": "server_vad"}},
        {
            "chunking_strategy": {
                "type": "server_vad",
                "threshold": 0.4,
                "prefix_padding_ms": 200,
                "silence_duration_ms": 400,
            }
        },
        {"keywords": ["living room", "timer"], "languages": ["en", "de"]},
        {"language": "en", "prompt": "lights", "temperature": 0},
        {"language": "en-US", "prompt": ""},
        {"known_speaker_names": ["a"], "known_speaker_references": ["data:audio/wav;base64,AAAA"]},
        {"model": "gpt-transcribe"},
        {"model": "openai/whisper-large-v3"},
        {"extra_body": {"vad_filter": True, "beam_size": 2, "video_file": "film.mkv"}},
    ],
)
async def test_fields(client: OpenAI, fields: dict[str, Any]) -> None:
    """What the library can say is understood, or does no harm."""
    assert (await ask(client, **fields)).text == TEXT


async def test_temperature(client: OpenAI) -> None:
    """A temperature samples: there are words, perhaps others."""
    answer = await ask(client, temperature=0.6, response_format="verbose_json")
    assert answer.text
    assert {segment.temperature for segment in answer.segments} == {0.6}


@pytest.mark.parametrize("kind", ["bytes", "BytesIO", "path", "file", "tuple", "typed"])
async def test_files(either: Client, kind: str) -> None:
    """A file may be given in all the ways of the library, with a telling name or without."""
    data = COMMAND.path.read_bytes()
    with COMMAND.path.open("rb") as opened:
        file = {
            "bytes": data,
            "BytesIO": io.BytesIO(data),
            "path": COMMAND.path,
            "file": opened,
            "tuple": ("audio.mp3", data),
            "typed": ("speech", data, "text/plain"),
        }[kind]
        assert (await ask(either, file=file)).text == COMMAND.text


async def test_silence(client: OpenAI) -> None:
    """The shortest file that is allowed, a silent one, has no words in any format."""
    file = wav(silence(0.1))
    texts = [await ask(client, file=file, response_format=name) for name in ("text", "srt", "vtt")]
    assert texts == ["\n", "", "WEBVTT\n\n"]
    answer = await ask(client, file=file)
    assert (answer.text, answer.languages) == ("", [])
    verbose = await ask(client, file=file, response_format="verbose_json")
    assert (verbose.text, verbose.segments) == ("", [])
    (done,) = await events(client, file=file)
    assert done.text == ""


async def test_raw_response(either: Client) -> None:
    """The raw response names the request and the model that served it."""
    raw: Any = either.audio.transcriptions.with_raw_response.create(
        model="whisper-1", file=COMMAND.path, extra_headers={"X-Request-Id": "req-17"}
    )
    if inspect.isawaitable(raw):
        raw = await raw
    assert raw.request_id == "req-17"
    assert raw.headers["X-Model"] == "home-en"
    assert raw.parse().text == COMMAND.text


def test_models(client: OpenAI) -> None:
    """The model is listed, and found by its name and by those it answers to."""
    listed = {model.id: model for model in client.models.list()}
    assert {"home-en", "whisper-1", "gpt-transcribe"} <= set(listed)
    assert all(client.models.retrieve(name) == model for name, model in listed.items())
    with pytest.raises(openai.NotFoundError) as caught:
        client.models.retrieve("owner/name")
    assert caught.value.code == "model_not_found"


# The library calls the whole endpoint deprecated, because OpenAI's ends in 2027.
@pytest.mark.filterwarnings("ignore:deprecated:DeprecationWarning")
def test_translations(client: OpenAI) -> None:
    """A model that knows one language says that it can't translate."""
    with pytest.raises(openai.BadRequestError) as caught:
        client.audio.translations.create(model="whisper-1", file=TALK)
    assert (caught.value.code, caught.value.param) == ("unsupported_value", "model")
    assert "English only" in str(caught.value)


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(
    ("fields", "code", "param"),
    [
        ({"file": b"no audio " * 100}, None, None),
        ({"file": ("speech.wav", TALK[44:2000], "audio/wav")}, None, None),
        ({"file": wav(silence(0.05))}, "audio_too_short", "file"),
        ({"language": "klingon"}, "invalid_language_format", "language"),
        ({"language": "de"}, "invalid_language_format", "language"),
        ({"languages": ["fr", "de"]}, "invalid_language_format", "languages"),
        ({"temperature": 2}, None, "temperature"),
        ({"temperature": math.nan}, None, "temperature"),
        ({"response_format": "diarized_json"}, "unsupported_value", "response_format"),
        ({"chunking_strategy": {"type": "server_vad", "threshold": 7}}, None, "threshold"),
        ({"include": ["thoughts"]}, None, "include"),
        ({"timestamp_granularities": ["phone"]}, None, "timestamp_granularities"),
    ],
)
async def test_bad_requests(
    client: OpenAI, fields: dict[str, Any], code: str | None, param: str | None, *, stream: bool
) -> None:
    """What cannot be served is the request's fault, and says which field's, streamed or not."""
    with pytest.raises(openai.BadRequestError) as caught:
        await ask(client, **{**fields, "stream": stream})
    error = caught.value
    assert (error.type, error.code, error.param) == ("invalid_request_error", code, param)
    assert error.request_id


def test_unknown_url(client: OpenAI) -> None:
    """What is not speech to text is not there."""
    with pytest.raises(openai.NotFoundError) as caught:
        client.chat.completions.create(model="whisper-1", messages=[])
    assert caught.value.code == "unknown_url"


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[ServerProcess, str]]:
    """A server that asks for a key, serves its own model and takes a megabyte; and a key."""
    keys = tmp_path_factory.mktemp("keys") / "keys"
    made = subprocess.run(
        [sys.executable, "-m", "wyoming_whisper", "key", "kitchen"],
        capture_output=True,
        text=True,
        check=True,
    )
    keys.write_text(made.stdout)
    options = ("--api-keys", str(keys), "--strict-models", "--max-upload-mb", "1")
    with serving(*options) as server:
        yield server, made.stderr.split()[-1]


async def test_keys(strict: tuple[ServerProcess, str]) -> None:
    """The key is asked for; without it, nobody is told anything but so."""
    server, key = strict
    with sync_client(server, key) as client:
        assert (await ask(client, file=COMMAND.path)).text == COMMAND.text
    with sync_client(server, "none") as client:
        for refused in (client.models.list, lambda: client.models.retrieve("x")):
            with pytest.raises(openai.AuthenticationError) as caught:
                refused()
            assert caught.value.code == "invalid_api_key"
        with pytest.raises(openai.AuthenticationError):
            await ask(client, stream=True)


async def test_strictness(strict: tuple[ServerProcess, str]) -> None:
    """Other models are not found, and what is too large is refused in OpenAI's words."""
    server, key = strict
    with sync_client(server, key) as client:
        assert (await ask(client, file=COMMAND.path, model="home-en")).text == COMMAND.text
        with pytest.raises(openai.NotFoundError) as missing:
            await ask(client, model="openai/whisper-large-v3")
        with pytest.raises(openai.APIStatusError) as large:
            await ask(client, file=bytes(2_000_000))
    assert (missing.value.code, missing.value.param) == ("model_not_found", "model")
    assert large.value.status_code == 413
    assert "Maximum content size limit (1000000) exceeded" in str(large.value)


class WatchedQueue(DecodeQueue):
    """Tells when it is full: one is decoded and one waits."""

    def __init__(self) -> None:
        super().__init__(max_queued=1)
        self.is_full = asyncio.Event()

    def submit(self, *arguments: Any) -> Any:  # noqa: ANN401 - the queue's own
        result = super().submit(*arguments)
        if self.stats.submitted == 2:
            self.is_full.set()
        return result


class GatedEngine(FakeEngine):
    """Waits in its first call, and tells that it does."""

    def __init__(self) -> None:
        super().__init__(gate=threading.Event())
        self.called = asyncio.Event()
        self._loop = asyncio.get_running_loop()

    def transcribe(self, batch: Sequence[DecodeRequest]) -> list[Hypothesis]:
        self._loop.call_soon_threadsafe(self.called.set)
        return super().transcribe(batch)


@contextlib.asynccontextmanager
async def http(
    engine: FakeEngine, lifecycle: Lifecycle | None = None, decoder: PcmDecoder | None = None
) -> AsyncIterator[str]:
    """Serve HTTP in this process, on an engine that does as it is told; yield where."""
    lifecycle = lifecycle or new_lifecycle()
    server = HttpServer(new_service(lifecycle, decoder=decoder))
    listener = socket.create_server(("127.0.0.1", 0))
    server.start([listener])
    try:
        async with decoding(lifecycle, engine):
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.stop_accepting()
        await server.close()


SOUND: Final = mono_to_pcm16(np.concatenate((tone(1.0), silence(0.5))))


async def test_a_full_queue_is_tried_again() -> None:
    """Who finds the queue full is told so, and the library comes again when it is told to."""
    engine, queue = GatedEngine(), WatchedQueue()
    lifecycle = new_lifecycle(queue=queue)
    assert engine.gate is not None
    gate = engine.gate
    refusals: list[int] = []

    async def look(response: Any) -> None:  # noqa: ANN401 - httpx2's, as the library wraps it
        if response.status_code == 503:
            refusals.append(int(response.headers["Retry-After"]))
            gate.set()

    async with (
        http(engine, lifecycle) as url,
        async_client(url) as client,
        openai.DefaultAsyncHttpxClient(event_hooks={"response": [look]}) as watched,
        async_client(url, max_retries=1, http_client=watched) as patient,
        asyncio.TaskGroup() as tasks,
    ):
        tasks.create_task(ask(client, file=SOUND))
        await engine.called.wait()
        tasks.create_task(ask(client, file=SOUND))
        await queue.is_full.wait()
        with pytest.raises(openai.InternalServerError) as caught:
            await ask(client, file=SOUND)
        assert (caught.value.status_code, caught.value.code) == (503, "engine_overloaded")
        assert (await ask(patient, file=SOUND)).text
    assert refusals == [1]


async def test_a_failure_is_not_tried_again() -> None:
    """What would fail again is not asked for again."""
    engine = FakeEngine(error=RuntimeError("secret"))
    async with http(engine) as url, async_client(url, max_retries=2) as client:
        with pytest.raises(openai.InternalServerError) as caught:
            await ask(client, file=SOUND)
    assert "secret" not in str(caught.value)
    assert len(engine.batches) == 1


async def test_a_stream_that_fails() -> None:
    """A stream that breaks off ends with an exception that says why."""
    decoder = PcmDecoder(breaks_at=40)
    async with http(FakeEngine(), decoder=decoder) as url, async_client(url) as client:
        stream = await ask(client, file=SOUND * 40, stream=True)
        assert (await anext(stream)).delta
        with pytest.raises(openai.APIError, match="it breaks off"):
            await rest(stream)
