"""Downloads from a Hub that behaves, or does not."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

import pytest
from fake_hub import FakeHub, Mood, hub_at, read_model, running
from local_models import Shape, write_english_model

from wyoming_whisper.engines.whisper.catalogue import Source
from wyoming_whisper.engines.whisper.hub import download_bytes, fetch, host
from wyoming_whisper.errors import ModelNotFound, ServerFailed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PATTERNS: Final = ("model.bin", "config.json", "tokenizer.json", "vocabulary.*")
REPO: Final = "someone/some-model"


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeHub]:
    """A Hub that holds a toy model; large files do not wait."""
    model = write_english_model(tmp_path / "original", Shape(d_model=32))
    hub = FakeHub(read_model(model), REPO)
    hub.gate.set()
    with running(hub):
        hub_at(hub.url, monkeypatch)
        yield hub


def download(
    tmp_path: Path, revision: str | None = None, sha256: str | None = None
) -> tuple[Path, list[tuple[int, int]]]:
    told: list[tuple[int, int]] = []
    source = Source(REPO, revision, sha256)
    folder = fetch(
        source, tmp_path / "data", PATTERNS, lambda done, total: told.append((done, total))
    )
    return folder, told


def assert_complete(folder: Path, hub: FakeHub) -> None:
    wanted = {name: content for name, content in hub.files.items() if name != "README.md"}
    found = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert found == {name: wanted[name] for name in found}
    assert {"model.bin", "config.json", "tokenizer.json", "vocabulary.json"} <= found.keys()


def test_download(hub: FakeHub, tmp_path: Path) -> None:
    """The model's files arrive, and only they; progress ends at the whole."""
    folder, told = download(tmp_path)
    assert folder == tmp_path / "data" / "someone" / "some-model"
    assert_complete(folder, hub)
    assert told[-1][0] == told[-1][1]
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert not any("README" in path for path, _ in hub.requests)


def test_second_call_asks_nothing(hub: FakeHub, tmp_path: Path) -> None:
    """What is complete is not asked for again."""
    download(tmp_path)
    hub.requests.clear()
    download(tmp_path)
    assert hub.requests == []


def test_cut_off_and_resumed(hub: FakeHub, tmp_path: Path) -> None:
    """A file that broke off is gone on with where it broke off."""
    hub.mood = Mood.CUTS_OFF
    with pytest.raises(ModelNotFound, match="could not be downloaded") as raised:
        download(tmp_path)
    assert "\n" not in str(raised.value)
    hub.mood = Mood.GOOD
    hub.requests.clear()
    folder, _ = download(tmp_path)
    assert_complete(folder, hub)
    size = len(hub.files["model.bin"])
    assert ("model.bin", f"bytes={size // 2}-") in [
        (path.rpartition("/")[2], wanted) for path, wanted in hub.requests
    ]


def test_resumed_from_a_hub_without_ranges(hub: FakeHub, tmp_path: Path) -> None:
    """Where the server sends everything again, the file starts over."""
    hub.mood = Mood.CUTS_OFF
    with pytest.raises(ModelNotFound):
        download(tmp_path)
    hub.mood = Mood.IGNORES_RANGES
    folder, _ = download(tmp_path)
    assert_complete(folder, hub)


def test_damaged(hub: FakeHub, tmp_path: Path) -> None:
    """Bytes that are not those announced are thrown away, and the next try starts fresh."""
    hub.mood = Mood.LYING
    with pytest.raises(ModelNotFound, match="arrived damaged"):
        download(tmp_path)
    hub.mood = Mood.GOOD
    folder, _ = download(tmp_path)
    assert_complete(folder, hub)


def test_unknown_repository(hub: FakeHub, tmp_path: Path) -> None:
    """A model that the Hub does not have is said to be so."""
    hub.repo_id = "someone/else"
    with pytest.raises(ModelNotFound, match="the Hub has no model 'someone/some-model'"):
        download(tmp_path)


def test_no_model_in_it(hub: FakeHub, tmp_path: Path) -> None:
    """A repository without a model's files is refused."""
    hub.files = {"README.md": b"", "../model.bin": b"", "sub/model.bin": b""}
    with pytest.raises(ModelNotFound, match="holds no CTranslate2 model"):
        download(tmp_path)


def test_failing_hub(hub: FakeHub, tmp_path: Path) -> None:
    """A Hub that fails is one line."""
    hub.mood = Mood.FAILING
    with pytest.raises(ModelNotFound, match="500") as raised:
        download(tmp_path)
    assert "\n" not in str(raised.value)


def test_a_known_digest(hub: FakeHub, tmp_path: Path) -> None:
    """Weights that are not those known by this name are refused before they are fetched."""
    with pytest.raises(ModelNotFound, match="is not the one that is known by this name"):
        download(tmp_path, sha256="0" * 64)
    assert not any("resolve" in path for path, _ in hub.requests)
    right = hashlib.sha256(hub.files["model.bin"]).hexdigest()
    folder, _ = download(tmp_path, sha256=right)
    assert_complete(folder, hub)


def test_a_known_revision(hub: FakeHub, tmp_path: Path) -> None:
    """The commit that is known is asked for, and no newer one."""
    download(tmp_path, revision="abc123")
    assert hub.requests[0][0] == f"/api/models/{REPO}/revision/abc123"


def test_a_full_disk(hub: FakeHub, tmp_path: Path) -> None:
    """Where the disk has no room, that is one line, and nothing is written."""
    hub.claimed_sizes = {"model.bin": 10**15}
    with pytest.raises(ModelNotFound, match="the disk has no room for") as raised:
        download(tmp_path)
    assert "\n" not in str(raised.value)
    assert not any("resolve" in path for path, _ in hub.requests)


def test_what_a_download_would_take(hub: FakeHub) -> None:
    """The Hub tells how large the files are that would be fetched, and none of them is."""
    sizes = {name: len(content) for name, content in hub.files.items()}
    wanted = [name for name in sizes if name.startswith(("model", "config", "tok", "vocab"))]
    assert download_bytes(Source(REPO), PATTERNS, 10) == sum(sizes[name] for name in wanted)
    assert not any("/resolve/" in path for path, _ in hub.requests)
    assert host() == "127.0.0.1"


def test_a_hub_that_does_not_say(hub: FakeHub) -> None:
    """An unknown repository is the owner's mistake, a Hub that fails is the network's."""
    with pytest.raises(ModelNotFound, match="no model 'someone/other'"):
        download_bytes(Source("someone/other"), PATTERNS, 10)
    hub.mood = Mood.SILENT
    with pytest.raises(ServerFailed, match="the Hub does not answer"):
        download_bytes(Source(REPO), PATTERNS, 0.1)
