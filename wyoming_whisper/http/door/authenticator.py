"""Who calls: the seam for whatever proves it, and keys, which are one such thing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from wyoming_whisper.errors import Unauthenticated

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wyoming_whisper.http.door.keys import KeyFile

_QUERY: Final = "api_key"


class Authenticator(Protocol):
    """Knows callers by what they show."""

    def authenticate(self, headers: Mapping[bytes, bytes], query: Mapping[str, str]) -> str | None:
        """Return who calls; ``None`` if nothing is shown that says so.

        Args:
            headers: The request's, by their names in lower case.
            query: The query's fields, of a WebSocket; a page can give it no headers. Of any other
                request there are none, because proxies write queries to their logs.

        Raises:
            Unauthenticated: If what is shown is worth nothing here.
        """


class KeyAuthenticator:
    """Knows callers by keys.

    Args:
        keys: The keys.
    """

    def __init__(self, keys: KeyFile) -> None:
        self._keys = keys

    def authenticate(self, headers: Mapping[bytes, bytes], query: Mapping[str, str]) -> str | None:
        """Return the name of the first key that is known; ``None`` if none is shown.

        Raises:
            Unauthenticated: If none of those that are shown is known.
        """
        shown = shown_keys(headers, query)
        holder = next(filter(None, map(self._keys.holder, shown)), None)
        if shown and holder is None:
            raise Unauthenticated("the API key is not known to this server")
        return holder


def shown_keys(headers: Mapping[bytes, bytes], query: Mapping[str, str]) -> list[str]:
    """Return the keys that a caller shows. ``Bearer`` with nothing behind it is none."""
    scheme, _, token = headers.get(b"authorization", b"").partition(b" ")
    shown = [token] if scheme.lower() == b"bearer" else []
    shown.append(headers.get(b"x-api-key", b""))
    keys = [key.strip().decode("latin-1") for key in shown]
    keys.append(query.get(_QUERY, "").strip())
    return [key for key in keys if key]
