"""From hypotheses to a transcript."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
import pytest
from fakes import hypothesis

from wyoming_whisper.errors import Overloaded
from wyoming_whisper.recognition.join import OrderedDecodes, SegmentDecode, join_hypotheses
from wyoming_whisper.scheduling.queue import PendingDecode
from wyoming_whisper.values import Cut, Rejection, Segment, TranscriptUpdate, Word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wyoming_whisper.values import Hypothesis

PARTS: Final = tuple(Segment(at, at + 4, np.zeros(4, np.float32)) for at in (0, 14, 30))
JOINED: Final = Segment(0, 34, np.zeros(20, np.float32), (Cut(8, 6), Cut(16, 8)), PARTS)
REJECTED: Final = replace(hypothesis("la la la"), rejection=Rejection.REPETITION)


def decoded(found: Hypothesis) -> PendingDecode:
    result = PendingDecode(lambda _: None)
    result.settle(found)
    return result


def word(start: int, end: int) -> Word:
    return Word("a", start, end, None, 1)


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


async def texts(segment: Segment, found: Hypothesis, parts: Sequence[Hypothesis | None]) -> str:
    """Return the transcript of a segment; what its parts are heard as, ``None`` for refused."""
    script = list(parts)

    def submit(_: Segment) -> PendingDecode:
        part = script.pop(0)
        if part is None:
            raise Overloaded("full")
        return decoded(part)

    decodes = OrderedDecodes(submit)
    decodes.add(SegmentDecode(segment, decoded(found)))
    decodes.add(SegmentDecode(PARTS[0], decoded(hypothesis("end"))))
    return (await decodes.complete()).text


async def test_parts_that_are_not_believed_together_are_heard_apart() -> None:
    """A noise among them does not cost the others' words, which stand where they were said."""
    parts = [hypothesis("one"), REJECTED, hypothesis("three")]
    assert await texts(JOINED, REJECTED, parts) == "one three end"
    assert await texts(JOINED, hypothesis("all of it"), parts) == "all of it end"
    assert await texts(PARTS[1], REJECTED, parts) == "end"


async def test_parts_that_are_refused_stay_rejected() -> None:
    """A full queue is no reason to fail what is left."""
    assert await texts(JOINED, REJECTED, [hypothesis("one"), None]) == "end"


@pytest.mark.parametrize(
    ("heard", "said"),
    [
        ((0, 4), (0, 4)),
        ((5, 8), (5, 8)),
        ((8, 10), (14, 16)),
        ((15, 20), (30, 34)),
        ((3, 11), (3, 8)),  # across the first cut, most of it before
        ((6, 12), (14, 18)),  # and behind
        ((12, 19), (18, 22)),
    ],
)
async def test_times_count_what_was_left_out(heard: tuple[int, int], said: tuple[int, int]) -> None:
    """A word is where it is in the utterance, and on one side of a silence."""
    decodes = OrderedDecodes(lambda _: decoded(REJECTED))
    found = replace(hypothesis("a"), words=(word(*heard),))
    decodes.add(SegmentDecode(JOINED, decoded(found)))
    (segment,) = (await decodes.complete()).segments
    assert (segment.start, segment.end) == (0, 34)
    assert [(w.start, w.end) for w in segment.hypothesis.words] == [said]


async def test_the_likely_language_is_that_of_most_of_the_speech() -> None:
    """Short stretches and unsure ones weigh less, rejected and given ones nothing."""
    decodes = OrderedDecodes(lambda _: decoded(REJECTED))
    assert decodes.likely_language is None
    for seconds, language, probability in (
        (1, "cy", 0.4), (3, "en", 0.7), (1, "en", 0.9), (2, "de", 0.95), (9, "fr", None),
    ):  # fmt: skip
        n_samples = seconds * 16_000
        segment = Segment(0, n_samples, np.zeros(n_samples, np.float32))
        found = replace(hypothesis("a", language=language), language_probability=probability)
        decodes.add(SegmentDecode(segment, decoded(found)))
        noise = replace(REJECTED, language="ja", language_probability=0.99)
        decodes.add(SegmentDecode(segment, decoded(noise)))
    await decodes.complete()
    assert decodes.likely_language == ("en", 0.9)
