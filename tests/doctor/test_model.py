"""Faults of models: missing, damaged, too large for the disk."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from fakes import FACTS, FakeModel

from wyoming_whisper.doctor.finding import Status
from wyoming_whisper.doctor.model import digest, download, presence
from wyoming_whisper.errors import ModelNotFound, ServerFailed

if TYPE_CHECKING:
    from pathlib import Path

MIB = 2**20


@pytest.mark.parametrize(
    ("is_remote", "may_download", "status", "words"),
    [
        (True, True, Status.WARN, "fake is not on disk; a server downloads it at its start"),
        (True, False, Status.FAIL, "--local-files-only forbids a download"),
        (False, False, Status.WARN, "fake is converted when a server starts"),
    ],
)
def test_absence(*, is_remote: bool, may_download: bool, status: Status, words: str) -> None:
    """A model that is not there is a warning where it can be had, and else a fault."""
    model = FakeModel(is_local=False, is_remote=is_remote)
    verdict = presence(model, "", may_download=may_download)
    assert verdict.status is status
    assert words in verdict.found


def test_presence() -> None:
    """A model that is there is fine, also where another one is to take its place."""
    here = presence(FakeModel(), "/models/fake", may_download=False)
    assert (here.status, here.found) == (Status.OK, "fake, 2 languages, in /models/fake")
    coming = FakeModel(replace(FACTS, name="base"), is_local=False, is_remote=True)
    until = presence(FakeModel(), "/models/fake", coming, may_download=True)
    assert until.found.endswith("in /models/fake, until base has been downloaded")


def test_digest() -> None:
    """Weights that are not what they should be are a fault; unknown ones are not even read."""
    assert digest("base", "a" * 64, lambda: "a" * 64).status is Status.OK
    damaged = digest("base", "a" * 64, lambda: "b" * 64)
    assert (damaged.status, "should be aaaaaaaaaaaa…" in damaged.found) == (Status.FAIL, True)

    def unread() -> str:
        raise AssertionError

    assert digest("own", None, unread).status is Status.OK


@pytest.mark.parametrize(("free", "status"), [(100, Status.OK), (99, Status.FAIL)])
def test_download(tmp_path: Path, free: int, status: Status) -> None:
    """A download that does not fit is a fault before it is begun; its directory is not made."""
    asked = []

    def free_bytes(folder: Path) -> int:
        asked.append(folder)
        return free * MIB

    verdict = download("hub.example", lambda: 100 * MIB, tmp_path / "models", free_bytes)
    assert verdict.status is status
    assert "100 MiB from hub.example" in verdict.found
    assert asked == [tmp_path]
    assert not list(tmp_path.iterdir())


def test_a_hub_that_cannot_be_reached(tmp_path: Path) -> None:
    """Without a network a server runs and goes on trying, so this is a warning."""

    def unreachable() -> int:
        raise ServerFailed("the Hub does not answer")

    verdict = download("hub.example", unreachable, tmp_path, lambda _: 0)
    assert (verdict.status, verdict.found) == (Status.WARN, "the Hub does not answer")
    assert "hub.example" in verdict.cure


def test_a_model_that_the_hub_does_not_have(tmp_path: Path) -> None:
    """A model that is nowhere is none of the network's faults."""

    def unknown() -> int:
        raise ModelNotFound("the Hub has no model 'x/y'")

    with pytest.raises(ModelNotFound):
        download("hub.example", unknown, tmp_path, lambda _: 0)
