"""What the owner's settings come to in each room."""

from __future__ import annotations

import dataclasses
from typing import Final

import pytest

from wyoming_whisper.app_wiring import (
    decode_options,
    eager_options,
    engine_options,
    file_limits,
    program_options,
    segmenting_options,
)
from wyoming_whisper.config.device import Device
from wyoming_whisper.config.settings import Settings
from wyoming_whisper.engines.whisper.gates import Gates
from wyoming_whisper.engines.whisper.options import EngineOptions
from wyoming_whisper.http.service import HttpOptions
from wyoming_whisper.recognition.eager import EagerOptions
from wyoming_whisper.speech.endpointing import EndpointingOptions
from wyoming_whisper.speech.segmenter import SegmentingOptions
from wyoming_whisper.uploads.limits import FileLimits
from wyoming_whisper.values import DecodeOptions, Task

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
