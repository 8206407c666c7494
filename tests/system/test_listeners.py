"""Listening sockets."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest

from wyoming_whisper.config.address import TcpAddress, UnixAddress
from wyoming_whisper.errors import AddressError
from wyoming_whisper.system.listeners import open_listeners, reachable_at, shown

if TYPE_CHECKING:
    from pathlib import Path

LOCAL = TcpAddress("127.0.0.1", 0)


def connect(family: socket.AddressFamily, name: tuple[str, int]) -> None:
    with socket.socket(family) as client:
        client.connect(name)


def test_several_listeners() -> None:
    """Every address given is listened on."""
    listeners = open_listeners([LOCAL, TcpAddress("::1", 0)])
    try:
        connect(socket.AF_INET, listeners[0].getsockname()[:2])
        connect(socket.AF_INET6, listeners[1].getsockname()[:2])
        assert shown(listeners[1]).startswith("tcp://[::1]:")
    finally:
        for listener in listeners:
            listener.close()


@pytest.mark.parametrize("host", ["::", ""])
def test_wildcard_serves_both_families(host: str) -> None:
    """[::] and an empty host answer IPv6 and IPv4."""
    (listener,) = open_listeners([TcpAddress(host, 0)])
    with listener:
        port = listener.getsockname()[1]
        connect(socket.AF_INET, ("127.0.0.1", port))
        connect(socket.AF_INET6, ("::1", port))


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", ""])
def test_connections_inherit_options(host: str) -> None:
    """Who is connected gets every part of an answer at once, and is missed when it is gone."""
    (listener,) = open_listeners([TcpAddress(host, 0)])
    with listener, socket.create_connection((host or "::1", listener.getsockname()[1])):
        accepted, _ = listener.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
            assert accepted.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) == 60


def test_port_in_use() -> None:
    """A port that is taken is one line with the cure; listeners opened before are closed."""
    (taken,) = open_listeners([LOCAL])
    with taken:
        port = taken.getsockname()[1]
        with pytest.raises(AddressError, match=r"another program uses this port; .*--uri"):
            open_listeners([TcpAddress("::1", port), TcpAddress("127.0.0.1", port)])
        with socket.create_server(("::1", port), family=socket.AF_INET6):
            pass  # free again


@pytest.mark.parametrize(
    ("host", "message"),
    [("192.0.2.77", "does not have that address"), ("no-such-host.invalid", "cannot listen on")],
)
def test_foreign_addresses(host: str, message: str) -> None:
    """An address that is not this machine's is one line."""
    with pytest.raises(AddressError, match=message):
        open_listeners([TcpAddress(host, 0)])


def test_unix_socket(tmp_path: Path) -> None:
    """A Unix socket is listened on, and the one left by a killed server is replaced."""
    address = UnixAddress(tmp_path / "socket")
    (killed,) = open_listeners([address])
    killed.close()
    (listener,) = open_listeners([address])
    with listener:
        assert shown(listener) == f"unix://{address.path}"
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(str(address.path))
        with pytest.raises(AddressError):
            open_listeners([address])  # this one lives


def test_unix_socket_spares_other_files(tmp_path: Path) -> None:
    """A file that is no socket is not removed."""
    path = tmp_path / "precious"
    path.write_text("data")
    with pytest.raises(AddressError):
        open_listeners([UnixAddress(path)])
    assert path.read_text() == "data"


def test_reachable_at() -> None:
    """A bound address is told as it is; for the wildcard, an address of this machine."""
    (listener,) = open_listeners([LOCAL])
    with listener:
        assert reachable_at(listener) == ("127.0.0.1", listener.getsockname()[1])
    (listener,) = open_listeners([TcpAddress("0.0.0.0", 0)])
    with listener:
        host, _ = reachable_at(listener)
        assert host not in {"0.0.0.0", ""}
