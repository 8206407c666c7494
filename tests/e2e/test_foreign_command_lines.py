"""The documented command lines of wyoming-faster-whisper 3.8.1 start this server.

They are those of its README and of the Home Assistant add-on's start script, with the address and
the data directory of a test; the model that they name lies there already.
"""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Final

import pytest
from local_models import write_multilingual_model
from server_process import ServerProcess

if TYPE_CHECKING:
    from pathlib import Path

_ADD_ON: Final = (
    "--uri URI --zeroconf --model tiny-int8 --stt-library auto --beam-size 0 --language en "
    "--whisper-task transcribe --data-dir DATA --download-dir DATA"
)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory that holds a toy by the name of tiny-int8."""
    folder = tmp_path_factory.mktemp("data")
    write_multilingual_model(folder / "tiny-int8")
    return folder


@pytest.mark.parametrize(
    ("line", "warnings"),
    [
        ("--model tiny-int8 --language en --uri URI --data-dir DATA --download-dir DATA", []),
        ("--uri URI --data-dir DATA --vad-endpointing 0.7", []),
        (
            "--uri URI --data-dir DATA --hass-token TOKEN --hass-api http://ha.local:8123/api",
            [],
        ),
        (_ADD_ON, []),
        (f"{_ADD_ON} --initial-prompt 'In the kitchen' --vad-clip --local-files-only --debug", []),
        (
            f"{_ADD_ON} --hass-token TOKEN --hass-refresh-seconds 1 --vad-endpointing 1",
            ["--hass-refresh-seconds"],
        ),
        (
            f"{_ADD_ON} --hass-prompt-max-tokens 9 --sherpa-streaming",
            ["--hass-prompt-max-tokens", "--sherpa-streaming"],
        ),
        (f"{_ADD_ON} --whisper-task translate --language auto --device cpu --cpu-threads 4", []),
    ],
)
def test_documented_lines(data: Path, line: str, warnings: list[str]) -> None:
    """The server starts, and warns once about each option that has no equal, and nothing else."""
    words = line.replace("URI", "tcp://127.0.0.1:0").replace("DATA", str(data))
    server = ServerProcess(*shlex.split(words))
    try:
        server.wait_for("ready: ")
    finally:
        assert server.stop() == 0
    # There is no Home Assistant here, which is nothing about the options.
    no_home = "no names from Home Assistant at "
    warned = [x for x in server.lines if " WARNING " in x and no_home not in x]
    assert len(warned) == len(warnings), warned
    for flag in warnings:
        assert sum(f"{flag} has no effect" in entry for entry in warned) == 1
    assert not any("TOKEN" in entry for entry in server.lines)


def test_its_variables_are_named(data: Path) -> None:
    """A variable of its is not obeyed, and the warning gives its name here."""
    server = ServerProcess(
        "--uri", "tcp://127.0.0.1:0", "--data-dir", str(data), "--no-zeroconf",
        WYO_WHISPER_MODEL="large-v3", WYO_WHISPER_HASS_TOKEN_FILE="/run/secrets/token",
    )  # fmt: skip
    try:
        server.wait_for("WYO_WHISPER_MODEL is not read; the variable is WYOMING_WHISPER_MODEL here")
        server.wait_for("the variable is WYOMING_WHISPER_HASS_TOKEN_FILE here")
        server.wait_for("ready: ")
    finally:
        server.stop()
