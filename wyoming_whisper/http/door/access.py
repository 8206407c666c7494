"""Who may call the HTTP server: keys, and the fence against foreign pages.

A page of the internet, open in a browser at home, can reach whatever its owner can. Two rules keep
it out. A browser tells the page's origin with each request that matters (``Origin``), which must be
this server's own, or one that the owner allows. And the name that was called (``Host``) must be one
that only a machine at home can have, or one that the owner gives: a foreign page can point its own
name at this machine's address (DNS rebinding), and is then of the same origin. Programs send no
``Origin``; a key that the owner has given out makes up for a foreign name.
"""

from __future__ import annotations

import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from wyoming_whisper.errors import Forbidden, Unauthenticated
from wyoming_whisper.http.door.origins import (
    canonical_origin,
    has_host,
    is_local,
    is_same,
    parse_host,
    parse_origin,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.types import ASGIApp, Receive, Scope, Send

    from wyoming_whisper.http.door.authenticator import Authenticator
    from wyoming_whisper.http.door.origins import Site


def own_names() -> frozenset[str]:
    """Return this machine's names. It may ask the network."""
    return frozenset({socket.gethostname().lower(), socket.getfqdn().lower()})


@dataclass(frozen=True, slots=True)
class Rules:
    """Who may call.

    Attributes:
        authenticator: Knows who calls; ``None`` where anybody may.
        names: Names of this server, beside addresses and local names.
        origins: Origins whose pages may call.
        public_paths: Paths that anybody may call from where the others may be called; one that ends
            in ``*`` stands for all that begin so.
        unguarded_paths: Paths that are answered in any case.
    """

    authenticator: Authenticator | None = None
    names: frozenset[str] = frozenset()
    origins: frozenset[str] = frozenset()
    public_paths: frozenset[str] = frozenset()
    unguarded_paths: frozenset[str] = frozenset()

    def check(
        self, path: str, headers: Mapping[bytes, bytes], query: Mapping[str, str] | None = None
    ) -> None:
        """Let a request in.

        Args:
            path: What it asks for.
            headers: By their names in lower case.
            query: A WebSocket's query.

        Raises:
            Unauthenticated: If it needs a key and has none that is known.
            Forbidden: If it comes from a foreign page, or may do so.
        """
        if path in self.unguarded_paths:
            return
        caller, refusal = self._caller(headers, query or {})
        called = parse_host(headers.get(b"host", b"").decode("latin-1"))
        if b"origin" in headers:
            self._check_origin(headers[b"origin"].decode("latin-1"), called)
        # Before HTTP/1.1 there is no Host, and there are no browsers.
        if caller is None and b"host" in headers:
            if called is None:
                raise Forbidden("the request's Host header cannot be read")
            if not is_local(called.host, self.names):
                raise Forbidden(
                    f"this server does not know itself as {called.host}; its owner can allow the "
                    f"name with --http-name {called.host}"
                )
        if refusal is not None and not self._is_public(path):
            raise refusal

    def _caller(
        self, headers: Mapping[bytes, bytes], query: Mapping[str, str]
    ) -> tuple[str | None, Unauthenticated | None]:
        """Return who calls, or why nobody is known to do so."""
        if self.authenticator is None:
            return None, None
        try:
            caller = self.authenticator.authenticate(headers, query)
        except Unauthenticated as error:
            return None, error
        if caller is None:
            return None, Unauthenticated("this server needs an API key: Authorization: Bearer KEY")
        return caller, None

    def _check_origin(self, origin: str, called: Site | None) -> None:
        if canonical_origin(origin) in self.origins:
            return
        site = parse_origin(origin)
        if site is None or called is None or not is_same(site, called):
            remedy = (
                "its owner can allow them with --cors-origin"
                if has_host(origin)
                else "what has no host, such as a file or a sandboxed frame, cannot be allowed"
            )
            raise Forbidden(f"pages of {origin} may not call this server; {remedy}")

    def _is_public(self, path: str) -> bool:
        return path in self.public_paths or any(
            path.startswith(public[:-1]) for public in self.public_paths if public.endswith("*")
        )


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
        """Serve a request or a WebSocket."""
        query = {}
        if scope["type"] == "websocket":
            query = dict(parse_qsl(scope["query_string"].decode("latin-1")))
        try:
            self._rules.check(scope["path"], dict(scope["headers"]), query)
        except (Unauthenticated, Forbidden):
            self._turned_away()
            raise
        await self._app(scope, receive, send)
