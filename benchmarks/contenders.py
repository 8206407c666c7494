"""Who is compared: this server, other versions of it, wyoming-faster-whisper; as users run them."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from wyoming_whisper.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT: Final = Path(__file__).parents[1]
WYOMING_FASTER_WHISPER: Final = "wyoming-faster-whisper"
REQUIREMENT: Final = f"{WYOMING_FASTER_WHISPER}==3.8.1"
ENVIRONMENT: Final = ROOT / ".venv-peer"
"""Where wyoming-faster-whisper is installed."""
# It takes four threads and five beams if nothing is said; on two cores this is its best.
_VARIANTS: Final = ("", "--cpu-threads 2 --beam-size 1")

_PROBED: Final = Path(__file__).parent / "probed_server.py"
_NOT_PASSED_ON: Final = ("WYOMING_WHISPER_", "WYO_WHISPER_", "PYTHONPATH")


@dataclass(frozen=True, slots=True)
class Contender:
    """A server to be measured.

    Attributes:
        name: What tables call it.
        command: Its command line, all but the address to listen on.
        variables: What is added to its environment.
        lags: The file in which it notes how late its event loop runs, if it does.
    """

    name: str
    command: tuple[str, ...]
    variables: Mapping[str, str] = field(default_factory=dict)
    lags: Path | None = None

    def command_line(self, uri: str) -> list[str]:
        """Return the command line of a server that listens there."""
        return [*self.command, "--uri", uri]

    @property
    def environment(self) -> dict[str, str]:
        """The environment: a user's, without what configures this program or this benchmark."""
        inherited = {k: v for k, v in os.environ.items() if not k.startswith(_NOT_PASSED_ON)}
        return inherited | dict(self.variables)


def ours(model: Path, variant: str = "", device: str | None = None) -> Contender:
    """Return this server; a variant is NAME=VALUE words and options, as in a shell."""
    words = shlex.split(variant)
    n_variables = next((n for n, word in enumerate(words) if word.startswith("-")), len(words))
    variables = dict(word.split("=", 1) for word in words[:n_variables])
    return Contender(
        f"wyoming_whisper {variant}".strip(),
        (
            sys.executable, "-m", "wyoming_whisper", "--no-zeroconf", "--model", str(model),
            *_device(device), *words[n_variables:],
        ),
        variables,
    )  # fmt: skip


def probed(model: Path, lags: Path, device: str | None = None) -> Contender:
    """Return this server with a probe in its event loop, which writes to a file."""
    plain = ours(model, device=device)
    python, module = plain.command[0], plain.command[3:]
    return Contender(
        f"{plain.name}, event loop probed", (python, str(_PROBED), str(lags), *module), lags=lags
    )


def other_version(given: Path, model: Path, device: str | None = None) -> Contender:
    """Return another version of this server.

    Args:
        given: An environment in which it is installed, or the Python of one.
        model: The model's directory, the same as for this one.
        device: Where to decode, if not where it chooses.

    Raises:
        ConfigError: If there is no such Python.
    """
    python = given / "bin" / "python" if given.is_dir() else given
    if not python.is_file():
        raise ConfigError(f"--other {given}: neither an environment nor a Python")
    _, *module = ours(model, device=device).command
    # Without -P the package of the working directory, which is this one, would be taken.
    return Contender(f"wyoming_whisper of {given}", (str(python.absolute()), "-P", *module))


def wyoming_faster_whisper(
    model: Path, data: Path, device: str | None = None, folder: Path = ENVIRONMENT
) -> list[Contender]:
    """Return wyoming-faster-whisper at its defaults, and at its best on two cores.

    Args:
        model: The model's directory.
        data: A directory that it asks for, and has no use for.
        device: Where to decode, if not where it chooses.
        folder: Its environment.
    """
    program = str(folder / "bin" / WYOMING_FASTER_WHISPER)
    return [
        Contender(
            f"{WYOMING_FASTER_WHISPER} {variant}".strip(),
            (
                program, "--model", str(model), "--data-dir", str(data),
                *_device(device), *shlex.split(variant),
            ),
        )
        for variant in _VARIANTS
    ]  # fmt: skip


def install_wyoming_faster_whisper(folder: Path = ENVIRONMENT) -> None:
    """Make that program's own environment, where that is not done.

    The libraries that both programs use come in the same versions.
    """
    stamp = folder / ".installed"
    if stamp.exists() and stamp.read_text() == REQUIREMENT:
        return
    print(f"installing {REQUIREMENT} in {folder.name}", file=sys.stderr)
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet"]
    constraints = ["--constraint", str(ROOT / "constraints.txt")]
    subprocess.run([*pip, "--disable-pip-version-check", *constraints, REQUIREMENT], check=True)
    stamp.write_text(REQUIREMENT)


def _device(device: str | None) -> list[str]:
    return ["--device", device] if device else []
