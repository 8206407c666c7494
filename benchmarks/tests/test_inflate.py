"""The embedded model in the shapes of Whisper's sizes, and the reader of model files."""

from __future__ import annotations

import shutil
import struct
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import ct2_format
import ctranslate2
import inflate as module
import numpy as np
import pytest
from faster_whisper import WhisperModel
from hypothesis import given
from hypothesis import strategies as st
from inflate import SHAPES, Shape, inflate
from local_models import write_english_model
from options import engine_options
from recordings import COMMANDS, Recording

from wyoming_whisper.config.device import Device
from wyoming_whisper.engines.engine import DecodeRequest
from wyoming_whisper.engines.whisper.load import load_decoder
from wyoming_whisper.engines.whisper.model_files import find_model
from wyoming_whisper.values import DecodeOptions

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from wyoming_whisper.values import Hypothesis

HOME_EN: Final = find_model("home-en", [], device="cpu")
SOURCE: Final = HOME_EN.path or Path()
WINDOW_S: Final = HOME_EN.window_s
# Width, heads and layers of each half. Whisper base has 512 and 8.
SIZES: Final = {"base": (576, 9, 6), "small": (768, 12, 12)}
# They take up to a second for a command.
SPOKEN: Final = {"base": COMMANDS[:5], "small": COMMANDS[:2]}

BASE: Final = pytest.mark.parametrize("inflated", ["base"], indirect=True)


@pytest.fixture(scope="module", params=SHAPES)
def inflated(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """Inflate, and do not leave up to 250 MB behind."""
    folder = tmp_path_factory.mktemp("inflated") / request.param
    inflate(SOURCE, folder, request.param, WINDOW_S)
    yield folder
    shutil.rmtree(folder)


def heard(
    folder: Path, commands: Sequence[Recording], *, compute_type: str = "int8"
) -> list[Hypothesis]:
    # Both in the one window that the inflated ones have.
    model = replace(find_model(str(folder), [], device="cpu"), short_windows_s=())
    engine = load_decoder(model, engine_options(device=Device("cpu"), compute_type=compute_type))
    options = DecodeOptions(language="en", beam_size=model.beam_size)
    hypotheses = [
        engine.transcribe([DecodeRequest(command.samples, options)])[0] for command in commands
    ]
    engine.close()
    return hypotheses


def test_says_the_same_words(inflated: Path) -> None:
    """An inflated model gives the words of the original, for each recording."""
    commands = SPOKEN[inflated.name]
    texts = [hypothesis.text for hypothesis in heard(inflated, commands)]
    assert texts == [hypothesis.text for hypothesis in heard(SOURCE, commands)]
    assert all(texts)


@BASE
def test_computes_the_same_numbers(inflated: Path) -> None:
    """Where activations are not rounded to 8 bits, the probabilities are the same too."""
    small, large = (
        heard(folder, COMMANDS[:3], compute_type="float32") for folder in (SOURCE, inflated)
    )
    for ours, theirs in zip(large, small, strict=True):
        assert ours.avg_logprob == pytest.approx(theirs.avg_logprob, abs=1e-4)
        assert ours.no_speech_prob == pytest.approx(theirs.no_speech_prob, rel=1e-2)


@BASE
def test_repeats_the_encoder_s_states(inflated: Path) -> None:
    """Every copy of a channel has the values of the original's channel."""
    features = np.random.default_rng(1).standard_normal((1, 80, 100), np.float32)
    states = []
    for folder in (SOURCE, inflated):
        model = ctranslate2.models.Whisper(str(folder), device="cpu", compute_type="float32")
        states.append(np.array(model.encode(ctranslate2.StorageView.from_array(features))))
    copies = states[1].shape[-1] // states[0].shape[-1]
    np.testing.assert_allclose(states[1], np.tile(states[0], copies), atol=1e-3)


def test_has_the_real_shape(inflated: Path) -> None:
    """Widths, heads, layers and tokens are Whisper's, apart from base's 576 channels for 512."""
    width, heads, n_layers = SIZES[inflated.name]
    variables = ct2_format.read_model(inflated / "model.bin").variables
    assert variables["decoder/embeddings/weight"].shape == (51_864, width)
    for side in ("encoder", "decoder"):
        assert variables[f"{side}/num_heads"] == heads
        assert f"{side}/layer_{n_layers}/ffn/linear_0/weight" not in variables
        for layer in range(n_layers):
            prefix = f"{side}/layer_{layer}"
            assert variables[f"{prefix}/self_attention/linear_0/weight"].shape == (3 * width, width)
            assert variables[f"{prefix}/ffn/linear_1/weight"].shape == (width, 4 * width)


@BASE
def test_shares_no_matrix_but_the_embeddings(inflated: Path) -> None:
    """Each layer's matrices are its own in memory, zeros as well, as in a real model."""
    variables = ct2_format.read_model(inflated / "model.bin").variables
    matrices = {name: array for name, array in variables.items() if array.ndim > 1}
    del matrices["decoder/projection/weight"]
    assert len({id(array) for array in matrices.values()}) == len(matrices)
    assert variables["decoder/projection/weight"] is variables["decoder/embeddings/weight"]


@BASE
def test_faster_whisper_loads_it(inflated: Path) -> None:
    """faster-whisper, as it is, gives the same segments, times and words."""
    answers = []
    for folder in (SOURCE, inflated):
        whisper = WhisperModel(str(folder), device="cpu", compute_type="float32")
        assert not whisper.model.is_multilingual
        segments, _ = whisper.transcribe(COMMANDS[0].samples, beam_size=5, word_timestamps=True)
        answers.append(
            [
                (segment.start, segment.end, word.start, word.end, word.word)
                for segment in segments
                for word in segment.words or []
            ]
        )
    assert answers[0] == answers[1] != []


@pytest.mark.parametrize("chunk_length", [1, 30])
def test_is_found_as_a_model_with_its_window(tmp_path: Path, chunk_length: int) -> None:
    """Our own look-up sees an English-only model with the wanted window and the source's beams."""
    inflate(SOURCE, tmp_path, "base", chunk_length)
    model = find_model(str(tmp_path), [], device="cpu")
    assert (model.window_s, model.beam_size, model.languages) == (
        chunk_length,
        HOME_EN.beam_size,
        frozenset({"en"}),
    )
    shutil.rmtree(tmp_path)


@pytest.mark.parametrize(
    ("shape", "chunk_length", "reason"),
    [("large", 8, "none of base"), ("base", 0, "a window of 0 s"), ("base", 31, "1 to 30 s")],
)
def test_refuses_what_is_not_there(
    tmp_path: Path, shape: str, chunk_length: int, reason: str
) -> None:
    """An unknown shape and a window that the positions do not cover are refused."""
    with pytest.raises(ValueError, match=reason):
        inflate(SOURCE, tmp_path, shape, chunk_length)
    assert not any(tmp_path.iterdir())


def test_does_not_replace_its_source() -> None:
    """A source is not overwritten by its own inflation."""
    with pytest.raises(ValueError, match="cannot be replaced"):
        inflate(SOURCE, SOURCE / ".." / SOURCE.name, "base", 8)


@BASE
def test_refuses_other_sources(tmp_path: Path, inflated: Path) -> None:
    """Models that are not int8, inflated ones, and those of other architectures are refused."""
    floats = write_english_model(tmp_path / "floats")
    with pytest.raises(ValueError, match="not quantised to int8"):
        inflate(floats, tmp_path / "target", "base", 1)
    with pytest.raises(ValueError, match="does not project with its embeddings alone"):
        inflate(inflated, tmp_path / "target", "base", 8)
    (tmp_path / "model.bin").write_bytes(FILE)
    with pytest.raises(ValueError, match="is a ToySpec, no WhisperSpec"):
        module._read(tmp_path / "model.bin")


@pytest.mark.parametrize(
    ("shape", "reason"),
    [(Shape(384, 3), "6 layers do not fit into 3"), (Shape(192, 4), "6 heads of 32 do not fit")],
)
def test_refuses_shapes_that_are_too_small(shape: Shape, reason: str) -> None:
    """Nothing is left out to make a source fit."""
    with pytest.raises(ValueError, match=reason):
        module._specification(ct2_format.read_model(SOURCE / "model.bin").variables, shape)


def string(text: bytes) -> bytes:
    return struct.pack("<H", len(text) + 1) + text + b"\0"


def variable(name: bytes, shape: Sequence[int], type_id: int, data: bytes) -> bytes:
    head = struct.pack(f"<B{len(shape)}IBI", len(shape), *shape, type_id, len(data))
    return string(name) + head + data


HEAD: Final = struct.pack("<I", 6) + string(b"ToySpec") + struct.pack("<I", 3)
MATRIX: Final = variable(b"a/weight", [2, 3], 1, bytes(range(6)))
SCALAR: Final = variable(b"heads", [], 2, b"\7\0")
FILE: Final = (
    HEAD
    + struct.pack("<I", 2)
    + MATRIX
    + SCALAR
    + struct.pack("<I", 1)
    + string(b"b/weight")
    + string(b"a/weight")
)


def read(folder: Path, data: bytes) -> ct2_format.ModelFile:
    path = folder / "model.bin"
    path.write_bytes(data)
    return ct2_format.read_model(path)


def test_reads_a_file(tmp_path: Path) -> None:
    """Names, types, shapes, values and aliases are those of the file."""
    model = read(tmp_path, FILE)
    assert (model.specification, model.revision) == ("ToySpec", 3)
    assert set(model.variables) == {"a/weight", "b/weight", "heads"}
    assert model.variables["a/weight"].dtype == np.int8
    assert model.variables["a/weight"].tolist() == [[0, 1, 2], [3, 4, 5]]
    assert model.variables["b/weight"] is model.variables["a/weight"]
    assert model.variables["heads"].shape == ()
    assert model.variables["heads"] == 7


def test_refuses_a_file_that_is_cut_off(tmp_path: Path) -> None:
    """Wherever a file ends early, that is what is said."""
    for length in range(len(FILE)):
        with pytest.raises(ValueError, match=r"model\.bin: the file is cut off"):
            read(tmp_path, FILE[:length])


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (struct.pack("<I", 5) + FILE[4:], "binary version 5 is not 6"),
        (FILE + b"\0", "goes on behind its end"),
        (FILE.replace(b"ToySpec\0", b"ToySpecs"), "does not end with a zero byte"),
        (
            HEAD + struct.pack("<I", 1) + variable(b"x", [2], 5, bytes(4)) + bytes(4),
            "values of type 5 are not supported",
        ),
        (
            HEAD + struct.pack("<I", 1) + variable(b"x", [2], 0, bytes(4)) + bytes(4),
            r"4 bytes are not an array \[2\] of float32",
        ),
        (FILE[: -len(b"a/weight") - 1] + b"c/weight\0", "c/weight, which is not there"),
    ],
)
def test_refuses_a_damaged_file(tmp_path: Path, data: bytes, reason: str) -> None:
    """What is wrong with a file is said, with its name."""
    with pytest.raises(ValueError, match=rf"model\.bin: .*{reason}"):
        read(tmp_path, data)


@given(st.binary(max_size=60), st.integers(0, len(FILE)))
def test_garbage_is_a_value_error(
    tmp_path_factory: pytest.TempPathFactory, garbage: bytes, kept: int
) -> None:
    """Whatever follows a good beginning, the reader returns or raises `ValueError`."""
    path = tmp_path_factory.getbasetemp() / "garbage.bin"
    path.write_bytes(FILE[:kept] + garbage)
    with suppress(ValueError):
        ct2_format.read_model(path)
