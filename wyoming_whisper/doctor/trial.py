"""The model is loaded, and hears a recording of which the words are known."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from wyoming_whisper.audio.local_file import read_audio
from wyoming_whisper.audio.pcm import SAMPLE_RATE
from wyoming_whisper.bench.figures import word_errors, words
from wyoming_whisper.doctor.finding import Verdict, fail, ok, warn
from wyoming_whisper.doctor.wording import size
from wyoming_whisper.engines.engine import DecodeRequest
from wyoming_whisper.system.daemon_thread import in_daemon_thread
from wyoming_whisper.system.memory import peak_bytes

if TYPE_CHECKING:
    from collections.abc import Callable

    from wyoming_whisper.engines.engine import Engine, Model
    from wyoming_whisper.values import DecodeOptions

RECORDING: Final = Path(__file__).parent / "turn_off_the_kitchen_light.wav"
WORDS: Final = "Turn off the kitchen light."
"""What is said in it."""

_ENGLISH: Final = "en"
# Of a text that is wrong; a loop is longer.
_MAX_SHOWN: Final = 80


class Trial:
    """A model tried out: `load` first, then `decode`, `close` in any case.

    Args:
        model: On disk.
        options: How commands are decoded; what is said of a language is not heeded.
        languages: Those that a server would offer.
        clock: Seconds that go by.
    """

    def __init__(
        self,
        model: Model,
        options: DecodeOptions,
        languages: frozenset[str],
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._model = model
        self._knows_english = _ENGLISH in languages
        language = _ENGLISH if self._knows_english else min(languages)
        self._options = replace(options, language=language)
        self._clock = clock
        # What `load` has brought.
        self._engine: Engine | None = None

    async def load(self) -> Verdict:
        """Load the model.

        Raises:
            StartupError: As `engine.Model.load`.
        """
        started = self._clock()
        self._engine = await in_daemon_thread(self._model.load)
        took = f"in {self._clock() - started:.2f} s"
        peak = peak_bytes()
        memory = f"; this process has had {size(peak)} at most" if peak is not None else ""
        engine = self._engine
        return ok(
            f"{self._model.facts.name} on {engine.device} as {engine.compute_type} {took}{memory}"
        )

    async def decode(self) -> Verdict:
        """Decode the recording twice: the first time, and as it goes on.

        Raises:
            WyomingWhisperError: As `engine.Engine.transcribe`.
        """
        if self._engine is None:
            return ok("not tried: the model is not loaded")
        blocks = await in_daemon_thread(lambda: list(read_audio(RECORDING)))
        samples = np.concatenate(blocks)
        request = DecodeRequest(samples, self._options)
        times = []
        for _ in range(2):
            started = self._clock()
            (hypothesis,) = await self._engine.transcribe([request])
            times.append(self._clock() - started)
        length_s = len(samples) / SAMPLE_RATE
        first_s, next_s = times
        found = (
            f"{length_s:.1f} s of speech in {first_s:.2f} s, then in {next_s:.2f} s "
            f"({length_s / max(next_s, 1e-3):.1f} times real time)"
        )
        text = "" if hypothesis.rejection is not None else hypothesis.text
        if self._knows_english and word_errors(WORDS, text):
            return _misheard(found, text)
        found += ", every word right" if self._knows_english else "; its words are English"
        if next_s > length_s:
            return warn(
                f"{found}: slower than it is spoken",
                "a smaller --model (home-en is the fastest), --audio-context auto, or a GPU",
            )
        return ok(found)

    async def close(self) -> None:
        """Free the model."""
        if self._engine is not None:
            await self._engine.close()
            self._engine = None


def _misheard(found: str, text: str) -> Verdict:
    n_words, n_wrong = len(words(WORDS)), word_errors(WORDS, text)
    heard = f"heard {text[:_MAX_SHOWN]!r}" if text else "nothing was understood"
    said = f"{found}; {heard} for {WORDS!r}"
    if n_wrong < n_words:
        return warn(
            f"{said}, {n_wrong} of {n_words} words wrong",
            "a better --model, or home-en for English commands; --beam-size 5",
        )
    return fail(
        said,
        "another --model: this one understands nothing (a conversion that went wrong, or a "
        "--compute-type that this device computes wrongly)",
    )
