"""What goes before a text: hot words and the prompt, and what is left out of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from local_models import write_english_model
from watched_engine import found, load, request, said, watched

from wyoming_whisper.engines.whisper.prompts import count_fitting, split_hotwords

if TYPE_CHECKING:
    from wyoming_whisper.engines.whisper.model_files import ModelFiles

CAP: Final = 220

entries = st.lists(st.from_regex(r"[abc]([abc ]{,30}[abc])?", fullmatch=True), max_size=12)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> ModelFiles:
    return found(write_english_model(tmp_path_factory.mktemp("english")))


@pytest.mark.parametrize(
    ("hotwords", "words"),
    [
        ("", []),
        (" , ,", []),
        ("Kodi", ["Kodi"]),
        ("Kodi, living room ,\nShelly,", ["Kodi", "living room", "Shelly"]),
    ],
)
def test_hot_words_stand_between_commas(hotwords: str, words: list[str]) -> None:
    """A hot word may be several words; nothing between two commas is none."""
    assert split_hotwords(hotwords) == words


@given(entries, st.integers(0, 100))
def test_as_many_hot_words_as_fit(words: list[str], room: int) -> None:
    """The first ones are kept, whole, with the commas between them, and not one less than fit."""
    n = count_fitting(words, room, len)
    assert n == 0 or len(" " + ", ".join(words[:n])) <= room
    assert n == len(words) or len(" " + ", ".join(words[: n + 1])) > room


@pytest.mark.parametrize(
    ("hotwords", "prompt", "before"),
    [
        ("", "", None),
        (" , ", " ", None),
        ("Kodi", "", " Kodi"),
        ("Kodi,Shelly ,", "Küche: ", " Kodi, Shelly Küche:"),
        # The toys' tokens are bytes, and a text begins with a space.
        ("a" * 99 + ", b", "c" * 115, " " + "a" * 99 + ", b " + "c" * 115),
        ("a" * 99 + ", b", "c" * 117, " " + "a" * 99 + " " + "c" * 117),
        ("a" * 99 + ", b", "c" * 130, " " + "c" * 130),
        ("a" * 99 + ", b", "d" * 300 + "c" * CAP, "c" * CAP),
        ("a" * 300, "c" * 9, " " + "a" * (CAP - 11) + " " + "c" * 9),
        ("a" * 300, "", " " + "a" * (CAP - 1)),
        ("a" * 300 + ", b", "", None),
    ],
)
def test_hot_words_go_before_the_prompt(
    model: ModelFiles, hotwords: str, prompt: str, before: str | None
) -> None:
    """They get what the prompt leaves of the cap; hot words are left out whole, a lone one cut."""
    engine, whisper = watched(model)
    whisper.model.script = [said(whisper, " on")]
    engine.transcribe([request(hotwords=hotwords, prompt=prompt)])
    tokenizer = whisper.hf_tokenizer
    previous, start, plain = (
        tokenizer.token_to_id(f"<|{name}|>")
        for name in ("startofprev", "startoftranscript", "notimestamps")
    )
    expected = [] if before is None else [previous, *tokenizer.encode(before).ids]
    assert whisper.model.calls[0]["prompts"] == [[*expected, start, plain]]


def test_hot_words_may_share_a_call_with_a_prompt(model: ModelFiles) -> None:
    """It is the number of tokens that has to be equal, whatever they say."""
    key = load(model).batch_key
    assert key(request(hotwords="Kodi")) == key(request(prompt="lamp")) != key(request())


@pytest.mark.parametrize(
    ("text", "heard"), [(" Kodi, Shelly, lamp", "Coat, jelly, lamb"), (" Kodi and lamp", None)]
)
def test_hot_words_given_back_are_an_echo(model: ModelFiles, text: str, heard: str | None) -> None:
    """What was to be expected, in just these words, is heard again without them."""
    engine, whisper = watched(model)
    whisper.model.script = [said(whisper, text), said(whisper, " Coat, jelly, lamb")]
    (hypothesis,) = engine.transcribe([request(3.0, hotwords="Kodi, Shelly", prompt="Lamp!")])
    assert hypothesis.text == (heard or text.strip())
    assert hypothesis.retried is (heard is not None)
    assert hypothesis.rejection is None
