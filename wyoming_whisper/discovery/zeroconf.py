"""Announces the listeners with zeroconf, so that Home Assistant finds them.

What is announced, and where, is the policy of `announcement`. When that changes, because the
network did, everything is withdrawn and announced anew: the goodbye removes what is no longer true
from the caches of others, and new sockets see new interfaces.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
import re
import secrets
import socket
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, Final, Self

from zeroconf import NonUniqueNameException, Zeroconf
from zeroconf.asyncio import AsyncServiceInfo, AsyncZeroconf

from wyoming_whisper import __version__
from wyoming_whisper.discovery.address_policy import (
    Announcement,
    announce,
    instance_name,
    is_useless,
)
from wyoming_whisper.discovery.network import (
    network_changes,
    next_change,
    read_network,
    tcp_listeners,
)
from wyoming_whisper.discovery.server_id import read_server_id

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable, Sequence
    from pathlib import Path
    from types import TracebackType

    from zeroconf._dns import DNSRecord
    from zeroconf._protocol.outgoing import DNSOutgoing

    from wyoming_whisper.discovery.address_policy import AnnouncedService
    from wyoming_whisper.discovery.network import IpAddress, Network

_LOG: Final = logging.getLogger(__name__)

SERVICE_TYPE: Final = "_wyoming._tcp.local."
# What the kernel does not tell (names that resolve otherwise, a port that is free again) is looked
# at this often.
_POLL_S: Final = 30.0
# How sending fails where an address or its interface is gone.
_GONE: Final = frozenset({errno.ENETUNREACH, errno.ENETDOWN, errno.EADDRNOTAVAIL, errno.ENODEV})
# Zeroconf says goodbye three times, within a quarter of a second.
_GOODBYE_S: Final = 2.0


class Discovery:
    """Announces listening sockets while it is entered.

    Entering returns at once, and what goes wrong afterwards is no more than a warning. Leaving says
    goodbye, which takes a quarter of a second; a cancelled leaving lets it go on meanwhile.

    Args:
        sockets: Those that listen. Unix sockets are not announced.
        program: What the instance name begins with.
        data_dir: Where the server's id is kept.
        advertise: Hosts and addresses to announce instead of the machine's own.
        network: Tells what the machine has; may block.
        poll_s: How often to look for what nobody tells of.
    """

    def __init__(
        self,
        sockets: Iterable[socket.socket],
        *,
        program: str,
        data_dir: Path,
        advertise: Sequence[str] = (),
        network: Callable[[], Network] = read_network,
        poll_s: float = _POLL_S,
    ) -> None:
        self._listeners = tcp_listeners(sockets)
        self._program = program
        self._data_dir = data_dir
        self._resolved: dict[str, tuple[IpAddress, ...]] = dict.fromkeys(advertise, ())
        self._network = network
        self._poll_s = poll_s
        self._said: dict[str, str] = {}
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        if self._listeners:
            self._task = asyncio.create_task(self._run(), name="discovery")
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def _run(self) -> None:
        """Keep announced what the plan says. Cancelling says goodbye."""
        server_id = await asyncio.to_thread(read_server_id, self._data_dir)
        with network_changes() as changed:
            while True:
                try:
                    plan = await self._plan(server_id)
                    if plan.services:
                        async with _announced(plan):
                            self._said.pop("server", None)
                            while plan == await self._plan(server_id):
                                await next_change(changed, self._poll_s)
                        continue
                    self._say(
                        "server", logging.INFO, "nothing to announce: no address to reach it by"
                    )
                except Exception as error:  # noqa: BLE001 - who has host and port is served
                    self._say("server", logging.WARNING, f"cannot announce this server: {error}")
                await next_change(changed, self._poll_s)

    async def _plan(self, server_id: str) -> Announcement:
        network = await asyncio.to_thread(self._network)
        for host in self._resolved:
            await self._resolve(host)
        advertised = tuple(dict.fromkeys(a for found in self._resolved.values() for a in found))
        if self._resolved and not advertised:
            return Announcement()
        return announce(
            network,
            self._listeners,
            lambda port: instance_name(self._program, server_id, port),
            advertised,
        )

    async def _resolve(self, host: str) -> None:
        """Look a host up again; where that fails, what was found last time stays."""
        loop = asyncio.get_running_loop()
        try:
            found = await loop.getaddrinfo(host.strip("[]"), None, type=socket.SOCK_STREAM)
        except OSError as error:
            self._say(host, logging.WARNING, f"cannot announce {host}: {error.strerror}")
            return
        self._said.pop(host, None)
        addresses = (ip_address(name[0]) for *_, name in found)
        usable = {a: None for a in addresses if not (is_useless(a) or a.is_loopback)}
        self._resolved[host] = tuple(sorted(usable, key=lambda address: address.version))

    def _say(self, about: str, level: int, message: str) -> None:
        """Log what is news."""
        if self._said.get(about) != message:
            _LOG.log(level, "%s", message)
        self._said[about] = message


class _Responder(Zeroconf):
    """Sends addresses in the order that makes receivers prefer the first.

    Zeroconf sends them in the order of a set, and as a receiver, which Home Assistant is, lists
    first what it learned last.
    """

    def __init__(self, plan: Announcement) -> None:
        addresses = [address for service in plan.services for address in service.addresses]
        self._positions = {a.packed: -place for place, a in enumerate(addresses)}
        super().__init__(interfaces=list(plan.senders))

    def async_send(self, out: DNSOutgoing, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        out.additionals.sort(key=self._position)
        out.answers.sort(key=lambda answer: self._position(answer[0]))
        super().async_send(out, *args, **kwargs)

    def _position(self, record: DNSRecord) -> int:
        # What is not an address comes before them all.
        return self._positions.get(getattr(record, "address", b""), -len(self._positions))


class _Complaints(logging.Filter):
    """Passes what zeroconf complains of and nobody else would notice, without tracebacks.

    Its errors are exceptions as well, and addresses that go are what `Discovery` looks out for.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        record.exc_info = None
        gone = isinstance(error, OSError) and error.errno in _GONE
        return record.levelno < logging.ERROR and not gone


_COMPLAINTS: Final = _Complaints()


@contextlib.asynccontextmanager
async def _announced(plan: Announcement) -> AsyncIterator[None]:
    """Announce a plan, and say goodbye at the end."""
    logging.getLogger("zeroconf").addFilter(_COMPLAINTS)  # at most once
    responder = _Responder(plan)
    zeroconf = AsyncZeroconf(zc=responder)
    try:
        await responder.async_wait_for_start()
        if not responder.engine.senders:
            raise OSError("no interface takes multicast")
        for service in plan.services:
            await _register(zeroconf, service)
        yield
    finally:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_GOODBYE_S):
                await zeroconf.async_close()


async def _register(zeroconf: AsyncZeroconf, service: AnnouncedService) -> None:
    info = _service_info(service, service.name)
    try:
        sent = await zeroconf.async_register_service(info)
    except NonUniqueNameException:
        _LOG.warning(
            "another server is announced as %s already (a copied data directory?); taking another "
            "name, which Home Assistant takes for a new device",
            service.name,
        )
        # A host name of its own, too: its addresses are not the other server's.
        info = _service_info(service, secrets.token_hex(8))
        sent = await zeroconf.async_register_service(info, allow_name_change=True)
    await sent
    shown = ", ".join(map(str, service.addresses))
    _LOG.info("announced as %s at %s", info.get_name(), shown)


def _service_info(service: AnnouncedService, host: str) -> AsyncServiceInfo:
    return AsyncServiceInfo(
        SERVICE_TYPE,
        f"{service.name}.{SERVICE_TYPE}",
        port=service.port,
        # A text without content is not allowed (RFC 6763, section 6.1).
        properties={"version": __version__},
        server=f"{re.sub('[^A-Za-z0-9]+', '-', host).strip('-')}.local.",
        addresses=[address.packed for address in service.addresses],
    )
