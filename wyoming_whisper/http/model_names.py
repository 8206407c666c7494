"""The names by which models are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wyoming_whisper.errors import ModelUnknown

if TYPE_CHECKING:
    from wyoming_whisper.http.service import Service
    from wyoming_whisper.recognition.program import Program

# What programs ask for that cannot be told otherwise.
ALIASES: Final = (
    "whisper-1",
    "gpt-transcribe",
    "gpt-4o-transcribe",
    "gpt-4o-mini-transcribe",
)


def known_names(service: Service) -> dict[str, Program]:
    """Return what is asked for by each name: the models', the programs', and the default's own."""
    default, *others = service.recognizer.programs
    names = {default.name: default}
    for program in others:
        names.setdefault(program.options.title, program)
        names.setdefault(program.name, program)
    for name in ALIASES:
        names.setdefault(name, default)
    return names


def check_model(service: Service, name: str | None) -> None:
    """Raise `ModelUnknown` if the owner wants other names refused, and this is one."""
    if (
        service.options.strict_models
        and name is not None
        and name not in known_names(service)
        and service.recognizer.named(name) is None
    ):
        raise unknown_model(name)


def unknown_model(name: str) -> ModelUnknown:
    """Return the error of a name that is none of the model's, in OpenAI's words."""
    return ModelUnknown(f"The model '{name}' does not exist", parameter="model")
