"""The settings that say where the names of a home come from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from wyoming_whisper.config import checks
from wyoming_whisper.config.option import declare


@dataclass(frozen=True, slots=True)
class HouseholdSettings:
    """What the owner of a server tells of the home; part of the settings."""

    vocabulary: tuple[Path, ...] = declare(
        (),
        "File of names that people say, one a line: Siobhan, or Lounge, Sitting Room, sounds like "
        "launch.",
        parse=Path,
        metavar="FILE",
        repeated=True,
    )
    replacements: tuple[Path, ...] = declare(
        (),
        "File of what is written otherwise than it is heard, HEARD => WRITTEN, one a line.",
        parse=Path,
        metavar="FILE",
        repeated=True,
    )
    snap: str = declare(
        "sentences",
        "How a transcript is changed to what is said in this home: sentences, to the nearest "
        "sentence of Home Assistant's where nothing speaks against it, and names; names only; off.",
        choices=("off", "names", "sentences"),
    )
    hass_url: str = declare(
        "",
        "Home Assistant, whose names of areas, floors and exposed entities are used; "
        "http://homeassistant.local:8123 where only a token is given. As one of its apps the "
        "server finds it by itself.",
        metavar="URL",
        check=checks.optional_home_assistant_url,
        server_only=True,
    )
    hass_token: str = declare(
        "",
        "Long-lived access token of an administrator of Home Assistant; better in a file, which "
        "--hass-token-file names.",
        metavar="TOKEN",
        server_only=True,
        secret=True,
    )
