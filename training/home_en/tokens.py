"""Texts as the tokens that the model writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tokenizers import Tokenizer

if TYPE_CHECKING:
    from pathlib import Path

_STEP_S: Final = 0.02


class Tokens:
    """A model's tokenizer.

    Args:
        path: Its ``tokenizer.json``.

    Attributes:
        start: Begins every text.
        untimed: Says, behind `start`, that no timestamps follow.
        end: Ends every text.
        no_speech: Stands behind `start` where nothing is said.
        previous: Begins what was said before.
    """

    def __init__(self, path: Path) -> None:
        self._tokenizer = Tokenizer.from_file(str(path))
        self.start: Final = self._id("<|startoftranscript|>")
        self.untimed: Final = self._id("<|notimestamps|>")
        self.end: Final = self._id("<|endoftext|>")
        self.no_speech: Final = self._id("<|nocaptions|>")
        self.previous: Final = self._id("<|startofprev|>")

    def of(self, text: str) -> list[int]:
        """Return a sentence's tokens."""
        found: list[int] = self._tokenizer.encode(f" {text}", add_special_tokens=False).ids
        return found

    def at(self, seconds: float) -> int:
        """Return the timestamp of a time from 0 to 30 s; they follow `untimed`."""
        return self.untimed + 1 + round(seconds / _STEP_S)

    def _id(self, name: str) -> int:
        token = self._tokenizer.token_to_id(name)
        if token is None:
            raise ValueError(f"no token {name}")
        return int(token)
