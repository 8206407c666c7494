"""The queue, with engines that wait, count and fail on demand."""

from __future__ import annotations

import asyncio
import gc
import logging
import queue
import threading
import time
from typing import TYPE_CHECKING, Final

import pytest
from fakes import FakeEngine, decoding, hypothesis, tone

from wyoming_whisper.engines.engine import DecodeOptions, DecodeRequest
from wyoming_whisper.errors import (
    EngineFailed,
    ModelLoading,
    Overloaded,
    ShuttingDown,
    UnsupportedLanguage,
)
from wyoming_whisper.scheduling.policy import Priority
from wyoming_whisper.scheduling.scheduler import Scheduler

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from wyoming_whisper.values import Hypothesis

_TIMEOUT_S: Final = 30
BAD: Final = "bad"


class SteppedEngine:
    """Answers with each request's prompt; a call waits until it is let go.

    A call with a request whose prompt is `BAD` raises.
    """

    device = "cpu"
    compute_type = "int8"

    def __init__(
        self, *, slots: int = 1, max_batch: int = 1, error: Exception | None = None
    ) -> None:
        self.slots = slots
        self.max_batch = max_batch
        self.error = error or RuntimeError("CUDA failed with error: an illegal address")
        self.calls: queue.Queue[list[str]] = queue.Queue()
        self.threads: list[str] = []
        self.log: list[str] = []
        self.closed = threading.Event()
        self._go = threading.Semaphore(0)

    def batch_key(self, request: DecodeRequest) -> Hashable:
        return request.options.beam_size

    def transcribe(self, batch: Sequence[DecodeRequest]) -> list[Hypothesis]:
        prompts = [request.options.prompt for request in batch]
        self.threads.append(threading.current_thread().name)
        self.log.append("start")
        self.calls.put(prompts)
        assert self._go.acquire(timeout=_TIMEOUT_S)
        self.log.append("end")
        if BAD in prompts:
            # A new one each time: a raised one holds on to the frames it went through.
            raise type(self.error)(*self.error.args)
        return [hypothesis(prompt) for prompt in prompts]

    def close(self) -> None:
        self.threads.append(threading.current_thread().name)
        self.log.append("close")
        self.closed.set()

    def let_go(self, n_calls: int = 1) -> None:
        """Let a call return, be it the one in flight or one to come."""
        self._go.release(n_calls)

    async def next_call(self) -> list[str]:
        """Wait for the start of a call; return what it was given."""
        return await asyncio.to_thread(self.calls.get, timeout=_TIMEOUT_S)


def request(prompt: str = "", *, beam_size: int = 1) -> DecodeRequest:
    return DecodeRequest(tone(0.1), DecodeOptions(prompt=prompt, beam_size=beam_size))


async def outcome(future: asyncio.Future[Hypothesis]) -> str:
    async with asyncio.timeout(_TIMEOUT_S):
        return (await future).text


async def test_a_full_class_refuses_at_once() -> None:
    """Above the bound a class raises Overloaded; the other classes still take work."""
    scheduler = Scheduler(max_queued=2)
    for _ in range(2):
        scheduler.submit(request(), Priority.FILE)
    with pytest.raises(Overloaded):
        scheduler.submit(request(), Priority.FILE)
    scheduler.submit(request(), Priority.FINAL)
    assert (scheduler.stats.submitted, scheduler.stats.refused) == (3, 1)


async def test_a_job_in_a_call_takes_no_place_in_the_queue() -> None:
    """The bound counts who waits, not who is being served."""
    scheduler, engine = Scheduler(max_queued=1), SteppedEngine()
    async with decoding(scheduler, engine):
        first = scheduler.submit(request("first"), Priority.FINAL)
        assert await engine.next_call() == ["first"]
        second = scheduler.submit(request("second"), Priority.FINAL)
        with pytest.raises(Overloaded):
            scheduler.submit(request(), Priority.FINAL)
        engine.let_go(2)
        assert [await outcome(first), await outcome(second)] == ["first", "second"]


@pytest.mark.parametrize("what", ["picked", "dropped", "refused", "stopped"])
async def test_who_has_time_waits_for_room(what: str) -> None:
    """Who waits for room gets it when a job is picked or given up, or hears that there is none."""
    scheduler, engine = Scheduler(max_queued=1), SteppedEngine()
    await scheduler.room(Priority.FILE)
    queued = scheduler.submit(request("queued"), Priority.FILE)
    waiting = asyncio.create_task(scheduler.room(Priority.FILE))
    await asyncio.sleep(0)
    scheduler.submit(request(), Priority.FINAL).cancel()
    await asyncio.sleep(0)
    assert not waiting.done()
    async with asyncio.timeout(_TIMEOUT_S):
        match what:
            case "picked":
                engine.let_go(1)
                async with decoding(scheduler, engine):
                    await waiting
            case "dropped":
                queued.cancel()
                await waiting
            case "refused":
                scheduler.refuse(ModelLoading("gone"))
                await waiting
            case "stopped":
                scheduler.stop()
                await waiting


async def test_finals_go_before_lower_classes() -> None:
    """What waits is served by class, whatever came first; within a class the oldest goes first."""
    scheduler, engine = Scheduler(), SteppedEngine()
    async with decoding(scheduler, engine):
        held = scheduler.submit(request("held"), Priority.TASK)
        assert await engine.next_call() == ["held"]
        waiting = [
            scheduler.submit(request(f"{priority.name} {number}"), priority)
            for priority in reversed(Priority)
            for number in (1, 2)
        ]
        engine.let_go(1 + len(waiting))
        await asyncio.gather(held, *waiting)
    assert [engine.calls.get_nowait() for _ in waiting] == [
        [f"{priority.name} {number}"] for priority in Priority for number in (1, 2)
    ]


async def test_one_slot_takes_one_call_at_a_time_on_one_thread() -> None:
    """Calls of an engine with one slot never overlap, and all run on one thread of its own."""
    scheduler, engine = Scheduler(), SteppedEngine()
    engine.let_go(5)
    async with decoding(scheduler, engine):
        await asyncio.gather(*(scheduler.submit(request(), Priority.FINAL) for _ in range(5)))
        # Nobody's audio is kept behind the answer.
        assert not scheduler._in_call
    assert engine.log[:10] == ["start", "end"] * 5
    (thread,) = set(engine.threads)
    assert thread != threading.current_thread().name
    assert thread.startswith("engine")


async def test_each_slot_takes_a_call() -> None:
    """An engine with two slots has two calls in flight, and a third waits for one of them."""
    scheduler, engine = Scheduler(), SteppedEngine(slots=2)
    async with decoding(scheduler, engine):
        jobs = [scheduler.submit(request(name), Priority.FINAL) for name in "abc"]
        assert sorted([*await engine.next_call(), *await engine.next_call()]) == ["a", "b"]
        assert scheduler.stats.calls == 0
        engine.let_go()
        assert await engine.next_call() == ["c"]
        engine.let_go(2)
        assert [await outcome(job) for job in jobs] == ["a", "b", "c"]
    assert len(set(engine.threads)) == 2


async def test_who_leaves_the_queue_is_dropped() -> None:
    """A job cancelled while it waits never reaches the engine, frees its place and is counted."""
    scheduler, engine = Scheduler(max_queued=2), SteppedEngine()
    async with decoding(scheduler, engine):
        first = scheduler.submit(request("first"), Priority.FINAL)
        await engine.next_call()
        left, stays = (scheduler.submit(request(n), Priority.FINAL) for n in ("left", "stays"))
        left.cancel()
        # Its place is free at once, before the loop has told anybody.
        late = scheduler.submit(request("late"), Priority.FINAL)
        engine.let_go(3)
        assert [await outcome(job) for job in (first, stays, late)] == ["first", "stays", "late"]
    assert [engine.calls.get_nowait() for _ in range(2)] == [["stays"], ["late"]]
    stats = scheduler.stats
    assert (stats.submitted, stats.dropped, stats.discarded, stats.calls) == (4, 1, 0, 3)


async def test_who_leaves_an_idle_queue_is_dropped() -> None:
    """A job cancelled before there is an engine gives its place to the next one."""
    scheduler = Scheduler(max_queued=1)
    left = scheduler.submit(request(), Priority.EAGER)
    assert left.cancel()
    scheduler.submit(request(), Priority.EAGER)
    assert not left.cancel()
    assert scheduler.stats.dropped == 1
    with pytest.raises(Overloaded):
        scheduler.submit(request(), Priority.EAGER)


async def test_who_leaves_just_before_being_picked_is_dropped() -> None:
    """A job cancelled in the very turn of the loop in which it would be picked is not decoded."""
    scheduler, engine = Scheduler(), FakeEngine()
    job = scheduler.submit(request(), Priority.FINAL)
    async with decoding(scheduler, engine):
        # One turn starts run(), which makes the task that picks in the next one.
        await asyncio.sleep(0)
        job.cancel()
        assert await scheduler.submit(request(), Priority.TASK) == hypothesis("100 ms")
    assert (len(engine.batches), scheduler.stats.dropped) == (1, 1)


async def test_who_leaves_during_the_call_is_discarded() -> None:
    """A call that has started goes on; the departed caller's result is counted, others' stand."""
    scheduler, engine = Scheduler(), SteppedEngine(max_batch=2)
    left, stays = (scheduler.submit(request(n), Priority.FINAL) for n in ("left", "stays"))
    async with decoding(scheduler, engine):
        assert await engine.next_call() == ["left", "stays"]
        left.cancel()
        engine.let_go()
        assert await outcome(stays) == "stays"
    assert left.cancelled()
    assert (scheduler.stats.dropped, scheduler.stats.discarded) == (0, 1)


async def test_an_engine_error_fails_its_request_alone() -> None:
    """A decode that raises is EngineFailed for its caller, and the next request is served."""
    scheduler, engine = Scheduler(), SteppedEngine()
    engine.let_go(2)
    async with decoding(scheduler, engine):
        bad, good = (scheduler.submit(request(n), Priority.FINAL) for n in (BAD, "good"))
        with pytest.raises(EngineFailed) as failure:
            await outcome(bad)
        assert await outcome(good) == "good"
    # What the engine said is for the log; it may hold paths.
    assert "illegal address" not in str(failure.value)
    assert (scheduler.stats.failed, scheduler.stats.calls) == (1, 2)


async def test_a_failed_batch_is_retried_one_by_one() -> None:
    """One request that spoils a batch costs its companions a second call, and no answer."""
    scheduler, engine = Scheduler(), SteppedEngine(max_batch=3)
    names = ["good", BAD, "fine"]
    jobs = [scheduler.submit(request(name), Priority.FINAL) for name in names]
    engine.let_go(4)
    async with decoding(scheduler, engine):
        assert await outcome(jobs[0]) == "good"
        with pytest.raises(EngineFailed):
            await outcome(jobs[1])
        assert await outcome(jobs[2]) == "fine"
    assert [engine.calls.get_nowait() for _ in range(4)] == [names, *([name] for name in names)]
    assert (scheduler.stats.failed, scheduler.stats.calls) == (1, 4)


async def test_a_clients_own_fault_is_told_as_it_is() -> None:
    """What an engine refuses as the client's doing reaches the client in the engine's words."""
    scheduler = Scheduler()
    engine = SteppedEngine(error=UnsupportedLanguage("tiny.en does not understand 'de'"))
    engine.let_go()
    async with decoding(scheduler, engine):
        with pytest.raises(UnsupportedLanguage, match="does not understand 'de'"):
            await outcome(scheduler.submit(request(BAD), Priority.FINAL))


async def test_a_failure_that_nobody_asks_for_is_not_reported_by_the_loop(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A caller that has forgotten its job does not make asyncio complain about its exception."""
    # A record of the engine's error would hold its frames, and so the job.
    engine_errors = logging.getLogger("wyoming_whisper.scheduling.scheduler")
    monkeypatch.setattr(engine_errors, "disabled", True)
    scheduler, engine = Scheduler(), SteppedEngine()
    engine.let_go(2)
    async with decoding(scheduler, engine):
        scheduler.submit(request(BAD), Priority.FINAL)
        await outcome(scheduler.submit(request("good"), Priority.FINAL))
        gc.collect()
    assert "never retrieved" not in caplog.text


async def test_what_is_submitted_early_waits_for_the_engine() -> None:
    """Jobs from before run() are kept, in their classes, and batched by the engine's keys."""
    scheduler, engine = Scheduler(), SteppedEngine(max_batch=4)
    jobs = [
        scheduler.submit(request(name, beam_size=beam), Priority.FINAL)
        for name, beam in (("a", 1), ("b", 5), ("c", 1))
    ]
    await asyncio.sleep(0)
    assert not any(job.done() for job in jobs)
    engine.let_go(2)
    async with decoding(scheduler, engine):
        assert [await outcome(job) for job in jobs] == ["a", "b", "c"]
    assert [engine.calls.get_nowait() for _ in range(2)] == [["a", "c"], ["b"]]


async def test_requests_of_one_key_share_a_call() -> None:
    """What piles up behind a call goes together, up to the largest batch; keys never mix."""
    scheduler, engine = Scheduler(), SteppedEngine(max_batch=3)
    async with decoding(scheduler, engine):
        jobs = [scheduler.submit(request("held"), Priority.FINAL)]
        await engine.next_call()
        jobs += [
            scheduler.submit(request(f"{beam}{number}", beam_size=beam), Priority.FINAL)
            for number in range(4)
            for beam in (1, 5)
        ]
        engine.let_go(5)
        await asyncio.gather(*jobs)
    assert [engine.calls.get_nowait() for _ in range(4)] == [
        ["10", "11", "12"], ["50", "51", "52"], ["13"], ["53"],
    ]  # fmt: skip
    assert scheduler.stats.batches == {1: 3, 3: 2}
    line = scheduler.stats.line()
    assert line.startswith("5 calls of the model in ")
    assert line.endswith(" ms, by segments: 3 of 1, 2 of 3")


async def test_an_idle_engine_is_not_kept_waiting_for_company() -> None:
    """A lone request goes to a free engine at once, however large a batch may be."""
    scheduler, engine = Scheduler(), SteppedEngine(max_batch=8)
    async with decoding(scheduler, engine):
        for name in ("a", "b"):
            job = scheduler.submit(request(name), Priority.TASK)
            assert await engine.next_call() == [name]
            engine.let_go()
            assert await outcome(job) == name


async def test_what_is_refused_is_refused_with_the_reason() -> None:
    """Refusing turns new requests away with its error, keeps the queued ones, and can be ended."""
    scheduler, engine = Scheduler(), SteppedEngine()
    queued = scheduler.submit(request("queued"), Priority.FINAL)
    scheduler.refuse(ModelLoading("still downloading, 43 %"))
    with pytest.raises(ModelLoading, match="43 %"):
        scheduler.submit(request(), Priority.FINAL)
    scheduler.refuse(None)
    late = scheduler.submit(request("late"), Priority.FINAL)
    engine.let_go(2)
    async with decoding(scheduler, engine):
        assert [await outcome(queued), await outcome(late)] == ["queued", "late"]
    assert scheduler.stats.refused == 1


async def test_shutdown_resolves_everything_and_closes_behind_the_call() -> None:
    """Cancelling run() fails whoever waits or is served; the engine closes after its last call."""
    scheduler, engine = Scheduler(), SteppedEngine(max_batch=2)
    async with decoding(scheduler, engine) as task:
        jobs = [scheduler.submit(request(), Priority.FINAL)]
        departed = [scheduler.submit(request(), Priority.FINAL)]
        assert len(await engine.next_call()) == 2
        jobs += [scheduler.submit(request(), priority) for priority in Priority]
        departed += [scheduler.submit(request(), Priority.EAGER)]
        for job in departed:
            job.cancel()
        task.cancel()
        for job in jobs:
            with pytest.raises(ShuttingDown):
                await outcome(job)
        with pytest.raises(ShuttingDown):
            scheduler.submit(request(), Priority.FINAL)
        assert not engine.closed.is_set()
        engine.let_go()
        assert await asyncio.to_thread(engine.closed.wait, _TIMEOUT_S)
    assert all(job.cancelled() for job in departed)
    assert engine.log == ["start", "end", "close"]
    assert len(set(engine.threads)) == 1


async def test_an_engine_that_never_worked_is_closed() -> None:
    """Shutting down without a single request closes the engine, on its thread."""
    engine = SteppedEngine()
    async with decoding(Scheduler(), engine):
        await asyncio.sleep(0)
    assert await asyncio.to_thread(engine.closed.wait, _TIMEOUT_S)
    assert engine.threads[0].startswith("engine")


async def test_engine_time_is_counted() -> None:
    """The seconds spent in calls are those the engine took, failed calls included."""
    scheduler = Scheduler()
    engine = FakeEngine(seconds=0.01, error=RuntimeError("broken"))
    async with decoding(scheduler, engine):
        for _ in range(2):
            with pytest.raises(EngineFailed):
                await scheduler.submit(request(), Priority.FINAL)
    assert scheduler.stats.calls == 2
    assert scheduler.stats.engine_s >= 0.02
    assert 0.01 <= scheduler.stats.longest_s < scheduler.stats.engine_s


async def test_a_promoted_job_changes_its_class() -> None:
    """A waiting job that is promoted goes before others of its class; a running one is let be."""
    scheduler, engine = Scheduler(), SteppedEngine()
    async with decoding(scheduler, engine):
        jobs = [scheduler.submit(request(n), Priority.EAGER) for n in ("a", "b", "c")]
        assert await engine.next_call() == ["a"]
        scheduler.promote(jobs[0], Priority.FINAL)
        scheduler.promote(jobs[2], Priority.FINAL)
        assert scheduler.is_waiting(Priority.FINAL)
        engine.let_go(3)
        assert await engine.next_call() == ["c"]
        assert await engine.next_call() == ["b"]
        assert [await outcome(job) for job in jobs] == ["a", "b", "c"]
    assert not scheduler.is_waiting(Priority.FINAL)


async def test_who_has_gone_does_not_wait() -> None:
    """A class whose callers have all gone has nobody waiting."""
    scheduler = Scheduler()
    jobs = [scheduler.submit(request(), priority) for priority in (Priority.FINAL, Priority.FILE)]
    jobs.append(scheduler.submit(request(), Priority.FILE))
    assert scheduler.is_waiting(Priority.FINAL)
    assert not scheduler.is_waiting(Priority.EAGER)
    assert scheduler.n_waiting == {
        Priority.FINAL: 1, Priority.INTERACTIVE: 0, Priority.EAGER: 0, Priority.FILE: 2,
        Priority.TASK: 0,
    }  # fmt: skip
    jobs[0].cancel()
    assert not scheduler.is_waiting(Priority.FINAL)
    assert scheduler.n_waiting[Priority.FINAL] == 0


async def test_a_caller_whose_task_is_cancelled_has_gone() -> None:
    """A job is given up with whoever awaits it, without a turn of the loop between."""
    scheduler = Scheduler()
    job = scheduler.submit(request(), Priority.FINAL)

    async def caller() -> None:
        await job

    waiting = asyncio.create_task(caller())
    await asyncio.sleep(0)
    waiting.cancel()
    assert scheduler.n_waiting[Priority.FINAL] == 0
    assert scheduler.stats.dropped == 1


async def test_a_long_queue_keeps_nobody() -> None:
    """With thousands of jobs waiting, coming, going, promotion and being picked stay quick."""
    n_jobs = 5_000
    scheduler, engine = Scheduler(max_queued=n_jobs), FakeEngine(max_batch=8)
    clock = time.perf_counter
    async with decoding(scheduler, engine):
        jobs = [scheduler.submit(request(), Priority.FILE) for _ in range(n_jobs)]
        started = clock()
        finals = [scheduler.submit(request(), Priority.FINAL) for _ in range(100)]
        for job in reversed(jobs[-1_000:]):
            scheduler.promote(job, Priority.TASK)
        for job in jobs[1_000:-1_000]:
            job.cancel()
        await asyncio.gather(*finals)
        # A walk along the queue for each would take seconds.
        assert clock() - started < 1
    assert scheduler.stats.dropped == n_jobs - 2_000


async def test_durations_of_a_decode() -> None:
    """A result knows how long it waited and how long the engine took."""
    scheduler = Scheduler()
    async with decoding(scheduler, FakeEngine(seconds=0.05)):
        first, second = [scheduler.submit(request(), Priority.FINAL) for _ in range(2)]
        await asyncio.gather(first, second)
    assert min(first.decode_s, second.decode_s) >= 0.05
    assert second.queued_s >= first.decode_s


async def test_what_is_being_decoded_is_counted() -> None:
    """Jobs in calls are told apart from jobs that wait."""
    scheduler, engine = Scheduler(), SteppedEngine(max_batch=2)
    async with decoding(scheduler, engine):
        jobs = [scheduler.submit(request(), Priority.FINAL) for _ in range(3)]
        assert scheduler.n_in_call == 0
        await engine.next_call()
        assert (scheduler.n_in_call, scheduler.n_waiting[Priority.FINAL]) == (2, 1)
        engine.let_go(2)
        await asyncio.gather(*jobs)
        await asyncio.sleep(0)  # the turn in which the call's slot is free again
        assert scheduler.n_in_call == 0


async def test_the_model_is_there_while_an_engine_decodes() -> None:
    """Whoever asks learns that the model is loaded, and as what, and at the end that it is gone."""
    scheduler, engine = Scheduler(), SteppedEngine()
    model = scheduler.model
    assert model.state.value == "loading"
    async with decoding(scheduler, engine):
        await asyncio.sleep(0)
        assert (model.state.value, model.device, model.compute_type) == ("loaded", "cpu", "int8")
    assert model.state.value == "gone"
