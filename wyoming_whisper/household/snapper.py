"""A transcript → how this household writes it.

What the owner has replaced comes first. Then the nearest sentence of the grammar is looked for,
where there is one for the language, and if none is near, among the other texts that the model was
nearly as sure of. What is no sentence has its names written as at home.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING, Final

from wyoming_whisper.household.changes import Change, Reason, applied
from wyoming_whisper.household.name_index import NameIndex
from wyoming_whisper.household.name_snapping import NameSnapper, Replacements
from wyoming_whisper.household.ordinary_words import ordinary_words
from wyoming_whisper.household.sentence_ending import Ending
from wyoming_whisper.household.sentence_snapping import Refusal, SentenceSnapper
from wyoming_whisper.household.vocabulary import Name
from wyoming_whisper.household.wording import key_of, words_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wyoming_whisper.household.grammar import Grammar
    from wyoming_whisper.household.vocabulary import Household

_LIMIT_IN_TALK: Final = 0.15
_MENDING: Final = {Reason.SENTENCE, Reason.HEARD}


class SnapLevel(Enum):
    """How much of a transcript is changed to what the household says."""

    OFF = "off"
    NAMES = "names"
    SENTENCES = "sentences"


class SnapOutcome(Enum):
    """What became of a transcript, in the owner's figures."""

    SENTENCE = "a sentence"
    MENDED = "made a sentence"
    NAMES = "names written"
    UNCHANGED = "unchanged"
    TOO_LONG = "too long"
    NOT_NEAR = "no sentence is near"
    AMBIGUOUS = "two sentences are near"


@dataclass(frozen=True, slots=True)
class Snapped:
    """What became of a transcript.

    Attributes:
        text: The transcript as it is written.
        changes: What is written otherwise than it was heard, in order, by the words that were
            heard, or by those that replacements have put in their place.
        intent: What the sentence means, where it is one of the grammar's; else empty.
        refusal: Why it is none; ``None`` where nobody looked.
        ending: Whether the speaker of such a sentence may go on to another one; of one that was not
            heard as it is, nobody knows.
    """

    text: str
    changes: tuple[Change, ...] = ()
    intent: str = ""
    refusal: Refusal | None = None
    ending: Ending | None = None

    @property
    def outcome(self) -> SnapOutcome:
        """What became of it, in a word."""
        if self.intent:
            is_mended = any(change.reason in _MENDING for change in self.changes)
            return SnapOutcome.MENDED if is_mended else SnapOutcome.SENTENCE
        if self.changes:
            return SnapOutcome.NAMES
        return SnapOutcome.UNCHANGED if self.refusal is None else SnapOutcome[self.refusal.name]


class Snapper:
    """Writes transcripts of one language as a household does.

    Args:
        household: What is known of it.
        language: Whisper's code.
        grammar: What can be said in this language; ``None`` where nobody knows.
        ordinary: Keys of words that people say; see `NameSnapper`.
    """

    def __init__(
        self,
        household: Household,
        language: str,
        grammar: Grammar | None,
        ordinary: frozenset[str],
    ) -> None:
        index = NameIndex(household.names, language)
        self._language = language
        self._ordinary = ordinary
        self._replacements = Replacements(household.replacements)
        self._names = NameSnapper(index, language, ordinary=ordinary)
        # What is no command is talk, perhaps, and most of it is about other things.
        self._names_in_talk = NameSnapper(index, language, ordinary=ordinary, limit=_LIMIT_IN_TALK)
        self._sentences = (
            None
            if grammar is None
            else SentenceSnapper(grammar, index, language, ordinary | ordinary_words(language))
        )

    def snap(
        self,
        text: str,
        level: SnapLevel,
        expected: Sequence[str] = (),
        alternatives: Sequence[str] = (),
    ) -> Snapped:
        """Return a transcript as the household writes it.

        Args:
            text: The transcript.
            level: How much is changed.
            expected: Names that only this speaker is expected to say, who may say any others too.
            alternatives: What was perhaps heard instead, likeliest first.
        """
        if level is SnapLevel.OFF:
            return Snapped(text)
        snapped = self._snap(text, level, alternatives)
        names = [Name(name) for name in dict.fromkeys(expected) if key_of(name)]
        if not names:
            return snapped
        index = NameIndex(names, self._language)
        words = words_of(snapped.text)
        named = NameSnapper(index, self._language, ordinary=self._ordinary).changes(
            snapped.text, words
        )
        written = applied(snapped.text, words, named)
        return replace(snapped, text=written, changes=(*snapped.changes, *named))

    def _snap(self, text: str, level: SnapLevel, alternatives: Sequence[str]) -> Snapped:
        words = words_of(text)
        replaced = self._replacements.changes(text, words)
        text = applied(text, words, replaced)
        words = words_of(text)
        if not words:
            return Snapped(text, tuple(replaced))
        names, refusal = self._names, None
        if level is SnapLevel.SENTENCES and self._sentences is not None:
            found = self._sentences.find(text, words)
            if not isinstance(found, Refusal):
                written = applied(text, words, found.changes)
                changes = (*replaced, *found.changes)
                return Snapped(written, changes, found.intent, None, found.ending)
            other = self._sentences.find_among(alternatives, words)
            if other is not None:
                written, found = other
                heard = Change(0, len(words), text, written, Reason.HEARD)
                return Snapped(written, (*replaced, heard), found.intent, None, Ending.OPEN)
            names, refusal = self._names_in_talk, found
        named = names.changes(text, words)
        return Snapped(applied(text, words, named), (*replaced, *named), "", refusal)
