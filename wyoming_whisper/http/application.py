"""The HTTP application: its routes, what is around them, and its documentation.

Around the routes, from the outside in: the log and what every answer carries; CORS, whose headers
errors need too; the size of bodies, also of those who are turned away; errors; and the door.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from fastapi import FastAPI, Security
from fastapi.security import HTTPBearer
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import HTTPConnection  # noqa: TC002 - FastAPI looks for it
from starlette.routing import Match

from wyoming_whisper.http.body_limit import BodyLimit
from wyoming_whisper.http.door.access import Access, Rules, own_names
from wyoming_whisper.http.door.authenticator import KeyAuthenticator
from wyoming_whisper.http.door.keys import KeyFile
from wyoming_whisper.http.door.origins import canonical_origin
from wyoming_whisper.http.exception_middleware import AnswerErrors, add_handlers
from wyoming_whisper.http.families import FAMILIES
from wyoming_whisper.http.family import Families
from wyoming_whisper.http.request_log import RequestLog

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.types import ASGIApp, Receive, Scope, Send

    from wyoming_whisper.errors import WyomingWhisperError
    from wyoming_whisper.http.family import Family
    from wyoming_whisper.http.service import HttpOptions, Service

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


def create_app(service: Service, families: Iterable[Family] = FAMILIES) -> FastAPI:
    """Return the application.

    It reads files and asks for this machine's name, which may take a while.

    Raises:
        ConfigError: If the file of keys cannot be used.
    """
    logging.getLogger(_QUIET).setLevel(logging.ERROR)
    options = service.options
    counters = service.accounting
    spoken = Families(families)

    def turned_away() -> None:
        counters.auth_failures += 1

    app = FastAPI(
        title=service.info.default.name,
        summary=_SUMMARY,
        version=service.info.version,
        openapi_url="/openapi.json",
        docs_url=None,
        redoc_url=None,
        # It would be an absolute one, to the scheme and the port that a proxy has hidden.
        redirect_slashes=False,
        # Nothing leaves the house.
        telemetry={"tracing": False, "metrics": False, "logs": False, "auto_configure": False},
        dependencies=[Security(_Bearer())] if options.key_file else [],
        middleware=[
            Middleware(RequestLog),
            *_cors(options),
            Middleware(BodyLimit, max_bytes=options.max_upload_bytes, families=spoken),
            Middleware(AnswerErrors, families=spoken),
            Middleware(Access, rules=_rules(options, spoken), turned_away=turned_away),
        ],
    )
    add_families(app, spoken, service)
    return app


def add_families(app: FastAPI, families: Families, service: Service) -> None:
    """Add families to an application: their routes, their errors, and what counts them."""
    add_handlers(app, families)
    for family in families:
        if family.is_counted:
            service.accounting.register(family.name)
        app.include_router(family.routes(service), responses=dict(family.error_responses))
    app.router.default = _Unrouted(app)


def create_refusal(error: WyomingWhisperError) -> ASGIApp:
    """Return an application that answers every request with an error, and ends the connection."""
    spoken = Families(FAMILIES)

    async def refuse(scope: Scope, receive: Receive, send: Send) -> None:
        refusal = spoken.answer(scope, error)
        refusal.headers["Connection"] = "close"
        await refusal(scope, receive, send)

    return RequestLog(BodyLimit(refuse, max_bytes=0, families=spoken))


class _Bearer(HTTPBearer):
    """Tells the documentation of keys; a WebSocket may have one, too."""

    def __init__(self) -> None:
        super().__init__(scheme_name="HTTPBearer", auto_error=False)

    async def __call__(self, connection: HTTPConnection) -> None:
        """Do nothing: whether a key is needed has been seen to."""


class _Unrouted:
    """Answers what is asked at a path that has no route, or a WebSocket's only."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - ASGI's signature
        as_socket = {**scope, "type": "websocket"}
        routes = self._app.router.routes
        if all(route.matches(as_socket)[0] is Match.NONE for route in routes):
            raise HTTPException(404)
        if dict(scope["headers"]).get(b"upgrade", b"").lower() == b"websocket":
            raise HTTPException(
                501, "WebSockets need a library that is not installed here: pip install websockets"
            )
        raise HTTPException(426, "this is a WebSocket", {"Upgrade": "websocket"})


def _rules(options: HttpOptions, families: Families) -> Rules:
    return Rules(
        authenticator=KeyAuthenticator(KeyFile(options.key_file)) if options.key_file else None,
        names=own_names() | {name.lower() for name in options.names},
        origins=frozenset(map(canonical_origin, options.cors_origins)),
        public_paths=frozenset().union(*(family.public_paths(options) for family in families)),
        unguarded_paths=frozenset().union(*(family.unguarded_paths for family in families)),
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
