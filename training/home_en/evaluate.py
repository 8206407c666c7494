"""The stage `evaluate`: what an exported model hears in frozen recordings, as Markdown tables.

Each section of the report is a function: it takes or makes recordings, has them decoded, and adds
a table and the goals that the table speaks of.
"""

from __future__ import annotations

import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from wyoming_whisper.engines.whisper.model_files import find_model

from . import eval_sets, load_time, served, sounds
from .decode import EngineDecoder, PlainDecoder, WindowDecoder
from .eval_sets import EVALUATION_SEED, Recording
from .grammar_match import is_command, opens
from .report import Goal, Report
from .scoring import NORMALISER, Score, agreement, joined, score, words_in
from .splits import HELD_OUT_SPEAKERS
from .word_times import start_errors

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from .features import Wave

WORKERS = 2
"""Utterances that are decoded at once, one thread each."""
TIMED = 40
"""Decodes whose median time is given, one after another."""
BABBLE_DECIBELS = 10


class Window:
    """As our engine does it: one thread, the shortest window; neither VAD nor gates nor a retry."""

    def __init__(self, folder: Path, beams: int) -> None:
        self.folder = folder
        self.beams = beams
        self._decoder = WindowDecoder(folder, workers=WORKERS, beams=beams)

    def __call__(self, wave: Wave) -> str:
        """The text."""
        return self._decoder(wave)


@dataclass(frozen=True, slots=True)
class Clean:
    """Held-out templates by held-out speakers without noise, and what is heard in them.

    Attributes:
        recordings: For each speaker as many.
        heard: By our window, for the same speakers.
        half: The first half of every speaker's, which is decoded in more than one way.
        heard_half: By our window.
        plain_half: By faster-whisper's unmodified `transcribe` at its defaults.
    """

    recordings: dict[str, list[Recording]]
    heard: dict[str, list[str]]
    half: list[Recording]
    heard_half: list[str]
    plain_half: list[str]

    @property
    def every(self) -> list[Recording]:
        """The recordings of all speakers."""
        return list(chain.from_iterable(self.recordings.values()))

    def score(self, speakers: Sequence[str] = HELD_OUT_SPEAKERS) -> Score:
        """Of all utterances of these speakers, at our window."""
        return joined([_score(self.recordings[s], self.heard[s]) for s in speakers])

    def plain_score(self, speakers: Sequence[str] = HELD_OUT_SPEAKERS) -> Score:
        """Of the half that faster-whisper has decoded."""
        pairs = zip(self.half, self.plain_half, strict=True)
        chosen = [(r, text) for r, text in pairs if r.speaker in speakers]
        return _score([r for r, _ in chosen], [text for _, text in chosen])


def evaluate(folder: Path, count: int, floats: Path | None, peer: Path | None) -> Report:
    """Evaluate the model in `folder`.

    Args:
        folder: An exported directory.
        count: Utterances for each held-out speaker.
        floats: The same weights exported without quantisation, if there are any.
        peer: The Python of an environment with wyoming-faster-whisper, if there is one.
    """
    report = Report()
    window = Window(folder, find_model(str(folder), [], device="cpu").beam_size)
    _tell("held-out speakers")
    clean = _clean(window, count)
    _word_errors(report, clean, window, count)
    _tell("names")
    _names(report, window)
    _tell("ordinary English")
    _ordinary_english(report, window)
    with served.serving(served.our_server(folder)) as uri:
        _tell("sounds without speech")
        _without_speech(report, window, uri)
        _tell("agreement")
        _agreement(report, clean, folder, uri, peer)
    _tell("costs")
    _costs(report, clean, window, floats)
    return report


def run(arguments: argparse.Namespace) -> None:
    """The stage `evaluate`."""
    began = time.monotonic()
    report = evaluate(arguments.model, arguments.count, arguments.float_model, arguments.peer)
    print(report)
    _tell(f"{time.monotonic() - began:.0f} s in all")


def _tell(what: str) -> None:
    print(f"evaluate: {what}", file=sys.stderr, flush=True)


def _transcribe(recordings: Sequence[Recording], decode: Callable[[Wave], str]) -> list[str]:
    """Decode every recording, `WORKERS` at once."""
    with ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(decode, [r.wave for r in recordings]))


def _score(recordings: Sequence[Recording], transcripts: Sequence[str]) -> Score:
    return score([r.text for r in recordings], transcripts)


def _clean(window: Window, count: int) -> Clean:
    recordings = eval_sets.held_out(count)
    heard = {speaker: _transcribe(own, window) for speaker, own in recordings.items()}
    some = max(count // 2, 1)
    half = list(chain.from_iterable(own[:some] for own in recordings.values()))
    return Clean(
        recordings,
        heard,
        half,
        heard_half=list(chain.from_iterable(own[:some] for own in heard.values())),
        plain_half=_transcribe(half, PlainDecoder(window.folder, workers=WORKERS, greedy=False)),
    )


def _word_errors(report: Report, clean: Clean, window: Window, count: int) -> None:
    """Word error rates by speaker and by what lies between mouth and model."""
    rows: list[tuple[object, ...]] = []

    def add(name: str, own: Score, other: Score | None = None) -> Score:
        beside = f"{other}, n = {len(other.words)}" if other else ""
        rows.append((name, len(own.words), own, beside))
        return own

    def heard(name: str, recordings: Sequence[Recording]) -> Score:
        return add(name, _score(recordings, _transcribe(recordings, window)))

    for speaker in HELD_OUT_SPEAKERS:
        add(f"{speaker}, clean", clean.score([speaker]), clean.plain_score([speaker]))
    formant = [s for s in HELD_OUT_SPEAKERS if s.startswith("espeak-ng")]
    natural = [s for s in HELD_OUT_SPEAKERS if s not in formant]
    for name, speakers in (
        ("all held-out espeak-ng speakers, clean", formant),
        ("all held-out flite and festival speakers, clean", natural),
        ("all held-out speakers, clean", HELD_OUT_SPEAKERS),
    ):
        add(name, clean.score(speakers), clean.plain_score(speakers))
    if window.beams > 1:
        greedy = _transcribe(clean.every, Window(window.folder, beams=1))
        add("all held-out speakers, clean, greedy", _score(clean.every, greedy))

    rng = np.random.default_rng(EVALUATION_SEED)
    noisy = {
        decibels: heard(
            f"all held-out speakers, {decibels} dB SNR",
            [eval_sets.with_noise(r, decibels, rng) for r in clean.half],
        )
        for decibels in (20, 10)
    }
    babble = eval_sets.with_babble(clean.half, eval_sets.babble_voices(), BABBLE_DECIBELS)
    heard(f"all held-out speakers, {BABBLE_DECIBELS} dB over {sounds.TALKERS} talkers", babble)
    heard("all held-out speakers, far field", eval_sets.far_field(clean.half))
    known = [
        heard(f"training speakers of {engine}, held-out templates, clean", recordings)
        for engine, recordings in eval_sets.known_speakers(count).items()
    ]
    heard(
        "all held-out speakers, training templates, clean",
        eval_sets.known_templates(len(HELD_OUT_SPEAKERS) * max(count // 4, 1)),
    )
    report.table(
        "Word error rates",
        ("speakers and sentences", "n", "WER % at our window (95 % interval)", "30 s window"),
        rows,
        f"Normaliser: {NORMALISER}. Intervals: bootstrap over utterances. Sentences: held-out "
        "templates unless said otherwise. Our engine's windows are 2, 4, 6 and 8 s, beams: "
        f"{window.beams} unless greedy. 30 s: faster-whisper's `transcribe` at its defaults, of "
        "which the beams are 5.",
    )
    for what, found, limit in (
        ("WER of training speakers, held-out templates", joined(known), 2),
        ("WER of held-out speakers, held-out templates", clean.score(), 8),
        ("the same at 10 dB SNR", noisy[10], 15),
    ):
        report.goals.append(Goal(what, f"{len(found.words)}", found.rate, limit, "%"))


def _names(report: Report, window: Window) -> None:
    """First names, which have no neighbours to guess them from."""
    rows = []
    for frame, recordings in eval_sets.first_names().items():
        result = _score(recordings, _transcribe(recordings, window))
        rows.append((f'"{frame.format("NAME")}"', len(recordings), result))
    report.table(
        "First names, each once, by held-out speakers in turn",
        ("said", "n", "WER % (95 % interval)"),
        rows,
        "Names that sound alike (Sofia and Sophia, Steven and Stephen) count as wrong.",
    )


def _ordinary_english(report: Report, window: Window) -> None:
    """Sentences that are no commands, and which of them become one."""
    rows = []
    examples: list[str] = []
    for who, recordings in eval_sets.ordinary_english().items():
        heard = _transcribe(recordings, window)
        commands = [text for text in heard if is_command(text)]
        opening = [text for text in heard if opens(text)]
        result = _score(recordings, heard)
        rows.append((who, len(heard), result, len(commands), len(opening)))
        examples += (text for text in heard if is_command(text) or opens(text))
        n = f"{len(heard)}, {who}"
        report.goals.append(Goal("ordinary English heard as a command", n, len(commands), 5))
        report.goals.append(Goal("ordinary English that opens something", n, len(opening), 0))
    report.table(
        "Ordinary English that is no command",
        ("speakers", "n", "WER % (95 % interval)", "well-formed commands", "open a lock or cover"),
        rows,
        "EncodedBatch as one: " + " ".join(examples) if examples else "",
    )


def _without_speech(report: Report, window: Window, uri: str) -> None:
    """Words in clips that nobody speaks in, and in babble."""
    engine = EngineDecoder(window.folder)
    rows = []
    behind_vad, bypassed, n = 0, 0, 0
    for kind, clips in eval_sets.clips_without_speech(eval_sets.babble_voices()).items():
        alone = words_in([window(clip) for clip in clips])
        gated = words_in([engine(clip) for clip in clips])
        server = words_in(served.transcripts(uri, clips))
        found = [f"{words} in {some}" for words, some in (server, gated, alone)]
        rows.append((kind, len(clips), *found))
        if kind in sounds.KINDS:
            behind_vad, bypassed, n = behind_vad + server[0], bypassed + gated[0], n + len(clips)
    report.table(
        "Words in clips of 1 to 4 s without speech, and in how many clips",
        ("sound", "n", "through the server", "engine with its gates, no VAD", "no VAD, no gates"),
        rows,
        f"Babble is {sounds.TALKERS} talkers at once; it is no part of the goals.",
    )
    kinds = ", ".join(sounds.KINDS)
    report.goals.append(Goal(f"words on {kinds}, through the server", f"{n}", behind_vad, 0))
    report.goals.append(Goal("the same with the VAD bypassed", f"{n}", bypassed, 2))


def _agreement(report: Report, clean: Clean, folder: Path, uri: str, peer: Path | None) -> None:
    """How often other programs hear the same words with the same directory."""
    waves = [r.wave for r in clean.half]
    others = {
        "our server, behind its VAD": served.transcripts(uri, waves),
        "faster-whisper, unmodified": clean.plain_half,
    }
    if peer is not None:
        with served.serving(served.peer_server(peer, folder)) as peer_uri:
            others["wyoming-faster-whisper"] = served.transcripts(peer_uri, waves)
    rows = []
    for name, heard in others.items():
        same = agreement(clean.heard_half, heard)
        rows.append((name, len(heard), f"{same:.1f}", _score(clean.half, heard)))
        if "faster-whisper" in name:
            report.goals.append(
                Goal(f"same words from {name}", f"{len(heard)}", same, 98, "%", at_least=True)
            )
    report.table(
        "The same words as at our window, clean, held-out speakers and templates",
        ("program", "n", "same words, % of utterances", "its own WER %"),
        rows,
    )


def _costs(report: Report, clean: Clean, window: Window, floats: Path | None) -> None:
    """What quantisation costs, word times, size, and time to load and to decode."""
    rows: list[tuple[object, ...]] = []
    if floats is not None:
        exact = _score(clean.every, _transcribe(clean.every, Window(floats, window.beams)))
        lost = clean.score().rate - exact.rate
        n = f"{len(clean.every)}"
        rows.append(("WER % of the weights as they are", n, clean.score()))
        rows.append(("WER % of the same weights in float32", n, exact))
        report.goals.append(Goal("WER lost by int8", n, lost, 0.3, "points"))
    for who, decoder in (
        ("our engine", EngineDecoder(window.folder)),
        ("faster-whisper", PlainDecoder(window.folder, greedy=False)),
    ):
        errors = [1000 * error for error in start_errors(clean.half, decoder)]
        if errors:
            found = f"{np.median(errors):.0f} (90 % below {np.percentile(errors, 90):.0f})"
            rows.append(
                (f"median error of a word's start, {who}, ms", f"{len(errors)} words", found)
            )
    megabytes = (window.folder / "model.bin").stat().st_size / 1e6
    rows.append(("model.bin, MB", "1", f"{megabytes:.1f}"))
    report.goals.append(Goal("model.bin", "1", megabytes, 10, "MB"))
    n = f"{load_time.PROCESSES}"
    for what, name in (("weights", "the weights"), ("engine", "the engine, with a first decode")):
        real, cpu = load_time.median_milliseconds(window.folder, what)
        rows.append((f"loading {name}, ms, median", n, f"{real:.0f} (CPU {cpu:.0f})"))
    report.goals.append(Goal("loading the engine, with a first decode", n, real, 150, "ms"))
    timed = clean.every[:TIMED]
    real, cpu = _median_milliseconds(window, timed)
    n = f"{len(timed)}"
    rows.append(("one command, ms, median", n, f"{real:.0f} (CPU {cpu:.0f})"))
    report.goals.append(Goal("one command, time of one core", n, cpu, 40, "ms"))
    report.table(
        "Costs",
        ("figure", "n", "found"),
        rows,
        "Words' starts: our engine's, and those of faster-whisper's `word_timestamps`, against the "
        "marks that espeak-ng sets, in utterances that each hears rightly. Loading: in fresh "
        "processes, without the imports. One command: at our window, "
        f"beams: {window.beams}, one thread.",
    )


def _median_milliseconds(
    decode: Callable[[Wave], str], recordings: Sequence[Recording]
) -> tuple[float, float]:
    """Medians of real and CPU time."""
    times = []
    for recording in recordings:
        began, spent = time.perf_counter(), time.process_time()
        decode(recording.wave)
        times.append((time.perf_counter() - began, time.process_time() - spent))
    real, cpu = 1000 * np.median(times, axis=0)
    return float(real), float(cpu)
