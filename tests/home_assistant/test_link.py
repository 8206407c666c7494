"""The link to Home Assistant, which is a real WebSocket server here, and of every mood."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import pytest
from fake_home_assistant import TOKEN, FakeHomeAssistant, Mood, at_home

from wyoming_whisper.home_assistant.access import Access
from wyoming_whisper.home_assistant.cache import read_names, write_names
from wyoming_whisper.home_assistant.link import Link, Patience, pause_s
from wyoming_whisper.household.vocabulary import Household, Name, NameKind

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

KITCHEN: Final = Name("Kitchen", NameKind.AREA, ("Galley",))
HOME: Final = Household(
    names=(
        KITCHEN,
        Name("Wohnzimmer", NameKind.AREA),
        Name("Upstairs", NameKind.FLOOR),
        Name("Kitchen Lamp", NameKind.ENTITY, ("Reading Light",), domain="light"),
        Name("Movie Night", NameKind.ENTITY, domain="scene"),
    )
)
# As in earnest, but that it does not wait for as long when something is wrong.
QUICK: Final = replace(Patience(), lost_s=(0.01, 0.05), refused_s=(0.01, 0.05))


class Learner:
    """Takes the names, and knows when they came."""

    def __init__(self) -> None:
        self.homes: list[Household] = []
        self._more = asyncio.Condition()
        self._tasks: set[asyncio.Task[None]] = set()

    def learn(self, home: Household) -> None:
        self.homes.append(home)
        self._tasks.add(asyncio.ensure_future(self._notify()))

    async def knows(self, name: Name) -> None:
        """Wait until a name is among those that are known."""
        async with self._more:
            await self._more.wait_for(lambda: bool(self.homes) and name in self.homes[-1].names)

    async def _notify(self) -> None:
        async with self._more:
            self._more.notify_all()


class _Watch(logging.Handler):
    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text
        self.came = asyncio.Event()

    def emit(self, record: logging.LogRecord) -> None:
        if self._text in record.getMessage():
            self.came.set()


@contextlib.contextmanager
def logged(text: str) -> Iterator[asyncio.Event]:
    """Yield what is set when the link logs a text."""
    watch = _Watch(text)
    log = logging.getLogger("wyoming_whisper.home_assistant")
    log.addHandler(watch)
    try:
        yield watch.came
    finally:
        log.removeHandler(watch)


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return our warnings; the loop's own are about the stand-in's slowness."""
    return [
        record.getMessage()
        for record in caplog.records
        if record.levelno >= logging.WARNING and record.name.startswith("wyoming_whisper")
    ]


@contextlib.asynccontextmanager
async def linked(
    home: FakeHomeAssistant,
    cache: Path,
    patience: Patience = QUICK,
    token: str = TOKEN,
) -> AsyncIterator[Learner]:
    """Keep a link for as long as the context lasts."""
    learner = Learner()
    link = Link(Access(home.url, token), cache, learner.learn, patience)
    task = asyncio.create_task(link.run())
    try:
        async with asyncio.timeout(20):
            yield learner
        assert not task.done()
    finally:
        task.cancel()
        await asyncio.wait([task])


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    """Where the names are kept."""
    return tmp_path / "data" / "names.json"


async def test_names(cache: Path) -> None:
    """Areas, floors and what is exposed come with their aliases, and are kept on disk."""
    async with at_home() as home, linked(home, cache) as learner:
        await learner.knows(KITCHEN)
        assert learner.homes == [HOME]
        # The names are kept before anything else is asked for.
        await home.tell("area_registry_updated")
        await home.asked("config/area_registry/list", 2)
        assert read_names(cache, home.url) == HOME


@pytest.mark.parametrize("event", ["area", "floor", "entity", "device"])
async def test_a_change_is_in_use_at_once(cache: Path, event: str) -> None:
    """What is renamed is known by its new name within two seconds, by the waits of earnest."""
    async with at_home() as home, linked(home, cache, Patience()) as learner:
        await learner.knows(KITCHEN)
        begun = time.monotonic()
        home.areas[0]["name"] = "Scullery"
        await home.tell(f"{event}_registry_updated")
        await learner.knows(replace(KITCHEN, text="Scullery"))
        assert time.monotonic() - begun < 2
        assert KITCHEN not in learner.homes[-1].names


async def test_many_changes_are_one_question(cache: Path) -> None:
    """A hundred events in a row have the names read once more, and not a hundred times."""
    async with at_home() as home, linked(home, cache) as learner:
        await learner.knows(KITCHEN)
        for number in range(100):
            await home.rename_area(1, f"Room {number}")
        await learner.knows(Name("Room 99", NameKind.AREA))
        assert home.commands.count("config/area_registry/list") == 2
        assert len(learner.homes) == 2


async def test_asked_again_without_an_event(cache: Path) -> None:
    """Not every change is an event, so the names are read again in any case."""
    async with at_home() as home, linked(home, cache, replace(QUICK, again_s=0.05)) as learner:
        await learner.knows(KITCHEN)
        home.areas[1]["name"] = "Lounge"
        await learner.knows(Name("Lounge", NameKind.AREA))
        n_homes = len(learner.homes)
        await home.asked("config/area_registry/list", home.commands.count("connect") + 5)
        assert len(learner.homes) == n_homes == 2


async def test_gone_and_back(cache: Path, caplog: pytest.LogCaptureFixture) -> None:
    """When Home Assistant goes, its names stay; when it is back, changes meanwhile are known."""
    caplog.set_level(logging.INFO, "wyoming_whisper")
    async with at_home() as home, linked(home, cache) as learner:
        await learner.knows(KITCHEN)
        await home.go()
        home.areas[0]["name"] = "Scullery"
        assert learner.homes == [HOME]
        begun = time.monotonic()
        await home.come()
        await learner.knows(replace(KITCHEN, text="Scullery"))
        assert time.monotonic() - begun < 2
    assert len(warnings(caplog)) <= 2  # that the connection was lost, and that nobody is there
    assert "Home Assistant answers again" in caplog.messages


@pytest.mark.parametrize("mood", [m for m in Mood if m is not Mood.GOOD])
async def test_moods(cache: Path, caplog: pytest.LogCaptureFixture, mood: Mood) -> None:
    """Whatever it does, what is known stays, a line says what is wrong, and good times come."""
    caplog.set_level(logging.DEBUG)
    patience = replace(QUICK, answer_s=0.1 if mood is Mood.SILENT else 10)
    async with at_home() as home:
        write_names(cache, home.url, Household((KITCHEN,)))
        home.mood = mood
        async with linked(home, cache, patience) as learner:
            await learner.knows(KITCHEN)
            await home.asked("connect", 4)
            assert learner.homes == [Household((KITCHEN,))]
            (said,) = warnings(caplog)
            assert said.startswith(f"no names from Home Assistant at {home.url}: ")
            assert said.endswith("; trying again, with 1 known")
            home.mood = Mood.GOOD
            await learner.knows(HOME.names[-1])
            assert learner.homes[-1] == HOME
    assert TOKEN not in caplog.text
    assert "words of its own" not in caplog.text


async def test_a_mood_in_the_midst(cache: Path) -> None:
    """What fails after it has worked is tried again on a new connection."""
    async with at_home() as home, linked(home, cache) as learner:
        await learner.knows(KITCHEN)
        home.mood = Mood.NONSENSE
        home.areas[0]["name"] = "Scullery"
        await home.tell("area_registry_updated")
        await home.asked("connect", 3)
        assert learner.homes == [HOME]
        home.mood = Mood.GOOD
        await learner.knows(replace(KITCHEN, text="Scullery"))


async def test_a_wrong_token(cache: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A token that opens nothing is shown once and then seldom, and said in no log."""
    caplog.set_level(logging.DEBUG)
    wrong = "another-secret"
    with logged("it refuses the token; trying again") as said:
        async with at_home() as home, linked(home, cache, Patience(), wrong):
            await said.wait()
            assert home.commands == ["connect", "auth"]
    assert wrong not in caplog.text
    assert Patience().refused_s[0] >= 60


@pytest.mark.parametrize("code", ["unauthorized", "unknown_command"])
async def test_no_administrator(cache: Path, caplog: pytest.LogCaptureFixture, code: str) -> None:
    """What this token, or this release, does not have is said once; the rest is known."""
    refused = {"homeassistant/expose_entity/list": code}
    async with (
        at_home(refused=refused) as home,
        linked(home, cache, replace(QUICK, again_s=0.05)) as learner,
    ):
        await learner.knows(KITCHEN)
        await home.asked("config/area_registry/list", 3)
        assert learner.homes == [Household(HOME.names[:3])]
    (warning,) = warnings(caplog)
    assert "keeps homeassistant/expose_entity/list from this token" in warning


async def test_a_passing_refusal(cache: Path) -> None:
    """An answer that fails for the moment leaves what is known as it is."""
    command = "config/area_registry/list"
    async with at_home() as home, linked(home, cache) as learner:
        await learner.knows(KITCHEN)
        home.refused = {command: "home_assistant_error"}
        await home.tell("area_registry_updated")
        await home.asked("connect", 3)
        assert learner.homes == [HOME]
        home.refused = {}
        home.areas[0]["name"] = "Scullery"
        await learner.knows(replace(KITCHEN, text="Scullery"))


async def test_many_entities(cache: Path) -> None:
    """The entities of a large home are asked for in portions, and all come."""
    ids = [f"light.number_{n}" for n in range(1_234)]
    names = {entity_id: f"Lamp {n}" for n, entity_id in enumerate(ids)}
    exposed = {entity_id: {"conversation": True} for entity_id in ids}
    async with (
        at_home(exposed=exposed, friendly_names=names, entities={}) as home,
        linked(home, cache) as learner,
    ):
        await learner.knows(Name("Lamp 1233", NameKind.ENTITY, domain="light"))
        assert len(learner.homes[-1].names) == 1_234 + 3
        assert home.commands.count("subscribe_entities") == 13
        assert home.commands.count("unsubscribe_events") == 13


async def test_nowhere_to_keep_names(tmp_path: Path) -> None:
    """Where names cannot be kept they are used all the same."""
    (tmp_path / "file").touch()
    with logged("cannot keep the names in") as said:
        async with at_home() as home, linked(home, tmp_path / "file" / "names.json") as learner:
            await learner.knows(KITCHEN)
            await said.wait()


def test_pauses() -> None:
    """Pauses double up to a bound, however often it has failed."""
    assert [pause_s((1, 60), n) for n in (1, 2, 3, 7, 10_000)] == [1, 2, 4, 60, 60]


def test_secrets_are_not_shown() -> None:
    """The token is in no representation."""
    assert TOKEN not in repr(Access("ws://x", TOKEN))
