"""Wyoming connections on asyncio streams.

Theory of operation. One task reads a connection and never waits for a decode: it runs the session,
answers what can be answered at once, and puts audio into the inbox of the utterance it belongs to.
One task per utterance feeds the pipeline from that inbox and hands the outcome back to the session.
So a hang-up, a ping or a ``describe`` is noticed while the engine is busy.

Backpressure: reading pauses while a peer does not take its answers (the transport's high water), is
too far ahead of the recognition of its audio (`_INBOX_HIGH_BYTES`), or has too many unanswered
utterances (`_MAX_UNANSWERED`). Only then a hang-up is noticed late.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import logging
import math
import socket
from collections import deque
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from wyoming_whisper.errors import FramingError, Overloaded, ShuttingDown, WyomingWhisperError
from wyoming_whisper.recognition.accounting import CountedRequest
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
    from collections.abc import Iterable, Sequence

    from wyoming.event import Event

    from wyoming_whisper.audio.pcm_format import PcmFormat
    from wyoming_whisper.recognition.pipeline import Pipeline
    from wyoming_whisper.values import TranscriptUpdate
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
# A second of it: what is given to the recognition at once, give or take a chunk.
_FEED_BYTES: Final = 32_000
# Clients wait for an answer before they ask again; a few may be sent ahead.
_MAX_UNANSWERED: Final = 16
# How long a peer that has broken the framing may take to read why.
_FAREWELL_S: Final = 2.0


class WyomingServer:
    """Serves Wyoming on listening sockets.

    Args:
        pipeline: Recognises utterances.
        info: What the server says of itself.
    """

    def __init__(self, pipeline: Pipeline, info: ServiceInfo) -> None:
        self._pipeline = pipeline
        self._info = info
        self._servers: list[asyncio.Server] = []
        self._connections: dict[_Connection, asyncio.Task[None]] = {}
        self._numbers = itertools.count(1)
        pipeline.counters.register(API)

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
            connection.fail_open_utterances(ShuttingDown("the server is shutting down"))
            task.cancel()
        await asyncio.gather(*connections.values(), return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = _Connection(next(self._numbers), reader, writer, self._pipeline, self._info)
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
        pipeline: Pipeline,
        info: ServiceInfo,
    ) -> None:
        self._number = number
        self._reader = reader
        self._writer = writer
        self._pipeline = pipeline
        self._session = Session(info)
        self._open: dict[int, _OpenUtterance] = {}
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
            case BeginUtterance(number, language):
                inbox = _Inbox()
                recognition = recognitions.create_task(self._recognise(number, language, inbox))
                self._open[number] = _OpenUtterance(inbox, recognition)
            case HearAudio(number, pcm_format, data) if number in self._open:
                self._open[number].inbox.put(pcm_format, data)
            case EndUtterance(number) if number in self._open:
                self._open[number].inbox.end()
            case AbandonUtterance(number) if number in self._open:
                self._open.pop(number).recognition.cancel()
            case _:
                pass  # a chunk of an utterance that has failed already

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
        return sum(utterance.inbox.n_bytes for utterance in self._open.values())

    async def _recognise(self, number: int, language: str | None, inbox: _Inbox) -> None:
        """Bring one utterance from its first chunk to its answer."""

        def publish(update: TranscriptUpdate) -> None:
            self._write(self._session.publish(number, update))

        defaults = self._pipeline.defaults
        options = replace(defaults, language=language or defaults.language)
        utterance = self._pipeline.open(options, publish=publish)
        try:
            with CountedRequest(self._pipeline.counters, API, options.task) as counted:
                while (chunk := await inbox.get()) is not None:
                    self._progress.set()
                    await utterance.feed(*chunk)
                update = await utterance.finish()
                answered_s = asyncio.get_running_loop().time() - inbox.ended_at
                counted.report, counted.answered_s = utterance.report, answered_s
            _LOG.info("%s %s", self, counted.report.line(answered_s))
            events = self._session.conclude(number, update)
        except WyomingWhisperError as error:
            _LOG.warning("%s utterance failed: %s", self, error)
            events = self._session.fail(number, error)
        except Exception as error:  # noqa: BLE001 - a bug; the peer is answered all the same
            _LOG.exception("%s utterance failed", self)
            events = self._session.fail(number, error)
        finally:
            utterance.close()
        del self._open[number]
        self._progress.set()
        self._write(events)

    def _hang_up(self) -> None:
        if self._open:
            _LOG.info("%s hung up on %d utterances", self, len(self._open))
        else:
            _LOG.debug("%s left", self)
        for recognition in self.recognitions:
            recognition.cancel()

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
    inbox: _Inbox
    recognition: asyncio.Task[None]


class _Inbox:
    """Audio on its way from the reader to the recognition."""

    def __init__(self) -> None:
        self._chunks: deque[tuple[PcmFormat, bytes]] = deque()
        self._arrived = asyncio.Event()
        self.n_bytes = 0
        self.ended_at = math.inf

    def put(self, pcm_format: PcmFormat, data: bytes) -> None:
        """Add a chunk."""
        self._chunks.append((pcm_format, data))
        self.n_bytes += len(data)
        self._arrived.set()

    def end(self) -> None:
        """Say that nothing follows."""
        self.ended_at = asyncio.get_running_loop().time()
        self._arrived.set()

    async def get(self) -> tuple[PcmFormat, bytes] | None:
        """Return what waits, joined while the format is one; ``None`` behind the last of it.

        One window needs three of Home Assistant's chunks, and who sends faster than we recognise
        need not be heard chunk by chunk. Cancelling it loses nothing.
        """
        while not self._chunks:
            if self.ended_at < math.inf:
                return None
            self._arrived.clear()
            await self._arrived.wait()
        pcm_format, data = self._chunks.popleft()
        parts, n_bytes = [data], len(data)
        while self._chunks and self._chunks[0][0] == pcm_format and n_bytes < _FEED_BYTES:
            parts.append(self._chunks.popleft()[1])
            n_bytes += len(parts[-1])
        self.n_bytes -= n_bytes
        return pcm_format, b"".join(parts)
