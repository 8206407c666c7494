"""English in the phones of other languages; festival itself is not needed."""

from pathlib import Path

import pytest
from home_en import accented
from home_en.accented import Analysis
from home_en.words import listed

RADIO_PHONES = listed("""
    aa ae ah ao aw ax axr ay b ch d dh dx eh el em en er ey f g hh hv ih iy jh k l m n ng nx ow oy
    p r s sh t th uh uw v w y z zh
""")
"""festival's American phones (radio_phones.scm), without pauses."""


def every_diphone(*phones: str) -> frozenset[str]:
    """All pairs of these phones and the pause."""
    return frozenset(f"{a}-{b}" for a in ("#", *phones) for b in ("#", *phones))


@pytest.mark.parametrize("voice", accented.VOICES)
def test_every_english_phone_has_something_near(voice: str) -> None:
    """No phone of an analysis becomes a pause for want of an entry."""
    language = accented.VOICES[voice].language
    found = accented.nearest(RADIO_PHONES, language, frozenset())
    assert len(found) == len(RADIO_PHONES)
    assert ("#",) not in found


def test_first_choice_where_it_was_recorded() -> None:
    """A voice that can say everything says the nearest phone."""
    recorded = every_diphone("b", "p", "e", "t", "d")
    assert accented.nearest(["b", "eh", "d"], "czech", recorded) == [("b",), ("e",), ("d",)]


def test_another_choice_where_a_diphone_is_missing() -> None:
    """Czech says no [d] before a pause: the whole path decides, not the phone alone."""
    recorded = every_diphone("b", "e", "t", "d") - {"d-#", "d-e"}
    spoken = accented.nearest(["pau", "b", "eh", "d", "pau"], "czech", recorded)
    assert spoken == [("#",), ("b",), ("e",), ("t",), ("#",)]


def test_analyses_are_read_in_order() -> None:
    """Phones, then pitches, then "end", for each sentence."""
    output = "pau 0.2\nt 0.3\npitch 0.25 110\nend\npau 0.1\nend\n"
    first, second = accented.analyses(output)
    assert first == Analysis((("pau", 0.2), ("t", 0.3)), ((0.25, 110.0),))
    assert second == Analysis((("pau", 0.1),), ())


def test_segments_keep_time_and_pitch(monkeypatch: pytest.MonkeyPatch) -> None:
    """A phone that becomes two shares its time; one that becomes none leaves it to the next."""
    recorded = every_diphone("a1", "i", "m")
    monkeypatch.setattr(accented, "diphones", lambda _: recorded)
    analysis = Analysis(
        (("pau", 0.1), ("hh", 0.2), ("ay", 0.4), ("m", 0.5)), ((0.15, 105.0), (0.45, 210.0))
    )
    assert accented.segments(analysis, "pc", 1.0) == (
        '(("#" 0.1000) ("a1" 0.1500 (0.050 110)) ("i" 0.1500) ("m" 0.1000 (0.050 220)))'
    )


def test_speech_script_says_who_speaks_where_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """The voice is chosen before each sentence."""
    monkeypatch.setattr(accented, "diphones", lambda _: every_diphone("m"))
    analysis = Analysis((("m", 0.5),), ())
    script = accented.speech_script([(analysis, "lj", 1.0, Path("out.wav"))])
    assert script.endswith('(voice_suo_fi_lj_diphone)\n(speak \'(("m" 0.5000)) "out.wav")')
