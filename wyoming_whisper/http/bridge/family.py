"""The wyoming package's HTTP bridge as a family."""

from __future__ import annotations

from typing import Final

from wyoming_whisper.errors import UndecodableAudio
from wyoming_whisper.http.bridge import routes
from wyoming_whisper.http.errors import ErrorResponse, documented
from wyoming_whisper.http.family import Family

BRIDGE: Final = Family(
    name=routes.API,
    routes=routes.router,
    prefixes=("/api",),
    error_responses=documented(ErrorResponse),
    statuses={UndecodableAudio: 415},
)
