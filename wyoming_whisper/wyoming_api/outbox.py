"""The answers of one connection, in the order of the utterances."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from wyoming.asr import TranscriptChunk, TranscriptStart

from wyoming_whisper.wyoming_api.request import Request

if TYPE_CHECKING:
    from wyoming.event import Event

    from wyoming_whisper.values import TranscriptUpdate

_NO_UTTERANCE: Final = 0  # the first one is 1


@dataclass(slots=True)
class _Slot:
    utterance: int
    events: list[Event]
    request: Request
    ready: bool = False
    streams: bool = False  # some of it may go out before all of it is there
    n_published: int | None = None  # characters of the transcript, once it is streamed


class Outbox:
    """Holds answers back until all earlier ones are ready.

    The pieces of a streamed transcript wait for earlier answers only, not for their own end.
    """

    def __init__(self) -> None:
        self._slots: deque[_Slot] = deque()

    def __len__(self) -> int:
        """Count the utterances whose answers have not been released."""
        return sum(slot.utterance != _NO_UTTERANCE for slot in self._slots)

    @property
    def unanswered(self) -> list[int]:
        """The utterances without an answer, oldest first."""
        return [slot.utterance for slot in self._slots if not slot.ready]

    def claim(self, utterance: int, request: Request) -> None:
        """Reserve the next place for an utterance, of which something was asked."""
        self._slots.append(_Slot(utterance, [], request))

    def request(self, utterance: int) -> Request:
        """Return what was asked of an unanswered utterance."""
        return self._slot(utterance).request

    def hold(self, utterance: int, event: Event) -> None:
        """Put an event in front of an utterance's answer."""
        self._slot(utterance).events.append(event)

    def put(self, utterance: int, events: list[Event]) -> list[Event]:
        """Complete an utterance's answer; return all that is ready now."""
        slot = self._slot(utterance)
        slot.events += events
        slot.ready = True
        return self._release()

    def publish(self, utterance: int, update: TranscriptUpdate) -> list[Event]:
        """Add the new text of an unanswered utterance; return all that is ready now."""
        slot = next((s for s in self._slots if s.utterance == utterance and not s.ready), None)
        if slot is None or len(update.text) <= (slot.n_published or 0):
            return []
        return self.tell(utterance, self.rest(utterance, update))

    def tell(self, utterance: int, events: list[Event]) -> list[Event]:
        """Add events of an unanswered utterance that need not wait; return all that is ready."""
        slot = self._slot(utterance)
        slot.events += events
        slot.streams = True
        return self._release()

    def rest(self, utterance: int, update: TranscriptUpdate) -> list[Event]:
        """Return the events that stream what is new in an update; they count as published."""
        slot = self._slot(utterance)
        events: list[Event] = []
        if slot.n_published is None:
            events.append(TranscriptStart(slot.request.context, update.language).event())
        if text := update.text[slot.n_published or 0 :]:
            events.append(TranscriptChunk(text=text).event())
        slot.n_published = len(update.text)
        return events

    def is_streamed(self, utterance: int) -> bool:
        """Tell whether an utterance's transcript has begun to be streamed."""
        return self._slot(utterance).n_published is not None

    def append(self, event: Event) -> list[Event]:
        """Put an event behind all answers; return all that is ready now.

        It takes the place of one that still waits there, so that what waits is bounded by the
        number of utterances, whatever else a peer sends meanwhile.
        """
        if self._slots and self._slots[-1].utterance == _NO_UTTERANCE:
            self._slots.pop()
        self._slots.append(_Slot(_NO_UTTERANCE, [event], Request(), ready=True))
        return self._release()

    def _slot(self, utterance: int) -> _Slot:
        return next(slot for slot in self._slots if slot.utterance == utterance)

    def _release(self) -> list[Event]:
        released: list[Event] = []
        while self._slots and self._slots[0].ready:
            released += self._slots.popleft().events
        if self._slots and self._slots[0].streams:
            released += self._slots[0].events
            self._slots[0].events = []
        return released
