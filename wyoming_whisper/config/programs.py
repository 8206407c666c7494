"""The settings that say which models are served beside the first one."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

from wyoming_whisper.config import checks
from wyoming_whisper.config.option import declare
from wyoming_whisper.config.turn import TurnSettings
from wyoming_whisper.errors import ConfigError
from wyoming_whisper.values import MAX_BEAMS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wyoming_whisper.config.settings import Settings


@dataclass(frozen=True, slots=True)
class ProgramSpec:
    """A model that is served by a name of its own.

    Attributes:
        name: What clients call it.
        model: As `--model` has it.
        language: Spoken where a client does not say; empty for what is decided for all.
        beam: Beams where a client does not say; 0 likewise.
    """

    name: str
    model: str
    language: str = ""
    beam: int = 0


def parse_program(text: str) -> ProgramSpec:
    """Read ``NAME=MODEL[,language=LANGUAGE][,beam=N]``.

    Raises:
        ValueError: If it is none.
        UnsupportedLanguage: If Whisper does not know the language.
    """
    first, *rest = (part.strip() for part in text.split(","))
    name, _, model = (part.strip() for part in first.partition("="))
    known = {field.name for field in fields(ProgramSpec)[2:]}
    given = {key: value for key, _, value in (part.partition("=") for part in rest)}
    if not name or not model or not set(given) <= known or not all(given.values()):
        raise ValueError("must be NAME=MODEL, perhaps with ,language=LANGUAGE or ,beam=N")
    checks.language(given.get("language", "auto"))
    beam = given.get("beam", "0")
    if not beam.isdecimal() or int(beam) > MAX_BEAMS:
        raise ValueError(f"beam must be from 0 to {MAX_BEAMS}")
    return ProgramSpec(name, model, given.get("language", ""), int(beam))


def check_names(first: str, programs: Sequence[str]) -> None:
    """Raise `ConfigError` unless each program has a name of its own."""
    names = [first, *(parse_program(text).name for text in programs)]
    if len({name.casefold() for name in names}) < len(names):
        raise ConfigError("--program: each needs a name of its own, and --name is the first one's")


def programs_of(settings: Settings) -> tuple[Settings, ...]:
    """Return the settings of each program: these, and the others', which differ in little."""
    others = (
        replace(
            settings,
            name=spec.name,
            model=spec.model,
            language=spec.language or settings.language,
            beam_size=spec.beam or settings.beam_size,
            program=(),
        )
        for spec in map(parse_program, settings.program)
    )
    return (settings, *others)


def program_text(table: object) -> str:
    """Return how a table of a configuration file is written on the command line.

    Raises:
        ValueError: If it is no table with a name and a model.
    """
    if not isinstance(table, dict):
        return str(table)
    rest = {key: value for key, value in table.items() if key not in {"name", "model"}}
    if "name" not in table or "model" not in table:
        raise ValueError("a program needs a name and a model")
    return ",".join([f"{table['name']}={table['model']}", *(f"{k}={v}" for k, v in rest.items())])


@dataclass(frozen=True, slots=True)
class ProgramSettings(TurnSettings):
    """What the owner of a server says of its programs; part of the settings."""

    program: tuple[str, ...] = declare(
        (),
        "Another model to serve, by a name that clients choose it by: NAME=MODEL, perhaps with "
        ",language=LANGUAGE or ,beam=N. Home Assistant sees only the first, which --model names.",
        metavar="NAME=MODEL",
        repeated=True,
        check=parse_program,
        server_only=True,
    )
