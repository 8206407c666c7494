"""The hypotheses of an utterance's segments → its transcript."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from wyoming_whisper.language import space_between
from wyoming_whisper.values import TranscriptUpdate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wyoming_whisper.values import Hypothesis


def join_hypotheses(hypotheses: Sequence[Hypothesis]) -> TranscriptUpdate:
    """Join the believed texts in order; an utterance without any has an empty transcript."""
    believed = [h for h in hypotheses if h.rejection is None and h.text]
    if not believed:
        return TranscriptUpdate("", hypotheses[0].language if hypotheses else None)
    text = believed[0].text
    for before, after in pairwise(believed):
        text += space_between(before.language, after.language) + after.text
    return TranscriptUpdate(text, believed[0].language)
