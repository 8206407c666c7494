"""A template of a sentence → its automaton."""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from hassil.expression import (
    Alternative,
    Expression,
    Group,
    ListReference,
    Permutation,
    RuleReference,
    Sentence,
    TextChunk,
)
from hassil.parse_expression import parse_sentence

from wyoming_whisper.household.template import Arc, Label, Slot, SlotKind, Template
from wyoming_whisper.household.wording import is_unspaced, key_of, words_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_MAX_DEPTH: Final = 16
_MAX_ORDERS: Final = 6
# A template that is larger than this stands for so much that hardly anybody says any of it.
_MAX_ARCS: Final = 6_000
_SPACE: Final = re.compile(r"(\s+)")


@dataclass(frozen=True, slots=True)
class _Pending:
    """What has been written of a word that has not ended; with a slot in it, or not."""

    before: str = ""
    slot: Slot | None = None
    behind: str = ""
    is_optional: bool = False

    @property
    def is_empty(self) -> bool:
        return not self.before and self.slot is None


_Ends = dict[_Pending, int]


class _TooLarge(Exception):
    """A template stands for too much."""


@dataclass(slots=True)
class _Automaton:
    arcs: list[tuple[int, int, Label, bool]] = field(default_factory=list)
    n_states: int = 1

    def state(self) -> int:
        self.n_states += 1
        return self.n_states - 1

    def add(self, source: int, target: int, label: Label, *, is_optional: bool) -> None:
        self.arcs.append((source, target, label, is_optional))
        if len(self.arcs) > _MAX_ARCS:
            raise _TooLarge


class TemplateCompiler:
    """Makes automata of the templates of one block.

    Args:
        rules: What rule references stand for.
        lists: What slots are of.
        domains: Of the entities that the block is about.
    """

    def __init__(
        self,
        rules: Mapping[str, Sentence],
        lists: Mapping[str, Mapping[str, Any]],
        domains: frozenset[str],
    ) -> None:
        self._rules = rules
        self._lists = lists
        self._domains = domains

    def template(self, intent: str, meaning: str, text: str) -> Template | None:
        """Return a template's automaton; ``None`` of what is too large to be worth it."""
        automaton = _Automaton()
        try:
            ends = self._walk(parse_sentence(text), {_Pending(): 0}, automaton, 0, optional=False)
            end = self._flush(ends, automaton)[_Pending()]
        except _TooLarge:
            return None
        return _ordered(intent, meaning, text, automaton, end)

    def _walk(
        self,
        expression: Expression | Sentence,
        ends: _Ends,
        automaton: _Automaton,
        depth: int,
        *,
        optional: bool,
    ) -> _Ends:
        """Go on from some ends with an expression; return the ends behind it."""
        if depth > _MAX_DEPTH:
            raise _TooLarge
        if isinstance(expression, Sentence):
            ends = self._walk(expression.expression, ends, automaton, depth, optional=optional)
        elif isinstance(expression, TextChunk):
            ends = self._text(expression.text, ends, automaton, optional=optional)
        elif isinstance(expression, ListReference):
            ends = self._slot(expression, self._parted(ends, automaton), optional=optional)
        elif isinstance(expression, RuleReference):
            rule = self._rules.get(expression.rule_name)
            if rule is None:
                raise _TooLarge
            ends = self._walk(rule, ends, automaton, depth + 1, optional=optional)
        elif isinstance(expression, Alternative):
            optional = optional or expression.is_optional
            walked = [
                self._walk(item, dict(ends), automaton, depth + 1, optional=optional)
                for item in expression.items
            ]
            ends = _merged(walked, automaton)
        elif isinstance(expression, Permutation):
            orders = itertools.islice(itertools.permutations(expression.items), _MAX_ORDERS)
            walked = [
                self._in_order(order, ends, automaton, depth, optional=optional) for order in orders
            ]
            ends = _merged(walked, automaton)
        elif isinstance(expression, Group):
            for item in expression.items:
                ends = self._walk(item, ends, automaton, depth + 1, optional=optional)
        else:
            raise TypeError(type(expression))
        return ends

    def _in_order(
        self,
        items: Iterable[Expression],
        ends: _Ends,
        automaton: _Automaton,
        depth: int,
        *,
        optional: bool,
    ) -> _Ends:
        ends = dict(ends)
        for item in items:
            ends = self._flush(ends, automaton)
            ends = self._walk(item, ends, automaton, depth + 1, optional=optional)
        return self._flush(ends, automaton)

    def _text(self, text: str, ends: _Ends, automaton: _Automaton, *, optional: bool) -> _Ends:
        for piece in _SPACE.split(text):
            if not piece:
                continue
            if piece.isspace():
                ends = self._flush(ends, automaton)
            elif key_of(piece):
                parts = [word.text for word in words_of(piece)]
                for part in parts:
                    if len(parts) > 1 or is_unspaced(part[0]):
                        ends = self._flush(ends, automaton)
                    ends = _merged(
                        [{_longer(p, part, optional=optional): s} for p, s in ends.items()],
                        automaton,
                    )
        return ends

    def _parted(self, ends: _Ends, automaton: _Automaton) -> _Ends:
        """End the words that have begun where no blank would stand between them and a slot."""
        unspaced = any(is_unspaced(pending.before[-1]) for pending in ends if pending.before)
        return self._flush(ends, automaton) if unspaced else ends

    def _slot(self, reference: ListReference, ends: _Ends, *, optional: bool) -> _Ends:
        slot = self._slot_of(reference)
        found: _Ends = {}
        for pending, state in ends.items():
            if pending.slot is not None:
                raise _TooLarge  # two slots in a word
            is_optional = optional and (pending.is_optional or pending.is_empty)
            found[_Pending(pending.before, slot, "", is_optional)] = state
        return found

    def _slot_of(self, reference: ListReference) -> Slot:
        name = reference.list_name
        for kind in (SlotKind.NAME, SlotKind.AREA, SlotKind.FLOOR):
            if name == kind.value:
                domains = self._domains if kind is SlotKind.NAME else frozenset()
                return Slot(kind, name, domains)
        values = self._lists.get(name, {})
        if "range" in values or reference.is_inline_range:
            return Slot(SlotKind.NUMBER, name)
        if "values" in values:
            return Slot(SlotKind.CHOICE, name)
        return Slot(SlotKind.ANYTHING, name)

    def _flush(self, ends: _Ends, automaton: _Automaton) -> _Ends:
        """End every word that has begun; return the one end there is then."""
        if list(ends) == [_Pending()]:
            return ends
        target = automaton.state()
        for pending, state in ends.items():
            label: Label = pending.before or None
            if pending.slot is not None:
                slot = pending.slot
                label = Slot(
                    slot.kind, slot.list_name, slot.domains, pending.before, pending.behind
                )
            automaton.add(state, target, label, is_optional=pending.is_optional)
        return {_Pending(): target}


def _longer(pending: _Pending, text: str, *, optional: bool) -> _Pending:
    is_optional = optional and (pending.is_optional or pending.is_empty)
    if pending.slot is None:
        return _Pending(pending.before + text, None, "", is_optional)
    return _Pending(pending.before, pending.slot, pending.behind + text, is_optional)


def _merged(several: Iterable[_Ends], automaton: _Automaton) -> _Ends:
    """Join ends that are alike."""
    states: defaultdict[_Pending, set[int]] = defaultdict(set)
    for ends in several:
        for pending, state in ends.items():
            states[pending].add(state)
    merged: _Ends = {}
    for pending, found in states.items():
        if len(found) == 1:
            (merged[pending],) = found
            continue
        merged[pending] = automaton.state()
        for state in sorted(found):
            automaton.add(state, merged[pending], None, is_optional=False)
    return merged


def _ordered(
    intent: str, meaning: str, text: str, automaton: _Automaton, end: int
) -> Template | None:
    """Number the states by level, without those that lead nowhere; ``None`` if nothing is left."""
    arcs = list(dict.fromkeys(arc for arc in automaton.arcs if arc[0] != arc[1]))
    leaving: defaultdict[int, list[tuple[int, int, Label, bool]]] = defaultdict(list)
    coming: defaultdict[int, list[tuple[int, int, Label, bool]]] = defaultdict(list)
    for arc in arcs:
        leaving[arc[0]].append(arc)
        coming[arc[1]].append(arc)
    useful = _reached(end, {state: [arc[0] for arc in into] for state, into in coming.items()})
    if 0 not in useful or end == 0:
        return None
    levels: dict[int, int] = {0: 0}
    n_missing = {s: sum(arc[0] in useful for arc in coming[s]) for s in useful}
    ready = [0]
    while ready:
        state = ready.pop()
        for _, target, _, _ in leaving[state]:
            if target not in useful:
                continue
            levels[target] = max(levels.get(target, 0), levels[state] + 1)
            n_missing[target] -= 1
            if n_missing[target] == 0:
                ready.append(target)
    order = sorted(levels, key=lambda state: (levels[state], state))
    number = {state: n for n, state in enumerate(order)}
    kept = [a for a in arcs if a[0] in number and a[1] in number]
    if order[-1] != end:
        return None
    return Template(
        intent,
        meaning,
        text,
        tuple(Arc(number[s], number[t], label, optional) for s, t, label, optional in kept),
        tuple(levels[state] for state in order),
    )


def _reached(start: int, before: Mapping[int, Iterable[int]]) -> set[int]:
    seen, waiting = {start}, [start]
    while waiting:
        for state in before.get(waiting.pop(), ()):
            if state not in seen:
                seen.add(state)
                waiting.append(state)
    return seen
