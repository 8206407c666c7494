"""What `--snap` changes that it must not, and how long it takes.

    PYTHONPATH=.:benchmarks:training .venv/bin/python benchmarks/household_sentences.py

The home has 260 names. What is said to it is talk, whole and cut off at a comma or in the middle,
and commands in the grammar's words for things that it does not have. Every change is listed, but
for the spelling of a name. Times are CPU time of one core, medians, in homes of so many entities.
"""

from __future__ import annotations

import random
import statistics
import time
from itertools import product
from typing import TYPE_CHECKING, Final

from accuracy.out_of_grammar import OUT_OF_GRAMMAR
from household_names import distractors, household

from wyoming_whisper.bench.figures import table
from wyoming_whisper.engines.whisper.model_files import find_model, words_in
from wyoming_whisper.household.changes import Reason
from wyoming_whisper.household.grammar import read_grammar
from wyoming_whisper.household.snapper import SnapLevel, Snapper
from wyoming_whisper.household.vocabulary import Household, Name, NameKind

if TYPE_CHECKING:
    from collections.abc import Sequence

_N_SENTENCES: Final = 1_000
_SIZES: Final = (0, 50, 500, 5_000)
_VERBS: Final = (
    "turn on the {}", "turn off the {}", "open the {}", "close the {}", "lock the {}",
    "unlock the {}", "start the {}", "stop the {}", "is the {} open", "is the {} locked",
    "set the {} to 20 degrees", "dim the {} to 30 percent", "what is the state of the {}",
    "pause the {}", "disarm the {}",
)  # fmt: skip
_ABSENT: Final = (
    "Christmas tree", "barn", "swimming pool", "sauna", "rocket", "letterbox", "jukebox", "oven",
    "aeroplane", "chicken coop", "tractor", "safe", "alarm", "coffee machine", "piano", "boat",
    "dungeon", "server", "printer", "printing press", "caravan", "doghouse", "fireplace", "heater",
    "greenhouse", "kettle", "cellar hatch", "drawbridge", "jacuzzi", "washing machine",
    "hair dryer", "toaster", "tumble dryer", "dishwasher", "freezer", "gas valve", "front gate",
    "back gate", "cat flap", "skylight", "wine cellar", "bird bath", "trampoline", "treadmill",
    "projector", "turntable", "typewriter", "night stand", "desk", "mirror",
)  # fmt: skip
_COMMANDS: Final = (
    "turn on the kitchen lite", "is the bedroom window open", "set a timer for 5 minutes",
    "turn off all the lights in the office", "what's the temperature in the living room",
    "Dim the garage lamp to 30 percent", "Would you please tell me about the weather tomorrow",
)  # fmt: skip


def foreign() -> list[str]:
    """Return a thousand sentences that are none of this home's."""
    talk = [*OUT_OF_GRAMMAR]
    talk += [text[: text.index(",")] for text in OUT_OF_GRAMMAR if "," in text]
    talk += [" ".join(text.split()[: len(text.split()) // 2]) for text in OUT_OF_GRAMMAR]
    commands = [verb.format(thing) for verb, thing in product(_VERBS, _ABSENT)]
    random.Random(0).shuffle(commands)
    return (talk + commands)[:_N_SENTENCES]


def snapper(names: Sequence[Name]) -> Snapper:
    """Return what writes English in a home of these names."""
    folder = find_model("home-en", []).path
    assert folder is not None
    return Snapper(Household(tuple(names)), "en", read_grammar("en"), words_in(folder))


def changes(home: Snapper) -> list[str]:
    """Return what was changed of the foreign sentences, a line for each."""
    lines = []
    for text in foreign():
        snapped = home.snap(text, SnapLevel.SENTENCES)
        if any(change.reason is not Reason.SPELLING for change in snapped.changes):
            lines.append(f"{text!r} -> {snapped.text!r}")
    return lines


def milliseconds(home: Snapper) -> tuple[float, float]:
    """Return the CPU time that a command takes, the median and the most."""
    taken = []
    for text in _COMMANDS * 3:
        started = time.process_time()
        home.snap(text, SnapLevel.SENTENCES)
        taken.append(1000 * (time.process_time() - started))
    return statistics.median(taken), max(taken[len(_COMMANDS) :])


def main() -> None:
    """Print what was changed, and the times."""
    names = [*household(), *distractors()]
    changed = changes(snapper(names))
    print(f"{len(changed)} of {len(foreign())} changed in a home of {len(names)} names")
    print("\n".join(changed))
    rows = []
    for n_entities in _SIZES:
        more = [Name(f"{a} {b}", NameKind.ENTITY) for a, b in product(_ABSENT, _ABSENT)] * 2
        unique = [Name(f"{name.text} {n // 2500}", name.kind) for n, name in enumerate(more)]
        median, most = milliseconds(snapper([*names[:20], *unique[:n_entities]]))
        rows.append((str(n_entities), f"{median:.1f}", f"{most:.1f}"))
    print(table(("entities", "median ms", "most ms"), rows))


if __name__ == "__main__":
    main()
