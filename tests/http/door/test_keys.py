"""API keys and their file."""

from __future__ import annotations

import hashlib
import logging
from typing import TYPE_CHECKING

import pytest

from wyoming_whisper.errors import ConfigError
from wyoming_whisper.http.door.keys import KeyFile, new_key

if TYPE_CHECKING:
    from pathlib import Path

DIGEST = hashlib.sha256(b"some key").hexdigest()


class Clock:
    """Time that passes when it is told to."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def test_new_key_is_known_by_its_line(tmp_path: Path) -> None:
    """A line that was printed lets its key in and no other, and does not hold the key."""
    key, line = new_key("kitchen")
    path = tmp_path / "keys"
    path.write_text(f"# who has one\n\n{line}\n{new_key('hall')[1]}\n")
    keys = KeyFile(path)
    assert keys.holder(key) == "kitchen"
    assert keys.holder(f"{key}x") is None
    assert keys.holder("") is None
    assert key not in line
    assert len(key) >= 43


@pytest.mark.parametrize("name", ["", "a b", "a:b", "#a", "é", "x" * 65])
def test_impossible_name(name: str) -> None:
    """A name that would break the file is refused."""
    with pytest.raises(ConfigError, match="no name for a key"):
        new_key(name)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("kitchen", "keys, line 1: must be NAME:SHA256"),
        (f"\nkitchen:{DIGEST[:-1]}", "keys, line 2: must be"),
        (f"kit chen:{DIGEST}", "keys, line 1: must be"),
        (f"kitchen:{DIGEST}\nhall:{DIGEST}", "keys, line 2: hall is there twice"),
        (f"kitchen:{DIGEST}\nkitchen:{'0' * 64}", "keys, line 2: kitchen is there twice"),
        ("\xff", "keys, line 1: must be"),
        ("# nobody", "holds no key"),
        ("x" * (2**20 + 1), "too large"),
    ],
)
def test_broken_file(tmp_path: Path, text: str, message: str) -> None:
    """A file that is broken at the start is refused, with the line."""
    path = tmp_path / "keys"
    path.write_text(text, encoding="latin-1")
    with pytest.raises(ConfigError, match=message):
        KeyFile(path)


def test_missing_file(tmp_path: Path) -> None:
    """A file that is not there is refused."""
    with pytest.raises(ConfigError, match="No such file"):
        KeyFile(tmp_path / "keys")


def test_file_that_others_may_write(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A file into which anybody could write a key is warned about, one for all to read is not."""
    path = tmp_path / "keys"
    path.write_text(f"kitchen:{DIGEST}\n")
    path.chmod(0o644)
    KeyFile(path)
    assert caplog.messages == []
    path.chmod(0o664)
    KeyFile(path)
    assert "can be written by others" in caplog.text


def test_revoked(tmp_path: Path) -> None:
    """A line that is deleted or added counts for the running server a second later."""
    (key, line), (other, other_line) = new_key("kitchen"), new_key("hall")
    path, clock = tmp_path / "keys", Clock()
    path.write_text(line)
    keys = KeyFile(path, clock)
    path.write_text(f"{other_line}\n")
    assert keys.holder(key) == "kitchen"
    clock.now_s = 1
    assert keys.holder(key) is None
    assert keys.holder(other) == "hall"


def test_damage_while_running(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A line that breaks later is ignored and logged once; without the file its keys stay."""
    key, line = new_key("kitchen")
    path, clock = tmp_path / "keys", Clock()
    path.write_text(line)
    keys = KeyFile(path, clock)
    path.write_text(f"{line}\nnonsense\n")
    for second in (1, 2):
        clock.now_s = second
        assert keys.holder(key) == "kitchen"
    assert caplog.text.count("line 2: must be NAME:SHA256") == 1
    path.unlink()
    clock.now_s = 3
    with caplog.at_level(logging.ERROR):
        assert keys.holder(key) == "kitchen"
    assert "the keys stay as they were" in caplog.text
