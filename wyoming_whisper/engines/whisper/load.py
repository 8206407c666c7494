"""Loads a model on its devices, and tries it out."""

from __future__ import annotations

import contextlib
import json
import logging
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import ctranslate2
import numpy as np
from faster_whisper import WhisperModel

from wyoming_whisper.audio.pcm import SAMPLE_RATE
from wyoming_whisper.config.device import Device
from wyoming_whisper.engines.engine import DecodeRequest
from wyoming_whisper.engines.whisper import cuda
from wyoming_whisper.engines.whisper.audio_context import AUTO, FULL
from wyoming_whisper.engines.whisper.decoder import WhisperDecoder
from wyoming_whisper.engines.whisper.load_errors import explain
from wyoming_whisper.errors import DeviceUnavailable
from wyoming_whisper.system.cpu_cores import usable_cores
from wyoming_whisper.system.cpu_tuning import release_free_memory

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from wyoming_whisper.engines.whisper.model_files import ModelFiles
    from wyoming_whisper.engines.whisper.options import EngineOptions

_LOG: Final = logging.getLogger(__name__)

# A load that takes longer is told of, and again whenever it has taken as much more.
_LONG_LOAD_S: Final = 5
# More threads than this gain nothing on a model of one utterance at a time.
_MAX_AUTO_THREADS: Final = 4
# Nor does a second one on a model as small as tiny: its decodes take a core each.
_SMALL_BYTES: Final = 45_000_000
# What `auto` takes, best first. float16 needs tensor cores to be listed as supported; int8 on
# a GPU is for cards that have nothing better.
_COMPUTE_TYPES: Final = {
    "cuda": ("float16", "int8_float32", "float32"),
    "cpu": ("int8", "float32"),
}


def load_decoder(model: ModelFiles, options: EngineOptions) -> WhisperDecoder:
    """Load a model and decode with it once. Blocks for as long as that takes.

    ``auto`` falls back to the CPU, with a warning, where there is a GPU that does not work.

    Raises:
        ModelNotFound: If the files are damaged.
        DeviceUnavailable: If the device, its libraries or the compute type do not work.
    """
    if options.device.kind != "auto":
        return _load(model, options)
    if cuda.device_count():
        try:
            return _load(model, replace(options, device=Device("cuda")))
        except DeviceUnavailable as error:
            _LOG.warning("%s; using the CPU", error)
    return _load(model, replace(options, device=Device("cpu")))


def _load(model: ModelFiles, options: EngineOptions) -> WhisperDecoder:
    with _telling(model.name):
        return _load_and_try(model, options)


def _load_and_try(model: ModelFiles, options: EngineOptions) -> WhisperDecoder:
    device, indices = options.device.kind, options.device.numbers
    started = time.perf_counter()
    if device == "cuda":
        cuda.preload_cublas()
        if options.audio_context == AUTO:
            # A GPU encodes the full window in the time of a few tokens: not worth the doubt.
            options = replace(options, audio_context=FULL)
    try:
        compute_type = options.compute_type
        if compute_type == "auto":
            compute_type = best_compute_type(device, indices)
        aligns = _check_config(model)
        # One model for each device: CTranslate2's own list of devices would let any of them
        # generate from what another one has encoded.
        n_threads, n_workers = threads_and_workers(model, device, options.cpu_threads)
        whispers = n_workers * [
            WhisperModel(
                str(model.path),
                device=device,
                device_index=index,
                compute_type=compute_type,
                cpu_threads=n_threads,
                num_workers=n_workers,
                local_files_only=True,
            )
            for index in indices
        ]
        loaded = time.perf_counter()
        decoder = WhisperDecoder(whispers, model, options, aligns=aligns)
        noise = np.random.default_rng(0).normal(0, 0.01, SAMPLE_RATE).astype(np.float32)
        typical = replace(options.typical, beam_size=options.beam_size or model.beam_size)
        request = DecodeRequest(noise, typical)
        # The self-test: a library that is missing shows only now.
        for _ in indices:  # they take turns
            decoder.transcribe([request])
        if device == "cuda":
            decoder.warm_up(request)
    except Exception as error:
        # CTranslate2 raises what C++ does, the tokenizer's library bare exceptions.
        raise explain(error, model, options.device) from error
    _LOG.info(
        "loaded %s on %s as %s in %.2f s, first decode %.2f s",
        model.name,
        options.device,
        compute_type,
        loaded - started,
        time.perf_counter() - loaded,
    )
    if options.trims_memory:
        release_free_memory()
    return decoder


@contextlib.contextmanager
def _telling(name: str) -> Iterator[None]:
    """Log that a model is still being loaded, for as long as that takes."""
    is_over = threading.Event()
    started = time.perf_counter()

    def tell() -> None:
        while not is_over.wait(_LONG_LOAD_S):
            _LOG.info("still loading %s, %.0f s", name, time.perf_counter() - started)

    threading.Thread(target=tell, daemon=True).start()
    try:
        yield
    finally:
        is_over.set()


def _check_config(model: ModelFiles) -> bool:
    """Return whether a model's configuration names alignment heads."""
    # CTranslate2 looks these up while it decodes, and crashes where there are none.
    config = json.loads(Path(str(model.path), "config.json").read_bytes())
    for key in ("suppress_ids_begin", *(["lang_ids"] if model.multilingual else ())):
        if not isinstance(config.get(key), list):
            raise TypeError(f"config.json has no list {key!r}")
    # The same holds of these while it aligns; conversions of old have none.
    heads = config.get("alignment_heads")
    return isinstance(heads, list) and bool(heads) and all(map(_is_head, heads))


def _is_head(head: object) -> bool:
    """Tell whether something is a layer and a head in it."""
    return (
        isinstance(head, list)
        and len(head) == 2
        and all(isinstance(number, int) and number >= 0 for number in head)
    )


def best_compute_type(device: str, indices: Sequence[int]) -> str:
    """Return what ``auto`` takes on these devices, ``cpu`` or ``cuda`` by their numbers."""
    each = [ctranslate2.get_supported_compute_types(device, index) for index in indices]
    supported = set.intersection(*map(set, each))
    return next((t for t in _COMPUTE_TYPES[device] if t in supported), "default")


def threads_and_workers(model: ModelFiles, device: str, wanted: int) -> tuple[int, int]:
    """Return the threads of one decode, and how many decodes run at once with the same weights.

    A small model's work is too little to share: its decodes take a core each.
    """
    cores = min(usable_cores(), _MAX_AUTO_THREADS)
    if wanted or device != "cpu" or model.path is None:
        return wanted or cores, 1
    is_small = (model.path / "model.bin").stat().st_size < _SMALL_BYTES
    return (1, cores) if is_small else (cores, 1)
