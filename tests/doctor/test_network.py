"""Faults of the network, each provoked on the loopback."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import socket
import threading
from ipaddress import ip_address
from typing import TYPE_CHECKING

import pytest
from fakes import INFO
from wyoming.event import async_write_event
from wyoming.info import AsrProgram, Attribution, Info

from wyoming_whisper.config.address import TcpAddress, UnixAddress
from wyoming_whisper.discovery.address_policy import AnnouncedService, Announcement
from wyoming_whisper.discovery.network import LocalAddress, Network
from wyoming_whisper.discovery.self_sight import Sight
from wyoming_whisper.doctor import network
from wyoming_whisper.doctor.finding import Status
from wyoming_whisper.errors import AddressError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from pathlib import Path

OURS = INFO.event()
OTHER = Info(
    asr=[
        AsrProgram(
            name="faster-whisper",
            attribution=Attribution("Someone", "https://example.com"),
            installed=True,
            description=None,
            version="3.8.1",
            models=[],
        )
    ]
).event()
HEALTH = b'{"status":"ok","message":"OK","version":"1.2.3"}'


@contextlib.asynccontextmanager
async def answering(answer: bytes | None) -> AsyncIterator[TcpAddress]:
    """Serve on a port: answer whatever is asked, or hold one's tongue."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        if answer is not None:
            writer.write(answer)
            writer.close()
        else:
            await reader.read()
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield TcpAddress("127.0.0.1", server.sockets[0].getsockname()[1])


class Bytes:
    """What is written to it."""

    def __init__(self) -> None:
        self.written = b""

    def write(self, data: bytes) -> None:
        self.written += data

    def writelines(self, parts: Sequence[bytes]) -> None:
        self.written += b"".join(parts)

    async def drain(self) -> None:
        pass


async def wyoming(info: object) -> bytes:
    """Return an event as the wyoming package writes it."""
    stream = Bytes()
    await async_write_event(info, stream)  # type: ignore[arg-type] # of what it needs, all is there
    return stream.written


def http(body: bytes, status: str = "200 OK") -> bytes:
    return b"HTTP/1.1 %s\r\nContent-Length: %d\r\n\r\n%s" % (status.encode(), len(body), body)


async def test_a_free_port(tmp_path: Path) -> None:
    """A port that nobody has is free, and still is afterwards; so is a Unix socket."""
    path = tmp_path / "socket"
    with socket.create_server(("127.0.0.1", 0)) as once:
        port = once.getsockname()[1]
    for _ in range(2):
        verdict = await network.wyoming_port(TcpAddress("127.0.0.1", port))
        assert (verdict.status, verdict.found) == (
            Status.OK,
            f"tcp://127.0.0.1:{port} is free",
        )
        http_verdict = await network.http_port(TcpAddress("127.0.0.1", port), is_optional=False)
        assert http_verdict.status is Status.OK
        assert (await network.wyoming_port(UnixAddress(path))).status is Status.OK
    assert not path.exists()


async def test_a_port_of_ours() -> None:
    """A port where this program answers is right, whatever its owner calls it."""
    async with answering(await wyoming(OURS)) as address:
        verdict = await network.wyoming_port(address)
    assert verdict.status is Status.OK
    assert verdict.found.endswith("is in use by wyoming-whisper 1")


@pytest.mark.parametrize("answer", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"", None])
async def test_a_port_of_another_program(answer: bytes | None) -> None:
    """A program that answers otherwise, or not at all, has taken the port."""
    async with answering(answer) as address:
        verdict = await network.wyoming_port(address, answer_s=0.1)
    assert verdict.status is Status.FAIL
    assert "does not speak Wyoming" in verdict.found
    assert "--uri" in verdict.cure


async def test_a_port_of_another_wyoming_server() -> None:
    """Another server of the same protocol is named."""
    async with answering(await wyoming(OTHER)) as address:
        verdict = await network.wyoming_port(address)
    assert verdict.status is Status.FAIL
    assert "another Wyoming server, faster-whisper 3.8.1" in verdict.found


async def test_a_file_in_the_way(tmp_path: Path) -> None:
    """A file where the Unix socket should be is a fault, and is left alone."""
    path = tmp_path / "precious"
    path.write_text("data")
    verdict = await network.wyoming_port(UnixAddress(path))
    assert verdict.status is Status.FAIL
    assert "no socket" in verdict.found
    assert path.read_text() == "data"


async def test_an_address_of_another_machine() -> None:
    """An address that this machine does not have is a fault with the option that gave it."""
    verdict = await network.wyoming_port(TcpAddress("192.0.2.77", 0))
    assert verdict.status is Status.FAIL
    assert "does not have that address" in verdict.found
    assert "--uri" in verdict.cure
    verdict = await network.http_port(TcpAddress("192.0.2.77", 0), is_optional=True)
    assert verdict.status is Status.FAIL
    assert "--http-port" in verdict.cure


def test_the_cure_of_a_port_that_is_not_allowed() -> None:
    """A port for the privileged is cured by another one."""
    error = AddressError("not allowed")
    error.__cause__ = PermissionError(errno.EACCES, "Permission denied")
    assert "from 1024 upwards with --http-port" in network._cure(error, "--http-port")


async def test_an_http_port_of_ours() -> None:
    """A port where a server of ours serves HTTP is right."""
    async with answering(http(HEALTH)) as address:
        verdict = await network.http_port(address, is_optional=False)
    assert verdict.status is Status.OK
    assert verdict.found.endswith("in use by wyoming-whisper 1.2.3")


@pytest.mark.parametrize("optional", [True, False])
@pytest.mark.parametrize(
    "answer", [http(b"", "404 Not Found"), http(b"[]"), http(b'{"status":"ok"}'), b"\xff\xff", None]
)
async def test_an_http_port_of_another_program(answer: bytes | None, *, optional: bool) -> None:
    """Another program on HTTP's port is a fault, or a warning where the server goes without."""
    async with answering(answer) as address:
        verdict = await network.http_port(address, is_optional=optional, answer_s=0.1)
    assert verdict.status is (Status.WARN if optional else Status.FAIL)
    assert "in use by another program" in verdict.found
    assert ("--no-http" in verdict.cure) is optional


def resolve(host: str) -> object:
    """Know one name."""
    if host == "known":
        return ["192.0.2.1"]
    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")


async def test_names() -> None:
    """Names that resolve are listed, once each."""
    verdict = await network.names(["known", "known"], resolve, 5)
    assert (verdict.status, verdict.found) == (Status.OK, "resolved: known")


async def test_a_name_that_does_not_resolve() -> None:
    """A name that nobody knows is a warning that says which."""
    verdict = await network.names(["known", "kitchen"], resolve, 5)
    assert (verdict.status, verdict.found) == (
        Status.WARN,
        "not resolved: kitchen (Name or service not known)",
    )
    assert "/etc/hosts" in verdict.cure


async def test_a_name_server_that_does_not_answer() -> None:
    """A resolver that hangs is given up, and told of."""
    hanging = threading.Event()
    try:
        verdict = await network.names(["slow"], lambda _: hanging.wait(60), 0.05)
    finally:
        hanging.set()
    assert (verdict.status, "slow (no answer within 0.05 s)" in verdict.found) == (
        Status.WARN,
        True,
    )


LAN = Network(
    (
        LocalAddress("lo", ip_address("127.0.0.1")),
        LocalAddress("eth0", ip_address("192.0.2.2")),
    ),
    ((4, "eth0"),),
)


def planned(host: str, *advertised: str, found: Network = LAN) -> list[str]:
    plan = network.planned_announcement([TcpAddress(host, 1)], found, advertised)
    return [str(address) for service in plan.services for address in service.addresses]


def test_what_would_be_announced() -> None:
    """The plan is that of a server that listens there; what cannot be resolved is left out."""
    assert planned("0.0.0.0") == planned("") == planned("::") == ["192.0.2.2"]
    assert planned("127.0.0.1") == ["127.0.0.1"]
    assert planned("0.0.0.0", "198.51.100.7", "no-such-host.invalid") == ["198.51.100.7"]
    assert planned("0.0.0.0", found=Network()) == []


class Eye:
    """Sees what it is told, or raises it."""

    def __init__(self, sight: Sight | OSError) -> None:
        self._sight = sight
        self.asked: list[tuple[str, ...]] = []

    async def __call__(self, senders: Sequence[str], within_s: float) -> Sight:
        self.asked.append(tuple(senders))
        if isinstance(self._sight, OSError):
            raise self._sight
        return self._sight


def plan(*addresses: str) -> Announcement:
    found = tuple(map(ip_address, addresses))
    return Announcement((AnnouncedService("it", 1, found),), addresses)


async def test_discovery() -> None:
    """A probe that is seen is right, and the servers seen beside it are listed."""
    eye = Eye(Sight(itself=True, servers=("kitchen",)))
    verdict = await network.discovery(plan("192.0.2.2"), eye, 1)
    assert verdict.status is Status.OK
    assert "announced at 192.0.2.2 is seen" in verdict.found
    assert verdict.found.endswith("Wyoming servers seen: kitchen")
    assert eye.asked == [("192.0.2.2",)]


@pytest.mark.parametrize(
    ("announcement", "sight", "words", "cure"),
    [
        (Announcement(), Sight(itself=True), "no address to announce", "host networking"),
        (plan("127.0.0.1"), Sight(itself=True), "only 127.0.0.1", "tcp://0.0.0.0:PORT"),
        (plan("192.0.2.2"), Sight(itself=False), "is not seen", "firewall"),
        (
            plan("192.0.2.2"),
            OSError(errno.EADDRINUSE, "Address already in use"),
            "cannot be announced: Address already in use",
            "5353",
        ),
        (plan("192.0.2.2"), OSError("no interface takes multicast"), "takes multicast", "5353"),
    ],
)
async def test_a_server_that_is_not_discovered(
    announcement: Announcement, sight: Sight | OSError, words: str, cure: str
) -> None:
    """What keeps others from finding a server is a warning: by hand it can be entered."""
    verdict = await network.discovery(announcement, Eye(sight), 1)
    assert verdict.status is Status.WARN
    assert words in verdict.found
    assert cure in verdict.cure
    assert "by hand" in verdict.cure
