"""The benchmark of a device, on the CPU and at small size."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import gpu
import pytest
from local_models import Shape, write_multilingual_model

from wyoming_whisper.config.device import Device
from wyoming_whisper.engines.whisper.model_files import find_model

if TYPE_CHECKING:
    from pathlib import Path

    from wyoming_whisper.engines.whisper.model_files import ModelFiles

TRIAL: Final = gpu.Trial(Device("cpu"), "int8", satellites=3, rounds=2, audio_s=1.0, n_tokens=5)
# faster-whisper knows no other window.
SHAPE: Final = Shape(d_model=32, window_s=30)


@pytest.fixture
def model(tmp_path: Path) -> ModelFiles:
    path = write_multilingual_model(tmp_path / "toy", SHAPE, n_tokens=5)
    return find_model(str(path), [])


async def test_all_contenders_do_the_same_work(model: ModelFiles) -> None:
    """Each answers every request with as many tokens; ours counts its calls by their size."""
    batched = await gpu.measure_ours(model, TRIAL, 0)
    alone = await gpu.measure_ours(model, TRIAL, 1)
    other = await gpu.measure_faster_whisper(model, TRIAL)
    assert [len(result.answer_s) for result in (batched, alone, other)] == [6, 6, 6]
    assert max(batched.batches) > 1
    assert sum(size * calls for size, calls in batched.batches.items()) == 6
    assert alone.batches == {1: 6}
    assert not other.batches


async def test_other_work_is_no_result(model: ModelFiles) -> None:
    """A contender that hears less, or more, than was said is not measured."""
    with pytest.raises(AssertionError, match="5 tokens instead of 6"):
        await gpu.measure_faster_whisper(model, replace(TRIAL, n_tokens=6))


def test_the_table(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """The command prints a line for each model, number of satellites and contender."""
    monkeypatch.setitem(gpu.SHAPES, "toy", SHAPE)
    arguments = "gpu.py --device cpu --models toy --concurrency 1 2 --rounds 1"
    monkeypatch.setattr(sys, "argv", arguments.split())
    gpu.main()
    lines = capsys.readouterr().out.splitlines()
    assert [line.split("|")[1:4] for line in lines[2:]] == [
        [" toy ", f" {satellites} ", f" {contender} "]
        for satellites in (1, 2)
        for contender in ("batched", "one at a time", "faster-whisper")
    ]
    assert len({line.count("|") for line in lines}) == 1
