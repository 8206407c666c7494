"""Speech with its texts, in shards: what the stages before training make, and training reads.

A shard is ``NAME.npy`` (int16 at 16 kHz, all utterances end to end) beside ``NAME.json`` (for each
utterance its text, where it begins, and its length in samples). Beside a shard there may be
``NAME.states.npy``: the states (n, 384) that the original model has for the texts of its
utterances, one below the other, in float16; see `teacher`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from . import audio

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from .audio import Samples
    from .features import Wave

    Floats = npt.NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True)
class Utterance:
    """A recording of one sentence.

    Attributes:
        text: What is said, as it is to be written.
        samples: int16 at 16 kHz.
        states: The original model's (tokens, 384) where it was asked: those behind which the first
            of the text is expected, and so on to the end of text. Else ``None``.
    """

    text: str
    samples: Samples
    states: Floats | None = None

    @property
    def wave(self) -> Wave:
        """The recording as float32 within ±1."""
        return audio.to_wave(self.samples)


def write_shard(folder: Path, name: str, spoken: Sequence[tuple[str, Samples]]) -> None:
    """Write a shard; the JSON comes last and by rename, so its presence means that it is whole."""
    folder.mkdir(parents=True, exist_ok=True)
    offset, entries = 0, []
    for text, samples in spoken:
        entries.append({"text": text, "offset": offset, "length": samples.size})
        offset += samples.size
    np.save(folder / f"{name}.npy", np.concatenate([samples for _, samples in spoken]))
    part = folder / f"{name}.part"
    part.write_text(json.dumps(entries))
    part.replace(folder / f"{name}.json")


def shard_names(folder: Path) -> list[str]:
    """Return the names of a folder's whole shards."""
    return sorted(path.stem for path in folder.glob("*.json"))


def read_shard(
    folder: Path, name: str, n_states: Callable[[str], int] | None = None
) -> list[Utterance]:
    """Return a shard's utterances, mapped from the disk.

    Args:
        folder: Where it lies.
        name: Its name.
        n_states: Tells how many states a text has, if they are wanted.
    """
    samples = np.load(folder / f"{name}.npy", mmap_mode="r")
    entries = json.loads((folder / f"{name}.json").read_text())
    path = folder / f"{name}.states.npy"
    states: list[Floats | None] = [None] * len(entries)
    if n_states is not None and path.exists():
        ends = np.cumsum([n_states(entry["text"]) for entry in entries])
        states = list(np.split(np.load(path, mmap_mode="r"), ends[:-1]))
    return [
        Utterance(entry["text"], samples[entry["offset"] : entry["offset"] + entry["length"]], own)
        for entry, own in zip(entries, states, strict=True)
    ]
