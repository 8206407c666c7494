"""The HTTP application: its routes, what is around them, and its documentation.

Around the routes, from the outside in: the log and what every answer carries; CORS, whose headers
errors need too; the size of bodies, also of those who are turned away; errors; and the door.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from fastapi import FastAPI, Security
from fastapi.security import HTTPBearer
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware

from wyoming_whisper.http.admin import docs_page, health, metrics
from wyoming_whisper.http.body_limit import BodyLimit
from wyoming_whisper.http.bridge import routes
from wyoming_whisper.http.door.access import Access, Rules, canonical_origin, own_names
from wyoming_whisper.http.door.keys import KeyFile
from wyoming_whisper.http.errors import AnswerErrors, add_handlers
from wyoming_whisper.http.openai import audio, models
from wyoming_whisper.http.request_log import RequestLog

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi import APIRouter

    from wyoming_whisper.http.service import HttpOptions, Service

_ROUTERS: Final[tuple[Callable[[Service], APIRouter], ...]] = (
    audio.router,
    models.router,
    routes.router,
    health.router,
    metrics.router,
)
# What pages may read of an answer beside its body.
_EXPOSED: Final = (
    "X-Request-Id",
    "X-Model",
    "Server-Timing",
    "Retry-After",
    "Content-Disposition",
)
# It warns of each form that is none; whoever sent it is told, and there it ends.
_QUIET: Final = "python_multipart"
_SUMMARY: Final = "Speech to text: OpenAI's audio API, and Wyoming's own HTTP shape."


def create_app(service: Service) -> FastAPI:
    """Return the application.

    It reads files and asks for this machine's name, which may take a while.

    Raises:
        ConfigError: If the file of keys cannot be used.
    """
    logging.getLogger(_QUIET).setLevel(logging.ERROR)
    options = service.options
    counters = service.pipeline.counters

    def turned_away() -> None:
        counters.auth_failures += 1

    app = FastAPI(
        title=service.info.program,
        summary=_SUMMARY,
        version=service.info.version,
        openapi_url="/openapi.json",
        docs_url=None,
        redoc_url=None,
        # It would be an absolute one, to the scheme and the port that a proxy has hidden.
        redirect_slashes=False,
        # Nothing leaves the house.
        telemetry={"tracing": False, "metrics": False, "logs": False, "auto_configure": False},
        dependencies=[Security(HTTPBearer(auto_error=False))] if options.key_file else [],
        middleware=[
            Middleware(RequestLog),
            *_cors(options),
            Middleware(BodyLimit, max_bytes=options.max_upload_bytes),
            Middleware(AnswerErrors),
            Middleware(Access, rules=_rules(options), turned_away=turned_away),
        ],
    )
    add_handlers(app)
    for router in _ROUTERS:
        app.include_router(router(service))
    app.include_router(docs_page.router())
    return app


def _rules(options: HttpOptions) -> Rules:
    return Rules(
        keys=KeyFile(options.key_file) if options.key_file else None,
        names=own_names() | {name.lower() for name in options.names},
        origins=frozenset(map(canonical_origin, options.cors_origins)),
        metrics_auth=options.metrics_auth,
    )


def _cors(options: HttpOptions) -> list[Middleware]:
    if not options.cors_origins:
        return []
    return [
        Middleware(
            CORSMiddleware,
            allow_origins=[canonical_origin(origin) for origin in options.cors_origins],
            allow_methods=["GET", "POST", "DELETE"],
            allow_headers=["*"],
            expose_headers=_EXPOSED,
            # A page of the internet that the owner allows may call a machine at home.
            allow_private_network=True,
        )
    ]
