"""The embedded model on real recordings, alone and in company."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from options import engine_options
from recordings import COMMANDS

from wyoming_whisper.audio.pcm import SAMPLE_RATE
from wyoming_whisper.config.device import Device
from wyoming_whisper.engines.engine import DecodeRequest
from wyoming_whisper.engines.whisper.catalogue import HOME_EN
from wyoming_whisper.engines.whisper.load import load_decoder
from wyoming_whisper.engines.whisper.model_files import find_model
from wyoming_whisper.values import DecodeOptions

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

    from wyoming_whisper.engines.whisper.decoder import WhisperDecoder
    from wyoming_whisper.values import Hypothesis

# (which command, where it begins, in milliseconds): half a command is a hard one.
starts = st.tuples(st.integers(0, len(COMMANDS) - 1), st.sampled_from([0, 0, 250, 700, 1_100]))


@pytest.fixture(scope="module")
def engine() -> Iterator[WhisperDecoder]:
    model = find_model(HOME_EN, [])
    engine = load_decoder(model, engine_options(device=Device("cpu"), cpu_threads=1))
    yield engine
    engine.close()


def what_is_heard(hypothesis: Hypothesis) -> tuple[str, list[tuple[str, int, int]]]:
    """Return the text, and each word with its place."""
    return hypothesis.text, [(word.text, word.start, word.end) for word in hypothesis.words]


@pytest.mark.parametrize("beam_size", [1, 5])
def test_companions_never_change_a_transcript(engine: WhisperDecoder, beam_size: int) -> None:
    """Whoever speaks at the same time, a command is understood as if its speaker were alone.

    So is when each of its words was said; every other command asks for that.
    """
    commands = [command.samples for command in COMMANDS]
    alone: dict[tuple[int, int], Hypothesis] = {}
    largest: list[int] = []

    def request(number: int, start_ms: int) -> DecodeRequest:
        samples = commands[number][start_ms * SAMPLE_RATE // 1000 :]
        options = DecodeOptions(beam_size=beam_size, word_times=number % 2 == 0)
        return DecodeRequest(samples, options)

    @given(st.lists(starts, min_size=2, max_size=8))
    @settings(deadline=None, max_examples=12)
    def check(batch: list[tuple[int, int]]) -> None:
        company: dict[Hashable, list[tuple[int, int]]] = {}
        for cut in batch:
            if cut not in alone:
                (alone[cut],) = engine.transcribe([request(*cut)])
            company.setdefault(engine.batch_key(request(*cut)), []).append(cut)
        for cuts in company.values():
            together = engine.transcribe([request(*cut) for cut in cuts])
            assert list(map(what_is_heard, together)) == [what_is_heard(alone[cut]) for cut in cuts]
            largest.append(len(cuts))

    check()
    assert max(largest) > 2
    assert len({hypothesis.text for hypothesis in alone.values()}) > 1
    assert any(hypothesis.words for hypothesis in alone.values())
