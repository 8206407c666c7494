"""How far word times are from the marks which espeak-ng sets when it speaks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .scoring import normalise

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .decode import EngineDecoder, PlainDecoder
    from .eval_sets import Recording


def start_errors(
    recordings: Iterable[Recording], decoder: EngineDecoder | PlainDecoder
) -> list[float]:
    """Distances (s) of word starts from their marks, in all marked recordings heard rightly."""
    errors: list[float] = []
    for recording in recordings:
        if recording.word_starts:
            heard = decoder.words(recording.wave)
            errors += distances(recording.text, recording.word_starts, heard)
    return errors


def distances(text: str, marks: Sequence[float], heard: Sequence[tuple[str, float]]) -> list[float]:
    """Distance (s) of each word's start from its mark; none if the words are not the text's."""
    if [normalise(word) for word, _ in heard] != [normalise(word) for word in text.split()]:
        return []
    return [abs(start - mark) for (_, start), mark in zip(heard, marks, strict=True)]
