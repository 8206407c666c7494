"""The models of a machine: listed, fetched and removed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest
from fake_hub import FakeHub, hub_at, read_model, running
from local_models import Shape, write_english_model
from options import engine_options

from wyoming_whisper.config.device import Device
from wyoming_whisper.engines.whisper.catalogue import CATALOGUE
from wyoming_whisper.engines.whisper.library import Library
from wyoming_whisper.engines.whisper.model import WhisperFinder
from wyoming_whisper.engines.whisper.recommendation import Machine, Needs
from wyoming_whisper.errors import ModelNotFound

if TYPE_CHECKING:
    from pathlib import Path

REPO: Final = "someone/some-model"


def library_of(*data_dirs: Path) -> Library:
    machine, needs = Machine("cpu", 2, 8 * 2**30), Needs(frozenset({"de"}))
    options = engine_options(device=Device("cpu"))
    return Library(WhisperFinder(data_dirs, machine, needs, options, data_dirs[0]))


def nothing(_done: int, _total: int) -> None:
    pass


def test_the_list(tmp_path: Path) -> None:
    """It has the catalogue, what suits, what is on disk and how large, and the owner's own."""
    write_english_model(tmp_path / "tiny")
    write_english_model(tmp_path / "mine")
    write_english_model(tmp_path / "someone" / "theirs")
    (write_english_model(tmp_path / "half") / "model.bin").unlink()
    models = {model.name: model for model in library_of(tmp_path).models()}
    assert models.keys() == {entry.name for entry in CATALOGUE} | {"mine", "someone/theirs"}
    assert [name for name, model in models.items() if model.suits] == ["base"]
    assert {name for name, model in models.items() if model.folder} == {
        "home-en", "tiny", "mine", "someone/theirs",
    }  # fmt: skip
    assert models["tiny"].disk_bytes > models["base"].disk_bytes == 0


def test_a_model_of_the_hub_clients_cache_is_listed(tmp_path: Path) -> None:
    """Other programs fetch into the same directory, in their own way."""
    cache = tmp_path / "models--someone--theirs"
    write_english_model(cache / "snapshots" / "abc")
    (cache / "refs").mkdir()
    (cache / "refs" / "main").write_text("abc")
    assert "someone/theirs" in {model.name for model in library_of(tmp_path).models()}


def test_the_table(tmp_path: Path) -> None:
    """A line for each model, and one that says what was recommended for whom."""
    write_english_model(tmp_path / "mine")
    head, *lines, empty, legend = library_of(tmp_path).table().splitlines()
    assert head.split()[:2] == ["model", "languages"]
    base = next(line for line in lines if " base " in line)
    assert base.split()[:7] == ["*", "base", "99", "74", "M", "145", "MB"]
    mine = next(line for line in lines if "mine" in line)
    assert mine.rstrip().endswith("MB")
    assert empty == ""
    assert "suits 2 cores with 8.0 GiB and de" in legend


def test_a_model_is_fetched_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is there is not asked for again; what is none is refused."""
    hub = FakeHub(read_model(write_english_model(tmp_path / "toy", Shape(d_model=32))), REPO)
    hub.gate.set()
    library = library_of(tmp_path / "data")
    told: list[int] = []
    with running(hub):
        hub_at(hub.url, monkeypatch)
        folder = library.download(REPO, lambda done, _total: told.append(done))
        assert folder == tmp_path / "data" / REPO
        assert told
        hub.requests.clear()
        assert library.download(REPO, nothing) == folder
        assert hub.requests == []
    with pytest.raises(ModelNotFound, match="no model 'nonsense'"):
        library.download("nonsense", nothing)


def test_a_model_is_removed_with_what_is_left_of_it(tmp_path: Path) -> None:
    """Wherever it lies in the data directories, and also half a download; nothing else is."""
    first, second = tmp_path / "first", tmp_path / "second"
    fetched = write_english_model(first / "Systran" / "faster-whisper-base")
    partial = first / "Systran" / "faster-whisper-base.partial"
    partial.mkdir()
    cache = second / "models--Systran--faster-whisper-base"
    write_english_model(cache / "snapshots" / "abc")
    (cache / "refs").mkdir()
    (cache / "refs" / "main").write_text("abc")
    other = write_english_model(first / "other")
    library = library_of(first, second)
    assert library.remove("base") == [fetched, partial, cache]
    assert not any(folder.exists() for folder in (fetched, partial, cache))
    assert other.is_dir()
    with pytest.raises(ModelNotFound, match="no model 'base' is in the data directories"):
        library.remove("base")


@pytest.mark.parametrize("name", ["home-en", "../elsewhere", ".", "", "/"])
def test_what_is_not_ours_stays(tmp_path: Path, name: str) -> None:
    """The package's own model and whatever lies outside the data directories are not touched."""
    elsewhere = write_english_model(tmp_path / "elsewhere")
    data = write_english_model(tmp_path / "data")
    with pytest.raises(ModelNotFound):
        library_of(data).remove(name)
    assert (elsewhere / "model.bin").is_file()
    assert (data / "model.bin").is_file()
