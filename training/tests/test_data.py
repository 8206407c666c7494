"""Training batches."""

import json
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from home_en import tokenizer as ours
from home_en.data import IGNORE, Batch, BatchMaker, Corpus, Curriculum
from home_en.features import LONG_WINDOW_FRAMES, WINDOW_FRAMES
from home_en.grammar import sentences
from home_en.synthesis import CLEAR_SHARDS, Utterance, write_shard
from home_en.voices import Delivery

CURRICULUM = Curriculum(
    all_voices=2, augmented=4, long_recordings=6, full_strength=8, share_long=0.4
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


def test_timestamps_stand_between_sentences(folder: Path) -> None:
    """Where there are any, every sentence ends with one and every further one begins with one."""
    timed = plain = 0
    for step in range(6, 60):
        for tokens in make(folder, step).tokens:
            begin = int(np.flatnonzero(tokens == ours.SOT)[0]) + 1
            assert tokens[begin] == ours.NO_TIMESTAMPS
            body = tokens[begin + 1 :]
            body = body[body != ours.EOT]
            marks = body >= ours.FIRST_TIMESTAMP
            if not marks.any():
                plain += 1
                continue
            timed += 1
            assert not marks[0]
            assert marks[-1]
            changes = np.flatnonzero(np.diff(marks.astype(int)) > 0) + 1
            assert marks.sum() == 2 * len(changes) - 1 >= 3
            assert marks[changes[:-1] + 1].all()
            assert (np.diff(body[marks]) >= 0).all()
    assert timed > 20
    assert plain > 20


def test_frames_are_no_longer_than_needed(folder: Path) -> None:
    """Late batches are of commands or of long recordings; none is padded to a window."""
    lengths = {make(folder, step).frames.shape[2] for step in range(6, 60)}
    assert min(lengths) < WINDOW_FRAMES < max(lengths) <= LONG_WINDOW_FRAMES
    assert not {WINDOW_FRAMES, LONG_WINDOW_FRAMES} & lengths
    assert all(length % 2 == 0 for length in lengths)


def test_parts_are_equal_halves(folder: Path) -> None:
    """Two processes share a batch: the same size each, other sentences."""
    halves = [make(folder, 0, part, 2) for part in range(2)]
    assert [len(half.tokens) for half in halves] == [8, 8]
    whole = {tuple(t[t != ours.EOT]) for t in make(folder, 0).tokens}
    assert {tuple(t[t != ours.EOT]) for half in halves for t in half.tokens} == whole
