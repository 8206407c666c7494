"""OpenAI's weights of Whisper, where they have been fetched."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from whisper_weights import WEIGHTS, is_complete

if TYPE_CHECKING:
    from _pytest.mark.structures import MarkDecorator


def needs(name: str) -> MarkDecorator:
    """Return a mark that skips a test where a model has not been fetched."""
    return pytest.mark.skipif(
        not is_complete(WEIGHTS[name]), reason=f"no {name} here: script/fetch-whisper {name}"
    )
