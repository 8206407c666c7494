"""The network of Silero VAD at 16 kHz, computed with numpy.

The architecture is that of https://github.com/snakers4/silero-vad in version 6.2: the spectrum of
four frames, four convolutions that leave one, an LSTM cell, and one number of that.

Theory of operation. All windows of a call go through the layers together, also those of one stream,
up to the LSTM cell, which takes them one after the other. Each window's product with a layer's
weights is a call of BLAS of its own, always of the same shape: so numpy multiplies three dimensions
by two. The sums of one product for all windows would be added up in an order that depends on how
many they are, and a window's result, in its last bits, on its company; that would save a tenth of
the time for 64 streams.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    # Of activations, shape (n_windows, n_frames, n_channels).
    Array = npt.NDArray[np.float32]

N_UNITS: Final = 128
"""Of the LSTM cell."""

_FRAME_SAMPLES: Final = 256
_HOP_SAMPLES: Final = _FRAME_SAMPLES // 2
_N_BINS: Final = _FRAME_SAMPLES // 2 + 1
# Behind the window, so that a fourth frame is full.
_PADDING_SAMPLES: Final = 64
# Of the convolutions: channels in, channels out, and frames from one output to the next.
_CONVOLUTIONS: Final = ((_N_BINS, 128, 1), (128, 64, 2), (64, 64, 2), (64, N_UNITS, 1))
_KERNEL_FRAMES: Final = 3


class SileroNetwork:
    """The network; it remembers nothing, and may be called from any thread.

    Args:
        weights: By name, of type float32, in the shapes that torch gives them. What is kept of them
            are copies.

    Raises:
        ValueError: If one is missing, or has another type or shape than is known here.
    """

    def __init__(self, weights: Mapping[str, Array]) -> None:
        def take(name: str, *shape: int) -> Array:
            weight = weights.get(name)
            if weight is None or weight.shape != shape or weight.dtype != np.float32:
                raise ValueError(f"it has no float32 {name} of shape {shape}")
            # A view would keep the whole record.
            return weight.copy()

        self._basis = _matrix(take("stft.basis", 2 * _N_BINS, 1, _FRAME_SAMPLES))
        self._convolutions = [
            _Convolution(
                _matrix(take(f"encoder.{n}.weight", n_out, n_in, _KERNEL_FRAMES)),
                take(f"encoder.{n}.bias", n_out),
                stride,
            )
            for n, (n_in, n_out, stride) in enumerate(_CONVOLUTIONS)
        ]
        # What comes in and the last output go through one product.
        gates = [take(f"lstm.weight_{of}", 4 * N_UNITS, N_UNITS) for of in ("ih", "hh")]
        self._gates = np.ascontiguousarray(np.concatenate(gates, axis=1).T)
        biases = [take(f"lstm.bias_{of}", 4 * N_UNITS) for of in ("ih", "hh")]
        self._gates_bias = np.add(*biases)
        self._output = _matrix(take("output.weight", 1, N_UNITS, 1))
        self._output_bias = take("output.bias", 1)

    def __call__(
        self, samples: Array, states: Array, lengths: Sequence[int]
    ) -> tuple[Array, Array]:
        """Return the probability of speech in each of the next windows of some streams.

        Args:
            samples: Contexts and windows, shape ``(n_windows, 576)``: all of the first stream in
                their order, then those of the second one.
            states: The LSTM cells' outputs, and what they keep, shape ``(n_streams, 2, 128)``.
            lengths: How many windows each stream has, at least one.

        Returns:
            The probabilities, shape ``(n_windows,)``, and the states after these windows.
        """
        activations = self._spectrum(samples)
        for convolution in self._convolutions:
            activations = convolution(activations)
        if len(samples) == len(states):  # live streams have one window each
            states = self._recur(activations, states)
            return self._probabilities(states[:, :1]), states
        outputs = np.empty_like(activations)
        states = states.copy()
        n_windows = np.array(lengths)
        first = np.cumsum(n_windows) - n_windows
        for step in range(max(lengths)):
            # A slice where it is all of them: indices would copy.
            streams = slice(None) if step < min(lengths) else np.flatnonzero(n_windows > step)
            windows = first[streams] + step
            states[streams] = self._recur(activations[windows], states[streams])
            outputs[windows] = states[streams, :1]
        return self._probabilities(outputs), states

    def _spectrum(self, samples: Array) -> Array:
        """Return the magnitudes, shape ``(n_windows, 4, 129)``."""
        # Reflected about the last sample.
        padding = samples[:, -2 : -2 - _PADDING_SAMPLES : -1]
        hops = np.concatenate((samples, padding), axis=1).reshape(len(samples), -1, _HOP_SAMPLES)
        parts = np.concatenate((hops[:, :-1], hops[:, 1:]), axis=2) @ self._basis
        np.square(parts, out=parts)
        return np.sqrt(parts[:, :, :_N_BINS] + parts[:, :, _N_BINS:])

    def _recur(self, inputs: Array, states: Array) -> Array:
        """Return the states after inputs of shape ``(n_streams, 1, 128)``."""
        gates = np.concatenate((inputs, states[:, :1]), axis=2) @ self._gates
        gates += self._gates_bias
        gates = gates.reshape(-1, 4, N_UNITS)
        # In the order of torch's LSTMCell; the third is what is new, and no gate.
        enter, keep, _, leave = _sigmoid(gates).swapaxes(0, 1)
        after = np.empty_like(states)
        kept = np.add(keep * states[:, 1], enter * np.tanh(gates[:, 2]), out=after[:, 1])
        np.multiply(leave, np.tanh(kept), out=after[:, 0])
        return after

    def _probabilities(self, outputs: Array) -> Array:
        """Return what the LSTM cells' outputs say, of shape ``(n_windows, 1, 128)``."""
        score = np.maximum(outputs, 0) @ self._output
        score += self._output_bias
        return _sigmoid(score)[:, 0, 0]


@dataclass(frozen=True, slots=True, eq=False)
class _Convolution:
    """A convolution over time, of three frames, with a frame of zeros at each end; then ReLU."""

    matrix: Array
    bias: Array
    stride: int

    def __call__(self, frames: Array) -> Array:
        n_streams, n_frames, n_channels = frames.shape
        padded = np.zeros((n_streams, n_frames + 2, n_channels), np.float32)
        padded[:, 1:-1] = frames
        seen = [padded[:, k : k + n_frames : self.stride] for k in range(_KERNEL_FRAMES)]
        result = np.concatenate(seen, axis=2) @ self.matrix
        result += self.bias
        return np.maximum(result, 0, out=result)


def _matrix(weight: Array) -> Array:
    """Return a kernel, shape ``(n_out, n_in, n_frames)``, as ``(n_frames * n_in, n_out)``."""
    return np.ascontiguousarray(weight.transpose(2, 1, 0)).reshape(-1, len(weight))


def _sigmoid(array: Array) -> Array:
    # By way of exp large numbers would overflow.
    result: Array = 0.5 * np.tanh(0.5 * array) + 0.5
    return result
