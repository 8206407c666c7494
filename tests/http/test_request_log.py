"""What every answer carries, and the log's line."""

from __future__ import annotations

import logging
import re
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

import httpx2
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse

from wyoming_whisper.http.request_log import RequestLog

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send


async def greet(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with the method that the application sees."""
    await PlainTextResponse(Request(scope).method)(scope, receive, send)


async def ask(method: str = "GET", **headers: str) -> httpx2.Response:
    transport = httpx2.ASGITransport(app=RequestLog(greet))
    async with httpx2.AsyncClient(transport=transport, base_url="http://server") as client:
        return await client.request(method, "/a%0Ab?api_key=secret", headers=headers)


async def test_given_id_is_kept() -> None:
    """A proxy's id comes back."""
    for given in ("abc-123", "x" * 128):
        assert (await ask(**{"X-Request-Id": given})).headers["X-Request-Id"] == given


@pytest.mark.parametrize("given", ["", "x" * 129, "a\tb", "é"])
async def test_unfit_id_is_replaced(given: str) -> None:
    """An id that cannot stand in a log is replaced by one of ours."""
    transport = httpx2.ASGITransport(app=RequestLog(greet))
    headers = [(b"x-request-id", given.encode())]
    async with httpx2.AsyncClient(transport=transport, base_url="http://server") as client:
        response = await client.get("/", headers=headers)
    assert re.fullmatch(r"[0-9a-f]{32}", response.headers["X-Request-Id"])


async def test_date() -> None:
    """An answer tells when it was given."""
    assert parsedate_to_datetime((await ask()).headers["Date"]).tzinfo is not None


async def test_head() -> None:
    """HEAD is what GET would be, without the body."""
    response = await ask("HEAD")
    assert (response.status_code, response.content) == (200, b"")
    assert response.headers["Content-Length"] == "3"
    assert (await ask()).text == "GET"


async def test_line(caplog: pytest.LogCaptureFixture) -> None:
    """The log has a line at DEBUG, of the id, the path and the status, without the query."""
    caplog.set_level(logging.DEBUG, "wyoming_whisper")
    await ask("HEAD", **{"X-Request-Id": "abc", "Authorization": "Bearer secret"})
    (record,) = [r for r in caplog.records if r.name.startswith("wyoming_whisper")]
    assert record.levelname == "DEBUG"
    assert re.fullmatch(r"\[abc\] HEAD /a%0Ab: 200, \d\.\d{3} s", record.getMessage())


async def test_line_of_a_failure(caplog: pytest.LogCaptureFixture) -> None:
    """A request without an answer has its line, too."""
    caplog.set_level(logging.DEBUG, "wyoming_whisper")

    async def fail(scope: Scope, receive: Receive, send: Send) -> None:
        raise ZeroDivisionError

    transport = httpx2.ASGITransport(app=RequestLog(fail))
    async with httpx2.AsyncClient(transport=transport, base_url="http://server") as client:
        with pytest.raises(ZeroDivisionError):
            await client.get("/")
    assert "GET /: 0," in caplog.text
