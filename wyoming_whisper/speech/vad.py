"""Silero VAD on every window of a stream.

The 16 kHz ONNX model of the silero-vad package (https://github.com/snakers4/silero-vad) is run with
onnxruntime. The package itself is not imported: that would import torch, which takes a second and
150 MB that a home server does not need.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np

from wyoming_whisper.audio.pcm import SAMPLE_RATE
from wyoming_whisper.errors import ModelNotFound

if TYPE_CHECKING:
    import onnxruntime

    from wyoming_whisper.audio.pcm import Block

WINDOW_SAMPLES: Final = 512
"""One decision, 32 ms: the only length that the model takes at 16 kHz."""

_MODEL_FILE: Final = "silero_vad_16k_op15.onnx"
_RATE: Final = np.array(SAMPLE_RATE, np.int64)
# The model sees the end of the previous window in front of each window.
_CONTEXT_SAMPLES: Final = 64


class VadStream(Protocol):
    """The speech probabilities of one stream."""

    def probability(self, window: Block) -> float:
        """Return the probability of speech in the stream's next window, shape ``(512,)``."""
        ...


class Vad(Protocol):
    """A voice activity detector."""

    def stream(self) -> VadStream:
        """Return the detector's state for a new stream."""
        ...


class SileroVad:
    """Silero VAD; one instance serves any number of streams, from any thread.

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

    def stream(self) -> _SileroStream:
        """Return the state of a new stream."""
        return _SileroStream(self._session)


class _SileroStream:
    def __init__(self, session: onnxruntime.InferenceSession) -> None:
        self._session = session
        self._state = np.zeros((2, 1, 128), np.float32)
        self._input = np.zeros((1, _CONTEXT_SAMPLES + WINDOW_SAMPLES), np.float32)

    def probability(self, window: Block) -> float:
        self._input[0, :_CONTEXT_SAMPLES] = self._input[0, -_CONTEXT_SAMPLES:]
        self._input[0, _CONTEXT_SAMPLES:] = window
        output, self._state = self._session.run(
            None, {"input": self._input, "state": self._state, "sr": _RATE}
        )
        return float(output[0, 0])


def _model_path() -> Path:
    spec = find_spec("silero_vad")
    if spec is None or not spec.submodule_search_locations:
        raise ModelNotFound("the package silero-vad is not installed: pip install silero-vad")
    path = Path(spec.submodule_search_locations[0]) / "data" / _MODEL_FILE
    if not path.is_file():
        raise ModelNotFound(f"the package silero-vad has no {_MODEL_FILE}: install version 6.2")
    return path
