"""The door: keys, names and origins."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from wyoming_whisper.config import checks
from wyoming_whisper.errors import Forbidden, Unauthenticated
from wyoming_whisper.http.door.access import Access, Rules, own_names
from wyoming_whisper.http.door.authenticator import KeyAuthenticator
from wyoming_whisper.http.door.keys import KeyFile, new_key
from wyoming_whisper.http.door.origins import canonical_origin

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.types import Message, Receive, Scope, Send

API = "/v1/models"
KEY, LINE = new_key("kitchen")


@pytest.fixture
def keys(tmp_path: Path) -> KeyAuthenticator:
    """A file with one key."""
    path = tmp_path / "keys"
    path.write_text(LINE)
    return KeyAuthenticator(KeyFile(path))


def check(rules: Rules, path: str = API, **headers: str) -> None:
    """Ask for something, by default at the loopback."""
    given = {"host": "127.0.0.1:8000"} | {k.replace("_", "-"): v for k, v in headers.items()}
    rules.check(path, {name.encode(): value.encode() for name, value in given.items()})


@pytest.mark.parametrize(
    "headers",
    [
        {"authorization": f"Bearer {KEY}"},
        {"authorization": f"bearer  {KEY} "},
        {"x_api_key": KEY},
        {"x_api_key": KEY, "authorization": "Bearer "},
        {"x_api_key": KEY, "authorization": "Basic abc"},
    ],
)
def test_key_lets_in(keys: KeyAuthenticator, headers: dict[str, str]) -> None:
    """A known key lets in, in either header."""
    check(Rules(keys), **headers)


@pytest.mark.parametrize(
    ("headers", "message"),
    [
        ({}, "needs an API key"),
        ({"authorization": "Bearer "}, "needs an API key"),
        ({"authorization": "Bearer"}, "needs an API key"),
        ({"authorization": f"Basic {KEY}"}, "needs an API key"),
        ({"authorization": "Bearer wrong"}, "not known"),
        ({"x_api_key": f"{KEY}x"}, "not known"),
    ],
)
def test_no_key(keys: KeyAuthenticator, headers: dict[str, str], message: str) -> None:
    """Without a known key the API is closed; what was shown is not repeated."""
    with pytest.raises(Unauthenticated, match=message) as caught:
        check(Rules(keys), **headers)
    assert caught.value.parameter is None
    assert KEY not in str(caught.value)


def test_keys_are_off_without_a_file() -> None:
    """Where the owner has no keys, none is asked for, and one that is shown does no harm."""
    check(Rules())
    check(Rules(), authorization="Bearer sk-anything")


def test_public_paths(keys: KeyAuthenticator) -> None:
    """Public paths need no key, one by one or all that begin alike; the others do."""
    rules = Rules(keys, public_paths=frozenset({"/", "/docs", "/docs/*", "/openapi.json"}))
    for path in ("/", "/docs", "/docs/docs.js", "/openapi.json"):
        check(rules, path)
        with pytest.raises(Forbidden):
            check(rules, path, host="evil.com")
    for path in ("/status", "/v1/models", "/docsx", "/metrics"):
        with pytest.raises(Unauthenticated):
            check(rules, path)


def test_a_wrong_key_does_no_harm_where_none_is_needed(keys: KeyAuthenticator) -> None:
    """What is public is answered to who shows an unknown key, too."""
    check(Rules(keys, public_paths=frozenset({"/"})), "/", x_api_key="wrong")


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1:8000", "192.168.1.4", "[::1]:8000", "[fe80::1]", "localhost:8000", "nas",
        "stt.localhost", "NAS.local:8000", "nas.local.", "a.lan", "a.home", "a.home.arpa",
        "a.internal", "a.localdomain", "stt.example.com", "STT.Example.com:443",
    ],
)  # fmt: skip
def test_known_names(host: str) -> None:
    """Addresses, local names and the owner's own may be called."""
    check(Rules(names=frozenset({"stt.example.com"})), host=host)


@pytest.mark.parametrize("host", ["evil.com:8000", "x.stt.example.com", "evil.com.", "a.locall"])
def test_foreign_name(host: str) -> None:
    """A name that anybody can point here is refused, and the owner is told the cure."""
    rules = Rules(names=frozenset({"stt.example.com"}), unguarded_paths=frozenset({"/health"}))
    with pytest.raises(Forbidden, match=r"--http-name [a-z.]+$"):
        check(rules, host=host)
    check(rules, "/health", host=host)


@pytest.mark.parametrize("host", ["", "a b", "user@localhost", "localhost/x", "localhost:x", "[::"])
def test_no_host(host: str) -> None:
    """What cannot be read as a host is refused."""
    with pytest.raises(Forbidden, match="cannot be read"):
        check(Rules(), host=host)


def test_key_makes_up_for_a_foreign_name(keys: KeyAuthenticator) -> None:
    """Who has a key is no foreign page, whatever name it calls."""
    check(Rules(keys), host="stt.example.com", x_api_key=KEY)
    with pytest.raises(Forbidden):
        check(Rules(keys), host="stt.example.com", x_api_key="wrong")


def test_own_names() -> None:
    """The machine's own name may be called."""
    for name in own_names():
        check(Rules(names=own_names()), host=name)


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("http://127.0.0.1:8000", "127.0.0.1:8000"),
        ("http://nas", "nas"),
        ("http://nas:80", "nas"),
        ("http://NAS", "nas:80"),
        ("https://nas", "nas:443"),
        # A proxy that speaks TLS, and passes the name on.
        ("https://nas", "nas"),
        ("https://nas:8443", "nas:8443"),
        ("http://[::1]:8000", "[::1]:8000"),
        ("https://chat.example.com", "nas:8000"),
        ("https://chat.example.com:443", "nas:8000"),
    ],
)
def test_own_pages(origin: str, host: str) -> None:
    """The server's own pages may call it, and those of origins that the owner allows."""
    check(Rules(origins=frozenset({"https://chat.example.com"})), host=host, origin=origin)


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("https://evil.com", "nas:8000"),
        ("http://nas:3000", "nas:8000"),
        ("http://nas", "nas:8000"),
        ("https://nas:8443", "nas"),
        ("chrome-extension://abc", "nas:8000"),
        ("https://chat.example.com.evil.com", "nas:8000"),
        ("http://chat.example.com", "nas:8000"),
    ],
)
def test_foreign_pages(keys: KeyAuthenticator, origin: str, host: str) -> None:
    """Pages of other origins are refused, with a key too; the owner is told a cure that works."""
    checks.origin(origin)
    for rules in (Rules(), Rules(keys)):
        with pytest.raises(Forbidden, match="--cors-origin"):
            check(
                Rules(rules.authenticator, origins=frozenset({"https://chat.example.com"})),
                host=host, origin=origin, x_api_key=KEY,
            )  # fmt: skip


@pytest.mark.parametrize("origin", ["null", "", "file://", "about:blank", "a b"])
def test_pages_without_a_host(origin: str) -> None:
    """What no option can allow is refused, and no option is named."""
    with pytest.raises(Forbidden, match=r"a sandboxed frame, cannot be allowed$"):
        check(Rules(), host="nas:8000", origin=origin)
    with pytest.raises(ValueError, match="SCHEME://HOST"):
        checks.origin(origin)


@pytest.mark.parametrize("origin", ["app://obsidian.md", "capacitor://localhost", "app://-"])
def test_apps(origin: str) -> None:
    """An app has an origin of its own scheme; it may call only where the owner allows it."""
    check(Rules(origins=frozenset({canonical_origin(origin.upper())})), host="nas", origin=origin)
    for others in ((), ("https://obsidian.md", "http://localhost", "app://obsidian.md:80")):
        with pytest.raises(Forbidden, match=f"pages of {origin} may not"):
            check(Rules(origins=frozenset(others)), host="localhost", origin=origin)


def test_before_http_1_1() -> None:
    """A request without a Host header comes from no browser."""
    Rules().check(API, {})


async def test_who_is_turned_away_is_counted(keys: KeyAuthenticator) -> None:
    """A request that is turned away never reaches the application, and is counted."""
    served, turned_away = [], []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        served.append(scope["path"])

    async def receive() -> Message:
        raise AssertionError

    async def send(message: Message) -> None:
        raise AssertionError

    rules = Rules(keys, unguarded_paths=frozenset({"/health"}))
    access = Access(app, rules, lambda: turned_away.append(1))
    request = {"type": "http", "query_string": f"api_key={KEY}".encode()}
    with pytest.raises(Unauthenticated):
        await access(request | {"path": API, "headers": [(b"host", b"nas")]}, receive, send)
    foreign = {"path": "/health", "headers": [(b"host", b"evil.com")]}
    await access(request | foreign, receive, send)
    assert (served, turned_away) == (["/health"], [1])


async def test_a_web_socket_shows_its_key_in_the_query(keys: KeyAuthenticator) -> None:
    """A page cannot give a WebSocket headers, so its query counts; its origin is looked at, too."""
    served = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        served.append(scope["path"])

    async def never(*_: Message) -> Message:
        raise AssertionError

    access = Access(app, Rules(keys), lambda: None)

    async def connect(query: str, **headers: str) -> None:
        given = [(k.encode(), v.encode()) for k, v in ({"host": "nas"} | headers).items()]
        scope = {"type": "websocket", "path": API, "query_string": query.encode()}
        await access(scope | {"headers": given}, never, never)  # type: ignore[arg-type]

    await connect(f"model=x&api_key={KEY}")
    await connect("", authorization=f"Bearer {KEY}")
    for query in ("", "api_key=", "api_key=wrong", f"key={KEY}"):
        with pytest.raises(Unauthenticated):
            await connect(query)
    with pytest.raises(Forbidden):
        await connect(f"api_key={KEY}", origin="https://evil.com")
    assert served == [API, API]
