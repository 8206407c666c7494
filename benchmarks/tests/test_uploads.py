"""Uploads and what comes back."""

from __future__ import annotations

import json
import threading
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING

import pytest
from uploads import Answer, Client, Upload, server_timing

from wyoming_whisper.errors import ServerFailed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import Message

EVENTS = [
    {"type": "transcript.text.delta", "delta": "Lights"},
    {"type": "transcript.text.delta", "delta": " on."},
    {"type": "transcript.text.done", "text": "Lights on."},
]


class Echo(BaseHTTPRequestHandler):
    """Answers as the server does; a form that asks for a stream gets one."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer(b"{}")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        fields = parsed(self.headers["Content-Type"], body)
        if "stream" not in fields:
            self._answer(json.dumps({"text": fields["file"].decode()}).encode())
            return
        events = [{"error": {"message": "it breaks off"}}] if fields["file"] == b"bad" else EVENTS
        lines = [": ping\n\n", *(f"data: {json.dumps(event)}\n\n" for event in events)]
        self._answer("".join(lines).encode())

    def log_message(self, *_: object) -> None: ...

    def _answer(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Server-Timing", "vad;dur=0.5, decode;dur=1")
        self.end_headers()
        self.wfile.write(body)


def parsed(content_type: str, body: bytes) -> dict[str, bytes]:
    """Return a form's fields, the file among them."""
    form = message_from_bytes(f"Content-Type: {content_type}\r\n\r\n".encode() + body)
    parts: list[Message] = form.get_payload()  # type: ignore[assignment] # it has several
    fields = {}
    for part in parts:
        content = part.get_payload(decode=True)
        assert isinstance(content, bytes)
        fields[str(part.get_param("name", header="Content-Disposition"))] = content
    return fields


@pytest.fixture
def client() -> Iterator[Client]:
    with HTTPServer(("127.0.0.1", 0), Echo) as server:
        serving = threading.Thread(target=server.serve_forever)
        serving.start()
        client = Client(server.server_port)
        try:
            yield client
        finally:
            client.close()
            server.shutdown()
            serving.join()


def test_answers(client: Client) -> None:
    """An answer has its text, and the time that the server does not account for."""
    answer = client.post(Upload(b"Lights on.", fields={"language": "en"}))
    assert answer.text == "Lights on."
    assert answer.parts_s == {"vad": 0.0005, "decode": 0.001}
    assert answer.overhead_s == pytest.approx(answer.seconds - 0.0015)
    assert client.get("/health").body == b"{}"


def test_streams(client: Client) -> None:
    """A stream has its deltas, and when the first one came."""
    streamed = client.stream(Upload(b"RIFF", fields={"stream": "true"}))
    assert (streamed.text, streamed.n_deltas) == ("Lights on.", 2)
    assert 0 < streamed.first_s <= streamed.seconds


def test_a_stream_that_fails(client: Client) -> None:
    """An error in a stream is one here."""
    with pytest.raises(ServerFailed, match="it breaks off"):
        client.stream(Upload(b"bad", fields={"stream": "true"}))


def test_nobody_there() -> None:
    """Where no server listens, the error says so."""
    client = Client(1)
    with pytest.raises(ServerFailed, match="does not answer"):
        client.get("/health")
    with pytest.raises(ServerFailed, match="does not answer"):
        client.stream(Upload(b""))


def test_a_refusal_has_no_text() -> None:
    """What the server says against a request is told."""
    answer = Answer(400, b"unknown language", 0.1, {})
    with pytest.raises(ServerFailed, match="400: b'unknown language'"):
        _ = answer.text


def test_form() -> None:
    """A form has the fields and, byte for byte, the file."""
    upload = Upload(b"\r\n--\x00\xff", "audio/mpeg", {"language": "en", "stream": "true"})
    boundary = upload.body.partition(b"\r\n")[0][2:].decode()
    assert parsed(f"multipart/form-data; boundary={boundary}", upload.body) == {
        "language": b"en",
        "stream": b"true",
        "file": b"\r\n--\x00\xff",
    }


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("", {}),
        ("vad;dur=12.5, queue;dur=0, decode;dur=40", {"vad": 0.0125, "queue": 0, "decode": 0.04}),
        ('miss, db;desc="a table"; dur=2', {"db": 0.002}),
    ],
)
def test_server_timing(header: str, found: dict[str, float]) -> None:
    """Durations become seconds; what has none is left out."""
    assert server_timing(header) == pytest.approx(found)
