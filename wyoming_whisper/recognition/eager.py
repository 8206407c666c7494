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
from typing import TYPE_CHECKING

from wyoming_whisper.audio.pcm import SAMPLE_RATE
from wyoming_whisper.errors import ServiceError
from wyoming_whisper.recognition.join import SegmentDecode

if TYPE_CHECKING:
    from collections.abc import Callable

    from wyoming_whisper.scheduling.queue import PendingDecode
    from wyoming_whisper.speech.segmenter import Segmenter
    from wyoming_whisper.values import Segment


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


class EagerDecode:
    """The decode of an utterance's open segment that a pause has started, if there is one.

    Args:
        options: The bounds.
        submit: Queues a segment as an eager decode; may raise `ServiceError`.
        final_waits: Tells whether somebody's final waits for the engine.

    Attributes:
        outcome: Why the end of the utterance was decoded eagerly, or was not, as far as is known.
    """

    def __init__(
        self,
        options: EagerOptions,
        submit: Callable[[Segment], PendingDecode],
        final_waits: Callable[[], bool],
    ) -> None:
        self.outcome = Eagerness.NO_SPEECH
        self._options = options
        self._submit = submit
        self._final_waits = final_waits
        self._pending: SegmentDecode | None = None
        self._considered = -1  # the end of speech for which was last decided
        self._n_tries = 0

    def look(self, segmenter: Segmenter) -> None:
        """Start a decode where it is due; give one up where somebody speaks again."""
        pause = segmenter.pause
        if pause == 0:
            self.give_up()
        if pause < self._options.pause_samples or segmenter.speech_end == self._considered:
            return
        segment = segmenter.preview()
        refusal = refuse(
            len(segment.samples),
            self._n_tries,
            final_waits=self._final_waits(),
            options=self._options,
        )
        if refusal is Eagerness.BUSY:
            self.outcome = refusal
            return  # and ask again at the next window: the pause may last
        self._considered = segmenter.speech_end
        if refusal is not None:
            self.outcome = refusal
            return
        try:
            result = self._submit(segment)
        except ServiceError:
            self.outcome = Eagerness.BUSY
            return
        self._n_tries += 1
        self._pending = SegmentDecode(segment, result)

    def claim(self, segment: Segment, speech_end: int) -> SegmentDecode | None:
        """Return the decode of a segment that has closed, if it is there or on its way.

        Args:
            segment: The segment.
            speech_end: Where its speech ended.
        """
        pending, self._pending = self._pending, None
        if pending is None:
            if self._considered != speech_end:
                self.outcome = Eagerness.NO_PAUSE
            return None
        if pending.is_of(segment) and not pending.has_failed:
            self.outcome = Eagerness.HIT
            return pending
        self.outcome = Eagerness.FAILED
        pending.result.cancel()
        return None

    def give_up(self) -> None:
        """Cancel the decode."""
        if self._pending is not None:
            self._pending.result.cancel()
            self._pending = None
