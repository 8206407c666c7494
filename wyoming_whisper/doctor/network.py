"""The network as a server with these settings meets it: ports, names, discovery."""

from __future__ import annotations

import asyncio
import errno
import http.client
import json
import socket
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final

from wyoming_whisper.config.address import TcpAddress, UnixAddress
from wyoming_whisper.discovery.address_policy import Announcement, announce
from wyoming_whisper.discovery.network import Listener
from wyoming_whisper.doctor.finding import Verdict, fail, ok, warn
from wyoming_whisper.errors import AddressError, ServerFailed
from wyoming_whisper.system.daemon_thread import in_daemon_thread
from wyoming_whisper.system.listeners import in_url, open_listeners
from wyoming_whisper.wyoming_api import client as wyoming_client
from wyoming_whisper.wyoming_api.info import URL

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Sequence

    from wyoming_whisper.config.address import Address
    from wyoming_whisper.discovery.network import Network
    from wyoming_whisper.discovery.self_sight import Sight

    Resolve = Callable[[str], object]

# A server of ours answers in milliseconds, whatever it does.
_ANSWER_S: Final = 2.0
# More than the status of a server says.
_MAX_ANSWER_BYTES: Final = 65_536


async def wyoming_port(address: Address, answer_s: float = _ANSWER_S) -> Verdict:
    """Look at whether a server could listen, or does.

    Args:
        address: Where.
        answer_s: How long whoever is there may take to say who it is.
    """
    try:
        _try_to_listen(address, "--uri")
    except AddressError as error:
        if not _is_taken(error):
            return fail(str(error), _cure(error, "--uri"))
    else:
        return ok(f"{_shown(address)} is free")
    server = await _who_speaks_wyoming(_shown(address), answer_s)
    if server is None and isinstance(address, UnixAddress):
        return fail(
            f"{_shown(address)} is in use by another program, or is no socket",
            "stop that program, remove that file, or choose another path with --uri",
        )
    if server is None:
        return fail(
            f"{_shown(address)} is in use by a program that does not speak Wyoming",
            "stop that program (ss -tlnp shows which), or choose another port with --uri",
        )
    name, is_ours = server
    if is_ours:
        return ok(f"{_shown(address)} is in use by {name}")
    return fail(
        f"{_shown(address)} is in use by another Wyoming server, {name}",
        "stop that server, or choose another port with --uri",
    )


async def http_port(
    address: TcpAddress, *, is_optional: bool, answer_s: float = _ANSWER_S
) -> Verdict:
    """Look at whether a server could serve HTTP, or does.

    Args:
        address: Where.
        is_optional: Whether it goes without where the port is taken.
        answer_s: How long whoever is there may take to say who it is.
    """
    try:
        _try_to_listen(address, "--http-port")
    except AddressError as error:
        if not _is_taken(error):
            return fail(str(error), _cure(error, "--http-port"))
    else:
        return ok(f"{_shown(address)} is free")
    version = await in_daemon_thread(_whose_health, address, answer_s)
    if version is not None:
        return ok(f"{_shown(address)} is in use by wyoming-whisper {version}")
    found = f"{_shown(address)} is in use by another program"
    cure = "stop that program (ss -tlnp shows which), choose another port with --http-port, or"
    if is_optional:
        return warn(f"{found}: the server goes without HTTP", f"{cure} say --no-http")
    return fail(found, f"{cure} leave --http-port out")


async def names(hosts: Iterable[str], resolve: Resolve, within_s: float) -> Verdict:
    """Look at whether names resolve.

    Args:
        hosts: The names.
        resolve: Resolves one, as `socket.getaddrinfo` does. Blocks; raises OSError.
        within_s: How long each may take.
    """
    known = tuple(dict.fromkeys(hosts))
    failed = []
    for host in known:
        try:
            async with asyncio.timeout(within_s):
                await in_daemon_thread(resolve, host)
        except TimeoutError:
            failed.append(f"{host} (no answer within {within_s:g} s)")
        except OSError as error:
            failed.append(f"{host} ({error.strerror or error})")
    if failed:
        return warn(
            f"not resolved: {', '.join(failed)}",
            "this machine's own name belongs into /etc/hosts; for others, look at "
            "/etc/resolv.conf and the DNS server that it names",
        )
    return ok(f"resolved: {', '.join(known)}")


def planned_announcement(
    addresses: Iterable[Address], network: Network, advertised: Sequence[str] = ()
) -> Announcement:
    """Return what a server would announce; a host to advertise that is not found is left out.

    Raises:
        OSError: If a host to listen at does not resolve.
    """
    listeners = [
        listener
        for address in addresses
        if isinstance(address, TcpAddress)
        for listener in _listeners(address)
    ]
    found = []
    for host in advertised:
        try:
            found += [ip_address(text) for text in _addresses(host.strip("[]"))]
        except OSError:  # `names` tells of it
            continue
    return announce(network, listeners, str, tuple(dict.fromkeys(found)))


async def discovery(
    plan: Announcement, look: Callable[[Sequence[str], float], Awaitable[Sight]], within_s: float
) -> Verdict:
    """Look at whether others find the server by zeroconf, as far as this machine can tell.

    Args:
        plan: What a server would announce.
        look: Announces a probe, and looks for it; raises OSError where that cannot be.
        within_s: How long to look.
    """
    by_hand = "in Home Assistant, host and port entered by hand always work"
    addresses = [address for service in plan.services for address in service.addresses]
    if not addresses:
        return warn(
            "no address to announce: this machine has none that others reach, where it listens",
            f"--uri tcp://0.0.0.0:PORT, host networking for a container, or --advertise HOST; "
            f"{by_hand}",
        )
    shown = ", ".join(map(str, dict.fromkeys(addresses)))
    if all(address.is_loopback for address in addresses):
        return warn(
            f"only {shown} can be announced, which other machines do not reach",
            f"--uri tcp://0.0.0.0:PORT, unless Home Assistant runs on this machine; {by_hand}",
        )
    try:
        sight = await look(plan.senders, within_s)
    except OSError as error:
        return warn(
            f"{shown} cannot be announced: {error.strerror or error}",
            f"let UDP port 5353 be shared (avahi: disallow-other-stacks=no); {by_hand}",
        )
    if not sight.itself:
        return warn(
            f"a probe announced at {shown} is not seen from this machine",
            f"let UDP port 5353 and multicast pass the firewall and the interface; {by_hand}",
        )
    others = f"Wyoming servers seen: {', '.join(sight.servers) or 'none'}"
    return ok(f"a probe announced at {shown} is seen from this machine; {others}")


def _listeners(address: TcpAddress) -> list[Listener]:
    """Return what `open_listeners` would open."""
    if address.host in {"", "::"}:
        return [Listener(ip_address("::"), address.port, frozenset({4, 6}))]
    found = map(ip_address, _addresses(address.host))
    return [Listener(one, address.port, frozenset({one.version})) for one in found]


def _addresses(host: str) -> list[str]:
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(name[0]) for *_, name in found))


def _try_to_listen(address: Address, option: str) -> None:
    """Listen for a moment.

    Raises:
        AddressError: As `open_listeners`.
    """
    for listener in open_listeners([address], option=option):
        listener.close()
        if isinstance(address, UnixAddress):
            address.path.unlink()


def _is_taken(error: AddressError) -> bool:
    return isinstance(error.__cause__, OSError) and error.__cause__.errno == errno.EADDRINUSE


def _cure(error: AddressError, option: str) -> str:
    cause = error.__cause__.errno if isinstance(error.__cause__, OSError) else None
    if cause == errno.EACCES:
        return f"choose a port from 1024 upwards with {option}, or a directory that is this user's"
    return f"give an address that this machine has with {option}, such as tcp://0.0.0.0:10300"


async def _who_speaks_wyoming(uri: str, answer_s: float) -> tuple[str, bool] | None:
    """Return who describes itself there, and whether it is this program; ``None`` for nobody."""
    try:
        info = await wyoming_client.describe(uri, answer_s=answer_s)
    except ServerFailed:
        return None
    program = info.asr[0]
    is_ours = program.attribution.url == URL
    name = "wyoming-whisper" if is_ours else program.name
    return f"{name} {program.version or 'of an unknown version'}", is_ours


def _whose_health(address: TcpAddress, answer_s: float) -> str | None:
    """Return the version of the server of ours that serves HTTP there. Blocks."""
    connection = http.client.HTTPConnection(address.host_here, address.port, timeout=answer_s)
    try:
        connection.request("GET", "/health")
        answer = json.loads(connection.getresponse().read(_MAX_ANSWER_BYTES))
    except (OSError, http.client.HTTPException, ValueError):
        return None
    finally:
        connection.close()
    ours = isinstance(answer, dict) and answer.get("message") == "OK"
    return str(answer["version"]) if ours and "version" in answer else None


def _shown(address: Address) -> str:
    if isinstance(address, UnixAddress):
        return f"unix://{address.path}"
    return f"tcp://{in_url(address.host)}:{address.port}"
