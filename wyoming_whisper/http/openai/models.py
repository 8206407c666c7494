"""``/v1/models``: the one model, by each of its names."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated, Literal

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field

from wyoming_whisper.http.model_names import ALIASES, known_names, unknown_model

if TYPE_CHECKING:
    from wyoming_whisper.http.service import Service


class ModelObject(BaseModel):
    """The model, by one of its names."""

    id: str = Field(description="The name.")
    object: Literal["model"] = "model"
    created: int = Field(description="When the server started, in Unix seconds.")
    owned_by: str = Field(description="Who made the model.")
    task: Literal["automatic-speech-recognition"] = "automatic-speech-recognition"
    language: list[str] = Field(description="Whisper's codes of what it understands.")


class ModelList(BaseModel):
    """All of its names."""

    object: Literal["list"] = "list"
    data: list[ModelObject]


def router(service: Service) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(prefix="/v1")
    created = int(time.time())

    def described(name: str) -> ModelObject:
        return ModelObject(
            id=name,
            created=created,
            owned_by=service.program.facts.author,
            language=sorted(service.program.languages),
        )

    @routes.get("/models", summary="List the model, and the other names it answers to")
    async def models() -> ModelList:
        return ModelList(data=[described(name) for name in known_names(service)])

    @routes.get("/models/{name:path}", summary="Describe the model by one of its names")
    async def model(
        name: Annotated[str, Path(description="Slashes may be in it.", examples=[ALIASES[0]])],
    ) -> ModelObject:
        if name not in known_names(service):
            raise unknown_model(name)
        return described(name)

    return routes
