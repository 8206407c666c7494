"""What is looked at for which settings, on this machine."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from fake_hub import FakeHub, Mood, hub_at, read_model, running
from local_models import write_english_model
from options import engine_options

import wyoming_whisper
from wyoming_whisper import app
from wyoming_whisper.app_examination import Examination
from wyoming_whisper.config.device import Device
from wyoming_whisper.config.settings import Settings
from wyoming_whisper.doctor.finding import Status, Verdict
from wyoming_whisper.engines.whisper.model import LoadableWhisper
from wyoming_whisper.engines.whisper.model_files import find_model

if TYPE_CHECKING:
    from collections.abc import Iterator

HOME_EN = Path(wyoming_whisper.__file__).parent / "engines/whisper/home_en"
REPO = "someone/some-model"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of a server on the embedded model that leaves the machine's ports alone."""
    return Settings(
        uri=("tcp://127.0.0.1:0",), http_port="0", model="home-en", data_dir=(tmp_path / "data",),
        device=Device("cpu"), no_zeroconf=True,
    )  # fmt: skip


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeHub]:
    """A Hub that holds a toy model."""
    hub = FakeHub(read_model(write_english_model(tmp_path / "original")), REPO)
    hub.gate.set()
    with running(hub):
        hub_at(hub.url, monkeypatch)
        yield hub


async def examine(settings: Settings, **changes: Any) -> dict[str, Verdict]:  # noqa: ANN401 - fields
    findings = await app.examine(replace(settings, **changes))
    return {finding.check: finding.verdict for finding in findings}


async def test_nothing_is_wrong(settings: Settings) -> None:
    """The embedded model on the CPU works; every thing is looked at once, and none is faulty."""
    found = await examine(settings)
    assert {name: v.found for name, v in found.items() if v.status is Status.FAIL} == {}
    assert list(found) == [
        "versions", "settings", "clock", "disk", "cpu", "device", "libraries", "compute type",
        "model", "digest", "threads", "memory", "wyoming", "http", "names", "discovery", "load",
        "decode",
    ]  # fmt: skip
    assert found["model"].found == "home-en, English, in the package"
    assert "every word right" in found["decode"].found
    assert found["discovery"].found == "off: --no-zeroconf"
    assert not settings.data_dir[0].exists()


async def test_several_of_a_kind(settings: Settings, tmp_path: Path) -> None:
    """Each address and each directory is looked at."""
    several = replace(
        settings,
        uri=("tcp://127.0.0.1:0", f"unix://{tmp_path / 'socket'}"),
        data_dir=(tmp_path, tmp_path / "other"),
        download_dir=str(tmp_path / "downloads"),
    )
    checks = [finding.check for finding in await app.examine(several)]
    assert checks.count("wyoming") == 2
    assert checks.count("disk") == 3
    assert not (tmp_path / "socket").exists()


async def test_settings_that_do_not_fit(settings: Settings, tmp_path: Path) -> None:
    """What a server would refuse to start with is a fault: of the model's, and of the keys'."""
    found = await examine(settings, language="de")
    assert (found["settings"].status, found["settings"].found) == (
        Status.FAIL,
        "--language: home-en does not understand 'de'",
    )
    found = await examine(settings, api_keys=str(tmp_path / "no-keys"))
    assert found["settings"].status is Status.FAIL
    assert "no-keys: No such file" in found["settings"].found


async def test_an_unknown_model(settings: Settings) -> None:
    """A model by an unknown name is a fault, and what needs a model is not looked at."""
    found = await examine(settings, model="no-such-model")
    assert found["model"].status is Status.FAIL
    assert "no model 'no-such-model'" in found["model"].found
    assert found["decode"].found == "not tried: there is no model on disk"
    assert "download" not in found


async def test_a_damaged_model(settings: Settings, tmp_path: Path) -> None:
    """A file of weights that breaks off is a fault, and is not loaded."""
    damaged = shutil.copytree(HOME_EN, tmp_path / "damaged")
    with (damaged / "model.bin").open("r+b") as weights:
        weights.truncate(20_000_000)
    found = await examine(settings, model=str(damaged))
    for name in ("digest", "memory"):
        assert found[name].status is Status.FAIL
        assert "it breaks off" in found[name].found
    assert found["load"].found.startswith("not tried: ")


async def test_a_model_that_does_not_fit(settings: Settings, tmp_path: Path) -> None:
    """A model that memory does not suffice for is a fault, and is not loaded: others run here."""
    model = LoadableWhisper(find_model("home-en", []), engine_options(), tmp_path)
    examination = Examination(
        settings, lambda: model, lambda _: None, tmp_path, available=lambda: 2**20
    )
    found = {finding.check: finding.verdict for finding in await examination.run()}
    assert found["memory"].status is Status.FAIL
    assert found["memory"].found.startswith("1.0 MiB free, home-en as int8 needs about ")
    assert found["load"].found == "not tried: it would not fit into the memory"
    assert found["decode"].found == "not tried: it would not fit into the memory"


async def test_a_model_that_cannot_be_loaded(settings: Settings, tmp_path: Path) -> None:
    """A configuration that is damaged shows when the model is loaded, and is a fault."""
    damaged = shutil.copytree(HOME_EN, tmp_path / "damaged")
    (damaged / "config.json").write_text("{}")
    found = await examine(settings, model=str(damaged))
    assert found["load"].status is Status.FAIL
    assert "cannot be loaded: config.json has no list" in found["load"].found
    assert found["decode"].found == "not tried: the model is not loaded"


async def test_a_model_that_understands_nothing(settings: Settings, tmp_path: Path) -> None:
    """Weights without sense load, and say other words than were spoken: a fault."""
    toy = write_english_model(tmp_path / "toy")
    found = await examine(settings, model=str(toy))
    assert found["load"].status is Status.OK
    assert found["decode"].status is Status.FAIL
    assert "for 'Turn off the kitchen light.'" in found["decode"].found


async def test_a_number_format_that_the_device_does_not_have(settings: Settings) -> None:
    """A compute type that cannot be is a fault, before the load and in it."""
    found = await examine(settings, compute_type="bfloat16")
    assert found["compute type"].status is Status.FAIL
    assert found["load"].status is Status.FAIL


async def test_an_owners_prompt_is_nobody_elses_business(settings: Settings) -> None:
    """What stands in the prompt is not in the report."""
    found = await examine(settings, initial_prompt="Xanthippe")
    assert not any("Xanthippe" in verdict.found for verdict in found.values())


async def test_a_model_that_would_be_downloaded(settings: Settings, hub: FakeHub) -> None:
    """A model that is not there is a warning, with what it takes; nothing is downloaded."""
    found = await examine(settings, model=REPO)
    assert found["model"].status is Status.WARN
    assert found["download"].status is Status.OK
    assert "KiB from 127.0.0.1 fit" in found["download"].found
    assert "127.0.0.1" in found["names"].found
    assert f"/api/models/{REPO}" in {path for path, _ in hub.requests}
    assert not any("/resolve/" in path for path, _ in hub.requests)
    assert not settings.data_dir[0].exists()


async def test_a_hub_that_fails(settings: Settings, hub: FakeHub) -> None:
    """A Hub that cannot say anything is a warning; a model that it does not have is a fault."""
    found = await examine(settings, model="someone/other")
    assert found["download"].status is Status.FAIL
    assert "the Hub has no model" in found["download"].found
    hub.mood = Mood.FAILING
    found = await examine(settings, model=REPO)
    assert found["download"].status is Status.WARN


async def test_a_download_that_is_forbidden(settings: Settings, hub: FakeHub) -> None:
    """With --local-files-only a missing model is a fault, and the Hub is not asked."""
    found = await examine(settings, model=REPO, local_files_only=True)
    assert found["model"].status is Status.FAIL
    assert "download" not in found
    assert hub.requests == []


async def test_unix_sockets_alone(settings: Settings, tmp_path: Path) -> None:
    """A server that nobody reaches over the network has nothing to announce."""
    found = await examine(settings, uri=(f"unix://{tmp_path / 's'}",), no_zeroconf=False)
    assert found["discovery"].status is Status.OK
    assert "Unix sockets only" in found["discovery"].found


async def test_a_server_on_the_loopback(settings: Settings) -> None:
    """A server that only this machine reaches is told of."""
    found = await examine(settings, no_zeroconf=False)
    assert found["discovery"].status is Status.WARN
    assert "only 127.0.0.1 can be announced" in found["discovery"].found
