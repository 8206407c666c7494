"""Speech from every synthesiser, in bulk: int16 at 16 kHz, packed into shards.

espeak-ng and flite are called in process through their C libraries (a program start per sentence
would cost more than the sentence); festival speaks many sentences per process, RHVoice and Pico
one.
A shard is `NAME.npy` (int16, all utterances end to end) beside `NAME.json` (one entry each).
"""

from __future__ import annotations

import ctypes
import itertools
import json
import random
import subprocess
import tempfile
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import soxr

from . import accented, audio, augment, programs
from .grammar import sentences
from .paths import SPEECH
from .voices import (
    CLEAR_SPEAKERS,
    FESTIVAL_VOICES,
    Delivery,
    clear_delivery,
    varied_delivery,
)
from .words import listed

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence

    from .audio import Samples

RATE = 16_000
SHARD_SIZE = 400
CLEAR_SHARDS = 8
FIRST_MIXED_SHARD = 80
FIRST_ACCENTED_SHARD = 210
FIRST_PROGRAM_SHARD = 240
FIRST_EVERYDAY_SHARD = 290
SHARE_MIXED = 0.85
SHARE_EVERYDAY = 0.8
ENGINE_CYCLE = listed("""
    espeak-ng flite espeak-ng festival flite espeak-ng flite espeak-ng
    festival flite espeak-ng flite espeak-ng flite festival espeak-ng
""")
"""The synthesiser of each further shard, in turn."""
PROGRAM_CYCLE = listed("rhvoice pico rhvoice pico rhvoice")
"""That of each shard from `FIRST_PROGRAM_SHARD` on: each of their five voices alike."""
EVERYDAY_CYCLE = listed("""
    espeak-ng flite rhvoice espeak-ng pico flite festival espeak-ng accented
""")
"""That of each shard from `FIRST_EVERYDAY_SHARD` on."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """A text, how it is spoken, and where its words begin (s; espeak-ng only, else empty)."""

    text: str
    delivery: Delivery
    samples: Samples
    word_starts: tuple[float, ...] = ()


class _EspeakEvent(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", ctypes.c_char * 8),
    )


_Shorts: TypeAlias = Any  # ctypes has no public name for the types of pointers
_Events: TypeAlias = Any
_VoicePointer: TypeAlias = Any
_ESPEAK_CALLBACK = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_EspeakEvent)
)
_ESPEAK_WORD_EVENT = 1
_ESPEAK_RATE, _ESPEAK_PITCH, _ESPEAK_RANGE = 1, 3, 4
_ESPEAK_WORDS_PER_MINUTE = 170
_ESPEAK_UTF8 = 1


class _Espeak:
    """libespeak-ng, speaking into memory."""

    def __init__(self) -> None:
        self._library = ctypes.CDLL("libespeak-ng.so.1")
        self._rate = self._library.espeak_Initialize(2, 0, None, 0)
        if self._rate <= 0:
            raise RuntimeError("espeak-ng does not start")
        self._chunks: list[Samples] = []
        self._words: list[float] = []
        self._callback = _ESPEAK_CALLBACK(self._receive)
        self._library.espeak_SetSynthCallback(self._callback)

    def _receive(self, wave: _Shorts, count: int, events: _Events) -> int:
        if wave and count:
            self._chunks.append(np.ctypeslib.as_array(wave, (count,)).copy())
        index = 0
        while events[index].type:
            if events[index].type == _ESPEAK_WORD_EVENT:
                self._words.append(events[index].sample / self._rate)
            index += 1
        return 0

    def speak(self, text: str, delivery: Delivery) -> tuple[Samples, int, tuple[float, ...]]:
        """Samples, their rate (Hz) and the word starts (s)."""
        self._chunks, self._words = [], []
        voice = f"{delivery.accent}+{delivery.voice}".encode()
        if self._library.espeak_SetVoiceByName(voice) != 0:
            raise RuntimeError(f"espeak-ng has no voice {voice!r}")
        speed = round(_ESPEAK_WORDS_PER_MINUTE / (delivery.stretch * delivery.warp))
        self._library.espeak_SetParameter(_ESPEAK_RATE, speed, 0)
        self._library.espeak_SetParameter(_ESPEAK_PITCH, delivery.pitch, 0)
        self._library.espeak_SetParameter(_ESPEAK_RANGE, delivery.pitch_range, 0)
        data = text.encode() + b"\0"
        self._library.espeak_Synth(data, len(data), 0, 1, 0, _ESPEAK_UTF8, None, None)
        self._library.espeak_Synchronize()
        return np.concatenate(self._chunks), self._rate, tuple(self._words)


class _FliteWave(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_char_p),
        ("sample_rate", ctypes.c_int),
        ("num_samples", ctypes.c_int),
        ("num_channels", ctypes.c_int),
        ("samples", ctypes.POINTER(ctypes.c_short)),
    )


class _FliteVoice(ctypes.Structure):
    _fields_ = (("name", ctypes.c_char_p), ("features", ctypes.c_void_p))


class _Flite:
    """libflite with its voices, each loaded when first used."""

    def __init__(self) -> None:
        for name in ("flite", "flite_usenglish", "flite_cmulex"):
            library = ctypes.CDLL(f"lib{name}.so.1", mode=ctypes.RTLD_GLOBAL)
            if name == "flite":
                self._library = library
        self._library.flite_init()
        self._library.flite_text_to_wave.restype = ctypes.POINTER(_FliteWave)
        self._library.flite_text_to_wave.argtypes = [ctypes.c_char_p, ctypes.c_void_p]
        self._library.delete_wave.argtypes = [ctypes.POINTER(_FliteWave)]
        self._set = self._library.feat_set_float
        self._set.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_float]
        self._voices: dict[str, _VoicePointer] = {}

    def _voice(self, name: str) -> _VoicePointer:
        if name not in self._voices:
            library = ctypes.CDLL(f"libflite_cmu_us_{name}.so.1")
            register = getattr(library, f"register_cmu_us_{name}")
            register.restype = ctypes.POINTER(_FliteVoice)
            register.argtypes = [ctypes.c_char_p]
            self._voices[name] = register(None)
        return self._voices[name]

    def speak(self, text: str, delivery: Delivery) -> tuple[Samples, int]:
        """Samples and their rate (Hz)."""
        voice = self._voice(delivery.voice)
        features = voice.contents.features
        self._set(features, b"duration_stretch", delivery.stretch * delivery.warp)
        self._set(features, b"f0_shift", delivery.pitch_factor)
        wave = self._library.flite_text_to_wave(text.encode(), ctypes.cast(voice, ctypes.c_void_p))
        found = wave.contents
        samples = np.ctypeslib.as_array(found.samples, (found.num_samples,)).copy()
        rate = found.sample_rate
        self._library.delete_wave(wave)
        return samples, rate


@cache
def _espeak() -> _Espeak:
    return _Espeak()


@cache
def _flite() -> _Flite:
    return _Flite()


def _scheme_string(text: str) -> str:
    return '"' + text.replace("\\", "").replace('"', "") + '"'


def _run_festival(folder: Path, script: str) -> str:
    """What festival prints while it runs `script`."""
    source = folder / "speak.scm"
    source.write_text(script)
    done = subprocess.run(
        ["festival", "-b", str(source)],
        check=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    return done.stdout


def _festival(
    texts: Sequence[str], deliveries: Sequence[Delivery]
) -> Iterator[tuple[Samples, int]]:
    """Speak many sentences with one festival process."""
    with tempfile.TemporaryDirectory() as name:
        script = []
        for index, (text, delivery) in enumerate(zip(texts, deliveries, strict=True)):
            script.append(f"({FESTIVAL_VOICES[delivery.voice]})")
            stretch = delivery.stretch * delivery.warp
            script.append(f"(Parameter.set 'Duration_Stretch {stretch:.3f})")
            if delivery.voice != "slt":
                mean = 80 + 50 * delivery.pitch / 100
                script.append(
                    f"(set! int_lr_params '((target_f0_mean {mean:.0f}) "
                    "(target_f0_std 14) (model_f0_mean 170) (model_f0_std 34)))"
                )
            path = Path(name, f"{index}.wav")
            script.append(f'(utt.save.wave (SynthText {_scheme_string(text)}) "{path}" \'riff)')
        _run_festival(Path(name), "\n".join(script))
        for index in range(len(texts)):
            yield audio.read(Path(name, f"{index}.wav"))


def _accented(
    texts: Sequence[str], deliveries: Sequence[Delivery]
) -> Iterator[tuple[Samples, int]]:
    """Speak many sentences with festival's voices of other languages."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        paths = [folder / f"{index}.wav" for index in range(len(texts))]
        script = accented.analysis_script(
            [
                (_scheme_string(text), delivery.stretch * delivery.warp)
                for text, delivery in zip(texts, deliveries, strict=True)
            ]
        )
        found = accented.analyses(_run_festival(folder, script))
        script = accented.speech_script(
            [
                (analysis, delivery.voice, delivery.pitch_factor, path)
                for analysis, delivery, path in zip(found, deliveries, paths, strict=True)
            ]
        )
        _run_festival(folder, script)
        yield from map(audio.read, paths)


def _by_program(
    texts: Sequence[str], deliveries: Sequence[Delivery]
) -> Iterator[tuple[Samples, int]]:
    """Speak each sentence with RHVoice or Pico."""
    for text, delivery in zip(texts, deliveries, strict=True):
        stretch = delivery.stretch * delivery.warp
        yield programs.speak(delivery.engine, text, delivery.voice, stretch, delivery.pitch_factor)


_BY_PROCESS = {
    "festival": _festival,
    "accented": _accented,
    **dict.fromkeys(programs.PROGRAMS, _by_program),
}
"""What speaks in processes of its own, by engine; the others are libraries."""


def _spoken_form(text: str) -> str:
    """What the synthesiser reads: as written, but letters apart where it would make a word."""
    return text.replace("LED", "L E D")


def _finish(samples: Samples, rate: int, delivery: Delivery) -> tuple[Samples, float]:
    """Resample to 16 kHz with the warp, cut silence at both ends; also the seconds cut in front."""
    wave = audio.to_wave(samples)
    wave = soxr.resample(wave, rate * delivery.warp, RATE)
    if delivery.formants != 1.0:
        wave = augment.shift_formants(wave, delivery.formants)
    peak = float(np.abs(wave).max())
    loud = np.flatnonzero(np.abs(wave) > max(0.01 * peak, 1e-4))
    if peak == 0 or loud.size == 0:
        raise ValueError("silence")
    start = max(int(loud[0]) - 400, 0)
    stop = min(int(loud[-1]) + 800, wave.size)
    wave = wave[start:stop] * (0.7 / peak)
    return (wave * 32767).astype(np.int16), start / RATE


def speak(texts: Sequence[str], deliveries: Sequence[Delivery]) -> list[Utterance]:
    """Speak each text as told; silence is cut at both ends (25 and 50 ms stay).

    Raises:
        RuntimeError: a synthesiser does not start or lacks the voice.
    """
    raw: list[tuple[Samples, int, tuple[float, ...]]] = []
    by_process = _BY_PROCESS.get(deliveries[0].engine)
    if by_process is not None:
        raw = [
            (wave, rate, ())
            for wave, rate in by_process([_spoken_form(t) for t in texts], deliveries)
        ]
    else:
        for text, delivery in zip(texts, deliveries, strict=True):
            if delivery.engine == "flite":
                raw.append((*_flite().speak(_spoken_form(text), delivery), ()))
            else:
                raw.append(_espeak().speak(_spoken_form(text), delivery))
    out = []
    for text, delivery, (wave, rate, words) in zip(texts, deliveries, raw, strict=True):
        samples, cut = _finish(wave, rate, delivery)
        starts = tuple(round(max(w / delivery.warp - cut, 0.0), 3) for w in words)
        out.append(Utterance(text, delivery, samples, starts))
    return out


def write_shard(folder: Path, name: str, utterances: Sequence[Utterance]) -> None:
    """Write one shard; the JSON comes last and by rename, so its presence means it is whole."""
    folder.mkdir(parents=True, exist_ok=True)
    offset, entries = 0, []
    for item in utterances:
        entries.append(
            {
                "text": item.text,
                **asdict(item.delivery),
                "offset": offset,
                "length": int(item.samples.size),
                "word_starts": item.word_starts,
            }
        )
        offset += item.samples.size
    np.save(folder / f"{name}.npy", np.concatenate([u.samples for u in utterances]))
    part = folder / f"{name}.part"
    part.write_text(json.dumps(entries))
    part.replace(folder / f"{name}.json")


def shard_plan(index: int, seed: int) -> tuple[list[str], list[Delivery]]:
    """Texts and deliveries of a training shard.

    The first `CLEAR_SHARDS` are the easy ones; from `FIRST_MIXED_SHARD` on most texts are mixed,
    from `FIRST_ACCENTED_SHARD` on the accented voices speak them, from `FIRST_PROGRAM_SHARD` on
    RHVoice and Pico. From `FIRST_EVERYDAY_SHARD` on everybody speaks everyday English.
    """
    rng = random.Random(f"deliveries {seed} {index}")
    text_seed = seed * 100_003 + index
    if index < CLEAR_SHARDS:
        source = sentences(text_seed, share_other=0.1, longest=36)
        texts = [s.text for s in itertools.islice(source, SHARD_SIZE)]
        return texts, [clear_delivery(rng.choice(CLEAR_SPEAKERS)) for _ in texts]
    if index < FIRST_ACCENTED_SHARD:
        engine = ENGINE_CYCLE[(index - CLEAR_SHARDS) % len(ENGINE_CYCLE)]
    elif index < FIRST_PROGRAM_SHARD:
        engine = "accented"
    elif index < FIRST_EVERYDAY_SHARD:
        engine = PROGRAM_CYCLE[(index - FIRST_PROGRAM_SHARD) % len(PROGRAM_CYCLE)]
    else:
        engine = EVERYDAY_CYCLE[(index - FIRST_EVERYDAY_SHARD) % len(EVERYDAY_CYCLE)]
    if index < FIRST_MIXED_SHARD:
        source = sentences(text_seed)
    elif index < FIRST_EVERYDAY_SHARD:
        source = sentences(text_seed, 0.4, share_mixed=SHARE_MIXED)
    else:
        source = sentences(text_seed, share_everyday=SHARE_EVERYDAY)
    texts = [s.text for s in itertools.islice(source, SHARD_SIZE)]
    return texts, [varied_delivery(engine, rng) for _ in texts]


def _make_shard(folder: Path, index: int, seed: int) -> str:
    name = f"shard-{index:03d}"
    if not (folder / f"{name}.json").exists():
        texts, deliveries = shard_plan(index, seed)
        by_engine: dict[str, list[int]] = {}
        for position, delivery in enumerate(deliveries):
            by_engine.setdefault(delivery.engine, []).append(position)
        made: list[Utterance] = []
        for positions in by_engine.values():
            made += speak([texts[p] for p in positions], [deliveries[p] for p in positions])
        write_shard(folder, name, made)
    return name


def synthesise(folder: Path, samples: int, seed: int, workers: int) -> None:
    """Make the training shards which are missing, in order, up to `samples` utterances."""
    count = -(-samples // SHARD_SIZE)
    with ProcessPoolExecutor(workers) as pool:
        jobs = [pool.submit(_make_shard, folder, index, seed) for index in range(count)]
        for job in jobs:
            print(job.result(), flush=True)


def run(arguments: argparse.Namespace) -> None:
    """The stage `synthesise`."""
    synthesise(SPEECH, arguments.samples, arguments.seed, arguments.workers)
