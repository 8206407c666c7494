"""What an owner says of the programs beside the first."""

from __future__ import annotations

import pytest

from wyoming_whisper.config.programs import ProgramSpec, parse_program, programs_of
from wyoming_whisper.config.settings import Settings
from wyoming_whisper.errors import ConfigError


@pytest.mark.parametrize(
    ("text", "spec"),
    [
        ("german=base", ProgramSpec("german", "base")),
        ("a b = Systran/faster-whisper-base", ProgramSpec("a b", "Systran/faster-whisper-base")),
        ("de=base,language=de,beam=3", ProgramSpec("de", "base", "de", 3)),
        ("de=base, beam=1", ProgramSpec("de", "base", "", 1)),
    ],
)
def test_read(text: str, spec: ProgramSpec) -> None:
    """A name and a model, and what is different from the first program."""
    assert parse_program(text) == spec


@pytest.mark.parametrize(
    "text",
    [
        "", "base", "=base", "german=", "german=base,", "german=base,language", "a=b,language=",
        "a=b,task=translate", "a=b,beam=many", "a=b,beam=17", "a=b,beam=-1", "a=b,language=klingon",
    ],
)  # fmt: skip
def test_impossible(text: str) -> None:
    """Whatever else there is, is refused by the option's name."""
    with pytest.raises(ConfigError, match="--program"):
        Settings(program=(text,))


def test_names_are_their_own() -> None:
    """Two programs of one name could not be told apart; case does not tell them."""
    with pytest.raises(ConfigError, match="a name of its own"):
        Settings(program=("German=base", "german=small"))
    with pytest.raises(ConfigError, match="a name of its own"):
        Settings(name="one", program=("One=base",))


def test_settings_of_each() -> None:
    """What a program does not say is as for the first."""
    settings = Settings(
        model="home-en", beam_size=2, cpu_threads=3,
        program=("german=base,language=de", "x=y,beam=1"),
    )  # fmt: skip
    first, german, other = programs_of(settings)
    assert first is settings
    assert (german.name, german.model, german.language, german.beam_size) == (
        "german", "base", "de", 2,
    )  # fmt: skip
    assert (other.name, other.model, other.language, other.beam_size) == ("x", "y", "auto", 1)
    assert german.cpu_threads == other.cpu_threads == 3
    assert programs_of(german) == (german,)
