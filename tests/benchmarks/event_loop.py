"""How late an event loop runs its callbacks."""

from __future__ import annotations

import asyncio
from typing import Final

import numpy as np

_PERIOD_S: Final = 0.005


class LagProbe:
    """Sleeps for 5 ms over and over, and notes by how much it overslept."""

    def __init__(self) -> None:
        self.lags_s: list[float] = []

    async def run(self) -> None:
        """Probe until cancelled."""
        clock = asyncio.get_running_loop().time
        while True:
            due = clock() + _PERIOD_S
            await asyncio.sleep(_PERIOD_S)
            self.lags_s.append(clock() - due)

    def percentile_ms(self, q: float) -> float:
        """Return a percentile of the lags in milliseconds."""
        return float(np.percentile(self.lags_s, q)) * 1000
