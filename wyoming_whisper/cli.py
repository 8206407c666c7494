"""The commands of the command line; the one module that prints and exits."""

from __future__ import annotations

import argparse
import asyncio
import gc
import logging
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from wyoming_whisper import __version__, errors
from wyoming_whisper.config.settings import Settings, check_uri, options
from wyoming_whisper.config.sources import SOURCES_HELP, add_arguments, read_settings, unless_blank
from wyoming_whisper.config.wyoming_faster_whisper import translate_arguments
from wyoming_whisper.errors import WyomingWhisperError, entry_of
from wyoming_whisper.language import normalize_language
from wyoming_whisper.system.cpu_tuning import set_environment
from wyoming_whisper.system.daemon_thread import any_running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

_LOG: Final = logging.getLogger(__name__)
_PROGRAM: Final = "wyoming-whisper"
# A supervisor reads a clean end as "leave it": Ctrl-C during the load is one.
_INTERRUPTED: Final = 130
# Of `doctor`, where something fails: a finding is no error of a command.
_FAILED: Final = 1
# What BSD's sysexits.h has for each kind of error.
_EXIT_STATUS: Final[dict[type[WyomingWhisperError], int]] = {
    **dict.fromkeys((errors.InvalidParameter, errors.UnsupportedValue), os.EX_USAGE),
    **dict.fromkeys(
        (errors.UnsupportedAudio, errors.UnsupportedLanguage, errors.UtteranceTooLong,
         errors.UndecodableAudio, errors.AudioTooShort, errors.AudioTooLong,
         errors.UploadTooLarge), os.EX_DATAERR),
    **dict.fromkeys(
        (errors.ModelUnknown, errors.ModelNotFound, errors.FileUnreadable), os.EX_NOINPUT),
    **dict.fromkeys(
        (errors.AddressError, errors.DeviceUnavailable, errors.ServerFailed), os.EX_UNAVAILABLE),
    **dict.fromkeys(
        (errors.EngineFailed, errors.SegmentTooLong, errors.DecoderFailed), os.EX_SOFTWARE),
    **dict.fromkeys(
        (errors.Overloaded, errors.ModelLoading, errors.ShuttingDown), os.EX_TEMPFAIL),
    **dict.fromkeys((errors.FramingError, errors.InvalidEvent), os.EX_PROTOCOL),
    **dict.fromkeys((errors.Unauthenticated, errors.Forbidden), os.EX_NOPERM),
    errors.ConfigError: os.EX_CONFIG,
}  # fmt: skip


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program; return its exit status."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    commands = {
        "serve": _serve,
        "transcribe": _transcribe,
        "health-check": _check_health,
        "models": _models,
        "bench": _bench,
        "doctor": _doctor,
        "key": _key,
    }
    command = commands[arguments.pop(0)] if arguments and arguments[0] in commands else _serve
    try:
        status = command(arguments)
    except WyomingWhisperError as error:
        print(f"{_PROGRAM}: {error}", file=sys.stderr)
        status = exit_status(error)
    except KeyboardInterrupt:
        status = _INTERRUPTED
    if any_running():
        # A model that is still loading cannot be stopped, and the interpreter's own way out takes
        # the ground from under it: the process would abort.
        logging.shutdown()
        sys.stdout.flush()
        os._exit(status)
    return status


def exit_status(error: WyomingWhisperError) -> int:
    """Return the exit status of a program that an error ends."""
    return entry_of(type(error), _EXIT_STATUS, os.EX_SOFTWARE)


def _serve(arguments: Sequence[str]) -> int:
    parser = _parser(
        "serve",
        "Speech to text for homes, over the Wyoming protocol. "
        f"'{_PROGRAM} transcribe FILE' transcribes one file; "
        f"'{_PROGRAM} models' lists, downloads and removes models; "
        f"'{_PROGRAM} bench' measures a server; "
        f"'{_PROGRAM} doctor' tells what is wrong; "
        f"'{_PROGRAM} key NAME' makes an API key for HTTP.",
        options(),
    )
    arguments, warnings = translate_arguments(arguments)
    settings = _settings(vars(parser.parse_args(arguments)), options())
    for warning in warnings:
        _LOG.warning("%s", warning)
    set_environment(settings.cpu_tuning)
    # Modules are no garbage: not looking for any while they are imported saves a tenth of the
    # start, and not looking at them ever again a millisecond now and then.
    gc.disable()
    from wyoming_whisper import app  # noqa: PLC0415 - the libraries read the environment

    gc.freeze()
    gc.enable()
    asyncio.run(app.serve(settings))
    return 0


def _transcribe(arguments: Sequence[str]) -> int:
    names = [name for name, option in options().items() if not option.server_only]
    parser = _parser("transcribe", "Transcribe an audio file and print the text.", names)
    parser.add_argument("file", type=Path, metavar="FILE", help="Any audio or video file.")
    parser.add_argument(
        "--uri",
        metavar="URI",
        help="Ask this Wyoming server, as a satellite would, instead of decoding here.",
    )
    given = vars(parser.parse_args(arguments))
    path, uri = given.pop("file"), given.pop("uri")
    # Who transcribes a file wants its text, not the story of how it came about.
    settings = _settings(given, names, {"log_level": "warning"})
    if not unless_blank(uri):
        set_environment(settings.cpu_tuning)
        from wyoming_whisper import app  # noqa: PLC0415 - the libraries read the environment

        print(asyncio.run(app.transcribe_file(settings, path)).text)
    else:
        from wyoming_whisper.audio.local_file import read_audio  # noqa: PLC0415
        from wyoming_whisper.wyoming_api import client as wyoming_client  # noqa: PLC0415

        check_uri(uri)
        language = normalize_language(settings.language)
        audio = read_audio(path, language)
        print(asyncio.run(wyoming_client.transcribe(uri, audio, language=language)).text)
    return 0


def _check_health(arguments: Sequence[str]) -> int:
    """Exit with 0 if a server describes itself within a second, as Home Assistant demands."""
    names = ["uri", "log_level", "log_format"]
    parser = _parser("health-check", "Ask a server to describe itself; for containers.", names)
    settings = _settings(vars(parser.parse_args(arguments)), names)
    from wyoming_whisper.wyoming_api import client as wyoming_client  # noqa: PLC0415 - --help needs none of it

    asyncio.run(wyoming_client.describe(settings.uri[0]))
    return 0


def _models(arguments: Sequence[str]) -> int:
    """List, download or remove models."""
    names = [
        "data_dir", "download_dir", "device", "language", "languages", "task", "log_level",
        "log_format",
    ]  # fmt: skip
    parser = _parser("models", "List the models there are, download one, or remove one.", names)
    parser.add_argument(
        "action", nargs="?", choices=("list", "download", "remove"), default="list",
        help="What to do. Default: %(default)s.",
    )  # fmt: skip
    parser.add_argument("model", nargs="?", metavar="MODEL", help="Which one, by its name.")
    given = vars(parser.parse_args(arguments))
    action, model = given.pop("action"), given.pop("model")
    if (action == "list") != (model is None):
        parser.error("list takes no model" if model else f"{action} which model?")
    settings = _settings(given, names, {"log_level": "warning"})
    from wyoming_whisper import app  # noqa: PLC0415 - --help needs none of it

    library = app.model_library(settings)
    if action == "list":
        print(library.table())
    elif action == "remove":
        for folder in library.remove(model):
            print(f"removed {folder}")
    else:
        print(f"{model} is in {_with_progress(library.download, model)}")
        print("A server that runs takes it at its next start, or at SIGHUP.")
    return 0


def _with_progress(download: Callable[[str, Callable[[int, int], None]], Path], model: str) -> Path:
    from tqdm import tqdm  # noqa: PLC0415 - only a download needs it

    # Nobody looks at a bar in a file.
    with tqdm(unit="B", unit_scale=True, desc=model, disable=None) as bar:

        def progress(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        return download(model, progress)


def _bench(arguments: Sequence[str]) -> int:
    """Measure a server, of this program or another."""
    parser = argparse.ArgumentParser(
        prog=f"{_PROGRAM} bench",
        description="Let satellites speak to any Wyoming server as Home Assistant does, and print "
        "a table: the time from the end of a command to its transcript, and the wrong words.",
        epilog="Every --pause with every --satellites is a row of its own.",
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("--uri", required=True, metavar="URI", help="The server, tcp://HOST:PORT or unix:///PATH.")
    add(
        "--commands", required=True, type=Path, metavar="DIR",
        help="A directory of recordings, and a commands.json that lists them: "
        '[{"file": "a.wav", "text": "Turn on the light."}, …].',
    )  # fmt: skip
    add("--count", type=int, metavar="N", help="Only the first N commands.")
    add("--rounds", type=int, default=1, metavar="N", help="How often each command is spoken.")
    add(
        "--satellites", type=int, nargs="+", default=[1], metavar="N",
        help="How many speak at the same time.",
    )  # fmt: skip
    add("--listeners", type=int, default=0, metavar="N", help="How many more send only noise.")
    add(
        "--pause", type=float, nargs="+", default=[0], metavar="S",
        help="Seconds of silence in the middle of each command.",
    )  # fmt: skip
    add("--snr", type=float, metavar="DB", help="Background noise, so far below the command.")
    add(
        "--floor", type=float, default=-60, metavar="DB",
        help="Noise of a quiet room, dB of full scale. Default: %(default)s.",
    )  # fmt: skip
    add("--fast", action="store_true", help="Send as fast as it goes, not in real time.")
    add("--language", default="en", help="What satellites ask for. Default: %(default)s.")
    add("--seed", type=int, default=0, metavar="N", help="Of the noise and the phases.")
    add("--misheard", action="store_true", help="List what was not understood.")
    given = parser.parse_args(arguments)
    check_uri(given.uri)
    from wyoming_whisper.bench import benchmark  # noqa: PLC0415 - --help needs none of it
    from wyoming_whisper.bench.load import Crowd  # noqa: PLC0415
    from wyoming_whisper.bench.spoken_commands import Room, read_commands  # noqa: PLC0415

    planned = benchmark.trials(
        read_commands(given.commands)[: given.count],
        [Room(given.floor, given.snr, pause_s) for pause_s in given.pause],
        [
            Crowd(n, given.listeners, not given.fast, given.language, given.floor)
            for n in given.satellites
        ],
        times=given.rounds,
        seed=given.seed,
    )
    if not given.fast:
        print(f"this takes {benchmark.total_s(planned) / 60:.1f} minutes or more", file=sys.stderr)
    measured = asyncio.run(benchmark.run(given.uri, planned, seed=given.seed))
    for trial, load in measured:
        for line in benchmark.complaints(load) + benchmark.misheard(load) * given.misheard:
            print(f"{trial}: {line}", file=sys.stderr)
    print(benchmark.report(measured))
    return 0


def _doctor(arguments: Sequence[str]) -> int:
    """Exit with 0 if a server with these settings would serve, with 1 if something prevents it."""
    parser = _parser(
        "doctor",
        "Look for what is wrong with this machine, this installation or these settings, and say "
        "what cures it. Give it the options, variables and files that the server has. Nothing is "
        "downloaded, and a server that runs goes on. Exits with 1 where something fails.",
        options(),
    )
    parser.add_argument("--json", action="store_true", help="Print JSON, for programs.")
    arguments, warnings = translate_arguments(arguments)
    given = vars(parser.parse_args(arguments))
    is_json = given.pop("json")
    # What it finds is the output; the log tells how it came about.
    settings = _settings(given, options(), {"log_level": "error"})
    for warning in warnings:
        _LOG.warning("%s", warning)
    set_environment(settings.cpu_tuning)
    from wyoming_whisper import app  # noqa: PLC0415 - the libraries read the environment
    from wyoming_whisper.doctor import report  # noqa: PLC0415 - --help needs none of it
    from wyoming_whisper.doctor.finding import Status, worst  # noqa: PLC0415

    findings = asyncio.run(app.examine(settings))
    print(report.as_json(findings, __version__) if is_json else report.as_text(findings))
    return _FAILED if worst(findings) is Status.FAIL else 0


def _key(arguments: Sequence[str]) -> int:
    """Make an API key."""
    parser = argparse.ArgumentParser(
        prog=f"{_PROGRAM} key",
        description="Make an API key for HTTP. Its line for the file of --api-keys goes to the "
        f"standard output ('{_PROGRAM} key NAME >> FILE'), the key itself to the standard error; "
        "it is shown this once. To revoke a key, delete its line.",
        allow_abbrev=False,
    )
    parser.add_argument("name", metavar="NAME", help="Who gets it.")
    from wyoming_whisper.http.door.keys import new_key  # noqa: PLC0415

    key, line = new_key(parser.parse_args(arguments).name)
    print(line)
    print(f"the key of this line, shown only now: {key}", file=sys.stderr)
    return 0


def _parser(command: str, description: str, names: Iterable[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=_PROGRAM if command == "serve" else f"{_PROGRAM} {command}",
        description=description,
        epilog=SOURCES_HELP,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"{_PROGRAM} {__version__}")
    add_arguments(parser, names)
    return parser


def _settings(
    given: Mapping[str, Any], names: Iterable[str], own_defaults: Mapping[str, str] | None = None
) -> Settings:
    """Return the settings from all sources, with the log set up as they say.

    Raises:
        ConfigError: If a source cannot be read or a value is impossible.
    """
    settings, warnings = read_settings(given, names, os.environ, own_defaults)
    logging.basicConfig(
        level=settings.log_level.upper(),
        format=settings.log_format,
        stream=sys.stderr,
        force=True,
    )
    if settings.log_level != "debug":
        # A line for each request to the Hub.
        logging.getLogger("httpx2").setLevel(logging.WARNING)
    for warning in warnings:
        _LOG.warning("%s", warning)
    return settings
