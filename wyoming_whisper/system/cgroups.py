"""The control groups of this process, in either version of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT: Final = Path("/")
"""Where ``/proc`` and ``/sys`` lie."""

_MOUNT: Final = "sys/fs/cgroup"


def folders(controller: str, root: Path = ROOT) -> Iterator[tuple[Path, int]]:
    """Yield the folders of the groups that a controller bounds this process by, innermost first.

    Args:
        controller: Its name, such as ``cpu``.
        root: Where ``/proc`` and ``/sys`` lie; where there are none, there are no groups.

    Yields:
        The folder, and the version of its files: 1 or 2.
    """
    for line in read(root / "proc/self/cgroup").splitlines():
        _, controllers, group = line.split(":", 2)
        if not controllers:
            mount, version = root / _MOUNT, 2
        elif controller in controllers.split(","):
            mount, version = root / _MOUNT / controller, 1
        else:
            continue
        folder = mount / group.strip("/")
        # In a container the path may be the host's, of which only the mount itself is there.
        for above in (folder, *folder.parents):
            yield above, version
            if above == mount:
                break


def read(path: Path) -> str:
    """Return a file's text; one that is not there is empty."""
    try:
        return path.read_text()
    except OSError:
        return ""
