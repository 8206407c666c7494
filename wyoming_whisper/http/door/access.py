"""Who may call the HTTP server: keys, and the fence against foreign pages.

A page of the internet, open in a browser at home, can reach whatever its owner can. Two rules keep
it out. A browser tells the page's origin with each request that matters (``Origin``), which must be
this server's own, or one that the owner allows. And the name that was called (``Host``) must be one
that only a machine at home can have, or one that the owner gives: a foreign page can point its own
name at this machine's address (DNS rebinding), and is then of the same origin. Programs send no
``Origin``; a key that the owner has given out makes up for a foreign name.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from wyoming_whisper.errors import Forbidden, Unauthenticated

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from starlette.types import ASGIApp, Receive, Scope, Send

    from wyoming_whisper.http.door.keys import KeyFile

METRICS: Final = "/metrics"

# Asked by supervisors and balancers, which have no key and use whatever name; they tell nothing.
_HEALTH: Final = frozenset({"/health", "/ready"})
# What a browser shows before somebody can enter a key.
_PUBLIC: Final = _HEALTH | {"/", "/docs", "/openapi.json"}
_ASSETS: Final = "/docs/"
_LOCAL_SUFFIXES: Final = (
    ".localhost",
    ".local",
    ".localdomain",
    ".lan",
    ".home",
    ".home.arpa",
    ".internal",
)
_HOST: Final = re.compile(r"[^\s/?#@\\]+")
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Site:
    """A host, as URLs and headers name it.

    Attributes:
        host: Its name or address, in lower case.
        port: Its port; ``None`` where it goes without saying.
    """

    host: str
    port: int | None


def parse_host(text: str) -> Site | None:
    """Read a ``Host`` header; ``None`` if it is none."""
    if not _HOST.fullmatch(text):
        return None
    try:
        parts = urlsplit(f"//{text}")
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    return Site(host.removesuffix("."), port) if host else None


def parse_origin(text: str) -> Site | None:
    """Read an ``Origin`` header; ``None`` if it is none, or ``null``."""
    scheme, _, rest = text.partition("://")
    site = parse_host(rest)
    if site is None or scheme.lower() not in _DEFAULT_PORTS:
        return None
    default = _DEFAULT_PORTS[scheme.lower()]
    return Site(site.host, default if site.port is None else site.port)


def canonical_origin(text: str) -> str:
    """Return an origin as browsers write it."""
    scheme, _, rest = text.lower().partition("://")
    return f"{scheme}://{rest.removesuffix(f':{_DEFAULT_PORTS.get(scheme)}')}"


def own_names() -> frozenset[str]:
    """Return this machine's names. It may ask the network."""
    return frozenset({socket.gethostname().lower(), socket.getfqdn().lower()})


def is_local(host: str, names: Iterable[str] = ()) -> bool:
    """Tell whether a host is one that no foreign page can be called by."""
    if host in names or "." not in host or host.endswith(_LOCAL_SUFFIXES):
        return True
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def is_same(origin: Site, called: Site) -> bool:
    """Tell whether a page comes from the host that it calls.

    A proxy in front may have other schemes, so a host without a port is at the default one of any.
    """
    ports = _DEFAULT_PORTS.values() if called.port is None else (called.port,)
    return origin.host == called.host and origin.port in ports


def given_keys(headers: Mapping[bytes, bytes]) -> list[str]:
    """Return the keys that a request shows. ``Bearer`` with nothing behind it is none."""
    scheme, _, token = headers.get(b"authorization", b"").partition(b" ")
    shown = [token] if scheme.lower() == b"bearer" else []
    shown.append(headers.get(b"x-api-key", b""))
    return [key.strip().decode("latin-1") for key in shown if key.strip()]


@dataclass(frozen=True, slots=True)
class Rules:
    """Who may call.

    Attributes:
        keys: The keys, one of which a request needs; ``None`` where none is needed.
        names: Names of this server, beside addresses and local names.
        origins: Origins whose pages may call.
        metrics_auth: Whether ``/metrics`` needs a key too.
    """

    keys: KeyFile | None = None
    names: frozenset[str] = frozenset()
    origins: frozenset[str] = frozenset()
    metrics_auth: bool = False

    def check(self, path: str, headers: Mapping[bytes, bytes]) -> None:
        """Let a request in.

        Raises:
            Unauthenticated: If it needs a key and has none that is known.
            Forbidden: If it comes from a foreign page, or may do so.
        """
        if path in _HEALTH:
            return
        keys = given_keys(headers)
        holder = self.keys and next(filter(None, map(self.keys.holder, keys)), None)
        called = parse_host(headers.get(b"host", b"").decode("latin-1"))
        if b"origin" in headers:
            self._check_origin(headers[b"origin"].decode("latin-1"), called)
        # Before HTTP/1.1 there is no Host, and there are no browsers.
        if holder is None and b"host" in headers:
            if called is None:
                raise Forbidden("the request's Host header cannot be read")
            if not is_local(called.host, self.names):
                raise Forbidden(
                    f"this server does not know itself as {called.host}; its owner can allow the "
                    f"name with --http-name {called.host}"
                )
        if self.keys is not None and holder is None and self._needs_key(path):
            raise Unauthenticated(
                "the API key is not known to this server"
                if keys
                else "this server needs an API key: Authorization: Bearer KEY"
            )

    def _check_origin(self, origin: str, called: Site | None) -> None:
        if canonical_origin(origin) in self.origins:
            return
        site = parse_origin(origin)
        if site is None or called is None or not is_same(site, called):
            raise Forbidden(
                f"pages of {origin} may not call this server; its owner can allow them with "
                "--cors-origin"
            )

    def _needs_key(self, path: str) -> bool:
        if path == METRICS:
            return self.metrics_auth
        return path not in _PUBLIC and not path.startswith(_ASSETS)


class Access:
    """Turns away who may not call.

    Args:
        app: What is served.
        rules: Who may call.
        turned_away: Called for each request that is turned away.
    """

    def __init__(self, app: ASGIApp, rules: Rules, turned_away: Callable[[], None]) -> None:
        self._app = app
        self._rules = rules
        self._turned_away = turned_away

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request."""
        try:
            self._rules.check(scope["path"], dict(scope["headers"]))
        except (Unauthenticated, Forbidden):
            self._turned_away()
            raise
        await self._app(scope, receive, send)
