"""Whisper in torch, on weights that bear CTranslate2's names.

The architecture is that of openai/whisper's ``model.py``: an encoder of two convolutions and
transformer layers, a decoder whose embedding is also its projection, layer norms in front. The
names and the joined matrices are those of `weights`, so nothing is translated between a model's
file and its training.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import nn
from torch.nn import functional as f

from .weights import EMBEDDING, HEADS, LAYERS

if TYPE_CHECKING:
    from .weights import Weights


class Whisper(nn.Module):
    """A model.

    Args:
        weights: By name; see `weights.read_weights`.
    """

    def __init__(self, weights: Weights) -> None:
        super().__init__()
        # A parameter's name may hold no dot, but a slash.
        for name, values in weights.items():
            self.register_parameter(name, nn.Parameter(torch.from_numpy(values.copy())))

    def encode(self, mel: torch.Tensor) -> torch.Tensor:
        """Return what is heard in log-mel features (n, 80, frames): (n, frames / 2, 384)."""
        x = self._convolution("encoder/conv1", mel, stride=1)
        x = self._convolution("encoder/conv2", x, stride=2).transpose(1, 2)
        x = x + self["encoder/position_encodings/encodings"][: x.shape[1]]
        for layer in range(LAYERS):
            x = self._self_attention(f"encoder/layer_{layer}", x, causal=False)
            x = self._feed_forward(f"encoder/layer_{layer}", x)
        return self._norm("encoder/layer_norm", x)

    def decode(self, tokens: torch.Tensor, heard: torch.Tensor) -> torch.Tensor:
        """Return the states (n, length, 384) of token ids (n, length), before the projection."""
        x = self[EMBEDDING][tokens]
        x = x + self["decoder/position_encodings/encodings"][: x.shape[1]]
        for layer in range(LAYERS):
            name = f"decoder/layer_{layer}"
            x = self._self_attention(name, x, causal=True)
            x = self._attention_to(f"{name}/attention", x, heard)
            x = self._feed_forward(name, x)
        return self._norm("decoder/layer_norm", x)

    def logits(self, states: torch.Tensor) -> torch.Tensor:
        """Return the scores of every token, of states (…, 384)."""
        return states @ self[EMBEDDING].T

    def __getitem__(self, name: str) -> torch.Tensor:
        """Return the weights of a name."""
        return self.get_parameter(name)

    def _convolution(self, name: str, x: torch.Tensor, *, stride: int) -> torch.Tensor:
        weight, bias = self[f"{name}/weight"], self[f"{name}/bias"]
        return f.gelu(f.conv1d(x, weight, bias, stride=stride, padding=1))

    def _norm(self, name: str, x: torch.Tensor) -> torch.Tensor:
        return f.layer_norm(x, x.shape[-1:], self[f"{name}/gamma"], self[f"{name}/beta"])

    def _linear(self, name: str, x: torch.Tensor) -> torch.Tensor:
        return f.linear(x, self[f"{name}/weight"], self[f"{name}/bias"])

    def _self_attention(self, layer: str, x: torch.Tensor, *, causal: bool) -> torch.Tensor:
        name = f"{layer}/self_attention"
        joined = self._linear(f"{name}/linear_0", self._norm(f"{name}/layer_norm", x))
        query, key, value = map(_by_head, joined.chunk(3, dim=-1))
        mixed = f.scaled_dot_product_attention(query, key, value, is_causal=causal)
        return x + self._linear(f"{name}/linear_1", _joined(mixed))

    def _attention_to(self, name: str, x: torch.Tensor, heard: torch.Tensor) -> torch.Tensor:
        query = _by_head(self._linear(f"{name}/linear_0", self._norm(f"{name}/layer_norm", x)))
        key, value = map(_by_head, self._linear(f"{name}/linear_1", heard).chunk(2, dim=-1))
        mixed = f.scaled_dot_product_attention(query, key, value)
        return x + self._linear(f"{name}/linear_2", _joined(mixed))

    def _feed_forward(self, layer: str, x: torch.Tensor) -> torch.Tensor:
        name = f"{layer}/ffn"
        wide = f.gelu(self._linear(f"{name}/linear_0", self._norm(f"{name}/layer_norm", x)))
        return x + self._linear(f"{name}/linear_1", wide)


def _by_head(x: torch.Tensor) -> torch.Tensor:
    """From (n, length, 384) to (n, heads, length, 64)."""
    return x.unflatten(-1, (HEADS, -1)).transpose(1, 2)


def _joined(x: torch.Tensor) -> torch.Tensor:
    """From (n, heads, length, 64) to (n, length, 384)."""
    return x.transpose(1, 2).flatten(2)
