"""Where settings are written: the command line, variables, files → `Settings`.

The command line wins over variables, variables over the TOML file, and that over what a command has
for defaults. An empty text, or a blank one, is as if it were not given, wherever it stands: a
variable that is set to nothing, a flag's empty value, a file without a word, an empty member of a
list. So a start script may pass on what its user has left open.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from wyoming_whisper.config.programs import program_text
from wyoming_whisper.config.settings import (
    ENV_PREFIX,
    Settings,
    defaults,
    flag,
    options,
    variable,
)
from wyoming_whisper.config.wyoming_faster_whisper import FOREIGN_ENV_PREFIX, translate_variable
from wyoming_whisper.errors import ConfigError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Iterator, Mapping

    Text = str | list[str]

_CONFIG: Final = "config"

SOURCES_HELP: Final = f"""
Every option is also an environment variable ({ENV_PREFIX}MODEL), a variable that names a file
holding the value ({ENV_PREFIX}MODEL_FILE), and a key of the TOML file given with --config
(model = "base"). The command line wins over variables, variables over the file. What is empty is
as if it were not given. In a variable, values of a repeatable option are separated by spaces.
"""
"""What an owner has to know of all this."""


def add_arguments(parser: argparse.ArgumentParser, names: Iterable[str]) -> None:
    """Let a parser take settings, and the file that holds some."""
    parser.add_argument(f"--{_CONFIG}", metavar="FILE", help="A TOML file with settings.")
    declared = options()
    for name in names:
        option = declared[name]
        default = defaults()[name]
        shown = " ".join(map(str, default)) if isinstance(default, tuple) else str(default)
        parser.add_argument(
            flag(name),
            *option.also,
            dest=name,
            action="append" if option.repeated else "store",
            nargs=None if option.lone is None else "?",
            const=option.lone,
            metavar=option.metavar,
            help=f"{option.help} Default: {shown or 'none'}.".replace("%", "%%"),
        )
        if option.secret:
            # What stands on a command line, every user of the machine may read.
            help_text = f"A file that holds the value of {flag(name)}."
            parser.add_argument(f"{flag(name)}-file", metavar="FILE", help=help_text)


def read_settings(
    arguments: Mapping[str, Text | None],
    names: Iterable[str],
    environ: Mapping[str, str],
    own_defaults: Mapping[str, str] | None = None,
) -> tuple[Settings, list[str]]:
    """Merge the sources.

    Args:
        arguments: What a parser with `add_arguments` has found.
        names: The settings that matter to the command.
        environ: The environment.
        own_defaults: Texts of the command's own defaults, by setting.

    Returns:
        The settings, and warnings about variables that mean nothing here.

    Raises:
        ConfigError: If a source cannot be read or a value is impossible.
    """
    variables, unknown = read_environment(environ)
    config = unless_blank(arguments.get(_CONFIG)) or unless_blank(variables.get(_CONFIG))
    file = read_file(Path(str(config))) if config else {}
    values: dict[str, Any] = {}
    for name in names:
        for source in (arguments, _named_files(arguments), variables, file, own_defaults or {}):
            if text := unless_blank(source.get(name)):
                values[name] = _value(name, text)
                break
    return Settings(**values), [*_unknown(unknown), *_foreign(environ)]


def _named_files(arguments: Mapping[str, Text | None]) -> dict[str, Text]:
    """Read the files of secrets that the command line names.

    Raises:
        ConfigError: If one cannot be read, or the secret is there as well.
    """
    texts: dict[str, Text] = {}
    for name, option in options().items():
        path = unless_blank(arguments.get(f"{name}_file")) if option.secret else None
        if path is None:
            continue
        if unless_blank(arguments.get(name)):
            raise ConfigError(f"{flag(name)} and {flag(name)}-file are both given")
        texts[name] = _read_text(f"{flag(name)}-file", Path(str(path))).rstrip("\r\n")
    return texts


def unless_blank(text: Text | None) -> Text | None:
    """Return a text, or those of several that are not blank; ``None`` where nothing is left."""
    if isinstance(text, list):
        return [member for member in text if unless_blank(member)] or None
    return text if text and not text.isspace() else None


def read_environment(environ: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str | None]]:
    """Read our variables, and those that name files holding a value.

    Returns:
        The texts by setting, and the variables with our prefix that mean nothing, each with the
        variable that may have been meant.

    Raises:
        ConfigError: If a named file cannot be read, or a setting has both variables.
    """
    known = {variable(name): name for name in (*options(), _CONFIG)}
    texts: dict[str, str] = {}
    unknown: dict[str, str | None] = {}
    for full_name, value in environ.items():
        if not full_name.startswith(ENV_PREFIX) or not unless_blank(value):
            continue
        base = full_name.removesuffix("_FILE")
        if full_name in known:
            texts[known[full_name]] = value
        elif base in known:
            if unless_blank(environ.get(base)):
                raise ConfigError(f"{base} and {full_name} are both set")
            texts[known[base]] = _read_text(full_name, Path(value)).rstrip("\r\n")
        else:
            unknown[full_name] = _closest(full_name, known)
    return texts, unknown


def read_file(path: Path) -> dict[str, Text]:
    """Read a TOML file of settings.

    Raises:
        ConfigError: If it cannot be read, is no TOML, or has a key that is no setting.
    """
    import tomllib  # noqa: PLC0415 - 3 ms, which most starts need not pay

    try:
        table = tomllib.loads(_read_text(f"--{_CONFIG}", path))
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: {error}") from error
    texts: dict[str, Text] = {}
    for key, value in table.items():
        name = key.replace("-", "_")
        if name not in options():
            close = _closest(name, options())
            raise ConfigError(
                f"{path}: unknown key {key!r}" + (f", did you mean {close!r}?" if close else "")
            )
        # Variables have several values between blanks; TOML has lists, and paths may have blanks.
        members = [value] if options()[name].repeated and not isinstance(value, list) else value
        if name == "program" and isinstance(members, list):
            members = [_program(path, member) for member in members]
        texts[name] = [str(v) for v in members] if isinstance(members, list) else str(members)
    return texts


def _program(path: Path, table: object) -> str:
    try:
        return program_text(table)
    except ValueError as error:
        raise ConfigError(f"{path}: {error}") from error


def _unknown(variables: Mapping[str, str | None]) -> Iterator[str]:
    for name, close in variables.items():
        yield f"unknown variable {name}" + (f", did you mean {close}?" if close else "")


def _foreign(environ: Mapping[str, str]) -> Iterator[str]:
    ours = {name: variable(name) for name in options()}
    for name, value in environ.items():
        if name.startswith(FOREIGN_ENV_PREFIX) and unless_blank(value):
            yield translate_variable(name, ours)


def _closest(name: str, names: Iterable[str]) -> str | None:
    """Return the name that may have been meant, if there is one."""
    import difflib  # noqa: PLC0415 - mistakes may take their time

    return next(iter(difflib.get_close_matches(name, names, 1)), None)


def _value(name: str, text: Text) -> object:
    """Return a setting's value from its text or texts."""
    option = options()[name]
    try:
        if option.repeated:
            return tuple(map(option.parse, text.split() if isinstance(text, str) else text))
        if isinstance(text, str):
            return option.parse(text)
    except ValueError as error:
        raise ConfigError(f"{flag(name)} {text!r}: {error}") from error
    raise ConfigError(f"{flag(name)} takes one value")


def _read_text(source: str, path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
        raise ConfigError(f"{source} {path}: {reason}") from error
