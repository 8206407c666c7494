"""What hears recordings: our engine, our server, and the programs that they are compared with."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import faster_whisper
import numpy as np
from home_en.features import RATE
from server_under_test import ServerUnderTest

from wyoming_whisper.app_wiring import engine_options
from wyoming_whisper.bench.spoken_commands import Command
from wyoming_whisper.config.device import Device
from wyoming_whisper.config.settings import Settings
from wyoming_whisper.engines.engine import DecodeRequest
from wyoming_whisper.engines.whisper.load import load_decoder
from wyoming_whisper.engines.whisper.model_files import find_model
from wyoming_whisper.recognition.join import join_hypotheses
from wyoming_whisper.values import DecodeOptions
from wyoming_whisper.wyoming_api.client import transcribe

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from contenders import Contender
    from home_en.features import Wave


class Engine:
    """The server's engine on one thread, with its windows, its gates and the model's own beams.

    There is no VAD before it.

    Args:
        folder: The model's directory.
        window_s: The only window to decode in, in seconds; ``None`` for those that fit.

    Attributes:
        windows_s: What it would choose of.
    """

    def __init__(self, folder: Path, window_s: int | None = None) -> None:
        model = find_model(str(folder), [])
        self.windows_s = (*model.short_windows_s, model.window_s)
        options = engine_options(Settings(device=Device("cpu"), cpu_threads=1))
        if window_s is not None:
            short = () if window_s == model.window_s else (window_s,)
            model = replace(model, short_windows_s=short)
            options = replace(options, audio_context="full")
        self._options = DecodeOptions(language="en", beam_size=model.beam_size)
        self._decoder = load_decoder(model, options)

    def __call__(self, wave: Wave) -> str:
        """Return the text, empty where it is not believed."""
        heard = self._decoder.transcribe([DecodeRequest(wave, self._options)])
        return join_hypotheses(heard).text


def heard_by_faster_whisper(folder: Path, waves: Sequence[Wave]) -> list[str]:
    """Return what faster-whisper's unmodified `transcribe` hears, at its defaults."""
    model = faster_whisper.WhisperModel(str(folder), device="cpu", cpu_threads=1)
    found = (model.transcribe(wave, language="en")[0] for wave in waves)
    return ["".join(segment.text for segment in segments).strip() for segments in found]


def heard_by_server(contender: Contender, waves: Sequence[Wave]) -> list[str]:
    """Start a server, and return what it hears over Wyoming, one wave after another.

    Raises:
        ServerFailed: If it does not start, reports an error or hangs up.
    """

    async def ask() -> list[str]:
        server = ServerUnderTest(contender)
        try:
            await server.startup(Command("silence", "", np.zeros(RATE, np.float32)))
            return [(await transcribe(server.uri, [wave], language="en")).text for wave in waves]
        finally:
            server.stop()

    return asyncio.run(ask())
