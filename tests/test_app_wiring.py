"""What the owner's settings come to in each room."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

import pytest

from wyoming_whisper.app_wiring import (
    decode_options,
    eager_options,
    engine_options,
    file_limits,
    home_assistant,
    own_names,
    program_options,
    segmenting_options,
    turn_options,
)
from wyoming_whisper.config.device import Device
from wyoming_whisper.config.settings import Settings
from wyoming_whisper.engines.whisper.gates import Gates
from wyoming_whisper.engines.whisper.options import EngineOptions
from wyoming_whisper.errors import ConfigError
from wyoming_whisper.home_assistant.access import Access
from wyoming_whisper.household.vocabulary import Household, Name, Replacement
from wyoming_whisper.http.service import HttpOptions
from wyoming_whisper.recognition.eager import EagerOptions
from wyoming_whisper.recognition.end_of_turn import (
    WHEN_COMPLETE,
    EarlyAnswers,
    EndpointingLimits,
)
from wyoming_whisper.recognition.turn_watch import TurnOptions
from wyoming_whisper.speech.endpointing import EndpointingOptions
from wyoming_whisper.speech.segmenter import SegmentingOptions
from wyoming_whisper.uploads.limits import FileLimits
from wyoming_whisper.values import DecodeOptions, Task

if TYPE_CHECKING:
    from pathlib import Path

# What no owner can set, and so has its default in the room.
FIXED: Final = {
    EagerOptions: {"min_speech_samples", "max_speech_samples", "max_tries"},
    SegmentingOptions: {"reach_samples"},
    FileLimits: {"max_memory_bytes", "max_cpu_s", "stall_s", "max_files"},
}


def test_segmenting() -> None:
    """Milliseconds become samples."""
    settings = Settings(
        pre_roll_ms=100, tail_ms=150, vad_min_silence_ms=500, vad_threshold=0.75,
        vad_min_speech_ms=64,
    )  # fmt: skip
    assert segmenting_options(settings) == SegmentingOptions(
        max_samples=480_000,
        pre_roll_samples=1_600,
        tail_samples=2_400,
        pause_samples=8_000,
        endpointing=EndpointingOptions(onset=0.75, release=0.6, min_speech_samples=1_024),
    )


def test_eager() -> None:
    """The pause is the owner's, and no pause counts where nothing is decoded eagerly."""
    options = eager_options(Settings(eager_pause_ms=400))
    assert options == EagerOptions(6_400)
    assert eager_options(Settings(no_eager=True)) is None


def test_decoding() -> None:
    """Language, task and prompt are the owner's."""
    settings = Settings(language="English", task="translate", initial_prompt="Küche")
    asked = DecodeOptions(language="en", task=Task.TRANSLATE, prompt="Küche")
    assert decode_options(settings) == asked
    assert decode_options(Settings()) == DecodeOptions()


def test_program() -> None:
    """A program's beams and languages are the owner's; none means the model's own."""
    options = program_options(Settings(beam_size=3, languages=("de,en",)))
    assert (options.beam_size, options.languages) == (3, frozenset({"de", "en"}))
    assert options.eager == eager_options(Settings())
    unset = program_options(Settings(no_eager=True))
    assert (unset.beam_size, unset.languages, unset.eager) == (0, frozenset(), None)


def test_engine() -> None:
    """An engine is loaded where, how and with which doubts the owner says."""
    settings = Settings(
        device=Device("cuda", (1,)), compute_type="float16", cpu_threads=3, max_batch=8,
        languages=("de,en",), audio_context="12", no_speech_threshold=0.5, logprob_threshold=-2.0,
        compression_ratio_threshold=3.0, language="de", beam_size=2, no_cpu_tuning=("malloc",),
    )  # fmt: skip
    assert engine_options(settings) == EngineOptions(
        device=Device("cuda", (1,)), compute_type="float16", cpu_threads=3, max_batch=8,
        languages=frozenset({"de", "en"}), audio_context="12",
        typical=DecodeOptions(language="de"), beam_size=2, trims_memory=False,
        gates=Gates(no_speech=0.5, logprob=-2.0, compression_ratio=3.0),
    )  # fmt: skip


def test_files() -> None:
    """The longest audio of an upload is the owner's."""
    assert file_limits(Settings(max_audio_s=60)) == FileLimits(max_audio_s=60)


@pytest.mark.parametrize(
    "options",
    [EndpointingOptions, SegmentingOptions, EagerOptions, Gates, EngineOptions, FileLimits,
     HttpOptions],
)  # fmt: skip
def test_defaults_are_declared_once(options: type) -> None:
    """What an owner can set has its default in the settings, and none in a room."""
    with_default = {
        field.name
        for field in dataclasses.fields(options)
        if (field.default, field.default_factory) != (dataclasses.MISSING, dataclasses.MISSING)
    }
    assert with_default == FIXED.get(options, set())


def test_own_names(tmp_path: Path) -> None:
    """What stands in all the owner's files is known together."""
    for name, text in (("a", "Siobhan"), ("b", "Den\nSiobhan"), ("c", "a => b")):
        (tmp_path / name).write_text(text)
    settings = Settings(vocabulary=(tmp_path / "a", tmp_path / "b"), replacements=(tmp_path / "c",))
    assert own_names(Settings()) == Household()
    assert own_names(settings) == Household(
        (Name("Siobhan"), Name("Den")), (Replacement("a", "b"),)
    )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "No such file"),
        (b"\xff", "not UTF-8"),
        (b"Den\n[rooms]", "line 2: must be"),
        (b"#" * (2**22 + 1), "too large"),
    ],
)
def test_own_files_that_are_wrong(tmp_path: Path, content: bytes | None, message: str) -> None:
    """A file that cannot be used is the owner's to mend: the error names option, file and line."""
    file = tmp_path / "names.txt"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ConfigError, match=f"--vocabulary {file}: .*{message}"):
        own_names(Settings(vocabulary=(file,)))


IN_AN_APP: Final = {"SUPERVISOR_TOKEN": "s"}
USUAL: Final = "ws://homeassistant.local:8123/api/websocket"


@pytest.mark.parametrize(
    ("settings", "environ", "access"),
    [
        (Settings(), {}, None),
        (Settings(), {"SUPERVISOR_TOKEN": ""}, None),
        (Settings(), IN_AN_APP, Access("ws://supervisor/core/websocket", "s")),
        (Settings(hass_token="t"), IN_AN_APP, Access(USUAL, "t")),
        (
            Settings(hass_url="https://ha", hass_token="t"),
            IN_AN_APP,
            Access("wss://ha/api/websocket", "t"),
        ),
        (Settings(hass_url="https://ha"), {}, None),
        (Settings(hass_url="https://ha"), IN_AN_APP, None),
    ],
)
def test_home_assistant(settings: Settings, environ: dict[str, str], access: Access | None) -> None:
    """What the owner says of Home Assistant wins over the Supervisor; no token, no names."""
    assert home_assistant(settings, environ) == access


def test_a_url_without_a_token(caplog: pytest.LogCaptureFixture) -> None:
    """A URL without a token is a warning, because start scripts leave the token empty."""
    home_assistant(Settings(hass_url="https://ha"), {})
    assert "--hass-url needs a --hass-token too" in caplog.text


@pytest.mark.parametrize(
    ("text", "early"),
    [
        ("off", None),
        ("complete", WHEN_COMPLETE),
        ("silence:400", EarlyAnswers(6_400, 6_400, 6_400)),
    ],
)
def test_early_answers(text: str, early: EarlyAnswers | None) -> None:
    """What was said makes no difference where silence alone ends a turn."""
    assert turn_options(Settings(early_answer=text)) == TurnOptions(early)


@pytest.mark.parametrize("text", ["", "soon", "silence", "silence:", "silence:100", "silence:9e9"])
def test_impossible_early_answers(text: str) -> None:
    """A silence that ends within a word, or nothing like it, is refused by name."""
    with pytest.raises(ConfigError, match="--early-answer"):
        Settings(early_answer=text)


def test_endpointing() -> None:
    """Seconds become samples; without them the ends are the client's."""
    settings = Settings(endpointing=0.5, no_speech_timeout=3.0, longest_command=20.0)
    limits = EndpointingLimits(8_000, no_speech=48_000, longest=320_000)
    assert turn_options(settings).endpointing == limits
    assert turn_options(Settings()).endpointing is None
