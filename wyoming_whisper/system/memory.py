"""How much memory this process may use."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from wyoming_whisper.system import cgroups

if TYPE_CHECKING:
    from pathlib import Path


def usable_memory(root: Path = cgroups.ROOT) -> int:
    """Return the bytes that the machine has, or that the control groups leave to this process.

    Args:
        root: Where ``/proc`` and ``/sys`` lie; where there are none, 0.
    """
    said = cgroups.read_text(root / "proc/meminfo")
    found = re.search(r"^MemTotal:\s+(\d+) kB", said, re.MULTILINE)
    total = 1024 * int(found[1]) if found else 0
    allowed = cgroups.limits("memory", ["memory.max"], ["memory.limit_in_bytes"], root)
    # "max" is no limit.
    return min([total, *(int(limit) for limit in allowed if limit.isdecimal())])
