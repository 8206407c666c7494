"""How names are written: what may be one, and how much of them there may be."""

from __future__ import annotations

import unicodedata
from typing import Final

# Nobody says more at once; Home Assistant's own names are a few words.
MAX_NAME_LETTERS: Final = 100
# A large house has a few hundred. Beyond this, looking through them would delay an answer.
MAX_NAMES: Final = 10_000
# Of one thing, its name included. Who has more of them has made a list of something else.
MAX_SPELLINGS: Final = 32
# Control characters, and halves of characters, which cannot be written to a client.
_UNWRITABLE: Final = frozenset({"Cc", "Cs"})


def spelling(text: str) -> str:
    """Return a name as it is kept: composed, with single blanks and none around it.

    Raises:
        ValueError: If it cannot be written, is too long, or has neither letter nor digit.
    """
    # Looked at first, because what follows takes as long as the text.
    if len(text) > MAX_NAME_LETTERS:
        raise ValueError(f"a name has at most {MAX_NAME_LETTERS} letters")
    kept = unicodedata.normalize("NFC", " ".join(text.split()))
    if any(unicodedata.category(letter) in _UNWRITABLE for letter in kept):
        raise ValueError("a name has no control characters")
    if not any(map(str.isalnum, kept)):
        raise ValueError("a name needs a letter or a digit")
    return kept
