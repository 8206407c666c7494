"""What the server knows of the home: from where, and what writes transcripts with it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wyoming_whisper.app_wiring import home_assistant, needs
from wyoming_whisper.household.snapper import Snapper
from wyoming_whisper.system.daemon_thread import in_daemon_thread

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from wyoming_whisper.config.settings import Settings
    from wyoming_whisper.engines.engine import Model, ModelFacts
    from wyoming_whisper.home_assistant.access import Access
    from wyoming_whisper.home_assistant.link import Link
    from wyoming_whisper.household.known import KnownHousehold
    from wyoming_whisper.household.vocabulary import Household


@dataclass(frozen=True, slots=True)
class HomeAndModel:
    """What snappers are made from.

    Attributes:
        home: What is known of the household.
        model: The model that serves, whose vocabulary says which words are ordinary.
    """

    home: Household
    model: Model

    def snapper(self, language: str) -> Snapper:
        """Return what writes transcripts of a language as the household does. Blocks.

        Args:
            language: Whisper's code.
        """
        # Imported here: it takes a quarter of a second, and the server listens already.
        from wyoming_whisper.household.grammar import (  # noqa: PLC0415
            grammar_language,
            read_grammar,
        )

        spelled = grammar_language(language)
        grammar = read_grammar(spelled) if spelled else None
        return Snapper(self.home, language, grammar, self.model.words())


def spoken_languages(settings: Settings, facts: ModelFacts) -> frozenset[str]:
    """Return the languages that will be spoken, as far as that is known before anybody speaks."""
    return needs(settings).languages or (frozenset() if facts.multilingual else facts.languages)


async def learn_names(
    settings: Settings, known: KnownHousehold, changed: Callable[[], None]
) -> None:
    """Keep what is known of the home up to date, until cancelled.

    Args:
        settings: Where Home Assistant is.
        known: What is known.
        changed: Called when that has changed.
    """
    access = home_assistant(settings, os.environ)
    if access is None:
        return
    cache = settings.data_dir[0].expanduser() / "home-assistant-names.json"

    def learn(home: Household) -> None:
        known.learn(home)
        changed()

    link = await in_daemon_thread(_link, access, cache, learn)
    await link.run()


def _link(access: Access, cache: Path, learn: Callable[[Household], None]) -> Link:
    # Imported here, because it takes up to half a second, and most servers need it not.
    from wyoming_whisper.home_assistant.link import Link  # noqa: PLC0415

    return Link(access, cache, learn)
