"""What of a transcript is changed to a sentence of the grammar, and to what.

In doubt a transcript stays as it was heard. `judge` says why, in order:

1. A sentence of the grammar stays one; only its names are written as at home.
2. No sentence is near: what differs is more than `MAX_SHARE` of the letters, or no word of the
   sentence itself was heard as it is. So talk stays talk.
3. Another sentence is nearly as near, and means something else or is about something else.

What makes a sentence far says `sentence_index`; and of the names that may stand in it:

- A name is not meant by words that mean something in the grammar and are none of its own: "off the
  safe" is no "office fan".
- By ordinary words alone, or by fewer words than it has, it is meant only if it is twice as near as
  else: a "skylight" is no "study light".
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, replace
from enum import Enum
from itertools import takewhile
from typing import TYPE_CHECKING, Final

import numpy as np

from wyoming_whisper.household.changes import Change, Reason, said
from wyoming_whisper.household.name_index import NameIndex, NameMatch
from wyoming_whisper.household.ordinary_words import number_words
from wyoming_whisper.household.sentence_index import NEVER, SentenceIndex
from wyoming_whisper.household.template import Slot, SlotKind
from wyoming_whisper.household.vocabulary import Name, NameKind
from wyoming_whisper.household.wording import key_of, keys_of

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping, Sequence

    import numpy.typing as npt

    from wyoming_whisper.household.grammar import Grammar
    from wyoming_whisper.household.sentence_index import Nearest, Step
    from wyoming_whisper.household.spoken_spans import Places
    from wyoming_whisper.household.wording import SpokenWord

    Costs = npt.NDArray[np.float32]

MAX_SHARE: Final = 0.3
"""Of the letters may differ between what was heard and what is written."""

# How much farther another meaning has to be, in letters, and of what the nearest one differs by.
_MARGIN: Final = 1.0
_MARGIN_SHARE: Final = 0.34
# Nobody says a longer command in a breath, and a longer text takes longer to compare.
_MAX_WORDS: Final = 18
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


class Refusal(Enum):
    """Why a transcript is no sentence of the grammar."""

    TOO_LONG = "too long"
    NOT_NEAR = "no sentence is near"
    AMBIGUOUS = "two sentences are nearly as near"


@dataclass(frozen=True, slots=True)
class Found:
    """The sentence that was meant.

    Attributes:
        intent: What it means, as Home Assistant calls that.
        changes: What is written otherwise than it was heard, in order.
    """

    intent: str
    changes: tuple[Change, ...]


class SentenceSnapper:
    """Finds the sentences of a household in transcripts of one language.

    Args:
        grammar: What can be said.
        names: The names in it.
        language: Whisper's code.
        ordinary: Keys of words that people say.
    """

    def __init__(
        self, grammar: Grammar, names: NameIndex, language: str, ordinary: Container[str]
    ) -> None:
        self._sentences = SentenceIndex(grammar, ordinary, number_words(language))
        self._fillers = grammar.fillers
        self._names = names
        # By the text of a choice, the lists that it is in.
        self._lists: defaultdict[str, set[str]] = defaultdict(set)
        for list_name, texts in grammar.choices.items():
            for text in texts:
                self._lists[text].add(list_name)
        self._choices = NameIndex([Name(text) for text in self._lists], language)

    def find(self, text: str, words: Sequence[SpokenWord]) -> Found | Refusal:
        """Return the sentence that was meant, or why there is none.

        Args:
            text: The transcript.
            words: Its words; at least one.
        """
        if len(words) > _MAX_WORDS:
            return Refusal.TOO_LONG
        keys = [word.key for word in words]
        n_letters = sum(map(len, keys))
        slots = _Slots(keys, self._sentences, self._names, self._choices, self._lists)
        places, nearest = self._sentences.nearest(
            keys, slots.costs, _fillers(keys, self._fillers), MAX_SHARE * n_letters
        )
        chosen = judge([Way.of(near, places, slots) for near in nearest], n_letters)
        if isinstance(chosen, Refusal):
            return chosen
        changes = tuple(_changes(chosen, text, words, places))
        return Found(chosen.nearest.template.intent, changes)


@dataclass(frozen=True, slots=True)
class Way:
    """A way through a template, with its slots filled.

    Attributes:
        nearest: The way.
        written: What is written for each step; ``None`` for what was heard.
        is_evident: Whether a word of the sentence itself was heard as it is, or all was.
    """

    nearest: Nearest
    written: tuple[str | None, ...]
    is_evident: bool

    @classmethod
    def of(cls, nearest: Nearest, places: Places, slots: _Slots) -> Way:
        """Return a way with what is written in its slots."""
        written = tuple(_written(step, places, slots) for step in nearest.steps)
        heard = any(isinstance(step.label, str) and not step.cost for step in nearest.steps)
        return cls(nearest, written, heard or nearest.cost == 0)

    @property
    def meaning(self) -> tuple[str, ...]:
        """What tells one outcome from another: what is to be done, and with what."""
        template = self.nearest.template
        slots = [
            f"{step.label.list_name} {key_of(written or str(step.first))}"
            for step, written in zip(self.nearest.steps, self.written, strict=True)
            if isinstance(step.label, Slot)
        ]
        return (template.intent, template.meaning, *sorted(slots))

    @property
    def text(self) -> tuple[str | tuple[int, int], ...]:
        """What tells one text from another."""
        steps = zip(self.nearest.steps, self.written, strict=True)
        return tuple(written or (step.first, step.last) for step, written in steps)


def judge(ways: Sequence[Way], n_letters: int) -> Way | Refusal:
    """Return the sentence that was meant, or why none is believed.

    Args:
        ways: The nearest sentences, nearest first.
        n_letters: What was heard.
    """
    if not ways:
        return Refusal.NOT_NEAR
    best = ways[0]
    cost = best.nearest.cost
    # 1. A sentence of the grammar.
    if cost == 0:
        return best
    # 2. Not near.
    if cost > MAX_SHARE * n_letters or not best.is_evident:
        return Refusal.NOT_NEAR
    # 3. Another one is nearly as near.
    bound = cost + max(_MARGIN, _MARGIN_SHARE * cost)
    is_ambiguous = any(
        way.nearest.cost < bound and way.meaning != best.meaning and way.text != best.text
        for way in ways[1:]
    )
    return Refusal.AMBIGUOUS if is_ambiguous else best


class _Slots:
    """What may stand in the slots, of one transcript."""

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
        self._found: dict[tuple[bool, str, str], list[NameMatch]] = {}
        self._costs: dict[Slot, Costs] = {}

    def costs(self, slot: Slot, places: Places) -> Costs:
        """See `SentenceIndex.nearest`."""
        if slot.kind in {SlotKind.NUMBER, SlotKind.ANYTHING}:
            slot = replace(slot, list_name="")  # whatever its list
        if slot not in self._costs:
            self._costs[slot] = self._filled(slot, places)
        return self._costs[slot]

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
        if is_choice:
            return [match for match in found if slot.list_name in self._lists[match.name.text]]
        kinds = _KINDS[slot.kind]
        return [
            match
            for match in found
            if match.name.kind in kinds
            and (not slot.domains or not match.name.domain or match.name.domain in slot.domains)
        ]

    def _may_be_meant(self, match: NameMatch) -> bool:
        """Tell whether words may be a name, as far as they mean something else."""
        if match.distance == 0:
            return True
        heard, own = self._keys[match.first : match.last], keys_of(match.written)
        if any(key in self._sentences.forms and key not in own for key in heard):
            return False
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


def _fillers(keys: Sequence[str], known: frozenset[tuple[str, ...]]) -> frozenset[int]:
    """Return the numbers of the words that change no command, such as "please"."""
    longest = max(map(len, known), default=0)
    return frozenset(
        number
        for first in range(len(keys))
        for n in range(1, longest + 1)
        if tuple(keys[first : first + n]) in known
        for number in range(first, first + n)
    )


def _written(step: Step, places: Places, slots: _Slots) -> str | None:
    """Return what is written for a step; ``None`` for what was heard."""
    if isinstance(step.label, Slot):
        return slots.written(step.label, places.words[step.first], places.words[step.last])
    return step.label if step.cost else None


def _changes(way: Way, text: str, words: Sequence[SpokenWord], places: Places) -> list[Change]:
    """Return what is written otherwise than it was heard; what is within a word belongs together.

    What a slot has is written even where it sounds the same; a word that was heard stays.
    """
    changes: list[Change] = []
    pieces: list[tuple[Step, str | None]] = []
    for step, written in zip(way.nearest.steps, way.written, strict=True):
        pieces.append((step, written))
        if not places.is_between[step.last]:
            continue
        first, last = places.words[pieces[0][0].first], places.words[step.last]
        after = " ".join(part or str(one.label) for one, part in pieces if one.label is not None)
        before = said(text, words, first, last)
        if any(part is not None for _, part in pieces) and before != after:
            cost = sum(one.cost for one, _ in pieces)
            is_spelling = cost == 0
            reason = Reason.SPELLING if is_spelling else Reason.SENTENCE
            if first == 0 and before[:1].isupper():
                after = after[:1].upper() + after[1:]
            if before != after:
                distance = cost / max(len(key_of(after)), 1)
                changes.append(Change(first, last, before, after, reason, distance))
        pieces = []
    return changes
