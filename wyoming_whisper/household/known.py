"""What is known of a home at the moment, of all sources together."""

from __future__ import annotations

from wyoming_whisper.household.vocabulary import Household, joined


class KnownHousehold:
    """What is known of a home, which may change while people speak.

    Args:
        own: What its owner has written down, which stays.

    Attributes:
        now: All of it. It is replaced as a whole, so whoever has taken it may go on with it.
    """

    def __init__(self, own: Household) -> None:
        self._own = own
        self.now = own

    def learn(self, home: Household) -> None:
        """Take what another source knows now, instead of what it knew before."""
        self.now = joined(self._own, home)
