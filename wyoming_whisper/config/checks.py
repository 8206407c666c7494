"""What the text of a setting may be, where it is neither any word nor a number."""

from __future__ import annotations

import logging
import re
from typing import Final
from urllib.parse import urlsplit

from wyoming_whisper.language import normalize_language
from wyoming_whisper.values import WINDOW_S

AUTO: Final = "auto"
# Stock models repeat themselves in less.
MIN_CONTEXT_S: Final = 10
# As RFC 6454 has it: a scheme, which an app may have of its own, a host, and perhaps a port.
_ORIGIN: Final = re.compile(r"[a-z][a-z0-9+.-]*://[^\s/?#@\\]+", re.ASCII | re.IGNORECASE)


def audio_context(text: str) -> None:
    """Raise ValueError unless this is how much of its window a model is given."""
    if text not in {"full", AUTO} and not (
        text.isdecimal() and MIN_CONTEXT_S <= int(text) <= WINDOW_S
    ):
        raise ValueError(f"must be full, auto or whole seconds from {MIN_CONTEXT_S} to {WINDOW_S}")


def early_answer(text: str) -> int | None:
    """Return after how much silence any speech is answered, in ms; ``None`` where none is.

    Raises:
        ValueError: Unless this says when commands are answered early.
    """
    if text in {"off", "complete"}:
        return None
    kind, _, number = text.partition(":")
    if kind != "silence" or not number.isdecimal() or not 200 <= int(number) <= 5_000:
        raise ValueError("must be off, complete or silence:MS, from 200 to 5000 ms")
    return int(number)


def http_port(text: str) -> None:
    """Raise ValueError unless this is a port, or leaves it open."""
    if text != AUTO and not (text.isdecimal() and int(text) < 65_536):
        raise ValueError("must be auto or a port")


def origin(text: str) -> None:
    """Raise ValueError unless this is where a page may come from, as browsers and apps write it."""
    parts = urlsplit(text)
    # An invalid port raises ValueError here.
    if not _ORIGIN.fullmatch(text) or not parts.hostname or parts.port == 0:
        raise ValueError(
            "must be http://HOST, https://HOST or an app's SCHEME://HOST, or one with a port"
        )


def home_assistant_url(text: str) -> str:
    """Return the WebSocket of the Home Assistant at a URL, with or without the path of its API.

    Raises:
        ValueError: If it is none.
    """
    parts = urlsplit(text)
    scheme = {"http": "ws", "https": "wss"}.get(parts.scheme, parts.scheme)
    # An invalid port raises ValueError here.
    if (
        scheme not in {"ws", "wss"}
        or not parts.hostname
        or parts.port == 0
        or parts.username is not None
        or parts.query
        or parts.fragment
    ):
        raise ValueError("must be http://HOST:PORT, https://HOST or a WebSocket's URL")
    path = parts.path.rstrip("/")
    if path.endswith("/api"):
        path += "/websocket"
    elif not path.endswith("/websocket"):
        path += "/api/websocket"
    return f"{scheme}://{parts.netloc}{path}"


def optional_home_assistant_url(text: str) -> None:
    """Raise ValueError unless this is Home Assistant's URL, or nothing."""
    if text:
        home_assistant_url(text)


def log_format(text: str) -> None:
    """Raise ValueError unless Python's logging can write lines like this."""
    logging.Formatter(text)


def language(text: str) -> None:
    """Raise UnsupportedLanguage unless this is a language, or leaves it open."""
    normalize_language(text)


def language_codes(text: str) -> list[str]:
    """Return Whisper's codes of languages that commas separate.

    Raises:
        ValueError: If one of them is none, or leaves the language open.
        UnsupportedLanguage: If Whisper does not know one.
    """
    codes = [normalize_language(spelling) for spelling in text.split(",")]
    if None in codes:
        raise ValueError("must be languages, separated by commas")
    return [code for code in codes if code is not None]
