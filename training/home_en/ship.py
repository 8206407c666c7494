"""The stage `export`: alignment heads chosen, then the directory which faster-whisper loads.

Without quantisation it is the evaluation's directory to compare with: float32 weights, for which no
heads are chosen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .export import export
from .heads import choose
from .paths import EXPORTED, RUNS, TOKENIZER, WORK

if TYPE_CHECKING:
    import argparse


def run(arguments: argparse.Namespace) -> None:
    """The stage `export`."""
    checkpoint = RUNS / arguments.run / "last.pt"
    if arguments.quantization == "none":
        target = arguments.output or WORK / "float32"
        export(checkpoint, TOKENIZER, target, quantization=None)
        print(f"{target}: these weights in float32, for evaluate --float")
        return
    heads, error = choose(checkpoint, TOKENIZER)
    export(checkpoint, TOKENIZER, arguments.output or EXPORTED, heads)
    print(f"alignment heads {heads}: word starts off by {1000 * error:.0f} ms (median)")
