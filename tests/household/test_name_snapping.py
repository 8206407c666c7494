from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wyoming_whisper.household.changes import Change, Reason, applied
from wyoming_whisper.household.name_index import NameIndex
from wyoming_whisper.household.name_snapping import NameSnapper, Replacements
from wyoming_whisper.household.vocabulary import Name, Replacement
from wyoming_whisper.household.wording import keys_of, words_of

# Words of commands that are no names, as a decoder's vocabulary has them.
ORDINARY = frozenset(
    keys_of(
        "turn light lights lamp wall fan kitchen living dining room bath bed bathroom bedroom "
        "upstairs downstairs stairs seller good night of ice call mother close  halfway hall book "
        "reading "
        "licht lampe mach schalte einschalten bitte buche kirche zimmer rufe allume lumière éteins "
        "lampe chambre ouvre enciende luz apaga cocina cama abre zet licht aan keuken doe deur "
        "włącz światło wyłącz lampę kuchni zapal"
    )
)
NAMES = {
    "en": (
        "Snuggery", "Xanthe", "Cellar", "Nanoleaf hexagons", "Dining room", "Office",
        "Hallway lamp", "Kitchen", "Kitchen light", "Moccamaster", "Leo", "Leo's room", "Lamp two",
        "Gouda night", "Velux 12", "Tradfri bulb", "Downstairs lamp", "Chewbacca", "Bedside lamp",
        "iPad", "Dehumidifier",
    ),
    "de": (
        "Wohnzimmer", "Küche", "Philipps Zimmer", "Gästebad", "Vorratskammer", "Stehleuchte eins",
        "Büro",
    ),
    "fr": ("Salle à manger", "Buanderie", "Véranda", "Chambre d'Éloïse"),
    "es": ("Habitación de Iñaki", "Trastero", "Despacho", "Azotea"),
    "nl": ("Bijkeuken", "Sjoerds kamer", "Zolder", "Schemerlamp"),
    "pl": ("Garderoba", "Żyrandol", "Sypialnia", "Pokój Zosi"),
    "ja": ("リビングルーム", "和室"),
    "zh": ("客厅吊灯", "书房"),
}  # fmt: skip
CHANGED = [
    ("en", "Turn on the snudgery light.", "Turn on the Snuggery light."),
    ("en", "Call zanthe!", "Call Xanthe!"),
    ("en", "Turn on the nano leaf hexagons.", "Turn on the Nanoleaf hexagons."),
    ("en", "Turn on the nanolife hexagons, please", "Turn on the Nanoleaf hexagons, please"),
    ("en", "start the mocka master", "start the Moccamaster"),
    ("en", "Start the Makamaster.", "Start the Moccamaster."),
    ("en", "Is the tratfri bulb on?", "Is the Tradfri bulb on?"),
    ("en", "Turn on the kitchin light.", "Turn on the Kitchen light."),
    ("en", "turn on leos room", "turn on Leo's room"),
    ("en", "call leo", "call Leo"),
    ("en", "Remind me of chubacca at noon", "Remind me of Chewbacca at noon"),
    ("en", "kitchen light on", "Kitchen light on"),
    ("en", "find my i pad", "find my iPad"),
    ("en", "close the vellux 12", "close the Velux 12"),
    ("en", "“snudgery”", "“Snuggery”"),
    ("de", "Mach das Licht im wohn zimmer an.", "Mach das Licht im Wohnzimmer an."),
    ("de", "Licht in der Kuche", "Licht in der Küche"),
    ("de", "Licht in Filips Zimmer an", "Licht in Philipps Zimmer an"),
    ("de", "Lüfte das Gestebad.", "Lüfte das Gästebad."),
    ("de", "Licht in der Vorrats Kammer", "Licht in der Vorratskammer"),
    ("fr", "Allume la salle à mangé.", "Allume la Salle à manger."),
    ("fr", "Ouvre la verranda", "Ouvre la Véranda"),
    ("fr", "la chambre d'Heloise", "la Chambre d'Éloïse"),
    ("es", "Enciende la abitación de Inaki.", "Enciende la Habitación de Iñaki."),
    ("es", "la luz del trastéro", "la luz del Trastero"),
    ("es", "luz del despacio y despascho", "luz del despacio y Despacho"),
    ("nl", "Licht in de bijkuiken aan", "Licht in de Bijkeuken aan"),
    ("nl", "Licht in Sjoerts kamer", "Licht in Sjoerds kamer"),
    ("nl", "de schemer lamp uit", "de Schemerlamp uit"),
    ("pl", "Włącz rzyrandol.", "Włącz Żyrandol."),
    ("pl", "Pokój Zosy", "Pokój Zosi"),
    ("ja", "リビングルムの電気", "リビングルームの電気"),
    ("zh", "打开客厅 吊灯。", "打开客厅吊灯。"),
]
KEPT = [
    ("en", "Turn on the living room."),  # another room, which this home may not have
    ("en", "Turn on the upstairs lamp."),
    ("en", "A seller called."),
    ("en", "I would like a cup of ice."),
    ("en", "Close the halfway lamp."),
    ("en", "Good night."),
    ("en", "Turn on lamp three."),
    ("en", "Turn on lamp 2."),
    ("en", "Close the vellux 21."),
    ("en", "Call Lio."),
    ("en", "Cleo is here."),
    ("en", "Turn on the kitchen lights."),  # all of them, and not the one
    ("en", "the bedside lamps"),
    ("en", "Turn on the humidifier."),
    ("en", "the hall wall lamp"),
    ("en", "a bath room"),
    ("en", "I bought a chicken."),
    ("en", "The snug is cosy."),
    ("en", "Tell her that we are late."),
    ("en", "Turn off the kitchen and the hall."),
    ("en", "..."),
    ("de", "Die Kirche ist offen."),
    ("de", "Das Buch ist auf dem Tisch."),
    ("de", "Stehleuchte zwei an."),
    ("de", "Stehleuchte drei an."),
    ("de", "In den Büros ist es kalt."),
    ("de", "Buche einen Flug."),
    ("fr", "Les vérandas sont grandes."),
    ("fr", "Je vais manger."),
    ("es", "Habla despacio."),
    ("es", "Los despachos están cerrados."),
    ("nl", "Het is een keuken."),
    ("nl", "De zolders zijn leeg."),
    ("pl", "Zapal światło w sypialni."),
    ("pl", "Idę do garderoby."),
    ("ja", "電気をつけて"),
    ("ja", "洋室の電気"),
    ("zh", "打开客听吊扇"),
    ("zh", "打开厨房"),
]


def snapper(names: tuple[str, ...], language: str) -> NameSnapper:
    """Return a snapper to names of a home."""
    return NameSnapper(
        NameIndex([Name(name) for name in names], language), language, ordinary=ORDINARY
    )


def snapped(text: str, names: tuple[str, ...], language: str = "en") -> str:
    """Return a transcript with its names as the home writes them."""
    words = words_of(text)
    return applied(text, words, snapper(names, language).changes(text, words))


@pytest.mark.parametrize(("language", "heard", "expected"), CHANGED)
def test_names_that_were_misheard_are_written_as_the_home_does(
    language: str, heard: str, expected: str
) -> None:
    """A span that is near to one name is that name, and all around it stays."""
    assert snapped(heard, NAMES[language], language) == expected


@pytest.mark.parametrize(("language", "heard"), KEPT)
def test_what_may_have_been_said_stays(language: str, heard: str) -> None:
    """Ordinary words, endings, numbers, short words and other names are left to the byte."""
    assert snapped(heard, NAMES[language], language) == heard


def test_of_two_names_that_are_as_near_none_is_taken() -> None:
    """A span between two names stays; with one of the names alone it would not."""
    assert snapped("the Marlina room", ("Marlena room",)) == "the Marlena room"
    assert snapped("the Marlina room", ("Marlena room", "Marlona room")) == "the Marlina room"


def test_a_name_is_not_taken_for_another() -> None:
    """Words that are a name stay, though another name is near to them."""
    assert snapped("the Marlina room", ("Marlena room", "Marlina room")) == "the Marlina room"
    assert snapped("the marlina", ("Marlena", "Marlina")) == "the Marlina"


def test_the_longer_name_is_meant() -> None:
    """Where one name is part of another, the one that explains more is taken, and only once."""
    names = ("Snuggery", "Snuggery lamp")
    assert snapped("the snudgery lamp is on", names) == "the Snuggery lamp is on"
    assert snapped("the snuggery lamb", names) == "the Snuggery lamp"
    assert snapped("the snudgery is dark", names) == "the Snuggery is dark"


def test_a_change_says_what_and_why() -> None:
    """A change has its words, both texts, its reason and the distance."""
    text = "Dim the “snudgery”, leos room!"
    words = words_of(text)
    first, second = snapper(("Snuggery", "Leo's room"), "en").changes(text, words)
    assert (first.first, first.last, first.before, first.after) == (2, 3, "snudgery", "Snuggery")
    assert first.reason is Reason.NAME
    assert 0 < first.distance < 0.3
    assert second == Change(3, 5, "leos room", "Leo's room", Reason.SPELLING)


def test_a_capital_at_the_beginning_of_a_sentence_stays() -> None:
    """A name in lower case is written with a capital where a sentence begins with it as heard."""
    names = ("coat rack",)
    assert snapped("Coatrack on. Coatrack off, Coatrack.", names) == (
        "Coat rack on. Coat rack off, coat rack."
    )


def test_changes_that_overlap_are_refused() -> None:
    """Two changes of the same word are an error."""
    words = words_of("one two three")
    changes = [Change(0, 2, "", "a", Reason.NAME), Change(1, 3, "", "b", Reason.NAME)]
    with pytest.raises(ValueError, match="same word"):
        applied("one two three", words, changes)


@pytest.mark.parametrize(
    ("heard", "expected"),
    [
        ("Add senate timer, please.", "Add set a timer, please."),
        ("SENATE  TIMER!", "set a timer!"),
        ("the senate", "the house"),
        ("senate senate timer", "house set a timer"),
        ("sen ate timer", "sen ate timer"),
        ("say cheese", "say cheese"),
    ],
)
def test_replacements_are_exact_and_the_longest_comes_first(heard: str, expected: str) -> None:
    """What is heard in so many words is written otherwise, without regard to case and blanks."""
    replacements = Replacements(
        [
            Replacement("senate", "house"),
            Replacement("Senate timer", "set a timer"),
            Replacement("Senate timer", "never"),
            Replacement("cheese", "cheese"),
            Replacement("...", "dots"),
        ]
    )
    words = words_of(heard)
    assert applied(heard, words, replacements.changes(heard, words)) == expected


@given(st.text())
def test_text_without_near_names_is_returned_to_the_byte(text: str) -> None:
    """Without names, or with none of their letters, whatever was said stays."""
    assert snapped(text, ()) == text
    if not set("".join(keys_of(text))) & set("zyxwvut"):
        assert snapped(text, ("zyxwvut",)) == text


@given(st.lists(st.sampled_from(["snudgery", "the", "Xanthe,", "leos", "room.", "12", "…"])))
def test_what_surrounds_changes_stays(said: list[str]) -> None:
    """Changes are in order, apart from each other, and of words that were said."""
    text = "  ".join(said)
    words = words_of(text)
    changes = snapper(NAMES["en"], "en").changes(text, words)
    ends = [0, *(end for change in changes for end in (change.first, change.last)), len(words)]
    assert ends == sorted(ends)
    assert all(change.before != change.after and change.before in text for change in changes)
    made = applied(text, words, changes)
    assert made.count("  ") == text.count("  ") - sum(c.before.count("  ") for c in changes)
