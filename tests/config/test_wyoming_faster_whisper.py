"""Command lines of wyoming-faster-whisper."""

from __future__ import annotations

import pytest

from wyoming_whisper.config.settings import options, variable
from wyoming_whisper.config.wyoming_faster_whisper import translate_arguments, translate_variable

VARIABLES = {name: variable(name) for name in options()}


@pytest.mark.parametrize(
    ("foreign", "ours"),
    [
        ("--uri tcp://0.0.0.0:10300 --model base", "--uri tcp://0.0.0.0:10300 --model base"),
        ("--whisper-task translate", "--task translate"),
        ("--whisper-task=translate --debug", "--task translate --log-level debug"),
        ("--vad-filter --vad-threshold 0.4", "--vad-threshold 0.4"),
        ("--vad-clip --model base", "--model base"),
        ("--vad-clip sherpa onnx-asr --model base", "--model base"),
        ("--stt-library faster-whisper --model base", "--model base"),
        ("--vad-clip-threshold 0.3", "--vad-threshold 0.3"),
        (
            "--hass-token secret --hass-api http://x/api",
            "--hass-token secret --hass-url http://x/api",
        ),
    ],
)
def test_equals(foreign: str, ours: str) -> None:
    """What has an equal here becomes it, without a warning."""
    assert translate_arguments(foreign.split()) == (ours.split(), [])


@pytest.mark.parametrize(
    "foreign",
    [
        "--vad-clip-pad-ms 400", "--stt-library sherpa",
        "--sherpa-streaming", "--hass-refresh-seconds 1", "--hass-prompt-max-tokens 9",
        "--hass-prompt-timeout 1",
    ],
)  # fmt: skip
def test_no_equal(foreign: str) -> None:
    """What has no equal is dropped with one warning."""
    ours, (warning,) = translate_arguments(["--model", "base", *foreign.split()])
    assert ours == ["--model", "base"]
    assert warning.startswith(foreign.partition(" ")[0])


def test_missing_value() -> None:
    """A value that is missing at the end of the line is left to the parser to complain about."""
    assert translate_arguments(["--whisper-task"]) == (["--task"], [])


@pytest.mark.parametrize(
    ("name", "warning"),
    [
        ("WYO_WHISPER_MODEL", "the variable is WYOMING_WHISPER_MODEL here"),
        ("WYO_WHISPER_MODEL_FILE", "the variable is WYOMING_WHISPER_MODEL_FILE here"),
        ("WYO_WHISPER_WHISPER_TASK", "the variable is WYOMING_WHISPER_TASK here"),
        ("WYO_WHISPER_DEBUG", "the variable is WYOMING_WHISPER_LOG_LEVEL here"),
        ("WYO_WHISPER_HASS_TOKEN_FILE", "the variable is WYOMING_WHISPER_HASS_TOKEN_FILE here"),
        ("WYO_WHISPER_HASS_API", "the variable is WYOMING_WHISPER_HASS_URL here"),
        ("WYO_WHISPER_HASS_REFRESH_SECONDS", "no equal here: names are read when"),
        ("WYO_WHISPER_NOVELTY", "no equal here"),
    ],
)
def test_variables(name: str, warning: str) -> None:
    """Its variables are named in a warning with ours."""
    assert warning in translate_variable(name, VARIABLES)
