"""Files as users have them, heard by Whisper base through the server's HTTP."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import pytest
from openai_weights import needs
from recordings import COMMANDS
from transcriptions import ask, room

from wyoming_whisper.audio.local_file import read_audio
from wyoming_whisper.bench.figures import word_distance

if TYPE_CHECKING:
    from collections.abc import Sequence

    from server_process import ServerProcess

    from wyoming_whisper.audio.pcm import Block

pytestmark = [needs("base"), pytest.mark.timeout(240)]

# "Guten Morgen. Bitte schalte das Licht in der Küche ein, und mach danach die Tür zu.", by
# espeak-ng's voice de+m3, in Opus.
GERMAN: Final = Path(__file__).parents[1] / "data" / "german.ogg"
LAMP: Final = "Turn on the living room light."


def said(text: str) -> Block:
    return next(command.samples for command in COMMANDS if command.text == text)


def german() -> Block:
    return np.concatenate(list(read_audio(GERMAN)))


def words(texts: Sequence[str]) -> list[str]:
    return "".join(c for c in " ".join(texts).lower() if c.isalnum() or c in " '").split()


def test_short_sentences_with_long_pauses(base_server: ServerProcess) -> None:
    """They are heard as well as in one window, and each stands where it was said."""
    some = [command for command in COMMANDS if "10" not in command.text][:8]
    parts: list[Block] = []
    starts = []
    for seed, command in enumerate(some):
        starts.append(sum(map(len, parts)) / 16_000)
        parts += [command.samples, room(2.6, seed)]
    samples = np.concatenate(parts)
    usual = ask(base_server, samples, language="en")
    packed = ask(base_server, samples, language="en", vad_min_silence_duration_ms="8000")
    reference = words([command.text for command in some])
    wrong, at_best = (word_distance(reference, words([a["text"]])) for a in (usual, packed))
    assert wrong <= at_best + 3
    found = [segment["start"] for segment in usual["segments"]]
    assert all(min(abs(start + 0.2 - at) for at in found) < 0.6 for start in starts)


def test_a_sure_change_of_language(base_server: ServerProcess) -> None:
    """English, then German: each is written as it was spoken, though nobody said which it is."""
    english = np.concatenate([command.samples for command in COMMANDS[:4]])
    answer = ask(base_server, np.concatenate((english, room(3), german(), room(3), english)))
    text = answer["text"].lower()
    assert "guten morgen" in text
    assert "licht" in text
    assert "the" in words([text.partition("guten morgen")[0]])
    assert "the" in words([text.partition("guten morgen")[2]])


def test_what_stands_in_the_prompt_can_be_said(base_server: ServerProcess) -> None:
    """The sentence is heard, and of silence nothing is written all the same."""
    prompt = f"{LAMP} Turn off the kitchen fan. What is the weather?"
    assert "light" in ask(base_server, said(LAMP), language="en", prompt=prompt)["text"]
    assert ask(base_server, room(4), language="en", prompt=prompt, vad_filter="false")["text"] == ""


def test_a_long_file(base_server: ServerProcess) -> None:
    """Two minutes of commands come out in order, with times to their end."""
    parts = [np.concatenate((command.samples, room(1.2))) for command in COMMANDS * 3]
    samples = np.concatenate(parts)
    answer = ask(base_server, samples, language="en")
    starts = [segment["start"] for segment in answer["segments"]]
    assert starts == sorted(starts)
    assert starts[-1] > len(samples) / 16_000 - 8
    reference = words([command.text for command in COMMANDS * 3])
    assert word_distance(reference, words([answer["text"]])) < 0.35 * len(reference)
