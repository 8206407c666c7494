"""What a model hears in frozen recordings, as Markdown tables.

Each section is a function that takes what is asked for, and returns a table. Intervals are 95 %,
by bootstrap over utterances; n counts utterances. Words are compared as `scoring.words` has them.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from contenders import ours, wyoming_faster_whisper
from home_en.features import RATE
from home_en.figures import words
from home_en.grammar import finish
from home_en.splits import HELD_OUT_SPEAKERS
from home_en.words import SHORT, SLOTS

from wyoming_whisper.bench.figures import table

from . import recordings, sounds
from .costs import costs
from .grammar_match import is_command
from .hearing import Engine, heard_by_faster_whisper, heard_by_server
from .out_of_grammar import OUT_OF_GRAMMAR
from .scoring import same_words, share, word_errors

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .recordings import Recording

_CLIPS_OF_A_KIND: Final = 25
_SNR_DB: Final = 10
# What is decoded in many ways is a part of the sentences.
_PART: Final = 3


@dataclass(frozen=True, slots=True)
class Asked:
    """What to evaluate.

    Attributes:
        model: A directory.
        count: Sentences for each held-out speaker.
        peer: The Python of an environment with wyoming-faster-whisper, if there is one.
    """

    model: Path
    count: int
    peer: Path | None = None


def held_out(asked: Asked) -> str:
    """Held-out speakers say sentences of held-out templates: WER %."""
    engine = Engine(asked.model)
    clean = recordings.held_out(asked.count)
    conditions = {
        "clean": clean,
        f"{_SNR_DB} dB SNR": recordings.with_noise(clean, _SNR_DB),
        "far field": recordings.far_field(clean),
    }
    heard = {name: _heard(engine, made) for name, made in conditions.items()}
    groups = {speaker: (speaker,) for speaker in HELD_OUT_SPEAKERS} | {
        "all of espeak-ng": ("espeak-ng/",),
        "all of flite and festival": ("flite/", "festival/"),
        "all": ("",),
    }
    rows = []
    for group, beginnings in groups.items():
        chosen = [i for i, r in enumerate(clean) if r.speaker.startswith(beginnings)]
        texts = [clean[i].text for i in chosen]
        rates = [word_errors(texts, [own[i] for i in chosen]) for own in heard.values()]
        rows.append((group, len(chosen), *rates))
    return table(("speaker", "n", *conditions), rows)


def short(asked: Asked) -> str:
    """Commands of a word or two by held-out speakers, %."""
    return _understood(asked.model, {"short commands": map(finish, SHORT)})


def names(asked: Asked) -> str:
    """First names by held-out speakers, %; those that sound alike count as wrong."""
    names = dict.fromkeys(SLOTS["name"])
    return _understood(asked.model, {f: map(f.format, names) for f in ("{}.", "Call {}.")})


def ordinary(asked: Asked) -> str:
    """Ordinary English that is no command, by held-out speakers, %."""
    said = recordings.in_turn(OUT_OF_GRAMMAR)
    heard = _heard(Engine(asked.model), said)
    row = (len(said), word_errors(_texts(said), heard), share(map(is_command, heard)))
    found = table(("n", "WER", "heard as a command"), [row])
    return "\n\n".join([found, *filter(is_command, heard)])


def silent(asked: Asked) -> str:
    """Words in clips of 1 to 4 s in which nobody speaks, and in how many % of the clips."""
    clips, kinds = [], []
    for index, (kind, make) in enumerate(sounds.KINDS.items()):
        clips += sounds.clips(make, _CLIPS_OF_A_KIND, recordings.SEED + index)
        kinds += [kind] * _CLIPS_OF_A_KIND
    heard = {
        "our server": heard_by_server(ours(asked.model.resolve()), clips),
        "our engine without VAD": list(map(Engine(asked.model), clips)),
    }
    rows = []
    for kind in (*sounds.KINDS, "all"):
        chosen = [i for i, own in enumerate(kinds) if kind in (own, "all")]
        counts = [[len(words(texts[i])) for i in chosen] for texts in heard.values()]
        found = (f"{sum(own)} in {share(map(bool, own))}" for own in counts)
        rows.append((kind, len(chosen), *found))
    return table(("sound", "n", *heard), rows)


def windows(asked: Asked) -> str:
    """The same words in every window that holds the utterance as in the shortest, %."""
    clean = recordings.held_out(max(asked.count // _PART, 1))
    heard: list[list[str]] = [[] for _ in clean]
    rows: list[tuple[object, ...]] = []
    for window in Engine(asked.model).windows_s:
        engine = Engine(asked.model, window)
        fitting = [i for i, r in enumerate(clean) if r.wave.size <= window * RATE]
        for index in fitting:
            heard[index].append(engine(clean[index].wave))
        first, last = ([heard[i][place] for i in fitting] for place in (0, -1))
        errors = word_errors([clean[i].text for i in fitting], last)
        rows.append((f"{window} s", len(fitting), same_words(first, last), errors))
    every = share(len({tuple(words(text)) for text in texts}) == 1 for texts in heard)
    return table(("window", "n", "same words", "WER"), [*rows, ("every", len(clean), every, "")])


def programs(asked: Asked) -> str:
    """The same words as our server in other programs on the same directory, and WER, %."""
    clean = recordings.held_out(max(asked.count // _PART, 1))
    long = recordings.long_recordings(clean, max(asked.count // 6, 1))
    model, waves = asked.model.resolve(), [recording.wave for recording in clean + long]
    heard = {
        "our server": heard_by_server(ours(model), waves),
        "faster-whisper": heard_by_faster_whisper(model, waves),
    }
    if asked.peer is not None:
        with tempfile.TemporaryDirectory() as data:
            peer = wyoming_faster_whisper(model, Path(data), folder=asked.peer.parent.parent)[0]
            heard[peer.name] = heard_by_server(peer, waves)
    rows = []
    n = len(clean)
    for name, texts in heard.items():
        same = same_words(heard["our server"][:n], texts[:n])
        errors = word_errors(_texts(clean), texts[:n])
        rows.append((name, n, same, errors, len(long), word_errors(_texts(long), texts[n:])))
    head = ("program", "n", "same words", "WER", "n of a minute", "WER of a minute")
    return table(head, rows)


def cost(asked: Asked) -> str:
    """Costs on one thread: medians over the benchmark's commands and over fresh processes."""
    megabytes = (asked.model / "model.bin").stat().st_size / 1e6
    rows = {"model.bin, MB": megabytes} | costs(asked.model)
    return table(("figure", "found"), [(name, f"{found:.1f}") for name, found in rows.items()])


SECTIONS: Final = {
    section.__name__: section
    for section in (held_out, short, names, ordinary, silent, windows, programs, cost)
}
"""What can be asked for, by name."""


def evaluate(asked: Asked, only: Sequence[str] = ()) -> None:
    """Print the sections that are asked for, or all of them."""
    if unknown := set(only) - SECTIONS.keys():
        sys.exit(f"no section {', '.join(unknown)}; there are {', '.join(SECTIONS)}")
    for name in only or SECTIONS:
        print(f"evaluate: {name}", file=sys.stderr, flush=True)
        section = SECTIONS[name]
        title = (section.__doc__ or name).partition("\n")[0]
        print(f"#### {title}\n\n{section(asked)}\n", flush=True)


def _heard(engine: Engine, said: Sequence[Recording]) -> list[str]:
    return [engine(recording.wave) for recording in said]


def _texts(said: Sequence[Recording]) -> list[str]:
    return [recording.text for recording in said]


def _understood(model: Path, sets: dict[str, Iterable[str]]) -> str:
    """Return a table of word errors, and of how many utterances are right as a whole."""
    engine = Engine(model)
    rows = []
    for name, spoken in sets.items():
        said = recordings.in_turn(spoken)
        heard, texts = _heard(engine, said), _texts(said)
        rows.append((name, len(said), word_errors(texts, heard), same_words(texts, heard)))
    return table(("said", "n", "WER", "right as a whole"), rows)
