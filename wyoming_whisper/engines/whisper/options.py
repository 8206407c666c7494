"""How the owner wants Whisper models loaded and believed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wyoming_whisper.config.device import Device
    from wyoming_whisper.engines.whisper.gates import Gates
    from wyoming_whisper.values import DecodeOptions


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
        typical: What most requests will ask for, but for the beams.
        beam_size: Their beams; 0 for the model's own.
        gates: When a hypothesis is not believed.
        trims_memory: Whether what was needed to load is given back to the system.
    """

    device: Device
    compute_type: str
    cpu_threads: int
    max_batch: int
    languages: frozenset[str]
    audio_context: str
    typical: DecodeOptions
    beam_size: int
    gates: Gates
    trims_memory: bool
