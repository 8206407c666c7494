"""Which language is spoken in what was encoded."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import ctranslate2
    from faster_whisper import WhisperModel

    from wyoming_whisper.inference.engine import DecodeRequest


def hear_languages(
    whisper: WhisperModel,
    encoded: ctranslate2.StorageView,
    batch: Sequence[DecodeRequest],
    allowed: frozenset[str],
) -> list[str]:
    """Return each request's language: given, the only one, or the most probable one.

    Args:
        whisper: What has encoded the batch.
        encoded: The encoder's output, shape ``(n, window / 2, d_model)``.
        batch: What was encoded.
        allowed: The languages to detect.
    """
    only = next(iter(allowed)) if len(allowed) == 1 else None
    given = [request.options.language or only for request in batch]
    if None not in given:
        return [language for language in given if language is not None]
    detected = whisper.model.detect_language(encoded)
    return [
        language or _best(probabilities, allowed)
        for language, probabilities in zip(given, detected, strict=True)
    ]


def _best(probabilities: Sequence[tuple[str, float]], allowed: frozenset[str]) -> str:
    # They come best first, under names such as "<|en|>".
    names = (name.strip("<|>") for name, _ in probabilities)
    return next(name for name in names if name in allowed)
