"""The kinds of error that there are, for those who hold a table of them."""

from __future__ import annotations

from typing import Final

from wyoming_whisper import errors
from wyoming_whisper.errors import ClientGone, StartupError, WyomingWhisperError

Kind = type[WyomingWhisperError]


def below(cls: Kind) -> list[Kind]:
    """Return the classes of the tree below one of them."""
    # Other tests may derive errors of their own.
    children = [child for child in cls.__subclasses__() if child.__module__ == errors.__name__]
    return [found for child in children for found in (child, *below(child))]


KINDS: Final = [cls for cls in below(WyomingWhisperError) if not below(cls)]
"""All that is raised."""
TOLD: Final = [cls for cls in KINDS if cls is not ClientGone]
"""What somebody is told of."""
OF_REQUESTS: Final = [
    cls
    for cls in TOLD
    if not issubclass(cls, StartupError | errors.FramingError | errors.InvalidEvent)
]
"""What can become of a request over HTTP."""
