"""Which sentence of a grammar is nearest to what was heard, and how near.

All templates are gone through together, level by level of their automata, with one row of costs for
each state: what it takes at least to come there with so much of what was heard used up. That is the
edit distance of a text to a language of Wagner and Fischer, with words for letters and automata for
a text (as in Mohri, "Edit-distance of weighted automata", 2003); a step costs the letters that
differ. What is beyond a budget is not followed.

What costs too much to be a mishearing, and so never happens:

- A word that means something in the grammar is not turned into another one, but for its endings.
- An ordinary word is turned into one that is much alike only ("tent", "temp"), but at the start,
  where a word is often cut.
- A word is not turned into half of it: a "skylight" is no "light".
- A number is not changed.
- Nothing but fillers is left out: "don't" would be a word too many, too.
- Where anything may stand, as in "add {item} to the list", all else of the sentence was heard.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from rapidfuzz.distance import Levenshtein
from rapidfuzz.process import cdist

from wyoming_whisper.household.spoken_spans import cut
from wyoming_whisper.household.template import Slot, SlotKind
from wyoming_whisper.household.wording import key_of

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Sequence

    import numpy.typing as npt

    from wyoming_whisper.household.grammar import Grammar
    from wyoming_whisper.household.spoken_spans import Places
    from wyoming_whisper.household.template import Arc, Label, Template

    Costs = npt.NDArray[np.float32]
    Numbers = npt.NDArray[np.int64]

NEVER: Final = 1e4
"""More letters than anybody says."""
NOTHING: Final = 0.02
"""What two costs may differ by in a float32 and still be one."""
# "light" and "lights" are one word in two forms, "on" and "one" are two words.
_MIN_STEM: Final = 3
_MAX_ENDING: Final = 2
# More of a word than this is not misheard; and of two words that were heard for one.
_CHANGED_SHARE: Final = 0.5
_JOINED_SHARE: Final = 0.34
_ORDINARY_SHARE: Final = 0.25


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a way through a template.

    Attributes:
        first: The place where what was heard for it begins.
        last: The place where that ends; the first one where nothing was heard.
        label: The word or slot of the grammar; ``None`` for fillers, which stand for nothing.
        cost: In letters.
    """

    first: int
    last: int
    label: Label
    cost: float


@dataclass(frozen=True, slots=True)
class Nearest:
    """A template, how far it is from what was heard, in letters, and the cheapest way through."""

    template: Template
    cost: float
    steps: tuple[Step, ...]


class SentenceIndex:
    """The sentences of a grammar, to be searched.

    Args:
        grammar: They.
        ordinary: Keys of words that people say.
        numbers: Keys of words that numbers are made of.
    """

    def __init__(self, grammar: Grammar, ordinary: Container[str], numbers: Container[str]) -> None:
        self.ordinary: Final = ordinary
        self._numbers = numbers
        self.templates: Final = grammar.templates
        self.word_ids: Final[dict[str, int]] = {}
        self.slot_ids: Final[dict[Slot, int]] = {}
        self.first_states: Final[list[int]] = []
        end_states: list[int] = []
        rows = []
        self.n_states = 0
        for template in grammar.templates:
            # Where anything may stand, all else has to be heard.
            is_open = any(is_gap(arc.label) for arc in template.arcs)
            for arc in template.arcs:
                word, slot = self._ids(arc.label)
                target, source = self.n_states + arc.target, self.n_states + arc.source
                rows.append((template.levels[arc.target], target, source, word, slot, is_open))
            self.first_states.append(self.n_states)
            self.n_states += len(template.levels)
            end_states.append(self.n_states - 1)
        self.end_states: Final = np.array(end_states)
        self.words: Final = tuple(self.word_ids)
        self.lengths: Final = np.array([len(word) for word in self.words], dtype=np.float32)
        table = np.array(sorted(rows), dtype=np.int64)
        bounds, _ = _runs(table[:, 0])
        self.levels: Final = [Level(part) for part in np.split(table, bounds[1:])]
        # The words that mean something, each with the numbers of its forms.
        self.forms: Final = {
            word: [n for n, other in enumerate(self.words) if is_form(other, word)]
            for word in content_words(grammar)
        }

    def is_number(self, key: str) -> bool:
        """Tell whether a word is a number, or has one."""
        return key in self._numbers or any(map(str.isdigit, key))

    def _ids(self, label: Label) -> tuple[int, int]:
        if label is None:
            return -1, -1
        if isinstance(label, Slot):
            return -1, self.slot_ids.setdefault(label, len(self.slot_ids))
        return self.word_ids.setdefault(key_of(label), len(self.word_ids)), -1


class Level:
    """The arcs that lead to the states of one level, by what is on them.

    Attributes:
        n_arcs: How many.
        arc_sources: The states that they come from.
        arc_targets: Those that they lead to.
        bounds: Where the arcs to each state begin.
        targets: Those states.
        free: The arcs that are free.
        free_sources: The states that these come from.
        worded: The arcs with a word.
        word_sources: The states that these come from.
        words: The numbers of the words.
        is_open: Whether anything may stand somewhere in the template of these.
        slotted: The arcs with a slot.
        slot_sources: The states that these come from.
        slots: The numbers of the slots.
    """

    def __init__(self, part: Numbers) -> None:
        self.n_arcs: Final = len(part)
        self.arc_targets, self.arc_sources = part[:, 1], part[:, 2]
        self.bounds, self.targets = _runs(part[:, 1])
        sources, words, slots = part[:, 2], part[:, 3], part[:, 4]
        self.free = np.flatnonzero((words < 0) & (slots < 0))
        self.free_sources = sources[self.free]
        self.worded = np.flatnonzero(words >= 0)
        self.word_sources, self.words = sources[self.worded], words[self.worded]
        self.is_open = part[self.worded, 5] > 0
        self.slotted = np.flatnonzero(slots >= 0)
        self.slot_sources, self.slots = sources[self.slotted], slots[self.slotted]


class Search:
    """The search for one transcript.

    Args:
        index: Where.
        keys: What was heard, word by word.
        slot_costs: Returns for a slot what it takes to fill it from one place to another, in
            letters, shape ``(n_places, n_places)``; `NEVER` where it cannot be.
        fillers: The words that may be left out, by their numbers.

    Attributes:
        places: Where its words may begin.
        reached: By state and place: what it takes at least to come there, in letters; known once
            `nearest` has been called.
    """

    def __init__(
        self,
        index: SentenceIndex,
        keys: Sequence[str],
        slot_costs: Callable[[Slot, Places], Costs],
        fillers: Container[int],
    ) -> None:
        self._index = index
        self.places, self._spans = cut(keys, index.words, index.is_number)
        self._words = self._word_costs()
        self._slots = np.stack([slot_costs(slot, self.places) for slot in index.slot_ids])
        self._dropped = self._drop_costs(fillers)
        shape = (index.n_states, len(self.places))
        self.reached = np.full(shape, NEVER, dtype=np.float32)

    def nearest(self, budget: float, n: int = 8) -> list[Nearest]:
        """Return the nearest templates, nearest first.

        Args:
            budget: What is further away is not looked for, in letters.
            n: How many.
        """
        index = self._index
        self.reached[index.first_states, :] = self._dropped
        starts = np.array([span.first for span in self._spans])
        bounds, ends = _runs(np.array([span.last for span in self._spans]))
        for level in index.levels:
            found = np.full((level.n_arcs, len(self.places)), NEVER, dtype=np.float32)
            found[level.free] = self.reached[level.free_sources]
            came = self.reached[level.word_sources]
            alive = np.flatnonzero(came.min(axis=1) <= budget)
            if len(alive):
                came, words = came[alive], level.words[alive]
                # Heard, in one of the spans that end at a place; or not heard at all.
                heard = np.minimum.reduceat(came[:, starts] + self._words[words], bounds, axis=1)
                missing = np.where(level.is_open[alive], NEVER, index.lengths[words])
                into = came + missing[:, None]
                into[:, ends] = np.minimum(into[:, ends], heard)
                found[level.worded[alive]] = into
            came = self.reached[level.slot_sources]
            alive = np.flatnonzero(came.min(axis=1) <= budget)
            if len(alive):
                filled = self._slots[level.slots[alive]]
                found[level.slotted[alive]] = (came[alive][:, :, None] + filled).min(axis=1)
            merged = np.minimum.reduceat(found, level.bounds, axis=0)
            # Fillers may follow.
            without = np.minimum.accumulate(merged - self._dropped, axis=1)
            self.reached[level.targets] = without + self._dropped
        totals = self.reached[index.end_states, -1]
        best = np.argsort(totals, kind="stable")[:n]
        return [
            Nearest(index.templates[t], float(totals[t]), self._way(int(t)))
            for t in best
            if totals[t] <= budget
        ]

    def _word_costs(self) -> Costs:
        """Return what it takes to hear each span for each word, shape ``(n_words, n_spans)``."""
        index, spans = self._index, self._spans
        keys = [span.key for span in spans]
        found = cdist(index.words, keys, scorer=Levenshtein.distance, dtype=np.int32)
        costs = found.astype(np.float32)
        longer = np.maximum(index.lengths[:, None], np.array([len(key) for key in keys]))
        for column, span in enumerate(spans):
            is_joined = any(self.places.is_between[span.first + 1 : span.last])
            share = _JOINED_SHARE if is_joined else _CHANGED_SHARE
            if span.first > 0 and span.key in index.ordinary:
                share = _ORDINARY_SHARE
            costs[costs[:, column] > share * longer[:, column], column] = NEVER
            costs[self._halves(span.key), column] = NEVER
            if index.is_number(span.key):
                costs[costs[:, column] > 0, column] = NEVER
            elif (forms := index.forms.get(span.key)) is not None:
                kept = costs[forms, column]
                costs[:, column] = NEVER
                costs[forms, column] = kept
        return costs

    def _halves(self, key: str) -> list[int]:
        """Return the numbers of the words, in all forms, that a longer word ends or begins with."""
        cuts = range(_MAX_ENDING + 1, len(key))
        halves = [half for cut in cuts for half in (key[cut:], key[:-cut])]
        return [number for half in halves for number in self._index.forms.get(half, ())]

    def _drop_costs(self, fillers: Container[int]) -> Costs:
        """Return what it takes to leave out all that is in front of each place."""
        places = self.places
        prices = [0.0]
        for before in range(len(places) - 1):
            # A word is left out as a whole.
            is_word = places.is_between[before] and places.is_between[before + 1]
            prices.append(0.0 if is_word and places.words[before] in fillers else NEVER)
        return np.cumsum(prices, dtype=np.float32)

    def _way(self, number: int) -> tuple[Step, ...]:
        """Return the cheapest way through a template, which is found from its end."""
        template = self._index.templates[number]
        reached = self.reached[self._index.first_states[number] :]
        steps: list[Step] = []
        state, place = len(template.levels) - 1, len(self.places) - 1
        while state > 0 or place > 0:
            arc, step = self._last_step(template, reached, state, place)
            if step is not None:
                steps.append(step)
                place = step.first
            state = state if arc is None else arc.source
        return tuple(reversed(steps))

    def _last_step(
        self, template: Template, reached: Costs, state: int, place: int
    ) -> tuple[Arc | None, Step | None]:
        """Return the step by which a state was reached at a place, and its arc, if it has one."""
        cost = float(reached[state, place])
        for arc in template.arcs:
            if arc.target != state:
                continue
            if arc.label is None:
                if abs(cost - float(reached[arc.source, place])) < NOTHING:
                    return arc, None
                continue
            for first, price in self._prices(arc.label, place):
                if abs(cost - float(reached[arc.source, first]) - price) < NOTHING:
                    return arc, Step(first, place, arc.label, price)
        for first in range(place - 1, -1, -1):
            price = float(self._dropped[place] - self._dropped[first])
            if abs(cost - float(reached[state, first]) - price) < NOTHING:
                return None, Step(first, place, None, price)
        raise AssertionError(f"no arc leads to state {state} of {template.text!r}")

    def _prices(self, label: str | Slot, last: int) -> list[tuple[int, float]]:
        """Return where what was heard for a label may begin that ends at a place, and its cost."""
        if isinstance(label, Slot):
            column = self._slots[self._index.slot_ids[label]][:, last]
            return [(first, float(column[first])) for first in range(last) if column[first] < NEVER]
        word = self._index.word_ids[key_of(label)]
        heard = [
            (span.first, float(self._words[word, number]))
            for number, span in enumerate(self._spans)
            if span.last == last and self._words[word, number] < NEVER
        ]
        return [*heard, (last, float(self._index.lengths[word]))]


def content_words(grammar: Grammar) -> frozenset[str]:
    """Return the words that mean something: those that some sentence cannot do without."""
    arcs = (arc for template in grammar.templates for arc in template.arcs if not arc.is_optional)
    return frozenset(key_of(arc.label) for arc in arcs if isinstance(arc.label, str))


def is_gap(label: Label) -> bool:
    """Tell whether anything may stand there."""
    return isinstance(label, Slot) and label.kind is SlotKind.ANYTHING


def is_form(word: str, other: str) -> bool:
    """Tell whether two words are forms of one, such as light and lights."""
    short, long = sorted((word, other), key=len)
    is_longer_form = long.startswith(short) and len(long) - len(short) <= _MAX_ENDING
    return word == other or (is_longer_form and len(short) >= _MIN_STEM)


def _runs(values: Numbers) -> tuple[Numbers, Numbers]:
    """Return where runs of equal values begin, and the values."""
    bounds = np.flatnonzero(np.concatenate(([True], values[1:] != values[:-1])))
    return bounds, values[bounds]
