"""Where Home Assistant is, and what opens it."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Access:
    """Where Home Assistant is, and what opens it.

    Attributes:
        url: Of its WebSocket.
        token: What it, or its Supervisor, has given out. It is not shown.
    """

    url: str
    token: str = field(repr=False)
