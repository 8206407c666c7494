"""One server for all tests that only talk to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from server_process import ServerProcess, serving

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def server() -> Iterator[ServerProcess]:
    """A server on the embedded model."""
    with serving() as server:
        yield server
