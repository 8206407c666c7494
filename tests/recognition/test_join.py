"""From hypotheses to a transcript."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fakes import hypothesis

from wyoming_whisper.recognition.join import join_hypotheses
from wyoming_whisper.values import Rejection, TranscriptUpdate


def test_texts_are_joined_in_order() -> None:
    """Segments' texts stand in their order with one space between them."""
    parts = [hypothesis("Turn on the light"), hypothesis("and"), hypothesis("close the door.")]
    assert join_hypotheses(parts) == TranscriptUpdate("Turn on the light and close the door.", "en")


def test_nothing_heard_is_an_empty_transcript_of_no_language() -> None:
    """An utterance without segments has no text and no language."""
    assert join_hypotheses([]) == TranscriptUpdate("", None)


@pytest.mark.parametrize("rejection", Rejection)
def test_what_is_not_believed_is_dropped(rejection: Rejection) -> None:
    """A rejected text leaves no trace between its neighbours, whatever it was rejected for."""
    noise = replace(hypothesis("Thanks for watching!"), rejection=rejection)
    parts = [noise, hypothesis("open"), noise, hypothesis("the window"), noise]
    assert join_hypotheses(parts).text == "open the window"


def test_an_empty_text_adds_no_space() -> None:
    """A segment of which nothing was understood leaves no gap."""
    parts = [hypothesis("stop"), hypothesis(""), hypothesis("now")]
    assert join_hypotheses(parts).text == "stop now"


def test_where_nothing_is_believed_the_language_is_still_told() -> None:
    """An utterance of rejected texts only is empty, in the language of its first segment."""
    rejected = replace(hypothesis("la la", language="de"), rejection=Rejection.REPETITION)
    assert join_hypotheses([rejected, hypothesis("", language="fr")]) == TranscriptUpdate("", "de")


def test_the_language_is_that_of_the_first_believed_text() -> None:
    """A rejected text does not decide the transcript's language."""
    rejected = replace(hypothesis("ah", language="ja"), rejection=Rejection.NO_SPEECH)
    assert join_hypotheses([rejected, hypothesis("Licht an", language="de")]).language == "de"


@pytest.mark.parametrize("language", ["ja", "zh", "yue", "th", "lo", "my", "km"])
def test_languages_without_spaces_are_joined_without(language: str) -> None:
    """No space comes between segments where the language has none."""
    parts = [hypothesis("開けて", language=language), hypothesis("ください", language=language)]
    assert join_hypotheses(parts) == TranscriptUpdate("開けてください", language)


def test_a_change_of_script_has_a_space() -> None:
    """A space separates what is written with spaces from what is not, on either side."""
    parts = [
        hypothesis("電気", language="ja"),
        hypothesis("please", language="en"),
        hypothesis("つけて", language="ja"),
    ]
    assert join_hypotheses(parts).text == "電気 please つけて"
