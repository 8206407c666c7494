"""The id by which a server is recognised, also after a restart and at another address."""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import re
import secrets
import socket
from pathlib import Path
from typing import Final

from wyoming_whisper.system.private_file import written_beside

_LOG: Final = logging.getLogger(__name__)

_ID_BYTES: Final = 4
_ID: Final = re.compile(f"[0-9a-f]{{{2 * _ID_BYTES}}}")
_MACHINE_ID: Final = Path("/etc/machine-id")


def read_server_id(data_dir: Path, machine_id: Path = _MACHINE_ID) -> str:
    """Return the id kept in a directory, making it the first time. Blocks.

    Servers that start at the same time agree on one. Where none can be kept there is a warning, and
    the id is made from the machine's, or from its name.
    """
    path = data_dir / "server-id"
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            _create(path, secrets.token_hex(_ID_BYTES))
        text = path.read_text(errors="replace").strip()
        if _ID.fullmatch(text):
            return text
        reason = "it holds something else"
    except OSError as error:
        reason = error.strerror or str(error)
    _LOG.warning("cannot keep the id of this server in %s: %s", path, reason)
    machine = ""
    with contextlib.suppress(OSError):
        machine = machine_id.read_text(errors="replace").strip()
    # "It should be considered confidential": machine-id(5) asks for a hash with a key of ours.
    keyed = f"wyoming-whisper {machine or socket.gethostname()}"
    return hashlib.sha256(keyed.encode()).hexdigest()[: 2 * _ID_BYTES]


def _create(path: Path, text: str) -> None:
    """Create a file and its content in one step, unless another server was faster."""
    with (
        written_beside(path, f"{text}\n") as written,
        contextlib.suppress(FileExistsError),
    ):
        os.link(written, path)
