"""OpenAI's audio API as a family."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fastapi import APIRouter

from wyoming_whisper.http.errors import documented
from wyoming_whisper.http.family import Family
from wyoming_whisper.http.openai import audio, models
from wyoming_whisper.http.openai.errors import OpenAIErrorResponse, openai_error

if TYPE_CHECKING:
    from wyoming_whisper.http.service import Service


def _routes(service: Service) -> APIRouter:
    routes = APIRouter(tags=["OpenAI"])
    routes.include_router(audio.router(service))
    routes.include_router(models.router(service))
    return routes


OPENAI: Final = Family(
    name=audio.API,
    routes=_routes,
    prefixes=("/v1",),
    error_body=openai_error,
    error_responses=documented(OpenAIErrorResponse),
)
