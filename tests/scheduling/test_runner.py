"""Engines at work on the queue: they wait, count and fail on demand."""

from __future__ import annotations

import asyncio
import gc
import logging
import queue
import threading
import time
from typing import TYPE_CHECKING, Final

import pytest
from fakes import FakeEngine, decoding, hypothesis, new_lifecycle, tone

from wyoming_whisper.engines.engine import DecodeRequest
from wyoming_whisper.errors import (
    EngineFailed,
    ModelLoading,
    Overloaded,
    ShuttingDown,
    UnsupportedLanguage,
)
from wyoming_whisper.scheduling.model_status import ModelState
from wyoming_whisper.scheduling.queue import DecodeQueue
from wyoming_whisper.scheduling.runner import Devices
from wyoming_whisper.values import DecodeOptions, Priority

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
    lifecycle = new_lifecycle(max_queued=2)
    for _ in range(2):
        lifecycle.submit(request(), Priority.FILE)
    with pytest.raises(Overloaded):
        lifecycle.submit(request(), Priority.FILE)
    lifecycle.submit(request(), Priority.FINAL)
    assert (lifecycle.queue.stats.submitted, lifecycle.queue.stats.refused) == (3, 1)


async def test_a_job_in_a_call_takes_no_place_in_the_queue() -> None:
    """The bound counts who waits, not who is being served."""
    lifecycle, engine = new_lifecycle(max_queued=1), SteppedEngine()
    async with decoding(lifecycle, engine):
        first = lifecycle.submit(request("first"), Priority.FINAL)
        assert await engine.next_call() == ["first"]
        second = lifecycle.submit(request("second"), Priority.FINAL)
        with pytest.raises(Overloaded):
            lifecycle.submit(request(), Priority.FINAL)
        engine.let_go(2)
        assert [await outcome(first), await outcome(second)] == ["first", "second"]


@pytest.mark.parametrize("what", ["picked", "dropped", "stopped"])
async def test_who_has_time_waits_for_room(what: str) -> None:
    """Who waits for room gets it when a job is picked, is given up or fails."""
    lifecycle, engine = new_lifecycle(max_queued=1), SteppedEngine()
    await lifecycle.queue.room(Priority.FILE)
    queued = lifecycle.submit(request("queued"), Priority.FILE)
    waiting = asyncio.create_task(lifecycle.queue.room(Priority.FILE))
    await asyncio.sleep(0)
    lifecycle.submit(request(), Priority.FINAL).cancel()
    await asyncio.sleep(0)
    assert not waiting.done()
    async with asyncio.timeout(_TIMEOUT_S):
        match what:
            case "picked":
                engine.let_go(1)
                async with decoding(lifecycle, engine):
                    await waiting
            case "dropped":
                queued.cancel()
                await waiting
            case "stopped":
                lifecycle.queue.fail(lifecycle, ShuttingDown("the end"))
                await waiting


async def test_finals_go_before_lower_classes() -> None:
    """What waits is served by class, whatever came first; within a class the oldest goes first."""
    lifecycle, engine = new_lifecycle(), SteppedEngine()
    async with decoding(lifecycle, engine):
        held = lifecycle.submit(request("held"), Priority.FILE)
        assert await engine.next_call() == ["held"]
        waiting = [
            lifecycle.submit(request(f"{priority.name} {number}"), priority)
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
    lifecycle, engine = new_lifecycle(), SteppedEngine()
    engine.let_go(5)
    async with decoding(lifecycle, engine):
        await asyncio.gather(*(lifecycle.submit(request(), Priority.FINAL) for _ in range(5)))
        # Nobody's audio is kept behind the answer.
        assert lifecycle.n_in_call == 0
    assert engine.log[:10] == ["start", "end"] * 5
    (thread,) = set(engine.threads)
    assert thread != threading.current_thread().name
    assert thread.startswith("engine")


async def test_each_slot_takes_a_call() -> None:
    """An engine with two slots has two calls in flight, and a third waits for one of them."""
    lifecycle, engine = new_lifecycle(), SteppedEngine(slots=2)
    async with decoding(lifecycle, engine):
        jobs = [lifecycle.submit(request(name), Priority.FINAL) for name in "abc"]
        assert sorted([*await engine.next_call(), *await engine.next_call()]) == ["a", "b"]
        assert lifecycle.queue.stats.calls == 0
        engine.let_go()
        assert await engine.next_call() == ["c"]
        engine.let_go(2)
        assert [await outcome(job) for job in jobs] == ["a", "b", "c"]
    assert len(set(engine.threads)) == 2


async def test_who_leaves_the_queue_is_dropped() -> None:
    """A job cancelled while it waits never reaches the engine, frees its place and is counted."""
    lifecycle, engine = new_lifecycle(max_queued=2), SteppedEngine()
    async with decoding(lifecycle, engine):
        first = lifecycle.submit(request("first"), Priority.FINAL)
        await engine.next_call()
        left, stays = (lifecycle.submit(request(n), Priority.FINAL) for n in ("left", "stays"))
        left.cancel()
        # Its place is free at once, before the loop has told anybody.
        late = lifecycle.submit(request("late"), Priority.FINAL)
        engine.let_go(3)
        assert [await outcome(job) for job in (first, stays, late)] == ["first", "stays", "late"]
    assert [engine.calls.get_nowait() for _ in range(2)] == [["stays"], ["late"]]
    stats = lifecycle.queue.stats
    assert (stats.submitted, stats.dropped, stats.discarded, stats.calls) == (4, 1, 0, 3)


async def test_who_leaves_an_idle_queue_is_dropped() -> None:
    """A job cancelled before there is an engine gives its place to the next one."""
    lifecycle = new_lifecycle(max_queued=1)
    left = lifecycle.submit(request(), Priority.EAGER)
    assert left.cancel()
    lifecycle.submit(request(), Priority.EAGER)
    assert not left.cancel()
    assert lifecycle.queue.stats.dropped == 1
    with pytest.raises(Overloaded):
        lifecycle.submit(request(), Priority.EAGER)


async def test_who_leaves_just_before_being_picked_is_dropped() -> None:
    """A job cancelled in the very turn of the loop in which it would be picked is not decoded."""
    lifecycle, engine = new_lifecycle(), FakeEngine()
    job = lifecycle.submit(request(), Priority.FINAL)
    async with decoding(lifecycle, engine):
        # One turn starts run(), which makes the task that picks in the next one.
        await asyncio.sleep(0)
        job.cancel()
        assert await lifecycle.submit(request(), Priority.FILE) == hypothesis("100 ms")
    assert (len(engine.batches), lifecycle.queue.stats.dropped) == (1, 1)


async def test_who_leaves_during_the_call_is_discarded() -> None:
    """A call that has started goes on; the departed caller's result is counted, others' stand."""
    lifecycle, engine = new_lifecycle(), SteppedEngine(max_batch=2)
    left, stays = (lifecycle.submit(request(n), Priority.FINAL) for n in ("left", "stays"))
    async with decoding(lifecycle, engine):
        assert await engine.next_call() == ["left", "stays"]
        left.cancel()
        engine.let_go()
        assert await outcome(stays) == "stays"
    assert left.cancelled()
    assert (lifecycle.queue.stats.dropped, lifecycle.queue.stats.discarded) == (0, 1)


async def test_an_engine_error_fails_its_request_alone() -> None:
    """A decode that raises is EngineFailed for its caller, and the next request is served."""
    lifecycle, engine = new_lifecycle(), SteppedEngine()
    engine.let_go(2)
    async with decoding(lifecycle, engine):
        bad, good = (lifecycle.submit(request(n), Priority.FINAL) for n in (BAD, "good"))
        with pytest.raises(EngineFailed) as failure:
            await outcome(bad)
        assert await outcome(good) == "good"
    # What the engine said is for the log; it may hold paths.
    assert "illegal address" not in str(failure.value)
    assert (lifecycle.queue.stats.failed, lifecycle.queue.stats.calls) == (1, 2)


async def test_a_failed_batch_is_retried_one_by_one() -> None:
    """One request that spoils a batch costs its companions a second call, and no answer."""
    lifecycle, engine = new_lifecycle(), SteppedEngine(max_batch=3)
    names = ["good", BAD, "fine"]
    jobs = [lifecycle.submit(request(name), Priority.FINAL) for name in names]
    engine.let_go(4)
    async with decoding(lifecycle, engine):
        assert await outcome(jobs[0]) == "good"
        with pytest.raises(EngineFailed):
            await outcome(jobs[1])
        assert await outcome(jobs[2]) == "fine"
    assert [engine.calls.get_nowait() for _ in range(4)] == [names, *([name] for name in names)]
    assert (lifecycle.queue.stats.failed, lifecycle.queue.stats.calls) == (1, 4)


async def test_a_clients_own_fault_is_told_as_it_is() -> None:
    """What an engine refuses as the client's doing reaches the client in the engine's words."""
    lifecycle = new_lifecycle()
    engine = SteppedEngine(error=UnsupportedLanguage("tiny.en does not understand 'de'"))
    engine.let_go()
    async with decoding(lifecycle, engine):
        with pytest.raises(UnsupportedLanguage, match="does not understand 'de'"):
            await outcome(lifecycle.submit(request(BAD), Priority.FINAL))


async def test_a_failure_that_nobody_asks_for_is_not_reported_by_the_loop(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A caller that has forgotten its job does not make asyncio complain about its exception."""
    # A record of the engine's error would hold its frames, and so the job.
    engine_errors = logging.getLogger("wyoming_whisper.scheduling.runner")
    monkeypatch.setattr(engine_errors, "disabled", True)
    lifecycle, engine = new_lifecycle(), SteppedEngine()
    engine.let_go(2)
    async with decoding(lifecycle, engine):
        lifecycle.submit(request(BAD), Priority.FINAL)
        await outcome(lifecycle.submit(request("good"), Priority.FINAL))
        gc.collect()
    assert "never retrieved" not in caplog.text


async def test_what_is_submitted_early_waits_for_the_engine() -> None:
    """Jobs from before run() are kept, in their classes, and batched by the engine's keys."""
    lifecycle, engine = new_lifecycle(), SteppedEngine(max_batch=4)
    jobs = [
        lifecycle.submit(request(name, beam_size=beam), Priority.FINAL)
        for name, beam in (("a", 1), ("b", 5), ("c", 1))
    ]
    await asyncio.sleep(0)
    assert not any(job.done() for job in jobs)
    engine.let_go(2)
    async with decoding(lifecycle, engine):
        assert [await outcome(job) for job in jobs] == ["a", "b", "c"]
    assert [engine.calls.get_nowait() for _ in range(2)] == [["a", "c"], ["b"]]


async def test_requests_of_one_key_share_a_call() -> None:
    """What piles up behind a call goes together, up to the largest batch; keys never mix."""
    lifecycle, engine = new_lifecycle(), SteppedEngine(max_batch=3)
    async with decoding(lifecycle, engine):
        jobs = [lifecycle.submit(request("held"), Priority.FINAL)]
        await engine.next_call()
        jobs += [
            lifecycle.submit(request(f"{beam}{number}", beam_size=beam), Priority.FINAL)
            for number in range(4)
            for beam in (1, 5)
        ]
        engine.let_go(5)
        await asyncio.gather(*jobs)
    assert [engine.calls.get_nowait() for _ in range(4)] == [
        ["10", "11", "12"], ["50", "51", "52"], ["13"], ["53"],
    ]  # fmt: skip
    assert lifecycle.queue.stats.batches == {1: 3, 3: 2}
    line = lifecycle.queue.stats.line()
    assert line.startswith("5 calls of the model in ")
    assert line.endswith(" ms, by segments: 3 of 1, 2 of 3")


async def test_an_idle_engine_is_not_kept_waiting_for_company() -> None:
    """A lone request goes to a free engine at once, however large a batch may be."""
    lifecycle, engine = new_lifecycle(), SteppedEngine(max_batch=8)
    async with decoding(lifecycle, engine):
        for name in ("a", "b"):
            job = lifecycle.submit(request(name), Priority.FILE)
            assert await engine.next_call() == [name]
            engine.let_go()
            assert await outcome(job) == name


async def test_what_is_refused_is_refused_with_the_reason() -> None:
    """While a model is fetched, new requests are turned away with why, and the queued ones stay."""
    lifecycle, engine = new_lifecycle(), SteppedEngine()
    queued = lifecycle.submit(request("queued"), Priority.FINAL)
    lifecycle.status.enter(ModelState.FETCHING, "still downloading, 43 %")
    with pytest.raises(ModelLoading, match="43 %"):
        lifecycle.submit(request(), Priority.FINAL)
    lifecycle.status.enter(ModelState.LOADING)
    late = lifecycle.submit(request("late"), Priority.FINAL)
    engine.let_go(2)
    async with decoding(lifecycle, engine):
        assert [await outcome(queued), await outcome(late)] == ["queued", "late"]
    assert lifecycle.queue.stats.refused == 1


async def test_shutdown_resolves_everything_and_closes_behind_the_call() -> None:
    """Cancelling run() fails whoever waits or is served; the engine closes after its last call."""
    lifecycle, engine = new_lifecycle(), SteppedEngine(max_batch=2)
    async with decoding(lifecycle, engine) as task:
        jobs = [lifecycle.submit(request(), Priority.FINAL)]
        departed = [lifecycle.submit(request(), Priority.FINAL)]
        assert len(await engine.next_call()) == 2
        jobs += [lifecycle.submit(request(), priority) for priority in Priority]
        departed += [lifecycle.submit(request(), Priority.EAGER)]
        for job in departed:
            job.cancel()
        task.cancel()
        for job in jobs:
            with pytest.raises(ShuttingDown):
                await outcome(job)
        with pytest.raises(ShuttingDown):
            lifecycle.submit(request(), Priority.FINAL)
        assert not engine.closed.is_set()
        engine.let_go()
        assert await asyncio.to_thread(engine.closed.wait, _TIMEOUT_S)
    assert all(job.cancelled() for job in departed)
    assert engine.log == ["start", "end", "close"]
    assert len(set(engine.threads)) == 1


async def test_an_engine_that_never_worked_is_closed() -> None:
    """Shutting down without a single request closes the engine, on its thread."""
    engine = SteppedEngine()
    async with decoding(new_lifecycle(), engine):
        await asyncio.sleep(0)
    assert await asyncio.to_thread(engine.closed.wait, _TIMEOUT_S)
    assert engine.threads[0].startswith("engine")


async def test_engine_time_is_counted() -> None:
    """The seconds spent in calls are those the engine took, failed calls included."""
    lifecycle = new_lifecycle()
    engine = FakeEngine(seconds=0.01, error=RuntimeError("broken"))
    async with decoding(lifecycle, engine):
        for _ in range(2):
            with pytest.raises(EngineFailed):
                await lifecycle.submit(request(), Priority.FINAL)
    assert lifecycle.queue.stats.calls == 2
    assert lifecycle.queue.stats.engine_s >= 0.02
    assert 0.01 <= lifecycle.queue.stats.longest_s < lifecycle.queue.stats.engine_s


async def test_a_promoted_job_changes_its_class() -> None:
    """A waiting job that is promoted goes before others of its class; a running one is let be."""
    lifecycle, engine = new_lifecycle(), SteppedEngine()
    async with decoding(lifecycle, engine):
        jobs = [lifecycle.submit(request(n), Priority.EAGER) for n in ("a", "b", "c")]
        assert await engine.next_call() == ["a"]
        lifecycle.queue.promote(jobs[0], Priority.FINAL)
        lifecycle.queue.promote(jobs[2], Priority.FINAL)
        assert lifecycle.queue.is_waiting(Priority.FINAL)
        engine.let_go(3)
        assert await engine.next_call() == ["c"]
        assert await engine.next_call() == ["b"]
        assert [await outcome(job) for job in jobs] == ["a", "b", "c"]
    assert not lifecycle.queue.is_waiting(Priority.FINAL)


async def test_who_has_gone_does_not_wait() -> None:
    """A class whose callers have all gone has nobody waiting."""
    lifecycle = new_lifecycle()
    jobs = [lifecycle.submit(request(), priority) for priority in (Priority.FINAL, Priority.FILE)]
    jobs.append(lifecycle.submit(request(), Priority.FILE))
    assert lifecycle.queue.is_waiting(Priority.FINAL)
    assert not lifecycle.queue.is_waiting(Priority.EAGER)
    assert lifecycle.queue.n_waiting == {
        Priority.FINAL: 1, Priority.INTERACTIVE: 0, Priority.EAGER: 0, Priority.FILE: 2,
    }  # fmt: skip
    jobs[0].cancel()
    assert not lifecycle.queue.is_waiting(Priority.FINAL)
    assert lifecycle.queue.n_waiting[Priority.FINAL] == 0


async def test_a_caller_whose_task_is_cancelled_has_gone() -> None:
    """A job is given up with whoever awaits it, without a turn of the loop between."""
    lifecycle = new_lifecycle()
    job = lifecycle.submit(request(), Priority.FINAL)

    async def caller() -> None:
        await job

    waiting = asyncio.create_task(caller())
    await asyncio.sleep(0)
    waiting.cancel()
    assert lifecycle.queue.n_waiting[Priority.FINAL] == 0
    assert lifecycle.queue.stats.dropped == 1


async def test_a_long_queue_keeps_nobody() -> None:
    """With thousands of jobs waiting, coming, going, promotion and being picked stay quick."""
    n_jobs = 5_000
    lifecycle, engine = new_lifecycle(max_queued=n_jobs), FakeEngine(max_batch=8)
    clock = time.perf_counter
    async with decoding(lifecycle, engine):
        jobs = [lifecycle.submit(request(), Priority.FILE) for _ in range(n_jobs)]
        started = clock()
        finals = [lifecycle.submit(request(), Priority.FINAL) for _ in range(100)]
        for job in reversed(jobs[-1_000:]):
            lifecycle.queue.promote(job, Priority.EAGER)
        for job in jobs[1_000:-1_000]:
            job.cancel()
        await asyncio.gather(*finals)
        # A walk along the queue for each would take seconds.
        assert clock() - started < 1
    assert lifecycle.queue.stats.dropped == n_jobs - 2_000


async def test_durations_of_a_decode() -> None:
    """A result knows how long it waited and how long the engine took."""
    lifecycle = new_lifecycle()
    async with decoding(lifecycle, FakeEngine(seconds=0.05)):
        first, second = [lifecycle.submit(request(), Priority.FINAL) for _ in range(2)]
        await asyncio.gather(first, second)
    assert min(first.decode_s, second.decode_s) >= 0.05
    assert second.queued_s >= first.decode_s


async def test_what_is_being_decoded_is_counted() -> None:
    """Jobs in calls are told apart from jobs that wait."""
    lifecycle, engine = new_lifecycle(), SteppedEngine(max_batch=2)
    async with decoding(lifecycle, engine):
        jobs = [lifecycle.submit(request(), Priority.FINAL) for _ in range(3)]
        assert lifecycle.n_in_call == 0
        await engine.next_call()
        assert (lifecycle.n_in_call, lifecycle.queue.n_waiting[Priority.FINAL]) == (2, 1)
        engine.let_go(2)
        await asyncio.gather(*jobs)
        await asyncio.sleep(0)  # the turn in which the call's slot is free again
        assert lifecycle.n_in_call == 0


async def test_the_model_is_there_while_an_engine_decodes() -> None:
    """Whoever asks learns that the model is loaded, and as what, and at the end that it is gone."""
    lifecycle, engine = new_lifecycle(), SteppedEngine()
    model = lifecycle.status
    assert model.state.value == "loading"
    async with decoding(lifecycle, engine):
        await asyncio.sleep(0)
        assert (model.state.value, model.device, model.compute_type) == ("loaded", "cpu", "int8")
    assert model.state.value == "gone"


async def test_programs_share_a_devices_slot() -> None:
    """Two programs on one device have one call in flight, and finals of both go before files."""
    queue = DecodeQueue(max_queued=64)
    devices = Devices(queue)
    english, multilingual = (new_lifecycle(queue=queue, devices=devices) for _ in range(2))
    first, second = SteppedEngine(), SteppedEngine()
    second.calls = first.calls
    async with decoding(english, first), decoding(multilingual, second):
        jobs = [english.submit(request("held"), Priority.FILE)]
        assert await first.next_call() == ["held"]
        for name, priority in (("file", Priority.FILE), ("final", Priority.FINAL)):
            jobs += [
                english.submit(request(f"en {name}"), priority),
                multilingual.submit(request(f"de {name}"), priority),
            ]
        for engine in (first, second):
            engine.let_go(3)
        assert [await outcome(job) for job in jobs] == [
            "held", "en file", "de file", "en final", "de final",
        ]  # fmt: skip
    order = [first.calls.get_nowait() for _ in range(4)]
    assert order == [["en final"], ["de final"], ["en file"], ["de file"]]


async def test_a_programs_jobs_go_to_its_own_engine() -> None:
    """What waits for a program without an engine waits on, and keeps nobody else."""
    queue = DecodeQueue(max_queued=64)
    loaded, loading = new_lifecycle(queue=queue), new_lifecycle(queue=queue)
    early = loading.submit(request("early"), Priority.FINAL)
    engine = SteppedEngine(max_batch=8)
    engine.let_go()
    async with decoding(loaded, engine):
        assert await outcome(loaded.submit(request("other"), Priority.FILE)) == "other"
        assert not early.done()
    assert engine.calls.get_nowait() == ["other"]
    engine.let_go()
    async with decoding(loading, engine):
        assert await outcome(early) == "early"


async def test_a_large_engine_is_not_starved() -> None:
    """A call that needs all of a device gets it before younger calls that would fit into a part."""
    queue = DecodeQueue(max_queued=64)
    devices = Devices(queue)
    small, large = (new_lifecycle(queue=queue, devices=devices) for _ in range(2))
    halves, whole = SteppedEngine(slots=2), SteppedEngine()
    whole.calls = halves.calls
    async with decoding(small, halves), decoding(large, whole):
        jobs = [small.submit(request("a"), Priority.FINAL)]
        assert await halves.next_call() == ["a"]
        jobs += [
            large.submit(request("large"), Priority.FINAL),
            small.submit(request("b"), Priority.FINAL),
        ]
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert halves.calls.empty()
        halves.let_go()
        assert await halves.next_call() == ["large"]
        whole.let_go()
        assert await halves.next_call() == ["b"]
        halves.let_go()
        assert [await outcome(job) for job in jobs] == ["a", "large", "b"]
