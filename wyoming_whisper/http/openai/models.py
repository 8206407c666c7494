"""The names by which the one model is asked for, and ``/v1/models``."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated, Final, Literal

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field

from wyoming_whisper.errors import ModelUnknown
from wyoming_whisper.http.errors import OPENAI_ERRORS

if TYPE_CHECKING:
    from wyoming_whisper.http.service import Service

# What programs ask for that cannot be told otherwise.
ALIASES: Final = (
    "whisper-1",
    "gpt-transcribe",
    "gpt-4o-transcribe",
    "gpt-4o-mini-transcribe",
)


class Model(BaseModel):
    """The model, by one of its names."""

    id: str = Field(description="The name.")
    object: Literal["model"] = "model"
    created: int = Field(description="When the server started, in Unix seconds.")
    owned_by: str = Field(description="Who made the model.")
    task: Literal["automatic-speech-recognition"] = "automatic-speech-recognition"
    language: list[str] = Field(description="Whisper's codes of what it understands.")


class Models(BaseModel):
    """All of its names."""

    object: Literal["list"] = "list"
    data: list[Model]


def router(service: Service) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(prefix="/v1", tags=["OpenAI"], responses=OPENAI_ERRORS)
    created = int(time.time())
    names = (service.info.model, *(name for name in ALIASES if name != service.info.model))

    def described(name: str) -> Model:
        return Model(
            id=name,
            created=created,
            owned_by=service.info.model_author,
            language=sorted(service.info.languages),
        )

    @routes.get("/models", summary="List the model, and the other names it answers to")
    async def models() -> Models:
        return Models(data=[described(name) for name in names])

    @routes.get("/models/{name:path}", summary="Describe the model by one of its names")
    async def model(
        name: Annotated[str, Path(description="Slashes may be in it.", examples=[ALIASES[0]])],
    ) -> Model:
        if name not in names:
            raise ModelUnknown(f"The model '{name}' does not exist", parameter="model")
        return described(name)

    return routes


def check_model(service: Service, name: str | None) -> None:
    """Raise `ModelUnknown` if the owner wants other names refused, and this is one."""
    known = name in {None, service.info.model, *ALIASES}
    if service.options.strict_models and not known:
        raise ModelUnknown(f"The model '{name}' does not exist", parameter="model")
