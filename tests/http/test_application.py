"""The application as a whole: what is around the routes, in the right order."""

from __future__ import annotations

import contextlib
import logging
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import httpx2
import pytest
from fakes import new_lifecycle
from http_service import new_service
from options import http_options

from wyoming_whisper.errors import ConfigError
from wyoming_whisper.http.application import create_app
from wyoming_whisper.http.door.keys import new_key

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from wyoming_whisper.http.service import HttpOptions

KEY, LINE = new_key("kitchen")
CHAT = "https://chat.example.com"
FORM = {"Content-Type": "multipart/form-data; boundary=x"}


@contextlib.asynccontextmanager
async def client(
    options: HttpOptions | None = None, *, breaks: bool = False
) -> AsyncIterator[httpx2.AsyncClient]:
    """Call an application; one that breaks has a route with a bug."""
    app = create_app(new_service(new_lifecycle(), options=options))
    if breaks:

        @app.get("/v1/bug")
        async def bug() -> None:
            raise ZeroDivisionError

    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://nas") as opened:
        yield opened


@pytest.fixture
def guarded(tmp_path: Path) -> HttpOptions:
    """A server with keys, and with a page that may call it."""
    path = tmp_path / "keys"
    path.write_text(LINE)
    return http_options(cors_origins=("https://Chat.example.com:443",), key_file=path)


async def test_routes() -> None:
    """All families are there and documented; paths by which others are recognised are not."""
    async with client() as asked:
        spec = (await asked.get("/openapi.json")).json()
        for path in ("/v1/readyz", "/test", "/redoc", "/v1/models/"):
            assert (await asked.get(path)).status_code == 404
        assert (await asked.get("/health")).json()["status"] == "ok"
    assert {
        "/v1/audio/transcriptions", "/v1/audio/translations", "/v1/models", "/api/info",
        "/api/speech-to-text", "/health", "/ready", "/metrics",
    } < set(spec["paths"])  # fmt: skip
    assert spec["info"] == {
        "title": "test",
        "version": "1",
        "summary": "Speech to text: OpenAI's audio API, and Wyoming's own HTTP shape.",
    }
    assert "security" not in spec["paths"]["/v1/models"]["get"]


async def test_every_answer_has_an_id(guarded: HttpOptions) -> None:
    """Answers of routes and of whatever is around them have the id, also bugs' and refusals'."""
    async with client(guarded, breaks=True) as asked:
        key = {"X-API-Key": KEY}
        answers = [
            await asked.get("/v1/models", headers=key),
            await asked.get("/v1/models"),
            await asked.get("/v1/models", headers=key | {"Origin": "https://evil.com"}),
            await asked.get("/nothing", headers=key),
            await asked.get("/v1/bug", headers=key),
            await asked.delete("/v1/models", headers=key),
            await asked.post("/v1/audio/transcriptions", headers=key | FORM, content=b"nonsense"),
            await asked.options(
                "/v1/models", headers={"Origin": CHAT, "Access-Control-Request-Method": "GET"}
            ),
        ]
    assert [answer.status_code for answer in answers] == [200, 401, 403, 404, 500, 405, 400, 200]
    for answer in answers:
        assert len(answer.headers["X-Request-Id"]) == 32
        assert "Date" in answer.headers
    for answer in answers[1:3] + answers[4:7]:
        assert set(answer.json()["error"]) == {"message", "type", "param", "code"}


async def test_too_large() -> None:
    """An upload above the owner's bound is refused in OpenAI's words and shape."""
    async with client(http_options(max_upload_bytes=100)) as asked:
        for path in ("/v1/audio/transcriptions", "/api/speech-to-text"):
            answer = await asked.post(path, headers=FORM, content=b"x" * 101)
            assert answer.status_code == 413
            assert "Maximum content size limit (100) exceeded (101 bytes read)" in answer.text
    assert answer.json()["code"] == 413


async def test_keys(guarded: HttpOptions) -> None:
    """With a file of keys the API asks for one and its page for where to enter it."""
    async with client(guarded) as asked:
        denied = await asked.get("/v1/models", headers={"Authorization": "Bearer "})
        assert (denied.status_code, denied.headers["WWW-Authenticate"]) == (401, "Bearer")
        assert denied.json()["error"]["code"] == "invalid_api_key"
        allowed = await asked.get("/v1/models", headers={"Authorization": f"Bearer {KEY}"})
        assert allowed.status_code == 200
        spec = (await asked.get("/openapi.json")).json()
        figures = (await asked.get("/metrics")).text
    assert spec["paths"]["/v1/models"]["get"]["security"] == [{"HTTPBearer": []}]
    assert "wyoming_whisper_auth_failures_total 1.0" in figures


async def test_public_paths(guarded: HttpOptions) -> None:
    """Health, the documentation and, unless the owner says otherwise, metrics need no key."""
    strict = replace(guarded, metrics_auth=True)
    public = ("/", "/health", "/ready", "/docs", "/docs/docs.js", "/openapi.json", "/metrics")
    async with client(guarded) as asked, client(strict) as strictly:
        for path in public:
            assert (await asked.get(path)).status_code != 401, path
        for path in ("/status", "/v1/models", "/api/info", "/healthy", "/docsx"):
            assert (await asked.get(path)).status_code == 401, path
        assert (await strictly.get("/metrics")).status_code == 401
        shown = await strictly.get("/metrics", headers={"X-API-Key": KEY})
        assert shown.status_code == 200
        for path in public[:-1]:
            assert (await strictly.get(path)).status_code != 401, path


async def test_health_is_asked_by_any_name() -> None:
    """Balancers may call the server by whatever name they know it by; nobody else may."""
    async with client() as asked:
        for path, status in (("/health", 200), ("/ready", 503), ("/status", 403)):
            answer = await asked.get(path, headers={"Host": "evil.com"})
            assert answer.status_code == status, path


async def test_figures_are_there_before_the_first_request() -> None:
    """Every API that is counted has its histogram from the start, under the name that it keeps."""
    async with client() as asked:
        text = (await asked.get("/metrics")).text
    counted = re.findall(
        r'^wyoming_whisper_request_seconds_count{api="(.*)"} 0', text, re.MULTILINE
    )
    assert counted == ["openai", "wyoming-http"]


async def test_a_foreign_name_is_refused() -> None:
    """A page that has pointed its own name here is refused; the owner's names are not."""
    async with client(http_options(names=("STT.example.com",))) as asked:
        evil = await asked.get("/v1/models", headers={"Host": "evil.com"})
        assert evil.status_code == 403
        assert "--http-name evil.com" in evil.json()["error"]["message"]
        ours = await asked.get("/v1/models", headers={"Host": "stt.example.com:8000"})
        assert ours.status_code == 200


async def test_cors(guarded: HttpOptions) -> None:
    """A page that may call can ask first without a key, and read errors, too."""
    async with client(guarded, breaks=True) as asked:
        first = await asked.options(
            "/v1/audio/transcriptions",
            headers={
                "Origin": CHAT,
                "Access-Control-Request-Method": "POST",
                "Access-Control-Request-Headers": "authorization,x-stainless-lang",
                "Access-Control-Request-Private-Network": "true",
            },
        )
        assert first.status_code == 200
        assert first.headers["Access-Control-Allow-Origin"] == CHAT
        assert first.headers["Access-Control-Allow-Headers"] == "authorization,x-stainless-lang"
        assert first.headers["Access-Control-Allow-Private-Network"] == "true"
        for path, key, status in (
            ("/v1/models", KEY, 200),
            ("/v1/models", "", 401),
            ("/v1/bug", KEY, 500),
        ):
            answer = await asked.get(path, headers={"Origin": CHAT, "X-API-Key": key})
            assert answer.status_code == status
            assert answer.headers["Access-Control-Allow-Origin"] == CHAT
            assert "X-Request-Id" in answer.headers["Access-Control-Expose-Headers"]
        foreign = await asked.get("/v1/models", headers={"Origin": "https://evil.com"})
        assert "Access-Control-Allow-Origin" not in foreign.headers


async def test_cors_of_an_app() -> None:
    """An app that the owner allows may ask first, and read what it is answered."""
    async with client(http_options(cors_origins=("App://obsidian.md",))) as asked:
        origin = {"Origin": "app://obsidian.md"}
        first = await asked.options(
            "/v1/models", headers=origin | {"Access-Control-Request-Method": "GET"}
        )
        assert first.headers["Access-Control-Allow-Origin"] == "app://obsidian.md"
        answer = await asked.get("/v1/models", headers=origin)
        assert answer.status_code == 200
        assert answer.headers["Access-Control-Allow-Origin"] == "app://obsidian.md"
        assert (await asked.get("/v1/models", headers={"Origin": "app://-"})).status_code == 403


async def test_no_cors() -> None:
    """Without origins that may call, no page is told that it may."""
    async with client() as asked:
        answer = await asked.options(
            "/v1/models", headers={"Origin": CHAT, "Access-Control-Request-Method": "GET"}
        )
    assert answer.status_code == 403
    assert "Access-Control-Allow-Origin" not in answer.headers


async def test_secrets_stay_out_of_the_log(
    guarded: HttpOptions, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither keys, known or not, nor queries are in any log, however much is logged."""
    caplog.set_level(logging.DEBUG)
    async with client(guarded, breaks=True) as asked:
        for key in (KEY, "wrong-secret"):
            for path in ("/v1/models", "/v1/bug", "/nothing", "/v1/audio/transcriptions"):
                for headers in ({"Authorization": f"Bearer {key}"}, {"X-API-Key": key}):
                    await asked.get(f"{path}?api_key={key}&prompt=private", headers=headers)
                    await asked.post(path, headers=headers | FORM, content=b"private")
    ours = [record for record in caplog.records if not record.name.startswith("httpx2")]
    text = "\n".join(logging.Formatter().format(record) for record in ours)
    assert len(ours) >= 32
    for secret in (KEY, LINE.partition(":")[2], "wrong-secret", "private", "api_key"):
        assert secret not in text


async def test_keys_that_cannot_be_read(tmp_path: Path) -> None:
    """A file of keys that is not there is the owner's to mend."""
    with pytest.raises(ConfigError, match="No such file"):
        create_app(new_service(new_lifecycle(), options=http_options(key_file=tmp_path / "none")))
