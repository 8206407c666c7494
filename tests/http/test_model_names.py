"""The names of the one model."""

from __future__ import annotations

import pytest
from fakes import new_lifecycle
from http_service import new_service
from options import http_options

from wyoming_whisper.errors import ModelUnknown
from wyoming_whisper.http.model_names import check_model, known_names


async def test_any_name_will_do() -> None:
    """Unless the owner says otherwise, whatever is asked for is served by the one model."""
    service = new_service(new_lifecycle())
    for name in (None, "fake", "whisper-1", "openai/whisper-large-v3"):
        check_model(service, name)


async def test_strict_names() -> None:
    """Where the owner wants it, only the model's own names are served."""
    service = new_service(new_lifecycle(), options=http_options(strict_models=True))
    for name in (None, *known_names(service)):
        check_model(service, name)
    with pytest.raises(ModelUnknown, match="'other' does not exist") as raised:
        check_model(service, "other")
    assert raised.value.parameter == "model"
