"""Hosts and origins, as browsers and proxies write them."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable

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


def has_host(origin: str) -> bool:
    """Tell whether an origin, of a browser's or of an app's, names a host."""
    return parse_host(origin.partition("://")[2]) is not None


def canonical_origin(text: str) -> str:
    """Return an origin as browsers write it."""
    scheme, _, rest = text.lower().partition("://")
    return f"{scheme}://{rest.removesuffix(f':{_DEFAULT_PORTS.get(scheme)}')}"


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
