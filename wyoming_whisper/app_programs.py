"""One program as it is served: whose model, and what writes its transcripts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wyoming_whisper.app_household import HomeAndModel, spoken_languages
from wyoming_whisper.app_wiring import program_options
from wyoming_whisper.household.snapper import SnapLevel
from wyoming_whisper.recognition.program import Program
from wyoming_whisper.recognition.snapping import Snapping
from wyoming_whisper.scheduling.model_exchange import ModelExchange

if TYPE_CHECKING:
    from collections.abc import Callable

    from wyoming_whisper.config.settings import Settings
    from wyoming_whisper.engines.engine import Model
    from wyoming_whisper.household.known import KnownHousehold
    from wyoming_whisper.scheduling.lifecycle import Lifecycle


class ServedProgram:
    """A program, and what it lives on.

    Args:
        settings: The program's own.
        find: Finds the model that its owner wants; it blocks.
        live: Makes the life of a model.
        known: What is known of the home.

    Attributes:
        model: As it was found at first.
        exchange: What serves it.
        snapping: What writes its transcripts.
        program: What recognises with it.
        exchanged: Called with the life of a model that has taken another one's place; set by who
            has to know.

    Raises:
        StartupError: If there is no such model, or none that can do what its owner wants.
    """

    def __init__(
        self,
        settings: Settings,
        find: Callable[[], Model],
        live: Callable[[Model], Lifecycle],
        known: KnownHousehold,
    ) -> None:
        self.model: Final = find()
        self.exchanged: Callable[[Lifecycle], None] = lambda _: None
        self.exchange: Final = ModelExchange(self.model, find, live, self._exchanged)
        self.snapping: Final = Snapping(
            SnapLevel(settings.snap), lambda: HomeAndModel(known.now, self.exchange.serving.model)
        )
        self.program: Final = Program(
            self.exchange.serving,
            program_options(settings),
            lambda: self.exchange.coming,
            self.snapping,
        )
        self._settings = settings

    def expect_speech(self) -> None:
        """Have the home's sentences read in the languages that will be spoken."""
        self.snapping.expect(spoken_languages(self._settings, self.model.facts))

    def _exchanged(self, life: Lifecycle) -> None:
        self.exchanged(life)
        self.snapping.refresh()
