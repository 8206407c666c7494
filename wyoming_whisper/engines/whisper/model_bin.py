"""What is in the file of a model's weights: CTranslate2's format, read without the weights.

``model_spec.py`` of CTranslate2 writes it: the version of the format, the name and revision of the
architecture; then each variable with its name, its shape, its type, and its bytes; then other
names of variables.
"""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Final

from wyoming_whisper.errors import ModelNotFound

if TYPE_CHECKING:
    from pathlib import Path

# A file that claims more than this is none of a model: large-v3 has a thousand and a half.
_MAX_VARIABLES: Final = 100_000
# And large-v3 has twenty.
_MAX_HEADS: Final = 1_000
_HEADS: Final = b"encoder/num_heads\0"


@dataclass(frozen=True, slots=True)
class WeightsFile:
    """The measures of a file of weights.

    Attributes:
        n_bytes: Its size.
        n_parameters: How many numbers are in it.
        n_heads: Attention heads of an encoder's layer.
    """

    n_bytes: int
    n_parameters: int
    n_heads: int

    @property
    def bytes_each(self) -> int:
        """How many bytes a parameter has: 4 as float32, 2 as float16, 1 as int8."""
        return max(1, round(self.n_bytes / self.n_parameters))


def read_weights_file(path: Path) -> WeightsFile:
    """Read the measures of a ``model.bin``, all of whose bytes have to be there.

    Raises:
        ModelNotFound: If it cannot be read, is in another format, or breaks off.
    """
    try:
        with path.open("rb") as file:
            n_bytes = path.stat().st_size
            n_parameters, n_heads = _count(file, n_bytes)
    except OSError as error:
        raise ModelNotFound(f"{path}: {error.strerror}") from error
    except (struct.error, ValueError) as error:
        raise ModelNotFound(f"{path} is damaged: it is no file of CTranslate2's") from error
    except EOFError as error:
        raise ModelNotFound(f"{path} is damaged: it breaks off") from error
    return WeightsFile(n_bytes, n_parameters, n_heads)


def _count(file: BinaryIO, n_bytes: int) -> tuple[int, int]:
    """Return how many numbers there are, and heads, seeking from variable to variable.

    Raises:
        EOFError: If the file ends in one of them.
        ValueError: If there are none, or too many, or no heads among them.
        struct.error: If it ends before the first.
    """
    _read(file, "<I")
    _text(file)
    _, n_variables = _read(file, "<II")
    if not 0 < n_variables < _MAX_VARIABLES:
        raise ValueError(f"{n_variables} variables")
    n_parameters = n_heads = 0
    for _ in range(n_variables):
        try:
            name = _text(file)
            (rank,) = _read(file, "<B")
            shape = _read(file, f"<{rank}I")
            _, size = _read(file, "<BI")
        except struct.error as error:
            raise EOFError from error
        if file.tell() + size > n_bytes:
            raise EOFError
        if name == _HEADS and size == 2:
            (n_heads,) = _read(file, "<h")
        else:
            file.seek(size, 1)
        n_parameters += math.prod(shape)
    if not 0 < n_heads < _MAX_HEADS:
        raise ValueError(f"{n_heads} heads")
    return n_parameters, n_heads


def _read(file: BinaryIO, layout: str) -> tuple[int, ...]:
    return struct.unpack(layout, file.read(struct.calcsize(layout)))


def _text(file: BinaryIO) -> bytes:
    (length,) = _read(file, "<H")
    return file.read(length)
