"""Silero VAD on every window of many streams.

The weights are those of the silero-vad package (https://github.com/snakers4/silero-vad), in an
array file that `script/silero_weights.py` makes. numpy computes the network, and
`tests/speech/test_vad.py` holds the result to that of the package's own model in onnxruntime. That
library would take twice the time and 30 MiB more memory, and the package would bring torch.

A call for one window takes 0.08 ms of one core; a call for windows of many streams takes 0.02 ms
for each of them, and one for several windows of a stream 0.04 ms (see `benchmarks/vad.py`).
So who has several takes them together.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np
import numpy.typing as npt

from wyoming_whisper.errors import ModelNotFound
from wyoming_whisper.speech.silero import N_UNITS, SileroNetwork

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wyoming_whisper.audio.pcm import Block

WINDOW_SAMPLES: Final = 512
"""One decision, 32 ms: the only length that the model takes at 16 kHz."""

WEIGHTS: Final = Path(__file__).with_name("silero_vad.npy")
"""One record, with a field for each weight of the network."""

# The model sees the end of the previous window in front of each window.
_CONTEXT_SAMPLES: Final = 64


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

    Args:
        weights: The array file that holds them.

    Raises:
        ModelNotFound: If that file is missing, damaged or another one.
    """

    def __init__(self, weights: Path = WEIGHTS) -> None:
        try:
            self._network = SileroNetwork(_read(weights))
        except (OSError, ValueError) as error:
            raise ModelNotFound(
                f"{weights} cannot be used ({_reason(error)}): install wyoming-whisper again"
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


def _read(path: Path) -> dict[str, npt.NDArray[np.float32]]:
    """Return the fields of a record by their names.

    Raises:
        OSError: If the file cannot be read.
        ValueError: If it is no array file, is cut short, or holds something else than a record.
    """
    with path.open("rb") as file:
        try:
            record = np.lib.format.read_array(file)
        except OSError:
            raise
        # numpy evaluates the header as Python, and what that raises is passed on: TypeError, …
        except Exception as error:
            raise ValueError(f"it is damaged: {error}") from error
    if record.dtype.names is None or record.shape != ():
        raise ValueError("it holds no record")
    return {name: record[name] for name in record.dtype.names}


def _reason(error: Exception) -> str:
    """Return what is wrong in one line, without the file's name, which stands before it."""
    said = error.strerror if isinstance(error, OSError) else str(error)
    return " ".join((said or type(error).__name__).split())
