"""Padding is never attended to: a model hears the same in a window of any length.

faster-whisper fills its 30 s window with frames of zeros, our engine a shorter one, and CTranslate2
has no mask for them. In training there is one; in the exported model the weights are the mask:

- the last channels of the first convolution add up what a frame holds, which is nothing in a frame
  of zeros only (`_PATTERNS`: its mean, and how it changes from mel to mel, so that a steady noise
  whose mean happens to be zero counts as sound);
- the second convolution turns "nothing" into a large number in one of two dimensions of the
  residual, which hold nothing else. After a layer norm their difference is about 13.8 at a frame of
  padding and exactly zero at any other;
- in every head one dimension multiplies that difference with a constant: scores of padding are
  lower by some 40, and its share of the softmax is zero.

So these dimensions are kept out of everything else: `reserve` makes them zero after every step.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch.nn import functional

if TYPE_CHECKING:
    from collections.abc import Iterator

    from torch import Tensor, nn

    from .model import Attention, HomeModel

_LEVEL = 64.0
"""The flag in the residual, far above everything else there."""
_GAIN = 256.0
"""What three frames hold adds up to 0.38 (white noise of mean zero) to 70 (training's noises, and
twice what loud tones and pulses do); times this it is above the level, and within float16."""
_QUERY, _KEY = 4.0, 4.2
_MELS = torch.arange(80)
_PATTERNS = torch.stack(
    [torch.full((80,), 0.1), *(1.0 - 2.0 * (_MELS // period % 2) for period in (1, 2, 4))]
)
DETECTORS = 2 * len(_PATTERNS)
"""Channels of the first convolution: each pattern and its negative, because GELU has one side."""


def is_padding(frames: Tensor) -> Tensor:
    """Which positions [b, t / 2] have nothing but zeros in their three `frames` [b, 80, t]."""
    sound = (frames != 0).any(1, keepdim=True).float()
    return functional.max_pool1d(sound, 3, stride=2, padding=1)[:, 0] == 0


@torch.no_grad()
def reserve(model: HomeModel) -> None:
    """Take the mask's dimensions out of `model`: nothing is written to them, nothing read."""
    flags = model.flags
    model.conv1.weight[-DETECTORS:] = 0
    model.conv1.bias[-DETECTORS:] = 0
    model.conv2.weight[:, -DETECTORS:] = 0
    model.conv2.weight[flags] = 0
    model.conv2.bias[flags] = 0
    for writer in _writers(model):
        writer.weight[flags] = 0
        writer.bias[flags] = 0
    for attention in _attentions(model):
        last = _last_of_each_head(attention)
        attention.query.weight[last] = 0
        attention.query.bias[last] = 0
        attention.key.weight[last] = 0
    for reader in _readers(model):
        reader.weight[:, flags] = 0


@torch.no_grad()
def wire(model: HomeModel) -> None:
    """Make the mask out of the reserved dimensions: `model` then needs none."""
    flag, other = model.flags
    model.conv1.weight[-DETECTORS:, :, 1] = torch.cat([_PATTERNS, -_PATTERNS])
    model.conv2.weight[flag, -DETECTORS:] = -_GAIN
    model.conv2.bias[flag] = _LEVEL
    for norm in (*(block.attention_norm for block in model.encoder), model.encoder_norm):
        norm.weight[model.flags] = 1
        norm.bias[model.flags] = 0
    for attention in _attentions(model):
        last = _last_of_each_head(attention)
        attention.query.bias[last] = _QUERY
        attention.key.weight[last, flag] = -_KEY
        attention.key.weight[last, other] = _KEY


def _attentions(model: HomeModel) -> Iterator[Attention]:
    """All that attend to frames."""
    yield from (block.attention for block in model.encoder)
    yield from (block.cross for block in model.decoder)


def _writers(model: HomeModel) -> Iterator[nn.Linear]:
    for block in model.encoder:
        yield from (block.attention.out, block.feed_out)


def _readers(model: HomeModel) -> Iterator[nn.Linear]:
    for attention in _attentions(model):
        yield from (attention.key, attention.value)
    for block in model.encoder:
        yield from (block.attention.query, block.feed_in)
    yield model.ctc


def _last_of_each_head(attention: Attention) -> slice:
    size = attention.query.out_features // attention.heads
    return slice(size - 1, None, size)
