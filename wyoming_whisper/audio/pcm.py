"""Samples: their type and arithmetic."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from wyoming_whisper.audio.pcm_format import PcmFormat

SAMPLE_RATE: Final = 16_000
"""Samples a second of everything behind the normalizer."""

Block: TypeAlias = npt.NDArray[np.float32]
"""16 kHz mono samples in [-1, 1], shape ``(n_samples,)``."""

EMPTY_BLOCK: Final[Block] = np.zeros(0, np.float32)
EMPTY_BLOCK.flags.writeable = False


def pcm_to_mono(data: bytes | bytearray | memoryview, pcm_format: PcmFormat) -> Block:
    """Decode whole frames of PCM and average the channels.

    Args:
        data: A multiple of ``pcm_format.frame_bytes`` bytes.
        pcm_format: What the bytes mean; its rate is not looked at.

    Returns:
        Samples in [-1, 1] at the format's own rate, shape ``(n_frames,)``.
    """
    samples: npt.NDArray[np.float32]
    match pcm_format.width:
        case 1:
            samples = (np.frombuffer(data, np.uint8).astype(np.float32) - 128.0) / 128.0
        case 2:
            samples = np.frombuffer(data, "<i2").astype(np.float32) / 32_768.0
        case 3:
            # Three bytes become the upper three of an int32, so the sign comes along.
            wide = np.zeros((len(data) // 3, 4), np.uint8)
            wide[:, 1:] = np.frombuffer(data, np.uint8).reshape(-1, 3)
            samples = wide.view("<i4")[:, 0].astype(np.float32) / 2_147_483_648.0
        case _:
            samples = np.frombuffer(data, "<i4").astype(np.float32) / 2_147_483_648.0
    if pcm_format.channels == 1:
        return samples
    # Not np.mean: its summation order depends on the memory layout, hence on the chunk's length.
    frames = samples.reshape(-1, pcm_format.channels)
    mono = frames[:, 0].copy()
    for channel in range(1, pcm_format.channels):
        mono += frames[:, channel]
    return mono / np.float32(pcm_format.channels)


def mono_to_pcm16(block: Block) -> bytes:
    """Encode samples as signed 16-bit little-endian PCM, clipping what is beyond full scale."""
    pcm: npt.NDArray[np.int16] = np.clip(np.rint(block * 32_768.0), -32_768, 32_767).astype("<i2")
    return pcm.tobytes()
