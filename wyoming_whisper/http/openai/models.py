"""``/v1/models``: the models, by each of their names."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated, Literal

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field

from wyoming_whisper.http.model_names import ALIASES, known_names, unknown_model

if TYPE_CHECKING:
    from wyoming_whisper.http.service import Service
    from wyoming_whisper.recognition.program import Program


class ModelObject(BaseModel):
    """A model, by one of its names."""

    id: str = Field(description="The name.")
    object: Literal["model"] = "model"
    created: int = Field(description="When the server started, in Unix seconds.")
    owned_by: str = Field(description="Who made the model.")
    task: Literal["automatic-speech-recognition"] = "automatic-speech-recognition"
    language: list[str] = Field(description="Whisper's codes of what it understands.")


class ModelList(BaseModel):
    """All names."""

    object: Literal["list"] = "list"
    data: list[ModelObject]


def router(service: Service) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(prefix="/v1")
    created = int(time.time())

    def described(name: str, program: Program) -> ModelObject:
        return ModelObject(
            id=name,
            created=created,
            owned_by=program.facts.author,
            language=sorted(program.languages),
        )

    @routes.get("/models", summary="List the models, and the other names they answer to")
    async def models() -> ModelList:
        return ModelList(data=[described(*known) for known in known_names(service).items()])

    @routes.get("/models/{name:path}", summary="Describe a model by one of its names")
    async def model(
        name: Annotated[str, Path(description="Slashes may be in it.", examples=[ALIASES[0]])],
    ) -> ModelObject:
        program = known_names(service).get(name)
        if program is None:
            raise unknown_model(name)
        return described(name, program)

    return routes
