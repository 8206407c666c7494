"""Watches one utterance for the end of its speaker's turn; `end_of_turn` decides."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from wyoming_whisper.audio.pcm import SAMPLE_RATE
from wyoming_whisper.recognition.end_of_turn import Turn, TurnEnd, end_of_turn
from wyoming_whisper.speech.endpointing import EdgeKind, Endpointer
from wyoming_whisper.speech.vad import WINDOW_SAMPLES

if TYPE_CHECKING:
    from collections.abc import Callable

    from wyoming_whisper.household.sentence_ending import Ending
    from wyoming_whisper.household.snapper import Snapped
    from wyoming_whisper.recognition.end_of_turn import (
        EarlyAnswers,
        EndpointingLimits,
        Sensitivity,
    )
    from wyoming_whisper.speech.endpointing import EndpointingOptions
    from wyoming_whisper.speech.segmenter import Segmenter

# By how much a chunk may come too early, for silence that is waited for.
_SLACK: Final = 2 * WINDOW_SAMPLES


@dataclass(frozen=True, slots=True)
class TurnOptions:
    """What ends a turn before the client does.

    Attributes:
        early: Which pauses do; ``None`` for none.
        endpointing: What else does; ``None`` for nothing.
    """

    early: EarlyAnswers | None = None
    endpointing: EndpointingLimits | None = None

    def at(self, sensitivity: Sensitivity) -> TurnOptions:
        """Return what ends a turn of a client that wants another sensitivity."""
        endpointing = None if self.endpointing is None else self.endpointing.at(sensitivity)
        return replace(self, endpointing=endpointing)


@dataclass(frozen=True, slots=True)
class _Foreseen:
    """What is known of what was said up to a place."""

    speech_end: int
    is_text: bool
    ending: Ending | None = None


class TurnWatch:
    """What is known of when an utterance ends.

    Args:
        options: What ends it.
        speech: What counts as speech.

    Attributes:
        end: Why it has ended; `TurnEnd.CLIENT` as long as nothing else has ended it.
        was_cut: Whether somebody spoke on behind the end.
        changed: Called when it has ended, and when speech has begun; set by who wants to know.
        speech_start: Where in the utterance speech was first heard, in samples; ``None`` before.
        speech_end: Where the last of it ended, in samples.
    """

    def __init__(self, options: TurnOptions, speech: EndpointingOptions) -> None:
        self.end = TurnEnd.CLIENT
        self.was_cut = False
        self.changed: Callable[[], None] = lambda: None
        self.speech_start: int | None = None
        self.speech_end = 0
        self._is_closed = False  # the client has ended it
        self._options: Final = options
        self._clock = asyncio.get_running_loop().time
        self._rest: Final = Endpointer(speech)  # what is heard behind the end
        self._turn = Turn(0, has_speech=False, silence=0)  # but for what follows
        # When it was noticed that the last speech had ended, and how long ago it was then.
        self._quiet = (self._clock(), 0)
        self._foreseen = _Foreseen(-1, is_text=True)  # of the last decode

    @property
    def has_ended(self) -> bool:
        """Whether it has ended, but for the client."""
        return self.end is not TurnEnd.CLIENT

    @property
    def uses_endpointing(self) -> bool:
        """Whether its client leaves it to the server to find its end."""
        return self._options.endpointing is not None

    def look(self, segmenter: Segmenter) -> None:
        """Take note of a window that the segmenter has judged."""
        if segmenter.speech_end != self.speech_end or segmenter.silence == 0:
            self._quiet = (self._clock(), segmenter.silence)
        has_started = self.speech_start is None and segmenter.first_onset is not None
        self.speech_start, self.speech_end = segmenter.first_onset, segmenter.speech_end
        if has_started:
            self.changed()
        has_speech = self.speech_start is not None
        self._turn = Turn(segmenter.position, has_speech, segmenter.silence)
        self._judge()

    def close(self) -> None:
        """Take note that the client has ended it, if nothing else has."""
        self._is_closed = True

    def dismiss(self, speech_end: int) -> None:
        """Take note that what was heard is no speech, though it sounded like it.

        Args:
            speech_end: Up to where.
        """
        self._foreseen = _Foreseen(speech_end, is_text=False)

    def foresee(self, snapped: asyncio.Future[Snapped], speech_end: int) -> None:
        """Take note of what was said, once it is known what that is written as.

        Args:
            snapped: What it will be written as.
            speech_end: Up to where it was said.
        """

        def note(found: asyncio.Future[Snapped]) -> None:
            if not found.cancelled() and found.exception() is None:
                self._foreseen = _Foreseen(speech_end, is_text=True, ending=found.result().ending)
                self._judge()

        snapped.add_done_callback(note)

    def overhear(self, probability: float) -> None:
        """Take note of a window behind the end, by its probability of speech."""
        edge = self._rest.feed(probability)
        self.was_cut |= edge is not None and edge.kind is EdgeKind.ONSET

    def _judge(self) -> None:
        if self.has_ended or self._is_closed:
            return
        foreseen = self._foreseen
        holds = foreseen.speech_end == self.speech_end and self._turn.silence > 0
        noticed, silence = self._quiet
        lived = silence + round((self._clock() - noticed) * SAMPLE_RATE) + _SLACK
        turn = replace(
            self._turn,
            has_speech=self._turn.has_speech and (foreseen.is_text or not holds),
            lived=lived,
            ending=foreseen.ending if holds else None,
        )
        end = end_of_turn(turn, self._options.early, self._options.endpointing)
        if end is not None:
            self.end = end
            self.changed()
