"""What the server's owner asks, as a family: health, figures, and the documentation of all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fastapi import APIRouter

from wyoming_whisper.http.admin import docs_page, health, metrics, reload
from wyoming_whisper.http.family import Family

if TYPE_CHECKING:
    from wyoming_whisper.http.service import HttpOptions, Service

# What a browser shows before somebody can enter a key.
_PAGES: Final = frozenset({"/", "/docs", "/docs/*", "/openapi.json"})


def _routes(service: Service) -> APIRouter:
    routes = APIRouter()
    routes.include_router(health.router(service))
    routes.include_router(metrics.router(service))
    routes.include_router(reload.router(service))
    routes.include_router(docs_page.router())
    return routes


def _public_paths(options: HttpOptions) -> frozenset[str]:
    return _PAGES if options.metrics_auth else _PAGES | {"/metrics"}


ADMIN: Final = Family(
    name="admin",
    routes=_routes,
    # Whatever no other family answers.
    prefixes=("",),
    public_paths=_public_paths,
    # Supervisors and balancers have no key and use whatever name; these tell them nothing else.
    unguarded_paths=frozenset({"/health", "/ready"}),
    is_counted=False,
)
