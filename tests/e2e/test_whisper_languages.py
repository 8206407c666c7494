"""Whisper base in nine languages, over HTTP and Wyoming."""

from __future__ import annotations

import asyncio
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np
import pytest
from openai_weights import needs
from spoken_languages import LANGUAGES
from transcriptions import ask, post, room

from wyoming_whisper.bench.figures import words
from wyoming_whisper.wyoming_api.client import transcribe

if TYPE_CHECKING:
    from server_process import ServerProcess

pytestmark = needs("base")

# What may be wrong, of words; of Japanese, Korean and Chinese, of characters. All are right where
# they were chosen, but for a word of Italian; another CPU computes a little differently.
MAY_BE_WRONG: Final = {
    "en": 0.07, "de": 0.14, "es": 0.07, "fr": 0.07, "it": 0.15, "pt": 0.14,
    "ja": 0.13, "ko": 0.2, "zh": 0.2,
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_detected(base_server: ServerProcess, language: str) -> None:
    """Nobody says which language it is: it is found, surely, and written as it was spoken."""
    sentence = LANGUAGES[language]
    answer = ask(base_server, sentence.samples)
    assert answer["language_code"] == language
    assert answer["language_probability"] > 0.7
    assert sentence.error_rate(answer["text"]) <= MAY_BE_WRONG[language], answer["text"]


@pytest.mark.parametrize(("language", "told"), [("de", "de"), ("ja", "ja-JP"), ("ko", None)])
async def test_wyoming(base_server: ServerProcess, language: str, told: str | None) -> None:
    """A satellite's language is obeyed, and told; without one it is found."""
    sentence = LANGUAGES[language]
    answer = await transcribe(base_server.uri, [sentence.samples], language=told)
    assert answer.language == language
    assert sentence.error_rate(answer.text) <= MAY_BE_WRONG[language], answer.text


async def test_satellites_of_several_languages(base_server: ServerProcess) -> None:
    """What is spoken at the same time in two languages stays apart."""
    spoken = [LANGUAGES[language] for language in ("fr", "es")]
    answers = await asyncio.gather(
        *(transcribe(base_server.uri, [sentence.samples]) for sentence in spoken)
    )
    for sentence, answer in zip(spoken, answers, strict=True):
        assert answer.language == sentence.language
        assert sentence.error_rate(answer.text) <= MAY_BE_WRONG[sentence.language]


def test_candidates(base_server: ServerProcess) -> None:
    """The languages that a client allows are the only ones to be heard."""
    spanish = LANGUAGES["es"].samples
    allowed = ask(base_server, spanish, **{"languages[]": ["es", "pt"]})
    assert allowed["language_code"] == "es"
    others = ask(base_server, spanish, **{"languages[]": ["it", "en"]})
    assert others["language_code"] in {"it", "en"}
    refused = post(base_server, spanish, languages=["tlh"])
    assert refused.status_code == 400
    assert refused.json()["error"]["param"] == "languages"


@pytest.mark.parametrize(
    ("language", "content"),
    [
        ("de", {"evening", "light", "living", "door", "garden"}),
        ("es", {"light", "kitchen", "close", "door"}),
    ],
)
def test_translation(base_server: ServerProcess, language: str, content: set[str]) -> None:
    """What was said in another language is written in English, also where nobody says which."""
    samples = LANGUAGES[language].samples
    for told in ({}, {"language": language}):
        answer = post(base_server, samples, "translations", response_format="verbose_json", **told)
        assert answer.json()["language_code"] == "en"
        assert content <= set(words(answer.json()["text"]))


@pytest.mark.parametrize("language", ["en", "de", "ja"])
def test_word_times(base_server: ServerProcess, language: str) -> None:
    """Words follow each other, are those of the text, and move with what stands before them."""
    samples = LANGUAGES[language].samples
    granularities = {"timestamp_granularities[]": ["word", "segment"]}
    first, later = (
        ask(base_server, each, language=language, **granularities)
        for each in (samples, np.concatenate((room(3), samples, room(2))))
    )
    for answer, before in ((first, 0.0), (later, 3.0)):
        times = [time for word in answer["words"] for time in (word["start"], word["end"])]
        assert all(earlier <= time for earlier, time in pairwise(times))
        assert before - 0.1 <= times[0] < before + 0.5
        end = before + len(samples) / 16_000
        assert end - 1.5 < times[-1] <= end
        joined = "".join(word["word"] for word in answer["words"])
        assert joined.replace(" ", "") == answer["text"].replace(" ", "")
        ends = [(segment["start"], segment["end"]) for segment in answer["segments"]]
        assert (ends[0][0], ends[-1][1]) == (times[0], times[-1])


@pytest.mark.parametrize(("told", "count", "pause_s"), [(None, 6, 9.4), ("de", 6, 4.5)])
def test_a_long_file(
    base_server: ServerProcess, told: str | None, count: int, pause_s: float
) -> None:
    """A minute of German sentences is German to the end, each at its time, though all are alike."""
    sentence = LANGUAGES["de"]
    samples = np.concatenate(
        [part for seed in range(count) for part in (sentence.samples, room(pause_s, seed))]
    )
    assert len(samples) > 60 * 16_000
    answer = ask(base_server, samples, **({"language": told} if told else {}))
    assert answer["language_code"] == "de"
    segments = answer["segments"]
    times = [time for segment in segments for time in (segment["start"], segment["end"])]
    assert all(earlier <= time for earlier, time in pairwise(times))
    period_s = len(samples) / 16_000 / count
    for turn in range(count):
        start_s = turn * period_s
        said = [s["text"] for s in segments if start_s - 0.5 < s["start"] < start_s + 6]
        assert sentence.error_rate("".join(said)) <= MAY_BE_WRONG["de"], said
    assert times[-1] > (count - 1) * period_s + 4
