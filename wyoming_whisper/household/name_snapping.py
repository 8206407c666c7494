"""What of a transcript is changed to the names of a home, and to what.

Theory of operation. A name that was misheard is written as the home writes it, and nothing else is
touched. In doubt nothing changes: a wrong letter in a name does less harm than a right word turned
into a name.

1. Spans of words that are a name, or differ from it in blanks and punctuation only, are settled:
   they are written as the name is. A capital that begins a sentence stays, and a name of one
   ordinary word stays as it was heard. Blanks do not make a name of the commonest words alone.
2. So are words that are a name but for an ending, as "lights" is of "light", or for a beginning, as
   "humidifier" is of "dehumidifier"; they stay as heard.
3. A span that is near to a name is changed to it if
   a. it is within the limit, and none of the smaller limits of `NameIndex` is against it;
   b. no other name is as near, but for a margin, to the same words or to some of them. Names that
      are part of one another are not rivals: "kitchen light" is meant where "kitchen" would do;
   c. the same words of numbers are in both, as the same digits are;
   d. it has not only ordinary words, which are there because they were said. If it begins or ends
      with one that the name has not, it must be twice as near;
   e. it shares no word with what is settled, unless that is part of the name.
4. Of what is left the spans that explain most letters are taken, and none that overlaps them.

Replacements are exact and come first, the longest first.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from wyoming_whisper.household.changes import Change, Reason, said
from wyoming_whisper.household.ordinary_words import number_words, ordinary_words
from wyoming_whisper.household.wording import keys_of, place_of

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

    from wyoming_whisper.household.name_index import NameIndex, NameMatch
    from wyoming_whisper.household.vocabulary import Replacement
    from wyoming_whisper.household.wording import SpokenWord

NAME_LIMIT: Final = 0.25
"""How far from a name words may be: chosen on thirty names of benchmarks/household_names.py."""

_MARGIN: Final = 0.08
# Endings of nouns, where they are few; elsewhere the last two letters of a word say the case.
_ENDINGS: Final = {
    "en": ("s", "es"),
    "de": ("n", "en", "e", "s", "er"),
    "fr": ("s", "x", "e", "es"),
    "es": ("s", "es"),
    "it": (),
    "pt": ("s", "es"),
    "nl": ("s", "n", "en"),
}
_MAX_ENDING: Final = 2
# Behind which a sentence begins; the start of the text is one, too.
_SENTENCE_ENDS: Final = ("", ".", "?", "!", "…")


class Replacements:
    """Finds what is written otherwise than it is heard.

    Args:
        replacements: For the same words the first one counts.
    """

    def __init__(self, replacements: Sequence[Replacement]) -> None:
        self._written: dict[tuple[str, ...], str] = {}
        for replacement in replacements:
            self._written.setdefault(keys_of(replacement.heard), replacement.written)
        self._written.pop((), None)
        self._lengths = sorted({len(keys) for keys in self._written}, reverse=True)

    def changes(self, text: str, words: Sequence[SpokenWord]) -> list[Change]:
        """Return what to change, in order and without overlaps: from the left, the longest first.

        Args:
            text: The transcript.
            words: Its words.
        """
        keys = tuple(word.key for word in words)
        found, first = [], 0
        while first < len(keys):
            for length in self._lengths:
                last = first + length
                written = self._written.get(keys[first:last])
                if written is not None and last <= len(keys):
                    before = said(text, words, first, last)
                    if before != written:
                        found.append(Change(first, last, before, written, Reason.REPLACEMENT))
                    first = last
                    break
            else:
                first += 1
        return found


class NameSnapper:
    """Finds what to change to the names of a home.

    Args:
        index: The names.
        language: Whisper's code of what is spoken.
        ordinary: Keys of words that somebody may have said, beside the commonest of the language.
            The fewer are known, the more is changed that was right: a Whisper model's own are all
            pieces of its vocabulary that begin a word.
        limit: How far from a name words may be.
    """

    def __init__(
        self,
        index: NameIndex,
        language: str,
        *,
        ordinary: Container[str],
        limit: float = NAME_LIMIT,
    ) -> None:
        self._index = index
        self._language = language
        self._limit = limit
        self._ordinary = ordinary
        self._common = ordinary_words(language)
        self._numbers = number_words(language)

    def changes(self, text: str, words: Sequence[SpokenWord]) -> list[Change]:
        """Return what to change, in order and without overlaps.

        Args:
            text: The transcript.
            words: Its words.
        """
        keys = [word.key for word in words]
        matches = self._index.matches(keys, max_distance=self._limit + _MARGIN)
        settled = [match for match in matches if self._is_settled(match, keys)]
        candidates = [
            match
            for match in matches
            if self._is_near(match, keys)
            and not any(_is_rival(match, other) for other in matches)
            and not any(_overlap(match, s) and not _is_part(s, match) for s in settled)
        ]
        # The letters that each explains: of all of them a longer name beats what is part of it.
        ranked = sorted((*settled, *candidates), key=lambda m: (-_explained(m), m.first))
        taken: list[NameMatch] = []
        for match in ranked:
            if not any(_overlap(match, other) for other in taken):
                taken.append(match)
        changes = (self._change(text, words, match) for match in taken)
        return sorted(filter(None, changes), key=lambda change: change.first)

    def _is_settled(self, match: NameMatch, keys: Sequence[str]) -> bool:
        """Tell whether words are a name, or one with other ends (steps 1 and 2)."""
        heard, written = tuple(keys[match.first : match.last]), _keys(match.written)
        if match.distance == 0:
            return len(heard) == len(written) or not self._common.issuperset(heard)
        return len(heard) == len(written) and all(
            self._is_related(one, other) for one, other in zip(heard, written, strict=True)
        )

    def _is_near(self, match: NameMatch, keys: Sequence[str]) -> bool:
        """Tell whether words may be changed to a name, as far as they go (steps 3a, c and d)."""
        heard, written = tuple(keys[match.first : match.last]), _keys(match.written)
        if match.distance == 0 or match.distance > self._limit:
            return False
        if [k for k in heard if k in self._numbers] != [k for k in written if k in self._numbers]:
            return False
        if all(map(self._is_ordinary, heard)):
            return False
        strange = any(
            self._is_ordinary(key) and key not in written for key in (heard[0], heard[-1])
        )
        return match.distance <= self._limit / (2 if strange else 1)

    def _is_ordinary(self, key: str) -> bool:
        return key in self._common or key in self._ordinary

    def _is_related(self, heard: str, written: str) -> bool:
        """Tell whether two words differ by their ending at most, or by a beginning."""
        shorter, longer = sorted((heard, written), key=len)
        if longer.endswith(shorter):
            return True
        endings = _ENDINGS.get(self._language)
        if endings is None:
            stem = len(longer) - _MAX_ENDING
            return stem > _MAX_ENDING and heard[:stem] == written[:stem]
        return longer.startswith(shorter) and longer[len(shorter) :] in endings

    def _change(self, text: str, words: Sequence[SpokenWord], match: NameMatch) -> Change | None:
        """Return how a name is written, or ``None`` where it is, or is to stay as it was heard."""
        before, after = said(text, words, match.first, match.last), match.written
        heard, written = keys_of(before), _keys(after)
        if match.distance > 0 and self._is_settled(match, [word.key for word in words]):
            return None
        if heard == written and len(written) == 1 and self._is_ordinary(written[0]):
            return None
        start, _ = place_of(words, match.first, match.last)
        if text[:start].rstrip()[-1:] in _SENTENCE_ENDS and before[0].isupper():
            after = after[0].upper() + after[1:]
        if before == after:
            return None
        reason = Reason.SPELLING if match.distance == 0 else Reason.NAME
        return Change(match.first, match.last, before, after, reason, match.distance)


def _is_rival(match: NameMatch, other: NameMatch) -> bool:
    """Tell whether another name may as well be meant by the same words, or some of them (3b)."""
    return (
        _overlap(match, other)
        and other.distance <= match.distance + _MARGIN
        and not _is_part(match, other)
        and not _is_part(other, match)
    )


def _overlap(match: NameMatch, other: NameMatch) -> bool:
    return match.first < other.last and other.first < match.last


def _is_part(match: NameMatch, other: NameMatch) -> bool:
    """Tell whether a name is in another one, or is the same."""
    return "".join(_keys(match.written)) in "".join(_keys(other.written))


def _explained(match: NameMatch) -> float:
    """Return how many letters of what was said a name explains."""
    return (1 - match.distance) * len("".join(_keys(match.written)))


@lru_cache(10_000)
def _keys(written: str) -> tuple[str, ...]:
    """Return the keys of a name, and remember them."""
    return keys_of(written)
