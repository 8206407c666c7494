"""The policy, as a function of the queue."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from wyoming_whisper.scheduling.policy import Priority, pick_batch

if TYPE_CHECKING:
    from collections.abc import Hashable


@dataclass(frozen=True, slots=True)
class Waiting:
    """A job that knows its class and its place in the order of arrival."""

    priority: Priority
    number: int
    batch_key: Hashable


Queues = dict[Priority, list[Waiting]]


@st.composite
def queues(draw: st.DrawFn) -> Queues:
    """Jobs of a few keys in any classes, some of which are missing."""
    arrivals = draw(
        st.lists(st.tuples(st.sampled_from(Priority), st.sampled_from(["a", "b", "c"])))
    )
    numbers = count()
    waiting: Queues = {p: [] for p in draw(st.sets(st.sampled_from(Priority)))}
    for priority, key in arrivals:
        waiting.setdefault(priority, []).append(Waiting(priority, next(numbers), key))
    return waiting


def test_classes_go_in_their_order() -> None:
    """A final goes before interactive work, that before eager, file and task work."""
    waiting = {p: [Waiting(p, 0, "a")] for p in reversed(Priority)}
    order = []
    while batch := pick_batch(waiting, 1):
        order += [job.priority for job in batch]
        waiting[batch[0].priority].clear()
    final_to_task = [
        Priority.FINAL, Priority.INTERACTIVE, Priority.EAGER, Priority.FILE, Priority.TASK,
    ]  # fmt: skip
    assert order == final_to_task


def test_companions_are_picked_past_jobs_of_another_key() -> None:
    """Jobs of the oldest job's key come along, also from behind a job that can't."""
    jobs = [Waiting(Priority.FINAL, number, key) for number, key in enumerate("abaaba")]
    assert pick_batch({Priority.FINAL: jobs}, 3) == [jobs[0], jobs[2], jobs[3]]


@given(waiting=queues(), max_batch=st.integers(1, 8))
@settings(deadline=None)
def test_a_batch_is_what_the_policy_says(waiting: Queues, max_batch: int) -> None:
    """Any batch is of the best class and one key, in order of age, with the oldest, and full."""
    before = {priority: list(jobs) for priority, jobs in waiting.items()}
    batch = pick_batch(waiting, max_batch)
    assert waiting == before
    if not any(waiting.values()):
        assert batch == []
        return
    best = min(priority for priority, jobs in waiting.items() if jobs)
    assert {job.priority for job in batch} == {best}
    assert batch[0] is waiting[best][0]
    assert len({job.batch_key for job in batch}) == 1
    numbers = [job.number for job in batch]
    assert numbers == sorted(set(numbers))
    # Nobody is passed over: it holds all that may come along, or the oldest of them.
    same_key = [job for job in waiting[best] if job.batch_key == batch[0].batch_key]
    assert batch == same_key[: len(batch)]
    # A quarter of the most, rounded up, where a command that comes now would wait for its end.
    most = max_batch if best < Priority.FILE else (max_batch + 3) // 4
    assert len(batch) == min(most, len(same_key))


@given(waiting=queues(), max_batch=st.integers(1, 8))
@settings(deadline=None)
def test_everybody_is_served_once(waiting: Queues, max_batch: int) -> None:
    """Picking until nothing is left serves each job exactly once, and no class out of turn."""
    everybody = {job for jobs in waiting.values() for job in jobs}
    served: list[Waiting] = []
    while batch := pick_batch(waiting, max_batch):
        served += batch
        for job in batch:
            waiting[job.priority].remove(job)
    assert len(served) == len(everybody)
    assert set(served) == everybody
    assert [job.priority for job in served] == sorted(job.priority for job in served)
