"""Transcripts are written as the household does, and nobody waits for what is not known yet."""

from __future__ import annotations

import asyncio
import logging
import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
import pytest
from fakes import (
    FACTS,
    FakeEngine,
    decoding,
    hypothesis,
    new_lifecycle,
    new_program,
    new_recognizer,
    silence,
    tone,
)
from options import eager_options

from wyoming_whisper.audio.pcm import mono_to_pcm16
from wyoming_whisper.audio.pcm_format import PcmFormat
from wyoming_whisper.household.grammar import compile_grammar
from wyoming_whisper.household.snapper import SnapLevel, Snapper
from wyoming_whisper.household.vocabulary import Household, Name, Replacement
from wyoming_whisper.recognition.program import Program
from wyoming_whisper.recognition.snapping import AS_THE_OWNER_DECIDES, SnapOptions, Snapping
from wyoming_whisper.values import DecodedSegment, DecodeOptions, Rejection, Task, TranscriptUpdate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wyoming_whisper.engines.engine import DecodeRequest
    from wyoming_whisper.household.grammar import Grammar
    from wyoming_whisper.values import Hypothesis

PCM16: Final = PcmFormat(16_000, 2, 1)


@dataclass(frozen=True)
class Source:
    """Makes snappers of what was known of a home at a time."""

    household: Household
    home: Home

    def snapper(self, language: str) -> Snapper:
        self.home.n_made += 1
        assert self.home.gate.wait(30)
        if self.home.fails:
            raise OSError("no such file")
        return Snapper(self.household, language, self.home.grammar, frozenset())


class Home:
    """What is known of a home, and how long it takes to make something of it."""

    def __init__(self) -> None:
        self.now = Household(replacements=(Replacement("telly", "TV"),))
        self.gate = threading.Event()
        self.gate.set()
        self.grammar: Grammar | None = None
        self.n_made = 0
        self.fails = False
        self.snapping = Snapping(SnapLevel.SENTENCES, lambda: Source(self.now, self))

    async def knows(self, language: str = "en") -> None:
        """Wait until what is known now is in use."""
        self.snapping.expect([language])
        while self.snapping.is_being_made:  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.001)


def update_of(*texts: str, rejection: Rejection | None = None) -> TranscriptUpdate:
    """Return a transcript of segments."""
    found = [replace(hypothesis(text), rejection=rejection) for text in texts]
    segments = tuple(DecodedSegment(n, n + 1, h) for n, h in enumerate(found))
    return TranscriptUpdate(" ".join(texts), "en", segments)


async def written(home: Home, update: TranscriptUpdate, how: SnapOptions | None = None) -> str:
    snapped, _ = await home.snapping.snap(update, how or AS_THE_OWNER_DECIDES)
    return snapped.text


async def test_nobody_waits_for_what_is_being_read() -> None:
    """Until a language's sentences are there its transcripts stay as they were heard."""
    home = Home()
    home.gate.clear()
    assert await written(home, update_of("the telly")) == "the telly"
    assert await written(home, update_of("the telly")) == "the telly"
    home.gate.set()
    await home.knows()
    assert await written(home, update_of("the telly")) == "the TV"
    assert home.n_made == 1


async def test_what_has_changed_is_used_when_it_is_ready() -> None:
    """A home that is known better is known as before until then; what was foreseen is not kept."""
    home = Home()
    await home.knows()
    assert await written(home, update_of("the telly")) == "the TV"
    home.now = Household((Name("Big Screen"),), (Replacement("telly", "Big Screen"),))
    home.gate.clear()
    home.snapping.refresh()
    assert await written(home, update_of("the telly")) == "the TV"
    home.gate.set()
    await home.knows()
    assert await written(home, update_of("the telly")) == "the Big Screen"


async def test_a_home_that_cannot_be_read(caplog: pytest.LogCaptureFixture) -> None:
    """It is a line of the log, and transcripts stay as they are heard."""
    home = Home()
    home.fails = True
    await home.knows()
    assert await written(home, update_of("the telly")) == "the telly"
    assert "the sentences of en could not be read" in caplog.text


async def test_only_one_piece() -> None:
    """What was told in parts is not changed any more, nor is what nobody believes."""
    home = Home()
    await home.knows()
    assert await written(home, update_of("the telly", "the telly")) == "the telly the telly"
    nobody = update_of("the telly", rejection=Rejection.NO_SPEECH)
    assert await written(home, replace(nobody, text="")) == ""


async def test_what_was_perhaps_heard_instead() -> None:
    """The other texts of the model are looked at too, and told from those of another decode."""
    home = Home()
    sentences = {"sentences": ["resume [{name}]"]}
    home.grammar = compile_grammar({"intents": {"HassMediaUnpause": {"data": [sentences]}}})
    await home.knows()
    sure = update_of("resumed")
    (segment,) = sure.segments
    unsure = replace(segment, hypothesis=replace(segment.hypothesis, alternatives=("resume",)))
    assert await written(home, replace(sure, segments=(unsure,))) == "resume"
    assert await written(home, sure) == "resumed"


async def test_what_a_client_wants() -> None:
    """It may want nothing changed, or its own names written."""
    home = Home()
    await home.knows()
    assert await written(home, update_of("the telly"), SnapOptions(SnapLevel.OFF)) == "the telly"
    names = SnapOptions(expected=("Shivaun",))
    assert await written(home, update_of("call shivawn"), names) == "call Shivaun"


async def test_words_are_never_logged(caplog: pytest.LogCaptureFixture) -> None:
    """The log says why a word was changed, and not which."""
    caplog.set_level(logging.DEBUG)
    home = Home()
    await home.knows()
    assert await written(home, update_of("the telly")) == "the TV"
    assert "written otherwise: replacement" in caplog.text
    assert "telly" not in caplog.text


class Talker(FakeEngine):
    """Hears the same in whatever is said."""

    def transcribe(self, batch: Sequence[DecodeRequest]) -> list[Hypothesis]:
        super().transcribe(batch)
        return [hypothesis("turn on the telly") for _ in batch]


@pytest.mark.parametrize("task", Task)
async def test_an_utterance(task: Task) -> None:
    """What a satellite hears of is written so, foreseen in the pause; a translation is not."""
    home = Home()
    await home.knows()
    lifecycle = new_lifecycle(facts=FACTS)
    plain = new_program(lifecycle, eager=eager_options(), decoding=DecodeOptions(task=task))
    program = Program(lifecycle, plain.options, snapping=home.snapping)
    recognizer = new_recognizer(program)
    async with decoding(lifecycle, Talker()):
        stream = recognizer.listen(program, program.decoding, lambda: None)
        async with stream:
            stream.put(PCM16, mono_to_pcm16(np.concatenate((tone(1), silence(0.7)))))
            stream.end()
            text = (await stream.whole()).text
    assert text == {Task.TRANSCRIBE: "turn on the TV", Task.TRANSLATE: "turn on the telly"}[task]
    snapped = stream.report.snapped
    assert (snapped is None) == (task is Task.TRANSLATE)
