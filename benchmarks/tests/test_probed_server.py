"""A probe in an event loop."""

from __future__ import annotations

import asyncio
import io
import time

from probed_server import ProbingPolicy


def test_lag() -> None:
    """A loop that is held up is late by as long, and otherwise it is not."""
    lags = io.StringIO()
    loop = ProbingPolicy(lags).new_event_loop()
    loop.run_until_complete(asyncio.sleep(0.02))
    held_up = loop.time()
    time.sleep(0.1)
    loop.run_until_complete(asyncio.sleep(0.02))
    loop.close()
    noted = [tuple(map(float, line.split())) for line in lags.getvalue().splitlines()]
    assert len(noted) >= 3
    assert all(lag_s >= 0 for _, lag_s in noted)
    (late,) = [(due, lag_s) for due, lag_s in noted if due <= held_up + 0.005 < due + lag_s]
    assert late[1] >= 0.09
