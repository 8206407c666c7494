"""The names by which the one model is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wyoming_whisper.errors import ModelUnknown

if TYPE_CHECKING:
    from wyoming_whisper.http.service import Service

# What programs ask for that cannot be told otherwise.
ALIASES: Final = (
    "whisper-1",
    "gpt-transcribe",
    "gpt-4o-transcribe",
    "gpt-4o-mini-transcribe",
)


def known_names(service: Service) -> tuple[str, ...]:
    """Return the model's own name, and the others that it answers to."""
    model = service.program.name
    return (model, *(name for name in ALIASES if name != model))


def check_model(service: Service, name: str | None) -> None:
    """Raise `ModelUnknown` if the owner wants other names refused, and this is one."""
    if service.options.strict_models and name is not None and name not in known_names(service):
        raise unknown_model(name)


def unknown_model(name: str) -> ModelUnknown:
    """Return the error of a name that is none of the model's, in OpenAI's words."""
    return ModelUnknown(f"The model '{name}' does not exist", parameter="model")
