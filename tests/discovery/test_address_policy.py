"""What is announced, decided over plain values."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wyoming_whisper.discovery.address_policy import (
    AnnouncedService,
    Announcement,
    announce,
    choose_addresses,
    instance_name,
)
from wyoming_whisper.discovery.network import Listener, LocalAddress, Network

BOTH = frozenset({4, 6})
IPV4 = Listener(IPv4Address("0.0.0.0"), 10300, frozenset({4}))
IPV6 = Listener(IPv6Address("::"), 10300, frozenset({6}))
DUAL = Listener(IPv6Address("::"), 10300, BOTH)
LOOPBACK = Listener(IPv4Address("127.0.0.1"), 10300, frozenset({4}))

# A machine as they are, in an order that the kernel might choose.
MACHINE = Network(
    tuple(
        LocalAddress(interface, ip_address(address), tunnel=interface == "corp0")
        for interface, address in [
            ("lo", "127.0.0.1"),
            ("lo", "::1"),
            ("docker0", "172.17.0.1"),
            ("eth0", "fe80::1"),
            ("eth0", "2001:db8::5"),
            ("eth0", "192.0.2.5"),
            ("eth0", "169.254.1.1"),
            ("wlan0", "198.51.100.5"),
            ("wlan0", "fd00::5"),
            ("corp0", "203.0.113.5"),
            ("tailscale0", "fd7a::5"),
        ]
    ),
    default_routes=((4, "wlan0"), (6, "eth0")),
)


def bound_to(host: str, port: int = 10300) -> Listener:
    address = ip_address(host)
    return Listener(address, port, frozenset({address.version}))


def named(port: int) -> str:
    return f"server-{port}"


def chosen(network: Network, *listeners: Listener) -> list[str]:
    return [str(local.address) for local in choose_addresses(network, listeners)]


@pytest.mark.parametrize(
    ("listener", "addresses"),
    [
        (IPV4, ["198.51.100.5", "192.0.2.5"]),
        (IPV6, ["2001:db8::5", "fd00::5"]),
        (DUAL, ["198.51.100.5", "192.0.2.5", "2001:db8::5", "fd00::5"]),
        (bound_to("192.0.2.5"), ["192.0.2.5"]),
        (bound_to("172.17.0.1"), ["172.17.0.1"]),
        (bound_to("fe80::1"), []),
        (bound_to("192.0.2.99"), []),
        (LOOPBACK, ["127.0.0.1"]),
    ],
)
def test_addresses_of_a_listener(listener: Listener, addresses: list[str]) -> None:
    """A listener has the machine's own addresses that it serves, the default route's first."""
    assert chosen(MACHINE, listener) == addresses


@pytest.mark.parametrize(
    "interface",
    [
        "docker0", "docker_gwbridge", "br-0123456789ab", "br0", "vmbr1", "veth12ab", "virbr0",
        "vmnet8", "vboxnet0", "tun0", "tap0", "wg0", "tailscale0", "zt5u4y", "cni0", "cni-podman0",
        "flannel.1", "cali0123", "lxcbr0", "lxdbr0", "podman1", "ppp0",
    ],
)  # fmt: skip
def test_foreign_interfaces(interface: str) -> None:
    """Addresses of containers, virtual machines, VPNs and inner bridges are not the machine's."""
    network = Network((LocalAddress(interface, ip_address("10.0.0.1")),), ((4, "eth0"),))
    assert chosen(network, IPV4) == []


@pytest.mark.parametrize("interface", ["br0", "br-lan", "vmbr0", "bridge0"])
def test_bridge_with_the_default_route(interface: str) -> None:
    """A bridge that carries the default route has the machine's own addresses, of both families."""
    addresses = ip_address("10.0.0.1"), ip_address("fd00::1")
    network = Network(tuple(LocalAddress(interface, a) for a in addresses), ((4, interface),))
    assert chosen(network, DUAL) == ["10.0.0.1", "fd00::1"]


@pytest.mark.parametrize("interface", ["docker0", "virbr0", "wg0", "tun0"])
def test_default_route_through_a_tunnel(interface: str) -> None:
    """A default route does not make a VPN's or container's address the machine's own."""
    network = Network((LocalAddress(interface, ip_address("10.0.0.1")),), ((4, interface),))
    assert chosen(network, IPV4) == []


def test_second_default_route() -> None:
    """Interfaces come in the order of their default routes, those without one last."""
    addresses = [("eth2", "10.2.0.1"), ("eth1", "10.1.0.1"), ("eth0", "10.0.0.1")]
    network = Network(
        tuple(LocalAddress(interface, ip_address(a)) for interface, a in addresses),
        ((4, "eth0"), (4, "eth1"), (6, "eth2")),
    )
    assert chosen(network, DUAL) == ["10.0.0.1", "10.1.0.1", "10.2.0.1"]


def test_announcement() -> None:
    """Ports are services of their own, sent through one address of each interface and family."""
    second = Listener(IPv4Address("0.0.0.0"), 10301, frozenset({4}))
    ipv4 = IPv4Address("198.51.100.5"), IPv4Address("192.0.2.5")
    ipv6 = IPv6Address("2001:db8::5"), IPv6Address("fd00::5")
    assert announce(MACHINE, [DUAL, second], named) == Announcement(
        (
            AnnouncedService("server-10300", 10300, ipv4 + ipv6),
            AnnouncedService("server-10301", 10301, ipv4),
        ),
        ("198.51.100.5", "192.0.2.5", "2001:db8::5", "fd00::5"),
    )


def test_listeners_of_one_port() -> None:
    """Listeners that share a port are one service, in order of preference."""
    listeners = [bound_to("2001:db8::5"), bound_to("192.0.2.5"), bound_to("198.51.100.5")]
    (service,) = announce(MACHINE, listeners, named).services
    assert [*map(str, service.addresses)] == ["198.51.100.5", "192.0.2.5", "2001:db8::5"]


def test_loopback_alone() -> None:
    """What listens on the loopback only is announced there, over IPv4."""
    listeners = [LOOPBACK, bound_to("::1", 10301)]
    addresses = (IPv4Address("127.0.0.1"),), (IPv6Address("::1"),)
    assert announce(MACHINE, listeners, named) == Announcement(
        (
            AnnouncedService("server-10300", 10300, addresses[0]),
            AnnouncedService("server-10301", 10301, addresses[1]),
        ),
        ("127.0.0.1",),
    )


@pytest.mark.parametrize("port", [10300, 10301])
def test_loopback_beside_others(port: int) -> None:
    """The loopback is not announced to a network."""
    announcement = announce(MACHINE, [LOOPBACK, bound_to("192.0.2.5", port)], named)
    assert announcement.services == (
        AnnouncedService(named(port), port, (IPv4Address("192.0.2.5"),)),
    )
    assert announcement.senders == ("192.0.2.5",)


def test_advertised() -> None:
    """What the owner wants announced replaces what was found, and is sent where that is."""
    wanted = IPv6Address("2001:db8::99"), IPv4Address("203.0.113.99")
    announcement = announce(MACHINE, [IPV4], named, wanted)
    assert announcement.services == (AnnouncedService("server-10300", 10300, wanted),)
    assert announcement.senders == ("198.51.100.5", "192.0.2.5")


def test_nothing_to_announce() -> None:
    """A machine without a network announces nothing, whatever its owner wants."""
    lonely = Network(MACHINE.addresses[:2])
    assert announce(lonely, [DUAL], named, (IPv4Address("10.0.0.1"),)) == Announcement()
    assert announce(MACHINE, [], named) == Announcement()


ADDRESSES = st.ip_addresses() | st.sampled_from([local.address for local in MACHINE.addresses])
INTERFACES = st.sampled_from(["lo", "eth0", "br0", "docker0", "wg0"])


@given(
    st.lists(st.builds(LocalAddress, INTERFACES, ADDRESSES, st.booleans()), unique=True),
    st.lists(st.tuples(st.sampled_from([4, 6]), INTERFACES)),
    st.lists(st.sampled_from([IPV4, IPV6, DUAL, LOOPBACK, bound_to("192.0.2.5")])),
)
def test_every_network(
    addresses: list[LocalAddress], routes: list[tuple[int, str]], listeners: list[Listener]
) -> None:
    """Whatever the network is, only usable addresses of it, IPv4 first, no loopback among them."""
    network = Network(tuple(addresses), tuple(routes))
    for service in announce(network, listeners, named).services:
        assert service.addresses
        assert set(service.addresses) <= {local.address for local in addresses}
        versions = [address.version for address in service.addresses]
        assert versions == sorted(versions)
        assert len({address.is_loopback for address in service.addresses}) == 1
        assert not any(
            address.is_unspecified or address.is_link_local or address.is_multicast
            for address in service.addresses
        )


@pytest.mark.parametrize(
    ("program", "name"),
    [
        ("wyoming-whisper", "wyoming-whisper-0123abcd-10300"),
        ("Küche oben", "Küche oben-0123abcd-10300"),
        ("a.b\n\x7fc", "a-b-c-0123abcd-10300"),
        ("x" * 100, "x" * 48 + "-0123abcd-10300"),
        ("ü" * 100, "ü" * 24 + "-0123abcd-10300"),
        ("xü" + "ü" * 100, "x" + "ü" * 23 + "-0123abcd-10300"),
    ],
)
def test_instance_name(program: str, name: str) -> None:
    """An instance name is one label of at most 63 bytes, whatever the program is called."""
    assert instance_name(program, "0123abcd", 10300) == name
    assert len(name.encode()) <= 63
