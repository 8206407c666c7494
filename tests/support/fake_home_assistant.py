"""A Home Assistant on the loopback, with the part of its WebSocket API that names need."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import TYPE_CHECKING, Any, Final

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

TOKEN: Final = "eyJ0-a-token-of-the-tests"
_LOG: Final = logging.getLogger("fake_home_assistant")
_LOG.setLevel(logging.CRITICAL)


class Mood(Enum):
    """How it behaves from the next message on."""

    GOOD = auto()
    SILENT = auto()  # reads, and says nothing
    REFUSING = auto()  # knows no token
    NONSENSE = auto()  # says what is no JSON
    STRANGE = auto()  # says JSON that is no message
    HUGE = auto()  # says more than anybody takes
    HANGING_UP = auto()  # ends each connection that asks for anything


def entry(name: str | None, *aliases: str | None, **more: object) -> dict[str, Any]:
    return {"name": name, "aliases": list(aliases), "disabled_by": None, **more}


@dataclass
class FakeHomeAssistant:
    """A home, which tests change, and what it was asked for."""

    areas: list[Any] = field(
        default_factory=lambda: [entry("Kitchen", "Galley"), entry("Wohnzimmer")]
    )
    floors: list[Any] = field(default_factory=lambda: [entry("Upstairs")])
    entities: dict[str, dict[str, Any]] = field(
        default_factory=lambda: {"light.lamp": entry("Lamp", None, "Reading Light")}
    )
    friendly_names: dict[str, str] = field(
        default_factory=lambda: {"light.lamp": "Kitchen Lamp", "scene.movie": "Movie Night"}
    )
    exposed: dict[str, Any] = field(
        default_factory=lambda: {
            "light.lamp": {"conversation": True},
            "scene.movie": {"conversation": True},
            "lock.safe": {"conversation": False, "cloud.alexa": True},
        }
    )
    refused: dict[str, str] = field(default_factory=dict)
    """Codes of the errors with which commands are answered."""
    mood: Mood = Mood.GOOD
    port: int = 0
    commands: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._server: Server | None = None
        self._more = asyncio.Condition()
        self._listening: dict[ServerConnection, set[int]] = {}

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/api/websocket"

    async def come(self) -> None:
        """Listen, at the same port as before if it has listened before."""
        self._server = await serve(self._serve, "127.0.0.1", self.port, logger=_LOG)
        self.port = next(iter(self._server.sockets)).getsockname()[1]

    async def go(self) -> None:
        """Be there no more."""
        assert self._server is not None
        self._server.close()
        await self._server.wait_closed()

    async def rename_area(self, number: int, name: str) -> None:
        """Give an area another name, and tell who listens."""
        self.areas[number]["name"] = name
        await self.tell("area_registry_updated")

    async def tell(self, event_type: str) -> None:
        for connection, numbers in self._listening.items():
            for number in numbers:
                event = {"event_type": event_type, "data": {}}
                await _send(connection, {"id": number, "type": "event", "event": event})

    async def asked(self, command: str, n_times: int = 1) -> None:
        """Wait until a command has come so often."""
        async with self._more:
            await self._more.wait_for(lambda: self.commands.count(command) >= n_times)

    async def _note(self, command: str) -> None:
        async with self._more:
            self.commands.append(command)
            self._more.notify_all()

    async def _serve(self, connection: ServerConnection) -> None:
        with contextlib.suppress(ConnectionClosed):
            await self._note("connect")
            await self._say(connection, {"type": "auth_required", "ha_version": "2026.10.0"})
            shown = json.loads(await connection.recv())
            await self._note("auth")
            if self.mood is Mood.REFUSING or shown.get("access_token") != TOKEN:
                await self._say(connection, {"type": "auth_invalid", "message": f"no {shown}"})
                return
            await self._say(connection, {"type": "auth_ok", "ha_version": "2026.10.0"})
            self._listening[connection] = set()
            try:
                async for text in connection:
                    message = json.loads(text)
                    await self._note(message["type"])
                    if self.mood is Mood.HANGING_UP:
                        return
                    await self._answer(connection, message)
            finally:
                del self._listening[connection]

    async def _answer(self, connection: ServerConnection, message: dict[str, Any]) -> None:
        number, command = message["id"], message["type"]
        said = {"id": number, "type": "result", "success": True, "result": None}
        if code := self.refused.get(command):
            error = {"code": code, "message": "in words of its own"}
            await self._say(connection, said | {"success": False, "error": error})
            return
        ids = message.get("entity_ids", ())
        match command:
            case "config/area_registry/list":
                said["result"] = self.areas
            case "config/floor_registry/list":
                said["result"] = self.floors
            case "homeassistant/expose_entity/list":
                said["result"] = {"exposed_entities": self.exposed}
            case "config/entity_registry/get_entries":
                said["result"] = {entity_id: self.entities.get(entity_id) for entity_id in ids}
            case "subscribe_events":
                self._listening[connection].add(number)
        await self._say(connection, said)
        if command == "subscribe_entities":
            added = {
                entity_id: {"s": "on", "a": {"friendly_name": self.friendly_names[entity_id]}}
                for entity_id in ids
                if entity_id in self.friendly_names
            }
            event = {"id": number, "type": "event", "event": {"a": added}}
            await self._say(connection, event)

    async def _say(self, connection: ServerConnection, message: dict[str, Any]) -> None:
        match self.mood:
            case Mood.SILENT:
                return
            case Mood.NONSENSE:
                await connection.send("<html>{")
            case Mood.STRANGE:
                await connection.send(json.dumps([message]))
            case Mood.HUGE:
                await connection.send(" " * 8 * 2**20)
            case _:
                await _send(connection, message)


async def _send(connection: ServerConnection, message: dict[str, Any]) -> None:
    await connection.send(json.dumps(message))


@contextlib.asynccontextmanager
async def at_home(**state: Any) -> AsyncIterator[FakeHomeAssistant]:  # noqa: ANN401 - its fields
    """Run a Home Assistant."""
    home = FakeHomeAssistant(**state)
    await home.come()
    try:
        yield home
    finally:
        await home.go()
