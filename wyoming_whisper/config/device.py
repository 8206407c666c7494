"""Where a model is decoded, and how that is written."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal, get_args

DeviceKind = Literal["auto", "cpu", "cuda"]

_KINDS: Final[tuple[DeviceKind, ...]] = get_args(DeviceKind)
_NUMBERED: Final = re.compile(r"cuda:\d{1,3}(,(cuda:)?\d{1,3})*", re.ASCII)
_REFUSAL: Final = "must be auto, cpu, cuda or cuda:N, or several, cuda:N,M"


@dataclass(frozen=True, slots=True)
class Device:
    """A device, or several GPUs.

    Attributes:
        kind: What it is; ``auto`` leaves that open.
        indices: The numbers of the GPUs, where the owner gives them.

    Raises:
        ValueError: If the kind is unknown, or something else than a GPU has a number.
    """

    kind: DeviceKind
    indices: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if self.kind not in _KINDS or (self.indices and self.kind != "cuda"):
            raise ValueError(_REFUSAL)

    @classmethod
    def parse(cls, text: str) -> Device:
        """Read ``auto``, ``cpu``, ``cuda``, ``cuda:N``, ``cuda:N,M`` or ``cuda:N,cuda:M``.

        Raises:
            ValueError: If it is none of them.
        """
        for kind in _KINDS:
            if text == kind:
                return cls(kind)
        if not _NUMBERED.fullmatch(text):
            raise ValueError(_REFUSAL)
        return cls("cuda", tuple(map(int, re.findall(r"\d+", text))))

    @property
    def numbers(self) -> tuple[int, ...]:
        """The number of each device among those of its kind: the first, where none is given."""
        return self.indices or (0,)

    def __str__(self) -> str:
        """Return it as `parse` reads it."""
        return f"{self.kind}:{','.join(map(str, self.indices))}" if self.indices else self.kind
