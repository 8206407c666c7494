"""Bytes and paths as people read them."""

from __future__ import annotations

from pathlib import Path
from typing import Final

_UNITS: Final = ("KiB", "MiB", "GiB", "TiB")


def size(n_bytes: float) -> str:
    """Return a number of bytes with its unit, in as many digits as mean something."""
    power = 1
    while n_bytes >= 1000 * 1024**power and power < len(_UNITS):
        power += 1
    amount = n_bytes / 1024**power
    return f"{amount:.{1 if amount < 10 else 0}f} {_UNITS[power - 1]}"


def short(path: Path, home: Path | None = None) -> str:
    """Return a path with ``~`` for the user's home, whose name nobody needs to know.

    Args:
        path: The path.
        home: The home; this user's where ``None``.
    """
    home = home or Path("~").expanduser()
    return f"~/{path.relative_to(home)}" if path.is_relative_to(home) else str(path)
