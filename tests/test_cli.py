"""The command line, run as people do: in a process of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from typing import TYPE_CHECKING, Final

import pytest
from error_kinds import TOLD

from wyoming_whisper import __version__
from wyoming_whisper.cli import _EXIT_STATUS, exit_status
from wyoming_whisper.config.settings import flag, options, variable
from wyoming_whisper.errors import (
    AddressError,
    AudioTooLong,
    AudioTooShort,
    ConfigError,
    DecoderFailed,
    DeviceUnavailable,
    EngineFailed,
    FileUnreadable,
    Forbidden,
    FramingError,
    InvalidEvent,
    InvalidParameter,
    ModelLoading,
    ModelNotFound,
    ModelUnknown,
    Overloaded,
    SegmentTooLong,
    ServerFailed,
    ShuttingDown,
    Unauthenticated,
    UndecodableAudio,
    UnsupportedAudio,
    UnsupportedLanguage,
    UnsupportedValue,
    UploadTooLarge,
    UtteranceTooLong,
    WyomingWhisperError,
)
from wyoming_whisper.http.door.keys import KeyFile

if TYPE_CHECKING:
    from pathlib import Path

_CLEAN: Final = {k: v for k, v in os.environ.items() if not k.startswith("WYOMING_WHISPER")}


def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "wyoming_whisper", *arguments],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
        env=_CLEAN | variables,
    )


def test_version() -> None:
    """--version prints the version."""
    assert run("--version").stdout == f"wyoming-whisper {__version__}\n"


def test_help_names_every_option() -> None:
    """--help lists every setting with its default."""
    done = run("--help")
    assert done.returncode == 0
    for name in options():
        assert flag(name) in done.stdout
    assert "Default: tcp://0.0.0.0:10300." in " ".join(done.stdout.split())


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (
            ["--device", "toaster"],
            78,
            "wyoming-whisper: --device 'toaster': must be auto, cpu, cuda or cuda:N",
        ),
        (["--cpu-threads", "two"], 78, "wyoming-whisper: --cpu-threads 'two': "),
        (["--model", "no-such-model"], 66, "wyoming-whisper: no model 'no-such-model': give a dir"),
        (["--model", "base", "--local-files-only"], 66, "wyoming-whisper: model 'base' is not on"),
        (["--model", "home-en", "--language", "de"], 78, "wyoming-whisper: --language: home-en "),
        (["--model", "home-en", "--task", "translate"], 78, "wyoming-whisper: --task translate: "),
        (["--config", "/no/such/file"], 78, "wyoming-whisper: --config /no/such/file: No such"),
        (["--api-keys", "/no/such/file"], 78, "wyoming-whisper: --api-keys /no/such/file: No such"),
        (["transcribe", "/no/such.wav"], 66, "wyoming-whisper: /no/such.wav: No such file"),
        (
            ["transcribe", "x.wav", "--uri", "tcp://127.0.0.1:9"],
            69,
            "wyoming-whisper: no server an",
        ),
        (["transcribe", "x.wav", "--uri", "nonsense"], 78, "wyoming-whisper: --uri 'nonsense': "),
    ],
)
def test_errors_are_one_line(
    tmp_path: Path, arguments: list[str], status: int, message: str
) -> None:
    """What the owner can mend is one line with the cure, and an exit status of its own."""
    done = run(*arguments, WYOMING_WHISPER_DATA_DIR=str(tmp_path))
    assert done.returncode == status
    assert done.stderr.startswith(message)
    assert done.stderr.count("\n") == 1


def test_port_in_use() -> None:
    """A port that is taken is one line with the cure."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = run("--uri", f"tcp://127.0.0.1:{taken.getsockname()[1]}")
    assert done.returncode == 69
    assert "another program uses this port" in done.stderr
    assert done.stderr.count("\n") == 1


def test_models(tmp_path: Path) -> None:
    """Models are listed with the one that suits; what cannot be had or removed is one line."""
    data = {"WYOMING_WHISPER_DATA_DIR": str(tmp_path), "WYOMING_WHISPER_DEVICE": "cpu"}
    done = run("models", "--language", "en", **data)
    assert done.returncode == 0
    assert [line.split()[1] for line in done.stdout.splitlines() if line.startswith("*")] == [
        "home-en", "suits",
    ]  # fmt: skip
    removed = run("models", "remove", "base", **data)
    assert (removed.returncode, removed.stderr.count("\n")) == (66, 1)
    asked = run("models", "download", **data)
    assert (asked.returncode, asked.stdout) == (2, "")
    assert "download which model?" in asked.stderr
    unreachable = run("models", "download", "base", **data, HF_ENDPOINT="http://127.0.0.1:9")
    assert (unreachable.returncode, unreachable.stderr.count("\n")) == (66, 1)
    assert "could not be downloaded" in unreachable.stderr


def test_key(tmp_path: Path) -> None:
    """A key's line goes to the file of keys, the key itself to the screen, and it fits."""
    done = run("key", "kitchen")
    key = done.stderr.split()[-1]
    path = tmp_path / "keys"
    path.write_text(done.stdout)
    assert done.stdout.count("\n") == 1
    assert key not in done.stdout
    assert KeyFile(path).holder(key) == "kitchen"


def test_impossible_key() -> None:
    """A name that cannot stand in the file, or none, is refused."""
    assert "no name for a key" in run("key", "the kitchen").stderr
    assert run("key").returncode == 2


def test_unknown_option() -> None:
    """An unknown option is a usage error."""
    done = run("--modle", "base")
    assert done.returncode == 2
    assert "--modle" in done.stderr


def test_unknown_variable_is_warned_about() -> None:
    """A variable with our prefix that means nothing is named, with what may have been meant."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        uri = f"tcp://127.0.0.1:{taken.getsockname()[1]}"
        done = run("--uri", uri, WYOMING_WHISPER_MODLE="base")
    assert (
        "unknown variable WYOMING_WHISPER_MODLE, did you mean WYOMING_WHISPER_MODEL?" in done.stderr
    )


def test_sources_win_in_order(tmp_path: Path) -> None:
    """The command line wins over variables, variables over the file."""
    config = tmp_path / "config.toml"
    config.write_text('device = "from-file"\n')
    variables = {"WYOMING_WHISPER_CONFIG": str(config)}
    # Every device here is impossible, so the message shows whose turn it was.
    assert "from-file" not in run("--device", "cpu", "--model", "x", **variables).stderr
    config.write_text('task = "file"\ndevice = "cpu"\n')
    assert "--task" in run(**variables).stderr
    assert "--task" not in run("--model", "x", **variables, WYOMING_WHISPER_TASK="translate").stderr


def test_empty_variables_are_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server whose variables are all empty starts as one without any, whatever lies around it."""
    monkeypatch.chdir(tmp_path)  # which is no model
    with socket.create_server(("127.0.0.1", 0)) as taken:
        uri = f"tcp://127.0.0.1:{taken.getsockname()[1]}"
        variables = {variable(name): "" for name in (*options(), "config")}
        files = {f"{name}_FILE": "" for name in variables}
        plain, empty = run("--uri", uri), run("--uri", uri, **variables, **files)
    assert "another program uses this port" in plain.stderr
    assert (empty.returncode, empty.stderr) == (plain.returncode, plain.stderr)


def test_empty_flags_are_not_there(tmp_path: Path) -> None:
    """What a start script passes on empty is as if it were not given; it is no address either."""
    done = run("transcribe", "--uri", "", "--model", "", "--config", " ", "/no/such.wav")
    assert done.returncode == 66
    assert "/no/such.wav: No such file" in done.stderr


def test_repeated_value_for_a_single_setting(tmp_path: Path) -> None:
    """A list is refused where one value is wanted."""
    path = tmp_path / "config.toml"
    path.write_text("model = ['a', 'b']")
    assert "--model takes one value" in run("--config", str(path)).stderr


EXIT_STATUS: Final[dict[int, set[type[WyomingWhisperError]]]] = {
    os.EX_PROTOCOL: {FramingError, InvalidEvent},
    os.EX_DATAERR: {
        UnsupportedAudio,
        UnsupportedLanguage,
        UtteranceTooLong,
        UndecodableAudio,
        AudioTooShort,
        AudioTooLong,
        UploadTooLarge,
    },
    os.EX_USAGE: {InvalidParameter, UnsupportedValue},
    os.EX_NOPERM: {Unauthenticated, Forbidden},
    os.EX_TEMPFAIL: {Overloaded, ModelLoading, ShuttingDown},
    os.EX_SOFTWARE: {EngineFailed, SegmentTooLong, DecoderFailed},
    os.EX_CONFIG: {ConfigError},
    os.EX_NOINPUT: {ModelNotFound, FileUnreadable, ModelUnknown},
    os.EX_UNAVAILABLE: {AddressError, DeviceUnavailable, ServerFailed},
}


@pytest.mark.parametrize("cls", TOLD)
def test_exit_status(cls: type[WyomingWhisperError]) -> None:
    """A program that ends with one of our errors exits as sysexits.h has it for its kind."""
    assert cls in _EXIT_STATUS
    assert cls in EXIT_STATUS[exit_status(cls("why"))]
