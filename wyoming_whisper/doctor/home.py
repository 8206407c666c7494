"""Whether Home Assistant tells the names of the home."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from wyoming_whisper.doctor.finding import Verdict, ok, warn
from wyoming_whisper.home_assistant.client import connected
from wyoming_whisper.home_assistant.errors import HomeAssistantError, TokenRefused
from wyoming_whisper.home_assistant.registry import read_registry

if TYPE_CHECKING:
    from wyoming_whisper.home_assistant.access import Access

ANSWER_S: Final = 10.0
"""How long Home Assistant may take for each of its answers."""

_ANOTHER_KEY: Final = (
    "in Home Assistant, as an administrator, make a long-lived access token (your profile, "
    "Security), and give its file as --hass-token-file"
)


async def names(access: Access, answer_s: float = ANSWER_S) -> Verdict:
    """Ask for the names once; a server without them serves, and writes commands as it hears them.

    Args:
        access: Where Home Assistant is.
        answer_s: How long each answer may take.
    """
    try:
        async with connected(access.url, access.token, answer_s) as home_assistant:
            answers, missing = await home_assistant.answers()
        reading = await asyncio.to_thread(read_registry, answers)
    except TokenRefused as error:
        return warn(f"{access.url}: {error}", _ANOTHER_KEY)
    except HomeAssistantError as error:
        return warn(f"{access.url}: {error}", "see that Home Assistant runs there, or --hass-url")
    if missing:
        return warn(f"{access.url} keeps {', '.join(missing)} from this token", _ANOTHER_KEY)
    if not reading.household.names:
        cure = "expose entities to Assist in Home Assistant: Settings, Voice assistants, Expose"
        return warn(f"{access.url} knows no area, and exposes nothing", cure)
    return ok(f"{len(reading.household.names)} names from {access.url}")
