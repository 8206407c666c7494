"""The settings that say when a speaker has finished."""

from __future__ import annotations

from dataclasses import dataclass

from wyoming_whisper.config import checks
from wyoming_whisper.config.household import HouseholdSettings
from wyoming_whisper.config.option import declare


@dataclass(frozen=True, slots=True)
class TurnSettings(HouseholdSettings):
    """What the owner of a server says of the ends of utterances; part of the settings."""

    early_answer: str = declare(
        "complete",
        "When a command is answered before its client says that it is over: complete, when it is "
        "one of the home's sentences, after 0.3 s of silence if nothing else can follow and 0.45 s "
        "if something can; silence:MS, after so much silence whatever was said; off.",
        metavar="off|complete|silence:MS",
        check=checks.early_answer,
        server_only=True,
    )
    endpointing: float = declare(
        0.0,
        "Seconds of silence after which a command is over, for clients that cannot tell; 0 leaves "
        "that to them. Home Assistant, from 2026.10 on, then leaves it to the server.",
        parse=float,
        metavar="S",
        lone="0.7",
        bounds=(0, 10),
        server_only=True,
    )
    no_speech_timeout: float = declare(
        5.0,
        "With --endpointing: seconds after which it is over if nobody speaks.",
        parse=float,
        metavar="S",
        bounds=(1, 60),
        server_only=True,
    )
    longest_command: float = declare(
        30.0,
        "With --endpointing: seconds after which it is over in any case.",
        parse=float,
        metavar="S",
        bounds=(1, 600),
        server_only=True,
    )
