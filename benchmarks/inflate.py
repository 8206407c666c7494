"""Real sizes without real weights: a small Whisper model in the shape of a larger one.

The copy has the size and takes the time of Whisper base or small, and says the same words:

- Every channel is repeated until there are as many as Whisper has, or a few more: home-en's 192
  become 576 (base, which has 512) or 768 (small). A layer norm's mean and variance do not change by
  that, and what reads the channels has its weights divided by the copies.
- Heads are 64 wide, as Whisper's, each dimension repeated, and the query scaled so that the scores
  are the same. Heads beyond the source's repeat those; of an incomplete set nothing is read.
- Feed-forward units are repeated and averaged as the channels are.
- Further layers are the source's once more, but with output projections of zero; what they add to
  the residual is zero.
- Further tokens have the source's embeddings once more, and a bias that lets none of them win. The
  bias is the one thing that Whisper does not have: an addition for each token's 51,864 logits.

All weights stay 8-bit integers and the very same ones: "divided" is said of their rows' scales. So
no weight is rounded twice. What differs is the rounding of float32 sums, by which an activation may
fall to the next of its 8-bit steps: in float32 log probabilities agree to 1e-4, in int8 to 1e-2.
"""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
from ct2_format import read_model
from ctranslate2.specs import WhisperSpec
from ctranslate2.specs.model_spec import index_spec

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import numpy.typing as npt

    Array = npt.NDArray[Any]
    Variables = dict[str, Array]


class Shape(NamedTuple):
    """A size of Whisper's; encoder and decoder have the same number of layers."""

    width: int
    layers: int


SHAPES: Final = {"base": Shape(512, 6), "small": Shape(768, 12)}

_HEAD_WIDTH: Final = 64
# What an English-only Whisper has; one more, and CTranslate2 takes a model for multilingual.
_N_TOKENS: Final = 51_864
# exp() of this is zero, and float16 holds it.
_NEVER: Final = -1e4
_POSITIONS_PER_SECOND: Final = 50
# Which of a matrix's axes are heads; the others are channels or feed-forward units. Of a joint
# projection the first heads are the queries'.
_READS_HEADS: Final = ("/self_attention/linear_1", "/attention/linear_2")
_WRITES_QUERIES: Final = ("/self_attention/linear_0", "/attention/linear_0")
_WRITES_HEADS: Final = (*_WRITES_QUERIES, "/attention/linear_1")
_ADDED_TO_RESIDUAL: Final = (*_READS_HEADS, "/ffn/linear_1")
_TIED: Final = ("embeddings", "projection")
_SIDES: Final = ("encoder", "decoder")
_LAYER: Final = re.compile(r"(encoder|decoder)/layer_(\d+)(/.+)/(\w+)")


def inflate(source: Path, target: Path, shape: str, chunk_length: int) -> None:
    """Write a model directory of a larger shape that transcribes as the source does.

    Args:
        source: A directory with an English-only Whisper model, quantised to int8 by CTranslate2.
        target: Where to write; created if it is not there, its files are replaced.
        shape: A name of `SHAPES`.
        chunk_length: Seconds of the window.

    Raises:
        OSError: If a file is missing or cannot be written.
        ValueError: If the source is no such model, or does not fit into the shape or the window.
    """
    if shape not in SHAPES:
        raise ValueError(f"{shape!r} is none of {', '.join(SHAPES)}")
    if target.resolve() == source.resolve():
        raise ValueError(f"{source} cannot be replaced by its own inflation")
    config, preprocessor, vocabulary = (
        json.loads((source / f"{name}.json").read_bytes())
        for name in ("config", "preprocessor_config", "vocabulary")
    )
    variables = _read(source / "model.bin")
    longest = len(variables["encoder/position_encodings/encodings"]) // _POSITIONS_PER_SECOND
    if not 1 <= chunk_length <= longest:
        raise ValueError(f"a window of {chunk_length} s is not one of 1 to {longest} s")
    spec = _specification(variables, SHAPES[shape])
    spec.register_vocabulary(
        [*vocabulary, *(f"<|unused{index}|>" for index in range(len(vocabulary), _N_TOKENS))]
    )
    for key, value in config.items():
        spec.config.add_attribute(key, value)
    spec.validate()
    # Not spec.optimize(): it would also make one of equal matrices in further layers, and a matrix
    # that layers share stays in the processor's cache.
    spec.decoder.projection.weight = "decoder/embeddings/weight"
    target.mkdir(parents=True, exist_ok=True)
    spec.save(str(target))
    for name in ("tokenizer.json", "generation_config.json"):
        shutil.copy(source / name, target / name)
    preprocessor["chunk_length"] = chunk_length
    preprocessor.pop("short_chunk_lengths", None)  # a real Whisper has none
    (target / "preprocessor_config.json").write_text(json.dumps(preprocessor, indent=2) + "\n")


@dataclass(frozen=True, slots=True)
class _Growth:
    """From the source's shape to the target's.

    Attributes:
        copies: How often each channel and each feed-forward unit is repeated.
        head_copies: How often each dimension of a head is repeated.
        source_heads: Heads of the source.
    """

    copies: int
    head_copies: int
    source_heads: int

    @property
    def width(self) -> int:
        return self.copies * self.source_heads * _HEAD_WIDTH // self.head_copies

    @property
    def heads(self) -> int:
        return self.width // _HEAD_WIDTH

    @property
    def sets(self) -> int:
        """How often all of the source's heads are there."""
        return self.heads // self.source_heads

    def channels(self, array: Array, axis: int = 0) -> Array:
        return np.concatenate([array] * self.copies, axis)

    def head_dimensions(self, array: Array) -> Array:
        """Repeat the heads, and the dimensions of each, along the first axis."""
        joint = array.reshape(-1, self.source_heads, _HEAD_WIDTH // self.head_copies, array[0].size)
        heads = joint[:, np.arange(self.heads) % self.source_heads]
        grown = np.concatenate([heads] * self.head_copies, axis=2)
        return grown.reshape(-1, *array.shape[1:])

    def head_columns(self, matrix: Array) -> Array:
        """Repeat what reads the heads; zeros for heads of an incomplete set."""
        grown = self.head_dimensions(matrix.T).T
        grown[:, self.sets * self.source_heads * _HEAD_WIDTH :] = 0
        return grown


def _read(path: Path) -> Variables:
    model = read_model(path)
    if model.specification != "WhisperSpec":
        raise ValueError(f"{path} is a {model.specification}, no WhisperSpec")
    variables = model.variables
    if any(a.dtype != np.int8 for name, a in variables.items() if name.endswith("/weight")):
        raise ValueError(f"{path} is not quantised to int8")
    embeddings, projection = (variables[f"decoder/{part}/weight"] for part in _TIED)
    if embeddings is not projection or "decoder/projection/bias" in variables:
        raise ValueError(f"{path} does not project with its embeddings alone")
    if len(embeddings) > _N_TOKENS:
        raise ValueError(f"{path} has {len(embeddings)} tokens, more than English-only models")
    return variables


def _growth(variables: Variables, shape: Shape) -> _Growth:
    source_width = len(variables["encoder/conv1/weight"])
    source_heads = int(variables["encoder/num_heads"])
    head_width = source_width // source_heads
    growth = _Growth(
        copies=-(-shape.width // source_width),
        head_copies=_HEAD_WIDTH // head_width,
        source_heads=source_heads,
    )
    if _HEAD_WIDTH % head_width or growth.width % _HEAD_WIDTH or not growth.sets:
        raise ValueError(f"{source_heads} heads of {head_width} do not fit into {shape.width}")
    return growth


def _specification(variables: Variables, shape: Shape) -> WhisperSpec:
    growth = _growth(variables, shape)
    spec = WhisperSpec(shape.layers, growth.heads, shape.layers, growth.heads)
    grown = {
        name: _grown(name, array, growth) for name, array in variables.items() if array.ndim > 0
    }
    for name, array in (*grown.items(), *_further_layers(grown, shape.layers)):
        scope, attribute = name.rsplit("/", 1)
        setattr(index_spec(spec, scope), attribute, array)
    # Embeddings serve as projection too and are not divided, so the norm between them is.
    spec.decoder.layer_norm.gamma /= growth.copies
    spec.decoder.layer_norm.beta /= growth.copies
    n_tokens = len(variables["decoder/embeddings/weight"])
    spec.decoder.projection.bias = np.full(_N_TOKENS, _NEVER, np.float32)
    spec.decoder.projection.bias[:n_tokens] = 0
    return spec


def _grown(name: str, array: Array, growth: _Growth) -> Array:
    scope, attribute = name.rsplit("/", 1)
    if scope.endswith(("/embeddings", "/projection")):
        tokens = np.resize(array, (_N_TOKENS, *array.shape[1:]))
        return growth.channels(tokens, axis=1) if attribute == "weight" else tokens
    if scope.endswith("/position_encodings"):
        return growth.channels(array, axis=1)
    rows = growth.head_dimensions if scope.endswith(_WRITES_HEADS) else growth.channels
    grown = rows(array)
    reads_heads = scope.endswith(_READS_HEADS)
    match attribute:
        case "weight" if reads_heads:
            return growth.head_columns(grown)
        case "weight" if not scope.endswith("/conv1"):
            return growth.channels(grown, axis=1)
        case "weight_scale" if reads_heads:
            grown *= growth.head_copies * growth.sets
        case "weight_scale" if not scope.endswith("/conv1"):
            grown *= growth.copies
    # Repeated dimensions multiply a score, and their square root divides it.
    if scope.endswith(_WRITES_QUERIES):
        if attribute == "weight_scale":
            grown[: growth.width] *= np.sqrt(np.float32(growth.head_copies))
        elif attribute == "bias":
            grown[: growth.width] /= np.sqrt(np.float32(growth.head_copies))
    return grown


def _further_layers(grown: Variables, n_layers: int) -> Iterable[tuple[str, Array]]:
    """Yield the variables of the layers that the source does not have."""
    parts = [match for match in map(_LAYER.fullmatch, grown) if match]
    n_given = {side: 1 + max(int(m[2]) for m in parts if m[1] == side) for side in _SIDES}
    if max(n_given.values()) > n_layers:
        raise ValueError(f"{max(n_given.values())} layers do not fit into {n_layers}")
    for match in parts:
        side, number, scope, attribute = match.groups()
        silent = scope in _ADDED_TO_RESIDUAL and attribute in {"weight", "bias"}
        array = np.zeros_like(grown[match[0]]) if silent else grown[match[0]]
        for further in range(int(number) + n_given[side], n_layers, n_given[side]):
            yield f"{side}/layer_{further}{scope}/{attribute}", array
