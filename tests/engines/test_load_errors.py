"""What goes wrong on devices, in words that help."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from wyoming_whisper.config.device import Device
from wyoming_whisper.engines.whisper.load_errors import explain
from wyoming_whisper.engines.whisper.model_files import ModelFiles
from wyoming_whisper.errors import DeviceUnavailable, ModelNotFound

TOY: Final = ModelFiles("toy", Path("/models/toy"), None, frozenset({"en"}))


@pytest.mark.parametrize(
    ("error", "device", "cure"),
    [
        (
            RuntimeError("Library libcublas.so.12 is not found or cannot be loaded"),
            "cuda",
            "pip install nvidia-cublas-cu12",
        ),
        (
            RuntimeError("CUDA failed with error out of memory"),
            "cuda",
            "choose a smaller model, or --compute-type int8_float16",
        ),
        (MemoryError("std::bad_alloc"), "cpu", "--compute-type int8"),
        (
            RuntimeError("CUDA failed with error no kernel image is available\nmore words"),
            "cuda:1",
            "cuda:1 does not work (CUDA failed with error no kernel image is available)",
        ),
        (
            ValueError(
                "Requested int8_bfloat16 compute type, but the target device or backend do not "
                "support efficient int8_bfloat16 computation."
            ),
            "cuda",
            "use --compute-type auto",
        ),
    ],
)
def test_words_of_the_device_come_with_a_cure(error: Exception, device: str, cure: str) -> None:
    """What goes wrong on GPUs is told in one line that says what helps."""
    explained = explain(error, TOY, Device.parse(device))
    assert isinstance(explained, DeviceUnavailable)
    assert cure in str(explained)
    assert "\n" not in str(explained)


def test_an_error_without_words_is_told_by_its_name() -> None:
    """Even an error that says nothing gives a line that says something."""
    explained = explain(OSError(), TOY, Device("cpu"))
    assert isinstance(explained, ModelNotFound)
    assert str(explained) == "model 'toy' in /models/toy cannot be loaded: OSError"
