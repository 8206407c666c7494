"""Weights of Whisper by CTranslate2's names, from its model files and into them.

They are named, for instance, ``decoder/layer_0/ffn/linear_1/weight``. A matrix has the shape
``(outputs, inputs)``; query, key and value of a self-attention are one matrix, and so are key and
value of the attention to the encoder.
"""

from __future__ import annotations

import json
import math
import shutil
import struct
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from ctranslate2.specs import WhisperSpec

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import numpy.typing as npt

    Weights = Mapping[str, npt.NDArray[np.float32]]

LAYERS: Final = 4
HEADS: Final = 6
EMBEDDING: Final = "decoder/embeddings/weight"
_VERSION: Final = 6
_FLOATS: Final = {0: "<f4", 4: "<f2"}
_PROJECTION: Final = "decoder/projection/weight"
_VOCABULARY: Final = "vocabulary.json"
_TOKENIZER: Final = "tokenizer.json"


def read_weights(folder: Path) -> dict[str, npt.NDArray[np.float32]]:
    """Return the weights of a model in float16 or float32, as float32.

    A ``model.bin`` is little-endian: version, name of the specification, its revision, the number
    of variables, and of each its name, rank, dimensions, type, size in bytes and values. Other
    names for the same values follow. A string is its length, its bytes, and a zero.

    Raises:
        ValueError: If the file is of another version.
    """
    data = (folder / "model.bin").read_bytes()
    position = 0

    def take(code: str) -> tuple[Any, ...]:
        nonlocal position
        found = struct.unpack_from(f"<{code}", data, position)
        position += struct.calcsize(f"<{code}")
        return found

    def text() -> str:
        (length,) = take("H")
        found: str = take(f"{length}s")[0][:-1].decode()
        return found

    if (version := take("I")[0]) != _VERSION:
        raise ValueError(f"{folder}: binary version {version} is not {_VERSION}")
    text(), take("I")
    weights = {}
    for _ in range(take("I")[0]):
        name, rank = text(), take("B")[0]
        shape = take(f"{rank}I")
        kind, size = take("BI")
        if kind in _FLOATS:
            values = np.frombuffer(data, _FLOATS[kind], math.prod(shape), position)
            weights[name] = values.reshape(shape).astype(np.float32)
        position += size
    for _ in range(take("I")[0]):
        alias, name = text(), text()
        if name in weights:
            weights[alias] = weights[name]
    weights.pop(_PROJECTION, None)  # the embeddings
    return {name: values for name, values in weights.items() if values.ndim}


def write_model(
    weights: Weights,
    like: Path,
    target: Path,
    *,
    quantization: str,
    windows_s: Sequence[int] = (),
    beams: int = 1,
    may_be_silent: bool = False,
) -> None:
    """Write a directory that faster-whisper loads.

    Args:
        weights: As `read_weights` returns them.
        like: The directory of a model with the same vocabulary and heads.
        target: The directory to write; what is not written stays there.
        quantization: CTranslate2's name of it: the type of the matrices, and of the rest.
        windows_s: The windows below 30 s that the weights were trained on, ascending.
        beams: With how many to decode.
        may_be_silent: Whether they were trained to write nothing where nothing is said.
    """
    config = json.loads((like / "config.json").read_bytes())
    vocabulary: list[str] = json.loads((like / _VOCABULARY).read_bytes())
    write_spec(weights, config, vocabulary, target, quantization)
    if may_be_silent:
        end = vocabulary.index("<|endoftext|>")
        config["suppress_ids_begin"] = [i for i in config["suppress_ids_begin"] if i != end]
        _write_json(target / "config.json", config)
    shutil.copy(like / _TOKENIZER, target / _TOKENIZER)
    _write_json(target / "generation_config.json", {"num_beams": beams})
    _write_json(
        target / "preprocessor_config.json",
        {
            "chunk_length": 30,
            "short_chunk_lengths": list(windows_s),
            "feature_size": 80,
            "hop_length": 160,
            "n_fft": 400,
            "sampling_rate": 16_000,
        },
    )


def write_spec(
    weights: Weights,
    config: Mapping[str, Any],
    vocabulary: Sequence[str],
    target: Path,
    quantization: str,
) -> None:
    """Write ``model.bin``, ``config.json`` and ``vocabulary.json``."""
    spec = WhisperSpec(LAYERS, HEADS, LAYERS, HEADS)
    for name, values in {**weights, _PROJECTION: weights[EMBEDDING]}.items():
        *path, last = name.split("/")
        part = spec
        for step in path:
            part = _part(part, step)
        setattr(part, last, values)
    spec.register_vocabulary(list(vocabulary))
    for key in ("alignment_heads", "lang_ids", "suppress_ids", "suppress_ids_begin"):
        setattr(spec.config, key, config[key])
    spec.validate()
    spec.optimize(quantization=quantization)
    target.mkdir(parents=True, exist_ok=True)
    spec.save(str(target))


def _part(spec: Any, step: str) -> Any:  # noqa: ANN401 - CTranslate2's specifications have no types
    """Return a part of a specification; ``layer_0`` is the first of its ``layer``."""
    if hasattr(spec, step):
        return getattr(spec, step)
    name, _, index = step.rpartition("_")
    return getattr(spec, name)[int(index)]


def _write_json(path: Path, values: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(values) + "\n")
