"""Which engine a model's name belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from wyoming_whisper.engines.engine import Model

    Finder = Callable[[str], Model]


class Registry:
    """The engines there are, each with what finds its models by their names.

    A name may say its engine, as in ``whisper:base``; the default engine's go without saying.

    Args:
        finders: By the engines' names. Each raises `ModelNotFound` for what is none of its models.
        default: The engine of names that do not say theirs.
    """

    def __init__(self, finders: Mapping[str, Finder], *, default: str) -> None:
        self._finders = finders
        self._default = default

    def find(self, name: str) -> Model:
        """Return a model, without touching the network.

        Raises:
            ModelNotFound: If its engine has no such model.
        """
        engine, colon, rest = name.partition(":")
        if colon and engine in self._finders:
            return self._finders[engine](rest)
        return self._finders[self._default](name)
