"""Whether a speaker who pauses behind a sentence of the grammar may go on to another one.

Behind "turn on the light" may come "in the bedroom", and behind "twenty" a "two". Each state of an
automaton that was reached with all that was heard is a way to go on, unless it is an end, and so is
each slot whose values begin with the last words. What follows makes another sentence if it means
something else, or has another slot. More words of the same sentence, such as "right now", do not,
nor does the room of what was called by its name.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Final

import numpy as np

from wyoming_whisper.household.sentence_index import NOTHING
from wyoming_whisper.household.template import Slot, SlotKind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy.typing as npt

    from wyoming_whisper.household.sentence_index import Nearest, Search, SentenceIndex
    from wyoming_whisper.household.spoken_spans import Places

    Costs = npt.NDArray[np.float32]

_BIT: Final = {kind: 1 << number for number, kind in enumerate(SlotKind)}
_PLACES: Final = _BIT[SlotKind.AREA] | _BIT[SlotKind.FLOOR]


class Ending(Enum):
    """Whether a sentence may go on to another one."""

    CLOSED = "nothing else can follow"
    OPEN = "it may go on"


class Endings:
    """What may follow in the sentences of a grammar.

    Args:
        index: The grammar.
    """

    def __init__(self, index: SentenceIndex) -> None:
        self._index = index
        self._first_states = np.array(index.first_states)
        kinds = np.array([_BIT[slot.kind] for slot in index.slot_ids], dtype=np.int64)
        # By state: the kinds of slots that may follow, and whether it is no end.
        self._ahead = np.zeros(index.n_states, dtype=np.int64)
        for level in reversed(index.levels):
            into = self._ahead[level.arc_targets]
            into[level.slotted] |= kinds[level.slots]
            np.bitwise_or.at(self._ahead, level.arc_sources, into)
        self._is_end = np.zeros(index.n_states, dtype=bool)
        self._is_end[index.end_states] = True
        self._slot_sources = np.concatenate([level.slot_sources for level in index.levels])
        self._slots = np.concatenate([level.slots for level in index.levels])

    def ending(
        self, found: Sequence[Nearest], search: Search, unfinished: Callable[[Slot, Places], Costs]
    ) -> Ending:
        """Return how a sentence ends.

        Args:
            found: The templates that it is a sentence of, which it may be of several.
            search: In which it was found.
            unfinished: Returns for a slot what it takes to go on in it to the end of what was heard
                and beyond, in letters, by the place where it begins, shape ``(n_places,)``; `NEVER`
                where it cannot.
        """
        limit = max(one.cost for one in found) + NOTHING
        reached = np.flatnonzero((search.reached[:, -1] <= limit) & ~self._is_end)
        numbers = np.searchsorted(self._first_states, reached, side="right") - 1
        meanings = {(one.template.intent, one.template.meaning) for one in found}
        harmless = _PLACES if any(map(_is_by_name, found)) else 0
        for state, number in zip(reached, numbers, strict=True):
            other = self._index.templates[number]
            is_same = (other.intent, other.meaning) in meanings
            if not is_same or self._ahead[state] & ~harmless:
                return Ending.OPEN
        # What takes longer to find out comes last.
        costs = np.stack([unfinished(slot, search.places) for slot in self._index.slot_ids])
        within = search.reached[self._slot_sources] + costs[self._slots]
        return Ending.OPEN if (within <= limit).any() else Ending.CLOSED


def _is_by_name(found: Nearest) -> bool:
    """Tell whether a sentence is about what was called by its name."""
    labels = [step.label for step in found.steps]
    return any(isinstance(label, Slot) and label.kind is SlotKind.NAME for label in labels)
