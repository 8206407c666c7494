"""Whether two channels cancel each other, which their mean would be silent of."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import av

_TWO: Final = 2
# Of a frame's samples so many are looked at, at most.
_LOOKED_AT: Final = 64
# The mean of the channels has less than a hundredth of their power where they are opposite.
_CANCELLED: Final = 0.01
# 60 dB below full scale: of less it is noise that tells.
_MIN_POWER: Final = 1e-6
# FFmpeg's sample formats: what `memoryview` calls them, and full scale.
_FORMATS: Final = {
    "s16": ("h", 2.0**15),
    "s32": ("i", 2.0**31),
    "flt": ("f", 1.0),
    "dbl": ("d", 1.0),
}


def are_opposite(frame: av.AudioFrame) -> bool | None:
    """Tell whether a frame's two channels cancel each other; ``None`` where it does not tell.

    That is so where there are not two channels, hardly any sound, or samples of a rare format.
    """
    name = frame.format.name
    layout = _FORMATS.get(name.removesuffix("p"))
    if layout is None or frame.layout.nb_channels != _TWO or not frame.samples:
        return None
    code, full_scale = layout
    planes = [array(code, bytes(plane)) for plane in frame.planes]
    left, right = planes if name.endswith("p") else (planes[0][0::2], planes[0][1::2])
    step = max(1, frame.samples // _LOOKED_AT)
    mean = power = 0.0
    for place in range(0, frame.samples, step):
        a, b = left[place] / full_scale, right[place] / full_scale
        mean += ((a + b) / 2) ** 2
        power += (a * a + b * b) / 2
    if power < _MIN_POWER * len(range(0, frame.samples, step)):
        return None
    return mean < _CANCELLED * power
