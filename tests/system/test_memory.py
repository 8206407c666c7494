"""Memory is counted on made-up trees of /proc and /sys."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from wyoming_whisper.system.memory import available_bytes, peak_bytes, total_bytes

if TYPE_CHECKING:
    from pathlib import Path

MEMINFO = {"proc/meminfo": "MemTotal:  4000 kB\nMemFree:  1 kB\nMemAvailable:   2000 kB\n"}


def write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, 2_048_000),
        (
            {
                "proc/self/cgroup": "0::/a.slice/b\n",
                "sys/fs/cgroup/memory.max": "max\n",
                "sys/fs/cgroup/a.slice/memory.max": "900000\n",
                "sys/fs/cgroup/a.slice/memory.current": "500000\n",
                "sys/fs/cgroup/a.slice/memory.stat": "anon 1\ninactive_file 100000\n",
                "sys/fs/cgroup/a.slice/b/memory.max": "950000\n",
                "sys/fs/cgroup/a.slice/b/memory.current": "10\n",
            },
            500_000,
        ),
        (
            {
                "proc/self/cgroup": "4:memory:/docker/1\n0::/\n",
                "sys/fs/cgroup/memory/memory.limit_in_bytes": "700000\n",
                "sys/fs/cgroup/memory/memory.usage_in_bytes": "800000\n",
            },
            0,
        ),
        (
            {
                "proc/self/cgroup": "4:memory:/\n",
                "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
                "sys/fs/cgroup/memory/memory.usage_in_bytes": "800000\n",
            },
            2_048_000,
        ),
    ],
    ids=["no groups", "version 2", "version 1, full", "version 1, no limit"],
)
def test_available(tmp_path: Path, files: dict[str, str], expected: int) -> None:
    """The least of what the machine and the groups leave counts; idle files are not in use."""
    assert available_bytes(write(tmp_path, MEMINFO | files)) == expected


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, 4_096_000),
        ({"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/memory.max": "max\n"}, 4_096_000),
        ({"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/memory.max": "900000\n"}, 900_000),
        (
            {
                "proc/self/cgroup": "0::/a/b\n",
                "sys/fs/cgroup/a/memory.max": "800000\n",
                "sys/fs/cgroup/a/b/memory.max": "900000\n",
            },
            800_000,
        ),
        (
            {
                "proc/self/cgroup": "3:memory:/docker/1\n0::/\n",
                "sys/fs/cgroup/memory/memory.limit_in_bytes": "700000\n",
            },
            700_000,
        ),
    ],
    ids=["no groups", "no limit", "limit", "limit above", "version 1"],
)
def test_total(tmp_path: Path, files: dict[str, str], expected: int) -> None:
    """What the machine has, unless a group of this process, or one above it, allows less."""
    assert total_bytes(write(tmp_path, MEMINFO | files)) == expected


def test_a_system_that_does_not_tell(tmp_path: Path) -> None:
    """Without /proc nothing is known, and nothing is made up."""
    assert available_bytes(tmp_path) is None
    assert total_bytes(tmp_path) is None
    assert peak_bytes(tmp_path) is None


def test_this_process() -> None:
    """What was taken is in the peak, also when it has been given back."""
    before = peak_bytes()
    assert before is not None
    assert len(b"x" * before) == before
    after = peak_bytes()
    assert after is not None
    assert after > before
