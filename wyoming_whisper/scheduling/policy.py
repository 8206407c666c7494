"""Who is served next: a pure function of the queue."""

from __future__ import annotations

from enum import IntEnum
from itertools import islice
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Mapping
    from typing import TypeVar

    JobT = TypeVar("JobT", bound="Job")


_FILE_SHARE: Final = 4


class Priority(IntEnum):
    """Classes of work; a lower number goes first."""

    FINAL = 0
    """Somebody has stopped speaking and waits for the light."""

    INTERACTIVE = 1
    """Language detection and short HTTP requests."""

    EAGER = 2
    """A final that may turn out not to be needed."""

    FILE = 3
    """A segment of a long file."""

    TASK = 4
    """A segment of a file that nobody waits for."""


class Job(Protocol):
    """What the policy looks at."""

    @property
    def batch_key(self) -> Hashable:
        """What must be equal for jobs to share a call."""
        ...


def pick_batch(queues: Mapping[Priority, Collection[JobT]], max_batch: int) -> list[JobT]:
    """Return the jobs of the next call; none only if all queues are empty.

    Args:
        queues: Waiting jobs by class, oldest first.
        max_batch: Most jobs in a call, at least 1; a quarter of it for segments of files.
    """
    # 1. The best class that has work.
    for priority in sorted(queues):
        queue = queues[priority]
        if not queue:
            continue
        # 2. Its oldest job is served; its key is the batch's.
        key = next(iter(queue)).batch_key
        # 3. Others of this class and key come along, oldest first. No lower class does: it would
        #    make this call longer.
        # 4. Fewer of files: a command that comes during the call has to wait for its end.
        most = max_batch if priority < Priority.FILE else -(-max_batch // _FILE_SHARE)
        return list(islice((job for job in queue if job.batch_key == key), most))
    return []
