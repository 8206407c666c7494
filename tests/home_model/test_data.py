"""Training batches."""

import json
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from home_model import tokenizer as ours
from home_model.data import IGNORE, Batch, BatchMaker, Corpus, Curriculum
from home_model.features import LONG_WINDOW_FRAMES, WINDOW_FRAMES
from home_model.grammar import sentences
from home_model.synthesis import CLEAR_SHARDS, Utterance, write_shard
from home_model.voices import Delivery

CURRICULUM = Curriculum(
    all_voices=2,
    augmented=4,
    long_windows=6,
    full_strength=8,
    share_long=0.4,
    share_twins=0.2,
    share_full=0.5,
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tokenizer and a corpus of noises which pass for speech."""
    folder = tmp_path_factory.mktemp("speech")
    rng = np.random.default_rng(0)
    texts = [s.text for s in islice(sentences(1), 12 * (CLEAR_SHARDS + 1))]
    for shard in range(CLEAR_SHARDS + 1):
        write_shard(
            folder,
            f"shard-{shard:03d}",
            [
                Utterance(
                    text,
                    Delivery("flite/rms"),
                    rng.integers(-9000, 9000, int(rng.integers(9000, 40_000))).astype(np.int16),
                )
                for text in texts[12 * shard : 12 * shard + 12]
            ],
        )
    made = ours.tokenizer_json(*ours.learn(texts))
    (folder / "tokenizer.json").write_text(json.dumps(made))
    return folder


def make(folder: Path, step: int, part: int = 0, parts: int = 1) -> Batch:
    """The batch of a step."""
    maker = BatchMaker(
        Corpus(folder),
        folder / "tokenizer.json",
        CURRICULUM,
        seed=3,
        size=16,
        part=part,
        parts=parts,
    )
    return maker[step]


@pytest.mark.parametrize("step", [0, 3, 5, 9, 12])
def test_batch_is_a_function_of_seed_and_step(folder: Path, step: int) -> None:
    """A run that resumes sees what it would have seen."""
    first, again = make(folder, step), make(folder, step)
    np.testing.assert_array_equal(first.frames, again.frames)
    np.testing.assert_array_equal(first.tokens, again.tokens)
    assert not np.array_equal(first.frames[0], make(folder, step + 1).frames[0])


def test_targets_follow_the_tokens(folder: Path) -> None:
    """Every target is the next token, the last one the end of text; no loss before and after."""
    for step in range(30):
        batch = make(folder, step)
        for tokens, targets in zip(batch.tokens, batch.targets, strict=True):
            begin = int(np.flatnonzero(tokens == ours.SOT)[0])
            assert (targets[:begin] == IGNORE).all()
            end = int(np.flatnonzero(targets != IGNORE)[-1])
            assert targets[end] == ours.EOT
            if targets[begin] == ours.NO_SPEECH:
                assert end == begin + 1
            else:
                np.testing.assert_array_equal(targets[begin:end], tokens[begin + 1 : end + 1])


def test_first_timestamp_is_zero(folder: Path) -> None:
    """Where there are timestamps, the first is 0.00 and the others stand in order."""
    timed = 0
    for step in range(6, 40):
        for tokens in make(folder, step).tokens:
            times = tokens[tokens >= ours.FIRST_TIMESTAMP]
            if times.size > 1:
                timed += 1
                assert times[0] == ours.FIRST_TIMESTAMP
                assert (np.diff(times) >= 0).all()
    assert timed > 20


def test_frames_are_padded_to_windows(folder: Path) -> None:
    """Late batches come in all three lengths: tight, 8 s and 30 s."""
    lengths = {make(folder, step).frames.shape[2] for step in range(6, 40)}
    assert {WINDOW_FRAMES, LONG_WINDOW_FRAMES} < lengths
    assert all(length % 2 == 0 for length in lengths)


def test_twins_say_the_same(folder: Path) -> None:
    """The same speech at 30 s, and the same words at the same places, between timestamps."""
    twins = [batch for batch in (make(folder, step) for step in range(6, 60)) if batch.twin]
    assert len(twins) > 3
    for batch in twins:
        assert batch.twin is not None
        length = batch.frames.shape[2]
        assert batch.twin.frames.shape[2] == LONG_WINDOW_FRAMES > length
        np.testing.assert_array_equal(batch.twin.frames[:, :, :length], batch.frames)
        for plain, timed in zip(batch.targets, batch.twin.targets, strict=True):
            words = plain[1 : int(np.flatnonzero(plain == ours.EOT)[0])]
            assert plain[0] == ours.NO_TIMESTAMPS
            np.testing.assert_array_equal(timed[1 : 1 + words.size], words)
            assert timed[0] == ours.FIRST_TIMESTAMP < timed[1 + words.size]
            assert timed[2 + words.size] == ours.EOT


def test_parts_are_equal_halves(folder: Path) -> None:
    """Two processes share a batch: the same size each, other sentences."""
    halves = [make(folder, 0, part, 2) for part in range(2)]
    assert [len(half.tokens) for half in halves] == [8, 8]
    whole = {tuple(t[t != ours.EOT]) for t in make(folder, 0).tokens}
    assert {tuple(t[t != ours.EOT]) for half in halves for t in half.tokens} == whole
