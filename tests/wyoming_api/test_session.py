from __future__ import annotations

from dataclasses import replace
from itertools import takewhile
from typing import TYPE_CHECKING, Any, Final

import pytest
from fakes import FACTS, INFO
from hypothesis import given, settings
from hypothesis import strategies as st
from wyoming.asr import Transcribe
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.event import Event
from wyoming.info import Info

from wyoming_whisper.audio.pcm_format import PcmFormat
from wyoming_whisper.errors import EngineFailed, Overloaded, ShuttingDown, UtteranceTooLong
from wyoming_whisper.recognition.end_of_turn import Sensitivity
from wyoming_whisper.recognition.program import Outlook
from wyoming_whisper.values import TranscriptUpdate
from wyoming_whisper.wyoming_api.info import ProgramInfo, ServiceInfo
from wyoming_whisper.wyoming_api.session import (
    AbandonUtterance,
    BeginUtterance,
    EndUtterance,
    HearAudio,
    Send,
    Session,
    State,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from random import Random

    from wyoming_whisper.wyoming_api.session import Action

FORMAT: Final = PcmFormat(16_000, 2, 1)
START: Final = AudioStart(16_000, 2, 1).event()
CHUNK: Final = AudioChunk(16_000, 2, 1, b"pcm").event()
STOP: Final = AudioStop().event()
BAD_START: Final = Event("audio-start", {"rate": 0, "width": 2, "channels": 1})
BAD_CHUNK: Final = Event("audio-chunk", {"rate": 16_000, "width": 9, "channels": 1}, b"pcm")
UNSPOKEN: Final = Transcribe(language="fr").event()  # INFO's model speaks English and German
SPOKEN: Final = Transcribe(language="de").event()
ANY_LANGUAGE: Final = Transcribe().event()

# An event as a client sees it: its type, and its code or text.
Seen = tuple[str, Any]
EMPTY: Final[Seen] = ("transcript", "")
BAD_AUDIO: Final[Seen] = ("error", "unsupported_audio")
BAD_LANGUAGE: Final[Seen] = ("error", "unsupported_language")


def see(events: Iterable[Event]) -> list[Seen]:
    return [
        (event.type, event.data.get("code" if event.type == "error" else "text"))
        for event in events
    ]


def sent(actions: Iterable[Action]) -> list[Seen]:
    return see(action.event for action in actions if isinstance(action, Send))


def receive(session: Session, *events: Event) -> list[Action]:
    return [action for event in events for action in session.receive(event)]


def said(text: str) -> TranscriptUpdate:
    return TranscriptUpdate(text, "en")


def streamed(*pieces: str) -> list[Seen]:
    """What a client is told of a transcript published in these pieces."""
    chunks = [("transcript-chunk", piece) for piece in pieces]
    whole = ("transcript", "".join(pieces))
    return [("transcript-start", None), *chunks, whole, ("transcript-stop", None)]


def brief(actions: Sequence[Action]) -> list[str]:
    """Describe actions in a word or two each."""
    words: list[str] = []
    for action in actions:
        match action:
            case Send(event):
                words.append(" ".join(filter(None, see([event])[0])))
            case BeginUtterance(number):
                words.append(f"begin {number}")
            case HearAudio(number):
                words.append(f"hear {number}")
            case EndUtterance(number):
                words.append(f"end {number}")
            case AbandonUtterance(number):
                words.append(f"abandon {number}")
    return words


# The table. In each state the open utterance, if there is one, is the first.

TO_STATE: Final[dict[State, list[Event]]] = {
    State.IDLE: [],
    State.LISTENING: [START],
    State.REFUSED: [UNSPOKEN, START],
    State.DISCARDING: [BAD_START],
    State.ANSWERED: [START],  # and an answer
}


def offering(**facts: Any) -> ServiceInfo:  # noqa: ANN401 - whatever a program has
    return ServiceInfo("1", (replace(INFO.default, **facts),))


def bring_to(session: Session, state: State) -> None:
    receive(session, *TO_STATE[state])
    if state is State.ANSWERED:
        session.conclude(session._utterance, said("on"))
    assert session.state is state


TABLE: Final[dict[tuple[State, str], tuple[str, State]]] = {
    (State.IDLE, "start"): ("begin 1", State.LISTENING),
    (State.IDLE, "bad start"): ("error unsupported_audio, transcript", State.DISCARDING),
    (State.IDLE, "chunk"): ("begin 1, hear 1", State.LISTENING),
    (State.IDLE, "bad chunk"): ("error unsupported_audio, transcript", State.DISCARDING),
    (State.IDLE, "stop"): ("transcript", State.IDLE),
    (State.LISTENING, "start"): ("end 1, begin 2", State.LISTENING),
    # The second utterance is answered behind the first.
    (State.LISTENING, "bad start"): ("end 1", State.DISCARDING),
    (State.LISTENING, "chunk"): ("hear 1", State.LISTENING),
    (State.LISTENING, "bad chunk"): (
        "abandon 1, error unsupported_audio, transcript",
        State.DISCARDING,
    ),
    (State.LISTENING, "stop"): ("end 1", State.IDLE),
    (State.REFUSED, "start"): ("transcript", State.REFUSED),
    (State.REFUSED, "bad start"): (
        "transcript, error unsupported_audio, transcript",
        State.DISCARDING,
    ),
    (State.REFUSED, "chunk"): ("", State.REFUSED),
    (State.REFUSED, "bad chunk"): ("", State.REFUSED),
    (State.REFUSED, "stop"): ("transcript", State.IDLE),
    (State.DISCARDING, "start"): ("begin 2", State.LISTENING),
    (State.DISCARDING, "bad start"): ("error unsupported_audio, transcript", State.DISCARDING),
    (State.DISCARDING, "chunk"): ("", State.DISCARDING),
    (State.DISCARDING, "bad chunk"): ("", State.DISCARDING),
    (State.DISCARDING, "stop"): ("", State.IDLE),
    # The rest of what was answered is overheard.
    (State.ANSWERED, "start"): ("end 1, begin 2", State.LISTENING),
    (State.ANSWERED, "bad start"): (
        "end 1, error unsupported_audio, transcript",
        State.DISCARDING,
    ),
    (State.ANSWERED, "chunk"): ("hear 1", State.ANSWERED),
    (State.ANSWERED, "bad chunk"): ("", State.ANSWERED),
    (State.ANSWERED, "stop"): ("end 1", State.IDLE),
}
SIGNALS: Final = {
    "start": START,
    "bad start": BAD_START,
    "chunk": CHUNK,
    "bad chunk": BAD_CHUNK,
    "stop": STOP,
}


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("signal", SIGNALS)
def test_table(state: State, signal: str) -> None:
    """Every audio event has its effect in every state."""
    session = Session(lambda: INFO)
    bring_to(session, state)
    actions = session.receive(SIGNALS[signal])
    assert (", ".join(brief(actions)), session.state) == TABLE[state, signal]


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("event", [Event("ping"), Event("describe"), SPOKEN, Event("future")])
def test_other_events_leave_the_state(state: State, event: Event) -> None:
    """Only audio events, and answers, move a connection from state to state."""
    session = Session(lambda: INFO)
    bring_to(session, state)
    session.receive(event)
    assert session.state is state


# One utterance.


def test_an_utterance() -> None:
    """Audio is passed on as it came, and the result goes out with its language."""
    session = Session(lambda: INFO)
    assert session.receive(SPOKEN) == []
    assert session.receive(START) == [BeginUtterance(1, "de")]
    other = AudioChunk(48_000, 4, 2, b"\0").event()
    assert session.receive(CHUNK) == [HearAudio(1, FORMAT, b"pcm")]
    assert session.receive(other) == [HearAudio(1, PcmFormat(48_000, 4, 2), b"\0")]
    assert session.receive(STOP) == [EndUtterance(1)]
    events = session.conclude(1, TranscriptUpdate("Licht an", "de"))
    assert see(events) == streamed("Licht an")
    start, _, transcript, _ = events
    assert (start.data["language"], transcript.data["language"]) == ("de", "de")


def test_silence() -> None:
    """An utterance in which nothing was said gets a transcript without text, and no chunk."""
    session = Session(lambda: INFO)
    receive(session, START, CHUNK, STOP)
    assert see(session.conclude(1, TranscriptUpdate("", None))) == streamed()


def test_a_chunk_without_payload() -> None:
    """An empty chunk is heard as no bytes."""
    session = Session(lambda: INFO)
    empty = Event("audio-chunk", {"rate": 16_000, "width": 2, "channels": 1}, None)
    assert receive(session, START, empty)[1:] == [HearAudio(1, FORMAT, b"")]


def test_failure() -> None:
    """A failed utterance gets the error, and then a transcript without text."""
    session = Session(lambda: INFO)
    receive(session, START, CHUNK, STOP)
    events = session.fail(1, EngineFailed("CUDA out of memory"))
    assert see(events) == [("error", "engine_failed"), EMPTY]
    assert events[0].data["text"] == "CUDA out of memory"


def test_failure_by_a_bug() -> None:
    """A peer whose utterance hits a bug is answered, and told nothing of the bug's insides."""
    session = Session(lambda: INFO)
    receive(session, START, STOP)
    error, transcript = session.fail(1, KeyError("/home/me/secret"))
    assert error.data == {"text": "internal error", "code": "internal_error"}
    assert see([transcript]) == [EMPTY]


def test_early_failure() -> None:
    """Audio behind an early answer is dropped, its end is not answered again, and life goes on."""
    session = Session(lambda: INFO)
    receive(session, START, CHUNK)
    assert see(session.fail(1, UtteranceTooLong("x"))) == [("error", "utterance_too_long"), EMPTY]
    assert session.state is State.DISCARDING
    assert receive(session, CHUNK, BAD_CHUNK, CHUNK, STOP) == []
    assert receive(session, CHUNK, STOP) == [
        BeginUtterance(2, None),
        HearAudio(2, FORMAT, b"pcm"),
        EndUtterance(2),
    ]


def test_early_transcript() -> None:
    """An utterance whose end was heard before audio-stop is answered once; its rest is not."""
    session = Session(lambda: INFO)
    receive(session, START, CHUNK)
    assert see(session.conclude(1, said("stop"))) == streamed("stop")
    assert brief(receive(session, CHUNK, STOP)) == ["hear 1", "end 1"]
    assert brief(receive(session, CHUNK, STOP)) == ["begin 2", "hear 2", "end 2"]


def test_voice() -> None:
    """Where the server looks for the end, it says when it hears speech, behind earlier answers."""
    session = Session(lambda: INFO)
    receive(session, START, STOP, START)
    assert session.hear_voice(2, 320) == []
    first = session.conclude(1, said("one"))
    assert see(first) == [*streamed("one"), ("voice-started", None)]
    assert first[-1].data == {"timestamp": 320}
    stopped, *rest = session.conclude(2, said("two"), 1_800)
    assert (stopped.type, stopped.data) == ("voice-stopped", {"timestamp": 1_800})
    assert see(rest) == streamed("two")


TWO: Final = ServiceInfo(
    "1",
    (INFO.default, ProgramInfo("german", replace(FACTS, name="base"), frozenset({"de"}))),
)


@pytest.mark.parametrize(
    ("selected", "named", "program"),
    [
        (None, None, None),
        ("german", None, "german"),
        ("German", None, "german"),
        (None, "base", "german"),
        (None, "german", "german"),
        # A request is newer than a selection, and what nobody knows is none.
        ("german", INFO.default.model.name, "test"),
        ("german", "large", "german"),
        ("large", "tiny", None),
        (7, {"a": 1}, None),
    ],
)
def test_programs(selected: object, named: object, program: str | None) -> None:
    """A connection selects one, a request may name another one, or its model."""
    session = Session(lambda: TWO)
    session.receive(Event("select-program", {"name": selected}))
    session.receive(Event("transcribe", {"name": named}))
    assert session.receive(START) == [BeginUtterance(1, None, program=program)]


def test_the_languages_of_the_program_that_is_chosen() -> None:
    """What the default understands is none of the other's languages."""
    session = Session(lambda: TWO)
    session.receive(Event("select-program", {"name": "german"}))
    english = Transcribe(language="en").event()
    assert sent(session.receive(english)) == [BAD_LANGUAGE]
    assert brief(receive(session, Transcribe(language="de").event(), START)) == ["begin 1"]


def test_context() -> None:
    """What a client sent with its request comes back with all that is said of its utterance."""
    session = Session(lambda: INFO)
    context = {"conversation": "7", "turn": {"n": 1}}
    receive(session, Event("transcribe", {"context": context}), START)
    session.receive(Event("transcribe", {"context": [1]}))  # for the next one, and none
    events = session.conclude(1, said("on"))
    assert [event.data.get("context") for event in events if event.type != "transcript-chunk"] == [
        context, context, None,
    ]  # fmt: skip
    receive(session, STOP, Event("transcribe", {"context": context}), START)
    _, empty = session.fail(2, EngineFailed("x"))
    assert empty.data == {"text": "", "context": context}


@pytest.mark.parametrize(
    ("asked", "sensitivity"),
    [
        ("default", Sensitivity.DEFAULT), ("relaxed", Sensitivity.RELAXED),
        ("aggressive", Sensitivity.AGGRESSIVE), ("frantic", Sensitivity.DEFAULT),
        (None, Sensitivity.DEFAULT), (7, Sensitivity.DEFAULT), ([], Sensitivity.DEFAULT),
    ],
)  # fmt: skip
def test_sensitivity(asked: object, sensitivity: Sensitivity) -> None:
    """It is that of the last request; the protocol allows any word, and any other means nothing."""
    session = Session(lambda: INFO)
    session.receive(Event("transcribe", {"vad_sensitivity": asked}))
    assert session.receive(START) == [BeginUtterance(1, None, (), sensitivity)]


# Transcripts in pieces.


def test_pieces_of_a_transcript() -> None:
    """What is new in each update goes out at once, and the pieces joined are the transcript."""
    session = Session(lambda: INFO)
    receive(session, START, CHUNK)
    first = session.publish(1, TranscriptUpdate("One two", "de"))
    assert see(first) == [("transcript-start", None), ("transcript-chunk", "One two")]
    assert first[0].data["language"] == "de"
    assert see(session.publish(1, said("One two three"))) == [("transcript-chunk", " three")]
    receive(session, STOP)
    assert see(session.conclude(1, said("One two three four"))) == [
        ("transcript-chunk", " four"),
        ("transcript", "One two three four"),
        ("transcript-stop", None),
    ]


def test_an_update_without_news() -> None:
    """Nothing goes out for an update that has no text, or none that is new."""
    session = Session(lambda: INFO)
    receive(session, START)
    assert session.publish(1, TranscriptUpdate("", None)) == []
    session.publish(1, said("one"))
    assert session.publish(1, said("one")) == []
    events = session.conclude(1, said("one"))
    assert see(events) == [("transcript", "one"), ("transcript-stop", None)]


def test_an_update_behind_the_answer() -> None:
    """An utterance that has been answered has nothing more to say."""
    session = Session(lambda: INFO)
    receive(session, START, START)
    session.conclude(1, said("one"))
    assert session.publish(1, said("one two")) == []
    session.conclude(2, said("two"))
    assert session.publish(2, said("two three")) == []


def test_a_failure_in_the_middle_of_a_transcript() -> None:
    """The peer who has read a piece is told of the failure, and that nothing follows."""
    session = Session(lambda: INFO)
    receive(session, START)
    session.publish(1, said("one"))
    assert see(session.fail(1, EngineFailed("x"))) == [
        ("error", "engine_failed"),
        EMPTY,
        ("transcript-stop", None),
    ]


def test_pieces_wait_for_earlier_answers() -> None:
    """Pieces go out once every earlier utterance is answered, without waiting for their own end."""
    session = Session(lambda: INFO)
    receive(session, START, START)
    assert session.publish(2, said("three")) == []
    assert session.publish(2, said("three four")) == []
    assert see(session.conclude(1, said("one"))) == [
        *streamed("one"),
        ("transcript-start", None),
        ("transcript-chunk", "three"),
        ("transcript-chunk", " four"),
    ]
    assert see(session.publish(2, said("three four five"))) == [("transcript-chunk", " five")]


def test_failure_of_an_earlier_utterance() -> None:
    """An utterance that fails behind its end takes nothing from the one that is open."""
    session = Session(lambda: INFO)
    receive(session, START, STOP, START)
    session.fail(1, EngineFailed("x"))
    assert session.state is State.LISTENING
    assert receive(session, CHUNK, STOP) == [HearAudio(2, FORMAT, b"pcm"), EndUtterance(2)]


def test_failure_behind_the_end() -> None:
    """An utterance that fails behind its end leaves nothing to be discarded."""
    session = Session(lambda: INFO)
    receive(session, START, STOP)
    session.fail(1, EngineFailed("x"))
    assert session.state is State.IDLE


# Several utterances.


def test_answers_keep_the_order_of_the_utterances() -> None:
    """An answer waits for those of all earlier utterances."""
    session = Session(lambda: INFO)
    receive(session, START, START, START, STOP)
    assert session.conclude(3, said("three")) == []
    assert session.fail(2, Overloaded("x")) == []
    assert see(session.conclude(1, said("one"))) == [
        *streamed("one"),
        ("error", "overloaded"),
        EMPTY,
        *streamed("three"),
    ]


def test_what_is_answered_at_once_waits_its_turn() -> None:
    """Errors and empty answers also wait for the utterances before theirs."""
    session = Session(lambda: INFO)
    receive(session, START)
    assert sent(receive(session, BAD_START, STOP, STOP, UNSPOKEN)) == []
    assert see(session.conclude(1, said("one"))) == [
        *streamed("one"),
        BAD_AUDIO,
        EMPTY,
        EMPTY,
        BAD_LANGUAGE,
    ]


def test_unanswered_utterances_are_counted() -> None:
    """An utterance counts from its beginning until its answer is sent."""
    session = Session(lambda: INFO)
    counts = [session.n_unanswered]
    for event in (START, CHUNK, START, STOP, STOP):
        session.receive(event)
        counts.append(session.n_unanswered)
    assert counts == [0, 1, 1, 2, 2, 3]
    session.conclude(2, said("two"))
    assert session.n_unanswered == 3
    session.conclude(1, said("one"))
    assert session.n_unanswered == 0


def test_refusals_that_wait_are_bounded() -> None:
    """However often a peer asks in vain while an answer is due, only the last refusal waits."""
    session = Session(lambda: INFO)
    receive(session, START, *(1_000 * [UNSPOKEN]), Transcribe(language="xx").event())
    assert session.n_unanswered == 1
    receive(session, STOP)
    events = session.conclude(1, said("one"))
    assert see(events) == [*streamed("one"), BAD_LANGUAGE]
    assert "xx" in events[-1].data["text"]


# Languages.


@pytest.mark.parametrize(
    ("fields", "language"),
    [
        ({}, None),
        ({"language": None}, None),
        ({"language": ""}, None),
        ({"language": "auto"}, None),
        ({"language": "de"}, "de"),
        ({"language": "en-US"}, "en"),
        ({"language": "German", "name": "other model", "context": {}, "future": 1}, "de"),
        ({"name": 7, "transcript_names": "no list", "vad_sensitivity": []}, None),
    ],
)
def test_a_language_is_asked_for(fields: dict[str, Any], language: str | None) -> None:
    """A language in any spelling, or its detection, is asked of the utterances that follow."""
    session = Session(lambda: INFO)
    assert session.receive(Event("transcribe", fields)) == []
    for number in (1, 2):
        assert receive(session, START, STOP)[0] == BeginUtterance(number, language)


def test_each_transcribe_replaces_the_last() -> None:
    """A transcribe without a language takes back the language before."""
    session = Session(lambda: INFO)
    assert receive(session, SPOKEN, ANY_LANGUAGE, CHUNK)[0] == BeginUtterance(1, None)


def test_transcribe_in_mid_stream() -> None:
    """A language that is asked for during an utterance is meant for the next one."""
    session = Session(lambda: INFO)
    assert brief(receive(session, START, SPOKEN, CHUNK, STOP)) == ["begin 1", "hear 1", "end 1"]
    assert session.receive(START) == [BeginUtterance(2, "de")]


def test_a_refusal_in_mid_stream() -> None:
    """A language that is refused during an utterance spoils only the next one."""
    session = Session(lambda: INFO)
    receive(session, START, UNSPOKEN)
    assert brief(receive(session, CHUNK, STOP)) == ["hear 1", "end 1"]
    assert brief(receive(session, START, CHUNK, STOP)) == []
    assert see(session.conclude(1, said("one"))) == [*streamed("one"), BAD_LANGUAGE, EMPTY]


@pytest.mark.parametrize("language", ["fr", "xx", 7, True, 1.5, ["de"], {"de": 1}, "x" * 1000])
def test_a_language_is_refused(language: object) -> None:
    """A language of the wrong type, unknown, or not the model's is refused at once."""
    session = Session(lambda: INFO)
    (error,) = session.receive(Event("transcribe", {"language": language}))
    assert sent([error]) == [BAD_LANGUAGE]
    assert sent(receive(session, START, CHUNK, CHUNK)) == []
    known = {"language": "fr"} if language == "fr" else {}
    assert receive(session, STOP) == [Send(Event("transcript", {"text": "", **known}))]


def test_a_refused_language_is_told_for_each_utterance() -> None:
    """Behind the first each further utterance in a refused language gets the error again."""
    session = Session(lambda: INFO)
    utterance = [START, CHUNK, STOP]
    assert sent(receive(session, UNSPOKEN)) == [BAD_LANGUAGE]
    assert sent(receive(session, *utterance)) == [EMPTY]
    assert sent(receive(session, *utterance)) == [BAD_LANGUAGE, EMPTY]
    assert sent(receive(session, CHUNK, STOP)) == [BAD_LANGUAGE, EMPTY]
    assert sent(receive(session, UNSPOKEN)) == [BAD_LANGUAGE]
    assert sent(receive(session, *utterance)) == [EMPTY]


def test_a_refusal_is_lifted() -> None:
    """A language that the model speaks ends the refusal, for the next utterance."""
    session = Session(lambda: INFO)
    receive(session, UNSPOKEN, START)
    assert brief(receive(session, SPOKEN, CHUNK, STOP)) == ["transcript"]
    assert session.receive(START) == [BeginUtterance(2, "de")]


def test_the_refusal_names_the_model_and_the_language() -> None:
    """A refusal says which model does not understand what."""
    (action,) = Session(lambda: INFO).receive(Transcribe(language="fr-CA").event())
    assert isinstance(action, Send)
    assert action.event.data["text"] == "fake does not understand 'fr'"


# Formats.

NO_NUMBERS: Final[list[object]] = [None, 0, -1, 10**30, 2.0, True, "2", [2], {}]


@pytest.mark.parametrize("event_type", ["audio-start", "audio-chunk"])
@pytest.mark.parametrize("field", ["rate", "width", "channels"])
@pytest.mark.parametrize("value", NO_NUMBERS, ids=repr)
def test_impossible_formats(event_type: str, field: str, value: object) -> None:
    """A format that cannot be gets an error and an empty transcript, and the connection lives."""
    session = Session(lambda: INFO)
    fields: dict[str, object] = {"rate": 16_000, "width": 2, "channels": 1, field: value}
    assert sent(session.receive(Event(event_type, fields, b"x"))) == [BAD_AUDIO, EMPTY]
    assert receive(session, CHUNK, STOP) == []
    assert brief(receive(session, START, CHUNK, STOP)) == ["begin 2", "hear 2", "end 2"]


@pytest.mark.parametrize("event_type", ["audio-start", "audio-chunk"])
def test_missing_formats(event_type: str) -> None:
    """An audio event without a format gets an error and an empty transcript."""
    assert sent(Session(lambda: INFO).receive(Event(event_type, {}, b"x"))) == [BAD_AUDIO, EMPTY]


def test_a_format_becomes_impossible() -> None:
    """An impossible chunk ends its utterance there and then, and its recognition."""
    session = Session(lambda: INFO)
    receive(session, START, CHUNK)
    actions = session.receive(BAD_CHUNK)
    assert actions[0] == AbandonUtterance(1)
    assert sent(actions) == [BAD_AUDIO, EMPTY]
    assert session.n_unanswered == 0


# What is no utterance.


def test_fail_all() -> None:
    """At once, every utterance without an answer gets an error and an empty transcript, in order.

    Those are the ended, the open and the refused ones; what has been answered stays so.
    """
    session = Session(lambda: INFO)
    for event in (START, STOP, START, STOP, START, STOP, UNSPOKEN, START):
        session.receive(event)
    session.conclude(2, TranscriptUpdate("two", "en"))
    down = ("error", "shutting_down")
    assert see(session.fail_all(ShuttingDown("bye"))) == [
        down, EMPTY, *streamed("two"), down, EMPTY, BAD_LANGUAGE, down, EMPTY,
    ]  # fmt: skip
    assert session.n_unanswered == 0
    assert session.fail_all(ShuttingDown("bye")) == []
    assert sent(session.receive(STOP)) == []


@pytest.mark.parametrize("text", [None, "", "hello", "größe \ud800"])
def test_ping(text: str | None) -> None:
    """A ping is answered with its own text."""
    assert sent(Session(lambda: INFO).receive(Event("ping", {"text": text}))) == [("pong", text)]


def test_ping_without_text() -> None:
    """A ping needs no text."""
    assert sent(Session(lambda: INFO).receive(Event("ping"))) == [("pong", None)]


@pytest.mark.parametrize("text", [7, True, 1.5, ["a"], {}], ids=repr)
def test_ping_with_an_odd_text(text: object) -> None:
    """A ping whose text is no string gets an error, and the connection lives."""
    session = Session(lambda: INFO)
    assert sent(session.receive(Event("ping", {"text": text}))) == [("error", "invalid_event")]
    assert sent(session.receive(Event("ping", {"text": "a"}))) == [("pong", "a")]


@pytest.mark.parametrize("state", State)
def test_pong_and_info_do_not_wait(state: State) -> None:
    """Ping and describe are answered at once, whatever is open and unanswered."""
    session = Session(lambda: INFO)
    receive(session, START, STOP)
    bring_to(session, state)
    actions = receive(session, Event("ping", {"text": "a"}), Event("describe"))
    assert [kind for kind, _ in sent(actions)] == ["pong", "info"]


def test_describe() -> None:
    """A describe is answered with what the server says of itself."""
    (action,) = Session(lambda: INFO).receive(Event("describe"))
    assert action == Send(INFO.event())
    assert isinstance(action, Send)
    assert Info.from_event(action.event).asr[0].models[0].languages == ["de", "en"]


@pytest.mark.parametrize(
    "event_type",
    ["", "future", "Describe", "transcript", "error", "info", "select-program", "run-pipeline"],
)
def test_unknown_events_are_ignored(event_type: str) -> None:
    """Events that are unknown, or mean nothing to a server, change nothing."""
    session = Session(lambda: INFO)
    assert session.receive(Event(event_type, {"language": 7, "name": []}, b"x")) == []
    assert session.receive(START) == [BeginUtterance(1, None)]


# Any sequence of events and results.


class Oracle:
    """Says what a client must be told, by the contract's rules rather than by states."""

    def __init__(self) -> None:
        # What is told in order: for each utterance its answer, `None` until it is known; and
        # between them what a refused transcribe is told.
        self.told: list[list[Seen] | None] = []
        self.pieces: dict[int, list[Seen]] = {}  # of a place whose answer is not known yet
        self.place: dict[int, int] = {}  # where an utterance's answer belongs in `told`
        self.to_settle: set[int] = set()  # utterances that wait for a result
        self.overheard: set[int] = set()  # utterances answered before their end
        self.opened: int | None = None  # the utterance whose audio-stop is to come
        self.expected: list[str] = []  # of the actions, those that are no answer
        self._refused = False
        self._warned = False  # the peer knows that its next utterance is refused
        self._held: list[Seen] = []  # what the open utterance is told at its end

    @property
    def stream(self) -> list[Seen]:
        """What the client must have been told by now, pong apart."""
        ready = list(takewhile(lambda answer: answer is not None, self.told))
        return [seen for answer in ready for seen in answer or ()] + self.pieces.get(len(ready), [])

    @property
    def n_unanswered(self) -> int:
        first_open = next((i for i, answer in enumerate(self.told) if answer is None), None)
        if first_open is None:
            return 0
        return sum(place >= first_open for place in self.place.values())

    def transcribe(self, *, refused: bool) -> None:
        self._refused = self._warned = refused
        if refused:
            if len(self.told) - 1 not in self.place.values() and None in self.told:
                self.told.pop()  # a refusal that still waits is not told twice
            self.told.append([BAD_LANGUAGE])

    def audio(self, signal: str) -> None:
        number = self.opened
        if number is None or signal.endswith("start"):
            self._close()
            number = self.opened = len(self.place) + 1
            self.place[number] = len(self.told)
            self.told.append(None)
            self._open(number, signal)
        if signal == "bad chunk" and number in self.to_settle:
            self.expected.append(f"abandon {number}")
            self.settle(number, [BAD_AUDIO, EMPTY])
        if signal == "chunk" and number in self.to_settle | self.overheard:
            self.expected.append(f"hear {number}")
        if signal == "stop":
            self._close()

    def _open(self, number: int, signal: str) -> None:
        place = self.place[number]
        if signal == "stop":
            self.told[place] = [EMPTY]
        elif signal.startswith("bad"):
            self.told[place] = [BAD_AUDIO, EMPTY]
        elif not self._refused:
            self.to_settle.add(number)
            self.expected.append(f"begin {number}")
        else:
            self._held = [EMPTY] if self._warned else [BAD_LANGUAGE, EMPTY]
            self._warned = False

    def _close(self) -> None:
        if self.opened in self.to_settle | self.overheard:
            self.expected.append(f"end {self.opened}")
        elif self.opened is not None and self.told[self.place[self.opened]] is None:
            self.told[self.place[self.opened]] = self._held
        self.opened = None

    def publish(self, number: int, piece: str) -> None:
        pieces = self.pieces.setdefault(self.place[number], [("transcript-start", None)])
        pieces.append(("transcript-chunk", piece))

    def settle(self, number: int, answer: list[Seen]) -> None:
        self.to_settle.discard(number)
        pieces = self.pieces.pop(self.place[number], [])
        stop: list[Seen] = [("transcript-stop", None)] if pieces else []
        self.told[self.place[number]] = [*pieces, *answer, *stop]

    def conclude(self, number: int, text: str) -> None:
        begun = "".join(text for _, text in self.pieces.get(self.place[number], []) if text)
        if not begun or begun != text:
            self.publish(number, text.removeprefix(begun))
        self.settle(number, [("transcript", text)])
        if number == self.opened:
            self.overheard.add(number)


EVENTS: Final = SIGNALS | {
    "refuse": UNSPOKEN,
    "accept": SPOKEN,
    "ping": Event("ping", {"text": "a"}),
    "future": Event("future", {"rate": 0}),
}
Step = tuple[str, int]
steps = st.tuples(
    st.sampled_from([*EVENTS, *(2 * ["chunk", "stop", "start", "conclude", "publish"]), "fail"]),
    st.integers(0, 5),
)


@settings(deadline=None, max_examples=300)
@given(st.lists(steps, max_size=40), st.randoms(use_true_random=False))
def test_every_utterance_is_answered_once_and_in_order(script: list[Step], order: Random) -> None:
    """Whatever comes in whatever order, each utterance gets the one answer due to it, in turn."""
    session, oracle = Session(lambda: INFO), Oracle()
    stream: list[Seen] = []
    actions: list[str] = []

    texts: dict[int, str] = {}  # what is published

    def settle(number: int, how: str) -> None:
        if how == "fail":
            stream.extend(see(session.fail(number, EngineFailed("x"))))
            oracle.settle(number, [("error", "engine_failed"), EMPTY])
            return
        piece = " more" if number in texts else f"text {number}"
        texts[number] = texts.get(number, "") + piece
        if how == "publish":
            stream.extend(see(session.publish(number, said(texts[number]))))
            oracle.publish(number, piece)
        else:
            stream.extend(see(session.conclude(number, said(texts[number]))))
            oracle.conclude(number, texts[number])

    for word, choice in script:
        if word in EVENTS:
            received = session.receive(EVENTS[word])
            answers = sent(received)
            if word == "ping":
                assert answers == [("pong", "a")]
                answers = []
            stream += answers
            actions += brief([action for action in received if not isinstance(action, Send)])
            if word in SIGNALS:
                oracle.audio(word)
            elif word in {"refuse", "accept"}:
                oracle.transcribe(refused=word == "refuse")
        elif oracle.to_settle:
            number = sorted(oracle.to_settle)[choice % len(oracle.to_settle)]
            settle(number, word)
        assert stream == oracle.stream
        assert actions == oracle.expected
        assert session.n_unanswered == oracle.n_unanswered

    stream += sent(session.receive(STOP))
    oracle.audio("stop")
    rest = sorted(oracle.to_settle)
    order.shuffle(rest)
    for number in rest:
        settle(number, "conclude")
    assert stream == oracle.stream
    assert session.n_unanswered == 0
    transcripts = [seen for seen in stream if seen[0] == "transcript"]
    assert len(transcripts) == len(oracle.place)


def test_a_language_of_the_model_that_is_to_come() -> None:
    """Who asks for it is told how far that is, and served as soon as it is there."""
    outlook = Outlook(frozenset({"en", "fr"}), "the model is still being downloaded, 43 %")
    now = [offering(outlook=outlook)]
    session = Session(lambda: now[0])
    (refusal,) = (action.event for action in receive(session, UNSPOKEN) if isinstance(action, Send))
    assert refusal.data["code"] == "model_loading"
    assert refusal.data["text"].endswith("'fr'; the model is still being downloaded, 43 %")
    assert sent(receive(session, START, STOP)) == [EMPTY]
    now[0] = offering(languages=outlook.languages)
    assert brief(receive(session, START, STOP)) == ["begin 2", "end 2"]
    session.conclude(2, said("two"))
    now[0] = INFO
    assert sent(receive(session, START, STOP)) == [BAD_LANGUAGE, EMPTY]


def test_languages_to_come_are_offered() -> None:
    """A description names them already: Home Assistant asks for it once."""
    outlook = Outlook(frozenset({"fr"}), "soon")
    described = Info.from_event(offering(outlook=outlook).event())
    assert set(described.asr[0].models[0].languages) == {*INFO.default.languages, "fr"}
