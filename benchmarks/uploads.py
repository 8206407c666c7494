"""Uploads to OpenAI's audio API, on a connection that is kept, each with where its time went."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from typing import TYPE_CHECKING, Final

from wyoming_whisper.errors import ServerFailed

if TYPE_CHECKING:
    from collections.abc import Mapping

TRANSCRIPTIONS: Final = "/v1/audio/transcriptions"
# Three hours take two minutes; a machine that trains beside takes longer.
_ANSWER_S: Final = 1_800
# No recording holds it, for all that matters here.
_BOUNDARY: Final = "wyoming-whisper-benchmark-7d1f7a"


@dataclass(frozen=True, slots=True)
class Upload:
    """An audio file, and the fields beside it.

    Attributes:
        audio: The file's contents.
        kind: Its media type.
        fields: Of the form.
    """

    audio: bytes
    kind: str = "audio/wav"
    fields: Mapping[str, str] = field(default_factory=lambda: {"language": "en"})

    @property
    def body(self) -> bytes:
        """The multipart form."""
        parts = [
            f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'
            for name, text in self.fields.items()
        ]
        file = (
            f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="audio"\r\n'
            f"Content-Type: {self.kind}\r\n\r\n"
        )
        start = ("".join(parts) + file).encode()
        return start + self.audio + f"\r\n--{_BOUNDARY}--\r\n".encode()


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer.

    Attributes:
        status: HTTP's.
        body: What it says.
        seconds: From the first byte of the request to the last one of this.
        parts_s: Where the server says that the time went, seconds.
    """

    status: int
    body: bytes
    seconds: float
    parts_s: Mapping[str, float]

    @property
    def overhead_s(self) -> float:
        """Seconds that the server does not account for."""
        return self.seconds - sum(self.parts_s.values())

    @property
    def text(self) -> str:
        """The transcript.

        Raises:
            ServerFailed: If it is none.
        """
        if self.status != 200:
            raise ServerFailed(f"the server answered {self.status}: {self.body[:200]!r}")
        text: str = json.loads(self.body)["text"]
        return text


@dataclass(frozen=True, slots=True)
class Streamed:
    """A streamed answer.

    Attributes:
        text: Its deltas, joined.
        first_s: Seconds from the first byte of the request to the first delta.
        seconds: Until its end.
        n_deltas: How many there were.
    """

    text: str
    first_s: float
    seconds: float
    n_deltas: int


class Client:
    """One client of a server, whose methods block; to be closed.

    Raises:
        ServerFailed: By its methods, if the server does not answer.
    """

    def __init__(self, port: int) -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=_ANSWER_S)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def get(self, path: str) -> Answer:
        """Ask for something."""
        return self._ask("GET", path, None, {})

    def post(self, upload: Upload) -> Answer:
        """Have a file transcribed."""
        return self._ask("POST", TRANSCRIPTIONS, upload.body, _HEADERS)

    def stream(self, upload: Upload) -> Streamed:
        """Have a file transcribed, and read the events."""
        started = time.perf_counter()
        deltas: list[str] = []
        first_s = 0.0
        try:
            self._connection.request("POST", TRANSCRIPTIONS, upload.body, _HEADERS)
            for line in self._connection.getresponse():
                event = json.loads(line[5:]) if line.startswith(b"data:") else {}
                if event.get("type") == "transcript.text.delta":
                    first_s = first_s or time.perf_counter() - started
                    deltas.append(event["delta"])
                elif "error" in event:
                    raise ServerFailed(f"the stream ended: {event}")
        except (OSError, HTTPException) as error:
            raise ServerFailed(f"the server does not answer: {error}") from error
        return Streamed("".join(deltas), first_s, time.perf_counter() - started, len(deltas))

    def _ask(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        started = time.perf_counter()
        try:
            self._connection.request(method, path, body, headers)
            response = self._connection.getresponse()
            found = response.read()
        except (OSError, HTTPException) as error:
            raise ServerFailed(f"the server does not answer: {error}") from error
        seconds = time.perf_counter() - started
        parts_s = server_timing(response.getheader("Server-Timing", ""))
        return Answer(response.status, found, seconds, parts_s)


_HEADERS: Final = {"Content-Type": f"multipart/form-data; boundary={_BOUNDARY}"}


def server_timing(header: str) -> dict[str, float]:
    """Return the durations in a ``Server-Timing`` header, in seconds."""
    found = {}
    for part in filter(None, map(str.strip, header.split(","))):
        name, *parameters = part.split(";")
        for parameter in parameters:
            key, _, value = parameter.strip().partition("=")
            if key == "dur":
                found[name] = float(value) / 1000
    return found
