"""Home Assistant in every mood, as the doctor sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from fake_home_assistant import TOKEN, Mood, at_home

from wyoming_whisper.doctor.finding import Status
from wyoming_whisper.doctor.home import names
from wyoming_whisper.home_assistant.access import Access

if TYPE_CHECKING:
    from wyoming_whisper.doctor.finding import Verdict


async def look(mood: Mood, token: str = TOKEN) -> Verdict:
    async with at_home(mood=mood) as home:
        return await names(Access(home.url, token), answer_s=0.3)


async def test_a_home() -> None:
    """What it tells is counted."""
    verdict = await look(Mood.GOOD)
    assert verdict.status is Status.OK
    assert verdict.found.split()[1:3] == ["names", "from"]
    assert int(verdict.found.split()[0]) > 0


@pytest.mark.parametrize("mood", [Mood.SILENT, Mood.REFUSING, Mood.NONSENSE])
async def test_moods(mood: Mood) -> None:
    """A server would do without; there is a cure, and no token in what is said."""
    verdict = await look(mood)
    assert verdict.status is Status.WARN
    assert verdict.cure
    assert TOKEN not in verdict.found + verdict.cure
    assert ("token" in verdict.cure) == (mood is Mood.REFUSING)


async def test_nobody_there() -> None:
    """A port at which nobody listens."""
    async with at_home() as home:
        url = home.url
    verdict = await names(Access(url, TOKEN))
    assert (verdict.status, verdict.cure) == (
        Status.WARN, "see that Home Assistant runs there, or --hass-url",
    )  # fmt: skip
