"""Reads the `model.bin` of a CTranslate2 model, binary version 6.

All numbers are little-endian and unsigned; a string is its length with the closing zero byte (16
bits), its bytes, and that zero byte. In this order:

- the version (32 bits), the specification's name (string) and revision (32 bits);
- how many variables there are (32 bits), and of each: name (string), rank (8 bits), dimensions (32
  bits each), type (8 bits, an index into `_TYPES`), size in bytes (32 bits), data;
- how many aliases there are (32 bits), and of each: its name, and the variable's (strings).
"""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

    Array = npt.NDArray[Any]

_VERSION: Final = 6
_TYPES: Final = ("<f4", "i1", "<i2", "<i4", "<f2")
"""What numpy calls the types. The next would be bfloat16, which numpy does not have."""


@dataclass(frozen=True, slots=True)
class ModelFile:
    """What a `model.bin` holds.

    Attributes:
        specification: The architecture: `WhisperSpec`.
        revision: The version of its layout.
        variables: Read-only arrays by name; an alias is the same array under another name.
    """

    specification: str
    revision: int
    variables: dict[str, Array]


def read_model(path: Path) -> ModelFile:
    """Read a model file.

    Raises:
        OSError: If it cannot be read.
        ValueError: If it is cut off, damaged, or of another version.
    """
    reader = _Reader(path.read_bytes())
    try:
        return _parse(reader)
    except ValueError as error:
        raise ValueError(f"{path}: {error} (at byte {reader.position})") from error


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data: Final = data
        self.position = 0

    @property
    def at_end(self) -> bool:
        return self.position == len(self._data)

    def take(self, n_bytes: int) -> bytes:
        taken = self._data[self.position : self.position + n_bytes]
        if len(taken) < n_bytes:
            raise ValueError("the file is cut off or damaged")
        self.position += n_bytes
        return taken

    def number(self, code: str) -> int:
        value: int = struct.unpack(f"<{code}", self.take(struct.calcsize(code)))[0]
        return value

    def string(self) -> str:
        raw = self.take(self.number("H"))
        if not raw.endswith(b"\0"):
            raise ValueError("a name does not end with a zero byte")
        return raw[:-1].decode()

    def array(self) -> Array:
        shape = [self.number("I") for _ in range(self.number("B"))]
        type_id, n_bytes = self.number("B"), self.number("I")
        if type_id >= len(_TYPES):
            raise ValueError(f"values of type {type_id} are not supported")
        dtype = np.dtype(_TYPES[type_id])
        if n_bytes != math.prod(shape) * dtype.itemsize:
            raise ValueError(f"{n_bytes} bytes are not an array {shape} of {dtype}")
        return np.frombuffer(self.take(n_bytes), dtype).reshape(shape)


def _parse(reader: _Reader) -> ModelFile:
    if (version := reader.number("I")) != _VERSION:
        raise ValueError(f"binary version {version} is not {_VERSION}: no CTranslate2 model?")
    specification, revision = reader.string(), reader.number("I")
    variables = {}
    for _ in range(reader.number("I")):
        name = reader.string()
        variables[name] = reader.array()
    for _ in range(reader.number("I")):
        alias, name = reader.string(), reader.string()
        if name not in variables:
            raise ValueError(f"{alias} stands for {name}, which is not there")
        variables[alias] = variables[name]
    if not reader.at_end:
        raise ValueError("the file goes on behind its end")
    return ModelFile(specification, revision, variables)
