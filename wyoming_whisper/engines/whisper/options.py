"""How a Whisper model is loaded and believed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wyoming_whisper.config.device import Device
    from wyoming_whisper.engines.engine import DecodeOptions
    from wyoming_whisper.engines.whisper.gates import Gates


@dataclass(frozen=True, slots=True)
class EngineOptions:
    """How to load a model.

    Attributes:
        device: Where to decode.
        compute_type: ``auto`` or a type of CTranslate2's.
        cpu_threads: Threads of one decode; 0 chooses.
        max_batch: Most requests in one decode; 0 chooses.
        languages: The only languages to detect and accept; empty for all of the model's.
        audio_context: The windows to decode in, as `audio_context.choose` reads them.
        typical: What most requests will ask for.
        gates: When a hypothesis is not believed.
    """

    device: Device
    compute_type: str
    cpu_threads: int
    max_batch: int
    languages: frozenset[str]
    audio_context: str
    typical: DecodeOptions
    gates: Gates
