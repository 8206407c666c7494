"""Names out of Home Assistant's answers."""

from __future__ import annotations

from typing import Final

import pytest
from fake_home_assistant import entry
from hypothesis import given
from hypothesis import strategies as st

from wyoming_whisper.home_assistant.registry import Answers, exposed_entities, read_registry
from wyoming_whisper.household.spelling import MAX_NAMES, MAX_SPELLINGS
from wyoming_whisper.household.vocabulary import Name, NameKind

KEYS: Final = st.sampled_from(
    ["name", "aliases", "exposed_entities", "light.lamp", "conversation", "original_name", "a",
     "friendly_name", "disabled_by"]
) | st.text(max_size=3)  # fmt: skip
JSON: Final = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


@given(JSON, JSON, JSON, JSON, JSON)
def test_any_json(areas: object, floors: object, listed: object, a: object, b: object) -> None:
    """Whatever is answered, there are names, perhaps none, and never an error."""
    exposed = (*exposed_entities(listed), "light.lamp")
    reading = read_registry(Answers(areas, floors, exposed, a, b))
    assert reading.n_left_out >= 0
    for name in reading.household.names:
        for text in (name.text, *name.aliases):
            assert text == " ".join(text.split())
            text.encode()


@pytest.mark.parametrize(
    ("place", "name"),
    [
        (entry("Kitchen"), Name("Kitchen", NameKind.AREA)),
        (entry("  Living\n room "), Name("Living room", NameKind.AREA)),
        (entry("Cafe\u0301"), Name("Café", NameKind.AREA)),
        (entry("🛋 Sofa", "Couch"), Name("🛋 Sofa", NameKind.AREA, ("Couch",))),
        (entry("Den", "Den", None, "", 5, "Lair", "Lair"), Name("Den", NameKind.AREA, ("Lair",))),  # type: ignore[arg-type] # on purpose
        (entry("🛋", "Couch"), Name("Couch", NameKind.AREA)),
        ({"name": "Attic"}, Name("Attic", NameKind.AREA)),
        ({"name": "Attic", "aliases": "loft"}, Name("Attic", NameKind.AREA)),
    ],
)
def test_a_place(place: object, name: Name) -> None:
    """A place has its name, composed and with single blanks, and each alias once."""
    assert read_registry(Answers(areas=[place])).household.names == (name,)


@pytest.mark.parametrize(
    "place",
    [None, "Kitchen", {}, entry(None), entry(""), entry("🛋"), entry("x" * 101), entry("a\0b"),
     entry("a\ud800")],
)  # fmt: skip
def test_what_is_no_place(place: object) -> None:
    """What has no name that can be said is left out and counted; the others stay."""
    reading = read_registry(Answers(areas=[place, entry("Den")], floors=[place]))
    assert reading.household.names == (Name("Den", NameKind.AREA),)
    assert reading.n_left_out == 2


def test_entities() -> None:
    """An entity is called as its state is, else as the registry says; disabled ones are not."""
    exposed = ("fan.a", "fan.b", "fan.c", "fan.d", "fan.e", "fan.f")
    entries = {
        "fan.a": entry("Blades", original_name="Fan"),
        "fan.b": entry("Ventilator", original_name="Fan"),
        "fan.c": entry(None, original_name="Fan"),
        "fan.d": entry(None, "Blower"),
        "fan.e": entry("Old", disabled_by="user"),
        "fan.f": None,
    }
    states = {"fan.a": {"a": {"friendly_name": "Kitchen Fan"}}, "fan.f": {"a": {}}}
    reading = read_registry(Answers(exposed=exposed, entries=entries, states=states))
    texts = [name.text for name in reading.household.names]
    assert texts == ["Kitchen Fan", "Ventilator", "Fan", "Blower"]
    assert {name.domain for name in reading.household.names} == {"fan"}
    assert reading.n_left_out == 0


def test_exposed() -> None:
    """Only what is exposed to Assist counts, and only what is an entity's id is asked for."""
    listed = {
        "light.b": {"conversation": True},
        "light.a": {"conversation": True, "cloud.alexa": False},
        "light.c": {"conversation": False},
        "light.d": {"cloud.alexa": True},
        "light.e": {"conversation": "yes"},
        "Light.F": {"conversation": True},
        "light.g h": {"conversation": True},
        "nothing": {"conversation": True},
    }
    assert exposed_entities({"exposed_entities": listed}) == ("light.a", "light.b")


def test_too_much() -> None:
    """There are bounds to how many names are taken, and how many of each thing."""
    aliases = [f"alias {n}" for n in range(MAX_SPELLINGS + 5)]
    areas = [entry("Den", *aliases), *(entry(f"Room {n}") for n in range(MAX_NAMES + 1))]
    reading = read_registry(Answers(areas=areas))
    assert len(reading.household.names) == MAX_NAMES
    assert reading.n_left_out == 2
    assert len(reading.household.names[0].aliases) == MAX_SPELLINGS - 1
    many = {f"light.n{n}": {"conversation": True} for n in range(MAX_NAMES + 1)}
    assert len(exposed_entities({"exposed_entities": many})) == MAX_NAMES


def test_the_same_name_twice() -> None:
    """Things of one kind and name are one name."""
    assert len(read_registry(Answers(areas=[entry("Den"), entry("Den")])).household.names) == 1
