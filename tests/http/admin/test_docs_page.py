"""The documentation's page: nothing of it from elsewhere."""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING

import httpx2
from fastapi import FastAPI

from wyoming_whisper.http.admin import docs_page

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@contextlib.asynccontextmanager
async def client() -> AsyncIterator[httpx2.AsyncClient]:
    app = FastAPI(docs_url=None)
    app.include_router(docs_page.router())
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://server") as opened:
        yield opened


async def test_root_leads_to_the_page() -> None:
    """The root leads to the page, by a path that a proxy may put anything before."""
    async with client() as asked:
        response = await asked.get("/")
    assert (response.status_code, response.headers["Location"]) == (307, "docs")


async def test_page_and_its_assets() -> None:
    """All that the page loads is relative and comes from this server, with its type."""
    async with client() as asked:
        page = await asked.get("/docs")
        assert page.headers["Content-Type"] == "text/html; charset=utf-8"
        urls = re.findall(r'(?:src|href)="([^"]*)"', page.text)
        types = {}
        for url in urls:
            assert not re.match(r"[a-z]+:|/", url), url
            if url != "openapi.json":
                response = await asked.get(f"/{url}")
                assert response.status_code == 200
                assert len(response.content) > 100
                types[url] = response.headers["Content-Type"].partition(";")[0]
    assert types == {
        "docs/favicon-32x32.png": "image/png",
        "docs/swagger-ui.css": "text/css",
        "docs/swagger-ui-bundle.js": "text/javascript",
        "docs/docs.js": "text/javascript",
    }


async def test_the_browser_is_told_to_run_nothing_else() -> None:
    """The page has no script of its own inside, and its policy allows none, nor another host."""
    async with client() as asked:
        page = await asked.get("/docs")
        own = (await asked.get("/docs/docs.js")).text
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'; script-src 'self'; connect-src 'self'" in policy
    assert "http" not in policy
    assert not re.search(r"<script[^>]*>[^<]|\son\w+=|<style", page.text)
    assert "http" not in page.text + own.replace("https?", "")
    assert "validatorUrl: null" in own


async def test_unchanged_assets_are_not_sent_again() -> None:
    """The 1.7 MB of Swagger UI are kept by the browser, which asks whether they are still right."""
    async with client() as asked:
        first = await asked.get("/docs/swagger-ui-bundle.js")
        known = {"If-None-Match": first.headers["ETag"]}
        again = await asked.get("/docs/swagger-ui-bundle.js", headers=known)
    assert first.headers["Cache-Control"] == "no-cache"
    assert (again.status_code, again.content) == (304, b"")
