"""What can go wrong between Home Assistant and us; none of it reaches who speaks.

::

    HomeAssistantError
    ├── Unreachable       there is nobody, or the connection was lost, or nothing is answered
    ├── TokenRefused      it does not know the token
    ├── CommandRefused    it does not do what it was asked for
    └── NotUnderstood     what it says is not what Home Assistant says

No message holds anything that the other side has said in words of its own, nor the token.
"""

from __future__ import annotations

from wyoming_whisper.errors import WyomingWhisperError


class HomeAssistantError(WyomingWhisperError):
    """Home Assistant's names cannot be had at the moment."""


class Unreachable(HomeAssistantError):
    """Nobody answers."""


class TokenRefused(HomeAssistantError):
    """The token opens nothing."""


class CommandRefused(HomeAssistantError):
    """A command was answered with an error.

    Args:
        command: Which one.
        is_lasting: Whether it will be refused as long as neither the token nor Home Assistant's
            release changes.
    """

    def __init__(self, command: str, *, is_lasting: bool) -> None:
        super().__init__(f"it refuses {command}")
        self.is_lasting = is_lasting


class NotUnderstood(HomeAssistantError):
    """It says something else than Home Assistant says."""
