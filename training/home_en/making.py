"""The stages in which home-en is made; each takes up what the one before has left on the disk."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from whisper_weights import FOLDER, WEIGHTS, fetch

from .corpus import read_shard, shard_names
from .figures import written
from .grammar import sentences
from .paths import CHECKPOINT, EXPORTED, PRUNED, SPEECH
from .people import PEOPLE, write_down
from .tokens import Tokens

if TYPE_CHECKING:
    import argparse

_TEXTS = 20_000
_TAUGHT_SHARDS = 6


def people(arguments: argparse.Namespace) -> None:
    """The stage `people`."""
    models = [fetch(WEIGHTS[name], FOLDER) for name in ("base", "tiny.en")]
    print(write_down(arguments.manifest, arguments.set, models, SPEECH))


def prune(arguments: argparse.Namespace) -> None:
    """The stage `prune`."""
    from .vocabulary import prune as write_pruned  # noqa: PLC0415 - only this stage needs wordfreq

    texts = (written(sentence.text) for sentence in islice(sentences(arguments.seed), _TEXTS))
    write_pruned(fetch(WEIGHTS["tiny.en"], FOLDER), texts, PRUNED)


def teach(_: argparse.Namespace) -> None:
    """The stage `teach`."""
    from .model import Whisper  # noqa: PLC0415 - only what trains needs torch
    from .teacher import teach as write_states  # noqa: PLC0415
    from .weights import read_weights  # noqa: PLC0415

    names = [name for name in shard_names(SPEECH) if name != PEOPLE][:_TAUGHT_SHARDS]
    if PEOPLE in shard_names(SPEECH):
        names.insert(0, PEOPLE)
    write_states(Whisper(read_weights(PRUNED)), Tokens(PRUNED / "tokenizer.json"), SPEECH, names)


def train(arguments: argparse.Namespace) -> None:
    """The stage `train`."""
    from .batches import BatchMaker  # noqa: PLC0415
    from .model import Whisper  # noqa: PLC0415
    from .teacher import n_states  # noqa: PLC0415
    from .train import Plan, Run  # noqa: PLC0415
    from .weights import read_weights  # noqa: PLC0415

    tokens = Tokens(PRUNED / "tokenizer.json")
    shards = {
        name: read_shard(SPEECH, name, lambda text: n_states(tokens, text))
        for name in shard_names(SPEECH)
    }
    heard = shards.pop(PEOPLE, [])
    spoken = [utterance for shard in shards.values() for utterance in shard]
    print(f"{len(spoken)} synthetic utterances, {len(heard)} of people", flush=True)
    CHECKPOINT.parent.mkdir(parents=True, exist_ok=True)
    plan = Plan(arguments.steps, arguments.rate)
    run = Run(Whisper(read_weights(PRUNED)), plan, CHECKPOINT, again=arguments.again)
    run.go(BatchMaker(spoken, heard, tokens, arguments.seed))


def export(arguments: argparse.Namespace) -> None:
    """The stage `export`: the weights between the original's and the trained ones."""
    import torch  # noqa: PLC0415

    from .batches import WINDOWS_S  # noqa: PLC0415
    from .weights import read_weights, write_model  # noqa: PLC0415

    weights = read_weights(PRUNED)
    trained = torch.load(CHECKPOINT, weights_only=True)["mean"]
    share = arguments.share
    for name, values in trained.items():
        weights[name] = (1 - share) * weights[name] + share * values.numpy()
    write_model(
        weights,
        PRUNED,
        arguments.output or EXPORTED,
        quantization="int8_float16",
        windows_s=WINDOWS_S,
        beams=arguments.beams,
        may_be_silent=True,
    )
