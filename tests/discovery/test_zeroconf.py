"""Announcements on the loopback, heard by a browser there."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
from ipaddress import IPv4Address, ip_address
from typing import TYPE_CHECKING

import pytest
from zeroconf import IPVersion, ServiceStateChange, Zeroconf
from zeroconf.asyncio import AsyncServiceBrowser, AsyncServiceInfo, AsyncZeroconf

from wyoming_whisper.config.address import TcpAddress, UnixAddress
from wyoming_whisper.discovery.network import LocalAddress, Network
from wyoming_whisper.discovery.zeroconf import SERVICE_TYPE, Discovery
from wyoming_whisper.system.listeners import open_listeners

if TYPE_CHECKING:
    import socket
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from wyoming_whisper.config.address import Address

LOOPBACK = Network((LocalAddress("lo", IPv4Address("127.0.0.1")),))
NEWS = asyncio.Queue[tuple[str, ServiceStateChange]]


class Lines(logging.Handler):
    """What is logged, to be waited for."""

    def __init__(self) -> None:
        super().__init__()
        self.records: list[logging.LogRecord] = []
        self._more = asyncio.Event()

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)
        self._more.set()

    async def until(self, pattern: str) -> re.Match[str]:
        """Wait for a line."""
        async with asyncio.timeout(20):
            while True:
                for record in self.records:
                    if found := re.search(pattern, record.getMessage()):
                        return found
                self._more.clear()
                await self._more.wait()


@pytest.fixture
def lines() -> Iterator[Lines]:
    """What is logged from information upwards."""
    handler = Lines()
    logger = logging.getLogger("wyoming_whisper")
    before = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    yield handler
    logger.removeHandler(handler)
    logger.setLevel(before)


@contextlib.contextmanager
def listening(*addresses: Address) -> Iterator[list[socket.socket]]:
    listeners = open_listeners(addresses)
    try:
        yield listeners
    finally:
        for listener in listeners:
            listener.close()


@contextlib.asynccontextmanager
async def browsing() -> AsyncIterator[tuple[AsyncZeroconf, NEWS]]:
    """Browse on the loopback; what is heard is the name and its fate."""
    news: NEWS = asyncio.Queue()

    def hear(
        zeroconf: Zeroconf, service_type: str, name: str, state_change: ServiceStateChange
    ) -> None:
        news.put_nowait((name, state_change))

    async with (
        AsyncZeroconf(interfaces=["127.0.0.1"]) as zeroconf,
        AsyncServiceBrowser(zeroconf.zeroconf, SERVICE_TYPE, [hear]),
    ):
        yield zeroconf, news


async def heard(news: NEWS, name: str, fate: ServiceStateChange) -> None:
    """Wait until a service that a pattern names has this fate."""
    async with asyncio.timeout(20):
        while True:
            whose, what = await news.get()
            if what is fate and re.fullmatch(name, whose):
                return


async def test_announced_and_withdrawn(tmp_path: Path, lines: Lines) -> None:
    """A listener is announced with name, port and address, and withdrawn at the end."""
    with listening(TcpAddress("127.0.0.1", 0)) as sockets:
        port = sockets[0].getsockname()[1]
        async with browsing() as (zeroconf, news):
            async with Discovery(sockets, program="test", data_dir=tmp_path):
                announced = await lines.until(r"announced as (\S+) at 127\.0\.0\.1$")
                name = f"{announced[1]}.{SERVICE_TYPE}"
                await heard(news, re.escape(name), ServiceStateChange.Added)
                info = AsyncServiceInfo(SERVICE_TYPE, name)
                assert info.load_from_cache(zeroconf.zeroconf)
            await heard(news, re.escape(name), ServiceStateChange.Removed)
    server_id = (tmp_path / "server-id").read_text().strip()
    assert announced[1] == f"test-{server_id}-{port}"
    assert (info.port, info.parsed_addresses(IPVersion.All)) == (port, ["127.0.0.1"])
    assert info.server == f"test-{server_id}-{port}.local."
    assert b"version" in info.properties


async def test_preferred_address_first(tmp_path: Path, lines: Lines) -> None:
    """A receiver that lists first what it learned last gets the preferred address first."""
    wanted = [f"198.51.100.{last}" for last in (7, 3, 9, 1, 5)] + ["2001:db8::7", "2001:db8::1"]
    with listening(TcpAddress("127.0.0.1", 0)) as sockets:
        async with browsing() as (early, _):
            discovery = Discovery(sockets, program="test", data_dir=tmp_path, advertise=wanted)
            async with discovery:
                name = (await lines.until(r"announced as (\S+) at"))[1] + f".{SERVICE_TYPE}"
                async with browsing() as (late, news):
                    await heard(news, re.escape(name), ServiceStateChange.Added)
                    for zeroconf in early, late:
                        info = AsyncServiceInfo(SERVICE_TYPE, name)
                        assert info.load_from_cache(zeroconf.zeroconf)
                        assert info.parsed_addresses(IPVersion.All) == wanted


async def test_address_that_comes_later(tmp_path: Path, lines: Lines) -> None:
    """A server without an address says so once, and is announced when it has one."""
    networks = iter([Network(), Network()])
    with listening(TcpAddress("127.0.0.1", 0)) as sockets:
        async with Discovery(
            sockets,
            program="test",
            data_dir=tmp_path,
            network=lambda: next(networks, LOOPBACK),
            poll_s=0,
        ):
            await lines.until("announced as")
    assert sum("nothing to announce" in line.getMessage() for line in lines.records) == 1


async def test_unresolvable_host(tmp_path: Path, lines: Lines) -> None:
    """Of the hosts to advertise, one that is not found is a warning, and the others are taken."""
    wanted = ["no-such-host.invalid", "[2001:db8::5]", "127.0.0.1", "198.51.100.5"]
    tries = asyncio.Semaphore(0)
    loop = asyncio.get_running_loop()

    def read() -> Network:
        loop.call_soon_threadsafe(tries.release)
        return LOOPBACK

    with listening(TcpAddress("127.0.0.1", 0)) as sockets:
        async with Discovery(
            sockets, program="test", data_dir=tmp_path, advertise=wanted, network=read, poll_s=0
        ):
            await lines.until(r"announced as \S+ at 2001:db8::5, 198\.51\.100\.5$")
            for _ in range(4):
                await tries.acquire()
    assert [line.levelno for line in lines.records] == [logging.WARNING, logging.INFO]
    assert "no-such-host.invalid" in lines.records[0].getMessage()


# Zeroconf leaves it to the garbage collector to close its sockets where one cannot be made.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
async def test_zeroconf_fails(tmp_path: Path, lines: Lines) -> None:
    """Where zeroconf fails there is one warning, however often it is tried, and nothing else."""
    tries = asyncio.Semaphore(0)
    loop = asyncio.get_running_loop()

    def elsewhere() -> Network:
        loop.call_soon_threadsafe(tries.release)
        return Network((LocalAddress("eth9", ip_address("192.0.2.77")),))

    with listening(TcpAddress("0.0.0.0", 0)) as sockets:
        async with Discovery(
            sockets, program="test", data_dir=tmp_path, network=elsewhere, poll_s=0
        ):
            for _ in range(3):
                await tries.acquire()
    assert [line.levelno for line in lines.records] == [logging.WARNING]
    assert "cannot announce this server: " in lines.records[0].getMessage()


async def test_left_at_once(tmp_path: Path, lines: Lines) -> None:
    """A server that ends before it was announced ends at once."""
    with listening(TcpAddress("127.0.0.1", 0)) as sockets:
        for _ in range(3):
            async with Discovery(sockets, program="test", data_dir=tmp_path):
                pass
    assert not lines.records


async def test_unix_sockets_alone(tmp_path: Path) -> None:
    """Unix sockets are nobody else's business."""
    with listening(UnixAddress(tmp_path / "socket")) as sockets:
        async with Discovery(sockets, program="test", data_dir=tmp_path / "data"):
            assert len(asyncio.all_tasks()) == 1
