"""Whether this machine sees what it announces itself.

What is announced is of a type of its own, so that no Home Assistant takes it for a server. Two
sockets of this process stand for two machines: what the one sends goes out through an interface as
multicast, and the other has to hear it there.
"""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final

from zeroconf import ServiceStateChange
from zeroconf.asyncio import AsyncServiceBrowser, AsyncServiceInfo, AsyncZeroconf

from wyoming_whisper.discovery.zeroconf import SERVICE_TYPE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zeroconf import Zeroconf

_PROBE_TYPE: Final = "_wyoming-sight._tcp.local."
# Of the service "discard", which nobody connects to.
_PORT: Final = 9


@dataclass(frozen=True, slots=True)
class Sight:
    """What was seen.

    Attributes:
        itself: Whether the probe was.
        servers: Names of the Wyoming servers that were seen beside it, of any make.
    """

    itself: bool
    servers: tuple[str, ...] = ()


async def look(senders: Sequence[str], within_s: float) -> Sight:
    """Announce a probe through interfaces, and look for it there. Cancelling it is safe.

    Args:
        senders: Addresses of the interfaces, as `Announcement` has them.
        within_s: How long to look for it, once it is announced.

    Raises:
        OSError: If no interface takes multicast, or nobody may listen on zeroconf's port.
    """
    seen: set[str] = set()
    news = asyncio.Event()
    name = f"{secrets.token_hex(4)}.{_PROBE_TYPE}"

    def hear(
        zeroconf: Zeroconf,  # noqa: ARG001 - by these names
        service_type: str,  # noqa: ARG001
        name: str,
        state_change: ServiceStateChange,
    ) -> None:
        if state_change is not ServiceStateChange.Removed:
            seen.add(name)
            news.set()

    sender = AsyncZeroconf(interfaces=list(senders))
    try:
        receiver = AsyncZeroconf(interfaces=list(senders))
        try:
            await sender.zeroconf.async_wait_for_start()
            if not sender.zeroconf.engine.senders:
                raise OSError("no interface takes multicast")
            browser = AsyncServiceBrowser(
                receiver.zeroconf, [_PROBE_TYPE, SERVICE_TYPE], handlers=[hear]
            )
            info = AsyncServiceInfo(
                _PROBE_TYPE,
                name,
                port=_PORT,
                properties={"probe": "wyoming-whisper doctor"},
                server=f"{secrets.token_hex(8)}.local.",
                addresses=[ip_address(address).packed for address in senders],
            )
            await (await sender.async_register_service(info))
            try:
                async with asyncio.timeout(within_s):
                    while name not in seen:
                        await news.wait()
                        news.clear()
            except TimeoutError:
                pass
            await browser.async_cancel()
        finally:
            await receiver.async_close()
    finally:
        await sender.async_close()
    servers = (other.removesuffix(f".{SERVICE_TYPE}") for other in seen if other != name)
    return Sight(name in seen, tuple(sorted(servers)))
