"""The names of a home, kept on disk so that they are known before Home Assistant answers."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Final

from wyoming_whisper.household.spelling import MAX_NAMES, MAX_SPELLINGS, spelling
from wyoming_whisper.household.vocabulary import Household, Name, NameKind
from wyoming_whisper.system.private_file import written_beside

if TYPE_CHECKING:
    from pathlib import Path

_LOG: Final = logging.getLogger(__name__)

# What is written is much smaller; what is larger was written by somebody else.
_MAX_BYTES: Final = 16 * 2**20
# Raised when what stands in the file means something else than before.
_VERSION: Final = 1


def read_names(path: Path, source: str) -> Household | None:
    """Return the names that were kept; ``None`` where there are none of this source. Blocks.

    A file that cannot be read, or is damaged, is as if there were none, with a line of the log.

    Args:
        path: The file.
        source: Whom the names must be from.
    """
    try:
        with path.open("rb") as file:
            content = file.read(_MAX_BYTES + 1)
        if len(content) > _MAX_BYTES:
            raise ValueError("too large")
        kept = json.loads(content)
        if kept["version"] != _VERSION or kept["source"] != source:
            return None
        return Household(names=tuple(_name(entry) for entry in kept["names"][:MAX_NAMES]))
    except FileNotFoundError:
        return None
    except OSError as error:
        _LOG.warning("cannot read %s: %s", path, error.strerror)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        _LOG.warning("%s is damaged; Home Assistant is asked for its names", path)
    return None


def write_names(path: Path, source: str, household: Household) -> None:
    """Keep names, readable by this user alone, in one step. Blocks.

    Raises:
        OSError: If that fails; what was kept before is then still there.
    """
    names = [
        {"text": name.text, "kind": name.kind.value, "aliases": name.aliases, "domain": name.domain}
        for name in household.names
    ]
    kept = json.dumps({"version": _VERSION, "source": source, "names": names})
    path.parent.mkdir(parents=True, exist_ok=True)
    with written_beside(path, kept) as written:
        written.replace(path)


def _name(entry: dict[str, str | list[str]]) -> Name:
    """Read a name.

    Raises:
        ValueError, KeyError, TypeError, AttributeError: If it is none.
    """
    domain = entry["domain"]
    if not isinstance(domain, str):
        raise TypeError("no domain")
    return Name(
        spelling(_text(entry["text"])),
        NameKind(entry["kind"]),
        tuple(spelling(_text(alias)) for alias in entry["aliases"][:MAX_SPELLINGS]),
        domain=domain,
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("no text")
    return value
