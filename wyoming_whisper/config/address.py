"""Where a server listens, and how that is written."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

DEFAULT_PORT: Final = 10300
# Where what listens everywhere is reached from this machine.
_LOOPBACK: Final = {"": "localhost", "0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - compared


@dataclass(frozen=True, slots=True)
class TcpAddress:
    """A TCP listener; an empty host is every address of both families."""

    host: str
    port: int

    @property
    def host_here(self) -> str:
        """The host at which this machine itself reaches it."""
        return _LOOPBACK.get(self.host, self.host)


@dataclass(frozen=True, slots=True)
class UnixAddress:
    """A Unix socket listener."""

    path: Path


Address = TcpAddress | UnixAddress


def parse_uri(text: str) -> Address:
    """Read ``tcp://HOST:PORT`` or ``unix:///PATH``.

    Raises:
        ValueError: If it is neither.
    """
    parts = urlsplit(text)
    if parts.scheme == "unix" and not parts.netloc and parts.path.strip("/"):
        return UnixAddress(Path(parts.path))
    if parts.scheme == "tcp" and not (parts.path or parts.query or parts.username):
        # An invalid port raises ValueError here.
        port = DEFAULT_PORT if parts.port is None else parts.port
        return TcpAddress(parts.hostname or "", port)
    raise ValueError("must be tcp://HOST:PORT, tcp://[IPv6]:PORT or unix:///PATH")
