from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wyoming_whisper.household.wording import key_of, keys_of, replaced, words_of


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("Turn on Leo's light.", ("turn", "on", "leos", "light")),
        ("  Set it to 30%, please!  ", ("set", "it", "to", "30", "please")),
        ("Schalte die Straßen-Lampe an", ("schalte", "die", "strassenlampe", "an")),
        ("the ﬁrst — and \uff2cast", ("the", "first", "and", "last")),
        ("打开客厅的 iPad。", ("打", "开", "客", "厅", "的", "ipad")),
        ("ベッドの「灯り」", ("ベ", "ッ", "ド", "の", "灯", "り")),
        ("ที่นี่", ("ที่", "นี่")),
        ("रसोई की बत्ती", ("रसोई", "की", "बत्ती")),
        ("5 ㎏, ©", ("5", "kg")),
        ("... ?! --", ()),
        ("", ()),
    ],
)
def test_words_are_compared_by_letters_and_digits(text: str, keys: tuple[str, ...]) -> None:
    """Case, forms and punctuation do not count; of unspaced scripts each character is a word."""
    assert keys_of(text) == keys


@given(st.text())
def test_words_stand_where_they_say(text: str) -> None:
    """A word's place in the transcript holds its text, words are in order, and none is empty."""
    words = words_of(text)
    assert all(text[word.start : word.end] == word.text and word.key for word in words)
    assert all(a.end <= b.start for a, b in pairwise(words))


@given(st.text())
def test_a_key_is_its_own_key(text: str) -> None:
    """The key of a key is the key, whatever the text."""
    assert key_of(key_of(text)) == key_of(text)


@pytest.mark.parametrize(
    ("text", "first", "last", "expected"),
    [
        ("Light in the kitchen.", 3, 4, "Light in the Küche."),
        ("Is “the  big kitchen”, on?", 2, 4, "Is “the  Küche”, on?"),
        ("kitchen", 0, 1, "Küche"),
        ("打开客厅。", 2, 4, "打开Küche。"),
    ],
)
def test_punctuation_around_replaced_words_stays(
    text: str, first: int, last: int, expected: str
) -> None:
    """What is put in the place of words stands between the punctuation that they had."""
    assert replaced(text, words_of(text), first, last, "Küche") == expected


@given(st.text(), st.data())
def test_the_surroundings_of_replaced_words_stay(text: str, data: st.DataObject) -> None:
    """All before the first word and behind the last one stays to the byte."""
    words = words_of(text)
    if words:
        first = data.draw(st.integers(0, len(words) - 1))
        last = data.draw(st.integers(first + 1, len(words)))
        made = replaced(text, words, first, last, "")
        before, behind = text[: words[first].start], text[words[last - 1].end :]
        assert made.startswith(before)
        assert made.endswith(behind)
        assert len(made) >= len(before) + len(behind)


@pytest.mark.parametrize(("first", "last"), [(0, 0), (1, 1), (-1, 1), (0, 3), (2, 1)])
def test_words_that_are_not_there_cannot_be_replaced(first: int, last: int) -> None:
    """A stretch that is empty or goes beyond the words is an error."""
    with pytest.raises(ValueError, match="no words"):
        replaced("two words", words_of("two words"), first, last, "")
