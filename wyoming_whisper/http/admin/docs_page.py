"""``/docs``: Swagger UI, all of it from this server.

The files are those of the fastapi-swagger package, which are Swagger's own; nothing of its code is
used, nor imported. All addresses are relative, because the page may lie behind a proxy under any
path, and nothing on it is inline, so that the browser may be told to run nothing else.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse, RedirectResponse
from starlette.staticfiles import NotModifiedResponse, StaticFiles

_OWN: Final = Path(__file__).parent / "static"
_PACKAGE: Final = "fastapi_swagger"
_POLICY: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; connect-src 'self'; img-src 'self' data:; "
        # Swagger UI styles its elements one by one.
        "style-src 'self' 'unsafe-inline'; base-uri 'none'; form-action 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
# The browser asks whether a file has changed; a new release has new ones under the same names.
_ASSET: Final = {"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
_FILES: Final = StaticFiles(check_dir=False)


def router() -> APIRouter:
    """Return the routes."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/")
    async def root() -> RedirectResponse:
        return RedirectResponse("docs")

    @routes.get("/docs")
    async def docs() -> FileResponse:
        return FileResponse(_OWN / "docs.html", headers=_POLICY)

    swagger = _swagger()
    for path in (
        _OWN / "docs.js",
        swagger / "swagger-ui-bundle.js",
        swagger / "swagger-ui.css",
        swagger / "favicon-32x32.png",
    ):
        _add(routes, path)
    return routes


def _add(routes: APIRouter, path: Path) -> None:
    @routes.get(f"/docs/{path.name}")
    def asset(request: Request) -> Response:
        file = FileResponse(path, headers=_ASSET, stat_result=path.stat())
        if _FILES.is_not_modified(file.headers, request.headers):
            return NotModifiedResponse(file.headers)
        return file


def _swagger() -> Path:
    found = find_spec(_PACKAGE)
    if found is None or not found.submodule_search_locations:
        raise ModuleNotFoundError(f"No module named {_PACKAGE!r}", name=_PACKAGE)
    return Path(found.submodule_search_locations[0]) / "resources"
