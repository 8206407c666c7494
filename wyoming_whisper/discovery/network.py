"""What this machine has of a network, and word of it when that changes."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import socket
import struct
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Final

import ifaddr

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# An interface that comes up has one address now, and another when the kernel has tried that.
_SETTLE_S: Final = 1.0

IpAddress = IPv4Address | IPv6Address

# From <linux/rtnetlink.h>: RTMGRP_LINK, _IPV4_IFADDR, _IPV4_ROUTE, _IPV6_IFADDR, _IPV6_ROUTE.
_NETLINK_GROUPS: Final = 0x1 | 0x10 | 0x40 | 0x100 | 0x400
_NETLINK_READ_BYTES: Final = 65_536
# From <linux/sockios.h>, <linux/if.h>, <linux/route.h>, <linux/if_addr.h>.
_SIOCGIFFLAGS: Final = 0x8913
_IFF_UP: Final = 0x1
_IFF_POINTOPOINT: Final = 0x10
_IFF_RUNNING: Final = 0x40
_RTF_UP: Final = 0x1
_RTF_REJECT: Final = 0x200
# IFA_F_TEMPORARY, _DADFAILED, _DEPRECATED, _TENTATIVE.
_IFA_F_PASSING: Final = 0x01 | 0x08 | 0x20 | 0x40


@dataclass(frozen=True, slots=True)
class Listener:
    """Where a TCP socket listens, and the IP versions that it serves."""

    host: IpAddress
    port: int
    versions: frozenset[int]


@dataclass(frozen=True, slots=True)
class LocalAddress:
    """An address of this machine, and the interface that has it."""

    interface: str
    address: IpAddress
    tunnel: bool = False


@dataclass(frozen=True, slots=True)
class Network:
    """What this machine has of a network at one moment.

    Attributes:
        addresses: Those of interfaces that are up and connected, in the kernel's order; without
            IPv6 addresses that are temporary, deprecated or still being tried.
        default_routes: IP version and interface of the default routes, the preferred first.
    """

    addresses: tuple[LocalAddress, ...] = ()
    default_routes: tuple[tuple[int, str], ...] = ()


def tcp_listeners(sockets: Iterable[socket.socket]) -> tuple[Listener, ...]:
    """Return where the TCP sockets among these listen."""
    listeners = []
    for listener in sockets:
        if listener.family not in {socket.AF_INET, socket.AF_INET6}:
            continue
        host, port = listener.getsockname()[:2]
        versions = {4} if listener.family == socket.AF_INET else {6}
        if listener.family == socket.AF_INET6 and not listener.getsockopt(
            socket.IPPROTO_IPV6, socket.IPV6_V6ONLY
        ):
            versions.add(4)
        listeners.append(Listener(ip_address(host), port, frozenset(versions)))
    return tuple(listeners)


def read_network() -> Network:
    """Ask the kernel. Takes about half a millisecond, and blocks.

    Raises:
        OSError: If it does not say.
    """
    passing = passing_addresses(_text("if_inet6"))
    addresses: list[LocalAddress] = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        for adapter in ifaddr.get_adapters():
            flags = _interface_flags(probe, adapter.name)
            if not (flags & _IFF_UP and flags & _IFF_RUNNING):
                continue
            # An alias (eth0:1) is another name of its interface.
            interface = adapter.name.partition(":")[0]
            for ip in adapter.ips:
                address = ip_address(ip.ip if isinstance(ip.ip, str) else ip.ip[0])
                if address not in passing:
                    tunnel = bool(flags & _IFF_POINTOPOINT)
                    addresses.append(LocalAddress(interface, address, tunnel))
    return Network(tuple(addresses), default_routes(_text("route"), _text("ipv6_route")))


def passing_addresses(if_inet6: str) -> frozenset[IPv6Address]:
    """Return the addresses in ``/proc/net/if_inet6`` that are not, or not long, there to stay."""
    rows = map(str.split, if_inet6.splitlines())
    return frozenset(
        IPv6Address(bytes.fromhex(address))
        for address, _index, _prefix, _scope, flags, _interface in rows
        if int(flags, 16) & _IFA_F_PASSING
    )


def default_routes(route: str, ipv6_route: str) -> tuple[tuple[int, str], ...]:
    """Return IP version and interface of the default routes, those of the least metric first.

    Args:
        route: The text of ``/proc/net/route``.
        ipv6_route: The text of ``/proc/net/ipv6_route``.
    """
    found: list[tuple[int, int, str]] = []
    for row in map(str.split, route.splitlines()[1:]):
        interface, destination, _gateway, flags, _count, _use, metric, mask = row[:8]
        if int(destination, 16) == int(mask, 16) == 0 and _is_way(flags):
            found.append((4, int(metric), interface))
    for row in map(str.split, ipv6_route.splitlines()):
        _destination, prefix, _source, source_prefix, _gateway, metric, _count, _use = row[:8]
        flags, interface = row[8:10]
        if int(prefix, 16) == int(source_prefix, 16) == 0 and _is_way(flags):
            found.append((6, int(metric, 16), interface))
    return tuple((version, interface) for version, _, interface in sorted(found))


@contextlib.contextmanager
def network_changes() -> Iterator[asyncio.Event]:
    """Give an event that is set at each change of interfaces, addresses or routes.

    Where the kernel offers no such news, it stays unset. The event is for its reader to clear.
    """
    changed = asyncio.Event()
    loop = asyncio.get_running_loop()
    with contextlib.ExitStack() as stack:
        with contextlib.suppress(AttributeError, OSError):
            news = stack.enter_context(
                socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE)
            )
            news.setblocking(False)
            news.bind((0, _NETLINK_GROUPS))

            def read() -> None:
                # What it is does not matter; ENOBUFS says that more was missed, which is news too.
                with contextlib.suppress(OSError):
                    while news.recv(_NETLINK_READ_BYTES):
                        pass
                changed.set()

            loop.add_reader(news, read)
            stack.callback(loop.remove_reader, news)
        yield changed


async def next_change(changed: asyncio.Event, within_s: float) -> None:
    """Wait for a change, and until others of its burst had their time; or so long. Cancellable."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(within_s):
            await changed.wait()
    await asyncio.sleep(_SETTLE_S)
    changed.clear()


def _is_way(flags: str) -> bool:
    return int(flags, 16) & (_RTF_UP | _RTF_REJECT) == _RTF_UP


def _interface_flags(probe: socket.socket, interface: str) -> int:
    request = struct.pack("40s", interface.encode())
    try:
        return int(struct.unpack_from("H", fcntl.ioctl(probe, _SIOCGIFFLAGS, request), 16)[0])
    except OSError:  # gone meanwhile
        return 0


def _text(file: str) -> str:
    """Read a table of the kernel; one that it does not have is empty."""
    try:
        return Path("/proc/net", file).read_text()
    except OSError:
        return ""
