"""Weights read from ONNX files, and from what is none."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wyoming_whisper.speech.onnx_weights import read_weights

if TYPE_CHECKING:
    import numpy.typing as npt

MATRIX = np.arange(6, dtype="<f4").reshape(2, 3)
FLOAT, INT64 = 1, 7


def integer(value: int) -> bytes:
    """Encode an integer, seven bits a byte, the lowest first."""
    encoded = b""
    while value > 0x7F:
        encoded += bytes([value & 0x7F | 0x80])
        value >>= 7
    return encoded + bytes([value])


def field(number: int, value: int | bytes) -> bytes:
    """Encode a field of a message."""
    if isinstance(value, int):
        return integer(number << 3) + integer(value)
    return integer(number << 3 | 2) + integer(len(value)) + value


def tensor(name: str, array: npt.NDArray[np.float32], kind: int = FLOAT) -> bytes:
    shape = b"".join(field(1, size) for size in array.shape)
    return shape + field(2, kind) + field(8, name.encode()) + field(9, array.tobytes())


def model(*tensors: bytes) -> bytes:
    """Encode a model: a version, who made it, and a graph with a node, a name and tensors."""
    node = field(1, field(4, b"Conv"))
    graph = node + field(2, b"graph") + b"".join(field(5, one) for one in tensors)
    return field(1, 8) + field(2, b"somebody") + field(7, graph)


def test_weights_are_read_by_their_names() -> None:
    """Each tensor of the graph has its name, its shape and its numbers, whatever is beside it."""
    bias = np.array([-1.5], "<f4")
    weights = read_weights(model(tensor("a.weight", MATRIX), tensor("a.bias", bias)))
    assert list(weights) == ["a.weight", "a.bias"]
    np.testing.assert_array_equal(weights["a.weight"], MATRIX)
    np.testing.assert_array_equal(weights["a.bias"], bias)
    assert weights["a.weight"].dtype == np.float32


def test_what_is_no_weight_is_left_out() -> None:
    """Integers, and numbers that are not in one piece, are nothing that a network looks for."""
    scattered = field(1, 1) + field(2, FLOAT) + field(8, b"scattered") + field(4, b"\0\0\0\0")
    assert read_weights(model(tensor("indices", MATRIX, INT64), scattered)) == {}


def test_the_weights_do_not_keep_the_file() -> None:
    """A small weight of a large file takes its own memory only."""
    (weight,) = read_weights(model(tensor("a", MATRIX))).values()
    assert weight.base is None


@pytest.mark.parametrize(
    ("file", "complaint"),
    [
        (model(tensor("a", MATRIX))[:-1], "ends in the middle"),
        (b"<!DOCTYPE html>", "unexpected type 4"),
        (b"\xff" * 20, "without an end"),
        (field(7, 1), "a number where a message is due"),
        (model(field(2, FLOAT) + field(8, 1) + field(9, b"\0\0\0\0")), "a number where"),
        (model(tensor("a", MATRIX) + field(1, 2)), "reshape"),
        (model(tensor("a", MATRIX) + field(9, b"\0\0\0")), "multiple of element size"),
        (model(tensor("a", MATRIX) + field(8, b"\xff")), "utf-8"),
        (model(tensor("a", MATRIX) + field(1, 2**62)), "reshape|maximum"),
    ],
    ids=[
        "cut short", "web page", "ones", "no graph", "no name", "wrong shape", "odd length",
        "no text", "huge shape",
    ],
)  # fmt: skip
def test_what_is_no_model_is_refused(file: bytes, complaint: str) -> None:
    """A file that is something else, or damaged, raises ValueError, which says what is wrong."""
    with pytest.raises(ValueError, match=complaint):
        read_weights(file)


@given(st.data())
def test_any_file_is_read_or_refused(data: st.DataObject) -> None:
    """Whatever bytes of a model are changed or cut off, ValueError is all that comes of it."""
    file = bytearray(model(tensor("a.weight", MATRIX), tensor("b", MATRIX.ravel())))
    positions = st.integers(0, len(file) - 1)
    for position, byte in data.draw(st.dictionaries(positions, st.integers(0, 255))).items():
        file[position] = byte
    end = data.draw(positions)
    for damaged in (bytes(file), bytes(file[:end]), data.draw(st.binary())):
        with contextlib.suppress(ValueError):
            read_weights(damaged)
