"""The sentences that are no commands."""

import re

from home_en.grammar_match import is_command, opens
from home_en.out_of_grammar import OUT_OF_GRAMMAR


def test_a_hundred_sentences() -> None:
    """There are a hundred different ones, written as transcripts are."""
    assert len(set(OUT_OF_GRAMMAR)) == len(OUT_OF_GRAMMAR) == 100
    for text in OUT_OF_GRAMMAR:
        assert re.fullmatch(r"[A-Z][A-Za-z' ,]*[.?]", text), text


def test_none_is_a_command() -> None:
    """EncodedBatch rightly, none is a command and none opens anything."""
    assert [text for text in OUT_OF_GRAMMAR if is_command(text) or opens(text)] == []
