"""This server, with a probe that notes how late its event loop runs callbacks.

    python probed_server.py FILE [OPTION …]

The options are the server's. The file gets a line every 5 ms: when a callback was due, on the
system's monotonic clock, and by how much it was late, both in seconds.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import TextIO

# Nothing else: the program sets variables before numpy is imported.
from wyoming_whisper import cli

_PERIOD_S = 0.005
_FLUSH_EVERY = 20


class LagProbe:
    """Lets a loop call back every 5 ms, and writes by how much that was late."""

    def __init__(self, loop: asyncio.AbstractEventLoop, lags: TextIO) -> None:
        self._loop = loop
        self._lags = lags
        self._n_written = 0
        self._wait()

    def _wait(self) -> None:
        due = self._loop.time() + _PERIOD_S
        self._loop.call_at(due, self._note, due)

    def _note(self, due: float) -> None:
        self._lags.write(f"{due} {self._loop.time() - due}\n")
        self._n_written += 1
        if self._n_written % _FLUSH_EVERY == 0:
            self._lags.flush()
        self._wait()


class ProbingPolicy(asyncio.DefaultEventLoopPolicy):
    """Makes loops that are probed."""

    def __init__(self, lags: TextIO) -> None:
        super().__init__()
        self._lags = lags

    def new_event_loop(self) -> asyncio.AbstractEventLoop:
        """Return a loop with a probe in it."""
        loop = super().new_event_loop()
        LagProbe(loop, self._lags)
        return loop


def main() -> int:
    """Run the server; return its exit status."""
    with Path(sys.argv[1]).open("w") as lags:
        asyncio.set_event_loop_policy(ProbingPolicy(lags))
        return cli.main(sys.argv[2:])


if __name__ == "__main__":
    sys.exit(main())
