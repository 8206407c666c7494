from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wyoming_whisper.audio.pcm import EMPTY_BLOCK, mono_to_pcm16, pcm_to_mono
from wyoming_whisper.audio.pcm_format import PcmFormat


def little_endian(value: int, width: int) -> bytes:
    return value.to_bytes(width, "little", signed=width > 1)


@pytest.mark.parametrize(
    ("width", "value", "sample"),
    [
        (1, 0, -1.0),
        (1, 64, -0.5),
        (1, 127, -1 / 128),
        (1, 128, 0.0),
        (1, 129, 1 / 128),
        (1, 255, 127 / 128),
        (2, -(2**15), -1.0),
        (2, -1, -(2.0**-15)),
        (2, 0, 0.0),
        (2, 1, 2.0**-15),
        (2, 2**14, 0.5),
        (2, 2**15 - 1, 1 - 2.0**-15),
        (3, -(2**23), -1.0),
        (3, -1, -(2.0**-23)),
        (3, 0, 0.0),
        (3, 1, 2.0**-23),
        (3, 0x123456, 0x123456 / 2**23),
        (3, 2**23 - 1, 1 - 2.0**-23),
        (4, -(2**31), -1.0),
        (4, -1, -(2.0**-31)),
        (4, 0, 0.0),
        (4, 1, 2.0**-31),
        (4, 2**30, 0.5),
        # Beyond float32's 24 bits: rounded to full scale.
        (4, 2**31 - 1, 1.0),
    ],
)
def test_values(width: int, value: int, sample: float) -> None:
    """Every width means exactly its share of full scale; 8 bit is unsigned."""
    block = pcm_to_mono(little_endian(value, width), PcmFormat(16_000, width, 1))
    assert block.tolist() == [sample]
    assert block.dtype == np.float32


@pytest.mark.parametrize("width", [1, 2, 3, 4])
def test_order_of_samples(width: int) -> None:
    """Samples keep their order, and their neighbours' bytes to themselves."""
    middle = 128 if width == 1 else 0
    quarter = 1 << (8 * width - 3)
    values = [middle - quarter, middle, middle + quarter, middle + 2 * quarter]
    data = b"".join(little_endian(value, width) for value in values)
    block = pcm_to_mono(data, PcmFormat(16_000, width, 1))
    assert block.tolist() == [-0.25, 0.0, 0.25, 0.5]


@pytest.mark.parametrize("width", [1, 2, 3, 4])
@pytest.mark.parametrize("channels", range(1, 9))
def test_channels_are_averaged(width: int, channels: int) -> None:
    """A frame becomes the mean of its channels, whose samples lie side by side."""
    middle = 128 if width == 1 else 0
    step = 1 << (8 * width - 5)  # a sixteenth of full scale
    frames = [[(frame + channel) * step for channel in range(channels)] for frame in (0, 3)]
    data = b"".join(little_endian(middle + value, width) for frame in frames for value in frame)
    block = pcm_to_mono(data, PcmFormat(16_000, width, channels))
    mean = (channels - 1) / 2 / 16
    assert block == pytest.approx([mean, mean + 3 / 16], rel=1e-6)


@pytest.mark.parametrize("width", [1, 2, 3, 4])
@pytest.mark.parametrize("channels", range(1, 9))
def test_loud_channels_stay_in_range(width: int, channels: int) -> None:
    """Channels at full scale are averaged, not summed."""
    data = channels * little_endian(0 if width == 1 else -(1 << (8 * width - 1)), width)
    assert pcm_to_mono(data, PcmFormat(16_000, width, channels)).tolist() == [-1.0]


@pytest.mark.parametrize("width", [1, 2, 3, 4])
@pytest.mark.parametrize("channels", [1, 2])
def test_no_bytes_are_no_samples(width: int, channels: int) -> None:
    """Nothing decodes to an empty block."""
    assert pcm_to_mono(b"", PcmFormat(16_000, width, channels)).shape == (0,)


def test_any_buffer_will_do() -> None:
    """A view that begins at an odd address decodes as its bytes do."""
    pcm_format = PcmFormat(16_000, 2, 2)
    data = bytes(range(9))
    expected = pcm_to_mono(data[1:], pcm_format).tolist()
    assert pcm_to_mono(memoryview(data)[1:], pcm_format).tolist() == expected
    assert pcm_to_mono(bytearray(data[1:]), pcm_format).tolist() == expected


@settings(deadline=None, max_examples=100)
@given(
    data=st.binary(max_size=600),
    width=st.integers(1, 4),
    channels=st.integers(1, 8),
    place=st.integers(0, 40),
)
def test_a_frame_does_not_depend_on_its_neighbours(
    data: bytes, width: int, channels: int, place: int
) -> None:
    """Decoding two parts of some PCM gives exactly what decoding it whole gives."""
    pcm_format = PcmFormat(16_000, width, channels)
    data = data[: len(data) - len(data) % pcm_format.frame_bytes]
    place = min(place * pcm_format.frame_bytes, len(data))
    whole = pcm_to_mono(data, pcm_format).tolist()
    parts = [pcm_to_mono(part, pcm_format).tolist() for part in (data[:place], data[place:])]
    assert parts[0] + parts[1] == whole
    assert all(-1 <= sample <= 1 for sample in whole)


@settings(deadline=None, max_examples=100)
@given(st.binary(max_size=200).map(lambda data: data[: len(data) - len(data) % 2]))
def test_pcm16_round_trip(data: bytes) -> None:
    """Any 16-bit PCM is the same after decoding and encoding."""
    assert mono_to_pcm16(pcm_to_mono(data, PcmFormat(16_000, 2, 1))) == data


@pytest.mark.parametrize(
    ("sample", "value"),
    [(1.0, 32_767), (1.5, 32_767), (1e9, 32_767), (-1.0, -32_768), (-1.5, -32_768), (0.5, 16_384)],
)
def test_pcm16_clips(sample: float, value: int) -> None:
    """What is beyond full scale is full scale, without wrapping around."""
    assert mono_to_pcm16(np.array([sample], np.float32)) == little_endian(value, 2)


@pytest.mark.parametrize(
    ("steps", "value"), [(0.4, 0), (0.6, 1), (-0.4, 0), (-0.6, -1), (99.7, 100)]
)
def test_pcm16_rounds(steps: float, value: int) -> None:
    """A sample between two values becomes the nearer one."""
    assert mono_to_pcm16(np.array([steps / 2**15], np.float32)) == little_endian(value, 2)


def test_the_empty_block_stays_empty() -> None:
    """The shared empty block cannot be changed, and encodes to nothing."""
    assert EMPTY_BLOCK.shape == (0,)
    assert not EMPTY_BLOCK.flags.writeable
    assert mono_to_pcm16(EMPTY_BLOCK) == b""
