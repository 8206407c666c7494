"""What may stand in the slots of a sentence, as far as it was heard, and how near that is.

- A name is not meant by words that mean something in the grammar and are none of its own: "off the
  safe" is no "office fan".
- By ordinary words alone, or by fewer words than it has, it is meant only if it is twice as near as
  else: a "skylight" is no "study light".
- What was heard and is only a part of a name's words is no name: a "laundry room" is no "laundry
  room fan".
- Of two names that are as near to the same words, neither is meant.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace
from itertools import takewhile
from typing import TYPE_CHECKING, Final

import numpy as np

from wyoming_whisper.household.sentence_index import NEVER
from wyoming_whisper.household.template import SlotKind
from wyoming_whisper.household.vocabulary import NameKind
from wyoming_whisper.household.wording import key_of, keys_of

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping, Sequence

    import numpy.typing as npt

    from wyoming_whisper.household.name_index import NameIndex, NameMatch
    from wyoming_whisper.household.sentence_index import SentenceIndex
    from wyoming_whisper.household.spoken_spans import Places
    from wyoming_whisper.household.template import Slot
    from wyoming_whisper.household.vocabulary import Name

    Costs = npt.NDArray[np.float32]

_NAME_DISTANCE: Final = 0.36
_DOUBTFUL_DISTANCE: Final = 0.18
# Another name that is less farther than this may as well have been said.
_NAME_MARGIN: Final = 0.08
# Of its letters costs what stands where anything may: it speaks for nothing.
_GAP_SHARE: Final = 0.12
_KINDS: Final = {
    SlotKind.NAME: (NameKind.ENTITY, NameKind.TERM),
    SlotKind.AREA: (NameKind.AREA,),
    SlotKind.FLOOR: (NameKind.FLOOR,),
}


class SlotFillers:
    """What may stand in the slots, of one transcript.

    Args:
        keys: What was heard, word by word.
        sentences: The grammar.
        names: The household's names.
        choices: The texts of all lists.
        lists: By such a text, the lists that it is in.
    """

    def __init__(
        self,
        keys: Sequence[str],
        sentences: SentenceIndex,
        names: NameIndex,
        choices: NameIndex,
        lists: Mapping[str, Container[str]],
    ) -> None:
        self._keys = keys
        self._sentences = sentences
        self._names = names
        self._choices = choices
        self._lists = lists
        # By where names are looked for, what affixes they have: the names.
        self._found: dict[tuple[bool, str, str], list[NameMatch]] = {}
        self._costs: dict[Slot, Costs] = {}

    def costs(self, slot: Slot, places: Places) -> Costs:
        """See `SentenceIndex.nearest`."""
        if slot.kind in {SlotKind.NUMBER, SlotKind.ANYTHING}:
            slot = replace(slot, list_name="")  # whatever its list
        if slot not in self._costs:
            self._costs[slot] = self._filled(slot, places)
        return self._costs[slot]

    def unfinished(self, slot: Slot, places: Places) -> Costs:
        """See `Endings.ending`."""
        costs = np.full(len(places), NEVER, dtype=np.float32)
        for place, word in enumerate(places.words[:-1]):
            if places.is_between[place] and (rest := self._keys[word:]):
                costs[place] = self._unfinished(slot, rest)
        return costs

    def _unfinished(self, slot: Slot, rest: Sequence[str]) -> float:
        """Return what it takes to begin a value with the last words, and not to end it."""
        if slot.kind is SlotKind.ANYTHING:
            return _GAP_SHARE * sum(map(len, rest))
        if slot.kind is SlotKind.NUMBER:
            # What is written in digits is whole: the model has heard where the number ends.
            goes_on = all(map(self._sentences.is_number, rest)) and not rest[-1].isdecimal()
            return 0.0 if goes_on else NEVER
        index = self._choices if slot.kind is SlotKind.CHOICE else self._names
        begun = index.beginning_with(rest)
        return 0.0 if any(self._is_for(slot, name) for name in begun) else NEVER

    def written(self, slot: Slot, first: int, last: int) -> str | None:
        """Return what is written in a slot for these words; ``None`` for what was heard."""
        matches = [m for m in self._matches(slot) if (m.first, m.last) == (first, last)]
        if not matches:
            return None
        best = min(matches, key=lambda match: match.distance)
        return slot.prefix + best.written + slot.suffix

    def _filled(self, slot: Slot, places: Places) -> Costs:
        costs = np.full((len(places), len(places)), NEVER, dtype=np.float32)
        at = {word: p for p, word in enumerate(places.words) if places.is_between[p]}
        lengths = [len(key) for key in self._keys]
        n_words = len(self._keys)
        if slot.kind is SlotKind.ANYTHING:
            for first in range(n_words):
                for last in range(first + 1, n_words + 1):
                    costs[at[first], at[last]] = _GAP_SHARE * sum(lengths[first:last])
        elif slot.kind is SlotKind.NUMBER:
            for first, last in self._numbers(key_of(slot.prefix), key_of(slot.suffix)):
                costs[at[first], at[last]] = 0
        else:
            for match in self._matches(slot):
                cost = match.distance * sum(lengths[match.first : match.last])
                row, column = at[match.first], at[match.last]
                costs[row, column] = min(costs[row, column], cost)
        return costs

    def _numbers(self, prefix: str, suffix: str) -> Iterator[tuple[int, int]]:
        """Yield where a number stands: in digits; or in words, where it has nothing on."""
        digits = re.compile(rf"{re.escape(prefix)}\d+{re.escape(suffix)}")
        for first, key in enumerate(self._keys):
            if digits.fullmatch(key):
                yield first, first + 1
            elif not prefix and not suffix:
                spoken = takewhile(self._sentences.is_number, self._keys[first:])
                yield from ((first, last) for last, _ in enumerate(spoken, first + 1))

    def _matches(self, slot: Slot) -> list[NameMatch]:
        """Return the values that were perhaps heard for a slot."""
        if slot.kind in {SlotKind.ANYTHING, SlotKind.NUMBER}:
            return []
        is_choice = slot.kind is SlotKind.CHOICE
        source = (is_choice, key_of(slot.prefix), key_of(slot.suffix))
        if source not in self._found:
            index = self._choices if is_choice else self._names
            near = _near(index, self._keys, *source[1:])
            self._found[source] = [match for match in near if self._may_be_meant(match)]
        found = self._found[source]
        return [match for match in found if self._is_for(slot, match.name)]

    def _is_for(self, slot: Slot, name: Name) -> bool:
        """Tell whether a value is one of a slot's."""
        if slot.kind is SlotKind.CHOICE:
            return slot.list_name in self._lists[name.text]
        is_of_domain = not slot.domains or not name.domain or name.domain in slot.domains
        return name.kind in _KINDS[slot.kind] and is_of_domain

    def _may_be_meant(self, match: NameMatch) -> bool:
        """Tell whether words may be a name, as far as they mean something else."""
        if match.distance == 0:
            return True
        heard, own = self._keys[match.first : match.last], keys_of(match.written)
        if any(key in self._sentences.forms and key not in own for key in heard):
            return False
        if len(heard) < len(own) and all(key in own for key in heard):
            return False  # a part of it was said, and perhaps nothing else was meant
        is_ordinary = all(key in self._sentences.ordinary for key in heard)
        is_doubtful = is_ordinary or len(heard) < len(own)
        return match.distance <= (_DOUBTFUL_DISTANCE if is_doubtful else _NAME_DISTANCE)


def _near(index: NameIndex, keys: Sequence[str], prefix: str, suffix: str) -> list[NameMatch]:
    """Return the names near to spans of words; to single words, where they have something on."""
    if not prefix and not suffix:
        return _certain(index.matches(keys, max_distance=_NAME_DISTANCE))
    found: list[NameMatch] = []
    for word, key in enumerate(keys):
        bare = key.removeprefix(prefix).removesuffix(suffix)
        if bare and len(bare) == len(key) - len(prefix) - len(suffix):
            for match in index.matches([bare], max_distance=_NAME_DISTANCE):
                found.append(replace(match, first=word, last=word + 1))  # noqa: PERF401 - plain
    return _certain(found)


def _certain(matches: Sequence[NameMatch]) -> list[NameMatch]:
    """Return the names that no other one is nearly as near as, to the same words.

    Of two that are, neither may be meant by more or fewer words either, unless it was just said.
    """
    spans: defaultdict[tuple[int, int], list[NameMatch]] = defaultdict(list)
    for match in matches:
        spans[match.first, match.last].append(match)
    doubtful: set[str] = set()
    for found in spans.values():
        nearest = min(match.distance for match in found)
        near = {key_of(m.written) for m in found if m.distance < nearest + _NAME_MARGIN}
        if nearest > 0 and len(near) > 1:
            doubtful |= near
    return [m for m in matches if m.distance == 0 or key_of(m.written) not in doubtful]
