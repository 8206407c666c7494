"""Functions beside the event loop."""

from __future__ import annotations

import asyncio
import threading

import pytest

from wyoming_whisper.system.daemon_thread import any_running, in_daemon_thread


async def test_result_and_error() -> None:
    """What the function returns is returned, what it raises is raised, and the loop goes on."""
    gate = threading.Event()

    def waiting(word: str, *, times: int) -> str:
        assert threading.current_thread().daemon
        assert gate.wait(30)
        return word * times

    running = asyncio.create_task(in_daemon_thread(waiting, "on", times=2))
    await asyncio.sleep(0)
    gate.set()
    assert await running == "onon"
    with pytest.raises(ValueError, match="invalid literal"):
        await in_daemon_thread(int, "on")


async def test_cancelling_leaves_the_function_alone() -> None:
    """Who stops waiting is free at once; the function runs to its end and nobody is told."""
    gate, ended = threading.Event(), threading.Event()

    def waiting() -> None:
        assert gate.wait(30)
        ended.set()

    running = asyncio.create_task(in_daemon_thread(waiting))
    await asyncio.sleep(0)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert not ended.is_set()
    assert any_running()
    gate.set()
    assert await asyncio.to_thread(ended.wait, 30)


async def test_what_has_ended_runs_no_more() -> None:
    """A program may end by itself once every function has."""
    async with asyncio.timeout(30):
        await in_daemon_thread(int, "1")
        while any_running():  # noqa: ASYNC110 - the thread has a line to go
            await asyncio.sleep(0)


def test_a_function_may_outlive_its_loop() -> None:
    """A function that ends when the loop has gone disturbs nobody."""
    gate, ended = threading.Event(), threading.Event()

    def waiting() -> None:
        assert gate.wait(30)
        ended.set()

    async def give_up() -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await in_daemon_thread(waiting)

    asyncio.run(give_up())
    gate.set()
    # A warning of the thread's would fail this test.
    assert ended.wait(30)
