"""What every API opens: streams and files, on programs of different models."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np
from fakes import (
    FACTS,
    FakeEngine,
    FakeModel,
    decoding,
    new_lifecycle,
    new_program,
    new_recognizer,
    silence,
    tone,
)
from options import eager_options

from wyoming_whisper.audio.pcm import SAMPLE_RATE, mono_to_pcm16
from wyoming_whisper.audio.pcm_format import PcmFormat
from wyoming_whisper.recognition.file import open_file
from wyoming_whisper.scheduling.queue import DecodeQueue
from wyoming_whisper.scheduling.runner import Devices
from wyoming_whisper.values import DecodeOptions

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from wyoming_whisper.audio.pcm import Block
    from wyoming_whisper.engines.engine import DecodeRequest
    from wyoming_whisper.recognition.program import Program
    from wyoming_whisper.recognition.recognizer import Recognizer

PCM16: Final = PcmFormat(16_000, 2, 1)


async def blocks(samples: Block) -> AsyncIterator[Block]:
    for start in range(0, len(samples), SAMPLE_RATE):
        yield samples[start : start + SAMPLE_RATE]


async def transcribe(recognizer: Recognizer, program: Program, samples: Block) -> str:
    file = await open_file(blocks(samples))
    stream = recognizer.transcribe(file, program, program.decoding, program.segmenting)
    async with stream:
        return (await stream.whole()).text


async def listen(recognizer: Recognizer, program: Program, samples: Block) -> str:
    async with recognizer.listen(program, program.decoding, lambda: None) as stream:
        stream.put(PCM16, mono_to_pcm16(samples))
        stream.end()
        return (await stream.whole()).text


async def test_files_are_not_decoded_eagerly() -> None:
    """Only who waits for an answer is worth the effort."""
    lifecycle = new_lifecycle()
    program = new_program(lifecycle, eager=eager_options())
    recognizer = new_recognizer(program)
    command = np.concatenate((tone(1), silence(0.7)))
    async with decoding(lifecycle, FakeEngine()):
        await transcribe(recognizer, program, command)
        assert lifecycle.queue.stats.submitted == 1
        await listen(recognizer, program, command)
    assert lifecycle.queue.stats.submitted == 2


async def test_what_pauses_have_cut_apart_goes_to_the_model_together() -> None:
    """Of a file, where the language is known; a long stretch may be in another one."""
    lifecycle = new_lifecycle()
    program = new_program(lifecycle, decoding=DecodeOptions())
    recognizer = new_recognizer(program)
    engine = FakeEngine()
    lengths: list[float] = []
    engine.on_call = lambda batch: lengths.extend(
        round(len(request.samples) / SAMPLE_RATE) for request in batch
    )
    talk = np.concatenate([np.concatenate((tone(t), silence(4))) for t in (1, 1, 6, 1)])
    file, english = await open_file(blocks(talk)), replace(program.decoding, language="en")
    async with decoding(lifecycle, engine):
        stream = recognizer.transcribe(file, program, english, program.segmenting)
        async with stream:
            (whole,) = (await stream.whole()).segments
        assert (whole.end - whole.start) / SAMPLE_RATE > 20
        await transcribe(recognizer, program, talk)
        await listen(recognizer, program, np.concatenate((tone(1), silence(4), tone(1))))
    assert lengths == [12, 3, 7, 2, 1, 2]


async def test_a_program_is_what_its_model_is() -> None:
    """When the model is exchanged, languages, beams and window are the new one's."""
    lifecycle = new_lifecycle(facts=replace(FACTS, window_s=30))
    program = new_program(lifecycle)
    assert program.segmenting.max_samples == 30 * SAMPLE_RATE
    short = replace(FACTS, name="short", window_s=8, beam_size=5, languages=frozenset({"en"}))
    lifecycle.model = FakeModel(short)
    assert program.name == "short"
    assert program.segmenting.max_samples == 8 * SAMPLE_RATE
    assert program.decoding.beam_size == 5
    assert program.languages == {"en"}


async def test_two_programs_in_one_process() -> None:
    """Programs of two windows share a device's slot: finals of both before files of either.

    Each cuts its speech for its own model.
    """
    queue = DecodeQueue(max_queued=64)
    devices = Devices(queue)
    facts = [replace(FACTS, name=f"{window_s} s", window_s=window_s) for window_s in (4, 30)]
    lives = [new_lifecycle(facts=each, queue=queue, devices=devices) for each in facts]
    programs = [new_program(life) for life in lives]
    recognizer = new_recognizer(programs[0])
    gate = threading.Event()
    engines = [FakeEngine(gate=gate), FakeEngine(gate=gate)]
    order: list[tuple[str, int]] = []

    def note(name: str, batch: Sequence[DecodeRequest]) -> None:
        order.append((name, len(batch[0].samples)))

    for engine, each in zip(engines, facts, strict=True):
        engine.on_call = partial(note, each.name)
    async with contextlib.AsyncExitStack() as stack:
        for life, engine in zip(lives, engines, strict=True):
            await stack.enter_async_context(decoding(life, engine))
        long = np.concatenate((tone(35), silence(1)))
        files = [asyncio.create_task(transcribe(recognizer, program, long)) for program in programs]
        while queue.stats.submitted < 4:  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0)
        commands = [
            asyncio.create_task(listen(recognizer, program, tone(1))) for program in programs
        ]
        while queue.stats.submitted < 6:  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0)
        gate.set()
        await asyncio.gather(*files, *commands)
    # The call in flight, then both commands, then the rest of the files.
    assert all(n_samples < 2 * SAMPLE_RATE for _, n_samples in order[1:3])
    assert {name for name, _ in order[1:3]} == {"4 s", "30 s"}
    longest = {each.name: max(n for name, n in order if name == each.name) for each in facts}
    assert longest["4 s"] <= 4 * SAMPLE_RATE < longest["30 s"] <= 30 * SAMPLE_RATE


async def test_who_uses_a_program_keeps_its_model() -> None:
    """It lives on for as long as the context lasts, also when another one serves by then."""
    old, new = new_lifecycle(), new_lifecycle(facts=replace(FACTS, name="new"))
    recognizer = new_recognizer(new_program(old))
    with recognizer.using() as program:
        recognizer.exchange(0, new)
        assert program.lifecycle is old
        assert recognizer.program.name == "new"
        retired = asyncio.create_task(old.unused())
        await asyncio.sleep(0)
        assert not retired.done()
    await retired
    assert recognizer.n_exchanges == 1
