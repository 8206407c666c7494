"""What is audible in a stream: louder than its background.

The VAD answers late where a voice is far or hoarse: the first syllables of such a command lie up to
half a second before its first window that is speech. They are sound, though, and follow on each
other without a gap of silence, as does the end of a word whose probability has fallen.
"""

from __future__ import annotations

import math
from collections import deque
from itertools import islice
from typing import TYPE_CHECKING, Final

import numpy as np

from wyoming_whisper.audio.pcm import SAMPLE_RATE
from wyoming_whisper.speech.vad import WINDOW_SAMPLES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wyoming_whisper.audio.pcm import Block

GAP_WINDOWS: Final = 3
"""A sound goes on over silence that is no longer: a plosive holds the breath for 0.1 s."""

# The background is the quietest tenth of a second of the last three.
_MEMORY_WINDOWS: Final = 3 * SAMPLE_RATE // WINDOW_SAMPLES
_AVERAGED_WINDOWS: Final = 3
# A sound is louder than the background by so much, and at most so far below the loudest sound: a
# recording that begins with zeros has no background.
_ABOVE_BACKGROUND_DB: Final = 8.0
_BELOW_LOUDEST_DB: Final = 30.0
# Of a window without any sound.
_SILENCE_DB: Final = -100.0


class Loudness:
    """How loud the last seconds of a stream were."""

    def __init__(self) -> None:
        self._levels: deque[float] = deque(maxlen=_MEMORY_WINDOWS)  # dB of full scale

    def feed(self, window: Block) -> None:
        """Take the stream's next window, shape ``(512,)``."""
        power = float(np.dot(window, window)) / len(window)
        self._levels.append(10 * math.log10(power + 10 ** (_SILENCE_DB / 10)))

    @property
    def is_audible(self) -> bool:
        """Whether there is sound in the last window."""
        return self._levels[-1] >= self._threshold()

    def sound_before(self, n_windows: int, most: int) -> int:
        """Return how many windows before the last `n_windows` belong to the sound in those.

        Args:
            n_windows: How many windows, up to the last one, are known to be sound.
            most: How many more to look at.
        """
        threshold = self._threshold()
        earlier = islice(reversed(self._levels), n_windows, n_windows + most)
        return _length_of_sound(level >= threshold for level in earlier)

    def _threshold(self) -> float:
        levels = np.array(self._levels)
        if len(levels) < _AVERAGED_WINDOWS:
            return float(levels.min())
        means = np.convolve(levels, np.full(_AVERAGED_WINDOWS, 1 / _AVERAGED_WINDOWS), "valid")
        background = float(means.min()) + _ABOVE_BACKGROUND_DB
        return max(background, float(levels.max()) - _BELOW_LOUDEST_DB)


def _length_of_sound(audible: Iterable[bool]) -> int:
    """Return up to where a sound goes on, in windows."""
    length = 0
    for count, heard in enumerate(audible, start=1):
        if heard:
            length = count
        elif count - length > GAP_WINDOWS:
            break
    return length
