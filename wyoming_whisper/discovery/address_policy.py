"""Decides what is announced of the listeners: plain values in, plain values out.

The policy, in the order in which it is applied:

1. Only addresses at which others reach this machine, and will tomorrow (Home Assistant keeps what
   it found for ever): never unspecified, multicast, link-local or passing ones.
2. A listener bound to one address has that one; a wildcard listener has those of the families that
   it serves, without loopback, tunnels, containers and virtual machines. A bridge is the machine's
   own where it carries the default route, and somebody's inner network elsewhere.
3. IPv4 comes before IPv6, and the default route's interface before others: Home Assistant takes
   the first. What the owner wants announced instead stays in the owner's order.
4. The loopback is announced, on the loopback, only where nothing else is.
5. Packets leave through the interfaces of the addresses found, and no others.
6. The instance name is the program, an id that stays in the data directory, and the port: Home
   Assistant takes a new name for a new device.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from wyoming_whisper.discovery.network import IpAddress, Listener, LocalAddress, Network

# Interfaces of containers, virtual machines and VPNs, by the names that their makers give them.
_FOREIGN: Final = re.compile(
    "docker|veth|virbr|vnet|vmnet|vboxnet|tun|tap|utun|wg|tailscale|zt|ham|nordlynx|ppp|cni|flannel"
    "|cali|cilium|kube|weave|nerdctl|podman|lxc|lxd|incus|dummy"
)
_BRIDGE: Final = re.compile("br|vmbr")
# RFC 1035, section 2.3.4.
_MAX_LABEL_BYTES: Final = 63


@dataclass(frozen=True, slots=True)
class AnnouncedService:
    """What is said of one port; the first address is the preferred one."""

    name: str
    port: int
    addresses: tuple[IpAddress, ...]


@dataclass(frozen=True, slots=True)
class Announcement:
    """What is said, and the addresses whose interfaces it is said on."""

    services: tuple[AnnouncedService, ...] = ()
    senders: tuple[str, ...] = ()


def announce(
    network: Network,
    listeners: Iterable[Listener],
    named: Callable[[int], str],
    advertised: tuple[IpAddress, ...] = (),
) -> Announcement:
    """Decide what to announce.

    Args:
        network: What this machine has.
        listeners: Where it listens; those of one port become one service.
        named: Gives the instance name for a port.
        advertised: Addresses to announce instead of the machine's own.
    """
    by_port: dict[int, list[Listener]] = {}
    for listener in listeners:
        by_port.setdefault(listener.port, []).append(listener)
    found = {port: choose_addresses(network, group) for port, group in by_port.items()}
    elsewhere = any(not local.address.is_loopback for group in found.values() for local in group)
    services: list[AnnouncedService] = []
    senders: dict[tuple[str, int], str] = {}
    for port, group in found.items():
        own = [local for local in group if not (elsewhere and local.address.is_loopback)]
        if own:
            addresses = advertised or tuple(local.address for local in own)
            services.append(AnnouncedService(named(port), port, addresses))
        for local in own:
            # IPv6 has no multicast on the loopback.
            sender = "127.0.0.1" if local.address.is_loopback else str(local.address)
            senders.setdefault((local.interface, local.address.version), sender)
    return Announcement(tuple(services), tuple(dict.fromkeys(senders.values())))


def choose_addresses(network: Network, listeners: Sequence[Listener]) -> tuple[LocalAddress, ...]:
    """Return the addresses at which others reach one of these listeners, the preferred first."""

    def rank(local: LocalAddress) -> tuple[int, int]:
        version = local.address.version
        ways = [interface for v, interface in network.default_routes if v == version]
        return version, [*ways, local.interface].index(local.interface)

    found = (
        local
        for local in network.addresses
        if any(_reaches(local, listener, network) for listener in listeners)
    )
    return tuple(sorted(found, key=rank))


def is_useless(address: IpAddress) -> bool:
    """Tell whether no other machine can reach this one by an address, wherever it is."""
    return address.is_unspecified or address.is_link_local or address.is_multicast


def instance_name(program: str, server_id: str, port: int) -> str:
    """Return a name that DNS can carry; a program's name that is too long is cut."""
    end = f"-{server_id}-{port}"
    # Zeroconf takes a dot for the end of a label.
    plain = re.sub(r"[\x00-\x1f\x7f.]+", "-", program).encode()
    return plain[: _MAX_LABEL_BYTES - len(end)].decode(errors="ignore") + end


def _reaches(local: LocalAddress, listener: Listener, network: Network) -> bool:
    address, interface = local.address, local.interface
    if is_useless(address):
        return False
    if not listener.host.is_unspecified:
        return address == listener.host
    if address.version not in listener.versions or address.is_loopback:
        return False
    if local.tunnel or _FOREIGN.match(interface):
        return False
    return not _BRIDGE.match(interface) or any(
        way == interface for _, way in network.default_routes
    )
