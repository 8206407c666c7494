"""Silero VAD on every window of many streams.

The 16 kHz ONNX model of the silero-vad package (https://github.com/snakers4/silero-vad) is run with
onnxruntime. The package itself is not imported: that would import torch, which takes a second and
150 MB that a home server does not need.

A call for one window takes 0.11 ms of one core; a call for windows of many streams takes 0.06 ms
for each of them (see `tests/benchmarks/vad.py`). So who has several takes them together.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np
import numpy.typing as npt

from wyoming_whisper.audio.pcm import SAMPLE_RATE
from wyoming_whisper.errors import ModelNotFound

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wyoming_whisper.audio.pcm import Block

WINDOW_SAMPLES: Final = 512
"""One decision, 32 ms: the only length that the model takes at 16 kHz."""

_MODEL_FILE: Final = "silero_vad_16k_op15.onnx"
_RATE: Final = np.array(SAMPLE_RATE, np.int64)
# The model sees the end of the previous window in front of each window.
_CONTEXT_SAMPLES: Final = 64


def _zeros(*shape: int) -> npt.NDArray[np.float32]:
    return np.zeros(shape, np.float32)


@dataclass(slots=True, eq=False)
class VadStream:
    """What a detector remembers of one stream; a new one has heard nothing.

    Attributes:
        state: Of the recurrent layer, shape ``(2, 1, 128)``.
        context: The end of the last window, shape ``(64,)``.
    """

    state: npt.NDArray[np.float32] = field(default_factory=lambda: _zeros(2, 1, 128))
    context: Block = field(default_factory=lambda: _zeros(_CONTEXT_SAMPLES))


class Vad(Protocol):
    """A voice activity detector."""

    def probabilities(self, windows: Sequence[tuple[VadStream, Block]]) -> list[float]:
        """Return the probability of speech in the next window of each of some streams.

        Args:
            windows: At least one, each of shape ``(512,)``, and no stream twice. Whether others are
                beside it does not change a window's result.
        """
        ...


class SileroVad:
    """Silero VAD; one instance serves any number of streams, from any thread.

    A stream must not be in two calls at the same time.

    Raises:
        ModelNotFound: If the silero-vad package is not installed or lacks the model.
    """

    def __init__(self) -> None:
        import onnxruntime  # noqa: PLC0415 - takes 0.15 s, and tests with a fake VAD need none of it

        options = onnxruntime.SessionOptions()
        # A window is too little work to share, and spinning threads would steal the decoder's.
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            str(_model_path()), options, providers=["CPUExecutionProvider"]
        )

    def probabilities(self, windows: Sequence[tuple[VadStream, Block]]) -> list[float]:
        """Return the probability of speech in the next window of each of some streams."""
        samples = np.empty((len(windows), _CONTEXT_SAMPLES + WINDOW_SAMPLES), np.float32)
        for row, (stream, window) in zip(samples, windows, strict=True):
            row[:_CONTEXT_SAMPLES] = stream.context
            row[_CONTEXT_SAMPLES:] = window
        states = np.concatenate([stream.state for stream, _ in windows], axis=1)
        output, states = self._session.run(None, {"input": samples, "state": states, "sr": _RATE})
        for number, (stream, _) in enumerate(windows):
            # Copies: a view would keep the whole batch for as long as the stream rests.
            stream.state = states[:, number : number + 1].copy()
            stream.context = samples[number, -_CONTEXT_SAMPLES:].copy()
        probabilities: list[float] = output[:, 0].tolist()
        return probabilities


def _model_path() -> Path:
    spec = find_spec("silero_vad")
    if spec is None or not spec.submodule_search_locations:
        raise ModelNotFound("the package silero-vad is not installed: pip install silero-vad")
    path = Path(spec.submodule_search_locations[0]) / "data" / _MODEL_FILE
    if not path.is_file():
        raise ModelNotFound(f"the package silero-vad has no {_MODEL_FILE}: install version 6.2")
    return path
