"""The sample formats that clients may send."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from wyoming_whisper.errors import UnsupportedAudio

# Telephone to studio: below 8 kHz there is no intelligible speech, above 48 kHz no microphone.
MIN_RATE: Final = 8_000
MAX_RATE: Final = 48_000
# The largest common microphone arrays deliver eight channels.
MAX_CHANNELS: Final = 8
_WIDTHS: Final = (1, 2, 3, 4)


@dataclass(frozen=True, slots=True)
class PcmFormat:
    """Interleaved little-endian PCM: 8 bit unsigned, as in WAV; 16, 24 and 32 bit signed.

    Attributes:
        rate: Frames a second, 8,000 to 48,000.
        width: Bytes a sample, 1 to 4.
        channels: 1 to 8.

    Raises:
        UnsupportedAudio: If a field is not an integer in its range.
    """

    rate: int
    width: int
    channels: int

    def __post_init__(self) -> None:
        for name, value, allowed in (
            ("rate", self.rate, range(MIN_RATE, MAX_RATE + 1)),
            ("width", self.width, _WIDTHS),
            ("channels", self.channels, range(1, MAX_CHANNELS + 1)),
        ):
            # JSON's true is no number, though Python's is.
            if not isinstance(value, int) or isinstance(value, bool) or value not in allowed:
                raise UnsupportedAudio(
                    f"audio {name} must be an integer from {allowed[0]} to {allowed[-1]}"
                )

    @property
    def frame_bytes(self) -> int:
        """Bytes of one sample of all channels."""
        return self.width * self.channels

    @property
    def bytes_per_second(self) -> int:
        """Bytes of one second."""
        return self.rate * self.frame_bytes
