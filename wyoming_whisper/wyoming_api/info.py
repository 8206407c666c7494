"""What a server says of itself when it is asked to describe itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from wyoming.info import AsrModel, AsrProgram, Attribution, Info

if TYPE_CHECKING:
    from wyoming.event import Event

    from wyoming_whisper.engines.engine import ModelFacts
    from wyoming_whisper.recognition.program import Outlook

API: Final = "wyoming"
"""The protocol's name in the owner's figures."""
URL: Final = "https://pypi.org/project/wyoming-whisper/"
"""By which a description of this program is known, whatever its owner calls it."""


@dataclass(frozen=True, slots=True)
class ServiceInfo:
    """The facts behind an ``info`` event.

    Attributes:
        program: Name of the speech-to-text program; Home Assistant names its entity after it.
        version: This program's version.
        model: What its model is.
        languages: Whisper's codes of what it offers.
        outlook: The model that is to take its place, whose languages are offered already: Home
            Assistant asks once, when the server is set up.
    """

    program: str
    version: str
    model: ModelFacts
    languages: frozenset[str]
    outlook: Outlook | None = None

    @property
    def offered(self) -> frozenset[str]:
        """Whisper's codes of what is understood now, or when the model that is to come is there."""
        return self.languages | (self.outlook.languages if self.outlook else frozenset())

    def event(self) -> Event:
        """Return the ``info`` event."""
        model = AsrModel(
            name=self.model.name,
            attribution=Attribution(self.model.author, self.model.url),
            installed=True,
            description=self.model.description,
            version=None,
            languages=sorted(self.offered),
        )
        program = AsrProgram(
            name=self.program,
            attribution=Attribution("The wyoming_whisper authors", URL),
            installed=True,
            description="Speech to text with faster-whisper",
            version=self.version,
            models=[model],
            supports_transcript_streaming=True,
            # Home Assistant finds the end of a command; see requires_external_vad in its pipeline.
            requires_external_vad=True,
            # The VAD and Whisper were trained on far and quiet speech; processing smears it.
            prefers_auto_gain_enabled=False,
            prefers_noise_reduction_enabled=False,
        )
        return Info(asr=[program]).event()
