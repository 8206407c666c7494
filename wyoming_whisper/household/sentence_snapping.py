"""What of a transcript is changed to a sentence of the grammar, and to what.

In doubt a transcript stays as it was heard. `judge` says why, in order:

1. A sentence of the grammar stays one; only its names are written as at home.
2. No sentence is near: what differs is more than `MAX_SHARE` of the letters, no word of the
   sentence itself was heard as it is, or more than one was not heard at all. So talk stays talk,
   and half a command is none.
3. Another sentence is nearly as near, and means something else or is about something else.

What makes a sentence far says `sentence_index`, and what may stand in it `slot_fillers`.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Final

from wyoming_whisper.household.changes import Change, Reason, applied, said
from wyoming_whisper.household.name_index import NameIndex
from wyoming_whisper.household.ordinary_words import number_words
from wyoming_whisper.household.sentence_ending import Ending, Endings
from wyoming_whisper.household.sentence_index import NOTHING, Search, SentenceIndex, is_form
from wyoming_whisper.household.slot_fillers import SlotFillers
from wyoming_whisper.household.template import Slot
from wyoming_whisper.household.vocabulary import Name
from wyoming_whisper.household.wording import key_of, words_of

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

    from wyoming_whisper.household.grammar import Grammar
    from wyoming_whisper.household.sentence_index import Nearest, Step
    from wyoming_whisper.household.spoken_spans import Places
    from wyoming_whisper.household.wording import SpokenWord

MAX_SHARE: Final = 0.3
"""Of the letters may differ between what was heard and what is written."""

# How much farther another meaning has to be, in letters, and of what the nearest one differs by.
_MARGIN: Final = 1.0
_MARGIN_SHARE: Final = 0.34
# Nobody says a longer command in a breath, and a longer text takes longer to compare.
_MAX_WORDS: Final = 18


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
        ending: Whether its speaker may go on to another one.
    """

    intent: str
    changes: tuple[Change, ...]
    ending: Ending


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
        self._endings = Endings(self._sentences)
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
        slots = SlotFillers(keys, self._sentences, self._names, self._choices, self._lists)
        search = Search(self._sentences, keys, slots.costs, _fillers(keys, self._fillers))
        nearest = search.nearest(MAX_SHARE * n_letters)
        heard = "".join(keys)
        ways = [Way.of(near, heard, search.places, slots) for near in nearest]
        chosen = judge(ways, n_letters)
        if isinstance(chosen, Refusal):
            return chosen
        changes = tuple(_changes(chosen, text, words, search.places))
        alike = [
            way.nearest
            for way in ways
            if way.letters == chosen.letters and way.nearest.cost < chosen.nearest.cost + NOTHING
        ]
        ending = self._endings.ending(alike, search, slots.unfinished)
        if any(change.reason is Reason.SENTENCE for change in changes):
            ending = Ending.OPEN  # what was not heard as it is may be half of something else
        return Found(chosen.nearest.template.intent, changes, ending)

    def find_among(
        self, texts: Sequence[str], heard: Sequence[SpokenWord]
    ) -> tuple[str, Found] | None:
        """Return what else was perhaps heard that is a sentence, with its names as at home.

        There is none where two of them are different sentences, or where one has lost a word that
        means something: then it was as likely heard otherwise.

        Args:
            texts: What else was perhaps heard.
            heard: The words of what was most likely heard, which is no sentence.
        """
        sentences: dict[str, tuple[str, Found]] = {}
        for text in texts:
            words = words_of(text)
            if not words or not self._keeps(heard, words):
                continue
            found = self.find(text, words)
            if not isinstance(found, Refusal):
                written = applied(text, words, found.changes)
                sentences.setdefault(key_of(written), (written, found))
        return next(iter(sentences.values())) if len(sentences) == 1 else None

    def _keeps(self, heard: Sequence[SpokenWord], words: Sequence[SpokenWord]) -> bool:
        """Tell whether other words have all that means something in those that were heard."""
        return all(
            any(is_form(word.key, one.key) for word in words)
            for one in heard
            if one.key in self._sentences.forms
            or self._sentences.is_number(one.key)
            or one.key in self._names.words
            or one.key in self._choices.words
        )


@dataclass(frozen=True, slots=True)
class Way:
    """A way through a template, with its slots filled.

    Attributes:
        nearest: The way.
        written: What is written for each step; ``None`` for what was heard.
        letters: All that is written, as texts are compared.
        is_evident: Whether a word of the sentence itself was heard as it is, or all was.
    """

    nearest: Nearest
    written: tuple[str | None, ...]
    letters: str
    is_evident: bool

    @classmethod
    def of(cls, nearest: Nearest, heard: str, places: Places, slots: SlotFillers) -> Way:
        """Return a way through what was heard, its letters, with what is written in its slots."""
        written = tuple(_written(step, places, slots) for step in nearest.steps)
        letters = "".join(
            heard[places.letters[step.first] : places.letters[step.last]]
            if text is None
            else key_of(text)
            for step, text in zip(nearest.steps, written, strict=True)
        )
        is_heard = any(isinstance(step.label, str) and not step.cost for step in nearest.steps)
        return cls(nearest, written, letters, is_heard or nearest.cost == 0)

    @property
    def n_missing(self) -> int:
        """How many of the sentence's words nothing was heard for."""
        steps = self.nearest.steps
        return sum(isinstance(step.label, str) and step.first == step.last for step in steps)

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
    if cost > MAX_SHARE * n_letters or not best.is_evident or best.n_missing > 1:
        return Refusal.NOT_NEAR
    # 3. Another one is nearly as near.
    bound = cost + max(_MARGIN, _MARGIN_SHARE * cost)
    is_ambiguous = any(
        way.nearest.cost < bound and way.meaning != best.meaning and way.letters != best.letters
        for way in ways[1:]
    )
    return Refusal.AMBIGUOUS if is_ambiguous else best


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


def _written(step: Step, places: Places, slots: SlotFillers) -> str | None:
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
