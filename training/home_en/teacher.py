"""What the original model makes of recordings, for home-en not to forget it.

Whisper falls into loops where its window is cut to the speech. The known cure is to train it, on
short windows, to have the states which the original has at its full one for the same sound and the
same text (FUTO's "audio context fine-tuning"). They are computed once, and kept beside the speech.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import torch

from . import features
from .corpus import read_shard
from .figures import written

if TYPE_CHECKING:
    from pathlib import Path

    from .corpus import Utterance
    from .model import Whisper
    from .tokens import Tokens

_AT_ONCE: Final = 4


def n_states(tokens: Tokens, text: str) -> int:
    """Return how many states are kept of a text: from the prompt's first token to its own last."""
    return len(tokens.of(written(text))) + 2


def teach(model: Whisper, tokens: Tokens, folder: Path, names: list[str]) -> None:
    """Write the states of shards that have none yet."""
    for name in names:
        target = folder / f"{name}.states.npy"
        if target.exists():
            continue
        utterances = read_shard(folder, name)
        order = sorted(range(len(utterances)), key=lambda i: utterances[i].samples.size)
        found: dict[int, np.ndarray] = {}
        for start in range(0, len(order), _AT_ONCE):
            some = order[start : start + _AT_ONCE]
            states = _states(model, tokens, [utterances[index] for index in some])
            found.update(zip(some, states, strict=True))
        part = folder / f"{name}.part.npy"
        np.save(part, np.concatenate([found[index] for index in range(len(utterances))]))
        part.replace(target)
        print(name, flush=True)


def _states(model: Whisper, tokens: Tokens, some: list[Utterance]) -> list[np.ndarray]:
    full = [
        features.pad(features.log_mel(utterance.wave), features.LONG_WINDOW_FRAMES)
        for utterance in some
    ]
    texts = [[tokens.start, tokens.untimed, *tokens.of(written(one.text))] for one in some]
    longest = max(map(len, texts))
    padded = [text + [tokens.end] * (longest - len(text)) for text in texts]
    with torch.inference_mode():
        heard = model.encode(torch.from_numpy(np.stack(full)))
        states = model.decode(torch.tensor(padded), heard).numpy().astype(np.float16)
    return [row[: len(text)] for row, text in zip(states, texts, strict=True)]
