"""Text fields of forms and queries."""

from __future__ import annotations

from enum import Enum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wyoming_whisper.errors import InvalidParameter
from wyoming_whisper.http.fields import Fields


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


@pytest.mark.parametrize("name", ["words[]", "words"])
def test_lists_in_both_spellings(name: str) -> None:
    """A list is given as SDKs write it, and as generated clients do."""
    assert Fields({name: ["a", "b"]}).texts("words") == ["a", "b"]


@pytest.mark.parametrize("given", [{}, {"x": []}, {"x": [""]}, {"x": ["  "]}])
def test_an_empty_field_is_not_given(given: dict[str, list[str]]) -> None:
    """What is empty is as good as absent, whatever it would have to be."""
    fields = Fields(given)
    assert fields.text("x") is None
    assert fields.number("x", 0, 1) is None
    assert fields.flag("x") is None
    assert fields.choice("x", Colour) is None
    assert fields.choices("x", Colour) == frozenset()


@pytest.mark.parametrize(
    ("text", "value"), [("0", 0.0), ("1", 1.0), ("0.25", 0.25), (" 0.5 ", 0.5), ("1e-3", 0.001)]
)
def test_numbers(text: str, value: float) -> None:
    """A number is read from its text."""
    assert Fields({"x": [text]}).number("x", 0, 1) == value


@pytest.mark.parametrize("text", ["nan", "inf", "-inf", "-0.1", "1.1", "hot", "0x1", "1,0"])
def test_impossible_numbers(text: str) -> None:
    """What is no number, or out of bounds, is refused by the field's name."""
    with pytest.raises(InvalidParameter, match="x must be a number from 0 to 1") as raised:
        Fields({"x": [text]}).number("x", 0, 1)
    assert raised.value.parameter == "x"


def test_whole_numbers() -> None:
    """A whole number may be written with a point, but have nothing behind it."""
    assert Fields({"x": ["5.0"]}).integer("x", 1, 9) == 5
    with pytest.raises(InvalidParameter, match="whole"):
        Fields({"x": ["5.5"]}).integer("x", 1, 9)


@pytest.mark.parametrize(
    ("text", "value"),
    [("true", True), ("True", True), ("1", True), ("on", True), ("FALSE", False), ("0", False)],
)
def test_flags(text: str, value: bool) -> None:
    """A flag is read as clients in any language write it."""
    assert Fields({"x": [text]}).flag("x") is value


def test_an_impossible_flag() -> None:
    """What is neither true nor false is refused."""
    with pytest.raises(InvalidParameter, match="x must be true or false"):
        Fields({"x": ["maybe"]}).flag("x")


def test_choices() -> None:
    """A choice is one of an enum's values in any case; others are refused with a list of them."""
    assert Fields({"x": ["Red"]}).choice("x", Colour) is Colour.RED
    assert Fields({"x[]": ["red", "blue"]}).choices("x", Colour) == set(Colour)
    with pytest.raises(InvalidParameter, match="x must be one of 'red', 'blue'"):
        Fields({"x": ["green"]}).choice("x", Colour)


def test_members() -> None:
    """An object's members come one by one; a list is none."""
    fields = Fields({"x[type]": ["a"], "x[n]": ["1", "2"], "x[]": ["b"], "y[type]": ["c"]})
    assert fields.members("x") == {"type": "a", "n": "2"}


@given(st.dictionaries(st.text(max_size=8), st.lists(st.text(max_size=8), max_size=3)))
def test_only_invalid_parameter_is_raised(values: dict[str, list[str]]) -> None:
    """Whatever is sent, a field is read or refused."""
    fields = Fields(values)
    for name in [*values, "x"]:
        fields.members(name)
        for read in (
            lambda name: fields.number(name, -1, 1),
            lambda name: fields.integer(name, -1, 1),
            fields.flag,
            lambda name: fields.choice(name, Colour),
            lambda name: fields.choices(name, Colour),
        ):
            try:
                read(name)
            except InvalidParameter as error:
                assert error.parameter == name  # noqa: PT017 - any of them may pass
