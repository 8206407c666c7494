"""Whisper models as the lifecycle has them: found, fetched from a Hub, loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from fake_hub import FakeHub, hub_at, read_model, running
from local_models import Shape, write_english_model
from options import engine_options

from wyoming_whisper.config.device import Device
from wyoming_whisper.engines.registry import Registry
from wyoming_whisper.engines.whisper.model import LoadableWhisper, WhisperFinder
from wyoming_whisper.errors import ModelNotFound

if TYPE_CHECKING:
    from pathlib import Path

REPO = "someone/some-model"


def finder(data: Path) -> WhisperFinder:
    return WhisperFinder([data], "cpu", engine_options(device=Device("cpu")), data)


def test_a_fetched_model_has_its_real_facts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Window, beams and languages are a guess by the name until the files are there."""
    original = write_english_model(tmp_path / "original", Shape(window_s=8))
    (original / "generation_config.json").write_text('{"num_beams": 3}')
    hub = FakeHub(read_model(original), REPO)
    hub.gate.set()
    with running(hub):
        hub_at(hub.url, monkeypatch)
        guessed = finder(tmp_path / "data")(REPO)
        assert not guessed.is_local
        assert (guessed.facts.window_s, guessed.facts.beam_size) == (30, 5)
        assert guessed.facts.multilingual
        fetched = guessed.fetch(lambda done, total: None)
    assert fetched.is_local
    facts = fetched.facts
    assert (facts.window_s, facts.beam_size, facts.languages) == (8, 3, frozenset({"en"}))
    assert facts.name == guessed.facts.name == REPO


async def test_a_local_model_is_loaded(tmp_path: Path) -> None:
    """Loading gives an engine that has decoded once, and can be closed."""
    folder = write_english_model(tmp_path / "toy")
    engine = finder(tmp_path)("toy").load()
    assert (engine.device, engine.slots > 0) == ("cpu", True)
    await engine.close()
    assert folder.is_dir()


def test_a_name_may_say_its_engine(tmp_path: Path) -> None:
    """Names belong to the default engine unless they begin with another's; what is none is told."""
    write_english_model(tmp_path / "toy")
    registry = Registry({"whisper": finder(tmp_path)}, default="whisper")
    for name in ("toy", "whisper:toy"):
        model = registry.find(name)
        assert isinstance(model, LoadableWhisper)
        assert model.facts.name == "toy"
    with pytest.raises(ModelNotFound, match="no model 'other:toy'"):
        registry.find("other:toy")
