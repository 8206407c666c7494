"""Whoever may can have the server look for its model again."""

from __future__ import annotations

from dataclasses import replace

from fakes import INFO, new_lifecycle
from http_service import client_of, new_service

from wyoming_whisper.http.admin import reload


async def test_reload() -> None:
    """The model is looked for, and the request does not wait for what comes of that."""
    looks: list[None] = []
    service = replace(new_service(new_lifecycle()), look_again=lambda: looks.append(None))
    async with client_of(reload.router(service)) as client:
        answer = await client.post("/admin/reload")
        assert (answer.status_code, answer.json()) == (
            202,
            {"status": "looking", "model": INFO.default.model.name},
        )
        assert (await client.get("/admin/reload")).status_code == 405
    assert looks == [None]
