"""Whisper models as the lifecycle has them: found, fetched from a Hub, loaded."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from fake_hub import FakeHub, hub_at, read_model, running
from local_models import Shape, write_english_model
from options import engine_options

from wyoming_whisper.config.device import Device
from wyoming_whisper.engines.registry import Registry
from wyoming_whisper.engines.whisper.model import LoadableWhisper, WhisperFinder
from wyoming_whisper.engines.whisper.recommendation import Machine, Needs
from wyoming_whisper.errors import ModelNotFound

if TYPE_CHECKING:
    from pathlib import Path

REPO = "someone/some-model"


TWO_CORES = Machine("cpu", 2, 8 * 2**30)
GPU = Machine("cuda", 8, 8 * 2**30)


def finder(
    data: Path,
    machine: Machine = TWO_CORES,
    languages: frozenset[str] = frozenset(),
    *,
    may_download: bool = True,
) -> WhisperFinder:
    options = engine_options(device=Device("cpu"))
    return WhisperFinder(
        [data], machine, Needs(languages), options, data, may_download=may_download
    )


def chosen(found: LoadableWhisper) -> tuple[str, str | None]:
    """Return the name of what is wanted, and of what serves until that is there."""
    return found.facts.name, found.stand_in.facts.name if found.stand_in else None


@pytest.mark.parametrize(
    ("machine", "on_disk", "expected"),
    [
        (TWO_CORES, [], ("base", "home-en")),
        (TWO_CORES, ["tiny"], ("base", "tiny")),
        (TWO_CORES, ["tiny", "small", "base"], ("base", None)),
        # Larger than what suits: its owner wanted it.
        (TWO_CORES, ["small"], ("small", None)),
        # Too slow there to be anybody's wish.
        (TWO_CORES, ["large-v3"], ("base", "home-en")),
        (GPU, ["base"], ("large-v3-turbo", "base")),
        (GPU, ["large-v3"], ("large-v3", None)),
        (GPU, ["large-v3", "large-v3-turbo"], ("large-v3-turbo", None)),
    ],
)
def test_auto(
    tmp_path: Path, machine: Machine, on_disk: list[str], expected: tuple[str, str | None]
) -> None:
    """What suits is wanted, and until it has been downloaded the best of those on disk serves."""
    for name in on_disk:
        write_english_model(tmp_path / name)
    found = finder(tmp_path, machine)("auto")
    assert chosen(found) == expected
    assert found.is_local == (found.stand_in is None)
    assert f"suits {machine} and any language" in found.reason
    assert ("until it has been downloaded" in found.reason) == (found.stand_in is not None)


def test_auto_without_downloads(tmp_path: Path) -> None:
    """What may not be downloaded is not wanted; where nothing on disk will do, the cure is told."""
    offline = finder(tmp_path, may_download=False)("auto")
    assert chosen(offline) == ("home-en", None)
    assert "base suits" in offline.reason
    with pytest.raises(ModelNotFound, match="models download base"):
        finder(tmp_path, languages=frozenset({"de"}), may_download=False)("auto")


def test_auto_for_a_language(tmp_path: Path) -> None:
    """English stays with home-en; for another language nothing stands in that is English only."""
    assert chosen(finder(tmp_path, languages=frozenset({"en"}))("auto")) == ("home-en", None)
    assert chosen(finder(tmp_path, languages=frozenset({"de"}))("auto")) == ("base", None)
    assert not finder(tmp_path, languages=frozenset({"de"}))("auto").is_local


def test_auto_passes_over_what_is_damaged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A model whose files are damaged is no choice, and its owner is told so."""
    (write_english_model(tmp_path / "base") / "config.json").write_text("{")
    write_english_model(tmp_path / "small")
    assert chosen(finder(tmp_path)("auto")) == ("small", None)
    assert "config.json is damaged" in caplog.text


def test_models_are_the_same_while_their_files_are(tmp_path: Path) -> None:
    """A directory whose weights were written anew holds another model."""
    weights = write_english_model(tmp_path / "toy") / "model.bin"
    before = finder(tmp_path)("toy")
    assert finder(tmp_path)("toy") == before
    os.utime(weights, ns=(1, 1))
    assert finder(tmp_path)("toy") != before


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
