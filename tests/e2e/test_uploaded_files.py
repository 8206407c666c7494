"""Files of all kinds through HTTP: those that people have, and those that mean harm."""

from __future__ import annotations

import asyncio
import json
import random
import re
import shlex
import shutil
import socket
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import httpx2
import numpy as np
import pytest
import soxr
from fakes import silence
from hostile_files import (
    bomb,
    concat_script,
    dash_manifest,
    encoded,
    lying_wav,
    matroska,
    playlist,
    sdp,
    slow_wav,
    transport_stream,
    wav,
)
from recordings import COMMANDS
from server_process import ServerProcess, serving

from wyoming_whisper.audio.pcm import mono_to_pcm16
from wyoming_whisper.bench.figures import word_distance
from wyoming_whisper.wyoming_api.client import transcribe

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from wyoming_whisper.audio.pcm import Block

_MIB: Final = 2**20
ROOT: Final = Path(__file__).parents[2]
URL: Final = "/v1/audio/transcriptions"
COMMAND: Final = COMMANDS[8]
GOOD: Final = wav(COMMAND.samples)
# A minute.
TALK: Final = np.concatenate([p for each in COMMANDS for p in (each.samples, silence(1.8))])


@pytest.fixture(scope="module")
def server() -> Iterator[ServerProcess]:
    """A server that takes ten minutes of audio, and has served a file."""
    with serving("--max-audio-s", "600") as server:
        assert httpx2.post(f"{server.http_url}{URL}", files={"file": GOOD}).is_success
        yield server


@pytest.fixture
def client(server: ServerProcess) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=server.http_url, timeout=60) as client:
        yield client


def post(client: httpx2.Client, data: bytes, **fields: str) -> httpx2.Response:
    file = ("upload", data, "application/octet-stream")
    return client.post(URL, files={"file": file}, data=fields)


def at(rate: int) -> Block:
    """Return the command at a rate."""
    resampled: Block = soxr.resample(COMMAND.samples, 16_000, rate)
    return resampled


def recorded(
    container: str, codec: str, rate: int, layout: str = "stereo", *, film: bool = False
) -> Callable[[], bytes]:
    return lambda: encoded(at(rate), container, codec, rate=rate, layout=layout, film=film)


@pytest.mark.parametrize("channels", [1, 2, 6])
@pytest.mark.parametrize("rate", [8_000, 16_000, 44_100, 48_000])
def test_wav(client: httpx2.Client, rate: int, channels: int) -> None:
    """A WAV of any rate and number of channels has the same words."""
    file = wav(at(rate), rate=rate, channels=channels)
    assert post(client, file).json()["text"] == COMMAND.text


@pytest.mark.parametrize("width", [1, 3, 4])
def test_wav_of_other_samples(client: httpx2.Client, width: int) -> None:
    """A WAV of samples of any width has the same words."""
    assert post(client, wav(COMMAND.samples, width=width)).json()["text"] == COMMAND.text


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(recorded("mp3", "libmp3lame", 44_100), id="mp3"),
        pytest.param(recorded("ipod", "aac", 44_100), id="m4a"),
        pytest.param(recorded("flac", "flac", 48_000, "5.1"), id="flac"),
        pytest.param(recorded("ogg", "libopus", 48_000, "mono"), id="ogg"),
        pytest.param(recorded("webm", "libopus", 48_000), id="webm"),
        pytest.param(recorded("adts", "aac", 16_000, "mono"), id="aac"),
        pytest.param(recorded("asf", "wmav2", 44_100), id="wma"),
        pytest.param(recorded("mp4", "aac", 48_000, film=True), id="film"),
    ],
)
def test_formats(client: httpx2.Client, make: Callable[[], bytes]) -> None:
    """Compressed recordings and films have the same words."""
    assert post(client, make()).json()["text"] == COMMAND.text


def form(headers: str, data: bytes, **fields: str) -> bytes:
    """Return a form as programs write it that have no library for it."""
    parts = [
        f'Content-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'.encode()
        for name, text in fields.items()
    ]
    parts.append(f"Content-Disposition: form-data; {headers}\r\n\r\n".encode() + data + b"\r\n")
    return b"--x\r\n" + b"--x\r\n".join(parts) + b"--x--\r\n"


FORM: Final = {"Content-Type": "multipart/form-data; boundary=x"}
BAZARR: Final = 'name="file"; filename="audio_file"'


@pytest.mark.parametrize(
    ("headers", "data", "fields"),
    [
        (BAZARR, GOOD, {}),
        (f"{BAZARR}\r\nContent-Type: application/octet-stream", GOOD, {}),
        ('name="file"; filename="holiday.png"\r\nContent-Type: image/png', GOOD, {}),
        ('name=file; filename="ü.mp3"\r\nContent-Type: audio/x-wav', GOOD, {}),
        (f"{BAZARR}\r\nContent-Type: audio/pcm;rate=8000", mono_to_pcm16(at(8_000)), {}),
        (BAZARR, GOOD, {"prompt": "", "model": "", "language": "", "video_file": "film.mkv"}),
        (BAZARR, GOOD, {"stream": "False", "vad_filter": "1", "temperature": "0.0"}),
        (BAZARR, GOOD, {"chunking_strategy[type]": "server_vad",
                        "chunking_strategy[threshold]": "0.4", "include": "logprobs"}),
        (BAZARR, GOOD, {"chunking_strategy": '{"type": "server_vad", "threshold": 0.4}'}),
    ],
)  # fmt: skip
def test_uploads(client: httpx2.Client, headers: str, data: bytes, fields: dict[str, str]) -> None:
    """Uploads are taken for what they hold, in all the ways in which programs send them."""
    answered = client.post(URL, content=form(headers, data, **fields), headers=FORM)
    assert answered.json()["text"] == COMMAND.text


def test_an_upload_of_unknown_length(client: httpx2.Client) -> None:
    """An upload that does not say how long it will be is taken, too."""
    body = form(BAZARR, GOOD)
    chunks = (body[start : start + 1000] for start in range(0, len(body), 1000))
    assert client.post(URL, content=chunks, headers=FORM).json()["text"] == COMMAND.text


M4A: Final = recorded("ipod", "aac", 16_000)()
FLAC: Final = recorded("flac", "flac", 16_000)()
# And what is wrong with each, where it has a name.
NO_AUDIO: Final = {
    "empty": (b"", "audio_too_short"),
    "header": (GOOD[:44], "audio_too_short"),
    "byte": (b"x", None),
    "zeros": (bytes(100_000), None),
    "text": (b"hello world\n" * 500, None),
    "picture": (b"\x89PNG\r\n\x1a\n" + bytes(500), None),
    "half an m4a": (M4A[: len(M4A) // 2], None),
    "a sample a second": (slow_wav(20_000), None),
    "thousand programs": (transport_stream(1_000), "audio_too_short"),
    "noise": (random.Random(1).randbytes(8_000_000), None),
}
BOMB: Final = bomb(10)
TRACKS: Final = matroska(1_000, mono_to_pcm16(COMMAND.samples))


def damaged(seed: int) -> bytes:
    """Return a recording, some bytes of which are others."""
    rng = random.Random(seed)
    data = bytearray(rng.choice([GOOD, M4A, FLAC]))
    for _ in range(rng.choice([1, 20, 400])):
        data[rng.randrange(len(data))] = rng.randrange(256)
    return bytes(data)


@pytest.mark.parametrize(("file", "code"), NO_AUDIO.values(), ids=NO_AUDIO)
def test_what_is_no_audio(client: httpx2.Client, file: bytes, code: str | None) -> None:
    """What has no audio is the request's fault, in the words of each family, streamed or not."""
    for answered in (post(client, file), post(client, file, stream="true")):
        assert answered.status_code == 400
        error = answered.json()["error"]
        assert (error["type"], error["code"]) == ("invalid_request_error", code)
    answered = client.post("/api/speech-to-text", content=file)
    assert answered.status_code == (415 if code is None else 400)
    assert answered.json()["code"] == answered.status_code


def test_ten_hours_in_a_small_file(client: httpx2.Client) -> None:
    """Far too much audio is refused where it exceeds the cap; a stream of it ends with why."""
    refused = post(client, BOMB)
    assert refused.status_code == 400
    assert refused.json()["error"]["code"] == "audio_too_long"
    streamed = post(client, BOMB, stream="true")
    assert json.loads(streamed.text.removeprefix("data: "))["error"]["code"] == "audio_too_long"


def test_files_that_name_others(client: httpx2.Client) -> None:
    """A file that is a list of others opens none of them, here or elsewhere."""
    path = str(COMMAND.path)
    with socket.create_server(("127.0.0.1", 0)) as foreign:
        port = foreign.getsockname()[1]
        foreign.setblocking(False)
        for file in (
            playlist(f"http://127.0.0.1:{port}/a.wav", f"file://{path}", path),
            concat_script(f"http://127.0.0.1:{port}/a.wav", path),
            dash_manifest(f"http://127.0.0.1:{port}/a.mp4"),
            sdp(port),
        ):
            assert post(client, file).status_code == 400
        with pytest.raises(BlockingIOError):
            foreign.accept()


@pytest.mark.parametrize(
    ("file", "text"),
    [
        pytest.param(GOOD[:-8_000], None, id="cut wav"),
        pytest.param(FLAC[: len(FLAC) // 2], None, id="cut flac"),
        pytest.param(lying_wav(1.0), "", id="lying header"),
        pytest.param(TRACKS, COMMAND.text, id="thousand tracks"),
    ],
)
def test_what_is_there(client: httpx2.Client, file: bytes, text: str | None) -> None:
    """Of a file that breaks off, or lies, what is there is transcribed."""
    answered = post(client, file)
    assert answered.status_code == 200
    assert text is None or answered.json()["text"] == text


def test_damaged_files(client: httpx2.Client) -> None:
    """Damage is heard, or refused; it is nobody's crash."""
    answers = [post(client, damaged(seed)) for seed in range(30)]
    assert {answered.status_code for answered in answers} == {200, 400}


def test_forms_that_are_none(client: httpx2.Client) -> None:
    """A body that is no form, or only a part of one, is refused as OpenAI does."""
    body = form(BAZARR, GOOD)
    for content, headers in (
        (body[:-20], FORM),
        (b"garbage", FORM),
        (body, {"Content-Type": "multipart/form-data"}),
        (body, {"Content-Type": "multipart/form-data; boundary=x; charset=punycode"}),
        (body, {"Content-Type": "application/x-www-form-urlencoded"}),
        (body, {}),
    ):
        answered = client.post(URL, content=content, headers=headers)
        assert answered.status_code == 400
        assert answered.json()["error"]["message"]


async def events(answered: httpx2.Response) -> AsyncIterator[Any]:
    """Yield the events of a stream."""
    async for line in answered.aiter_lines():
        if line:
            yield json.loads(line.removeprefix("data: "))


async def test_a_command_goes_before_a_file(server: ServerProcess) -> None:
    """While three minutes of talk are transcribed, a satellite's command is answered."""
    async with (
        httpx2.AsyncClient(base_url=server.http_url, timeout=60) as client,
        client.stream(
            "POST", URL, files={"file": wav(np.tile(TALK, 3))}, data={"stream": "true"}
        ) as answered,
    ):
        told = events(answered)
        texts = [(await anext(told))["delta"]]
        finished = await n_finished(client)
        answer = await transcribe(server.uri, [COMMAND.samples])
        assert answer.text == COMMAND.text
        assert await n_finished(client) == finished
        texts += [event["delta"] async for event in told if "delta" in event]
    spoken = [word for command in 3 * COMMANDS for word in command.text.split()]
    assert word_distance(spoken, "".join(texts).split()) <= 0.03 * len(spoken)


async def n_finished(client: httpx2.AsyncClient) -> int:
    n: int = (await client.get("/status")).json()["requests"]
    return n


@pytest.mark.parametrize("sent", ["half", "all", "read"])
async def test_who_leaves_costs_nothing_more(server: ServerProcess, sent: str) -> None:
    """A client who leaves, at any time, frees its file, its process and its place."""
    # Of a minute hardly anything is left once the first of it is told.
    talk = np.tile(TALK, 3) if sent == "read" else TALK
    body = form(BAZARR, wav(talk), stream="true" if sent == "read" else "false")
    address = server.http_url.removeprefix("http://").split(":")
    async with httpx2.AsyncClient(base_url=server.http_url, timeout=60) as client:
        before = await gone(client)
        files = open_files(server)
        reader, writer = await asyncio.open_connection(address[0], int(address[1]))
        writer.write(
            f"POST {URL} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n"
            f"Content-Type: {FORM['Content-Type']}\r\n\r\n".encode()
        )
        writer.write(body[: len(body) // 2] if sent == "half" else body)
        await writer.drain()
        if sent == "read":
            await reader.readuntil(b"delta")
        elif sent == "all":
            while not (await client.get("/status")).json()["in_flight"]:
                pass
        writer.transport.abort()
        async with asyncio.timeout(10):
            while await gone(client) == before:
                pass
            # The call in flight cannot be stopped; nothing else is left.
            while (status := (await client.get("/status")).json())["in_flight"]:
                pass
        assert sum(status["queue"].values()) == 0
    assert open_files(server) <= files


async def gone(client: httpx2.AsyncClient) -> int:
    """Return how many clients have left."""
    figures = (await client.get("/metrics")).text
    return sum(int(n) for n in re.findall(r'requests_total{.*status="499".*} (\d+)', figures))


def open_files(server: ServerProcess) -> int:
    return len(list(Path(f"/proc/{server.process.pid}/fd").iterdir()))


async def test_harm_is_not_lasting(server: ServerProcess, client: httpx2.Client) -> None:
    """After all those files the server is well, and has at no time been much larger."""
    # The highest mark begins anew: see proc(5).
    Path(f"/proc/{server.process.pid}/clear_refs").write_text("5")  # noqa: ASYNC240 - at once
    before, peak_before = memory(server.process.pid), peak(server)
    for file in (*(file for file, _ in NO_AUDIO.values()), BOMB, TRACKS, wav(TALK)):
        post(client, file)
    cost, peak_cost = memory(server.process.pid) - before, peak(server) - peak_before
    print(f"\n{cost / _MIB:.1f} MiB after harmful files, {peak_cost / _MIB:.1f} MiB between them")
    assert max(cost, peak_cost) < 60 * _MIB
    assert client.get("/health").json()["status"] == "ok"
    assert post(client, GOOD).json()["text"] == COMMAND.text
    assert (await transcribe(server.uri, [COMMAND.samples])).text == COMMAND.text
    assert not [line for line in server.lines if "Traceback" in line or " ERROR " in line]


def memory(pid: int) -> int:
    """Return the resident bytes of a process and its children; what they share counts for each."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
        children = [path.read_text() for path in Path(f"/proc/{pid}/task").glob("*/children")]
    except FileNotFoundError:  # it has ended
        return 0
    own = sum(map(int, re.findall(r"VmRSS:\s+(\d+) kB", status))) * 1024
    return own + sum(memory(int(child)) for child in " ".join(children).split())


def peak(server: ServerProcess) -> int:
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    return int(re.findall(r"VmHWM:\s+(\d+) kB", status)[0]) * 1024


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_curl(server: ServerProcess) -> None:
    """The documentation's curl commands print the words, subtitles, and Wyoming's shape."""
    documents = [(ROOT / name).read_text() for name in ("README.md", "docs/http.md")]
    text = "\n".join(documents).replace("\\\n", " ")
    commands = re.findall(r"^curl (\S+/(?:v1|api)/.*)$", text, re.MULTILINE)
    printed = [
        subprocess.run(
            ["curl", "-sS", url.replace("http://127.0.0.1:8000", server.http_url), *arguments],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for url, *arguments in map(shlex.split, commands)
    ]
    said = "Set a timer for 10 minutes."
    assert json.loads(printed[0])["text"] == said
    assert re.fullmatch(rf"1\n00:00:0\S+ --> 00:00:0\S+\n{said}\n\n", printed[1])
    assert json.loads(printed[2]) == {"text": said, "language": "en"}
