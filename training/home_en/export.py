"""From a checkpoint to a directory which faster-whisper loads: CTranslate2, int8."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from ctranslate2.specs import WhisperSpec
from torch import nn

from . import padding
from .features import HOP, MELS, RATE
from .model import Attention, Block, HomeModel, Shape
from .tokenizer import EOT, FIRST_TIMESTAMP, NO_TIMESTAMPS, SPECIAL_TOKENS, VOCABULARY_SIZE

if TYPE_CHECKING:
    from pathlib import Path

    from ctranslate2.specs.model_spec import LayerSpec

CHUNK_SECONDS = 8
SHORT_CHUNK_SECONDS = [2, 4, 6]
"""Any would do: padding is not attended to. They are few, because a batch has one."""
BEAMS = 5
"""A third of the errors of a greedy search are not made; see docs/home-en.md."""
_KEPT_BY_DEFAULT = ("<|endoftext|>", "<|notimestamps|>")


def load(checkpoint: Path) -> HomeModel:
    """The model of a checkpoint, with its averaged weights."""
    state = torch.load(checkpoint, weights_only=True, map_location="cpu")
    model = HomeModel(Shape(**state["shape"]))
    model.load_state_dict(state["average"])
    return model.eval()


def _array(tensor: torch.Tensor) -> np.ndarray[Any, Any]:
    return tensor.detach().float().numpy()


def _norm(spec: LayerSpec, norm: nn.LayerNorm) -> None:
    spec.gamma = _array(norm.weight)
    spec.beta = _array(norm.bias)


def _linear(spec: LayerSpec, linear: nn.Linear) -> None:
    spec.weight = _array(linear.weight)
    if linear.bias is not None:
        spec.bias = _array(linear.bias)


def _joined(spec: LayerSpec, linears: list[nn.Linear]) -> None:
    """Several projections as one matrix; a missing bias is zeros."""
    spec.weight = np.concatenate([_array(one.weight) for one in linears])
    spec.bias = np.concatenate(
        [
            _array(one.bias) if one.bias is not None else np.zeros(one.out_features, np.float32)
            for one in linears
        ]
    )


def _self_attention(spec: LayerSpec, norm: nn.LayerNorm, attention: Attention) -> None:
    _norm(spec.layer_norm, norm)
    _joined(spec.linear[0], [attention.query, attention.key, attention.value])
    _linear(spec.linear[1], attention.out)


def _block(spec: LayerSpec, block: Block) -> None:
    _self_attention(spec.self_attention, block.attention_norm, block.attention)
    if block.cross is not None and block.cross_norm is not None:
        _norm(spec.attention.layer_norm, block.cross_norm)
        _linear(spec.attention.linear[0], block.cross.query)
        _joined(spec.attention.linear[1], [block.cross.key, block.cross.value])
        _linear(spec.attention.linear[2], block.cross.out)
    _norm(spec.ffn.layer_norm, block.feed_norm)
    _linear(spec.ffn.linear_0, block.feed_in)
    _linear(spec.ffn.linear_1, block.feed_out)


def specification(model: HomeModel, vocabulary: list[str]) -> WhisperSpec:
    """CTranslate2's description of the model, with float32 weights."""
    shape = model.shape
    spec = WhisperSpec(shape.encoder_layers, shape.heads, shape.decoder_layers, shape.heads)
    for conv, source in ((spec.encoder.conv1, model.conv1), (spec.encoder.conv2, model.conv2)):
        conv.weight = _array(source.weight)
        conv.bias = _array(source.bias)
    spec.encoder.position_encodings.encodings = _array(model.encoder_positions)
    for layer, block in zip(spec.encoder.layer, model.encoder, strict=True):
        _block(layer, block)
    _norm(spec.encoder.layer_norm, model.encoder_norm)
    spec.decoder.embeddings.weight = _array(model.embedding.weight)
    spec.decoder.position_encodings.encodings = _array(model.decoder_positions)
    for layer, block in zip(spec.decoder.layer, model.decoder, strict=True):
        _block(layer, block)
    _norm(spec.decoder.layer_norm, model.decoder_norm)
    spec.decoder.projection.weight = _array(model.embedding.weight)
    spec.register_vocabulary(vocabulary)
    return spec


def suppressed(vocabulary: list[str]) -> tuple[list[int], list[int]]:
    """`suppress_ids` and `suppress_ids_begin`.

    Always: the special tokens which are no part of a transcript. At the beginning: the bare space,
    as Whisper does; not the end of text, because an empty transcript is this model's answer to
    sound without speech.
    """
    always = [
        EOT + index for index, token in enumerate(SPECIAL_TOKENS) if token not in _KEPT_BY_DEFAULT
    ]
    return always, [vocabulary.index("Ġ")]


def export(
    checkpoint: Path,
    tokenizer: Path,
    target: Path,
    heads: list[tuple[int, int]] | None = None,
    quantization: str | None = "int8",
) -> None:
    """Write the directory `target`; without `heads`, the last layer's are the alignment heads."""
    model = load(checkpoint)
    padding.wire(model)
    with torch.no_grad():
        # Training has one token for both, so that a transcript does not depend on who asks for it.
        model.embedding.weight[FIRST_TIMESTAMP] = model.embedding.weight[NO_TIMESTAMPS]
    vocabulary = json.loads((tokenizer / "vocabulary.json").read_text())
    if len(vocabulary) != VOCABULARY_SIZE:
        raise ValueError(f"{len(vocabulary)} tokens, not {VOCABULARY_SIZE}")
    spec = specification(model, vocabulary)
    layer = model.shape.decoder_layers - 1
    spec.config.alignment_heads = heads or [(layer, head) for head in range(model.shape.heads)]
    spec.config.lang_ids = []
    spec.config.suppress_ids, spec.config.suppress_ids_begin = suppressed(vocabulary)
    spec.validate()
    spec.optimize(quantization=quantization)
    target.mkdir(parents=True, exist_ok=True)
    spec.save(str(target))
    shutil.copy(tokenizer / "tokenizer.json", target / "tokenizer.json")
    (target / "generation_config.json").write_text(json.dumps({"num_beams": BEAMS}) + "\n")
    (target / "preprocessor_config.json").write_text(
        json.dumps(
            {
                "chunk_length": CHUNK_SECONDS,
                "short_chunk_lengths": SHORT_CHUNK_SECONDS,
                "feature_size": MELS,
                "hop_length": HOP,
                "n_fft": 400,
                "sampling_rate": RATE,
            },
            indent=2,
        )
        + "\n"
    )
