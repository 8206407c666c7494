"""How many cores of the CPU this process may use."""

from __future__ import annotations

import math
import os
from typing import TYPE_CHECKING, Final

from wyoming_whisper.system.cgroups import ROOT, folders, read

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

# Of cgroups, by their version: microseconds of CPU time in a period, and those of the period.
_FILES: Final = {1: ("cpu.cfs_quota_us", "cpu.cfs_period_us"), 2: ("cpu.max",)}


def usable_cores(root: Path = ROOT) -> int:
    """Return the physical cores that the scheduler and the cgroups' quotas leave to this process.

    Args:
        root: Where ``/proc`` and ``/sys`` lie; where there are none, every CPU counts.
    """
    # Linux only has the affinity.
    allowed = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else None
    cores = physical_cores(allowed or range(os.cpu_count() or 1), root)
    # Half a CPU more is half a thread more, and no core is a core too.
    return max(1, math.ceil(min(cores, cpu_quota(root))))


def physical_cores(cpus: Collection[int], root: Path = ROOT) -> int:
    """Return how many cores these logical CPUs are: two of one core share its arithmetic."""
    topology = "sys/devices/system/cpu/cpu{}/topology/thread_siblings_list"
    return len({read(root / topology.format(cpu)) or cpu for cpu in cpus})


def cpu_quota(root: Path = ROOT) -> float:
    """Return how many CPUs the cgroups of this process, and those above, allow it; inf if all."""
    lowest = math.inf
    for folder, version in folders("cpu", root):
        # "max 100000" or "-1 100000" is no quota.
        words = " ".join(read(folder / name) for name in _FILES[version]).split()
        if len(words) == 2 and all(map(str.isdecimal, words)):
            lowest = min(lowest, int(words[0]) / int(words[1]))
    return lowest
