"""What a server says of itself when it is asked to describe itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from wyoming.info import AsrModel, AsrProgram, Attribution, Info

from wyoming_whisper.recognition.program import by_name

if TYPE_CHECKING:
    from wyoming.event import Event

    from wyoming_whisper.engines.engine import ModelFacts
    from wyoming_whisper.recognition.program import Outlook

API: Final = "wyoming"
"""The protocol's name in the owner's figures."""
URL: Final = "https://pypi.org/project/wyoming-whisper/"
"""By which a description of this program is known, whatever its owner calls it."""


@dataclass(frozen=True, slots=True)
class ProgramInfo:
    """The facts of one program.

    Attributes:
        name: Of the speech-to-text program; Home Assistant names its entity after the first one's.
        model: What its model is.
        languages: Whisper's codes of what it offers.
        outlook: The model that is to take its place, whose languages are offered already: Home
            Assistant asks once, when the server is set up.
        finds_ends: Whether it finds the end of an utterance itself.
    """

    name: str
    model: ModelFacts
    languages: frozenset[str]
    outlook: Outlook | None = None
    finds_ends: bool = False

    @property
    def offered(self) -> frozenset[str]:
        """Whisper's codes of what is understood now, or when the model that is to come is there."""
        return self.languages | (self.outlook.languages if self.outlook else frozenset())

    @property
    def names(self) -> tuple[str, str]:
        """What clients may call it: by its name, or by its model's."""
        return self.name, self.model.name


@dataclass(frozen=True, slots=True)
class ServiceInfo:
    """The facts behind an ``info`` event.

    Attributes:
        version: This program's version.
        programs: At least one; the first is the default.
    """

    version: str
    programs: tuple[ProgramInfo, ...]

    @property
    def default(self) -> ProgramInfo:
        """The program of those who choose none."""
        return self.programs[0]

    def named(self, name: str | None) -> ProgramInfo | None:
        """Return the program that a client calls so, if there is one."""
        return by_name(self.programs, name)

    def event(self) -> Event:
        """Return the ``info`` event."""
        return Info(asr=[self._program(one) for one in self.programs]).event()

    def _program(self, info: ProgramInfo) -> AsrProgram:
        model = AsrModel(
            name=info.model.name,
            attribution=Attribution(info.model.author, info.model.url),
            installed=True,
            description=info.model.description,
            version=None,
            languages=sorted(info.offered),
        )
        return AsrProgram(
            name=info.name,
            attribution=Attribution("The wyoming_whisper authors", URL),
            installed=True,
            description="Speech to text with faster-whisper",
            version=self.version,
            models=[model],
            supports_transcript_streaming=True,
            # Home Assistant finds the end of a command; see requires_external_vad in its pipeline.
            requires_external_vad=not info.finds_ends,
            # The VAD and Whisper were trained on far and quiet speech; processing smears it.
            prefers_auto_gain_enabled=False,
            prefers_noise_reduction_enabled=False,
        )
