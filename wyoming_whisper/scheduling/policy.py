"""Who is served next: a pure function of the queue."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final, Protocol

from wyoming_whisper.values import Priority

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Mapping
    from typing import TypeVar

    JobT = TypeVar("JobT", bound="Job")


ORDER: Final = (Priority.FINAL, Priority.INTERACTIVE, Priority.EAGER, Priority.FILE)
"""Classes of work, the one that is served first in front."""

_FILE_SHARE: Final = 4


class Job(Protocol):
    """What the policy looks at."""

    @property
    def program(self) -> Hashable:
        """Whose job it is."""
        ...

    @property
    def batch_key(self) -> Hashable:
        """What must be equal for jobs of a program to share a call."""
        ...


def pick_batch(
    queues: Mapping[Priority, Collection[JobT]], max_batches: Mapping[Hashable, int]
) -> list[JobT]:
    """Return the jobs of the next call; none only if nothing waits for these programs.

    Args:
        queues: Waiting jobs by class, oldest first.
        max_batches: Programs whose engines may be called, each with the most jobs in a call of its
            own, at least 1; a quarter of it for segments of files.
    """
    # 1. The best class that has work for one of them.
    for priority in ORDER:
        queue = queues.get(priority, ())
        oldest = next((job for job in queue if job.program in max_batches), None)
        if oldest is None:
            continue
        # 2. Its oldest job is served, whose program and key are the batch's.
        alike = (
            job
            for job in queue
            if job.program == oldest.program and job.batch_key == oldest.batch_key
        )
        # 3. Others of this class, program and key come along, oldest first. No lower class does: it
        #    would make this call longer.
        # 4. Fewer of files: a command that comes during the call has to wait for its end.
        most = max_batches[oldest.program]
        return list(islice(alike, -(-most // _FILE_SHARE) if priority is Priority.FILE else most))
    return []
