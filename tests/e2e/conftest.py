"""One server of each model for all tests that only talk to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from server_process import ServerProcess, serving
from whisper_weights import FOLDER

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def server() -> Iterator[ServerProcess]:
    """A server on the embedded model."""
    with serving() as server:
        yield server


@pytest.fixture(scope="session")
def base_server() -> Iterator[ServerProcess]:
    """A server on Whisper base, as an owner starts it on a model that is there."""
    with serving("--model", "base", "--data-dir", str(FOLDER)) as server:
        yield server
