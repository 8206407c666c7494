"""When to decode a command before it is known to be over.

Whoever listens for the end of a command waits for silence: Home Assistant for 0.7 s. A decode that
starts at the first pause is done by then. It is exact, not a guess: what is decoded is trimmed just
as it will be at the end, so if nobody speaks again its samples are those of the final decode. Only
the effort is at risk, and the rules below bound it. Others do likewise: RealtimeSTT calls it early
transcription, LiveKit preemptive generation, Deepgram eager end of turn.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from wyoming_whisper.audio.pcm import SAMPLE_RATE


@dataclass(frozen=True, slots=True)
class EagerOptions:
    """What makes a pause worth a decode.

    Attributes:
        pause_samples: Silence behind the speech; not shorter than the segmenter's tail, which has
            to be there to be decoded.
        min_speech_samples: A shorter segment, pre-roll and tail included, may be half a word.
        max_speech_samples: A longer segment costs too much to decode in vain.
        max_tries: Eager decodes of one utterance.
    """

    pause_samples: int
    min_speech_samples: int = 600 * SAMPLE_RATE // 1000
    max_speech_samples: int = 15 * SAMPLE_RATE
    max_tries: int = 3


class Eagerness(Enum):
    """Why the end of an utterance was decoded eagerly, or was not."""

    HIT = "hit"
    OFF = "off"
    NO_SPEECH = "no speech"
    NO_PAUSE = "no pause"
    TOO_SHORT = "too short"
    TOO_LONG = "too long"
    TRIES_SPENT = "tries spent"
    BUSY = "busy"
    FAILED = "failed"


def refuse(
    n_samples: int, n_tries: int, *, final_waits: bool, options: EagerOptions
) -> Eagerness | None:
    """Return why a segment that has just paused is not decoded now, or ``None`` to decode it.

    Args:
        n_samples: Length of the segment as it would be decoded.
        n_tries: Eager decodes that this utterance has had.
        final_waits: Whether somebody who has stopped speaking waits for the engine.
        options: The bounds.
    """
    rules = (
        (Eagerness.TOO_SHORT, n_samples < options.min_speech_samples),
        (Eagerness.TOO_LONG, n_samples > options.max_speech_samples),
        (Eagerness.TRIES_SPENT, n_tries >= options.max_tries),
        # Speculation must never slow somebody's final down.
        (Eagerness.BUSY, final_waits),
    )
    return next((reason for reason, holds in rules if holds), None)
