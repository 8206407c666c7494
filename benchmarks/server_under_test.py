"""A server in a process of its own: when it is there, what it costs, and what it logs."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import subprocess
import threading
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from wyoming_whisper.errors import ServerFailed
from wyoming_whisper.wyoming_api import client as wyoming_client

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from contenders import Contender

    from wyoming_whisper.bench.spoken_commands import Command

_START_S: Final = 300
_POLL_S: Final = 0.01
_STOP_S: Final = 30
_N_LINES: Final = 50
_TICKS_PER_S: Final = os.sysconf("SC_CLK_TCK")

# How this server's line about an utterance begins, and what is taken from it.
_ANSWERED: Final = re.compile(r"answered \d+ ms after its end \([a-z ]+\): ")
_DECODE: Final = re.compile(r"[1-9]\d* segments .*decode (\d+) ms")
_EAGER: Final = re.compile(r"eager: ([a-z ]+)")
# And what is taken from its last line.
_CALLS: Final = re.compile(r"calls of the model .*by segments: (.+)")


@dataclass(frozen=True, slots=True)
class Report:
    """What this server logs of an utterance.

    Attributes:
        eager: What became of the eager decode.
        decode_ms: Milliseconds in the engine; ``None`` if nothing was decoded.
    """

    eager: str
    decode_ms: float | None


@dataclass(frozen=True, slots=True)
class Startup:
    """Seconds from the start of the process."""

    described_s: float
    transcribed_s: float


def parse_report(line: str) -> Report | None:
    """Return what a line of the log says of an utterance, if it does."""
    if not _ANSWERED.search(line):
        return None
    eager, decode = _EAGER.search(line), _DECODE.search(line)
    return Report(eager[1] if eager else "unknown", float(decode[1]) if decode else None)


class ServerUnderTest:
    """Starts a server on a free port of the loopback; to be stopped by who started it.

    Attributes:
        reports: What it has logged of utterances so far.
        calls: How many calls its model had with how many segments, once it has stopped.
    """

    def __init__(self, contender: Contender) -> None:
        self.contender = contender
        self.uri = f"tcp://127.0.0.1:{free_port()}"
        self.reports: list[Report] = []
        self.calls = ""
        self._lines: deque[str] = deque(maxlen=_N_LINES)
        self._clock = asyncio.get_running_loop().time
        self._started = self._clock()
        self._process = subprocess.Popen(
            contender.command_line(self.uri),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            env=contender.environment,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    async def startup(self, command: Command) -> Startup:
        """Wait for the first description and the first transcript.

        Raises:
            ServerFailed: If the process ends, or takes five minutes.
        """
        described_s = await self._first(lambda: wyoming_client.describe(self.uri))
        transcribed_s = await self._first(
            lambda: wyoming_client.transcribe(self.uri, [command.samples], language="en")
        )
        return Startup(described_s, transcribed_s)

    @property
    def cpu_s(self) -> float:
        """Seconds of CPU time used by all its threads."""
        stat = Path(f"/proc/{self._process.pid}/stat").read_text()
        # Behind the name, which may hold anything, utime and stime are fields 14 and 15.
        fields = stat.rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS_PER_S

    @property
    def memory_mib(self) -> tuple[float, float]:
        """Resident memory, now and at most."""
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        found = dict(re.findall(r"(VmRSS|VmHWM):\s+(\d+) kB", status))
        return int(found["VmRSS"]) / 1024, int(found["VmHWM"]) / 1024

    @property
    def helpers_mib(self) -> float:
        """Resident memory of the processes that it has started; what they share counts once."""
        kib = 0
        waiting = [self._process.pid]
        while waiting:
            started = _children(waiting.pop())
            kib += sum(map(_proportional_kib, started))
            waiting += started
        return kib / 1024

    def lags_s(self, start: float, end: float) -> list[float]:
        """Return how late its event loop ran callbacks due between two times of the loop here."""
        if self.contender.lags is None:
            return []
        # The last line may be half written.
        lines = self.contender.lags.read_text().splitlines()[:-1]
        noted = [tuple(map(float, line.split())) for line in lines]
        return [lag_s for due, lag_s in noted if start <= due <= end]

    def stop(self) -> None:
        """End the process, and wait for its end."""
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._reader.join()
        if self._process.stderr is not None:
            self._process.stderr.close()

    async def _first(self, ask: Callable[[], Awaitable[object]]) -> float:
        """Return when, in seconds from the start, the server first answered a question."""
        while True:
            try:
                await ask()
            except ServerFailed as error:
                waited_s = self._clock() - self._started
                if self._process.poll() is not None or waited_s > _START_S:
                    self._reader.join(1)
                    log = "".join(self._lines)
                    raise ServerFailed(f"{self.contender.name}: {error}\n{log}") from error
                await asyncio.sleep(_POLL_S)
            else:
                return self._clock() - self._started

    def _read(self) -> None:
        assert self._process.stderr is not None
        for line in self._process.stderr:
            self._lines.append(line)
            if report := parse_report(line):
                self.reports.append(report)
            elif calls := _CALLS.search(line):
                self.calls = calls[1]


def _children(pid: int) -> list[int]:
    try:
        threads = list(Path(f"/proc/{pid}/task").iterdir())
        return [int(n) for thread in threads for n in (thread / "children").read_text().split()]
    except OSError:  # it has ended
        return []


def _proportional_kib(pid: int) -> int:
    try:
        smaps = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    found = re.search(r"^Pss:\s+(\d+) kB", smaps, re.MULTILINE)
    return int(found[1]) if found else 0


def free_port() -> int:
    """Return a TCP port of the loopback that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port
