"""Windows of many streams, scored together."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Final

import numpy as np
import pytest

from wyoming_whisper.recognition.vad_batcher import VadBatcher
from wyoming_whisper.speech.vad import WINDOW_SAMPLES, VadStream

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wyoming_whisper.audio.pcm import Block
    from wyoming_whisper.speech.vad import Vad

_TIMEOUT_S: Final = 30


class NotingVad:
    """Returns windows' first samples; notes each call's, stream by stream, and its thread."""

    def __init__(self) -> None:
        self.calls: list[list[list[float]]] = []
        self.threads: list[threading.Thread] = []
        self.failing = False
        self.started = threading.Event()
        self.go = threading.Event()
        self.go.set()

    def probabilities(self, stretches: Sequence[tuple[VadStream, Block]]) -> list[list[float]]:
        streams = [id(stream) for stream, _ in stretches]
        assert len(set(streams)) == len(streams)
        self.calls.append([windows[:, 0].tolist() for _, windows in stretches])
        self.threads.append(threading.current_thread())
        self.started.set()
        assert self.go.wait(_TIMEOUT_S)
        if self.failing:
            raise ArithmeticError("no probability")
        return self.calls[-1]


def loaded(vad: Vad) -> asyncio.Future[Vad]:
    future: asyncio.Future[Vad] = asyncio.get_running_loop().create_future()
    future.set_result(vad)
    return future


def windows(*values: float) -> Block:
    return np.repeat(np.array(values, np.float32)[:, None], WINDOW_SAMPLES, axis=1)


def ask(scorer: VadBatcher, n_streams: int, first: int = 0) -> list[asyncio.Task[list[float]]]:
    """Let streams ask for a window each, whose result is their number."""
    return [
        asyncio.create_task(scorer.probabilities(VadStream(), windows(number)))
        for number in range(first, first + n_streams)
    ]


async def turns() -> None:
    for _ in range(100):
        await asyncio.sleep(0)


async def test_few_windows_are_scored_in_the_loop() -> None:
    """Those of one turn are one call, which no thread is asked for."""
    vad = NotingVad()
    scorer = VadBatcher(loaded(vad), max_in_loop=2)
    assert await asyncio.gather(*ask(scorer, 2)) == [[0], [1]]
    assert vad.calls == [[[0], [1]]]
    assert vad.threads == [threading.main_thread()]


async def test_many_windows_are_scored_beside_the_loop() -> None:
    """While a thread scores them the loop goes on; who comes meanwhile is in the next call."""
    vad = NotingVad()
    vad.go.clear()
    scorer = VadBatcher(loaded(vad), max_in_loop=2)
    first = ask(scorer, 3)
    assert await asyncio.to_thread(vad.started.wait, _TIMEOUT_S)
    later = [*ask(scorer, 1, first=3), *ask(scorer, 1, first=4)]
    await turns()
    assert not any(task.done() for task in first + later)
    vad.go.set()
    assert await asyncio.gather(*first, *later) == [[0], [1], [2], [3], [4]]
    assert vad.calls == [[[0], [1], [2]], [[3], [4]]]
    assert vad.threads[0] is not threading.main_thread()


async def test_a_stream_s_windows_stay_in_order() -> None:
    """Streams of different lengths get each window's own result, in turn."""
    vad = NotingVad()
    scorer = VadBatcher(loaded(vad), max_in_loop=1)

    async def listen(number: int) -> list[float]:
        stream = VadStream()
        heard: list[float] = []
        for n in range(0, number % 7, 2):
            stretch = windows(*range(number + n, number + min(n + 2, number % 7)))
            heard += await scorer.probabilities(stream, stretch)
        return heard

    heard = await asyncio.gather(*(listen(number) for number in range(30)))
    assert heard == [[number + n for n in range(number % 7)] for number in range(30)]


async def test_several_windows_of_a_stream() -> None:
    """A stretch is scored in one call, in the loop or, if it is long, beside it."""
    vad = NotingVad()
    scorer = VadBatcher(loaded(vad), max_in_loop=2)
    assert await scorer.probabilities(VadStream(), windows(1, 2)) == [1, 2]
    assert await scorer.probabilities(VadStream(), windows(3, 4, 5)) == [3, 4, 5]
    assert vad.calls == [[[1, 2]], [[3, 4, 5]]]
    assert [thread is threading.main_thread() for thread in vad.threads] == [True, False]


async def test_a_call_is_bounded() -> None:
    """A thousand windows at once are many calls of at most 64, and the last stretch."""
    vad = NotingVad()
    scorer = VadBatcher(loaded(vad))
    await asyncio.gather(*ask(scorer, 1_000))
    stretch = windows(*range(20))
    await asyncio.gather(*(scorer.probabilities(VadStream(), stretch) for _ in range(5)))
    calls = [[len(scored) for scored in call] for call in vad.calls]
    assert [sum(call) for call in calls] == [64] * 15 + [40, 80, 20]


async def test_who_leaves_costs_nothing() -> None:
    """A window whose stream was given up before the call is not scored, and the others are."""
    vad = NotingVad()
    gone, *others = ask(VadBatcher(loaded(vad)), 3)
    await asyncio.sleep(0)
    gone.cancel()
    assert await asyncio.gather(*others) == [[1], [2]]
    assert vad.calls == [[[1], [2]]]


async def test_who_leaves_during_the_call_disturbs_nobody() -> None:
    """A stream that is given up while its window is scored takes nothing from the others."""
    vad = NotingVad()
    vad.go.clear()
    scorer = VadBatcher(loaded(vad), max_in_loop=0)
    gone, *others = ask(scorer, 3)
    assert await asyncio.to_thread(vad.started.wait, _TIMEOUT_S)
    gone.cancel()
    vad.go.set()
    assert await asyncio.gather(*others) == [[1], [2]]
    assert await asyncio.gather(*ask(scorer, 1)) == [[0]]


@pytest.mark.parametrize("max_in_loop", [0, 4])
async def test_a_failure_reaches_who_waits(max_in_loop: int) -> None:
    """Where the detector raises, each of the call's streams does, and the next call is made."""
    vad = NotingVad()
    vad.failing = True
    scorer = VadBatcher(loaded(vad), max_in_loop=max_in_loop)
    failed = await asyncio.gather(*ask(scorer, 3), return_exceptions=True)
    assert [str(error) for error in failed] == ["no probability"] * 3
    vad.failing = False
    assert await asyncio.gather(*ask(scorer, 3)) == [[0], [1], [2]]


async def test_windows_wait_for_the_detector() -> None:
    """What comes while it loads is scored afterwards; who leaves does not stop its loading."""
    vad: asyncio.Future[Vad] = asyncio.get_running_loop().create_future()
    scorer = VadBatcher(vad)
    gone, stays = ask(scorer, 2)
    await turns()
    gone.cancel()
    await turns()
    assert not vad.done()
    vad.set_result(NotingVad())
    assert await stays == [1]
