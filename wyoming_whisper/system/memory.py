"""How much memory there is for this process, how much is left, and how much it took at most."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from wyoming_whisper.system.cgroups import ROOT, folders, read

if TYPE_CHECKING:
    from pathlib import Path

# Of cgroups, by their version: the limit, what is in use, and the row of memory.stat that says how
# much of that is files which are given up as soon as memory is wanted.
_FILES: Final = {
    1: ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
    2: ("memory.max", "memory.current", "inactive_file"),
}


def available_bytes(root: Path = ROOT) -> int | None:
    """Return what the machine and the cgroups' limits leave to this process, without swapping.

    Args:
        root: Where ``/proc`` and ``/sys`` lie.

    Returns:
        Bytes; ``None`` where the system does not tell.
    """
    machine = _kibibytes(read(root / "proc/meminfo"), "MemAvailable")
    left = [] if machine is None else [machine]
    for folder, version in folders("memory", root):
        limit, usage, row = _FILES[version]
        words = f"{read(folder / limit)} {read(folder / usage)}".split()
        # "max" is no limit.
        if len(words) == 2 and all(map(str.isdecimal, words)):
            found = re.search(rf"^{row} (\d+)$", read(folder / "memory.stat"), re.MULTILINE)
            files = int(found[1]) if found else 0
            left.append(max(0, int(words[0]) - int(words[1]) + files))
    return min(left, default=None)


def total_bytes(root: Path = ROOT) -> int | None:
    """Return what the machine has, or what the cgroups' limits allow this process of it.

    Args:
        root: Where ``/proc`` and ``/sys`` lie.

    Returns:
        Bytes; ``None`` where the system does not tell.
    """
    machine = _kibibytes(read(root / "proc/meminfo"), "MemTotal")
    limits = (
        read(folder / _FILES[version][0]).strip() for folder, version in folders("memory", root)
    )
    allowed = [int(limit) for limit in limits if limit.isdecimal()]
    return min(allowed if machine is None else [machine, *allowed], default=None)


def peak_bytes(root: Path = ROOT) -> int | None:
    """Return the most memory that this process has had at once; ``None`` where nobody tells.

    `resource.getrusage` counts what the process was before it became this program.
    """
    return _kibibytes(read(root / "proc/self/status"), "VmHWM")


def _kibibytes(text: str, row: str) -> int | None:
    found = re.search(rf"^{row}:\s+(\d+) kB$", text, re.MULTILINE)
    return int(found[1]) * 1024 if found else None
