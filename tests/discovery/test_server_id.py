"""The id by which a server is recognised."""

from __future__ import annotations

import logging
import re
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from wyoming_whisper.discovery.server_id import read_server_id

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

N_SERVERS = 16


def test_kept(tmp_path: Path) -> None:
    """The id is made once, for its owner's eyes only, and nothing else is left behind."""
    data_dir = tmp_path / "data" / "dir"
    made = read_server_id(data_dir)
    assert re.fullmatch("[0-9a-f]{8}", made)
    assert read_server_id(data_dir) == made
    (file,) = data_dir.iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    assert read_server_id(tmp_path / "other") != made


def test_servers_that_start_together(tmp_path: Path) -> None:
    """Servers that make the id at the same time agree on one."""
    for turn in range(10):
        data_dir = tmp_path / str(turn)
        start = threading.Barrier(N_SERVERS)

        def read(data_dir: Path = data_dir, start: threading.Barrier = start) -> str:
            start.wait()
            return read_server_id(data_dir)

        with ThreadPoolExecutor(N_SERVERS) as threads:
            ids = [threads.submit(read) for _ in range(N_SERVERS)]
        assert len({one.result() for one in ids}) == 1
        assert len([*data_dir.iterdir()]) == 1


def test_nowhere_to_keep_it(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Where no file can be made the id is the machine's, not to be told from it; one warning."""
    (tmp_path / "file").touch()
    machine_id = tmp_path / "machine-id"
    machine_id.write_text("0123456789abcdef0123456789abcdef\n")
    found = read_server_id(tmp_path / "file", machine_id)
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    assert re.fullmatch("[0-9a-f]{8}", found)
    assert found not in machine_id.read_text()
    assert read_server_id(tmp_path / "file" / "below", machine_id) == found
    machine_id.write_text("fedcba9876543210fedcba9876543210\n")
    assert read_server_id(tmp_path / "file", machine_id) != found


def test_nameless_machine(tmp_path: Path) -> None:
    """A machine without an id, as containers are, is known by its host name."""
    (tmp_path / "file").touch()
    (tmp_path / "empty").touch()
    (tmp_path / "host name").write_text(socket.gethostname())
    ids = {
        read_server_id(tmp_path / "file", tmp_path / machine_id)
        for machine_id in ("missing", "empty", "host name")
    }
    assert len(ids) == 1


def test_foreign_file(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A file that holds no id is left as it is, and said so."""
    (tmp_path / "server-id").write_bytes(b"\xff not an id")
    assert read_server_id(tmp_path) == read_server_id(tmp_path)
    assert (tmp_path / "server-id").read_bytes() == b"\xff not an id"
    assert "holds something else" in caplog.text
