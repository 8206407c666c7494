"""Wyoming connections on asyncio streams.

Theory of operation. One task reads a connection and never waits for a decode: it runs the session,
answers what can be answered at once, and puts audio into the stream of the utterance it belongs to.
One task per utterance hands what becomes of that back to the session. So a hang-up, a ping or a
``describe`` is noticed while the engine is busy.

Backpressure: reading pauses while a peer does not take its answers (the transport's high water), is
too far ahead of the recognition of its audio (`_INBOX_HIGH_BYTES`), or has too many unanswered
utterances (`_MAX_UNANSWERED`). Only then a hang-up is noticed late.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import logging
import socket
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Final

from wyoming_whisper.audio.pcm import SAMPLE_RATE
from wyoming_whisper.errors import FramingError, Overloaded, ShuttingDown, WyomingWhisperError
from wyoming_whisper.recognition.accounting import CountedRequest
from wyoming_whisper.recognition.snapping import SnapOptions
from wyoming_whisper.wyoming_api.errors import error_event
from wyoming_whisper.wyoming_api.framing import EventDecoder, encode_event
from wyoming_whisper.wyoming_api.info import API
from wyoming_whisper.wyoming_api.session import (
    AbandonUtterance,
    BeginUtterance,
    EndUtterance,
    HearAudio,
    Send,
    Session,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from wyoming.event import Event

    from wyoming_whisper.recognition.live import LiveStream
    from wyoming_whisper.recognition.recognizer import Recognizer
    from wyoming_whisper.values import DecodeOptions
    from wyoming_whisper.wyoming_api.info import ServiceInfo
    from wyoming_whisper.wyoming_api.session import Action

_LOG: Final = logging.getLogger(__name__)

MAX_CONNECTIONS: Final = 1_000
"""A house has dozens of satellites; each connection costs some 100 kB."""

# Two seconds of Home Assistant's audio.
_READ_BYTES: Final = 64 * 1024
# Four minutes of 16 kHz 16 bit: an utterance that arrives faster than it is recognised.
_INBOX_HIGH_BYTES: Final = 8 * 1024 * 1024
_INBOX_LOW_BYTES: Final = _INBOX_HIGH_BYTES // 2
# Clients wait for an answer before they ask again; a few may be sent ahead.
_MAX_UNANSWERED: Final = 16
# How long a peer that has broken the framing may take to read why.
_FAREWELL_S: Final = 2.0


class WyomingServer:
    """Serves Wyoming on listening sockets.

    Args:
        recognizer: Recognises utterances.
        info: Returns what the server says of itself now.
    """

    def __init__(self, recognizer: Recognizer, info: Callable[[], ServiceInfo]) -> None:
        self._recognizer = recognizer
        self._info = info
        self._servers: list[asyncio.Server] = []
        self._connections: dict[_Connection, asyncio.Task[None]] = {}
        self._numbers = itertools.count(1)
        recognizer.accounting.register(API)

    async def start(self, listeners: Iterable[socket.socket]) -> None:
        """Accept connections."""
        for listener in listeners:
            start = (
                asyncio.start_unix_server
                if listener.family == socket.AF_UNIX
                else asyncio.start_server
            )
            self._servers.append(await start(self._accept, sock=listener, limit=_READ_BYTES))

    def stop_accepting(self) -> None:
        """Close the listeners; open connections live on."""
        for server in self._servers:
            server.close()

    async def finish_utterances(self) -> None:
        """Wait until every open utterance is complete and answered. Cancelling it is safe."""
        while recognitions := [t for c in self._connections for t in c.recognitions]:
            await asyncio.wait(recognitions)

    async def close(self) -> None:
        """Fail what is open, and close all connections."""
        connections = dict(self._connections)
        for connection, task in connections.items():
            connection.fail_open_utterances(ShuttingDown())
            task.cancel()
        await asyncio.gather(*connections.values(), return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = _Connection(next(self._numbers), reader, writer, self._recognizer, self._info)
        if len(self._connections) >= MAX_CONNECTIONS:
            await connection.refuse(Overloaded("too many connections"))
            return
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - asyncio.streams runs this in a task
        self._connections[connection] = task
        try:
            await connection.run()
        except asyncio.CancelledError:
            # Only `close` cancels, and asyncio.streams would report the task's end as an error.
            _LOG.debug("%s closed at shutdown", connection)
        finally:
            del self._connections[connection]


class _Connection:
    """One peer."""

    def __init__(
        self,
        number: int,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        recognizer: Recognizer,
        info: Callable[[], ServiceInfo],
    ) -> None:
        self._number = number
        self._reader = reader
        self._writer = writer
        self._recognizer = recognizer
        self._session = Session(info)
        self._open: dict[int, _OpenUtterance] = {}
        # By number: what was answered early, and still comes.
        self._overheard: dict[int, LiveStream] = {}
        self._progress = asyncio.Event()  # a recognition has consumed audio, or has ended

    def __str__(self) -> str:
        return f"[{self._number}]"

    @property
    def recognitions(self) -> list[asyncio.Task[None]]:
        """The tasks of the open utterances."""
        return [utterance.recognition for utterance in self._open.values()]

    async def run(self) -> None:
        """Serve the peer until it leaves."""
        _LOG.debug("%s connected", self)
        try:
            async with asyncio.TaskGroup() as recognitions:
                await self._read(recognitions)
                self._hang_up()
        except* FramingError as group:
            _LOG.warning("%s sent no Wyoming event: %s", self, group.exceptions[0])
            await self._say_farewell(group.exceptions[0])
        except* ConnectionError as group:
            _LOG.info("%s connection lost: %s", self, group.exceptions[0])
        finally:
            await self._close()

    async def refuse(self, error: WyomingWhisperError) -> None:
        """Tell the peer why it is not served, and close."""
        _LOG.warning("%s refused: %s", self, error)
        await self._say_farewell(error)
        await self._close()

    def fail_open_utterances(self, error: WyomingWhisperError) -> None:
        """Answer everything that is open with an error."""
        for recognition in self.recognitions:
            recognition.cancel()
        self._write(self._session.fail_all(error))

    async def _read(self, recognitions: asyncio.TaskGroup) -> None:
        """Read until the peer has no more to say."""
        decoder = EventDecoder()
        while data := await self._reader.read(_READ_BYTES):
            for event in decoder.feed(data):
                _LOG.debug("%s < %s, %d bytes", self, event.type, len(event.payload or b""))
                for action in self._session.receive(event):
                    self._act(action, recognitions)
                await self._catch_up()
            await self._writer.drain()
        if decoder.mid_event:
            _LOG.info("%s left in the middle of an event", self)

    def _act(self, action: Action, recognitions: asyncio.TaskGroup) -> None:
        match action:
            case Send(event):
                self._write([event])
            case BeginUtterance():
                self._begin(action, recognitions)
            case HearAudio(number, pcm_format, data) if stream := self._stream(number):
                stream.put(pcm_format, data)
            case EndUtterance(number) if stream := self._stream(number):
                stream.end()
            case AbandonUtterance(number) if number in self._open:
                self._open.pop(number).recognition.cancel()
            case _:
                pass  # a chunk of an utterance that has failed already

    def _begin(self, begin: BeginUtterance, recognitions: asyncio.TaskGroup) -> None:
        resources = contextlib.ExitStack()
        program = resources.enter_context(self._recognizer.using(begin.program))
        options = program.decoding
        only = next(iter(program.languages)) if len(program.languages) == 1 else None
        options = replace(options, language=begin.language or options.language or only)
        stream = self._recognizer.listen(
            program,
            options,
            self._progress.set,
            SnapOptions(expected=begin.expected),
            turn=program.options.turn.at(begin.sensitivity),
            speech_started=partial(self._hear_voice, begin.utterance),
        )
        recognition = recognitions.create_task(
            self._recognise(begin.utterance, stream, options, recognitions)
        )
        recognition.add_done_callback(lambda _: resources.close())
        self._open[begin.utterance] = _OpenUtterance(stream, recognition)

    def _stream(self, number: int) -> LiveStream | None:
        """Return the stream of an utterance that is open, or whose rest is overheard."""
        if number in self._open:
            return self._open[number].stream
        return self._overheard.get(number)

    def _hear_voice(self, number: int, start: int) -> None:
        if number in self._open:
            self._write(self._session.hear_voice(number, _milliseconds(start)))

    async def _catch_up(self) -> None:
        """Pause above the high water until below the low one."""
        if self._n_waiting_bytes < _INBOX_HIGH_BYTES and self._n_unanswered <= _MAX_UNANSWERED:
            return
        while self._n_waiting_bytes > _INBOX_LOW_BYTES or self._n_unanswered > _MAX_UNANSWERED:
            self._progress.clear()
            await self._progress.wait()

    @property
    def _n_unanswered(self) -> int:
        return self._session.n_unanswered

    @property
    def _n_waiting_bytes(self) -> int:
        streams = [utterance.stream for utterance in self._open.values()]
        return sum(stream.n_waiting_bytes for stream in (*streams, *self._overheard.values()))

    async def _recognise(
        self, number: int, stream: LiveStream, options: DecodeOptions, tasks: asyncio.TaskGroup
    ) -> None:
        """Bring one utterance from its first chunk to its answer."""
        try:
            with CountedRequest(self._recognizer.accounting, API, options.task) as counted:
                async with stream:
                    async for update in stream:
                        # The whole goes out in one piece with what ends it.
                        if not stream.is_complete:
                            self._write(self._session.publish(number, update))
                answered_s = asyncio.get_running_loop().time() - stream.ended_at
                counted.report, counted.answered_s = stream.report, answered_s
            _LOG.info("%s %s", self, stream.report.line(answered_s))
            # Of what was silent nobody knows another language than the one that was expected.
            known = replace(update, language=update.language or options.language)
            events = self._session.conclude(number, known, _voice_end(stream))
        except WyomingWhisperError as error:
            _LOG.warning("%s utterance failed: %s", self, error)
            events = self._session.fail(number, error)
        except Exception as error:  # noqa: BLE001 - a bug; the peer is answered all the same
            _LOG.exception("%s utterance failed", self)
            events = self._session.fail(number, error)
        del self._open[number]
        self._progress.set()
        self._write(events)
        if stream.has_ended_early:
            self._overheard[number] = stream
            tasks.create_task(self._overhear(number, stream))

    async def _overhear(self, number: int, stream: LiveStream) -> None:
        """Read what comes behind an early answer, up to its end: was its speaker cut off?"""
        try:
            # What is too long, or of no format, has been answered.
            with contextlib.suppress(WyomingWhisperError):
                await stream.overhear()
        finally:
            del self._overheard[number]
            if stream.was_cut:
                self._recognizer.accounting.cuts += 1
                _LOG.info("%s spoke on behind an early answer", self)

    def _hang_up(self) -> None:
        if self._open:
            _LOG.info("%s hung up on %d utterances", self, len(self._open))
        else:
            _LOG.debug("%s left", self)
        for recognition in self.recognitions:
            recognition.cancel()
        for stream in self._overheard.values():
            stream.end()

    def _write(self, events: Sequence[Event]) -> None:
        # A peer may leave as soon as it has what it wanted; asyncio would log each write to it.
        if events and not self._writer.is_closing():
            self._writer.write(b"".join(encode_event(event) for event in events))

    async def _say_farewell(self, error: BaseException) -> None:
        """Send an error, and give the peer the time to read it.

        Closing at once would reset the connection where unread bytes are left, and take the error
        with it.
        """
        with contextlib.suppress(ConnectionError, TimeoutError):
            async with asyncio.timeout(_FAREWELL_S):
                self._write([error_event(error)])
                if self._writer.can_write_eof():
                    self._writer.write_eof()
                while await self._reader.read(_READ_BYTES):
                    pass

    async def _close(self) -> None:
        self._writer.close()
        try:
            async with asyncio.timeout(_FAREWELL_S):
                await self._writer.wait_closed()
        except TimeoutError:
            self._writer.transport.abort()
        except ConnectionError:
            pass


@dataclass(frozen=True, slots=True)
class _OpenUtterance:
    stream: LiveStream
    recognition: asyncio.Task[None]


def _voice_end(stream: LiveStream) -> int | None:
    """Return where speech ended, in milliseconds, if the server looked for it and there was any."""
    turn = stream.turn
    if turn is None or not turn.uses_endpointing or turn.speech_start is None:
        return None
    return _milliseconds(turn.speech_end)


def _milliseconds(n_samples: int) -> int:
    return n_samples * 1000 // SAMPLE_RATE
