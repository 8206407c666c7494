"""Transcripts as the household writes them, beside the event loop.

Whoever answers never waits for what is known of a home to be read or to change: until a language's
sentences are there its transcripts stay as they were heard, and what has changed is taken when it
is ready. A transcript that was foreseen, since it was decoded before its speaker was done, is
answered without another search.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias

from wyoming_whisper.household.snapper import SnapLevel, Snapped, Snapper
from wyoming_whisper.recognition.word_alignment import rewritten
from wyoming_whisper.system.daemon_thread import in_daemon_thread

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from wyoming_whisper.values import Hypothesis, TranscriptUpdate

_LOG: Final = logging.getLogger(__name__)

# Speakers that are in the pause behind a command at the same time, and more.
_REMEMBERED: Final = 64
_Question: TypeAlias = tuple[str, str, SnapLevel, tuple[str, ...], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class SnapOptions:
    """What a client wants of its transcript.

    Attributes:
        level: How much is changed; ``None`` for what the owner decides.
        expected: Names that its speaker is expected to say.
    """

    level: SnapLevel | None = None
    expected: tuple[str, ...] = ()


AS_THE_OWNER_DECIDES: Final = SnapOptions()
MAX_EXPECTED: Final = 100
"""Names of a client's own: each is compared with each stretch of what was heard."""


class SnapperSource(Protocol):
    """What snappers are made from; two that are equal make the same ones."""

    def snapper(self, language: str) -> Snapper:
        """Return the snapper of a language, by Whisper's code. Blocks."""
        ...


class Snapping:
    """Writes transcripts as a household does, in any language.

    Args:
        level: How much is changed where a client does not say.
        source: Returns what snappers are made from now.

    Attributes:
        level: As given.
    """

    def __init__(
        self,
        level: SnapLevel,
        source: Callable[[], SnapperSource],
    ) -> None:
        self.level: Final = level
        self._source = source
        # By language: the newest source that was tried, and what came of the last good one.
        self._snappers: dict[str, tuple[SnapperSource, Snapper | None]] = {}
        self._being_made: set[str] = set()  # languages
        self._making: set[asyncio.Task[None]] = set()
        self._foreseen: OrderedDict[_Question, asyncio.Future[Snapped]] = OrderedDict()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="snapping")

    async def snap(
        self, update: TranscriptUpdate, how: SnapOptions
    ) -> tuple[TranscriptUpdate, Snapped | None]:
        """Return a transcript as the household writes it, and what was changed.

        Only what was heard in one piece is changed: of more, the first pieces may have been told.
        Cancelling is safe.

        Args:
            update: The whole transcript of an utterance.
            how: What a client wants of it.
        """
        believed = [s for s in update.segments if s.hypothesis.rejection is None]
        if len(believed) != 1 or update.language is None:
            return update, None
        found = self._search(update.text, update.language, how, believed[0].hypothesis.alternatives)
        if found is None:
            return update, None
        snapped = await asyncio.shield(found)
        for change in snapped.changes:
            _LOG.debug("written otherwise: %s, distance %.2f", change.reason.value, change.distance)
        if snapped.text == update.text:
            return update, snapped
        segments = tuple(
            replace(segment, hypothesis=rewritten(segment.hypothesis, snapped.text))
            if segment is believed[0]
            else segment
            for segment in update.segments
        )
        return replace(update, text=snapped.text, segments=segments), snapped

    def foresee(self, hypothesis: Hypothesis, how: SnapOptions) -> asyncio.Future[Snapped] | None:
        """Look for what a text will be written as, where there is anything to look for."""
        if not hypothesis.text:
            return None
        return self._search(hypothesis.text, hypothesis.language, how, hypothesis.alternatives)

    def expect(self, languages: Iterable[str]) -> None:
        """Have the sentences of languages read before they are needed."""
        if self.level is not SnapLevel.OFF:
            for language in languages:
                self._snapper(language)

    def refresh(self) -> None:
        """Take what snappers are made from now, in the languages that have been spoken."""
        self.expect(tuple(self._snappers))

    @property
    def is_being_made(self) -> bool:
        """Whether snappers are being made that are not in use yet."""
        return bool(self._being_made)

    def close(self) -> None:
        """End the thread behind the search in flight."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _search(
        self, text: str, language: str, how: SnapOptions, alternatives: tuple[str, ...]
    ) -> asyncio.Future[Snapped] | None:
        level = how.level or self.level
        snapper = None if level is SnapLevel.OFF else self._snapper(language)
        if snapper is None:
            return None
        key = (text, language, level, how.expected, alternatives)
        if key not in self._foreseen:
            loop = asyncio.get_running_loop()
            self._foreseen[key] = loop.run_in_executor(
                self._thread, snapper.snap, text, level, how.expected, alternatives
            )
            if len(self._foreseen) > _REMEMBERED:
                self._foreseen.popitem(last=False)
        self._foreseen.move_to_end(key)
        return self._foreseen[key]

    def _snapper(self, language: str) -> Snapper | None:
        """Return the newest snapper of a language that is there; have a newer one made."""
        source = self._source()
        known, snapper = self._snappers.get(language, (None, None))
        if known != source and language not in self._being_made:
            self._being_made.add(language)
            task = asyncio.get_running_loop().create_task(self._renew(source, language))
            self._making.add(task)
            task.add_done_callback(self._making.discard)
        return snapper

    async def _renew(self, source: SnapperSource, language: str) -> None:
        snapper: Snapper | None
        try:
            snapper = await in_daemon_thread(source.snapper, language)
        except Exception:  # noqa: BLE001 - whatever it is, transcripts stay as they are heard
            _LOG.exception("the sentences of %s could not be read", language)
            snapper = self._snappers.get(language, (None, None))[1]
        finally:
            self._being_made.discard(language)
        self._snappers[language] = source, snapper
        # What was found with the old one holds no more.
        self._foreseen.clear()
