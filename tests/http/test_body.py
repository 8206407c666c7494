"""Bodies, and what can be wrong with them."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from starlette.requests import Request

from wyoming_whisper.audio.pcm_format import PcmFormat
from wyoming_whisper.errors import ClientGone, InvalidParameter, UnsupportedAudio, UploadTooLarge
from wyoming_whisper.http.body import bare_samples, form_file, form_texts, read_file, read_form

if TYPE_CHECKING:
    from starlette.types import Message

FORM = b"multipart/form-data; boundary=b"
FILE = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nsound\r\n'
TEXT = b'--b\r\nContent-Disposition: form-data; name="model"\r\n\r\nbase\r\n'


def request(body: bytes | Exception | None, content_type: bytes = FORM) -> Request:
    """Return a request whose client sends a body, or leaves, or is stopped by an error."""

    async def receive() -> Message:
        if isinstance(body, Exception):
            raise body
        if body is None:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": body, "more_body": False}

    headers = [(b"content-type", content_type)]
    scope = {"type": "http", "method": "POST", "headers": headers, "app": None}
    return Request(scope, receive)


async def test_a_form() -> None:
    """A form has texts and a file."""
    form = await read_form(request(TEXT + FILE + TEXT + b"--b--"))
    assert form_texts(form) == {"model": ["base", "base"], "file": []}
    assert await form_file(form, "file").read() == b"sound"
    with pytest.raises(InvalidParameter, match="model must be an uploaded file") as raised:
        form_file(form, "model")
    assert raised.value.parameter == "model"
    await form.close()


@pytest.mark.parametrize("body", [b"nonsense", FILE + FILE + b"--b--", TEXT * 1_001 + b"--b--"])
async def test_no_form(body: bytes) -> None:
    """What is no form, or has too much in it, is refused as any parameter is."""
    with pytest.raises(InvalidParameter):
        await read_form(request(body))


async def test_a_body_without_form() -> None:
    """A body is a file, byte by byte."""
    file = io.BytesIO()
    await read_file(request(b"sound"), file)
    assert file.getvalue() == b"sound"


async def test_a_client_who_leaves() -> None:
    """Who leaves before the end of the body is gone, and has made no mistake."""
    with pytest.raises(ClientGone):
        await read_form(request(None))
    with pytest.raises(ClientGone):
        await read_file(request(None), io.BytesIO())


async def test_a_body_that_is_stopped() -> None:
    """Our own errors pass as they are."""
    with pytest.raises(UploadTooLarge):
        await read_form(request(UploadTooLarge("m")))


def test_bare_samples() -> None:
    """Bare samples say so by their type, with a rate and channels if they are other than usual."""
    assert bare_samples(None) is bare_samples("audio/wav") is None
    assert bare_samples("audio/pcm") == PcmFormat(16_000, 2, 1)
    assert bare_samples('Audio/RAW; rate="8000";channels=2') == PcmFormat(8_000, 2, 2)
    with pytest.raises(UnsupportedAudio):
        bare_samples("audio/pcm;rate=1")
