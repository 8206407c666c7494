"""The declaration of a setting."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Final

import pytest

from wyoming_whisper.config.option import Option, declare, switch


@dataclass(frozen=True)
class Declared:
    count: int = declare(3, "How many.", parse=int, metavar="N")
    colour: str = declare("red", "Which.", choices=("red", "blue"))
    quiet: bool = switch("Say nothing.")


OPTIONS: Final[dict[str, Option]] = {
    field.name: field.metadata["option"] for field in dataclasses.fields(Declared)
}


def test_a_field_keeps_its_default_and_how_it_is_written() -> None:
    """A declared field is an ordinary one with a default, and knows its help and spelling."""
    assert Declared() == Declared(3, "red", quiet=False)
    assert OPTIONS["count"] == Option("How many.", int, "N")
    assert OPTIONS["colour"].metavar == "red|blue"
    assert OPTIONS["quiet"].lone == "true"


@pytest.mark.parametrize(("text", "value"), [("true", True), ("ON", True), (" 0 ", False)])
def test_switches(text: str, value: bool) -> None:
    """A switch takes the usual words, and no others."""
    parse = OPTIONS["quiet"].parse
    assert parse(text) is value
    with pytest.raises(ValueError, match="true or false"):
        parse("maybe")
