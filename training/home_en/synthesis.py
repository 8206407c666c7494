"""The stage `synthesise`: the sentences of the grammar by the speakers of training, in shards."""

from __future__ import annotations

import itertools
import random
from typing import TYPE_CHECKING, Final

from .corpus import write_shard
from .grammar import sentences
from .speech import speak_all
from .voices import varied_delivery
from .words import listed

if TYPE_CHECKING:
    from pathlib import Path

    from .voices import Delivery

SHARD_SIZE: Final = 200
ENGINE_CYCLE: Final = listed("""
    rhvoice flite pico espeak-ng espeak-ng festival pico flite rhvoice espeak-ng
""")
"""The synthesiser of each shard, in turn."""


def shard_plan(index: int, seed: int) -> tuple[list[str], list[Delivery]]:
    """Texts and deliveries of a training shard."""
    rng = random.Random(f"deliveries {seed} {index}")
    engine = ENGINE_CYCLE[index % len(ENGINE_CYCLE)]
    source = sentences(seed * 100_003 + index)
    texts = [s.text for s in itertools.islice(source, SHARD_SIZE)]
    return texts, [varied_delivery(engine, rng) for _ in texts]


def synthesise(folder: Path, samples: int, seed: int) -> None:
    """Make the training shards that are missing, in order, up to `samples` utterances."""
    for index in range(-(-samples // SHARD_SIZE)):
        name = f"shard-{index:03d}"
        if not (folder / f"{name}.json").exists():
            texts, deliveries = shard_plan(index, seed)
            write_shard(folder, name, list(zip(texts, speak_all(texts, deliveries), strict=True)))
        print(name, flush=True)
