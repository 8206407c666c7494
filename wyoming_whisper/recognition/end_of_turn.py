"""When a speaker has finished, before the client says so.

Home Assistant waits for 0.7 s of silence, and so long its speaker waits. Yet of most commands it is
known sooner that they are whole. `end_of_turn` says which rule ends a turn, in order:

1. The client's own end, always.
2. Early answers, where the owner wants them, are by what was said: the shorter the pause, the
   surer it has to be that nothing follows. They need silence that has been waited for: of a
   recording that is sent faster than it was spoken, nobody knows yet what follows.
3. Endpointing, for clients that cannot tell when somebody has finished: silence, whatever was said;
   nobody has spoken for long; somebody speaks for too long.

What is decoded does not depend on any of them: a turn that ends in a pause has the segment that was
decoded eagerly at its start.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import Final

from wyoming_whisper.audio.pcm import SAMPLE_RATE
from wyoming_whisper.household.sentence_ending import Ending


class TurnEnd(Enum):
    """Why a turn has ended."""

    CLIENT = "the client"
    WHOLE_COMMAND = "a whole command"
    """A sentence of the household that nothing else can follow."""

    COMMAND = "a command"
    """One that may go on; the pause was longer."""

    SILENCE = "silence"
    NO_SPEECH = "no speech"
    TOO_LONG = "too long"


@dataclass(frozen=True, slots=True)
class EarlyAnswers:
    """How long a pause ends a turn by what was said before it, in samples.

    Attributes:
        whole_command: A sentence of the household that nothing else can follow.
        command: One that may go on.
        anything: Any other speech; ``None`` where no pause does.
    """

    whole_command: int
    command: int
    anything: int | None = None


WHEN_COMPLETE: Final = EarlyAnswers(
    whole_command=288 * SAMPLE_RATE // 1000, command=448 * SAMPLE_RATE // 1000
)
"""Few speakers pause for so long within a command; see docs/early-answers.md for how few."""


class Sensitivity(Enum):
    """How soon silence ends a turn, in Home Assistant's words."""

    DEFAULT = "default"
    RELAXED = "relaxed"
    AGGRESSIVE = "aggressive"


# Home Assistant's own, in milliseconds (assist_pipeline/vad.py, VadSensitivity.to_seconds).
_SILENCE_MS: Final = {
    Sensitivity.DEFAULT: 700,
    Sensitivity.RELAXED: 1_250,
    Sensitivity.AGGRESSIVE: 250,
}


@dataclass(frozen=True, slots=True)
class EndpointingLimits:
    """What ends a turn where the client does not, in samples.

    Attributes:
        silence: Behind speech.
        no_speech: At the start, if nobody speaks.
        longest: The whole turn.
    """

    silence: int
    no_speech: int = 5 * SAMPLE_RATE
    longest: int = 30 * SAMPLE_RATE

    def at(self, sensitivity: Sensitivity) -> EndpointingLimits:
        """Return the limits at another sensitivity than the default."""
        silence_ms, usual_ms = _SILENCE_MS[sensitivity], _SILENCE_MS[Sensitivity.DEFAULT]
        return replace(self, silence=self.silence * silence_ms // usual_ms)


@dataclass(frozen=True, slots=True)
class Turn:
    """What is known of a turn.

    Attributes:
        n_samples: How long it is.
        has_speech: Whether anybody has spoken, as far as is known.
        silence: Samples since somebody did last, or since the start.
        lived: How many samples long that silence has been waited for.
        ending: How the sentence ends that was said before it; ``None`` if it is none, or if that is
            not known yet.
    """

    n_samples: int
    has_speech: bool
    silence: int
    lived: int = 0
    ending: Ending | None = None


def end_of_turn(
    turn: Turn, early: EarlyAnswers | None, endpointing: EndpointingLimits | None
) -> TurnEnd | None:
    """Return why a turn has ended, or ``None`` if it has not.

    Args:
        turn: It.
        early: Which pauses end it early; ``None`` for none.
        endpointing: What ends it where the client does not; ``None`` for nothing.
    """
    waited = min(turn.silence, turn.lived)
    spoken, ending = turn.has_speech, turn.ending
    rules: list[tuple[TurnEnd, bool]] = []
    if early is not None:
        is_any = early.anything is not None and waited >= early.anything
        rules += [
            (TurnEnd.WHOLE_COMMAND, ending is Ending.CLOSED and waited >= early.whole_command),
            (TurnEnd.COMMAND, ending is Ending.OPEN and waited >= early.command),
            (TurnEnd.SILENCE, spoken and is_any),
        ]
    if endpointing is not None:
        rules += [
            (TurnEnd.SILENCE, spoken and turn.silence >= endpointing.silence),
            (TurnEnd.NO_SPEECH, not spoken and turn.n_samples >= endpointing.no_speech),
            (TurnEnd.TOO_LONG, turn.n_samples >= endpointing.longest),
        ]
    return next((end for end, holds in rules if holds), None)
