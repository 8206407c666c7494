"""Training: Muon on the matrices, AdamW on the rest, cross-entropy and CTC, weight averaging.

A checkpoint holds model, averaged model, both optimisers, step and torch's generator; batches
depend on (seed, step) only, so a run that stops goes on where its last checkpoint was.
"""

from __future__ import annotations

import json
import signal
import time
from dataclasses import asdict, dataclass
from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING

import torch
from torch import Tensor
from torch.nn import functional

from . import padding
from .data import IGNORE, Batch, BatchMaker, Corpus, Curriculum
from .grammar import sentences
from .model import HomeModel, Shape
from .paths import RUNS, SPEECH, TOKENIZER
from .tokenizer import FIRST_TIMESTAMP, learn, tokenizer_json, vocabulary

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

TOKENIZER_TEXTS = 40_000
CHECKPOINT_SECONDS = 180
LOG_STEPS = 50
_PATIENCE = timedelta(days=1)
"""How long one process waits for the other: a paused run is not a broken one."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The numbers of a run."""

    steps: int = 6000
    batch: int = 32
    seed: int = 20261120
    adamw_rate: float = 5e-4
    muon_rate: float = 0.006
    warmup: int = 150
    share_of_decay: float = 0.5
    weight_decay: float = 0.02
    label_smoothing: float = 0.05
    ctc_first: float = 1.0
    ctc_last: float = 0.3
    average_decay: float = 0.998
    processes: int = 2


@dataclass(frozen=True, slots=True)
class Job:
    """A run: its name and its numbers."""

    name: str
    plan: Plan
    shape: Shape
    curriculum: Curriculum


def write_tokenizer(folder: Path, seed: int) -> Path:
    """Learn the BPE from the grammar, once; the path of `tokenizer.json`."""
    path = folder / "tokenizer.json"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        texts = (s.text for s in islice(sentences(seed, share_other=0.3), TOKENIZER_TEXTS))
        tokens, merges = learn(texts)
        (folder / "vocabulary.json").write_text(json.dumps(vocabulary(tokens), indent=1))
        path.write_text(json.dumps(tokenizer_json(tokens, merges)))
    return path


def _optimisers(model: HomeModel, plan: Plan) -> list[torch.optim.Optimizer]:
    matrices: list[Tensor] = []
    rest: list[Tensor] = []
    for name, parameter in model.named_parameters():
        inner = name.startswith(("encoder.", "decoder.")) and parameter.ndim == 2
        (matrices if inner else rest).append(parameter)
    return [
        torch.optim.Muon(matrices, lr=plan.muon_rate, weight_decay=plan.weight_decay),
        torch.optim.AdamW(
            rest, lr=plan.adamw_rate, betas=(0.9, 0.98), weight_decay=plan.weight_decay
        ),
    ]


def rate(step: int, plan: Plan) -> float:
    """Share of the full learning rate at `step`.

    Linear warm-up, level, then linear down to 2 %: until that begins, a run may be made longer.
    """
    if step < plan.warmup:
        return (step + 1) / plan.warmup
    decay = max(plan.share_of_decay * plan.steps, 1)
    return 0.02 + 0.98 * min(1.0, (plan.steps - step) / decay)


def _ctc_weight(step: int, plan: Plan, curriculum: Curriculum) -> float:
    return plan.ctc_first if step < curriculum.ctc_until else plan.ctc_last


def _cross_entropy(logits: Tensor, targets: Tensor, smoothing: float) -> Tensor:
    """Mean over the tokens that are not `IGNORE`, with label smoothing among all but timestamps.

    Spread over 1,500 timestamps it would make them likelier together than a word that is in doubt,
    and CTranslate2, asked for timestamps, takes one where that is so.
    """
    wanted = targets != IGNORE
    targets, logs = targets[wanted], logits[wanted].float().log_softmax(-1)
    nll = -logs.gather(-1, targets[:, None])[:, 0]
    spread = -logs[:, :FIRST_TIMESTAMP].mean(-1)
    return torch.where(targets < FIRST_TIMESTAMP, nll.lerp(spread, smoothing), nll).mean()


def losses(model: HomeModel, batch: Batch, plan: Plan) -> tuple[Tensor, Tensor]:
    """Mean cross-entropy a token and mean CTC loss a character."""
    frames = torch.from_numpy(batch.frames)
    with torch.autocast("cpu", torch.bfloat16):
        logits, ctc = model(frames, torch.from_numpy(batch.tokens))
    cross = _cross_entropy(logits, torch.from_numpy(batch.targets), plan.label_smoothing)
    lengths = torch.from_numpy(batch.label_lengths)
    spoken = functional.ctc_loss(
        ctc.float().log_softmax(-1).transpose(0, 1),
        torch.from_numpy(batch.labels),
        torch.full((ctc.shape[0],), ctc.shape[1]),
        lengths,
        reduction="sum",
        zero_infinity=True,
    ) / lengths.sum().clamp(min=1)
    return cross, spoken


def _copy(model: HomeModel) -> dict[str, Tensor]:
    """The weights as they are now."""
    return {key: value.detach().clone() for key, value in model.state_dict().items()}


class _State:
    """What a checkpoint holds: model, averaged model, optimisers, step and generator."""

    def __init__(self, shape: Shape, plan: Plan) -> None:
        self.plan = plan
        self.model = HomeModel(shape)
        self.average = _copy(self.model)
        self.optimisers = _optimisers(self.model, plan)
        self.step = 0

    def load(self, path: Path) -> None:
        """Go back to where a checkpoint was."""
        saved = torch.load(path, weights_only=True)
        self.model.load_state_dict(saved["model"])
        self.average = saved["average"]
        for optimiser, one in zip(self.optimisers, saved["optimisers"], strict=True):
            optimiser.load_state_dict(one)
        torch.set_rng_state(saved["generator"])
        self.step = saved["step"]

    def save(self, path: Path) -> None:
        """Write a checkpoint, by rename."""
        part = path.with_suffix(".part")
        saved = {
            "model": self.model.state_dict(),
            "average": self.average,
            "optimisers": [o.state_dict() for o in self.optimisers],
            "generator": torch.get_rng_state(),
            "step": self.step,
            "shape": asdict(self.model.shape),
            "plan": asdict(self.plan),
        }
        torch.save(saved, part)
        part.replace(path)

    def learn(
        self, batch: Batch, share: float, ctc_weight: float, stopping: bool
    ) -> tuple[float, float, bool]:
        """One step at `share` of the full learning rates: both losses, and whether any part stops.

        The gradients (and the wish to stop) are averaged over the processes.
        """
        rates = (self.plan.muon_rate, self.plan.adamw_rate)
        for optimiser, rate in zip(self.optimisers, rates, strict=True):
            for group in optimiser.param_groups:
                group["lr"] = rate * share
        cross, spoken = losses(self.model, batch, self.plan)
        (cross + ctc_weight * spoken).backward()
        gradients = [p.grad for p in self.model.parameters() if p.grad is not None]
        flat = torch.cat([*(g.flatten() for g in gradients), torch.tensor([float(stopping)])])
        torch.distributed.all_reduce(flat)
        flat /= torch.distributed.get_world_size()
        for gradient, mean in zip(
            gradients, flat[:-1].split([g.numel() for g in gradients]), strict=True
        ):
            gradient.copy_(mean.view_as(gradient))
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        for optimiser in self.optimisers:
            optimiser.step()
            optimiser.zero_grad(set_to_none=True)
        padding.reserve(self.model)
        self.step += 1
        decay = min(self.plan.average_decay, self.step / (self.step + 9))
        for key, value in self.model.state_dict().items():
            self.average[key].lerp_(value, 1 - decay)
        return cross.item(), spoken.item(), bool(flat[-1] > 0)


def _work(part: int, job: Job) -> None:
    """The loop of one of the processes, each of which learns from its part of every batch."""
    plan, curriculum = job.plan, job.curriculum
    checkpoint = RUNS / job.name / "last.pt"
    torch.set_num_threads(1)
    torch.distributed.init_process_group(
        "gloo",
        init_method=f"file://{checkpoint.with_suffix('.rendezvous')}",
        rank=part,
        world_size=plan.processes,
        timeout=_PATIENCE,
    )
    torch.manual_seed(plan.seed)
    corpus = Corpus(SPEECH)
    state = _State(job.shape, plan)
    if checkpoint.exists():
        state.load(checkpoint)
    if part == 0:
        parameters = sum(p.numel() for p in state.model.parameters())
        print(f"{len(corpus)} utterances, {parameters} parameters, step {state.step}", flush=True)
    maker = BatchMaker(
        corpus,
        TOKENIZER / "tokenizer.json",
        curriculum,
        seed=plan.seed,
        size=plan.batch,
        part=part,
        parts=plan.processes,
    )
    signals: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _: signals.append(number))
    totals = [0.0, 0.0]
    began = saved_at = time.monotonic()
    stopping = False
    while state.step < plan.steps and not stopping:
        share = rate(state.step, plan)
        weight = _ctc_weight(state.step, plan, curriculum)
        cross, spoken, stopping = state.learn(maker[state.step], share, weight, bool(signals))
        totals = [totals[0] + cross, totals[1] + spoken]
        if part:
            continue
        now = time.monotonic()
        if state.step % LOG_STEPS == 0:
            print(
                f"step {state.step} cross {totals[0] / LOG_STEPS:.3f} "
                f"ctc {totals[1] / LOG_STEPS:.3f} rate {share:.3f} "
                f"{LOG_STEPS / (now - began):.2f} steps/s",
                flush=True,
            )
            totals, began = [0.0, 0.0], now
        if now - saved_at > CHECKPOINT_SECONDS:
            state.save(checkpoint)
            saved_at = now
    if part == 0:
        state.save(checkpoint)
    torch.distributed.destroy_process_group()


def train(job: Job) -> None:
    """Train, or go on training.

    One single-threaded process per core: their only meeting is once a step, so a busy core costs
    little. SIGTERM to the process group ends it after the step in progress, with a checkpoint.
    """
    folder = RUNS / job.name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "last.rendezvous").unlink(missing_ok=True)
    write_tokenizer(TOKENIZER, job.plan.seed)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    torch.multiprocessing.spawn(_work, (job,), nprocs=job.plan.processes)


def run(arguments: argparse.Namespace) -> None:
    """The stage `train`."""
    plan = Plan(steps=arguments.steps, seed=arguments.seed)
    train(Job(arguments.run, plan, Shape(), Curriculum()))
