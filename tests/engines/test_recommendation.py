"""Which model suits whom, on machines and for households as there are."""

from __future__ import annotations

import pytest

from wyoming_whisper.engines.whisper.catalogue import CATALOGUE, CatalogueEntry, entry_of
from wyoming_whisper.engines.whisper.recommendation import Machine, Needs, suitable

GIB = 2**30
ENGLISH = frozenset({"en"})
GERMAN = frozenset({"de"})
BOTH = ENGLISH | GERMAN


@pytest.mark.parametrize(
    ("machine", "languages", "best"),
    [
        (Machine("cpu", 2, 8 * GIB), ENGLISH, "home-en"),
        (Machine("cpu", 16, 64 * GIB), ENGLISH, "home-en"),
        (Machine("cpu", 2, 8 * GIB), GERMAN, "base"),
        (Machine("cpu", 4, 8 * GIB), BOTH, "base"),
        (Machine("cpu", 8, 8 * GIB), GERMAN, "small"),
        (Machine("cpu", 2, 8 * GIB), frozenset(), "base"),
        (Machine("cpu", 8, GIB // 2), GERMAN, "base"),
        (Machine("cpu", 2, GIB * 3 // 10), GERMAN, "tiny"),
        # Where the system does not say how much there is, there is enough.
        (Machine("cpu", 8, 0), GERMAN, "small"),
        (Machine("cuda", 4, 6 * GIB), GERMAN, "large-v3-turbo"),
        (Machine("cuda", 4, 24 * GIB), ENGLISH, "large-v3-turbo"),
        (Machine("cuda", 4, 2 * GIB), GERMAN, "small"),
        (Machine("cuda", 4, 24 * GIB), frozenset({"yue"}), "large-v3-turbo"),
    ],
)
def test_the_best(machine: Machine, languages: frozenset[str], best: str) -> None:
    """It depends on the device, on what the device holds, and on the languages."""
    assert suitable(machine, Needs(languages))[0] == best


@pytest.mark.parametrize(
    ("machine", "best"),
    [
        (Machine("cpu", 2, 8 * GIB), "base"),
        (Machine("cuda", 8, 24 * GIB), "large-v3"),
        (Machine("cuda", 8, 4 * GIB), "medium"),
    ],
)
def test_who_translates(machine: Machine, best: str) -> None:
    """A model that was not taught to translate is none for those who want that, English or not."""
    assert suitable(machine, Needs(ENGLISH, translates=True))[0] == best


def test_home_en_stands_in_for_any_language_only() -> None:
    """It is among those that suit where the language is not known, and last of them."""
    cpu = Machine("cpu", 2, 8 * GIB)
    assert suitable(cpu, Needs())[-1] == "home-en"
    assert "home-en" not in suitable(cpu, Needs(BOTH))


def test_there_is_always_one() -> None:
    """A machine that holds none of them is given the smallest, and its owner finds out."""
    assert suitable(Machine("cpu", 1, 1), Needs(GERMAN)) == ("tiny",)


def test_what_is_said_of_them() -> None:
    """The owner reads what the choice was made for."""
    assert str(Machine("cpu", 1, 2 * GIB)) == "1 core with 2.0 GiB"
    assert str(Machine("cuda", 4, 8 * GIB)) == "a GPU with 8.0 GiB"
    assert str(Machine("cpu", 2, 0)) == "2 cores"
    assert str(Needs(BOTH)) == "de en"
    assert str(Needs(GERMAN, translates=True)) == "de, translated"


@pytest.mark.parametrize("entry", CATALOGUE, ids=lambda entry: entry.name)
def test_the_catalogue(entry: CatalogueEntry) -> None:
    """Names and Hub ids are unique, and the estimate of memory is above the file."""
    for name in (entry.name, *entry.aliases):
        assert entry_of(name) is entry
    assert entry.memory_bytes("int8") < entry.memory_bytes("float32")
    assert entry.memory_bytes("float16") < entry.memory_bytes("float32")
    assert entry.memory_bytes("int8") > entry.size_bytes
