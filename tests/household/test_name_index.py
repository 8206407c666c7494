from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wyoming_whisper.household.name_index import NameIndex
from wyoming_whisper.household.vocabulary import Name, NameKind
from wyoming_whisper.household.wording import keys_of

_TEXTS = st.text("abcdeö 1客", min_size=1, max_size=12).filter(lambda t: any(map(str.isalnum, t)))


def nearest(name: str, heard: str, language: str, max_distance: float = 0.5) -> float | None:
    """Return the distance from all that was heard to a name, or `None`."""
    words = keys_of(heard)
    found = NameIndex([Name(name)], language).matches(words, max_distance=max_distance)
    return next((m.distance for m in found if (m.first, m.last) == (0, len(words))), None)


@pytest.mark.parametrize(
    ("name", "heard", "language"),
    [
        ("Cellar", "CELLAR.", "en"),
        ("Wohnzimmer", "wohn zimmer", "de"),
        ("Leo's room", "Leos Room", "en"),
        ("Live-Wire", "live wire", "nl"),
        ("living room lamp", "livingroom lamp", "en"),
        ("Straße", "STRASSE", "de"),
        ("客厅吊灯", "客厅 吊灯", "zh"),
        ("Al", "al", "en"),
    ],
)
def test_blanks_case_and_punctuation_count_for_nothing(
    name: str, heard: str, language: str
) -> None:
    """Words that join or split to a name's letters are that name, however short it is."""
    assert nearest(name, heard, language, 0.0) == 0


@pytest.mark.parametrize(
    ("name", "heard", "language", "at_most"),
    [
        ("Cellar", "sell or", "en", 0.2),
        ("Xanthe", "Zanthe", "en", 0.1),
        ("Knight's hall", "night's hall", "en", 0.1),
        ("Ophelia's nook", "or feelya's nook", "en", 0.3),
        ("Küche", "Kuche", "de", 0.13),
        ("Philipps Zimmer", "Filips Zimmer", "de", 0.15),
        ("Cocina grande", "cosina grande", "es", 0.1),
        ("Salle à manger", "salamanger", "fr", 0.3),
        ("Żyrandol", "zyrandol", "pl", 0.15),
    ],
)
def test_near_names_are_found(name: str, heard: str, language: str, at_most: float) -> None:
    """A name that is written as it may sound is near, and not the same."""
    distance = nearest(name, heard, language)
    assert distance is not None
    assert 0 < distance <= at_most


@pytest.mark.parametrize(
    ("name", "heard", "language"),
    [
        ("Al", "el", "en"),
        ("Leo", "Lio", "en"),
        ("Milo", "Mila's", "en"),
        ("Kate", "kid", "en"),
        ("Lamp 2", "lamp 3", "en"),
        ("Lamp 12", "lamp 21", "en"),
        ("Snuggery", "kitchen", "en"),
        ("客厅", "客听", "zh"),
        ("Büro", "Bus", "de"),
    ],
)
def test_short_names_and_digits_are_exact(name: str, heard: str, language: str) -> None:
    """What is too short to be told from its neighbours, or has other digits, is not found."""
    assert nearest(name, heard, language) is None


def test_sounds_bring_spellings_nearer_where_they_have_a_key() -> None:
    """The same letters are nearer in the language in which they sound the same."""
    english, other = (nearest("Phoenix", "feenix", language) for language in ("en", "pl"))
    assert english is not None
    assert other is None or english < other


def test_aliases_are_written_and_sounds_like_is_not() -> None:
    """An alias that was meant is written as it is; for what only sounds like it the name is."""
    name = Name("Nook", aliases=("Book corner",), sounds_like=("nuke",))
    found = NameIndex([name], "en").matches(keys_of("nuke or book corner"), max_distance=0)
    assert [(m.first, m.last, m.written) for m in found] == [(0, 1, "Nook"), (2, 4, "Book corner")]


def test_only_kinds_that_are_asked_for_are_found() -> None:
    """Names of other kinds are left out."""
    names = [Name("Cellar", NameKind.AREA), Name("Cellar", NameKind.ENTITY, domain="light")]
    found = NameIndex(names, "en").matches(["cellar"], max_distance=0, kinds={NameKind.ENTITY})
    assert [m.name for m in found] == [names[1]]


def test_matches_are_ordered_by_span_and_distance() -> None:
    """The names for the same words come nearest first."""
    index = NameIndex([Name("Cellar lamp"), Name("Sellar lamps"), Name("Lamp")], "en")
    found = index.matches(keys_of("sellar lamp"), max_distance=0.3)
    order = [(m.first, m.last, m.distance) for m in found]
    assert order == sorted(order)
    assert [m.written for m in found if m.last - m.first == 2] == ["Cellar lamp", "Sellar lamps"]


def test_many_words_and_names_are_looked_at_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same is found whatever number of spans is looked at together."""
    names = [Name(f"{a}{b}ella {c}") for a in "bcdf" for b in "aeio" for c in ("room", "lamp")]
    words = keys_of("turn on the cella room and the della lamp in dobella room")
    whole = NameIndex(names, "en").matches(words, max_distance=0.4)
    monkeypatch.setattr("wyoming_whisper.household.name_index._BLOCK", 1)
    assert whole
    assert NameIndex(names, "en").matches(words, max_distance=0.4) == whole


def test_without_names_nothing_is_found() -> None:
    """An empty index finds nothing."""
    assert NameIndex([], "en").matches(["light"], max_distance=0.5) == []


@given(
    st.lists(_TEXTS.map(Name), max_size=5),
    _TEXTS,
    st.sampled_from(["en", "de", "fr"]),
    st.floats(0, 1),
)
def test_matches_are_within_the_words(
    names: list[Name], heard: str, language: str, max_distance: float
) -> None:
    """Spans are of the words that were heard, distances within the limit, and equal names at 0."""
    words = keys_of(heard)
    found = NameIndex(names, language).matches(words, max_distance=max_distance)
    assert all(0 <= m.first < m.last <= len(words) for m in found)
    assert all(0 <= m.distance <= max_distance for m in found)
    same = [n for n in names if "".join(keys_of(n.text)) == "".join(words)]
    assert {id(m.name) for m in found if m.distance == 0} >= {id(name) for name in same}
