"""Models as transformers saves them, found and converted."""

from __future__ import annotations

import json
import os
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest
from local_models import write_english_model
from options import engine_options

from wyoming_whisper.config.device import Device
from wyoming_whisper.engines.whisper.catalogue import BEFORE_V3, ENGLISH
from wyoming_whisper.engines.whisper.conversion import convert, converted_folder, is_convertible
from wyoming_whisper.engines.whisper.load import load_decoder
from wyoming_whisper.engines.whisper.model_files import fetch, find_model
from wyoming_whisper.errors import ModelNotFound

if TYPE_CHECKING:
    from pathlib import Path

HAS_TRANSFORMERS = find_spec("transformers") is not None


def write_fine_tune(folder: Path, vocab_size: int = 51_865) -> Path:
    """Write what tells a model of transformers, and no weights that could be used."""
    folder.mkdir()
    config = {"model_type": "whisper", "vocab_size": vocab_size}
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "model.safetensors").write_bytes(b"weights")
    return folder


def test_what_can_be_converted(tmp_path: Path) -> None:
    """A Whisper of transformers with weights, and no other directory."""
    folder = write_fine_tune(tmp_path / "mine")
    assert is_convertible(folder)
    (folder / "config.json").write_text('{"model_type": "wav2vec2"}')
    assert not is_convertible(folder)
    (folder / "config.json").write_text("[")
    assert not is_convertible(folder)
    assert not is_convertible(write_english_model(tmp_path / "converted"))
    assert not is_convertible(tmp_path)


@pytest.mark.parametrize(("vocab_size", "languages"), [(51_864, ENGLISH), (51_865, BEFORE_V3)])
def test_it_is_known_before_it_is_converted(
    tmp_path: Path, vocab_size: int, languages: frozenset[str]
) -> None:
    """Its name, its languages and where it comes from; it needs no network."""
    folder = write_fine_tune(tmp_path / "mine", vocab_size)
    model = find_model(str(folder), [tmp_path / "data"])
    assert (model.name, model.path, model.source) == ("mine", None, folder)
    assert model.languages == languages
    assert model.url == folder.as_uri()


def test_a_conversion_is_made_once(tmp_path: Path) -> None:
    """What has been converted is found again, until a file of the original changes."""
    folder, data = write_fine_tune(tmp_path / "mine"), tmp_path / "data"
    converted = write_english_model(converted_folder(folder, data))
    model = find_model(str(folder), [data])
    assert (model.path, model.name, model.source) == (converted, "mine", folder)
    os.utime(folder / "model.safetensors", ns=(1, 1))
    assert find_model(str(folder), [data]).path is None


@pytest.mark.skipif(HAS_TRANSFORMERS, reason="transformers is installed here")
def test_what_it_needs(tmp_path: Path) -> None:
    """Where transformers is not installed, one line says how to have it."""
    model = find_model(str(write_fine_tune(tmp_path / "mine")), [])
    with pytest.raises(ModelNotFound, match=r"pip install 'wyoming-whisper\[convert\]'"):
        fetch(model, tmp_path / "data", lambda _done, _total: None)


@pytest.mark.skipif(not HAS_TRANSFORMERS, reason="no transformers here: the extra convert has it")
def test_a_damaged_original(tmp_path: Path) -> None:
    """Weights that are none are one line, and leave no half of a conversion."""
    target = tmp_path / "data" / "mine"
    with pytest.raises(ModelNotFound, match="could not be converted") as raised:
        convert(write_fine_tune(tmp_path / "mine"), target)
    assert "\n" not in str(raised.value)
    assert not target.exists()


@pytest.mark.skipif(not HAS_TRANSFORMERS, reason="no transformers here: the extra convert has it")
def test_a_real_conversion(tmp_path: Path) -> None:
    """A model that transformers has saved is converted, loaded, and decodes."""
    import transformers  # noqa: PLC0415 - where it is installed

    original = tmp_path / "mine"
    file = write_english_model(tmp_path / "english") / "tokenizer.json"
    tokenizer = transformers.WhisperTokenizerFast(tokenizer_file=str(file))
    end = tokenizer.convert_tokens_to_ids("<|endoftext|>")
    config = transformers.WhisperConfig(
        vocab_size=len(tokenizer), eos_token_id=end, bos_token_id=end, pad_token_id=end,
        d_model=64, encoder_layers=1, decoder_layers=1, encoder_attention_heads=2,
        decoder_attention_heads=2, encoder_ffn_dim=64, decoder_ffn_dim=64,
    )  # fmt: skip
    transformers.WhisperForConditionalGeneration(config).save_pretrained(original)
    transformers.WhisperFeatureExtractor().save_pretrained(original)
    tokenizer.save_pretrained(original)
    model = fetch(find_model(str(original), []), tmp_path / "data", lambda _done, _total: None)
    load_decoder(model, engine_options(device=Device("cpu"))).close()
    assert (model.name, model.source) == ("mine", original)
