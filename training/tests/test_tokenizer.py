"""The tokenizer which ships: its special tokens, and that nothing it needs is suppressed."""

import json
from itertools import islice
from pathlib import Path

import pytest
import tokenizers
from faster_whisper.tokenizer import Tokenizer
from faster_whisper.transcribe import get_suppressed_tokens
from home_en import tokenizer as ours
from home_en.grammar import sentences
from home_en.synthesis import CLEAR_SHARDS, SHARD_SIZE, shard_plan

SEED = 20261120
TRAINING_SHARDS = 210
SHIPPED = Path(__file__).parents[2] / "wyoming_whisper" / "engines" / "whisper" / "home_en"


@pytest.fixture(scope="module")
def shipped() -> Tokenizer:
    """The shipped tokenizer as faster-whisper wraps it."""
    return Tokenizer(
        tokenizers.Tokenizer.from_file(str(SHIPPED / "tokenizer.json")), multilingual=False
    )


def test_special_tokens_have_their_ids(shipped: Tokenizer) -> None:
    """What faster-whisper looks up by name is where the model was trained to have it."""
    assert shipped.eot == ours.EOT
    assert shipped.sot == ours.SOT
    assert shipped.sot_prev == ours.PREVIOUS
    assert shipped.no_speech == ours.NO_SPEECH
    assert shipped.no_timestamps == ours.NO_TIMESTAMPS
    assert shipped.timestamp_begin == ours.FIRST_TIMESTAMP
    assert shipped.tokenizer.token_to_id("<|30.00|>") == ours.VOCABULARY_SIZE - 1
    assert None not in {shipped.tokenizer.token_to_id(token) for token in ours.SPECIAL_TOKENS}


def test_vocabulary_agrees_with_tokenizer(shipped: Tokenizer) -> None:
    """vocabulary.json lists the tokens in the order of their ids; English-only by its size."""
    vocabulary = json.loads((SHIPPED / "vocabulary.json").read_text())
    assert len(vocabulary) == ours.VOCABULARY_SIZE < 51_865
    assert [shipped.tokenizer.token_to_id(token) for token in vocabulary] == list(
        range(len(vocabulary))
    )


def test_every_training_sentence_may_be_produced(shipped: Tokenizer) -> None:
    """No token of any training sentence is suppressed by faster-whisper or by config.json."""
    config = json.loads((SHIPPED / "config.json").read_text())
    never = {*get_suppressed_tokens(shipped, [-1]), *config["suppress_ids"]}
    not_first = never | set(config["suppress_ids_begin"])
    texts = {text for index in range(TRAINING_SHARDS) for text in shard_plan(index, SEED)[0]}
    assert len(texts) > SHARD_SIZE * CLEAR_SHARDS
    encoded = shipped.tokenizer.encode_batch([" " + t for t in texts], add_special_tokens=False)
    for encoding in encoded:
        assert encoding.ids[0] not in not_first, encoding.tokens
        assert not never.intersection(encoding.ids), encoding.tokens


def test_space_never_stands_alone() -> None:
    """With few merges too, a transcript holds no bare space."""
    texts = [s.text for s in islice(sentences(5), 200)]
    tokens, merges = ours.learn(texts)
    made = tokenizers.Tokenizer.from_str(json.dumps(ours.tokenizer_json(tokens, merges)))
    for text in [*texts, "Zoe Quills xylophone, I'd say."]:
        assert "Ġ" not in made.encode(" " + text).tokens
        assert made.decode(made.encode(" " + text).ids) == " " + text


def test_ctc_labels_leave_punctuation_out() -> None:
    """The CTC loss sees letters, apostrophes, hyphens and spaces."""
    labels = ours.ctc_labels("What's up, Jo?")
    assert "".join(ours.CTC_CHARACTERS[label - 1] for label in labels) == "what's up jo"


def test_timestamps_are_two_hundredths() -> None:
    """Seconds become the nearest token, inside the window."""
    assert ours.timestamp(0.0) == ours.FIRST_TIMESTAMP
    assert ours.timestamp(1.01) == ours.FIRST_TIMESTAMP + 50
    assert ours.timestamp(99.0) == ours.VOCABULARY_SIZE - 1
