"""The sources of settings, and which of them wins."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from wyoming_whisper.config.device import Device
from wyoming_whisper.config.settings import Settings, options, variable
from wyoming_whisper.config.sources import (
    add_arguments,
    read_environment,
    read_file,
    read_settings,
    unless_blank,
)
from wyoming_whisper.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping

# One setting of each kind: as a text, and as its value.
EXAMPLES: Final[dict[str, tuple[str, object]]] = {
    "model": ("base", "base"),  # words
    "data_dir": ("/srv/models", (Path("/srv/models"),)),  # a list of paths
    "http_name": ("stt.example.com", ("stt.example.com",)),  # a list, by default empty
    "no_cpu_tuning": ("openmp", ("openmp",)),  # a list of choices, also without a value
    "device": ("cuda:1", Device("cuda", (1,))),  # a value of its own
    "cpu_threads": ("3", 3),  # a number
    "idle_unload": ("2.5", 2.5),  # another
    "task": ("translate", "translate"),  # a choice
    "no_eager": ("yes", True),  # a switch
    "zeroconf": ("kitchen", "kitchen"),  # words, also without a value
    "initial_prompt": ("a b", "a b"),  # words, by default none
}
BLANK: Final = ("", " ", "\t\n")


def settings(
    *arguments: str,
    environ: Mapping[str, str] | None = None,
    own_defaults: Mapping[str, str] | None = None,
) -> Settings:
    """Return what comes of a command line and an environment."""
    parser = argparse.ArgumentParser()
    add_arguments(parser, options())
    given = vars(parser.parse_args(arguments))
    return read_settings(given, options(), environ or {}, own_defaults)[0]


def written(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


def from_flag(tmp_path: Path, name: str, text: str) -> Settings:
    return settings(f"--{name.replace('_', '-')}", text)


def from_variable(tmp_path: Path, name: str, text: str) -> Settings:
    return settings(environ={variable(name): text})


def from_variables_file(tmp_path: Path, name: str, text: str) -> Settings:
    path = written(tmp_path / "value", f"{text}\n")
    return settings(environ={f"{variable(name)}_FILE": str(path)})


def from_toml(tmp_path: Path, name: str, text: str) -> Settings:
    path = written(tmp_path / "config.toml", f"{name} = {json.dumps(text)}")
    return settings("--config", str(path))


def from_toml_list(tmp_path: Path, name: str, text: str) -> Settings:
    path = written(tmp_path / "config.toml", f"{name} = {json.dumps([text, *BLANK])}")
    return settings(environ={"WYOMING_WHISPER_CONFIG": str(path)})


SOURCES: Final = (from_flag, from_variable, from_variables_file, from_toml)


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("name", EXAMPLES)
def test_every_source(tmp_path: Path, source: Any, name: str) -> None:  # noqa: ANN401 - a function
    """A setting of any kind can be written in any place, and is read alike."""
    text, value = EXAMPLES[name]
    assert source(tmp_path, name, text) == Settings(**{name: value})  # type: ignore[arg-type] # each its own


@pytest.mark.parametrize("text", BLANK)
@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("name", options())
def test_empty_is_not_given(tmp_path: Path, source: Any, name: str, text: str) -> None:  # noqa: ANN401 - a function
    """An empty or blank text is as if it were not given, for every setting, from every source."""
    assert source(tmp_path, name, text) == Settings()


@pytest.mark.parametrize("name", [name for name, option in options().items() if option.repeated])
def test_empty_members_of_a_list(tmp_path: Path, name: str) -> None:
    """Nor is an empty member of a list, and a list of nothing else is none."""
    assert from_toml_list(tmp_path, name, "") == Settings()
    texts = {"uri": "tcp://:1", "languages": "en", "cors_origin": "https://a", "program": "a=base"}
    text = texts.get(name, "openmp")
    assert from_toml_list(tmp_path, name, text) == from_flag(tmp_path, name, text)
    flag = f"--{name.replace('_', '-')}"
    assert settings(flag, "", flag, text, flag, " ") == from_flag(tmp_path, name, text)


def test_tables_of_programs(tmp_path: Path) -> None:
    """A program may be a table, or the text that stands on a command line."""
    tables = """
        [[program]]
        name = "german"
        model = "base"
        language = "de"
        beam = 3

        [[program]]
        name = "small"
        model = "small.en"
    """
    config = written(tmp_path / "config.toml", tables)
    assert settings("--config", str(config)).program == (
        "german=base,language=de,beam=3", "small=small.en",
    )  # fmt: skip
    for table in ('[[program]]\nname = "german"', '[[program]]\nname = "a"\nmodel = "b"\nx = 1'):
        broken = written(tmp_path / "broken.toml", table)
        with pytest.raises(ConfigError, match="program"):
            settings("--config", str(broken))


def test_what_is_empty_lets_others_speak(tmp_path: Path) -> None:
    """Behind an empty text, the next source counts, down to a command's own defaults."""
    config = written(tmp_path / "config.toml", 'model = "from-file"\nlanguage = ""')
    environ = {
        "WYOMING_WHISPER_CONFIG": str(config),
        "WYOMING_WHISPER_MODEL": "",
        "WYOMING_WHISPER_LOG_LEVEL": " ",
    }
    found = settings("--model", "", environ=environ, own_defaults={"log_level": "warning"})
    assert (found.model, found.language, found.log_level) == ("from-file", "auto", "warning")


def test_no_file_by_an_empty_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty name of a file is no file, neither of settings nor of a value."""
    monkeypatch.chdir(tmp_path)
    names = ("WYOMING_WHISPER_CONFIG", "WYOMING_WHISPER_CONFIG_FILE", "WYOMING_WHISPER_MODEL_FILE")
    assert settings("--config", "", environ=dict.fromkeys(names, "")) == Settings()
    empty = written(tmp_path / "empty", "\n")
    assert settings(environ={"WYOMING_WHISPER_CONFIG_FILE": str(empty)}) == Settings()


def test_the_order_of_sources(tmp_path: Path) -> None:
    """The command line wins over variables, these over the file, and all over own defaults."""
    config = written(tmp_path / "config.toml", 'model = "file"\nname = "file"\ntask = "translate"')
    environ = {"WYOMING_WHISPER_MODEL": "variable", "WYOMING_WHISPER_NAME": "variable"}
    own = {"model": "own", "name": "own", "task": "transcribe", "zeroconf": "own"}
    found = settings(
        "--model", "flag", "--config", str(config), environ=environ, own_defaults=own
    )  # fmt: skip
    assert found == Settings(model="flag", name="variable", task="translate", zeroconf="own")


def test_only_the_settings_of_a_command() -> None:
    """A command that needs a few settings is not stopped by what is wrong with others."""
    environ = {"WYOMING_WHISPER_DEVICE": "toaster", "WYOMING_WHISPER_NAME": "kitchen"}
    assert read_settings({}, ["name"], environ) == (Settings(name="kitchen"), [])


def test_warnings() -> None:
    """Variables that mean nothing here are warned about, with ours; empty ones are not."""
    environ = {
        "WYOMING_WHISPER_MODLE": "base",
        "WYO_WHISPER_MODEL": "base",
        "WYOMING_WHISPER_NOVELTY": "",
        "WYO_WHISPER_TASK": "",
    }
    assert read_settings({}, options(), environ)[1] == [
        "unknown variable WYOMING_WHISPER_MODLE, did you mean WYOMING_WHISPER_MODEL?",
        "WYO_WHISPER_MODEL is not read; the variable is WYOMING_WHISPER_MODEL here",
    ]


@pytest.mark.parametrize(
    ("text", "given"),
    [("a", "a"), (" a ", " a "), ("", None), (" \n", None), (None, None), ([], None), ([""], None),
     (["", "a", " "], ["a"])],
)  # fmt: skip
def test_unless_blank(text: str | list[str] | None, given: str | list[str] | None) -> None:
    """A text that says something stays as it is."""
    assert unless_blank(text) == given


def test_environment() -> None:
    """Each setting has a variable, and one that names a file."""
    texts, unknown = read_environment(
        {variable(name): "text" for name in options()} | {"PATH": "/"}
    )
    assert texts == dict.fromkeys(options(), "text")
    assert unknown == {}


def test_variable_that_names_a_file(tmp_path: Path) -> None:
    """The value is the file's text without the end of its line."""
    path = tmp_path / "prompt"
    path.write_text("Küche, Büro\n")
    texts, _ = read_environment({"WYOMING_WHISPER_INITIAL_PROMPT_FILE": str(path)})
    assert texts == {"initial_prompt": "Küche, Büro"}


def test_both_variables_contradict(tmp_path: Path) -> None:
    """A value and a file for one setting are an error, as is a file that cannot be read."""
    name = "WYOMING_WHISPER_MODEL"
    with pytest.raises(ConfigError, match="both set"):
        read_environment({name: "base", f"{name}_FILE": "x"})
    path = written(tmp_path / "value", "base")
    assert read_environment({name: "", f"{name}_FILE": str(path)}) == ({"model": "base"}, {})
    with pytest.raises(ConfigError, match="No such file"):
        read_environment({f"{name}_FILE": str(tmp_path / "none")})
    (tmp_path / "binary").write_bytes(b"\xff")
    with pytest.raises(ConfigError, match="not UTF-8"):
        read_environment({f"{name}_FILE": str(tmp_path / "binary")})


def test_file(tmp_path: Path) -> None:
    """The file's keys are the settings, with dashes or underscores; its values are TOML's."""
    path = tmp_path / "config.toml"
    path.write_text('cpu-threads = 2\nuri = ["tcp://:1", "tcp://:2"]\nlocal_files_only = true\n')
    assert read_file(path) == {
        "cpu_threads": "2",
        "uri": ["tcp://:1", "tcp://:2"],
        "local_files_only": "True",
    }
    path.write_text("data_dir = '/my models'\n")
    assert settings(environ={variable("config"): str(path)}).data_dir == (Path("/my models"),)


@pytest.mark.parametrize(
    ("text", "message"),
    [("modle = 'x'", "unknown key 'modle', did you mean 'model'"), ("model = ", "config.toml: ")],
)
def test_wrong_file(tmp_path: Path, text: str, message: str) -> None:
    """An unknown key or a syntax error is refused, with the file's name."""
    path = tmp_path / "config.toml"
    path.write_text(text)
    with pytest.raises(ConfigError, match=message):
        read_file(path)


def test_a_file_of_a_secret(tmp_path: Path) -> None:
    """A flag names the file of a secret; it wins over variables, and an empty one is not given."""
    path = written(tmp_path / "token", "secret\n")
    assert settings("--hass-token-file", str(path)) == Settings(hass_token="secret")
    environ = {"WYOMING_WHISPER_HASS_TOKEN": "variable"}
    assert settings("--hass-token-file", str(path), environ=environ).hass_token == "secret"
    assert settings("--hass-token-file", "", environ=environ).hass_token == "variable"
    empty = written(tmp_path / "empty", "\n")
    assert settings("--hass-token-file", str(empty), environ=environ).hass_token == "variable"
    with pytest.raises(ConfigError, match="--hass-token and --hass-token-file are both given"):
        settings("--hass-token", "secret", "--hass-token-file", str(path))
    with pytest.raises(ConfigError, match=r"--hass-token-file .*: No such file"):
        settings("--hass-token-file", str(tmp_path / "none"))
