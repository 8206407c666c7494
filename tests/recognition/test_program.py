"""What a program offers, now and when another model takes its model's place."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from fakes import FACTS, new_lifecycle
from options import segmenting_options

from wyoming_whisper.errors import ModelLoading, UnsupportedLanguage
from wyoming_whisper.recognition.program import Outlook, Program, ProgramOptions, check_language
from wyoming_whisper.scheduling.model_status import ModelState
from wyoming_whisper.values import DecodeOptions

if TYPE_CHECKING:
    from wyoming_whisper.scheduling.lifecycle import Lifecycle

ENGLISH = replace(FACTS, name="small", languages=frozenset({"en"}))
GERMAN = replace(FACTS, name="large", languages=frozenset({"en", "de"}), window_s=20)


def program_with(coming: Lifecycle | None, languages: frozenset[str] = frozenset()) -> Program:
    options = ProgramOptions("test", DecodeOptions(), segmenting_options(), languages=languages)
    return Program(new_lifecycle(facts=ENGLISH), options, lambda: coming)


async def test_the_outlook() -> None:
    """The model that is on its way tells its languages and how far it is; one that failed, not."""
    coming = new_lifecycle(facts=GERMAN)
    program = program_with(coming)
    assert program.languages == {"en"}
    seen = []
    for state, reason in (
        (ModelState.FETCHING, "43 %"),
        (ModelState.LOADING, ""),
        (ModelState.FAILED, "no memory"),
    ):
        coming.status.enter(state, reason)
        seen.append(program.outlook)
    assert seen == [
        Outlook(frozenset({"en", "de"}), "43 %"),
        Outlook(frozenset({"en", "de"}), "the model large is being loaded"),
        None,
    ]
    assert program_with(None).outlook is None


async def test_the_owners_languages_hold_for_both() -> None:
    """Where only some are offered, the model that is to come offers no more."""
    program = program_with(new_lifecycle(facts=GERMAN), frozenset({"en"}))
    assert program.outlook is not None
    assert program.outlook.languages == {"en"}


async def test_another_model_is_another_program() -> None:
    """All that follows from the model follows from the new one; who has the old keeps the old."""
    before = program_with(None)
    after = before.with_model(new_lifecycle(facts=GERMAN))
    assert before.facts == ENGLISH
    assert after.facts == GERMAN
    assert after.segmenting.max_samples == 20 * 16_000
    assert after.options is before.options


def test_languages() -> None:
    """One that is understood is served, one that will be is told when, and another is refused."""
    outlook = Outlook(frozenset({"de"}), "43 %")
    check_language("en", ENGLISH, frozenset({"en"}), outlook)
    with pytest.raises(ModelLoading, match="small does not understand 'de'; 43 %"):
        check_language("de", ENGLISH, frozenset({"en"}), outlook)
    for later in (outlook, None):
        with pytest.raises(UnsupportedLanguage, match="small does not understand 'fr'") as raised:
            check_language("fr", ENGLISH, frozenset({"en"}), later)
        assert raised.value.parameter == "language"
