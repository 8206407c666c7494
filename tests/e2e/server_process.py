"""The real server in a process of its own, on the embedded model."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_START_S: Final = 30
# By default HTTP has a port of its own choice: another program, or another run of the tests, may
# have the one that goes without saying.
_CLEAN: Final = {
    **{k: v for k, v in os.environ.items() if not k.startswith("WYOMING_WHISPER")},
    "WYOMING_WHISPER_HTTP_PORT": "0",
    # Tests that download say so.
    "WYOMING_WHISPER_LOCAL_FILES_ONLY": "true",
}


class ServerProcess:
    """A server, and what it has logged."""

    def __init__(self, *arguments: str, **variables: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "wyoming_whisper", *arguments],
            stderr=subprocess.PIPE,
            text=True,
            env=_CLEAN | variables,
        )
        self.lines: list[str] = []
        self._more = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @classmethod
    @contextlib.contextmanager
    def of_model(cls, model: str) -> Iterator[ServerProcess]:
        """Run a server on a model of the disk, before it has loaded it."""
        server = cls("--uri", "tcp://127.0.0.1:0", "--model", model, "--no-zeroconf")
        try:
            yield server
        finally:
            server.stop()

    def wait_for(self, pattern: str) -> re.Match[str]:
        """Return the first match of a pattern in the log, waiting for it."""
        with self._more:
            found = self._more.wait_for(
                lambda: next(filter(None, (re.search(pattern, x) for x in self.lines)), None),
                _START_S,
            )
        assert found, "\n".join(self.lines)
        return found

    @property
    def uri(self) -> str:
        """Where it listens."""
        return self.wait_for(r"listening on (\S+)")[1]

    @property
    def address(self) -> tuple[str, int]:
        """Where it listens, for a socket."""
        found = self.wait_for(r"listening on tcp://([0-9.]+):(\d+)")
        return found[1], int(found[2])

    @property
    def http_url(self) -> str:
        """Where it serves HTTP."""
        return self.wait_for(r"HTTP on (http://\S+),")[1]

    @property
    def resident_bytes(self) -> int:
        """Memory in use."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.findall(r"VmRSS:\s+(\d+) kB", status)[0]) * 1024

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.kill()
        self.stop()

    def stop(self) -> int:
        """Ask it to end, and return its exit status."""
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(30)
        finally:
            self.process.kill()
            self._reader.join()
            if self.process.stderr is not None:
                self.process.stderr.close()

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            with self._more:
                self.lines.append(line)
                self._more.notify_all()


@contextlib.contextmanager
def serving(*arguments: str, ready: bool = True) -> Iterator[ServerProcess]:
    """Run a server on a free port of the loopback; wait until it has loaded its model."""
    server = ServerProcess(
        *("--uri", "tcp://127.0.0.1:0", "--http-port", "0", "--model", "home-en", "--no-zeroconf"),
        *arguments,
    )
    try:
        if ready:
            server.wait_for(r"ready: ")
        yield server
    finally:
        server.stop()
