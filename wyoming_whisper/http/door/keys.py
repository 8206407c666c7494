"""API keys: how they are made, and the file that holds what is left of them.

The file has a line ``NAME:SHA256`` for each key, as ``wyoming-whisper key NAME`` prints it; blank
lines and lines that begin with ``#`` mean nothing. A slow hash would add nothing: it protects
secrets that can be guessed, and a key is 32 random bytes. A fast one costs each request
microseconds, on the event loop.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import re
import secrets
import time
from typing import TYPE_CHECKING, Final

from wyoming_whisper.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_LOG: Final = logging.getLogger(__name__)

_KEY_BYTES: Final = 32
_NAME: Final = re.compile(r"[\w.-]{1,64}", re.ASCII)
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
# Ten thousand keys; a file beyond that is another file.
_MAX_FILE_BYTES: Final = 2**20
# A revoked key works for as long as this; the file system is not asked at each request.
_LOOK_S: Final = 1.0
# Who can only read the file learns nothing that opens a door; who can write it makes keys.
_OTHERS_MAY_WRITE: Final = 0o022


def new_key(name: str) -> tuple[str, str]:
    """Make a key.

    Returns:
        The key, and its line for the file, from which the key cannot be found.

    Raises:
        ConfigError: If the name cannot stand in the file.
    """
    if not _NAME.fullmatch(name):
        raise ConfigError(f"{name!r} is no name for a key: letters, digits, '.', '-' and '_'")
    key = secrets.token_urlsafe(_KEY_BYTES)
    return key, f"{name}:{_digest(key)}"


class KeyFile:
    """The keys of a file, read anew when it changes.

    Args:
        path: The file.
        clock: Seconds, of any beginning.

    Raises:
        ConfigError: If it cannot be read, is broken, or holds no key. Later the same is logged, and
            the lines that are right count.
    """

    def __init__(self, path: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._path = path
        self._clock = clock
        self._looked_at = clock()
        self._state = self._read_state()
        self._keys, faults = self._read()
        if faults:
            raise ConfigError(f"--api-keys {faults[0]}")
        if not self._keys:
            raise ConfigError(f"--api-keys {path} holds no key: wyoming-whisper key NAME makes one")
        if path.stat().st_mode & _OTHERS_MAY_WRITE:
            _LOG.warning("--api-keys %s can be written by others: chmod go-w", path)

    def holder(self, key: str) -> str | None:
        """Return whose key this is; ``None`` if it is nobody's."""
        self._look()
        digest, found = _digest(key), None
        # All are compared, so that the time tells nothing.
        for known, name in self._keys.items():
            if hmac.compare_digest(known, digest):
                found = name
        return found

    def _look(self) -> None:
        """Read the file again if it has changed."""
        now = self._clock()
        if now - self._looked_at < _LOOK_S:
            return
        self._looked_at = now
        try:
            state = self._read_state()
            if state == self._state:
                return
            self._state = state
            keys, faults = self._read()
        except ConfigError as error:
            _LOG.error("%s; the keys stay as they were", error)
            return
        for fault in faults:
            _LOG.error("--api-keys %s; the line is ignored", fault)
        self._keys = keys
        _LOG.info("read %s: %d keys", self._path, len(keys))

    def _read_state(self) -> tuple[int, ...]:
        try:
            stat = self._path.stat()
        except OSError as error:
            raise ConfigError(f"--api-keys {self._path}: {error.strerror}") from error
        return stat.st_mtime_ns, stat.st_size, stat.st_ino

    def _read(self) -> tuple[dict[str, str], list[str]]:
        """Return the names by their digests, and what is wrong with which line."""
        try:
            with self._path.open("rb") as file:
                text = file.read(_MAX_FILE_BYTES + 1)
        except OSError as error:
            raise ConfigError(f"--api-keys {self._path}: {error.strerror}") from error
        if len(text) > _MAX_FILE_BYTES:
            raise ConfigError(f"--api-keys {self._path}: too large to be a file of keys")
        keys: dict[str, str] = {}
        faults: list[str] = []
        for number, line in enumerate(text.decode(errors="replace").splitlines(), 1):
            name, _, digest = line.strip().partition(":")
            if not name or name.startswith("#"):
                continue
            where = f"{self._path}, line {number}"
            if not _NAME.fullmatch(name) or not _DIGEST.fullmatch(digest):
                faults.append(f"{where}: must be NAME:SHA256, as wyoming-whisper key prints it")
            elif name in keys.values() or digest in keys:
                faults.append(f"{where}: {name} is there twice")
            else:
                keys[digest] = name
        return keys, faults


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode(errors="surrogateescape")).hexdigest()
