"""What a file that a client sends may take."""

from __future__ import annotations

from dataclasses import astuple, dataclass


@dataclass(frozen=True, slots=True)
class FileLimits:
    """What a file may take.

    Attributes:
        max_audio_s: The longest audio.
        max_memory_bytes: Memory of the decoding process, beside the program itself. The default
            holds the index of the longest film several times.
        max_cpu_s: Processor time of one file. By default a file of six hours may take a twelfth of
            that; MP3 takes a 500th on a small computer.
        stall_s: The longest wait for a block. The default lets a file be opened that is read to its
            end first, from a slow disk.
        max_files: How many at a time. Each takes a process, of some 10 MB beside what they have in
            common; the default is more than a model on a CPU gets through.

    Raises:
        ValueError: If one of them is not above zero.
    """

    max_audio_s: float
    max_memory_bytes: int = 268_435_456
    max_cpu_s: int = 1_800
    stall_s: float = 60.0
    max_files: int = 32

    def __post_init__(self) -> None:
        if not min(astuple(self)) > 0:
            raise ValueError(f"limits of zero or less: {self}")
