"""Home Assistant's WebSocket API, as far as names need it.

https://developers.home-assistant.io/docs/api/websocket: the server asks for a token, and then
answers commands, each by the command's number, with events in between. One coroutine at a time
talks to it. Questions about entities name them, in portions: all of a large home's at once are
megabytes, whose parsing would keep the event loop from everybody else.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import logging
from typing import TYPE_CHECKING, Any, Final

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from wyoming_whisper.home_assistant.errors import (
    CommandRefused,
    NotUnderstood,
    TokenRefused,
    Unreachable,
)
from wyoming_whisper.home_assistant.registry import Answers, exposed_entities
from wyoming_whisper.system.daemon_thread import in_daemon_thread

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

# Which entities are exposed is told of all at once: 60 bytes each, of which a very large home has
# fifty thousand.
MAX_MESSAGE_BYTES: Final = 4 * 2**20
# An entity's attributes are a kilobyte or so.
_PORTION: Final = 100
# What may change a name. Any user may subscribe to these.
_EVENTS: Final = (
    "area_registry_updated",
    "floor_registry_updated",
    "entity_registry_updated",
    "device_registry_updated",
)
# Refusals that the next try will not change: the token's user is no administrator, or the release
# does not know the command.
_LASTING: Final = frozenset({"unauthorized", "unknown_command"})
# At DEBUG the library logs what is sent, and the token is sent.
_LIBRARY_LOG: Final = logging.getLogger(f"{__name__}.websockets")
_LIBRARY_LOG.setLevel(logging.WARNING)


@contextlib.asynccontextmanager
async def connected(url: str, token: str, answer_s: float) -> AsyncIterator[HomeAssistant]:
    """Log in for as long as the context lasts.

    Args:
        url: The WebSocket's.
        token: What Home Assistant, or its Supervisor, has given out.
        answer_s: How long an answer may take.

    Raises:
        HomeAssistantError: If that fails.
    """
    async with contextlib.AsyncExitStack() as stack:
        try:
            socket = await stack.enter_async_context(
                connect(
                    url,
                    # It is at home, and the Supervisor is in this machine.
                    proxy=None,
                    compression=None,
                    open_timeout=answer_s,
                    close_timeout=1,
                    max_size=MAX_MESSAGE_BYTES,
                    logger=_LIBRARY_LOG,
                )
            )
        # What a name that is no host, or an answer that is no HTTP, raises is not all of one kind.
        except (OSError, EOFError, ValueError, WebSocketException) as error:
            raise Unreachable(_reason(error)) from error
        home_assistant = HomeAssistant(socket, answer_s)
        await home_assistant.log_in(token)
        yield home_assistant


class HomeAssistant:
    """Home Assistant, at the other end of a connection.

    Args:
        socket: The connection.
        answer_s: How long an answer may take.
    """

    def __init__(self, socket: ClientConnection, answer_s: float) -> None:
        self._socket = socket
        self._answer_s = answer_s
        self._numbers = itertools.count(1)
        self._subscriptions: set[int] = set()
        self._has_changed = False  # an event has come since somebody last waited for one

    async def log_in(self, token: str) -> None:
        """Show the token.

        Raises:
            HomeAssistantError: If it is not the one, or nobody asks for it.
        """
        await self._expect("auth_required")
        await self._send({"type": "auth", "access_token": token})
        await self._expect("auth_ok")

    async def subscribe(self) -> None:
        """Be told from now on of what may change a name.

        Raises:
            HomeAssistantError: If that fails.
        """
        for event in _EVENTS:
            # Releases before floors subscribe to their event all the same.
            number, _ = await self._ask("subscribe_events", event_type=event)
            self._subscriptions.add(number)

    async def wait_for_change(self, settle_s: float) -> None:
        """Return when something may have changed, and nothing more has for a moment.

        Cancelling is safe; a change that was seen is reported at the next call.

        Args:
            settle_s: The moment. One act of a person may be many events.

        Raises:
            HomeAssistantError: If the connection is lost, or nonsense comes.
        """
        while not self._has_changed:
            await self._receive()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(settle_s):
                while True:
                    await self._receive()
        self._has_changed = False

    async def answers(self) -> tuple[Answers, tuple[str, ...]]:
        """Ask for everything that has to do with names.

        Returns:
            The answers, and the commands that this user or this release does not have; what they
            would have answered is left empty.

        Raises:
            HomeAssistantError: If another command fails.
        """
        missing: list[str] = []
        areas = await self._answer("config/area_registry/list", list, missing)
        floors = await self._answer("config/floor_registry/list", list, missing)
        listed = await self._answer("homeassistant/expose_entity/list", dict, missing)
        # All entities of the home are in it, also those that are not exposed.
        exposed = await in_daemon_thread(exposed_entities, listed)
        entries: dict[str, object] = {}
        states: dict[str, object] = {}
        for start in range(0, len(exposed), _PORTION):
            portion = exposed[start : start + _PORTION]
            command = "config/entity_registry/get_entries"
            entries |= await self._answer(command, dict, missing, entity_ids=portion)
            states |= await self._states(portion)
        return Answers(areas, floors, exposed, entries, states), tuple(missing)

    async def _answer(
        self, command: str, kind: type[Any], missing: list[str], **fields: object
    ) -> Any:  # noqa: ANN401 - of the kind
        """Return what a command answers, or an empty one of its kind where there is no such."""
        try:
            _, answer = await self._ask(command, **fields)
        except CommandRefused as refusal:
            if not refusal.is_lasting:
                raise
            missing.append(command)
            return kind()
        if not isinstance(answer, kind):
            raise NotUnderstood(f"its answer to {command} is none")
        return answer

    async def _states(self, entity_ids: Sequence[str]) -> dict[str, object]:
        """Return the states of entities, which `get_states` tells of all or none."""
        number, _ = await self._ask("subscribe_entities", entity_ids=entity_ids)
        async with self._answering():
            while True:
                message = await self._receive()
                if message.get("id") == number and message.get("type") == "event":
                    break
        await self._ask("unsubscribe_events", subscription=number)
        event = message.get("event")
        states = event.get("a") if isinstance(event, dict) else None
        if not isinstance(states, dict):
            raise NotUnderstood("the states of its entities are none")
        return states

    async def _ask(self, command: str, **fields: object) -> tuple[int, object]:
        """Return a command's number and its result."""
        number = next(self._numbers)
        async with self._answering():
            await self._send({"id": number, "type": command, **fields})
            while True:
                message = await self._receive()
                if message.get("id") == number and message.get("type") == "result":
                    break
        if message.get("success") is not True:
            error = message.get("error")
            code = error.get("code") if isinstance(error, dict) else None
            raise CommandRefused(command, is_lasting=isinstance(code, str) and code in _LASTING)
        return number, message.get("result")

    async def _expect(self, kind: str) -> None:
        async with self._answering():
            message = await self._receive()
        if message.get("type") == "auth_invalid":
            raise TokenRefused("it refuses the token")
        if message.get("type") != kind:
            raise NotUnderstood("it does not speak as Home Assistant does")

    @contextlib.asynccontextmanager
    async def _answering(self) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(self._answer_s):
                yield
        except TimeoutError as error:
            raise Unreachable(f"no answer in {self._answer_s:g} s") from error

    async def _send(self, message: Mapping[str, object]) -> None:
        try:
            await self._socket.send(json.dumps(message))
        except ConnectionClosed as error:
            raise Unreachable(_reason(error)) from error

    async def _receive(self) -> dict[str, object]:
        """Return the next message. Cancelling is safe."""
        try:
            text = await self._socket.recv(decode=True)
            message = json.loads(text)
        except ConnectionClosed as error:
            raise Unreachable(_reason(error)) from error
        except (ValueError, RecursionError) as error:
            raise NotUnderstood("it sends what is no JSON") from error
        if not isinstance(message, dict):
            raise NotUnderstood("it sends what is no message")
        number = message.get("id")
        if isinstance(number, int) and number in self._subscriptions:
            self._has_changed |= message.get("type") == "event"
        return message


def _reason(error: Exception) -> str:
    """Return in our words why there is no connection."""
    if isinstance(error, ConnectionClosed):
        closing = error.sent or error.rcvd
        return f"the connection was lost (code {closing.code})" if closing else "it has gone"
    if isinstance(error, TimeoutError):
        return "it does not answer"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return f"no WebSocket there ({type(error).__name__})"
