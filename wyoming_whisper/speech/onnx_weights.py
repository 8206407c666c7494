"""The weights in an ONNX file, read without onnxruntime.

Such a file is one message of Protocol Buffers: fields, each a number and a value, which may be a
message again. Few of https://github.com/onnx/onnx/blob/main/onnx/onnx.proto are needed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Iterator

# Of a model, and of its graph: a tensor, repeated.
_GRAPH: Final = 7
_INITIALIZER: Final = 5
# Of a tensor; the first is repeated.
_DIMENSION: Final = 1
_TYPE: Final = 2
_NAME: Final = 8
_DATA: Final = 9

_FLOAT: Final = 1
# Seven bits each: what is read here is neither negative nor larger than 63 bits.
_MAX_INTEGER_BYTES: Final = 9


def read_weights(model: bytes) -> dict[str, npt.NDArray[np.float32]]:
    """Return the weights of a model's graph, by their names.

    Tensors of other types, and those that do not keep their numbers in one piece, are left out.

    Raises:
        ValueError: If it is no ONNX model.
    """
    return dict(
        weight
        for number, graph in _fields(memoryview(model))
        if number == _GRAPH
        for part, tensor in _fields(_message(graph))
        if part == _INITIALIZER
        for weight in _weights(_message(tensor))
    )


def _weights(tensor: memoryview) -> Iterator[tuple[str, npt.NDArray[np.float32]]]:
    """Yield a tensor and its name, if it holds weights."""
    fields = list(_fields(tensor))
    values = dict(fields)
    if values.get(_TYPE) == _FLOAT and _NAME in values and _DATA in values:
        shape = [size for number, size in fields if number == _DIMENSION and isinstance(size, int)]
        numbers = np.frombuffer(_message(values[_DATA]), "<f4")
        # A copy: a view would keep the whole file.
        yield str(_message(values[_NAME]), "utf-8"), numbers.reshape(shape).astype(np.float32)


def _message(value: int | memoryview) -> memoryview:
    if isinstance(value, int):
        raise ValueError("a number where a message is due")  # noqa: TRY004 - the file is wrong
    return value


def _fields(message: memoryview) -> Iterator[tuple[int, int | memoryview]]:
    """Yield the number and the value of each field."""
    rest = message
    while rest:
        key, rest = _integer(rest)
        value, rest = _integer(rest)
        match key & 7:
            case 0:  # an integer
                yield key >> 3, value
            case 2:  # bytes, behind their length
                if value > len(rest):
                    raise ValueError("the file ends in the middle of a field")
                yield key >> 3, rest[:value]
                rest = rest[value:]
            case kind:
                raise ValueError(f"a field of the unexpected type {kind}")


def _integer(message: memoryview) -> tuple[int, memoryview]:
    """Return the integer that a message begins with, and what follows."""
    value = 0
    for n, byte in enumerate(message[:_MAX_INTEGER_BYTES]):
        value |= (byte & 0x7F) << 7 * n
        if byte < 0x80:
            return value, message[n + 1 :]
    raise ValueError("an integer without an end")
