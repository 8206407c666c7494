"""Weights from a model's files and into them, and the vocabulary that is kept."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest
from home_en.paths import EXPORTED
from home_en.weights import EMBEDDING, read_weights, write_model
from local_models import Shape, write_english_model
from openai_weights import needs
from tokenizers import Tokenizer
from whisper_weights import FOLDER, WEIGHTS

if TYPE_CHECKING:
    from pathlib import Path


def test_weights_come_back(tmp_path: Path) -> None:
    """What is written in float16 is what was read, rounded; the configuration is the same."""
    source = write_english_model(tmp_path / "source", Shape(d_model=12, layers=4, heads=6))
    weights = read_weights(source)
    assert weights[EMBEDDING].shape[1] == 12
    target = tmp_path / "target"
    write_model(weights, source, target, quantization="float16", windows_s=(2, 4), beams=5)
    again = read_weights(target)
    assert again.keys() == weights.keys()
    for name, values in weights.items():
        assert np.array_equal(again[name], values.astype(np.float16)), name
    described = json.loads((target / "preprocessor_config.json").read_bytes())
    assert (described["chunk_length"], described["short_chunk_lengths"]) == (30, [2, 4])
    assert json.loads((target / "generation_config.json").read_bytes()) == {"num_beams": 5}


def test_another_version_is_refused(tmp_path: Path) -> None:
    """A file that is no model of this version is not taken for one."""
    (tmp_path / "model.bin").write_bytes(b"\7\0\0\0")
    with pytest.raises(ValueError, match="binary version 7 is not 6"):
        read_weights(tmp_path)


@needs("tiny.en")
def test_the_shipped_vocabulary_is_a_part_of_whispers() -> None:
    """Its pieces stand in Whisper's order, and common texts are cut as Whisper cuts them."""
    original = FOLDER / WEIGHTS["tiny.en"].repo_id
    names = (original / "vocabulary.txt").read_text().splitlines()
    kept = json.loads((EXPORTED / "vocabulary.json").read_bytes())
    ids = {name: index for index, name in enumerate(names)}
    assert all(ids[one] < ids[other] for one, other in pairwise(kept))
    ours, theirs = (
        Tokenizer.from_file(str(folder / "tokenizer.json")) for folder in (EXPORTED, original)
    )
    text = " Set the bedroom lights to 30% at 7:30 a.m., and add bleach, please. ♪"
    assert ours.encode(text).tokens == theirs.encode(text).tokens
    for token, index in ours.get_vocab().items():
        assert kept[index] == token
