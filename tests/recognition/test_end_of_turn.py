"""When a turn is over, by what was said and how long it has been quiet since."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wyoming_whisper.audio.pcm import SAMPLE_RATE
from wyoming_whisper.household.sentence_ending import Ending
from wyoming_whisper.recognition.end_of_turn import (
    WHEN_COMPLETE,
    EarlyAnswers,
    EndpointingLimits,
    Sensitivity,
    Turn,
    TurnEnd,
    end_of_turn,
)

MS: Final = SAMPLE_RATE // 1000
SILENCE_400: Final = EarlyAnswers(400 * MS, 400 * MS, 400 * MS)
HALF_A_SECOND: Final = EndpointingLimits(500 * MS)
CLOSED, OPEN = Ending.CLOSED, Ending.OPEN


def turn(
    silence_ms: int,
    ending: Ending | None = None,
    *,
    lived_ms: int | None = None,
    n_ms: int = 2_000,
    spoken: bool = True,
) -> Turn:
    lived = silence_ms if lived_ms is None else lived_ms
    return Turn(n_ms * MS, spoken, silence_ms * MS, lived * MS, ending)


@pytest.mark.parametrize(
    ("heard", "early", "endpointing", "end"),
    [
        # A whole command ends soon, one that may go on later, talk never.
        (turn(280, CLOSED), WHEN_COMPLETE, None, None),
        (turn(288, CLOSED), WHEN_COMPLETE, None, TurnEnd.WHOLE_COMMAND),
        (turn(440, OPEN), WHEN_COMPLETE, None, None),
        (turn(448, OPEN), WHEN_COMPLETE, None, TurnEnd.COMMAND),
        (turn(5_000), WHEN_COMPLETE, None, None),
        # Any speech does where the owner says so, and silence is no speech.
        (turn(399), SILENCE_400, None, None),
        (turn(400), SILENCE_400, None, TurnEnd.SILENCE),
        (turn(5_000, spoken=False), SILENCE_400, None, None),
        # What is sent faster than it was spoken may be a recording that goes on.
        (turn(3_000, CLOSED, lived_ms=100), WHEN_COMPLETE, None, None),
        (turn(3_000, lived_ms=100), SILENCE_400, None, None),
        # Where nothing is wanted nothing ends.
        (turn(9_000, CLOSED, n_ms=90_000), None, None, None),
        # Endpointing takes the audio as it is, however fast it comes.
        (turn(499), None, HALF_A_SECOND, None),
        (turn(500, lived_ms=0), None, HALF_A_SECOND, TurnEnd.SILENCE),
        (turn(4_999, n_ms=4_999, spoken=False), None, HALF_A_SECOND, None),
        (turn(5_000, n_ms=5_000, spoken=False), None, HALF_A_SECOND, TurnEnd.NO_SPEECH),
        (turn(0, n_ms=29_999), None, HALF_A_SECOND, None),
        (turn(0, n_ms=30_000), None, HALF_A_SECOND, TurnEnd.TOO_LONG),
        # Both together: whichever comes first, and the better reason.
        (turn(300, CLOSED), WHEN_COMPLETE, HALF_A_SECOND, TurnEnd.WHOLE_COMMAND),
        (turn(600, CLOSED), WHEN_COMPLETE, HALF_A_SECOND, TurnEnd.WHOLE_COMMAND),
        (turn(500), WHEN_COMPLETE, HALF_A_SECOND, TurnEnd.SILENCE),
    ],
)
def test_table(
    heard: Turn,
    early: EarlyAnswers | None,
    endpointing: EndpointingLimits | None,
    end: TurnEnd | None,
) -> None:
    """Each rule, up to its bound and at it."""
    assert end_of_turn(heard, early, endpointing) is end


@pytest.mark.parametrize(
    ("sensitivity", "silence_ms"),
    [(Sensitivity.DEFAULT, 700), (Sensitivity.RELAXED, 1_250), (Sensitivity.AGGRESSIVE, 250)],
)
def test_sensitivity(sensitivity: Sensitivity, silence_ms: int) -> None:
    """Home Assistant's words mean what they mean there, and are relative to what is set here."""
    assert EndpointingLimits(700 * MS).at(sensitivity).silence == silence_ms * MS
    assert EndpointingLimits(1_400 * MS).at(sensitivity).silence == 2 * silence_ms * MS


turns = st.builds(
    Turn,
    n_samples=st.integers(0, 10**6),
    has_speech=st.booleans(),
    silence=st.integers(0, 10**6),
    lived=st.integers(0, 10**6),
    ending=st.sampled_from([None, *Ending]),
)


@given(now=turns, more=st.integers(0, 10**6))
def test_what_has_ended_stays_so(now: Turn, more: int) -> None:
    """More of the same silence never brings a turn back."""
    later = replace(
        now, n_samples=now.n_samples + more, silence=now.silence + more, lived=now.lived + more
    )
    for early, endpointing in (
        (WHEN_COMPLETE, None), (SILENCE_400, None), (WHEN_COMPLETE, HALF_A_SECOND)
    ):  # fmt: skip
        if end_of_turn(now, early, endpointing) is not None:
            assert end_of_turn(later, early, endpointing) is not None
