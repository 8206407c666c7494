"""What the kernel says of a network."""

from __future__ import annotations

import asyncio
from ipaddress import IPv4Address, IPv6Address
from typing import TYPE_CHECKING

from virtual_time import run_virtual

from wyoming_whisper.config.address import TcpAddress, UnixAddress
from wyoming_whisper.discovery.network import (
    Listener,
    LocalAddress,
    default_routes,
    network_changes,
    next_change,
    passing_addresses,
    read_network,
    tcp_listeners,
)
from wyoming_whisper.system.listeners import open_listeners

if TYPE_CHECKING:
    from pathlib import Path

    from wyoming_whisper.config.address import Address

ROUTE = """\
Iface	Destination	Gateway 	Flags	RefCnt	Use	Metric	Mask		MTU	Window	IRTT
wlan0	00000000	0100A8C0	0003	0	0	600	00000000	0	0	0
eth0	00000000	010200C0	0003	0	0	100	00000000	0	0	0
eth1	00000000	010300C0	0002	0	0	0	00000000	0	0	0
*	00000000	00000000	0201	0	0	0	00000000	0	0	0
wg0	00000000	00000000	0001	0	0	0	00000080	0	0	0
eth0	000200C0	00000000	0001	0	0	100	00FFFFFF	0	0	0
"""
ZERO = "0" * 32
IPV6_ROUTE = f"""\
fd000000000000000000000000000000 40 {ZERO} 00 {ZERO} 00000100 00000001 00000000 00000001     eth0
{ZERO} 00 {ZERO} 00 fe800000000000000000000000000001 00000400 00000002 00000000 00000003    wlan0
{ZERO} 00 {ZERO} 00 fe800000000000000000000000000001 00000064 00000002 00000000 00000003     eth0
{ZERO} 00 {ZERO} 00 {ZERO} ffffffff 00000001 00000000 00200200       lo
"""
IF_INET6 = """\
fd000000000000000000000000000001 02 40 00 80     eth0
fd000000000000000000000000000002 02 40 00 82     eth0
fd000000000000000000000000000003 02 40 00 01     eth0
fd000000000000000000000000000004 02 40 00 20     eth0
fd000000000000000000000000000005 02 40 00 40     eth0
fd000000000000000000000000000006 02 40 00 c8     eth0
00000000000000000000000000000001 01 80 10 80       lo
"""


def test_default_routes() -> None:
    """Default routes that are up and lead somewhere, those of the least metric first."""
    assert default_routes(ROUTE, IPV6_ROUTE) == (
        (4, "eth0"),
        (4, "wlan0"),
        (6, "eth0"),
        (6, "wlan0"),
    )
    assert default_routes("", "") == ()


def test_passing_addresses() -> None:
    """Addresses that are temporary, deprecated, being tried or found taken are not to stay."""
    assert passing_addresses(IF_INET6) == {IPv6Address(f"fd00::{last}") for last in range(3, 7)}
    assert passing_addresses("") == frozenset()


def test_tcp_listeners(tmp_path: Path) -> None:
    """What a socket serves is what it is bound to; [::] serves both versions."""
    addresses: list[Address] = [
        TcpAddress("0.0.0.0", 0),
        TcpAddress("", 0),
        TcpAddress("127.0.0.1", 0),
        TcpAddress("::1", 0),
        UnixAddress(tmp_path / "socket"),
    ]
    sockets = open_listeners(addresses)
    try:
        ports = [one.getsockname()[1] for one in sockets[:-1]]
        assert tcp_listeners(sockets) == (
            Listener(IPv4Address("0.0.0.0"), ports[0], frozenset({4})),
            Listener(IPv6Address("::"), ports[1], frozenset({4, 6})),
            Listener(IPv4Address("127.0.0.1"), ports[2], frozenset({4})),
            Listener(IPv6Address("::1"), ports[3], frozenset({6})),
        )
    finally:
        for one in sockets:
            one.close()


def test_this_machine() -> None:
    """The loopback is an interface like others, and no tunnel."""
    assert LocalAddress("lo", IPv4Address("127.0.0.1")) in read_network().addresses


def test_waiting_for_a_change() -> None:
    """A change is reported when it has settled, and a time without any is reported as well."""

    async def wait() -> tuple[float, float]:
        loop = asyncio.get_running_loop()
        changed = asyncio.Event()
        loop.call_later(2, changed.set)
        loop.call_later(2.5, changed.set)
        await next_change(changed, 30)
        first = loop.time()
        assert not changed.is_set()
        await next_change(changed, 30)
        return first, loop.time()

    assert run_virtual(wait()) == (3, 34)


async def test_nothing_changes() -> None:
    """Where nothing changes there is no news."""
    with network_changes() as changed:
        assert not changed.is_set()
