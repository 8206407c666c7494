"""What one Wyoming connection may say when, and what it is answered, without IO.

Theory of operation. Events come in through `Session.receive`, which says what to do about them;
results come in through `Session.publish`, `Session.conclude` and `Session.fail`, which say what to
send. Every utterance gets exactly one ``transcript``, an unserved one an ``error`` and an empty
``transcript``; answers keep the order of the utterances, whichever is ready first.

A transcript is also streamed: ``transcript-start``, what is committed so far in pieces as
``transcript-chunk``, the whole as ``transcript``, ``transcript-stop``. The pieces joined are the
transcript. Who reads only ``transcript``, as Home Assistant does, sees no difference.

The audio events drive the table `Session._TABLE`, where a "bad" event is one with an impossible
sample format.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING, ClassVar, TypeAlias

from wyoming.asr import Transcript, TranscriptStop
from wyoming.ping import Pong
from wyoming.vad import VoiceStarted, VoiceStopped

from wyoming_whisper.audio.pcm_format import PcmFormat
from wyoming_whisper.errors import (
    InvalidEvent,
    ModelLoading,
    UnsupportedAudio,
    UnsupportedLanguage,
)
from wyoming_whisper.recognition.end_of_turn import Sensitivity
from wyoming_whisper.recognition.program import check_language
from wyoming_whisper.wyoming_api.errors import error_event
from wyoming_whisper.wyoming_api.outbox import Outbox
from wyoming_whisper.wyoming_api.request import Request, read_request

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from wyoming.event import Event

    from wyoming_whisper.values import TranscriptUpdate
    from wyoming_whisper.wyoming_api.info import ProgramInfo, ServiceInfo


@dataclass(frozen=True, slots=True)
class Send:
    """Send this event now."""

    event: Event


@dataclass(frozen=True, slots=True)
class BeginUtterance:
    """Start to recognise an utterance.

    Attributes:
        utterance: Its number.
        language: A Whisper code, or ``None`` to detect it.
        expected: Names and terms that its speaker is expected to say.
        sensitivity: How soon silence ends it, where the server looks for its end.
        program: What decodes it, as the client calls it; ``None`` for the default.
    """

    utterance: int
    language: str | None
    expected: tuple[str, ...] = ()
    sensitivity: Sensitivity = Sensitivity.DEFAULT
    program: str | None = None


@dataclass(frozen=True, slots=True)
class HearAudio:
    """Give the open utterance a chunk; or the one that was answered before its end."""

    utterance: int
    pcm_format: PcmFormat
    data: bytes


@dataclass(frozen=True, slots=True)
class EndUtterance:
    """The utterance is complete; conclude or fail it, unless it has been answered."""

    utterance: int


@dataclass(frozen=True, slots=True)
class AbandonUtterance:
    """The utterance has been answered; stop its recognition."""

    utterance: int


Action: TypeAlias = Send | BeginUtterance | HearAudio | EndUtterance | AbandonUtterance


class State(Enum):
    """Where a connection is, between and within utterances."""

    IDLE = auto()
    """No utterance is open."""

    LISTENING = auto()
    """An utterance is open; its audio is recognised."""

    REFUSED = auto()
    """An utterance is open that cannot be served (its language); it is answered when it ends."""

    DISCARDING = auto()
    """The utterance has been answered (its audio was impossible); the rest of it is dropped."""

    ANSWERED = auto()
    """The utterance has got its transcript before its end; the rest of it is only overheard."""


class _Signal(Enum):
    START = auto()
    BAD_START = auto()
    CHUNK = auto()
    BAD_CHUNK = auto()
    STOP = auto()


@dataclass(frozen=True, slots=True)
class _Cause:
    """What came with a signal: a chunk's format and bytes, or what is wrong with the format."""

    pcm_format: PcmFormat | None = None
    data: bytes = b""
    error: UnsupportedAudio | None = None


_Step: TypeAlias = "Callable[[Session, _Cause], None]"


class Session:
    """The server's side of one connection.

    Args:
        info: Returns what ``describe`` is answered with, as it is now: a model may be exchanged
            meanwhile. Its languages are the ones accepted.
    """

    def __init__(self, info: Callable[[], ServiceInfo]) -> None:
        self.state = State.IDLE
        self._info = info
        self._request = Request()  # the last one
        self._program: str | None = None  # that was selected for the connection
        # The requested language cannot be served: why, and whether the peer has been told since the
        # last utterance that this spoiled.
        self._refusal: UnsupportedLanguage | ModelLoading | None = None
        self._refusal_told = False
        self._utterance = 0  # number of the newest utterance
        self._outbox = Outbox()
        self._actions: list[Action] = []

    @property
    def n_unanswered(self) -> int:
        """Utterances that have begun and are not answered yet."""
        return len(self._outbox)

    def receive(self, event: Event) -> list[Action]:
        """Return what to do about an event, in order. An unknown event is nothing to do."""
        match event.type:
            case "describe":
                self._send([self._info().event()])
            case "ping":
                self._receive_ping(event)
            case "select-program":
                self._receive_selection(event)
            case "transcribe":
                self._receive_transcribe(event)
            case "audio-start":
                self._receive_audio(event, _Signal.START, _Signal.BAD_START)
            case "audio-chunk":
                self._receive_audio(event, _Signal.CHUNK, _Signal.BAD_CHUNK)
            case "audio-stop":
                self._step(_Signal.STOP, _Cause())
            case _:
                pass
        actions, self._actions = self._actions, []
        return actions

    def publish(self, utterance: int, update: TranscriptUpdate) -> list[Event]:
        """Take what is committed of an utterance's transcript; return the events to send now.

        Nothing is to be sent where the update has no new text, or the utterance is answered.
        """
        return self._outbox.publish(utterance, update)

    def hear_voice(self, utterance: int, start: int) -> list[Event]:
        """Take where speech begins in an utterance whose end the server looks for.

        Args:
            utterance: Its number.
            start: Milliseconds from its start.
        """
        return self._outbox.tell(utterance, [VoiceStarted(start).event()])

    def conclude(
        self, utterance: int, update: TranscriptUpdate, voice_end: int | None = None
    ) -> list[Event]:
        """Take the transcript of an utterance not answered yet; return the events to send now.

        Args:
            utterance: Its number.
            update: Its transcript.
            voice_end: Where speech ended, in milliseconds from its start, if that was looked for.
        """
        stopped = [] if voice_end is None else [VoiceStopped(voice_end).event()]
        rest = self._outbox.rest(utterance, update)
        context = self._outbox.request(utterance).context
        transcript = Transcript(update.text, context, update.language).event()
        events = [*stopped, *rest, transcript, TranscriptStop().event()]
        return self._answer(utterance, events, State.ANSWERED)

    def fail(self, utterance: int, error: BaseException) -> list[Event]:
        """Take the failure of an utterance not answered yet; return the events to send now."""
        stop = [TranscriptStop().event()] if self._outbox.is_streamed(utterance) else []
        empty = _empty_transcript(self._outbox.request(utterance))
        events = [error_event(error), empty, *stop]
        return self._answer(utterance, events, State.DISCARDING)

    def fail_all(self, error: BaseException) -> list[Event]:
        """Fail every utterance that is not answered; return the events to send now."""
        return [e for utterance in self._outbox.unanswered for e in self.fail(utterance, error)]

    def _answer(self, utterance: int, events: list[Event], early: State) -> list[Event]:
        if self.state is not State.IDLE and utterance == self._utterance:
            self.state = early  # answered before its end
        return self._outbox.put(utterance, events)

    def _receive_ping(self, event: Event) -> None:
        text = event.data.get("text")
        if text is None or isinstance(text, str):
            self._send([Pong(text).event()])
        else:
            self._send([error_event(InvalidEvent("the text of a ping must be a string"))])

    def _receive_selection(self, event: Event) -> None:
        name = event.data.get("name")
        self._program = name if isinstance(name, str) else None

    def _receive_transcribe(self, event: Event) -> None:
        """Note what is asked of the utterances that begin from now on."""
        self._request = read_request(event.data)
        self._refusal = self._request.refusal
        self._judge_language()
        if self._refusal is not None:
            self._refusal_told = True
            self._send(self._outbox.append(error_event(self._refusal)))

    def _judge_language(self) -> None:
        """Find out whether the model that serves now understands what is requested."""
        if self._request.language is None:
            return
        info, self._refusal = self._chosen() or self._info().default, None
        try:
            check_language(self._request.language, info.model, info.languages, info.outlook)
        except (UnsupportedLanguage, ModelLoading) as error:
            self._refusal = error

    def _chosen(self) -> ProgramInfo | None:
        """Return the program that a request names, or that was selected."""
        info = self._info()
        return info.named(self._request.model) or info.named(self._program)

    def _receive_audio(self, event: Event, good: _Signal, bad: _Signal) -> None:
        fields = event.data
        try:
            # The constructor checks what the peer sent, of whatever type.
            pcm_format = PcmFormat(fields.get("rate"), fields.get("width"), fields.get("channels"))  # type: ignore[arg-type]
        except UnsupportedAudio as error:
            self._step(bad, _Cause(error=error))
        else:
            self._step(good, _Cause(pcm_format, event.payload or b""))

    # The steps of the table. Each takes what caused it and leaves the state it names.

    def _step(self, signal: _Signal, cause: _Cause) -> None:
        for step in self._TABLE[self.state].get(signal, ()):
            step(self, cause)

    def _claim(self, _cause: _Cause) -> None:
        """Give a new utterance its place in the order of answers."""
        self._utterance += 1
        self._outbox.claim(self._utterance, self._request)

    def _open(self, _cause: _Cause) -> None:
        """→ LISTENING, or REFUSED."""
        self._judge_language()  # another model may serve by now
        if self._refusal is None:
            chosen = self._chosen()
            self._actions.append(
                BeginUtterance(
                    self._utterance,
                    self._request.language,
                    self._request.expected,
                    self._request.sensitivity,
                    None if chosen is None else chosen.name,
                )
            )
            self.state = State.LISTENING
        else:
            if not self._refusal_told:
                self._outbox.hold(self._utterance, error_event(self._refusal))
            self._refusal_told = False
            self.state = State.REFUSED

    def _hear(self, cause: _Cause) -> None:
        """Pass the chunk on, unless the utterance that it opened was REFUSED."""
        if self.state is not State.REFUSED and cause.pcm_format is not None:
            self._actions.append(HearAudio(self._utterance, cause.pcm_format, cause.data))

    def _end(self, _cause: _Cause) -> None:
        """→ IDLE."""
        self._actions.append(EndUtterance(self._utterance))
        self.state = State.IDLE

    def _empty(self, _cause: _Cause) -> None:
        """→ IDLE, with nothing said."""
        empty = _empty_transcript(self._outbox.request(self._utterance))
        self._send(self._outbox.put(self._utterance, [empty]))
        self.state = State.IDLE

    def _abandon(self, _cause: _Cause) -> None:
        self._actions.append(AbandonUtterance(self._utterance))

    def _fail(self, cause: _Cause) -> None:
        """→ DISCARDING."""
        if cause.error is not None:
            self._send(self.fail(self._utterance, cause.error))
        self.state = State.DISCARDING

    def _rest(self, _cause: _Cause) -> None:
        """→ IDLE; the answer has been given."""
        self.state = State.IDLE

    def _send(self, events: list[Event]) -> None:
        self._actions.extend(Send(event) for event in events)

    _TABLE: ClassVar[Mapping[State, Mapping[_Signal, tuple[_Step, ...]]]] = {
        State.IDLE: {
            _Signal.START: (_claim, _open),
            _Signal.BAD_START: (_claim, _fail),
            _Signal.CHUNK: (_claim, _open, _hear),
            _Signal.BAD_CHUNK: (_claim, _fail),
            _Signal.STOP: (_claim, _empty),
        },
        State.LISTENING: {
            _Signal.START: (_end, _claim, _open),
            _Signal.BAD_START: (_end, _claim, _fail),
            _Signal.CHUNK: (_hear,),
            _Signal.BAD_CHUNK: (_abandon, _fail),
            _Signal.STOP: (_end,),
        },
        State.REFUSED: {
            _Signal.START: (_empty, _claim, _open),
            _Signal.BAD_START: (_empty, _claim, _fail),
            _Signal.STOP: (_empty,),
        },
        State.DISCARDING: {
            _Signal.START: (_claim, _open),
            _Signal.BAD_START: (_claim, _fail),
            _Signal.STOP: (_rest,),
        },
        State.ANSWERED: {
            _Signal.START: (_end, _claim, _open),
            _Signal.BAD_START: (_end, _claim, _fail),
            _Signal.CHUNK: (_hear,),
            _Signal.STOP: (_end,),
        },
    }


def _empty_transcript(request: Request) -> Event:
    return Transcript("", request.context, request.language).event()
