"""Whisper tiny.en, which understands English and nothing else."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest
from openai_weights import needs
from server_process import serving
from spoken_languages import LANGUAGES
from transcriptions import ask, post, room
from whisper_weights import FOLDER

from wyoming_whisper.errors import ServerFailed
from wyoming_whisper.wyoming_api.client import transcribe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from server_process import ServerProcess

pytestmark = needs("tiny.en")

ENGLISH = LANGUAGES["en"]
GERMAN = LANGUAGES["de"]


@pytest.fixture(scope="module")
def tiny_server() -> Iterator[ServerProcess]:
    """A server on tiny.en."""
    with serving("--model", "tiny.en", "--data-dir", str(FOLDER)) as server:
        yield server


async def test_english(tiny_server: ServerProcess) -> None:
    """It is understood over HTTP and Wyoming, and no language is guessed."""
    answer = ask(tiny_server, ENGLISH.samples)
    assert (answer["language"], "language_probability" in answer) == ("english", False)
    spoken = await transcribe(tiny_server.uri, [ENGLISH.samples], language="en-US")
    for text in (answer["text"], spoken.text):
        assert ENGLISH.error_rate(text) < 0.14, text


def test_word_times(tiny_server: ServerProcess) -> None:
    """Words follow each other from the first sound to the last."""
    answer = ask(tiny_server, ENGLISH.samples, **{"timestamp_granularities[]": ["word"]})
    times = [time for word in answer["words"] for time in (word["start"], word["end"])]
    assert all(earlier <= time for earlier, time in pairwise(times))
    assert 0 <= times[0] < 0.5
    assert answer["duration"] - 1.5 < times[-1] <= answer["duration"]
    assert " ".join(word["word"] for word in answer["words"]) == answer["text"]


async def test_german_is_refused(tiny_server: ServerProcess) -> None:
    """Who asks for it is told that this model does not understand it."""
    refused = post(tiny_server, GERMAN.samples, language="de")
    assert refused.status_code == 400
    error = refused.json()["error"]
    assert (error["message"], error["param"]) == ("tiny.en does not understand 'de'", "language")
    with pytest.raises(ServerFailed, match="'de'"):
        await transcribe(tiny_server.uri, [GERMAN.samples], language="de")


def test_translation_is_refused(tiny_server: ServerProcess) -> None:
    """Who asks for it is told that this model cannot."""
    refused = post(tiny_server, GERMAN.samples, "translations")
    assert refused.status_code == 400
    assert "can't translate" in refused.json()["error"]["message"]


def test_no_words_without_speech(tiny_server: ServerProcess) -> None:
    """Of silence nothing is written, though a prompt says what might be."""
    for samples in (np.zeros(64_000, np.float32), room(4)):
        assert ask(tiny_server, samples, prompt="Turn on the living room light.")["text"] == ""
