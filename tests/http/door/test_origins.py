"""Hosts and origins."""

from __future__ import annotations

import pytest

from wyoming_whisper.http.door.origins import (
    Site,
    canonical_origin,
    is_local,
    is_same,
    parse_host,
    parse_origin,
)


@pytest.mark.parametrize(
    ("text", "site"),
    [
        ("NAS.local.:8000", Site("nas.local", 8000)),
        ("nas", Site("nas", None)),
        ("[::1]:80", Site("::1", 80)),
    ],
)
def test_hosts(text: str, site: Site) -> None:
    """A host is a name or an address, and perhaps a port."""
    assert parse_host(text) == site


@pytest.mark.parametrize("host", ["", "a b", "user@localhost", "localhost/x", "localhost:x", "[::"])
def test_no_host(host: str) -> None:
    """What cannot be read as a host is none."""
    assert parse_host(host) is None


@pytest.mark.parametrize(
    ("text", "site"),
    [
        ("http://nas", Site("nas", 80)),
        ("HTTPS://nas:8443", Site("nas", 8443)),
        ("null", None),
        ("", None),
        ("chrome-extension://abc", None),
    ],
)
def test_origins(text: str, site: Site | None) -> None:
    """An origin has a port, told or not; what is no page of the web has none."""
    assert parse_origin(text) == site


def test_local_names() -> None:
    """Names that nobody can register, addresses and the owner's names are local."""
    for host in ("nas", "nas.local", "192.168.1.4", "::1", "stt.example.com"):
        assert is_local(host, {"stt.example.com"})
    assert not is_local("stt.example.com")


def test_same_host() -> None:
    """A page is of the host that it calls if the ports agree, or a proxy may have hidden one."""
    assert is_same(Site("nas", 443), Site("nas", None))
    assert not is_same(Site("nas", 3000), Site("nas", 8000))
    assert not is_same(Site("other", 80), Site("nas", None))


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("https://Chat.Example.com:443", "https://chat.example.com"),
        ("http://nas:80", "http://nas"),
        ("http://nas:8080", "http://nas:8080"),
    ],
)
def test_canonical_origin(text: str, canonical: str) -> None:
    """An origin is compared as browsers write it."""
    assert canonical_origin(text) == canonical
