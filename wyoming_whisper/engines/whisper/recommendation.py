"""Which model suits a machine and a household: a pure policy, and what `auto` goes by.

1. English on a CPU is home-en's: of commands by people far from the microphone it gets half as many
   words wrong as base does, in a seventh of the time.
2. Other languages on a CPU: the largest that decodes a command while Home Assistant waits for
   silence. That is base on two cores, small where there are eight; a command uses four at most.
3. A GPU takes large-v3-turbo. It was not taught to translate, so for that there is large-v3.
4. What does not fit into the memory is out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from wyoming_whisper.engines.whisper.catalogue import ENGLISH, HOME_EN, CatalogueEntry, entry_of

if TYPE_CHECKING:
    from collections.abc import Iterable

_MANY_CORES: Final = 8
_GIB: Final = 2**30
# Other programs run here too.
_USABLE_SHARE: Final = 0.7

_ON_CUDA: Final = (
    "large-v3-turbo", "large-v3", "large-v2", "distil-large-v3.5", "distil-large-v3", "medium",
    "small", "base", "tiny", HOME_EN,
)  # fmt: skip
_ON_FEW_CORES: Final = ("base", "small", "tiny", HOME_EN)
_ON_MANY_CORES: Final = ("small", "base", "tiny", HOME_EN)


@dataclass(frozen=True, slots=True)
class Machine:
    """What a model is to run on.

    Attributes:
        device: ``cpu`` or ``cuda``.
        cores: Of the CPU, that this process may use.
        memory_bytes: Of the device, in all; 0 where it does not say.
    """

    device: str
    cores: int
    memory_bytes: int

    def __str__(self) -> str:
        what = f"{self.cores} core{'s' * (self.cores != 1)}"
        if self.device == "cuda":
            what = "a GPU"
        return f"{what} with {self.memory_bytes / _GIB:.1f} GiB" if self.memory_bytes else what

    def holds(self, entry: CatalogueEntry) -> bool:
        """Tell whether a model fits into the memory, as what is usual on the device."""
        compute_type = "float16" if self.device == "cuda" else "int8"
        wanted = entry.memory_bytes(compute_type)
        return not self.memory_bytes or wanted <= _USABLE_SHARE * self.memory_bytes


@dataclass(frozen=True, slots=True)
class Needs:
    """What a model is to be good for.

    Attributes:
        languages: Whisper codes of what is spoken, all of which it has to understand; empty where
            that is not known, so that any may be.
        translates: Whether it is to translate into English.
    """

    languages: frozenset[str] = frozenset()
    translates: bool = False

    def __str__(self) -> str:
        spoken = " ".join(sorted(self.languages)) or "any language"
        return f"{spoken}, translated" if self.translates else spoken


def suitable(machine: Machine, needs: Needs) -> tuple[str, ...]:
    """Return the names of the models that suit, best first; never none.

    Where the languages are not known, home-en is the last of them: it is there at once.
    """
    if machine.device == "cuda":
        names: Iterable[str] = _ON_CUDA
    elif needs.languages == ENGLISH and not needs.translates:
        return (HOME_EN,)
    else:
        names = _ON_MANY_CORES if machine.cores >= _MANY_CORES else _ON_FEW_CORES
    entries = [entry for name in names if (entry := entry_of(name)) and _serves(entry, needs)]
    fitting = [entry.name for entry in entries if machine.holds(entry)]
    return tuple(fitting) or (entries[-1].name,)


def _serves(entry: CatalogueEntry, needs: Needs) -> bool:
    if needs.translates and not entry.translates:
        return False
    return needs.languages <= entry.languages
