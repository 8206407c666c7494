"""How the owner wants Whisper models loaded and decoded."""

from __future__ import annotations

from dataclasses import dataclass, field

from wyoming_whisper.engines.whisper.audio_context import FULL
from wyoming_whisper.engines.whisper.gates import Gates
from wyoming_whisper.values import DecodeOptions


@dataclass(frozen=True, slots=True)
class EngineOptions:
    """How to load a model.

    Attributes:
        device: ``auto``, ``cpu``, ``cuda`` or ``cuda:N``; several GPUs are ``cuda:N,M``.
        compute_type: ``auto`` or a type of CTranslate2's.
        cpu_threads: Threads of one decode; 0 chooses.
        max_batch: Most requests in one decode; 0 chooses.
        languages: The only languages to detect and accept; empty for all of the model's.
        audio_context: The windows to decode in, as `audio_context.choose` reads them.
        typical: What most requests will ask for, but for the beams.
        beam_size: Their beams; 0 for the model's own.
        trims_memory: Whether what was needed to load is given back to the system.
        gates: When a hypothesis is not believed.
    """

    device: str = "auto"
    compute_type: str = "auto"
    cpu_threads: int = 0
    max_batch: int = 0
    languages: frozenset[str] = frozenset()
    audio_context: str = FULL
    typical: DecodeOptions = field(default_factory=DecodeOptions)
    beam_size: int = 0
    trims_memory: bool = False
    gates: Gates = field(default_factory=Gates)
