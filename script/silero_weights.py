"""Makes the array file of Silero VAD's weights that ships with the server.

    .venv/bin/python script/silero_weights.py [--output FILE]

The source is the 16 kHz network in version 6.2 of the silero-vad package, which is what
`wyoming_whisper/speech/silero.py` computes; other versions have other networks. The numbers stay as
they are, float32; only their names are plainer. The file is one record, so that numpy reads it in a
third of the time of the ONNX model, and the same source always makes the same file.
"""

from __future__ import annotations

import argparse
import hashlib
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import onnx
from onnx import numpy_helper

from wyoming_whisper.speech.silero import SileroNetwork
from wyoming_whisper.speech.vad import WEIGHTS

if TYPE_CHECKING:
    import numpy.typing as npt

    Weights = dict[str, npt.NDArray[np.float32]]

PACKAGE: Final = "silero-vad"
SERIES: Final = "6.2"
"""The versions of the package whose network is the one that is computed here."""

# Not the package's safetensors file: in 6.2 that holds the weights of an earlier version.
_FILE: Final = "silero_vad_16k_op15.onnx"
_NAMES: Final = {
    "model.stft.forward_basis_buffer": "stft.basis",
    **{
        f"model.encoder.{n}.reparam_conv.{part}": f"encoder.{n}.{part}"
        for n in range(4)
        for part in ("weight", "bias")
    },
    **{
        f"model.decoder.rnn.{part}": f"lstm.{part}"
        for part in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    },
    "model.decoder.decoder.2.weight": "output.weight",
    "model.decoder.decoder.2.bias": "output.bias",
}


@dataclass(frozen=True, slots=True)
class Source:
    """The model file of the installed package.

    Attributes:
        path: Where it is.
        version: The package's.
        digest: The file's SHA-256, in hexadecimal.
    """

    path: Path
    version: str
    digest: str

    def __str__(self) -> str:
        return f"{PACKAGE} {self.version}, {self.path.name}, SHA-256 {self.digest}"


def find_source() -> Source:
    """Return the source, without importing the package, which would import torch.

    Raises:
        ImportError: If the package is not installed.
        ValueError: If it is another version.
    """
    spec = find_spec(PACKAGE.replace("-", "_"))
    if spec is None or not spec.submodule_search_locations:
        raise ImportError(f"{PACKAGE} is not installed")
    found = version(PACKAGE)
    if not found.startswith(f"{SERIES}."):
        raise ValueError(f"{PACKAGE} {found} is installed, not {SERIES}")
    path = Path(spec.submodule_search_locations[0]) / "data" / _FILE
    return Source(path, found, hashlib.sha256(path.read_bytes()).hexdigest())


def read_weights(path: Path) -> Weights:
    """Return the weights of the ONNX model by our names for them.

    Raises:
        ValueError: If they are not those of the network that is computed here.
    """
    weights = {
        _NAMES[tensor.name]: numpy_helper.to_array(tensor)
        for tensor in onnx.load(path).graph.initializer
        if tensor.name in _NAMES
    }
    SileroNetwork(weights)  # refuses other shapes
    return {name: weights[name] for name in _NAMES.values()}


def write_record(path: Path, weights: Weights) -> None:
    """Write an array file with one record, whose fields are the weights."""
    layout = np.dtype([(name, "<f4", weight.shape) for name, weight in weights.items()])
    record = np.zeros((), layout)
    for name, weight in weights.items():
        record[name] = weight
    np.save(path, record)


def main() -> None:
    """Write the file, and say what it was made of."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument(
        "--output", type=Path, default=WEIGHTS, metavar="FILE", help="(default: the package's)"
    )
    output: Path = parser.parse_args().output
    source = find_source()
    weights = read_weights(source.path)
    write_record(output, weights)
    n_numbers = sum(weight.size for weight in weights.values())
    digest = hashlib.sha256(output.read_bytes()).hexdigest()
    print(f"source: {source}")
    print(f"{output}: {n_numbers} numbers in {len(weights)} arrays, SHA-256 {digest}")


if __name__ == "__main__":
    main()
