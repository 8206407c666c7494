"""Names kept on disk."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import pytest

from wyoming_whisper.home_assistant.cache import read_names, write_names
from wyoming_whisper.household.vocabulary import Household, Name, NameKind

if TYPE_CHECKING:
    from pathlib import Path

SOURCE: Final = "ws://ha:8123/api/websocket"
HOME: Final = Household(
    names=(
        Name("Küche", NameKind.AREA, ("Kombüse",)),
        Name("Kitchen Lamp", NameKind.ENTITY, domain="light"),
    )
)
GOOD: Final[dict[str, Any]] = {"text": "Den", "kind": "area", "aliases": [], "domain": ""}
BAD: Final[list[Any]] = [
    None, 5, [5], [{}], [GOOD | {"text": ""}], [GOOD | {"text": 5}], [GOOD | {"kind": "ship"}],
    [GOOD | {"aliases": [5]}], [GOOD | {"aliases": 5}], [GOOD | {"domain": []}],
]  # fmt: skip


def with_names(names: object) -> bytes:
    return json.dumps({"version": 1, "source": SOURCE, "names": names}).encode()


def test_kept(tmp_path: Path) -> None:
    """What was written is read again, by its own source, and only its user may read it."""
    path = tmp_path / "new" / "names.json"
    assert read_names(path, SOURCE) is None
    write_names(path, SOURCE, Household())
    write_names(path, SOURCE, HOME)
    assert read_names(path, SOURCE) == HOME
    assert read_names(path, "ws://another") is None
    assert path.stat().st_mode & 0o777 == 0o600
    assert [*path.parent.iterdir()] == [path]


@pytest.mark.parametrize(
    "content", [b"", b"{", b"\xff", b"[]", b"5", b"{}", b"[" * 100_000, *map(with_names, BAD)]
)
def test_damaged(tmp_path: Path, caplog: pytest.LogCaptureFixture, content: bytes) -> None:
    """A file that is damaged is no names, with a line of the log."""
    path = tmp_path / "names.json"
    path.write_bytes(content)
    assert read_names(path, SOURCE) is None
    assert caplog.messages == [f"{path} is damaged; Home Assistant is asked for its names"]


def test_of_another_release(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A file of another kind is no damage."""
    path = tmp_path / "names.json"
    path.write_text(json.dumps({"version": 2, "source": SOURCE}))
    assert read_names(path, SOURCE) is None
    assert not caplog.messages


def test_unreadable(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A file that cannot be read is no names, with a line of the log."""
    assert read_names(tmp_path, SOURCE) is None
    assert "cannot read" in caplog.text


def test_a_write_that_fails(tmp_path: Path) -> None:
    """Where a write fails nothing of it is left."""
    path = tmp_path / "names.json"
    path.mkdir()
    with pytest.raises(OSError, match="directory"):
        write_names(path, SOURCE, HOME)
    assert [*tmp_path.iterdir()] == [path]
