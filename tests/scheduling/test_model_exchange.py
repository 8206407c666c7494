"""Models that take each other's place, while people speak."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

import pytest
from fakes import FACTS, FakeEngine, hypothesis, tone
from virtual_time import run_virtual

from wyoming_whisper.engines.engine import DecodeRequest
from wyoming_whisper.engines.threaded import ThreadedEngine
from wyoming_whisper.errors import DeviceUnavailable, ModelNotFound, ShuttingDown
from wyoming_whisper.scheduling.lifecycle import Lifecycle
from wyoming_whisper.scheduling.model_exchange import ModelExchange
from wyoming_whisper.scheduling.model_status import ModelState
from wyoming_whisper.scheduling.queue import DecodeQueue
from wyoming_whisper.scheduling.runner import Devices
from wyoming_whisper.values import DecodeOptions, Priority

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from wyoming_whisper.engines.engine import Model, ModelFacts, Progress
    from wyoming_whisper.values import Hypothesis

REQUEST: Final = DecodeRequest(tone(0.1), DecodeOptions())


class NamedEngine(FakeEngine):
    """Says which model it is, once it may."""

    def __init__(self, name: str, gate: threading.Event) -> None:
        super().__init__()
        self.name = name
        self.may_answer = gate
        self.has_closed = threading.Event()

    def transcribe(self, batch: Sequence[DecodeRequest]) -> list[Hypothesis]:
        assert not self.closed
        assert self.may_answer.wait(30)
        return [hypothesis(self.name) for _ in batch]

    def close(self) -> None:
        super().close()
        self.has_closed.set()


def opened() -> threading.Event:
    gate = threading.Event()
    gate.set()
    return gate


@dataclass
class Store:
    """Where models come from, and how that goes."""

    failures: list[Exception] = field(default_factory=list)  # of fetches, first ones first
    load_errors: dict[str, Exception] = field(default_factory=dict)  # by the model's name
    fetch_gate: threading.Event = field(default_factory=opened)
    load_gate: threading.Event = field(default_factory=opened)
    answer_gate: threading.Event = field(default_factory=opened)
    n_fetches: int = 0
    engines: list[NamedEngine] = field(default_factory=list)


@dataclass(frozen=True)
class StoredModel:
    """A model of a store."""

    name: str
    store: Store = field(compare=False)
    is_local: bool = True
    stand_in: StoredModel | None = field(default=None, compare=False)
    is_remote: bool = True
    reason: str = ""

    @property
    def facts(self) -> ModelFacts:
        return replace(FACTS, name=self.name)

    def words(self) -> frozenset[str]:
        return frozenset()

    def fetch(self, progress: Progress) -> StoredModel:
        progress(1, 2)
        assert self.store.fetch_gate.wait(30)
        self.store.n_fetches += 1
        if self.store.failures:
            raise self.store.failures.pop(0)
        return replace(self, is_local=True)

    def load(self) -> ThreadedEngine:
        assert self.store.load_gate.wait(30)
        if self.name in self.store.load_errors:
            raise self.store.load_errors[self.name]
        self.store.engines.append(NamedEngine(self.name, self.store.answer_gate))
        return ThreadedEngine(self.store.engines[-1])


class Server:
    """A program whose model may be exchanged."""

    def __init__(self, model: StoredModel) -> None:
        self.wanted: Model | Exception = model
        self.queue = DecodeQueue(max_queued=64)
        devices = Devices(self.queue)
        self.served: list[str] = []
        self.changed = asyncio.Event()
        self.looked = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self.exchange = ModelExchange(
            model, self.find, lambda model: Lifecycle(model, self.queue, devices), self.note
        )

    def find(self) -> Model:
        self._loop.call_soon_threadsafe(self.looked.set)
        if isinstance(self.wanted, Exception):
            raise self.wanted
        return self.wanted

    def note(self, life: Lifecycle) -> None:
        self.served.append(life.model.facts.name)
        self.changed.set()

    async def next_model(self) -> None:
        """Wait until another model serves."""
        await self.changed.wait()
        self.changed.clear()

    async def say(self) -> str:
        """Return the name of the model that decodes what somebody says now."""
        return (await self.exchange.serving.submit(REQUEST, Priority.FINAL)).text


@contextlib.asynccontextmanager
async def serving(server: Server) -> AsyncIterator[None]:
    """Let a server serve for the length of a block."""
    task = asyncio.create_task(server.exchange.run())
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


def small_and_large(store: Store) -> StoredModel:
    """Return a model that has to be fetched, with one that serves until then."""
    return StoredModel("large", store, is_local=False, stand_in=StoredModel("small", store))


async def coming_state(server: Server, state: ModelState) -> Lifecycle:
    """Wait until the model that is to come is so far."""
    async with asyncio.timeout(20):
        while True:
            coming = server.exchange.coming
            if coming is not None and coming.status.state is state:
                return coming
            await asyncio.sleep(0.001)


async def test_one_serves_until_the_other_is_there() -> None:
    """While a model is fetched and loaded its stand-in answers; then that one is closed."""
    store = Store()
    store.fetch_gate.clear()
    server = Server(small_and_large(store))
    async with serving(server):
        assert await server.say() == "small"
        coming = await coming_state(server, ModelState.FETCHING)
        assert "still being downloaded, 50 %" in coming.status.reason
        store.load_gate.clear()
        store.fetch_gate.set()
        await coming_state(server, ModelState.LOADING)
        assert await server.say() == "small"
        store.load_gate.set()
        await server.next_model()
        assert await server.say() == "large"
        assert server.exchange.coming is None
        small, large = store.engines
        assert await asyncio.to_thread(small.has_closed.wait, 20)
        assert not large.closed
    assert server.served == ["large"]


async def test_who_has_begun_ends_with_the_same_model() -> None:
    """A model lives on while somebody uses it, and a decode is not cut off."""
    store = Store()
    store.fetch_gate.clear()
    server = Server(small_and_large(store))
    async with serving(server):
        speaker = object()
        begun = server.exchange.serving
        begun.join(speaker)
        assert await server.say() == "small"
        store.answer_gate.clear()
        slow = begun.submit(REQUEST, Priority.FINAL)
        store.fetch_gate.set()
        await server.next_model()
        new = server.exchange.serving.submit(REQUEST, Priority.FINAL)
        store.answer_gate.set()
        assert (await slow).text == "small"
        assert (await new).text == "large"
        assert (await begun.submit(REQUEST, Priority.FINAL)).text == "small"
        assert not store.engines[0].closed
        begun.leave(speaker)
        assert await asyncio.to_thread(store.engines[0].has_closed.wait, 20)
        with pytest.raises(ShuttingDown):
            begun.submit(REQUEST, Priority.FINAL)


@pytest.mark.parametrize(
    "error", [DeviceUnavailable("large does not fit"), MemoryError()], ids=["ours", "a bug's"]
)
async def test_what_cannot_be_loaded_leaves_the_old_one(
    error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    """It is one line, the present model serves on, and who asks is told why; later it may work."""
    store = Store(load_errors={"large": error})
    server = Server(small_and_large(store))
    async with serving(server):
        coming = await coming_state(server, ModelState.FAILED)
        assert coming.status.reason in {"large does not fit", "large could not be loaded"}
        assert await server.say() == "small"
        store.load_errors.clear()
        server.exchange.look_again()
        await server.next_model()
        assert await server.say() == "large"
    assert [m for m in caplog.messages if m.endswith("small serves on")]


def test_a_download_goes_on_trying() -> None:
    """A network that fails delays the exchange and nothing else; who hurries it is obeyed."""

    async def main() -> float:
        store = Store(failures=[ModelNotFound("no network")] * 3)
        server = Server(small_and_large(store))
        async with serving(server):
            await asyncio.sleep(1)
            assert server.exchange.coming is not None
            assert server.exchange.coming.status.reason == "no network"
            assert await server.say() == "small"
            await asyncio.sleep(5)  # the second try has failed, the third is 10 s away
            server.exchange.look_again()
            await asyncio.sleep(0.5)
            await server.next_model()
            assert await server.say() == "large"
            return asyncio.get_running_loop().time()

    assert run_virtual(main()) < 60


async def test_another_model_is_wanted() -> None:
    """Who says that there may be another one has it looked for; the same one is left at work."""
    store = Store()
    server = Server(StoredModel("small", store))
    async with serving(server):
        assert await server.say() == "small"
        server.exchange.look_again()
        server.wanted = StoredModel("large", store)
        await server.next_model()
        assert await server.say() == "large"
        server.exchange.look_again()
        assert await server.say() == "large"
    assert [engine.name for engine in store.engines] == ["small", "large"]


async def test_nothing_is_found(caplog: pytest.LogCaptureFixture) -> None:
    """Where the model that is wanted is gone, the present one serves on, and a line says so."""
    caplog.set_level(logging.INFO)
    store = Store()
    server = Server(StoredModel("small", store))
    async with serving(server):
        assert await server.say() == "small"
        server.wanted = ModelNotFound("no model 'x'")
        server.exchange.look_again()
        await server.looked.wait()
        assert await server.say() == "small"
        server.wanted = StoredModel("large", store)
        server.exchange.look_again()
        await server.next_model()
    assert "no model 'x'; small serves on" in caplog.messages


async def test_the_first_model_is_needed() -> None:
    """If the model that serves first cannot be loaded, that is the end."""
    store = Store(load_errors={"small": DeviceUnavailable("no device")})
    with pytest.raises(BaseExceptionGroup) as raised:
        await Server(StoredModel("small", store)).exchange.run()
    assert raised.group_contains(DeviceUnavailable, match="no device")
