"""Silero VAD on every window of many streams.

The model is a file of the silero-vad package (https://github.com/snakers4/silero-vad), and numpy
computes it: `tests/speech/test_vad.py` holds the result to onnxruntime's. That library would take
twice the time, and 30 MiB more memory. The package itself is not imported: that would import torch,
which takes a second and 150 MB that a home server does not need.

A call for one window takes 0.08 ms of one core; a call for windows of many streams takes 0.02 ms
for each of them, and one for several windows of a stream 0.04 ms (see `benchmarks/vad.py`).
So who has several takes them together.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib.util import find_spec
from itertools import accumulate, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np
import numpy.typing as npt

from wyoming_whisper.errors import ModelNotFound
from wyoming_whisper.speech.onnx_weights import read_weights
from wyoming_whisper.speech.silero import N_UNITS, SileroNetwork

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wyoming_whisper.audio.pcm import Block

WINDOW_SAMPLES: Final = 512
"""One decision, 32 ms: the only length that the model takes at 16 kHz."""

# The model sees the end of the previous window in front of each window.
_CONTEXT_SAMPLES: Final = 64
# Not the package's safetensors file: in 6.2 that holds the weights of an earlier version.
_MODEL_FILE: Final = "silero_vad_16k_op15.onnx"


def _zeros(*shape: int) -> npt.NDArray[np.float32]:
    return np.zeros(shape, np.float32)


@dataclass(slots=True, eq=False)
class VadStream:
    """What a detector remembers of one stream; a new one has heard nothing.

    Attributes:
        state: Of the recurrent layer, shape ``(2, 128)``.
        context: The end of the last window, shape ``(64,)``.
    """

    state: npt.NDArray[np.float32] = field(default_factory=lambda: _zeros(2, N_UNITS))
    context: Block = field(default_factory=lambda: _zeros(_CONTEXT_SAMPLES))


class Vad(Protocol):
    """A voice activity detector."""

    def probabilities(self, stretches: Sequence[tuple[VadStream, Block]]) -> list[list[float]]:
        """Return the probability of speech in each of the next windows of some streams.

        Args:
            stretches: At least one, each of one window or more, shape ``(n_windows, 512)``, and no
                stream twice. Whether others are beside it does not change a window's result.
        """
        ...


class SileroVad:
    """Silero VAD; one instance serves any number of streams, from any thread.

    A stream must not be in two calls at the same time.

    Raises:
        ModelNotFound: If the silero-vad package is not installed, or its model is another one.
    """

    def __init__(self) -> None:
        path = _model_path()
        try:
            self._network = SileroNetwork(read_weights(path.read_bytes()))
        except (OSError, ValueError) as error:
            raise ModelNotFound(
                f"{path} cannot be used ({error}): install version 6.2 of silero-vad"
            ) from error

    def probabilities(self, stretches: Sequence[tuple[VadStream, Block]]) -> list[list[float]]:
        """Return the probability of speech in each of the next windows of some streams."""
        lengths = [len(windows) for _, windows in stretches]
        samples = np.empty((sum(lengths), _CONTEXT_SAMPLES + WINDOW_SAMPLES), np.float32)
        states = np.empty((len(stretches), 2, N_UNITS), np.float32)
        end = 0
        for number, (stream, windows) in enumerate(stretches):
            start, end = end, end + len(windows)
            samples[start, :_CONTEXT_SAMPLES] = stream.context
            samples[start + 1 : end, :_CONTEXT_SAMPLES] = windows[:-1, -_CONTEXT_SAMPLES:]
            samples[start:end, _CONTEXT_SAMPLES:] = windows
            states[number] = stream.state
        output, states = self._network(samples, states, lengths)
        probabilities: list[float] = output.tolist()
        for number, (stream, windows) in enumerate(stretches):
            # Copies: a view would keep the whole batch for as long as the stream rests.
            stream.state = states[number].copy()
            stream.context = windows[-1, -_CONTEXT_SAMPLES:].copy()
        ends = list(accumulate(lengths, initial=0))
        return [probabilities[start:end] for start, end in pairwise(ends)]


def _model_path() -> Path:
    spec = find_spec("silero_vad")
    if spec is None or not spec.submodule_search_locations:
        raise ModelNotFound("the package silero-vad is not installed: pip install silero-vad")
    path = Path(spec.submodule_search_locations[0]) / "data" / _MODEL_FILE
    if not path.is_file():
        raise ModelNotFound(f"the package silero-vad has no {_MODEL_FILE}: install version 6.2")
    return path
