"""The recordings in nine languages, and how much of what was said was heard."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from recordings import Recording

from wyoming_whisper.bench.figures import word_distance, words

if TYPE_CHECKING:
    from collections.abc import Iterable

_LISTING: Final = Path(__file__).parents[1] / "data" / "languages.json"
# They are written without spaces, or Whisper sets spaces of its own.
_BY_CHARACTER: Final = frozenset({"ja", "ko", "zh"})


@dataclass(frozen=True, slots=True)
class Sentence(Recording):
    """A recording and its language.

    Attributes:
        language: Its Whisper code.
        traditional: The text in the other Chinese script, which Whisper may choose.
        names: Names in it that Whisper spells otherwise.
    """

    language: str
    traditional: str = ""
    names: tuple[str, ...] = ()

    def error_rate(self, heard: str) -> float:
        """Return which part of the words, or characters, is wrong, missing or too much."""
        units = _characters if self.language in _BY_CHARACTER else words
        said = [units(text) for text in (self.text, self.traditional) if text]
        return min(word_distance(each, units(heard)) / len(each) for each in said)


def _characters(text: str) -> list[str]:
    return [character for character in text if character.isalnum()]


def _sentences() -> Iterable[Sentence]:
    for entry in json.loads(_LISTING.read_text()):
        yield Sentence(
            _LISTING.parent / entry["file"],
            entry["text"],
            entry["language"],
            entry.get("traditional", ""),
            tuple(entry.get("names", ())),
        )


LANGUAGES: Final = {s.language: s for s in _sentences() if not s.names}
NAMES: Final = next(s for s in _sentences() if s.names)
