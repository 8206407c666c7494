"""The list of the APIs that HTTP speaks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wyoming_whisper.http.admin.family import ADMIN
from wyoming_whisper.http.bridge.family import BRIDGE
from wyoming_whisper.http.openai.family import OPENAI

if TYPE_CHECKING:
    from wyoming_whisper.http.family import Family

FAMILIES: Final[tuple[Family, ...]] = (
    OPENAI,
    BRIDGE,
    ADMIN,
)
"""One line each; the documentation has them in this order."""
