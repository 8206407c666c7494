"""Files as users have them, heard by Whisper base through the server's HTTP."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import httpx2
import numpy as np
import pytest
from hostile_files import wav
from openai_weights import needs
from recordings import COMMANDS
from server_process import serving
from whisper_weights import FOLDER

from wyoming_whisper.audio.local_file import read_audio
from wyoming_whisper.bench.figures import word_distance

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from server_process import ServerProcess

    from wyoming_whisper.audio.pcm import Block

pytestmark = [needs("base"), pytest.mark.timeout(240)]

# "Guten Morgen. Bitte schalte das Licht in der Küche ein, und mach danach die Tür zu.", by
# espeak-ng's voice de+m3, in Opus.
GERMAN: Final = Path(__file__).parents[1] / "data" / "german.ogg"
LAMP: Final = "Turn on the living room light."


@pytest.fixture(scope="module")
def server() -> Iterator[ServerProcess]:
    """The server as an owner starts it on a model that is there."""
    with serving("--model", "base", "--data-dir", str(FOLDER), "--http-port", "0") as server:
        server.wait_for(" ready: base")
        yield server


def ask(server: ServerProcess, samples: Block, **fields: str) -> Any:  # noqa: ANN401 - JSON
    answer = httpx2.post(
        f"{server.http_url}/v1/audio/transcriptions",
        files={"file": ("a.wav", io.BytesIO(wav(samples)))},
        data={"response_format": "verbose_json"} | fields,
        timeout=120,
    )
    assert answer.status_code == 200, answer.text
    return answer.json()


def said(text: str) -> Block:
    return next(command.samples for command in COMMANDS if command.text == text)


def room(seconds: float, seed: int = 0) -> Block:
    """Return the noise of a quiet room."""
    noise = np.random.default_rng(seed).standard_normal(int(seconds * 16_000))
    return (4e-4 * noise).astype(np.float32)


def german() -> Block:
    return np.concatenate(list(read_audio(GERMAN)))


def words(texts: Sequence[str]) -> list[str]:
    return "".join(c for c in " ".join(texts).lower() if c.isalnum() or c in " '").split()


def test_short_sentences_with_long_pauses(server: ServerProcess) -> None:
    """They are heard as well as in one window, and each stands where it was said."""
    some = [command for command in COMMANDS if "10" not in command.text][:8]
    parts: list[Block] = []
    starts = []
    for seed, command in enumerate(some):
        starts.append(sum(map(len, parts)) / 16_000)
        parts += [command.samples, room(2.6, seed)]
    samples = np.concatenate(parts)
    usual = ask(server, samples, language="en")
    packed = ask(server, samples, language="en", vad_min_silence_duration_ms="8000")
    reference = words([command.text for command in some])
    wrong, at_best = (word_distance(reference, words([a["text"]])) for a in (usual, packed))
    assert wrong <= at_best + 3
    found = [segment["start"] for segment in usual["segments"]]
    assert all(min(abs(start + 0.2 - at) for at in found) < 0.6 for start in starts)


def test_a_sure_change_of_language(server: ServerProcess) -> None:
    """English, then German: each is written as it was spoken, though nobody said which it is."""
    english = np.concatenate([command.samples for command in COMMANDS[:4]])
    answer = ask(server, np.concatenate((english, room(3), german(), room(3), english)))
    text = answer["text"].lower()
    assert "guten morgen" in text
    assert "licht" in text
    assert "the" in words([text.partition("guten morgen")[0]])
    assert "the" in words([text.partition("guten morgen")[2]])


def test_what_stands_in_the_prompt_can_be_said(server: ServerProcess) -> None:
    """The sentence is heard, and of silence nothing is written all the same."""
    prompt = f"{LAMP} Turn off the kitchen fan. What is the weather?"
    assert "light" in ask(server, said(LAMP), language="en", prompt=prompt)["text"]
    assert ask(server, room(4), language="en", prompt=prompt, vad_filter="false")["text"] == ""


def test_every_format(server: ServerProcess) -> None:
    """Words, segments and subtitles of one German sentence, which is recognised as such."""
    answer = ask(server, german(), **{"timestamp_granularities[]": "word"}, include="logprobs")
    assert answer["language"] == "german"
    assert answer["language_probability"] > 0.8
    times = [(word["start"], word["end"]) for word in answer["words"]]
    assert times == sorted(times)
    assert 0 <= times[0][0] < 1
    assert 4 < times[-1][1] < 6.5
    for response_format in ("json", "text", "srt", "vtt", "tsv"):
        answered = httpx2.post(
            f"{server.http_url}/v1/audio/transcriptions",
            files={"file": GERMAN.read_bytes()},
            data={"response_format": response_format},
            timeout=120,
        )
        assert "Morgen" in answered.text


def test_translation(server: ServerProcess) -> None:
    """German is written in English."""
    answered = httpx2.post(
        f"{server.http_url}/v1/audio/translations",
        files={"file": GERMAN.read_bytes()},
        data={"language": "de"},
        timeout=120,
    )
    assert {"morning", "light"} <= set(words([answered.json()["text"]]))


def test_a_long_file(server: ServerProcess) -> None:
    """Two minutes of commands come out in order, with times to their end."""
    parts = [np.concatenate((command.samples, room(1.2))) for command in COMMANDS * 3]
    samples = np.concatenate(parts)
    answer = ask(server, samples, language="en")
    starts = [segment["start"] for segment in answer["segments"]]
    assert starts == sorted(starts)
    assert starts[-1] > len(samples) / 16_000 - 8
    reference = words([command.text for command in COMMANDS * 3])
    assert word_distance(reference, words([answer["text"]])) < 0.35 * len(reference)
