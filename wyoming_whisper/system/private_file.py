"""A file of this user's own, whole from the moment that it can be seen."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextlib.contextmanager
def written_beside(path: Path, text: str) -> Iterator[Path]:
    """Write a text beside a path, and yield that file, to be moved or linked to the path. Blocks.

    It is readable by this user alone, and safe on the disk. What is left of it behind the context
    is removed.

    Args:
        path: Where the file is to be; its directory is there.
        text: What it holds.

    Raises:
        OSError: If that fails; nothing is left.
    """
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)  # 0600
    written = Path(name)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        yield written
    finally:
        written.unlink(missing_ok=True)
