"""What is known of a home at the moment."""

from __future__ import annotations

from wyoming_whisper.household.known import KnownHousehold
from wyoming_whisper.household.vocabulary import Household, Name, Replacement


def test_known() -> None:
    """What the owner wrote stays; what another source knows takes the place of what it knew."""
    own = Household((Name("Siobhan"),), (Replacement("a", "b"),))
    known = KnownHousehold(own)
    assert known.now == own
    known.learn(Household((Name("Den"), Name("Siobhan"))))
    taken = known.now
    assert taken == Household((Name("Siobhan"), Name("Den")), own.replacements)
    known.learn(Household((Name("Lounge"),)))
    assert known.now == Household((Name("Siobhan"), Name("Lounge")), own.replacements)
    assert taken.names[1] == Name("Den")
