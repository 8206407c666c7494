"""Cores are counted on made-up trees of /proc and /sys."""

from __future__ import annotations

import math
import os
from typing import TYPE_CHECKING

import pytest

from wyoming_whisper.system.cpu_cores import cpu_quota, physical_cores, usable_cores

if TYPE_CHECKING:
    from pathlib import Path


def write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def siblings(root: Path, *lists: str) -> Path:
    """Write which logical CPUs share a core, in the order of their numbers."""
    topology = "sys/devices/system/cpu/cpu{}/topology/thread_siblings_list"
    return write(root, {topology.format(cpu): f"{text}\n" for cpu, text in enumerate(lists)})


def test_siblings_are_one_core(tmp_path: Path) -> None:
    """Two logical CPUs of one core count once, however the kernel numbers them."""
    root = siblings(tmp_path, "0,2", "1,3", "0,2", "1,3")
    assert physical_cores({0, 1, 2, 3}, root) == 2
    assert physical_cores({0, 2}, root) == 1
    assert physical_cores({0, 1}, root) == 2


def test_unknown_topology(tmp_path: Path) -> None:
    """Where the system does not tell, every CPU is a core."""
    assert physical_cores({0, 1, 2}, tmp_path) == 3


@pytest.mark.parametrize(
    ("files", "cpus"),
    [
        ({}, math.inf),
        ({"proc/self/cgroup": "0::/\n"}, math.inf),
        ({"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/cpu.max": "150000 100000\n"}, 1.5),
        ({"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/cpu.max": "max 100000\n"}, math.inf),
        (
            {
                "proc/self/cgroup": "0::/a.slice/b.service\n",
                "sys/fs/cgroup/a.slice/cpu.max": "200000 100000\n",
                "sys/fs/cgroup/a.slice/b.service/cpu.max": "400000 100000\n",
            },
            2,
        ),
        # A path of the host's, seen from inside a container.
        ({"proc/self/cgroup": "0::/../x\n", "sys/fs/cgroup/cpu.max": "50000 100000\n"}, 0.5),
        (
            {
                "proc/self/cgroup": "3:memory:/m\n2:cpu,cpuacct:/docker/1\n1:cpuset:/\n0::/\n",
                "sys/fs/cgroup/cpu/cpu.cfs_quota_us": "300000\n",
                "sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
            },
            3,
        ),
        (
            {
                "proc/self/cgroup": "1:cpu:/\n",
                "sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1\n",
                "sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
            },
            math.inf,
        ),
    ],
    ids=["none", "root", "v2", "v2 max", "v2 above", "v2 outside", "v1", "v1 none"],
)
def test_quota(tmp_path: Path, files: dict[str, str], cpus: float) -> None:
    """The lowest quota of a cgroup and those above it counts, in either version of cgroups."""
    assert cpu_quota(write(tmp_path, files)) == cpus


@pytest.mark.parametrize(("quota", "cores"), [("50000", 1), ("150000", 2), ("99900000", None)])
def test_usable_cores(tmp_path: Path, quota: str, cores: int | None) -> None:
    """A quota bounds the cores, is rounded up, and never adds any."""
    allowed = len(os.sched_getaffinity(0))
    root = write(
        tmp_path,
        {"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/cpu.max": f"{quota} 100000\n"},
    )
    assert usable_cores(root) == min(allowed, cores or allowed)


def test_this_machine() -> None:
    """A real machine has a core, and no more of them than logical CPUs."""
    assert 1 <= usable_cores() <= len(os.sched_getaffinity(0))
