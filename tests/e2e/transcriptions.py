"""What a client of a running server's HTTP asks, and gets."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import httpx2
import numpy as np
from hostile_files import wav

if TYPE_CHECKING:
    from server_process import ServerProcess

    from wyoming_whisper.audio.pcm import Block


def post(
    server: ServerProcess,
    samples: Block,
    path: str = "transcriptions",
    /,
    **fields: str | list[str],
) -> httpx2.Response:
    """Send a recording to OpenAI's API."""
    return httpx2.post(
        f"{server.http_url}/v1/audio/{path}",
        files={"file": ("a.wav", io.BytesIO(wav(samples)))},
        data=fields,
        timeout=120,
    )


def ask(server: ServerProcess, samples: Block, **fields: str | list[str]) -> Any:  # noqa: ANN401 - JSON
    """Return the ``verbose_json`` of a recording."""
    answer = post(server, samples, **{"response_format": "verbose_json"} | fields)
    assert answer.status_code == 200, answer.text
    return answer.json()


def room(seconds: float, seed: int = 0) -> Block:
    """Return the noise of a quiet room."""
    noise = np.random.default_rng(seed).standard_normal(int(seconds * 16_000))
    return (4e-4 * noise).astype(np.float32)
