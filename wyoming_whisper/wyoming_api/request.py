"""What a ``transcribe`` event asks for."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from wyoming_whisper.errors import UnsupportedLanguage
from wyoming_whisper.language import normalize_language
from wyoming_whisper.recognition.end_of_turn import Sensitivity
from wyoming_whisper.recognition.snapping import MAX_EXPECTED

if TYPE_CHECKING:
    from collections.abc import Mapping

# A name is not longer than a sentence.
_MAX_NAME: Final = 100


@dataclass(frozen=True, slots=True)
class Request:
    """What a client asks of the utterances that follow; what makes no sense is not asked for.

    Attributes:
        model: The name of the model or program that is to decode them, if it has a preference.
        language: Whisper's code, or ``None`` to detect it.
        refusal: Why the language that it wants is none; ``None`` where it is one.
        expected: Names and terms that their speaker is expected to say, names first.
        sensitivity: How soon silence ends them, where the server looks for their end.
        context: What is to be sent back with their transcripts.
    """

    model: str | None = None
    language: str | None = None
    refusal: UnsupportedLanguage | None = None
    expected: tuple[str, ...] = ()
    sensitivity: Sensitivity = Sensitivity.DEFAULT
    context: dict[str, Any] | None = None


def read_request(data: Mapping[str, object]) -> Request:
    """Read the data of a ``transcribe`` event; whatever it holds, there is a request."""
    language, refusal = None, None
    try:
        language = normalize_language(data.get("language"))
    except UnsupportedLanguage as error:
        refusal = error
    model, context = data.get("name"), data.get("context")
    return Request(
        model if isinstance(model, str) else None,
        language,
        refusal,
        _expected(data),
        _sensitivity(data.get("vad_sensitivity")),
        context if isinstance(context, dict) else None,
    )


def _expected(data: Mapping[str, object]) -> tuple[str, ...]:
    lists = [data.get("transcript_names"), data.get("transcript_terms")]
    found = [name for given in lists if isinstance(given, list) for name in given]
    names = (name[:_MAX_NAME] for name in found if isinstance(name, str))
    return tuple(itertools.islice(names, MAX_EXPECTED))


def _sensitivity(value: object) -> Sensitivity:
    """Return what a client calls it; the protocol allows any word, and most mean nothing here."""
    known = {one.value: one for one in Sensitivity}
    return known.get(value, Sensitivity.DEFAULT) if isinstance(value, str) else Sensitivity.DEFAULT
