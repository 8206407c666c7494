"""How many cores of the CPU this process may use."""

from __future__ import annotations

import math
import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection

_ROOT: Final = Path("/")
_CGROUPS: Final = "sys/fs/cgroup"


def usable_cores(root: Path = _ROOT) -> int:
    """Return the physical cores that the scheduler and the cgroups' quotas leave to this process.

    Args:
        root: Where ``/proc`` and ``/sys`` lie; where there are none, every CPU counts.
    """
    # Linux only has the affinity.
    allowed = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else None
    cores = physical_cores(allowed or range(os.cpu_count() or 1), root)
    # Half a CPU more is half a thread more, and no core is a core too.
    return max(1, math.ceil(min(cores, cpu_quota(root))))


def physical_cores(cpus: Collection[int], root: Path = _ROOT) -> int:
    """Return how many cores these logical CPUs are: two of one core share its arithmetic."""
    topology = "sys/devices/system/cpu/cpu{}/topology/thread_siblings_list"
    return len({_read(root / topology.format(cpu)) or cpu for cpu in cpus})


def cpu_quota(root: Path = _ROOT) -> float:
    """Return how many CPUs the cgroups of this process, and those above, allow it; inf if all."""
    lowest = math.inf
    for line in _read(root / "proc/self/cgroup").splitlines():
        _, controllers, group = line.split(":", 2)
        if not controllers:
            mount, files = root / _CGROUPS, ["cpu.max"]
        elif "cpu" in controllers.split(","):
            mount, files = root / _CGROUPS / "cpu", ["cpu.cfs_quota_us", "cpu.cfs_period_us"]
        else:
            continue
        folder = mount / group.strip("/")
        # In a container the path may be the host's, of which only the mount itself is there.
        for above in (folder, *folder.parents):
            # "max 100000" or "-1 100000" is no quota.
            words = " ".join(_read(above / name) for name in files).split()
            if len(words) == 2 and all(map(str.isdecimal, words)):
                lowest = min(lowest, int(words[0]) / int(words[1]))
            if above == mount:
                break
    return lowest


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""
