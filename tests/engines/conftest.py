"""Small models with random weights, whose texts end now and then."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from local_models import write_english_model, write_multilingual_model
from watched_engine import SOMETIMES, found

if TYPE_CHECKING:
    from wyoming_whisper.engines.whisper.model_files import ModelFiles


@pytest.fixture(scope="module")
def english(tmp_path_factory: pytest.TempPathFactory) -> ModelFiles:
    folder = write_english_model(tmp_path_factory.mktemp("english"), eot_bias=SOMETIMES)
    return found(folder)


@pytest.fixture(scope="module")
def multilingual(tmp_path_factory: pytest.TempPathFactory) -> ModelFiles:
    folder = write_multilingual_model(tmp_path_factory.mktemp("multilingual"), eot_bias=2.5)
    return found(folder)
