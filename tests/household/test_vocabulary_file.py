"""The files in which an owner writes names and replacements."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wyoming_whisper.household.spelling import MAX_NAMES, MAX_SPELLINGS
from wyoming_whisper.household.vocabulary import Name, NameKind, Replacement
from wyoming_whisper.household.vocabulary_file import parse_replacements, parse_vocabulary

VOCABULARY = """\ufeff# The household

Siobhan, sounds like shivawn,  Sounds Like shiv on
Sounds Like Teen Spirit
[Area]
 Wohnzimmer ,Stube, gute   Stube,\r
[light]
Leselampe
[ term ]
Leselampe
"""


def test_names() -> None:
    """A line is a name, its aliases and what is heard for it, of the kind above it."""
    assert parse_vocabulary(VOCABULARY).names == (
        Name("Siobhan", sounds_like=("shivawn", "shiv on")),
        Name("Sounds Like Teen Spirit"),
        Name("Wohnzimmer", NameKind.AREA, ("Stube", "gute Stube")),
        Name("Leselampe", NameKind.ENTITY, domain="light"),
        Name("Leselampe"),
    )


def test_replacements() -> None:
    """A line is what is heard and what is written."""
    text = "# Words\n\ngrow a blue =>  Grohe Blue\na => b => c\na => b => c\n"
    assert parse_replacements(text).replacements == (
        Replacement("grow a blue", "Grohe Blue"),
        Replacement("a", "b => c"),
    )


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("[areas]", r"must be \[area\]"),
        ("[area", r"must be \[area\]"),
        ("[lights]", "such as"),
        ("...", "letter or a digit"),
        (", Stube", "letter or a digit"),
        ("Den, sounds like ...", "letter or a digit"),
        ("x" * 101, "at most 100 letters"),
        ("x" * 10_000, "too long"),
        ("a\0b", "control characters"),
        (",".join("ab" for _ in range(MAX_SPELLINGS + 1)), "at most 32 spellings"),
    ],
)
def test_what_is_no_name(line: str, message: str) -> None:
    """The error says which line is wrong, and how."""
    with pytest.raises(ValueError, match=rf"line 3: .*{message}"):
        parse_vocabulary(f"# Names\nDen\n{line}\nBath")


@pytest.mark.parametrize("line", ["den", "=> den", "den =>", "- => den", "den -> Den"])
def test_what_is_no_replacement(line: str) -> None:
    """What has not two sides is none, and the error says which line that is."""
    with pytest.raises(ValueError, match="line 2: "):
        parse_replacements(f"a => b\n{line}\n")


def test_too_many() -> None:
    """There is a bound to how many there may be, for comments too long a file none."""
    most = "# a comment\n" + "".join(f"Room {n}\n" for n in range(MAX_NAMES))
    assert len(parse_vocabulary(most).names) == MAX_NAMES
    with pytest.raises(ValueError, match="more than"):
        parse_vocabulary(f"{most}Den")


@given(st.text())
def test_any_text(text: str) -> None:
    """Any text is names and replacements, or a ValueError that names a line."""
    for parse in (parse_vocabulary, parse_replacements):
        said = ""
        try:
            parse(text)
        except ValueError as error:
            said = str(error)
        assert not said or said.startswith("line ")
