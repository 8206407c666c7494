"""The server on OpenAI's weights, as an owner names them."""

from __future__ import annotations

from difflib import SequenceMatcher

import httpx2
import pytest
from openai_weights import needs
from recordings import COMMANDS
from server_process import serving
from whisper_weights import FOLDER

WORDS = "Turn on the living room light."


def likeness(text: str) -> float:
    """Return how much a text is like what was said, from 0 to 1; it is a synthetic voice."""
    return SequenceMatcher(None, WORDS.lower(), text.lower()).ratio()


@pytest.mark.parametrize(
    ("name", "german"),
    [
        pytest.param("tiny.en", 400, marks=needs("tiny.en")),
        pytest.param("base", 200, marks=needs("base")),
    ],
)
def test_a_model_by_its_name(name: str, german: int) -> None:
    """What has been fetched is a folder of models; a command is understood."""
    command = next(command for command in COMMANDS if command.text == WORDS)
    with serving("--model", name, "--data-dir", str(FOLDER), "--http-port", "0") as server:
        server.wait_for(f" ready: {name}")

        def ask(language: str) -> httpx2.Response:
            return httpx2.post(
                f"{server.http_url}/v1/audio/transcriptions",
                files={"file": command.path.read_bytes()},
                data={"language": language},
                timeout=60,
            )

        assert likeness(ask("en").json()["text"]) > 0.8
        assert ask("de").status_code == german
