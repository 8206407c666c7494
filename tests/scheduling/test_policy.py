"""The policy, as a function of the queue."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from wyoming_whisper.scheduling.policy import ORDER, pick_batch
from wyoming_whisper.values import Priority

if TYPE_CHECKING:
    from collections.abc import Hashable


@dataclass(frozen=True, slots=True)
class Waiting:
    """A job that knows its class and its place in the order of arrival."""

    priority: Priority
    number: int
    batch_key: Hashable
    program: str = "en"


Queues = dict[Priority, list[Waiting]]


@st.composite
def queues(draw: st.DrawFn) -> Queues:
    """Jobs of a few keys in any classes, some of which are missing."""
    arrivals = draw(
        st.lists(
            st.tuples(
                st.sampled_from(Priority),
                st.sampled_from(["a", "b", "c"]),
                st.sampled_from(["en", "de"]),
            )
        )
    )
    numbers = count()
    waiting: Queues = {p: [] for p in draw(st.sets(st.sampled_from(Priority)))}
    for priority, key, program in arrivals:
        waiting.setdefault(priority, []).append(Waiting(priority, next(numbers), key, program))
    return waiting


def test_classes_go_in_their_order() -> None:
    """A final goes before interactive work, that before eager and file work."""
    waiting = {p: [Waiting(p, 0, "a")] for p in reversed(ORDER)}
    order = []
    while batch := pick_batch(waiting, {"en": 1}):
        order += [job.priority for job in batch]
        waiting[batch[0].priority].clear()
    assert order == [Priority.FINAL, Priority.INTERACTIVE, Priority.EAGER, Priority.FILE]
    assert set(ORDER) == set(Priority)


def test_companions_are_picked_past_jobs_of_another_key() -> None:
    """Jobs of the oldest job's key come along, also from behind a job that can't."""
    jobs = [Waiting(Priority.FINAL, number, key) for number, key in enumerate("abaaba")]
    assert pick_batch({Priority.FINAL: jobs}, {"en": 3}) == [jobs[0], jobs[2], jobs[3]]


@given(waiting=queues(), max_batch=st.integers(1, 8))
@settings(deadline=None)
def test_a_batch_is_what_the_policy_says(waiting: Queues, max_batch: int) -> None:
    """A batch is of the best class, one program and one key, by age, with the oldest, and full."""
    before = {priority: list(jobs) for priority, jobs in waiting.items()}
    batch = pick_batch(waiting, {"en": max_batch, "de": 2})
    assert waiting == before
    if not any(waiting.values()):
        assert batch == []
        return
    best = next(priority for priority in ORDER if waiting.get(priority))
    assert {job.priority for job in batch} == {best}
    assert batch[0] is waiting[best][0]
    assert len({(job.program, job.batch_key) for job in batch}) == 1
    numbers = [job.number for job in batch]
    assert numbers == sorted(set(numbers))
    # Nobody is passed over: it holds all that may come along, or the oldest of them.
    own = (batch[0].program, batch[0].batch_key)
    same_key = [job for job in waiting[best] if (job.program, job.batch_key) == own]
    assert batch == same_key[: len(batch)]
    # A quarter of the most, rounded up, where a command that comes now would wait for its end.
    most = max_batch if batch[0].program == "en" else 2
    most = (most + 3) // 4 if best is Priority.FILE else most
    assert len(batch) == min(most, len(same_key))


@given(waiting=queues(), max_batch=st.integers(1, 8))
@settings(deadline=None)
def test_everybody_is_served_once(waiting: Queues, max_batch: int) -> None:
    """Picking until nothing is left serves each job exactly once, and no class out of turn."""
    everybody = {job for jobs in waiting.values() for job in jobs}
    served: list[Waiting] = []
    while batch := pick_batch(waiting, {"en": max_batch, "de": 2}):
        served += batch
        for job in batch:
            waiting[job.priority].remove(job)
    assert len(served) == len(everybody)
    assert set(served) == everybody
    assert [job.priority for job in served] == sorted(
        (job.priority for job in served), key=ORDER.index
    )


def test_programs_that_may_not_be_called_are_passed_over() -> None:
    """A job whose program has no engine waits, whatever its class; the next best one is served."""
    final = Waiting(Priority.FINAL, 0, "a", "de")
    files = [Waiting(Priority.FILE, n, "a", program) for n, program in enumerate(("de", "en"))]
    waiting = {Priority.FINAL: [final], Priority.FILE: files}
    assert pick_batch(waiting, {"en": 4}) == [files[1]]
    assert pick_batch(waiting, {"en": 4, "de": 4}) == [final]
    assert pick_batch(waiting, {}) == []
