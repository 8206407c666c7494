"""The text fields of a form or a query, as many kinds of client write them.

A list is ``name[]`` repeated, as OpenAI's libraries have it, or ``name`` repeated, as generated
clients do. An empty field is one that is not given. What is not asked for is not looked at.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, TypeVar

from wyoming_whisper.errors import InvalidParameter

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from enum import Enum

    EnumT = TypeVar("EnumT", bound="Enum")

_TRUE = frozenset({"true", "1", "yes", "on"})
_FALSE = frozenset({"false", "0", "no", "off"})


class Fields:
    """A request's fields, each of any number of texts.

    The methods raise `InvalidParameter`, which names the field.
    """

    def __init__(self, values: Mapping[str, Sequence[str]]) -> None:
        self._values = values

    def texts(self, name: str) -> list[str]:
        """Return all that is given of a list."""
        return [
            text
            for key in (f"{name}[]", name)
            for text in self._values.get(key, ())
            if text.strip()
        ]

    def text(self, name: str) -> str | None:
        """Return a text, the last where it is given several times."""
        return next(reversed(self.texts(name)), None)

    def number(self, name: str, low: float, high: float) -> float | None:
        """Return a number from ``low`` to ``high``."""
        text = self.text(name)
        if text is None:
            return None
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        # Written so that NaN is out of bounds too.
        if not low <= value <= high:
            raise InvalidParameter(
                f"{name} must be a number from {low:g} to {high:g}", parameter=name
            )
        return value

    def integer(self, name: str, low: int, high: int) -> int | None:
        """Return a whole number from ``low`` to ``high``."""
        value = self.number(name, low, high)
        if value is None:
            return None
        if not value.is_integer():
            raise InvalidParameter(f"{name} must be a whole number", parameter=name)
        return int(value)

    def flag(self, name: str) -> bool | None:
        """Return whether something is wanted."""
        text = self.text(name)
        if text is None:
            return None
        word = text.strip().casefold()
        if word not in _TRUE | _FALSE:
            raise InvalidParameter(f"{name} must be true or false", parameter=name)
        return word in _TRUE

    def choice(self, name: str, choices: type[EnumT]) -> EnumT | None:
        """Return one of an enum's values."""
        text = self.text(name)
        return None if text is None else _member(name, text, choices)

    def choices(self, name: str, choices: type[EnumT]) -> frozenset[EnumT]:
        """Return those of an enum's values that a list names."""
        return frozenset(_member(name, text, choices) for text in self.texts(name))

    def members(self, name: str) -> dict[str, str]:
        """Return an object's members, given as ``name[member]``."""
        return {
            key[len(name) + 1 : -1]: texts[-1]
            for key, texts in self._values.items()
            if key.startswith(f"{name}[") and key.endswith("]") and key != f"{name}[]" and texts
        }


def _member(name: str, text: str, choices: type[EnumT]) -> EnumT:
    try:
        return choices(text.strip().casefold())
    except ValueError:
        allowed: Iterable[str] = (repr(choice.value) for choice in choices)
        raise InvalidParameter(
            f"{name} must be one of {', '.join(allowed)}", parameter=name
        ) from None
