"""How far the model is, for who asks from outside.

::

    (start) ──▶ fetching ──▶ loading ──▶ loaded ──▶ unloaded
                              ▲   │                    │
                              │   ▼                    │
                              │ failed                 │
                              └───┴────────────────────┘

and from everywhere to gone. A model on disk starts with loading. `lifecycle` brings it from one to
the next. Whether requests are taken follows from the state.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from wyoming_whisper.errors import ModelLoading, ServiceError, ShuttingDown


class ModelState(Enum):
    """Where a model is in its life."""

    FETCHING = "fetching"
    """On its way to the disk; what needs it is refused."""

    LOADING = "loading"
    """On its way to the memory; what needs it waits."""

    LOADED = "loaded"
    """It decodes."""

    UNLOADED = "unloaded"
    """Nobody has used it for some time; it is loaded again when it is wanted."""

    FAILED = "failed"
    """It could not be loaded again; the next one who wants it has that tried once more."""

    GONE = "gone"
    """The server ends, or could not start."""


_READY: Final = frozenset({ModelState.LOADED, ModelState.UNLOADED})


@dataclass(slots=True)
class ModelStatus:
    """Where the model is, and what is known of its last load.

    Attributes:
        state: Where it is.
        since: Since when, in `time.monotonic`'s seconds.
        reason: Why it is there, in a line for people, where there is more to say.
        load_s: Seconds that the last load took; ``None`` before there was one.
        device: Where it was last loaded, such as ``cpu`` or ``cuda:0``; ``""`` before.
        compute_type: What it was last loaded as, such as ``int8``; ``""`` before.
    """

    state: ModelState = ModelState.LOADING
    since: float = field(default_factory=time.monotonic)
    reason: str = ""
    load_s: float | None = None
    device: str = ""
    compute_type: str = ""

    def enter(self, state: ModelState, reason: str = "") -> None:
        """Go to a state; where it is there already, only the reason is new."""
        if state is not self.state:
            self.since = time.monotonic()
        self.state = state
        self.reason = reason

    @property
    def is_ready(self) -> bool:
        """Whether a request is decoded as soon as it comes, or after a load that has worked."""
        return self.state in _READY

    @property
    def refusal(self) -> ServiceError | None:
        """Why requests are turned away; ``None`` where they are served, or wait for a load."""
        match self.state:
            case ModelState.FETCHING:
                return ModelLoading(self.reason)
            case ModelState.GONE:
                return ShuttingDown()
            case _:
                return None
