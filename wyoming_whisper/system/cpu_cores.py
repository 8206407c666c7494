"""How many cores of the CPU this process may use."""

from __future__ import annotations

import math
import os
from typing import TYPE_CHECKING

from wyoming_whisper.system import cgroups

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path


def usable_cores(root: Path = cgroups.ROOT) -> int:
    """Return the physical cores that the scheduler and the cgroups' quotas leave to this process.

    Args:
        root: Where ``/proc`` and ``/sys`` lie; where there are none, every CPU counts.
    """
    # Linux only has the affinity.
    allowed = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else None
    cores = physical_cores(allowed or range(os.cpu_count() or 1), root)
    # Half a CPU more is half a thread more, and no core is a core too.
    return max(1, math.ceil(min(cores, cpu_quota(root))))


def physical_cores(cpus: Collection[int], root: Path = cgroups.ROOT) -> int:
    """Return how many cores these logical CPUs are: two of one core share its arithmetic."""
    topology = "sys/devices/system/cpu/cpu{}/topology/thread_siblings_list"
    return len({cgroups.read_text(root / topology.format(cpu)) or cpu for cpu in cpus})


def cpu_quota(root: Path = cgroups.ROOT) -> float:
    """Return how many CPUs the cgroups of this process, and those above, allow it; inf if all."""
    quotas = cgroups.limits("cpu", ["cpu.max"], ["cpu.cfs_quota_us", "cpu.cfs_period_us"], root)
    # "max 100000" or "-1 100000" is no quota.
    numbers = [words for words in map(str.split, quotas) if all(map(str.isdecimal, words))]
    return min((int(n[0]) / int(n[1]) for n in numbers if len(n) == 2), default=math.inf)
