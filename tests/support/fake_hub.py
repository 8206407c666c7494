"""A Hugging Face Hub on the loopback, with the part of its protocol that a download needs."""

from __future__ import annotations

import contextlib
import hashlib
import json
import threading
from dataclasses import dataclass, field
from enum import Enum, auto
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pytest

_COMMIT: Final = "0123456789abcdef0123456789abcdef01234567"
_LARGE: Final = 10_000  # from here on a file is announced with SHA-256, as the Hub does with LFS


class Mood(Enum):
    """How the Hub behaves."""

    GOOD = auto()
    CUTS_OFF = auto()  # ends each file half-way, without saying so
    SILENT = auto()  # accepts connections and says nothing
    LYING = auto()  # sends other bytes than announced
    IGNORES_RANGES = auto()
    FAILING = auto()


@dataclass
class FakeHub:
    """The Hub's state; tests change it between requests."""

    files: dict[str, bytes]
    repo_id: str
    mood: Mood = Mood.GOOD
    url: str = ""
    requests: list[tuple[str, str | None]] = field(default_factory=list)  # path, range
    gate: threading.Event = field(default_factory=threading.Event)
    """Large files wait for this half-way."""
    claimed_sizes: dict[str, int] = field(default_factory=dict)
    """Sizes of files that are announced instead of the real ones."""

    def listing(self) -> dict[str, Any]:
        siblings = [_sibling(name, content) for name, content in self.files.items()]
        for sibling in siblings:
            sibling["size"] = self.claimed_sizes.get(sibling["rfilename"], sibling["size"])
        return {"id": self.repo_id, "sha": _COMMIT, "siblings": siblings}


def _sibling(name: str, content: bytes) -> dict[str, Any]:
    git = hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()
    sibling: dict[str, Any] = {"rfilename": name, "size": len(content), "blobId": git}
    if len(content) >= _LARGE:
        digest = hashlib.sha256(content).hexdigest()
        sibling["lfs"] = {"size": len(content), "sha256": digest, "pointerSize": 130}
    return sibling


def read_model(folder: Path) -> dict[str, bytes]:
    """Read a model's files, and one that is none of its business."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())} | {
        "README.md": b"not needed"
    }


def hub_at(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the Hub's client of this process ask there."""
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", url)
    monkeypatch.setattr(
        "huggingface_hub.constants.HUGGINGFACE_CO_URL_TEMPLATE",
        url + "/{repo_id}/resolve/{revision}/{filename}",
    )
    monkeypatch.setattr("huggingface_hub.hf_api.api.endpoint", url)


@contextlib.contextmanager
def running(hub: FakeHub) -> Iterator[FakeHub]:
    """Serve a Hub; its gate is opened at the end at the latest."""
    closing = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            hub.requests.append((self.path.partition("?")[0], self.headers.get("Range")))
            if hub.mood is Mood.SILENT:
                closing.wait(60)
                self.close_connection = True
            elif hub.mood is Mood.FAILING:
                self._send(500, b"")
            elif self.path.startswith(f"/api/models/{hub.repo_id}"):
                self._send(200, json.dumps(hub.listing()).encode())
            elif self.path.startswith(f"/{hub.repo_id}/resolve/{_COMMIT}/"):
                self._send_file(self.path.rpartition("/")[2].partition("?")[0])
            else:
                self._send(404, b"", {"X-Error-Code": "RepoNotFound"})

        def _send_file(self, name: str) -> None:
            content = hub.files[name]
            if hub.mood is Mood.LYING:
                content = bytes(len(content))
            wanted = self.headers.get("Range")
            start = int(wanted.removeprefix("bytes=").removesuffix("-")) if wanted else 0
            if hub.mood is Mood.IGNORES_RANGES:
                start = 0
            body = content[start:]
            self.send_response(206 if start else 200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            half = len(body) // 2 if len(content) >= _LARGE else len(body)
            with contextlib.suppress(ConnectionError):
                self.wfile.write(body[:half])
                self.wfile.flush()
                if hub.mood is Mood.CUTS_OFF and half < len(body):
                    self.close_connection = True
                    return
                if half < len(body):
                    hub.gate.wait(60)
                self.wfile.write(body[half:])

        def _send(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **(headers or {})}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    hub.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield hub
    finally:
        hub.gate.set()
        closing.set()
        server.shutdown()
        thread.join()
        server.server_close()
