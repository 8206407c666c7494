"""Whether a turn is over, as its windows come in, in virtual time."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Final

import numpy as np
import pytest
from options import segmenting_options
from virtual_time import run_virtual

from wyoming_whisper.household.sentence_ending import Ending
from wyoming_whisper.household.snapper import Snapped
from wyoming_whisper.recognition.end_of_turn import WHEN_COMPLETE, EndpointingLimits, TurnEnd
from wyoming_whisper.recognition.turn_watch import TurnOptions, TurnWatch
from wyoming_whisper.speech.segmenter import Segmenter
from wyoming_whisper.speech.vad import WINDOW_SAMPLES

WINDOW_S: Final = 0.032
EARLY: Final = TurnOptions(WHEN_COMPLETE)
LOUD: Final = np.full(WINDOW_SAMPLES, 0.5, np.float32)
QUIET: Final = np.zeros(WINDOW_SAMPLES, np.float32)


@dataclass
class Speaker:
    """Feeds a watch, a window at a time, and says when it saw the end."""

    watch: TurnWatch
    segmenter: Segmenter
    pace: float = 1.0  # of real time; 0 is all at once

    def has_ended(self) -> bool:
        return self.watch.has_ended

    async def speak(self, n_windows: int, *, quietly: bool = False) -> int | None:
        """Return after how many windows the turn was over, if it is."""
        for number in range(1, n_windows + 1):
            await asyncio.sleep(WINDOW_S * self.pace)
            window, probability = (QUIET, 0.01) if quietly else (LOUD, 0.99)
            if self.has_ended():
                self.watch.overhear(probability)
                continue
            self.segmenter.feed(window, probability)
            self.watch.look(self.segmenter)
            if self.has_ended():
                return number
        return None

    def foresee(self, ending: Ending | None, n_windows: int = 30) -> None:
        """Let the watch know how what was said in so many windows ends."""
        snapped = asyncio.get_running_loop().create_future()
        self.watch.foresee(snapped, n_windows * WINDOW_SAMPLES)
        snapped.set_result(Snapped("on", ending=ending))


def new_speaker(options: TurnOptions = EARLY, pace: float = 1.0) -> Speaker:
    segmenting = segmenting_options()
    return Speaker(TurnWatch(options, segmenting.endpointing), Segmenter(segmenting), pace)


@pytest.mark.parametrize(
    ("ending", "n_windows", "end"),
    [
        (Ending.CLOSED, 9, TurnEnd.WHOLE_COMMAND),  # 288 ms
        (Ending.OPEN, 14, TurnEnd.COMMAND),  # 448 ms
        (None, None, TurnEnd.CLIENT),
    ],
)
def test_the_pause_that_ends_it(ending: Ending | None, n_windows: int | None, end: TurnEnd) -> None:
    """The pause is as long as what was said before asks for."""

    async def speak() -> None:
        speaker = new_speaker()
        assert await speaker.speak(30) is None
        speaker.foresee(ending)
        assert await speaker.speak(25, quietly=True) == n_windows
        assert speaker.watch.end is end
        assert speaker.watch.speech_end == 30 * WINDOW_SAMPLES

    run_virtual(speak())


def test_a_decode_that_comes_late() -> None:
    """Where the pause is long enough already, the turn ends with the decode, not with a window."""

    async def speak() -> None:
        speaker, told = new_speaker(), list[TurnEnd]()
        await speaker.speak(30)
        assert await speaker.speak(12, quietly=True) is None
        speaker.watch.changed = lambda: told.append(speaker.watch.end)
        speaker.foresee(Ending.CLOSED)
        await asyncio.sleep(0)
        assert told == [TurnEnd.WHOLE_COMMAND]

    run_virtual(speak())


def test_a_recording_that_is_sent_at_once() -> None:
    """Silence that nobody has waited for ends nothing: what follows may be on its way."""

    async def speak() -> None:
        speaker = new_speaker(pace=0.0)
        await speaker.speak(30)
        speaker.foresee(Ending.CLOSED)
        await asyncio.sleep(0)
        assert await speaker.speak(30, quietly=True) is None
        # It is what the recording ended with; the client waits for the answer.
        speaker.pace = 1.0
        assert await speaker.speak(9, quietly=True) == 6  # the first was noticed, two come early

    run_virtual(speak())


def test_a_chunk_a_quarter_of_a_second_long() -> None:
    """Silence that comes in large chunks counts once it has lasted, however it is cut."""

    async def speak() -> None:
        speaker = new_speaker(pace=0.0)
        await speaker.speak(30)
        speaker.foresee(Ending.CLOSED)
        assert await speaker.speak(8, quietly=True) is None
        await asyncio.sleep(8 * WINDOW_S)
        assert await speaker.speak(8, quietly=True) == 1

    run_virtual(speak())


def test_who_goes_on_is_not_ended() -> None:
    """What was decoded at an earlier pause says nothing of what has been said since."""

    async def speak() -> None:
        speaker = new_speaker()
        await speaker.speak(30)
        speaker.foresee(Ending.CLOSED)
        assert await speaker.speak(8, quietly=True) is None
        assert await speaker.speak(10) is None
        assert await speaker.speak(25, quietly=True) is None

    run_virtual(speak())


def test_the_client_was_first() -> None:
    """What is known behind the client's end is no other reason for it."""

    async def speak() -> None:
        speaker = new_speaker()
        await speaker.speak(30)
        await speaker.speak(15, quietly=True)
        speaker.watch.close()
        speaker.foresee(Ending.CLOSED)
        await asyncio.sleep(0)
        assert await speaker.speak(5, quietly=True) is None
        assert speaker.watch.end is TurnEnd.CLIENT

    run_virtual(speak())


def test_a_decode_that_fails_ends_nothing() -> None:
    """The client's own end is waited for."""

    async def speak() -> None:
        speaker = new_speaker()
        await speaker.speak(30)
        cancelled, failed = [asyncio.get_running_loop().create_future() for _ in range(2)]
        for snapped in (cancelled, failed):
            speaker.watch.foresee(snapped, 30 * WINDOW_SAMPLES)
        cancelled.cancel()
        failed.set_exception(OSError())
        assert await speaker.speak(25, quietly=True) is None

    run_virtual(speak())


def test_a_noise_is_no_turn() -> None:
    """What sounded like speech and is none ends nothing; who speaks then has all the time."""

    async def speak() -> None:
        limits = EndpointingLimits(silence=8_000, no_speech=48_000)
        speaker = new_speaker(TurnOptions(None, limits))
        await speaker.speak(10)
        await speaker.speak(8, quietly=True)
        speaker.watch.dismiss(10 * WINDOW_SAMPLES)
        assert await speaker.speak(30, quietly=True) is None
        await speaker.speak(10)
        assert await speaker.speak(20, quietly=True) == 16
        assert speaker.watch.end is TurnEnd.SILENCE

    run_virtual(speak())


def test_nothing_but_noise() -> None:
    """It is as if nobody had spoken."""

    async def speak() -> None:
        limits = EndpointingLimits(silence=8_000, no_speech=48_000)
        speaker = new_speaker(TurnOptions(None, limits))
        await speaker.speak(10)
        await speaker.speak(8, quietly=True)
        speaker.watch.dismiss(10 * WINDOW_SAMPLES)
        assert await speaker.speak(100, quietly=True) == 76  # 3 s of audio
        assert speaker.watch.end is TurnEnd.NO_SPEECH

    run_virtual(speak())


@pytest.mark.parametrize(("n_windows", "was_cut"), [(2, False), (3, True)])
def test_cut_off(n_windows: int, was_cut: bool) -> None:
    """Who speaks on behind the end was cut off; a click is no speech."""

    async def speak() -> None:
        speaker = new_speaker(TurnOptions(None, EndpointingLimits(5_000)))
        await speaker.speak(30)
        await speaker.speak(10, quietly=True)
        assert speaker.watch.end is TurnEnd.SILENCE
        await speaker.speak(5, quietly=True)
        await speaker.speak(n_windows)
        await speaker.speak(5, quietly=True)
        assert speaker.watch.was_cut is was_cut

    run_virtual(speak())


def test_where_speech_begins() -> None:
    """It is told once, as soon as it is sure."""

    async def speak() -> None:
        speaker, starts = new_speaker(), list[int | None]()
        speaker.watch.changed = lambda: starts.append(speaker.watch.speech_start)
        await speaker.speak(10, quietly=True)
        await speaker.speak(30)
        await speaker.speak(5, quietly=True)
        await speaker.speak(30)
        assert starts == [10 * WINDOW_SAMPLES]

    run_virtual(speak())
