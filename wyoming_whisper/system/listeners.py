"""Listening sockets."""

from __future__ import annotations

import errno
import ipaddress
import socket
from typing import TYPE_CHECKING, Final

from wyoming_whisper.config.address import TcpAddress, UnixAddress
from wyoming_whisper.errors import AddressError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wyoming_whisper.config.address import Address

# Home Assistant opens a connection for each utterance; a house that wakes up opens many at once.
_BACKLOG: Final = 128
# A satellite that lost its power sends no FIN; without probes its connection would stay for ever.
_PROBE_AFTER_S: Final = 60
_EVERY_IPV6: Final = "::"


def open_listeners(addresses: Sequence[Address], *, option: str = "--uri") -> list[socket.socket]:
    """Bind and listen on all addresses, or on none.

    ``[::]`` serves IPv6 and IPv4. A host name is bound at each of its addresses.

    Args:
        addresses: Where to listen.
        option: Which option chooses them, for who cannot have them.

    Raises:
        AddressError: If one of them cannot be bound.
    """
    opened: list[socket.socket] = []
    try:
        for address in addresses:
            opened += _open(address)
    except OSError as error:
        for listener in opened:
            listener.close()
        reason = _explained(error, option)
        raise AddressError(f"cannot listen on {_shown(address)}: {reason}") from error
    return opened


def shown(listener: socket.socket) -> str:
    """Return the URI of a listening socket."""
    name = listener.getsockname()
    if listener.family == socket.AF_UNIX:
        return f"unix://{name}"
    return _shown(TcpAddress(name[0], name[1]))


def reachable_at(listener: socket.socket) -> tuple[str, int]:
    """Return the host and port at which others reach a TCP listener."""
    host, port = listener.getsockname()[:2]
    return _own_address() if ipaddress.ip_address(host).is_unspecified else host, port


def in_url(host: str) -> str:
    """Return a host as URLs have it: an IPv6 address in brackets."""
    return f"[{host}]" if ":" in host else host


def _own_address() -> str:
    """Return the address by which others on the network reach this machine, else its name."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            # Connecting a datagram socket sends nothing; it makes the kernel choose a route. The
            # address is one reserved for documentation (RFC 5737).
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return socket.gethostname()
        address: str = probe.getsockname()[0]
        return address


def _open(address: Address) -> list[socket.socket]:
    if isinstance(address, UnixAddress):
        return [_open_unix(address)]
    if address.host in {"", _EVERY_IPV6} and socket.has_dualstack_ipv6():
        return [_open_tcp((_EVERY_IPV6, address.port), socket.AF_INET6, dualstack=True)]
    found = socket.getaddrinfo(
        address.host or "0.0.0.0",  # noqa: S104 - the owner asked for every address
        address.port,
        type=socket.SOCK_STREAM,
        flags=socket.AI_PASSIVE,
    )
    # A name in /etc/hosts may list an address twice.
    bound = dict.fromkeys((family, sockaddr[:2]) for family, _, _, _, sockaddr in found)
    return [_open_tcp(name, family) for family, name in bound]


def _open_tcp(name: tuple[object, ...], family: int, *, dualstack: bool = False) -> socket.socket:
    listener = socket.create_server(name, family=family, backlog=_BACKLOG, dualstack_ipv6=dualstack)
    # Connections inherit what is set here. asyncio sees to the first only for sockets that it opens
    # itself; without it, the second part of an answer waits for a client that acknowledges the
    # first one 40 ms later.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, _PROBE_AFTER_S)
    return listener


def _open_unix(address: UnixAddress) -> socket.socket:
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        _remove_stale(address)
        listener.bind(str(address.path))
        listener.listen(_BACKLOG)
    except BaseException:
        listener.close()
        raise
    return listener


def _remove_stale(address: UnixAddress) -> None:
    """Remove the socket of a server that was killed, and no other file."""
    if not address.path.is_socket():
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(str(address.path))
        except ConnectionRefusedError:
            address.path.unlink()


def _shown(address: Address) -> str:
    if isinstance(address, UnixAddress):
        return f"unix://{address.path}"
    return f"tcp://{in_url(address.host)}:{address.port}"


def _explained(error: OSError, option: str) -> str:
    match error.errno:
        case errno.EADDRINUSE:
            return f"another program uses this port; stop it, or choose another one with {option}"
        case errno.EADDRNOTAVAIL:
            return "this machine does not have that address"
        case errno.EACCES:
            return "not allowed; ports below 1024 need privileges"
        case _:
            return error.strerror or str(error)
