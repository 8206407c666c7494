"""Which family answers, and how."""

from __future__ import annotations

import json
from typing import Any

import pytest
from fastapi import APIRouter
from http_service import REST
from starlette.exceptions import HTTPException

from wyoming_whisper.errors import AudioTooShort, ModelLoading, Overloaded, UndecodableAudio
from wyoming_whisper.http.family import Families, Family


def shouted(error: BaseException, status: int) -> dict[str, Any]:
    return {"wrong": str(error).upper(), "status": status}


LISTEN = Family(
    "listen",
    lambda _: APIRouter(),
    prefixes=("/v1/listen", "/loud"),
    error_body=shouted,
    statuses={UndecodableAudio: 415},
)
SPEAK = Family("speak", lambda _: APIRouter(), prefixes=("/v1",))
FAMILIES = Families([SPEAK, LISTEN, REST])


@pytest.mark.parametrize(
    ("path", "family"),
    [
        ("/v1", SPEAK), ("/v1/models", SPEAK), ("/v1/listener", SPEAK), ("/v1/listen", LISTEN),
        ("/v1/listen/more/of/it", LISTEN), ("/loud/", LISTEN), ("/v1x", REST), ("/", REST),
        ("", REST), ("*", REST), ("/health", REST),
    ],
)  # fmt: skip
def test_who_answers(path: str, family: Family) -> None:
    """The family answers whose prefix is the longest; one answers what is left."""
    assert FAMILIES.at(path) is family


def test_somebody_answers_the_rest() -> None:
    """Families that leave paths unanswered cannot be served."""
    with pytest.raises(ValueError, match="no family answers"):
        Families([SPEAK])


@pytest.mark.parametrize(
    ("error", "status"),
    [(UndecodableAudio("m"), 415), (AudioTooShort("m"), 400), (HTTPException(418, "m"), 418)],
)
def test_status(error: Exception, status: int) -> None:
    """A family's own statuses go before those of all."""
    assert LISTEN.status(error) == status


def test_the_shape_of_a_path() -> None:
    """An error has the shape of the family that was asked, and all have the same headers."""
    for path, body in (("/v1/listen", {"wrong": "FULL", "status": 503}), ("/x", None)):
        answer = FAMILIES.answer({"type": "http", "path": path}, Overloaded("full"))
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
        assert body is None or json.loads(bytes(answer.body)) == body
    loading = FAMILIES.answer({"type": "websocket", "path": "/"}, ModelLoading("m"))
    assert loading.headers["Retry-After"] == "5"
