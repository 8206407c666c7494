"""The HTTP side of the composition root."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Final

from wyoming_whisper.errors import AddressError
from wyoming_whisper.http.door.keys import KeyFile
from wyoming_whisper.http.service import HttpOptions
from wyoming_whisper.system.listeners import in_url, open_listeners, reachable_at

if TYPE_CHECKING:
    from wyoming_whisper.config.settings import Settings
    from wyoming_whisper.http.server import HttpServer

_LOG: Final = logging.getLogger(__name__)


def http_options(settings: Settings) -> HttpOptions:
    """Return what the owner decides of HTTP.

    Raises:
        ConfigError: If the file of keys cannot be used.
    """
    key_file = Path(settings.api_keys).expanduser() if settings.api_keys else None
    if key_file is not None and not settings.no_http:
        # Read again when somebody connects; what is wrong with it is better known now.
        KeyFile(key_file)
    return HttpOptions(
        names=settings.http_name,
        cors_origins=settings.cors_origin,
        key_file=key_file,
        metrics_auth=settings.metrics_auth,
        strict_models=settings.strict_models,
        max_upload_bytes=settings.max_upload_mb * 1_000_000,
    )


def listen_http(server: HttpServer, settings: Settings) -> None:
    """Accept HTTP; where nobody has asked for it by name, a port that is taken is no failure.

    Raises:
        AddressError: If the port that the owner chose cannot be used.
    """
    try:
        listeners = open_listeners(settings.http_addresses, option="--http-port")
    except AddressError as error:
        if not settings.http_is_optional:
            raise
        _LOG.warning("no HTTP: %s, or say --no-http", error)
        return
    server.start(listeners)
    for listener in listeners:
        host, port = reachable_at(listener)
        _LOG.info("HTTP on http://%s:%d, its documentation at /docs", in_url(host), port)
