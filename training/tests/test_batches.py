"""Training batches: their windows, their texts, and that a step is always the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pytest
from home_en.batches import IGNORED, WINDOWS_S, Batch, BatchMaker
from home_en.corpus import Utterance, read_shard, write_shard
from home_en.paths import EXPORTED
from home_en.tokens import Tokens

if TYPE_CHECKING:
    from pathlib import Path

TOKENS: Final = Tokens(EXPORTED / "tokenizer.json")
TEXT: Final = "Set a timer for ten minutes."
WRITTEN: Final = TOKENS.of("Set a timer for 10 minutes.")


def utterance(seconds: float, *, taught: bool = False) -> Utterance:
    noise = np.random.default_rng(1).normal(0, 3000, int(seconds * 16_000)).astype(np.int16)
    states = np.ones((len(WRITTEN) + 2, 384), np.float16) if taught else None
    return Utterance(TEXT, noise, states)


@pytest.fixture(scope="module")
def batches() -> list[Batch]:
    synthetic = [utterance(seconds) for seconds in (0.7, 1.5, 2.5, 4.2)]
    maker = BatchMaker(synthetic, [utterance(7.1, taught=True)], TOKENS, seed=3)
    return [maker[step] for step in range(20)]


def test_every_window_is_one_of_the_engines(batches: list[Batch]) -> None:
    """The shortest are the rule, and there are longer ones."""
    windows = {batch.mel.shape[2] // 100 for batch in batches}
    assert {2, 3} < windows <= {*WINDOWS_S, 30}
    longer = [(b.longer, b.mel.shape[2]) for b in batches if b.longer is not None]
    assert longer
    assert all(other > frames and other // 100 in {*WINDOWS_S, 30} for other, frames in longer)


def test_what_is_said_is_asked_for(batches: list[Batch]) -> None:
    """Behind every token the next is expected, in figures, and the end behind the last."""
    plain = [TOKENS.start, TOKENS.untimed, *WRITTEN]
    rows = 0
    for batch in batches:
        for tokens, targets in zip(batch.tokens.tolist(), batch.targets.tolist(), strict=True):
            if tokens[: len(plain)] == plain and targets[len(plain) - 1] == TOKENS.end:
                assert targets[: len(plain)] == [*plain[1:], TOKENS.end]
                assert set(targets[len(plain) :]) <= {IGNORED}
                rows += 1
    assert rows > 100


def test_noise_is_no_speech(batches: list[Batch]) -> None:
    """Where nobody speaks, that is what is to be said, and then nothing."""
    targets = [row[:2].tolist() for batch in batches for row in batch.targets]
    assert [TOKENS.no_speech, TOKENS.end] in targets


def test_states_stand_at_their_tokens(batches: list[Batch]) -> None:
    """The original's states belong to a text from its prompt to its last token."""
    taught = [batch for batch in batches if batch.states.size]
    assert taught
    for batch in taught:
        rows, columns = batch.places
        assert len(batch.states) == len(rows)
        first = batch.tokens[rows[0], columns[: len(WRITTEN) + 2]]
        assert first.tolist() == [TOKENS.start, TOKENS.untimed, *WRITTEN]


def test_a_step_is_always_the_same() -> None:
    """A run that goes on has the batches of one that never stopped."""
    first, again = (BatchMaker([utterance(1)], [], TOKENS, seed=3)[7] for _ in range(2))
    assert np.array_equal(first.mel, again.mel)
    assert np.array_equal(first.tokens, again.tokens)


def test_a_shard_holds_what_was_written(tmp_path: Path) -> None:
    """Texts, samples and states come back as they were."""
    spoken = [(one.text, one.samples) for one in (utterance(0.1), utterance(0.2))]
    write_shard(tmp_path, "one", spoken)
    np.save(tmp_path / "one.states.npy", np.arange(5 * 384).reshape(5, 384))
    texts = iter((2, 3))
    found = read_shard(tmp_path, "one", lambda _: next(texts))
    assert [one.text for one in found] == [TEXT, TEXT]
    for one, (_, samples) in zip(found, spoken, strict=True):
        assert np.array_equal(one.samples, samples)
    assert [one.states.shape for one in found if one.states is not None] == [(2, 384), (3, 384)]
