"""Files of weights: whole ones, and damaged ones."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from local_models import write_english_model
from openai_weights import needs
from whisper_weights import FOLDER

import wyoming_whisper
from wyoming_whisper.engines.whisper.model_bin import WeightsFile, read_weights_file
from wyoming_whisper.errors import ModelNotFound

if TYPE_CHECKING:
    from collections.abc import Callable

HOME_EN = Path(wyoming_whisper.__file__).parent / "engines/whisper/home_en"


def test_the_embedded_model() -> None:
    """home-en has thirty million parameters of a byte each."""
    weights = read_weights_file(HOME_EN / "model.bin")
    assert weights.n_bytes == (HOME_EN / "model.bin").stat().st_size
    assert weights.bytes_each == 1
    assert 25_000_000 < weights.n_parameters < 31_000_000


def test_a_model_in_float32(tmp_path: Path) -> None:
    """A converted model in float32 has four bytes for each parameter."""
    weights = read_weights_file(write_english_model(tmp_path) / "model.bin")
    assert weights.bytes_each == 4


@pytest.mark.parametrize(
    ("name", "millions", "heads"),
    [
        pytest.param("tiny.en", 38, 6, marks=needs("tiny.en")),
        pytest.param("base", 73, 8, marks=needs("base")),
    ],
)
def test_openais_models(name: str, millions: int, heads: int) -> None:
    """Their parameters are as many as OpenAI says, two bytes each."""
    weights = read_weights_file(FOLDER / f"Systran/faster-whisper-{name}/model.bin")
    assert round(weights.n_parameters / 1e6) == millions
    assert weights.bytes_each == 2
    assert weights.n_heads == heads


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda whole: whole[: len(whole) // 2], "it breaks off"),
        (lambda whole: whole[:40], "it breaks off"),
        (lambda whole: whole[:10], "no file of CTranslate2's"),
        (lambda _: b"", "no file of CTranslate2's"),
        (lambda _: b"version https://git-lfs.github.com/spec/v1\n" * 4, "damaged"),
        (lambda whole: bytes(len(whole)), "no file of CTranslate2's"),
    ],
    ids=["half", "first variable", "start", "empty", "a pointer to it", "zeros"],
)
def test_damaged_files(tmp_path: Path, damage: Callable[[bytes], bytes], words: str) -> None:
    """A file that breaks off, or holds something else, is one line that says so."""
    path = write_english_model(tmp_path) / "model.bin"
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(ModelNotFound, match=words) as raised:
        read_weights_file(path)
    assert "\n" not in str(raised.value)


def test_a_file_that_is_missing(tmp_path: Path) -> None:
    """A file that cannot be read is one line."""
    with pytest.raises(ModelNotFound, match="No such file"):
        read_weights_file(tmp_path / "model.bin")


def test_bytes_each() -> None:
    """The bytes of a parameter are at least one, what is not weights left aside."""
    assert WeightsFile(145, 73, 1).bytes_each == 2
    assert WeightsFile(1, 73, 1).bytes_each == 1
