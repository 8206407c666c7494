"""What the control groups of this process, and those above them, allow it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOT: Final = Path("/")
_MOUNT: Final = "sys/fs/cgroup"


def limits(
    controller: str, version_2: Sequence[str], version_1: Sequence[str], root: Path = ROOT
) -> Iterator[str]:
    """Yield what a controller's files say, joined by blanks, for each group from ours to the top.

    Args:
        controller: Such as ``cpu`` or ``memory``.
        version_2: The names of its files in the second version of control groups.
        version_1: The same in the first.
        root: Where ``/proc`` and ``/sys`` lie; where there are none, nothing is limited.
    """
    for line in read_text(root / "proc/self/cgroup").splitlines():
        _, controllers, group = line.split(":", 2)
        if not controllers:
            mount, files = root / _MOUNT, version_2
        elif controller in controllers.split(","):
            mount, files = root / _MOUNT / controller, version_1
        else:
            continue
        folder = mount / group.strip("/")
        # In a container the path may be the host's, of which only the mount itself is there.
        for above in (folder, *folder.parents):
            yield " ".join(read_text(above / name).strip() for name in files)
            if above == mount:
                break


def read_text(path: Path) -> str:
    """Return what a file of the kernel's says; nothing where there is none."""
    try:
        return path.read_text()
    except OSError:
        return ""
