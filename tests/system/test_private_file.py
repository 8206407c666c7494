"""A file appears whole and private, and nothing else is left beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from wyoming_whisper.system.private_file import written_beside

if TYPE_CHECKING:
    from pathlib import Path


def test_moved(tmp_path: Path) -> None:
    """What was there before is replaced by what is whole, for this user's eyes."""
    path = tmp_path / "names.json"
    path.write_text("before")
    with written_beside(path, "after") as written:
        assert (path.read_text(), written.read_text()) == ("before", "after")
        written.replace(path)
    assert path.read_text() == "after"
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_not_moved(tmp_path: Path) -> None:
    """Where its user fails, what was there stays, alone."""
    path = tmp_path / "names.json"
    path.write_text("before")
    with pytest.raises(OSError, match="full"), written_beside(path, "after"):
        raise OSError("full")
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_no_directory(tmp_path: Path) -> None:
    """A directory that is not there is an error."""
    with (
        pytest.raises(FileNotFoundError),
        written_beside(tmp_path / "absent" / "names.json", "after"),
    ):
        pass
