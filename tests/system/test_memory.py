"""Memory is read on made-up trees of /proc and /sys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from wyoming_whisper.system.memory import usable_memory

if TYPE_CHECKING:
    from pathlib import Path

MIB: Final = 2**20
MEMINFO: Final = {"proc/meminfo": "MemTotal:        1048576 kB\nMemFree:  1 kB\n"}
VERSION_1: Final = {
    "proc/self/cgroup": "3:memory:/docker/1\n0::/\n",
    "sys/fs/cgroup/memory/memory.limit_in_bytes": f"{512 * MIB}\n",
}


@pytest.mark.parametrize(
    ("files", "mib"),
    [
        ({}, 1024),
        ({"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/memory.max": "max\n"}, 1024),
        ({"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/memory.max": f"{256 * MIB}\n"}, 256),
        (
            {
                "proc/self/cgroup": "0::/a/b\n",
                "sys/fs/cgroup/a/memory.max": f"{128 * MIB}\n",
                "sys/fs/cgroup/a/b/memory.max": f"{512 * MIB}\n",
            },
            128,
        ),
        (VERSION_1, 512),
        # More than there is.
        ({"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/memory.max": f"{10**15}\n"}, 1024),
    ],
    ids=["none", "no limit", "limit", "limit above", "version 1", "too high"],
)
def test_the_lowest_limit_counts(tmp_path: Path, files: dict[str, str], mib: int) -> None:
    """What the control groups of this process, and those above them, leave of the machine's."""
    for name, text in (MEMINFO | files).items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    assert usable_memory(tmp_path) == mib * MIB


def test_nothing_is_known(tmp_path: Path) -> None:
    """Another system than Linux does not say."""
    assert usable_memory(tmp_path) == 0


def test_this_machine() -> None:
    """A real machine has some."""
    assert usable_memory() > 100 * MIB
