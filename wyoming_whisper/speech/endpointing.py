"""Where speech starts and stops, from the VAD's probabilities.

Hysteresis: speech starts at a window above the onset threshold and lasts until one falls below the
release threshold. A sound that does not last for the minimum speech length is a blip: it starts
nothing, and it prolongs nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from wyoming_whisper.speech.vad import WINDOW_SAMPLES

HYSTERESIS: Final = 0.15
"""Speech that was going on stays speech down to this much below the onset threshold, as
Silero's own get_speech_timestamps has it."""


@dataclass(frozen=True, slots=True)
class EndpointingOptions:
    """What counts as speech.

    Attributes:
        onset: Probability from which a window may start speech.
        release: Probability below which a window ends speech.
        min_speech_samples: What is shorter is a blip.

    Raises:
        ValueError: Unless 0 < release <= onset < 1 and the length is positive.
    """

    onset: float
    release: float
    min_speech_samples: int

    def __post_init__(self) -> None:
        if not 0 < self.release <= self.onset < 1:
            raise ValueError("0 < release <= onset < 1 does not hold")
        if self.min_speech_samples <= 0:
            raise ValueError("the minimum speech length must be positive")


class EdgeKind(Enum):
    """Which edge of a stretch of speech."""

    ONSET = auto()
    OFFSET = auto()


@dataclass(frozen=True, slots=True)
class SpeechEdge:
    """A start or an end of speech; the position counts 16 kHz samples of the stream."""

    kind: EdgeKind
    position: int


class _State(Enum):
    SILENCE = auto()
    CANDIDATE = auto()
    SPEECH = auto()


class Endpointer:
    """Turns one stream's probabilities into edges: ONSET and OFFSET by turns."""

    def __init__(self, options: EndpointingOptions) -> None:
        self._options: Final = options
        self._state = _State.SILENCE
        self._candidate = 0  # where the sound that may become speech started
        self.position = 0
        """Samples of the stream that have been judged."""

    @property
    def in_speech(self) -> bool:
        """Whether speech has started and not stopped."""
        return self._state is _State.SPEECH

    @property
    def quiet_from(self) -> int:
        """From here on nothing has been heard that is speech, or could still become it."""
        return self.position if self._state is _State.SILENCE else self._candidate

    def feed(self, probability: float) -> SpeechEdge | None:
        """Judge the next window.

        Returns:
            An ONSET at the window where speech started, once it has lasted long enough; an OFFSET
            behind the last window of speech; mostly ``None``.
        """
        options, window_start = self._options, self.position
        self.position += WINDOW_SAMPLES
        if self._state is _State.SPEECH:
            if probability >= options.release:
                return None
            self._state = _State.SILENCE
            return SpeechEdge(EdgeKind.OFFSET, window_start)
        if self._state is _State.SILENCE:
            if probability < options.onset:
                return None
            self._state, self._candidate = _State.CANDIDATE, window_start
        elif probability < options.release:
            self._state = _State.SILENCE
            return None
        if self.position - self._candidate < options.min_speech_samples:
            return None
        self._state = _State.SPEECH
        return SpeechEdge(EdgeKind.ONSET, self._candidate)
