"""Which language is spoken in what was encoded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    import ctranslate2
    from faster_whisper import WhisperModel

    from wyoming_whisper.engines.engine import DecodeRequest
    from wyoming_whisper.values import DecodeOptions


# A short or noisy stretch may be taken for any language; of a real change a model is as sure.
_SURE: Final = 0.8


@dataclass(frozen=True, slots=True)
class Spoken:
    """The language of a request.

    Attributes:
        language: Its Whisper code.
        probability: How sure the model is of it, among those that were possible; ``None`` where it
            was not asked, since only one was.
    """

    language: str
    probability: float | None = None


def possible(options: DecodeOptions, allowed: frozenset[str]) -> frozenset[str]:
    """Return the languages that a request may be in, of those allowed: given, candidates or all."""
    if options.language is not None:
        return frozenset({options.language}) & allowed
    return (options.languages or allowed) & allowed


def hear_languages(
    whisper: WhisperModel,
    encoded: ctranslate2.StorageView,
    batch: Sequence[DecodeRequest],
    allowed: frozenset[str],
) -> list[Spoken]:
    """Return each request's language: the only possible one, or the most probable one.

    Args:
        whisper: What has encoded the batch.
        encoded: The encoder's output, shape ``(n, window / 2, d_model)``.
        batch: What was encoded; at least one language is possible for each.
        allowed: The languages to detect.
    """
    candidates = [possible(request.options, allowed) for request in batch]
    if all(len(languages) == 1 for languages in candidates):
        return [Spoken(language) for (language,) in candidates]
    detected = whisper.model.detect_language(encoded)
    return [
        choose(languages, probabilities, request.options.likely)
        for request, languages, probabilities in zip(batch, candidates, detected, strict=True)
    ]


def choose(
    candidates: frozenset[str],
    probabilities: Sequence[tuple[str, float]],
    likely: tuple[str, float] | None = None,
) -> Spoken:
    """Return the most probable candidate, or the likely one where that is not sure enough.

    Args:
        candidates: Whisper codes, at least one.
        probabilities: Of all the model's languages, best first, under names such as ``<|en|>``.
        likely: What was heard before, and how surely.
    """
    if len(candidates) == 1:
        return Spoken(next(iter(candidates)))
    among = {
        code: probability
        for name, probability in probabilities
        if (code := name.strip("<|>")) in candidates
    }
    # All may be so improbable that they are 0.
    total = sum(among.values()) or 1.0
    best = next(iter(among))
    if likely is not None and likely[0] in among:
        before, surely = likely
        if among[best] / total < min(_SURE, surely):
            best = before
    return Spoken(best, among[best] / total)
