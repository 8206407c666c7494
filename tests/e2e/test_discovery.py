"""Found by a zeroconf browser on another host."""

from __future__ import annotations

import asyncio
import contextlib
import re
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pytest
from network_namespaces import Host, cable
from recordings import COMMANDS
from server_process import ServerProcess
from zeroconf import InterfaceChoice, IPVersion, ServiceStateChange, Zeroconf
from zeroconf.asyncio import AsyncServiceBrowser, AsyncServiceInfo, AsyncZeroconf

from wyoming_whisper.discovery.zeroconf import SERVICE_TYPE
from wyoming_whisper.wyoming_api.client import describe

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator
    from pathlib import Path

V4: Final = "10.77.0.1"
V6: Final = "fd77::1"
# A second network, whose interface is older and therefore comes first in the kernel's list.
OTHER_V4: Final = "10.88.0.1"
OTHER_V6: Final = "fd88::1"
_FOUND_S: Final = 20


@dataclass(frozen=True)
class Found:
    """What a browser knows of a service; addresses as Home Assistant lists them."""

    port: int
    addresses: tuple[str, ...]


class Browser:
    """Services seen now, by instance name."""

    def __init__(self) -> None:
        self.services: dict[str, Found] = {}
        self._news = asyncio.Event()

    def hear(
        self, zeroconf: Zeroconf, service_type: str, name: str, state_change: ServiceStateChange
    ) -> None:
        """Take note of a change."""
        instance = name.removesuffix(f".{service_type}")
        info = AsyncServiceInfo(service_type, name)
        if state_change is ServiceStateChange.Removed:
            self.services.pop(instance, None)
        elif info.load_from_cache(zeroconf) and info.port is not None:
            self.services[instance] = Found(info.port, tuple(info.parsed_addresses(IPVersion.All)))
        self._news.set()

    async def until(self, wanted: Callable[[list[Found]], bool]) -> dict[str, Found]:
        """Wait until the services are as wanted, and return them."""
        try:
            async with asyncio.timeout(_FOUND_S):
                while not wanted(list(self.services.values())):
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            pytest.fail(f"not in time: {self.services}")
        return dict(self.services)


@contextlib.asynccontextmanager
async def browsing(host: Host, versions: IPVersion = IPVersion.All) -> AsyncIterator[Browser]:
    """Browse on a host, on all of its interfaces, as Home Assistant does."""
    browser = Browser()
    with host.entered():
        zeroconf = AsyncZeroconf(interfaces=InterfaceChoice.All, ip_version=versions)
    async with zeroconf, AsyncServiceBrowser(zeroconf.zeroconf, SERVICE_TYPE, [browser.hear]):
        yield browser


@contextlib.contextmanager
def serving_on(host: Host, data_dir: Path, *arguments: str) -> Iterator[ServerProcess]:
    """Run a server on a host."""
    with host.entered():
        server = ServerProcess("--data-dir", str(data_dir), "--model", "home-en", *arguments)
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture
def hosts() -> Iterator[tuple[Host, Host]]:
    """A host with all that hosts have, and one from which everything of it can be reached."""
    with cable() as (server, client):
        for interface, addresses in {
            "eth1": (OTHER_V4, OTHER_V6),
            "docker0": ("172.17.0.1", "fd17::1"),
            "br-0123456789ab": ("172.18.0.1",),
            "wg0": ("10.99.0.1",),
        }.items():
            # A cable whose other end nobody holds.
            server.ip(f"link add {interface} type veth peer name end-{interface[:8]}")
            server.ip(f"link set {interface} up")
            server.ip(f"link set end-{interface[:8]} up")
            for address in addresses:
                add(server, interface, address)
        add(server, "eth0", V4)
        add(server, "eth0", V6)
        add(client, "eth0", "10.77.0.2")
        add(client, "eth0", "fd77::2")
        server.ip("route add default via 10.77.0.2")
        server.ip("-6 route add default via fd77::2")
        client.ip(f"route add default via {V4}")
        client.ip(f"-6 route add default via {V6}")
        yield server, client


def add(host: Host, interface: str, address: str) -> None:
    """Give an interface an address."""
    host.ip(f"address add {address}/{64 if ':' in address else 24} dev {interface}")


def uri(address: str, port: int) -> str:
    """Return where to connect to."""
    return f"tcp://[{address}]:{port}" if ":" in address else f"tcp://{address}:{port}"


def transcribed(host: Host, uri: str) -> str:
    """Transcribe a command from a host."""
    with host.entered():
        done = subprocess.run(
            [sys.executable, "-m", "wyoming_whisper", "transcribe",
             str(COMMANDS[0].path), "--uri", uri],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
    return done.stdout.strip()


@pytest.mark.parametrize(
    ("bound", "addresses"),
    [
        ("tcp://0.0.0.0:10300", (V4, OTHER_V4)),
        ("tcp://[::]:10300", (V4, OTHER_V4, V6, OTHER_V6)),
    ],
)
async def test_found_and_used(
    hosts: tuple[Host, Host], tmp_path: Path, bound: str, addresses: tuple[str, ...]
) -> None:
    """A browser finds the machine's own addresses, the default route's first; all transcribe."""
    server_host, client = hosts
    async with browsing(client) as early:
        started = time.monotonic()
        with serving_on(server_host, tmp_path, "--uri", bound) as server:
            (found,) = (await early.until(bool)).values()
            print(f"\nfound {time.monotonic() - started:.2f} s after the start of the process")
            assert found == Found(10300, addresses)
            # One that asks learns from the answer, the other learned from the announcement.
            async with browsing(client) as late:
                assert list((await late.until(bool)).values()) == [found]
            server.wait_for("ready: ")
            for address in addresses:
                assert transcribed(client, uri(address, found.port)) == COMMANDS[0].text


async def test_found_over_ipv6_alone(hosts: tuple[Host, Host], tmp_path: Path) -> None:
    """A browser that has IPv6 only finds a server that listens on [::]."""
    server_host, client = hosts
    with serving_on(server_host, tmp_path, "--uri", "tcp://[::]:10300"):
        async with browsing(client, IPVersion.V6Only) as browser:
            (found,) = (await browser.until(bool)).values()
            assert V6 in found.addresses


async def test_two_servers(hosts: tuple[Host, Host], tmp_path: Path) -> None:
    """Two servers of one machine are two services, and one's goodbye leaves the other."""
    server_host, client = hosts
    with (
        serving_on(server_host, tmp_path, "--uri", "tcp://0.0.0.0:10300") as first,
        serving_on(server_host, tmp_path, "--uri", "tcp://0.0.0.0:10301"),
    ):
        async with browsing(client) as browser:
            services = await browser.until(lambda found: len(found) == 2)
            assert sorted(found.port for found in services.values()) == [10300, 10301]
            with client.entered():
                for found in services.values():
                    await describe(uri(found.addresses[0], found.port))
            first.stop()
            await browser.until(lambda found: [one.port for one in found] == [10301])


async def test_goodbye_and_return(hosts: tuple[Host, Host], tmp_path: Path) -> None:
    """SIGTERM withdraws the service at once; restarted, also after a power cut, it has its name."""
    server_host, client = hosts
    async with browsing(client) as browser:
        with serving_on(server_host, tmp_path, "--uri", "tcp://0.0.0.0:10300") as server:
            before = await browser.until(bool)
            asked = time.monotonic()
            assert server.stop() == 0
            stopped = time.monotonic() - asked
            await browser.until(lambda found: not found)
            gone = time.monotonic() - asked
        print(f"\nended {stopped:.2f} s, gone {gone:.2f} s after SIGTERM")
        with serving_on(server_host, tmp_path, "--uri", "tcp://0.0.0.0:10300") as server:
            assert await browser.until(bool) == before
            server.kill()
        with serving_on(server_host, tmp_path, "--uri", "tcp://0.0.0.0:10300") as server:
            assert server.wait_for(r"announced as (\S+)")[1] in before


async def test_addresses_that_come_and_go(tmp_path: Path) -> None:
    """A server without an address is served silently; what comes is announced, what goes is not."""
    with cable() as (server_host, client):
        add(client, "eth0", "10.77.0.2")
        async with browsing(client) as browser:
            with serving_on(server_host, tmp_path, "--uri", "tcp://[::]:10300") as server:
                server.wait_for("nothing to announce")
                started = time.monotonic()
                add(server_host, "eth0", V4)
                (name,) = await browser.until(lambda found: found == [Found(10300, (V4,))])
                print(f"\nannounced {time.monotonic() - started:.2f} s after it got an address,")
                started = time.monotonic()
                add(server_host, "eth0", V6)
                await browser.until(lambda found: found == [Found(10300, (V4, V6))])
                print(f"and again {time.monotonic() - started:.2f} s after the next,")
                started = time.monotonic()
                server_host.ip(f"address delete {V4}/24 dev eth0")
                add(server_host, "eth0", "10.77.0.9")
                services = await browser.until(
                    lambda found: found == [Found(10300, ("10.77.0.9", V6))]
                )
                print(f"and again {time.monotonic() - started:.2f} s after it was changed")
                assert list(services) == [name]
                assert not [x for x in server.lines if re.search("WARNING|ERROR|Traceback", x)]


async def test_copied_data_directory(tmp_path: Path) -> None:
    """Of two hosts with one id the second says so, and is found as well."""
    with cable() as (first_host, second_host):
        add(first_host, "eth0", V4)
        add(second_host, "eth0", "10.77.0.2")
        with serving_on(first_host, tmp_path, "--uri", "tcp://0.0.0.0:10300") as first:
            name = first.wait_for(r"announced as (\S+)")[1]
            with serving_on(second_host, tmp_path, "--uri", "tcp://0.0.0.0:10300") as second:
                second.wait_for(f"WARNING .*announced as {name} already")
                other = second.wait_for(r"INFO announced as (\S+)")[1]
                async with browsing(first_host) as browser:
                    assert await browser.until(lambda found: len(found) == 2) == {
                        name: Found(10300, (V4,)),
                        other: Found(10300, ("10.77.0.2",)),
                    }


async def test_advertise(hosts: tuple[Host, Host], tmp_path: Path) -> None:
    """--advertise announces what it says instead of the machine's own addresses."""
    server_host, client = hosts
    arguments = "--uri", "tcp://0.0.0.0:10300", "--advertise", "10.66.0.5", "--zeroconf", "kitchen"
    with serving_on(server_host, tmp_path, *arguments):
        async with browsing(client) as browser:
            ((name, found),) = (await browser.until(bool)).items()
            assert found == Found(10300, ("10.66.0.5",))
            assert re.fullmatch("kitchen-[0-9a-f]{8}-10300", name)


@pytest.mark.parametrize(
    ("arguments", "warnings"),
    [(("--no-zeroconf",), 0), ((), 1)],
    ids=["told not to", "port 5353 in use"],
)
async def test_serves_unannounced(
    hosts: tuple[Host, Host], tmp_path: Path, arguments: tuple[str, ...], warnings: int
) -> None:
    """A server that may not or cannot announce itself serves; the latter is one warning."""
    server_host, _ = hosts
    with server_host.entered():
        selfish = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    with selfish:
        selfish.bind(("0.0.0.0", 5353))
        with serving_on(server_host, tmp_path, "--uri", "tcp://0.0.0.0:10300", *arguments) as one:
            one.wait_for("cannot announce" if warnings else "listening on")
            one.wait_for("ready: ")
            with server_host.entered():
                await describe(f"tcp://{V4}:10300")
            assert one.stop() == 0
            log = "".join(one.lines)
    assert len(re.findall("WARNING|ERROR", log)) == warnings
    assert "announced as" not in log
    assert "Traceback" not in log
