"""Numbers in figures and in words, and what is counted of transcripts."""

import pytest
from accuracy.scoring import Rate, same_words, share, word_errors
from home_en.figures import words, written


@pytest.mark.parametrize(
    ("spoken", "text"),
    [
        ("Set the bedroom lights to thirty percent.", "Set the bedroom lights to 30%."),
        ("Wake me up at seven thirty a.m.", "Wake me up at 7:30 a.m."),
        ("Set an alarm for six oh five.", "Set an alarm for 6:05."),
        ("Set a timer for five minutes.", "Set a timer for 5 minutes."),
        ("Set it to twenty-one point five degrees.", "Set it to 21.5 degrees."),
        ("Switch to channel four.", "Switch to channel 4."),
        ("Dial three three three eight nine.", "Dial 33389."),
        ("Play page three hundred and six.", "Play page 306."),
        ("What is one thousand minus twelve?", "What is 1,000 minus 12?"),
        ("The red one or the blue one.", "The red one or the blue one."),
        (
            "Set a second timer for an hour and a half.",
            "Set a second timer for an hour and a half.",
        ),
        ("May twenty-first.", "May 21st."),
        ("May second.", "May second."),
        ("At eight o'clock.", "At 8 o'clock."),
    ],
)
def test_written_and_back(spoken: str, text: str) -> None:
    """Numbers are written as Whisper writes them, and compared as they are spoken."""
    assert written(spoken) == text
    assert words(text) == words(spoken)


@pytest.mark.parametrize(
    ("text", "compared"),
    [
        ("What\u2019s on, at twenty-five?", "what's on at twenty five"),
        ("7:00 AM or 3am", "seven am or three am"),
        ("Set it to 21\u00b0.", "set it to twenty one degrees"),
        ("OK, 007!", "okay zero zero seven"),
        ("...", ""),
    ],
)
def test_words(text: str, compared: str) -> None:
    """Case, marks and spelling are not compared."""
    assert " ".join(words(text)) == compared


def test_word_errors() -> None:
    """Words too many, too few or wrong cost one each, and long sentences weigh more."""
    found = word_errors(["Turn on the light.", "Stop.", ""], ["turn on light", "stop", "you"])
    assert found == Rate((1, 0, 1), (4, 1, 0))
    assert found.percent == 40.0
    low, high = found.interval()
    assert low <= 40.0 <= high


def test_shares() -> None:
    """One word is a disagreement, a spelling is none; nothing at all is no share."""
    ours = ["Turn on the light.", "21 degrees.", "", "Stop."]
    others = ["turn on the light", "Twenty one, degrees?", "", "Stop it."]
    assert same_words(ours, others, ours).percent == 75.0
    assert str(share([True, True])) == "100.0 (100.0 to 100.0)"
    assert share([]).percent == 0
