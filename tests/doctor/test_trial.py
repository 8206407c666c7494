"""A model that hears what is said, and those that do not."""

from __future__ import annotations

import filecmp
import re
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from fakes import FACTS, FakeEngine, FakeModel, hypothesis
from options import engine_options
from recordings import COMMANDS

from wyoming_whisper.doctor.finding import Status, Verdict
from wyoming_whisper.doctor.trial import RECORDING, WORDS, Trial
from wyoming_whisper.engines.whisper.model import LoadableWhisper
from wyoming_whisper.engines.whisper.model_files import find_model
from wyoming_whisper.errors import ModelNotFound
from wyoming_whisper.values import DecodeOptions, Rejection

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from wyoming_whisper.engines.engine import DecodeRequest, Model
    from wyoming_whisper.engines.threaded import ThreadedEngine
    from wyoming_whisper.values import Hypothesis

BOTH = frozenset({"en", "de"})


@dataclass
class Speaker(FakeEngine):
    """Says the same, whatever it hears."""

    answer: Hypothesis = field(default_factory=lambda: hypothesis(WORDS))

    def transcribe(self, batch: Sequence[DecodeRequest]) -> list[Hypothesis]:
        self.batches.append(list(batch))
        return [self.answer]


class Unloadable(FakeModel):
    """Is damaged."""

    def load(self) -> ThreadedEngine:
        raise ModelNotFound("damaged")


async def decode(
    model: Model,
    languages: frozenset[str] = BOTH,
    clock: Callable[[], float] | None = None,
) -> tuple[Verdict, Verdict]:
    ticks = map(float, count())
    trial = Trial(model, DecodeOptions(), languages, clock or (lambda: next(ticks) / 10))
    try:
        return await trial.load(), await trial.decode()
    finally:
        await trial.close()


def saying(text: str) -> FakeModel:
    return FakeModel(decoder=Speaker(answer=hypothesis(text)))


def test_the_recording_is_one_of_the_tests() -> None:
    """What the package carries is the command of the test data by this name, with its words."""
    (command,) = [c for c in COMMANDS if c.path.stem.startswith(RECORDING.stem)]
    assert filecmp.cmp(command.path, RECORDING, shallow=False)
    assert command.text == WORDS
    assert RECORDING.stat().st_size < 100_000


async def test_the_embedded_model_hears_it() -> None:
    """home-en, loaded and asked for real, understands every word."""
    model = LoadableWhisper(find_model("home-en", []), engine_options(), Path())
    loaded, decoded = await decode(model, model.facts.languages)
    assert loaded.status is Status.OK
    assert "home-en on cpu as int8" in loaded.found
    assert re.search(r"\d [MG]iB at most", loaded.found)
    assert decoded.status is Status.OK
    assert "every word right" in decoded.found


async def test_times() -> None:
    """The first decode and the next are told apart, and set against the speech's length."""
    times = iter([0.0, 1.5, 10.0, 12.0, 20.0, 20.5])
    loaded, decoded = await decode(saying(WORDS), clock=lambda: next(times))
    assert "fake on cpu as int8 in 1.50 s" in loaded.found
    assert decoded.found.startswith("1.9 s of speech in 2.00 s, then in 0.50 s (3.9 times real")


async def test_a_model_that_is_slower_than_speech() -> None:
    """Where the second decode takes longer than the speech the verdict is a warning."""
    times = iter([0.0, 1.0, 1.0, 2.0, 2.0, 4.5])
    _, decoded = await decode(saying(WORDS), clock=lambda: next(times))
    assert decoded.status is Status.WARN
    assert "slower than it is spoken" in decoded.found
    assert "--model" in decoded.cure


@pytest.mark.parametrize(
    ("text", "status", "words"),
    [
        ("turn off the kitchen light", Status.OK, "every word right"),
        ("Turn of the kitchen light.", Status.WARN, "1 of 5 words wrong"),
        ("Thank you.", Status.FAIL, "heard 'Thank you.'"),
        ("", Status.FAIL, "nothing was understood"),
        ("light " * 100, Status.FAIL, "heard 'light light"),
    ],
)
async def test_words(text: str, status: Status, words: str) -> None:
    """Some words wrong are a warning, all of them a fault, and neither is silent on the words."""
    _, decoded = await decode(saying(text.strip()))
    assert decoded.status is status
    assert words in decoded.found
    assert len(decoded.found) < 250


async def test_a_text_that_is_not_believed() -> None:
    """What a server would not pass on is not understood, however right it is."""
    rejected = replace(hypothesis(WORDS), rejection=Rejection.NO_SPEECH)
    _, decoded = await decode(FakeModel(decoder=Speaker(answer=rejected)))
    assert decoded.status is Status.FAIL


async def test_a_model_that_knows_no_english() -> None:
    """A model of another language is asked in that one, and its words are not judged."""
    speaker = Speaker(answer=hypothesis("Irgendwas."))
    facts = replace(FACTS, languages=frozenset({"fr", "de"}))
    _, decoded = await decode(FakeModel(facts, decoder=speaker), facts.languages)
    assert decoded.status is Status.OK
    assert "Irgendwas" not in decoded.found
    assert {request.options.language for batch in speaker.batches for request in batch} == {"de"}


async def test_a_model_that_cannot_be_loaded() -> None:
    """What is wrong with the files is raised; the decode after it says that it was not tried."""
    trial = Trial(Unloadable(), DecodeOptions(), BOTH)
    with pytest.raises(ModelNotFound):
        await trial.load()
    verdict = await trial.decode()
    await trial.close()
    assert (verdict.status, verdict.found) == (
        Status.OK,
        "not tried: the model is not loaded",
    )


async def test_the_model_is_freed() -> None:
    """After the trial nothing of the model is left in memory."""
    speaker = Speaker()
    await decode(FakeModel(decoder=speaker))
    assert speaker.closed
    assert len(speaker.batches) == 2
