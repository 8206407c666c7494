"""The Whisper architecture, small, with a character CTC head on the encoder for training."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from . import padding
from .features import LONG_WINDOW_FRAMES, MELS
from .tokenizer import CTC_CHARACTERS, VOCABULARY_SIZE

ENCODER_POSITIONS = LONG_WINDOW_FRAMES // 2
DECODER_POSITIONS = 448
_FAR_BELOW = -1e4
"""Score of what is not attended to; finite, so that nothing but padding gives no NaN."""


@dataclass(frozen=True, slots=True)
class Shape:
    """Width, heads and layers."""

    width: int = 192
    heads: int = 6
    encoder_layers: int = 6
    decoder_layers: int = 2


def sinusoids(length: int, width: int) -> Tensor:
    """Whisper's position table [length, width]."""
    step = math.log(10_000) / (width // 2 - 1)
    rates = torch.exp(-step * torch.arange(width // 2))
    angles = torch.arange(length)[:, None] * rates[None]
    return torch.cat([angles.sin(), angles.cos()], dim=1)


class Attention(nn.Module):
    """Multi-head attention with Whisper's biases (none on the keys)."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.query = nn.Linear(width, width)
        self.key = nn.Linear(width, width, bias=False)
        self.value = nn.Linear(width, width)
        self.out = nn.Linear(width, width)

    def forward(
        self, states: Tensor, source: Tensor, ignored: Tensor | None = None, causal: bool = False
    ) -> Tensor:
        """Attend from `states` [b, t, d] to `source` [b, s, d], less what is `ignored` [b, s]."""
        batch, length, width = states.shape

        def split(values: Tensor) -> Tensor:
            return values.view(batch, -1, self.heads, width // self.heads).transpose(1, 2)

        query, key = split(self.query(states)), split(self.key(source))
        value = split(self.value(source))
        # In bfloat16 on a CPU plain products are up to six times faster than the fused kernel.
        scores = query * query.shape[-1] ** -0.5 @ key.transpose(-1, -2)
        if causal:
            ahead = torch.ones(length, length, dtype=torch.bool).triu(1)
            scores = scores.masked_fill(ahead, -torch.inf)
        if ignored is not None:
            scores = scores.masked_fill(ignored[:, None, None], _FAR_BELOW)
        mixed = scores.softmax(-1) @ value
        out: Tensor = self.out(mixed.transpose(1, 2).reshape(batch, length, width))
        return out


class Block(nn.Module):
    """A pre-norm layer of encoder or (with `cross`) decoder."""

    def __init__(self, width: int, heads: int, cross: bool) -> None:
        super().__init__()
        self.attention_norm = nn.LayerNorm(width)
        self.attention = Attention(width, heads)
        self.cross_norm = nn.LayerNorm(width) if cross else None
        self.cross = Attention(width, heads) if cross else None
        self.feed_norm = nn.LayerNorm(width)
        self.feed_in = nn.Linear(width, 4 * width)
        self.feed_out = nn.Linear(4 * width, width)

    def forward(self, states: Tensor, ignored: Tensor, encoded: Tensor | None = None) -> Tensor:
        """States [b, t, d] → [b, t, d]; `encoded` [b, s, d] for a decoder layer.

        `ignored`: which frames (of `states`, or of `encoded`) are not attended to.
        """
        normed = self.attention_norm(states)
        if self.cross is None or self.cross_norm is None:
            states = states + self.attention(normed, normed, ignored)
        else:
            states = states + self.attention(normed, normed, causal=True)
            states = states + self.cross(self.cross_norm(states), encoded, ignored)
        hidden = functional.gelu(self.feed_in(self.feed_norm(states)))
        out: Tensor = states + self.feed_out(hidden)
        return out


class HomeModel(nn.Module):
    """Log-mel frames and a token prefix in, token logits and CTC logits out."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        width = shape.width
        self.shape = shape
        self.conv1 = nn.Conv1d(MELS, width, 3, padding=1)
        self.conv2 = nn.Conv1d(width, width, 3, stride=2, padding=1)
        # Those that tell least of a position, the slowest sine and cosine, are for the padding.
        self.flags = [width // 2 - 1, width - 1]
        positions = sinusoids(ENCODER_POSITIONS, width)
        positions[:, self.flags] = 0
        self.encoder_positions: Tensor
        self.register_buffer("encoder_positions", positions, persistent=False)
        self.encoder = nn.ModuleList(
            Block(width, shape.heads, False) for _ in range(shape.encoder_layers)
        )
        self.encoder_norm = nn.LayerNorm(width)
        self.ctc = nn.Linear(width, len(CTC_CHARACTERS) + 1)
        self.embedding = nn.Embedding(VOCABULARY_SIZE, width)
        self.decoder_positions = nn.Parameter(0.1 * sinusoids(DECODER_POSITIONS, width))
        self.decoder = nn.ModuleList(
            Block(width, shape.heads, True) for _ in range(shape.decoder_layers)
        )
        self.decoder_norm = nn.LayerNorm(width)
        nn.init.normal_(self.embedding.weight, std=0.05)
        padding.reserve(self)

    def encode(self, frames: Tensor, ignored: Tensor) -> Tensor:
        """Frames [b, 80, t] (t even), some `ignored` [b, t / 2] → [b, t / 2, d]."""
        states = functional.gelu(self.conv1(frames))
        states = functional.gelu(self.conv2(states)).transpose(1, 2)
        states = states + self.encoder_positions[: states.shape[1]]
        for block in self.encoder:
            states = block(states, ignored)
        out: Tensor = self.encoder_norm(states)
        return out

    def decode(self, tokens: Tensor, encoded: Tensor, ignored: Tensor) -> Tensor:
        """Tokens [b, n] and encoder states → logits [b, n, vocabulary]."""
        states = self.embedding(tokens) + self.decoder_positions[: tokens.shape[1]]
        for block in self.decoder:
            states = block(states, ignored, encoded)
        return functional.linear(self.decoder_norm(states), self.embedding.weight)

    def forward(self, frames: Tensor, tokens: Tensor) -> tuple[Tensor, Tensor]:
        """Token logits [b, n, vocabulary] and CTC logits [b, t / 2, characters + 1]."""
        ignored = padding.is_padding(frames)
        encoded = self.encode(frames, ignored)
        return self.decode(tokens, encoded, ignored), self.ctc(encoded)
