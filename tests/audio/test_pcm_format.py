from __future__ import annotations

from typing import Any, Final

import pytest

from wyoming_whisper.audio.pcm_format import PcmFormat
from wyoming_whisper.errors import UnsupportedAudio


@pytest.mark.parametrize("rate", [8_000, 11_025, 16_000, 22_050, 44_100, 48_000])
@pytest.mark.parametrize("width", [1, 2, 3, 4])
@pytest.mark.parametrize("channels", [1, 2, 8])
def test_real_formats_exist(rate: int, width: int, channels: int) -> None:
    """Every format that microphones and files have is accepted and knows its sizes."""
    pcm_format = PcmFormat(rate, width, channels)
    assert pcm_format.frame_bytes == width * channels
    assert pcm_format.bytes_per_second == rate * width * channels


NO_INTEGERS: Final[list[Any]] = [
    None,
    True,
    16_000.0,
    2.0,
    1.5,
    "2",
    [2],
    {},
    float("inf"),
    float("nan"),
]


@pytest.mark.parametrize("rate", [7_999, 48_001, 0, -16_000, 10**400, *NO_INTEGERS])
def test_impossible_rates(rate: int) -> None:
    """A rate that is no integer from 8,000 to 48,000 is refused by name."""
    with pytest.raises(UnsupportedAudio, match="audio rate must be an integer from 8000 to 48000"):
        PcmFormat(rate, 2, 1)


@pytest.mark.parametrize("width", [0, 5, 8, -2, 10**400, *NO_INTEGERS])
def test_impossible_widths(width: int) -> None:
    """A width that is no integer from 1 to 4 is refused by name."""
    with pytest.raises(UnsupportedAudio, match="audio width must be an integer from 1 to 4"):
        PcmFormat(16_000, width, 1)


@pytest.mark.parametrize("channels", [0, 9, -1, 10**400, *NO_INTEGERS])
def test_impossible_channels(channels: int) -> None:
    """A number of channels that is no integer from 1 to 8 is refused by name."""
    with pytest.raises(UnsupportedAudio, match="audio channels must be an integer from 1 to 8"):
        PcmFormat(16_000, 2, channels)
