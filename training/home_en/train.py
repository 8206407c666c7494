"""Teaches Whisper tiny.en short windows and the language of a home.

Three losses pull at it: cross-entropy on what was said; the distance to the states that the
original has at its full window, where those are known (`teacher`); and, where a batch is heard in
two windows, the divergence of what is expected in one from what is expected in the other. The
embeddings, the positions and the convolutions stay as they are. What is exported is the mean of the
weights over the last steps.

A checkpoint holds weights, their mean, the optimiser and the step; a batch depends on the seed and
the step only, so a run that stops goes on where its last checkpoint was.
"""

from __future__ import annotations

import math
import signal
import time
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import torch
from torch.nn import functional as f

from .batches import IGNORED

if TYPE_CHECKING:
    from pathlib import Path

    from .batches import Batch, BatchMaker
    from .model import Whisper

_FROZEN: Final = ("conv", "position_encodings", "embeddings")
_LOG_STEPS: Final = 20
_CHECKPOINT_S: Final = 180


@dataclass(frozen=True, slots=True)
class Plan:
    """The numbers of a run.

    Attributes:
        steps: How many there are.
        rate: The highest learning rate; it rises for `warm_up` steps and falls as a cosine.
        warm_up: See `rate`.
        weight_of_states: Of the distance to the original's states, beside the cross-entropy.
        weight_of_windows: Of the divergence between two windows (nats a token, in each direction).
        mean_decay: Of the running mean of the weights, a step.
    """

    steps: int
    rate: float = 4e-5
    warm_up: int = 60
    weight_of_states: float = 2.0
    weight_of_windows: float = 1.0
    mean_decay: float = 0.99


class Run:
    """A model in training; see the module.

    Args:
        model: With the original's weights.
        plan: The run's numbers.
        path: Where its checkpoint is; it goes on from there if there is one.
        again: Whether a new run begins, from the mean of the checkpoint's weights.
    """

    def __init__(self, model: Whisper, plan: Plan, path: Path, *, again: bool = False) -> None:
        self._model = model
        self._plan = plan
        self._path = path
        self.step = 0
        for name, weights in model.named_parameters():
            weights.requires_grad_(not any(part in name for part in _FROZEN))
        self._trained = [w for w in model.parameters() if w.requires_grad]
        self._optimiser = torch.optim.AdamW(self._trained, plan.rate, weight_decay=0.0)
        self.mean = {name: w.detach().clone() for name, w in model.named_parameters()}
        if again or path.exists():
            state = torch.load(path, weights_only=True)
            self.mean = state["mean"]
            model.load_state_dict(self.mean if again else state["model"])
            if not again:
                self._optimiser.load_state_dict(state["optimiser"])
                self.step = state["step"]

    def go(self, batches: BatchMaker) -> None:
        """Train to the plan's last step, or to a SIGTERM; both leave a checkpoint."""
        signals: list[int] = []
        signal.signal(signal.SIGTERM, lambda number, _: signals.append(number))
        sums: defaultdict[str, list[float]] = defaultdict(list)
        began = saved = time.monotonic()
        while self.step < self._plan.steps and not signals:
            for name, value in self._learn(batches[self.step]).items():
                sums[name].append(value)
            now = time.monotonic()
            if self.step % _LOG_STEPS == 0:
                means = " ".join(f"{n} {sum(v) / len(v):.4f}" for n, v in sums.items())
                print(f"step {self.step} {means} {(now - began) / _LOG_STEPS:.2f} s", flush=True)
                sums.clear()
                began = now
            if now - saved > _CHECKPOINT_S:
                self.save()
                saved = now
        self.save()

    def save(self) -> None:
        """Write the checkpoint."""
        state: dict[str, Any] = {
            "model": self._model.state_dict(),
            "optimiser": self._optimiser.state_dict(),
            "mean": self.mean,
            "step": self.step,
        }
        part = self._path.with_suffix(".part")
        torch.save(state, part)
        part.replace(self._path)

    def _learn(self, batch: Batch) -> dict[str, float]:
        plan, model = self._plan, self._model
        progress = self.step / plan.steps
        share = min((self.step + 1) / plan.warm_up, 0.5 + 0.5 * math.cos(math.pi * progress))
        for group in self._optimiser.param_groups:
            group["lr"] = plan.rate * share
        mel, tokens = torch.from_numpy(batch.mel), torch.from_numpy(batch.tokens)
        states = model.decode(tokens, model.encode(mel))
        targets = torch.from_numpy(batch.targets)
        asked = targets != IGNORED
        scores = model.logits(states[asked])
        losses = {"cross": f.cross_entropy(scores, targets[asked])}
        if batch.states.size:
            wanted = torch.from_numpy(batch.states)
            found = states[tuple(torch.from_numpy(batch.places))]
            losses["states"] = f.mse_loss(found, wanted) / wanted.square().mean()
        if batch.longer is not None:
            wide = f.pad(mel, (0, batch.longer - mel.shape[2]))
            others = model.logits(model.decode(tokens, model.encode(wide))[asked])
            losses["cross"] = (losses["cross"] + f.cross_entropy(others, targets[asked])) / 2
            losses["windows"] = _divergence(scores, others) + _divergence(others, scores)
        weights = {"states": plan.weight_of_states, "windows": plan.weight_of_windows}
        loss = sum(weights.get(name, 1.0) * value for name, value in losses.items())
        self._optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self._trained, 1.0)
        self._optimiser.step()
        self.step += 1
        with torch.no_grad():
            for name, weights in model.named_parameters():
                if weights.requires_grad:
                    self.mean[name].lerp_(weights, 1 - plan.mean_decay)
        return {name: value.item() for name, value in losses.items()}


def _divergence(scores: torch.Tensor, wanted: torch.Tensor) -> torch.Tensor:
    """Return the mean Kullback-Leibler divergence of two sets of scores (n, tokens)."""
    told = f.log_softmax(wanted, -1)
    return f.kl_div(f.log_softmax(scores, -1), told, reduction="batchmean", log_target=True)
