"""How a setting is declared: once, with all that its spellings and its documentation need."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Option:
    """How one setting is written by its owner.

    Attributes:
        help: One sentence or two, without the default.
        parse: Text → value; raises ValueError.
        metavar: What stands for the value in help.
        repeated: Whether several may be given; the value is then a tuple.
        choices: The texts allowed, where they can be listed.
        lone: The text that a flag without a value stands for, if it may stand alone.
        bounds: The lowest number and the highest one, if any.
        check: Raises ValueError or UnsupportedLanguage where a value, or one of several, is
            impossible.
        server_only: Whether it means nothing where a file is transcribed without a server.
        also: Other flags for it.
        secret: Whether nobody is to see the value, not even where settings are shown. Another flag
            then names a file that holds it.
    """

    help: str
    parse: Callable[[str], Any]
    metavar: str
    repeated: bool = False
    choices: tuple[str, ...] = ()
    lone: str | None = None
    bounds: tuple[float, float] | None = None
    check: Callable[[Any], object] | None = None
    server_only: bool = False
    also: tuple[str, ...] = ()
    secret: bool = False


def declare(
    default: T,
    help: str,  # noqa: A002 - the word that every option library uses
    *,
    parse: Callable[[str], Any] = str,
    metavar: str = "TEXT",
    repeated: bool = False,
    choices: tuple[str, ...] = (),
    lone: str | None = None,
    bounds: tuple[float, float] | None = None,
    check: Callable[[Any], object] | None = None,
    server_only: bool = False,
    also: tuple[str, ...] = (),
    secret: bool = False,
) -> T:
    """Return a dataclass's field for a setting; see `Option` for the arguments."""
    shown = "|".join(choices) or metavar
    option = Option(
        help, parse, shown, repeated, choices, lone, bounds, check, server_only, also, secret
    )
    field: T = dataclasses.field(default=default, repr=not secret, metadata={"option": option})
    return field


def switch(help: str, *, server_only: bool = False, also: tuple[str, ...] = ()) -> bool:  # noqa: A002 - as above
    """Return a dataclass's field for a setting that is on or off, and off by default."""
    return declare(
        False, help, parse=_boolean, metavar="BOOL", lone="true", server_only=server_only, also=also
    )


def _boolean(text: str) -> bool:
    word = text.strip().casefold()
    if word not in {"true", "1", "yes", "on", "false", "0", "no", "off"}:
        raise ValueError("must be true or false")
    return word in {"true", "1", "yes", "on"}
