"""Faults of devices, each provoked by what their drivers say."""

from __future__ import annotations

import pytest

from wyoming_whisper.config.device import Device
from wyoming_whisper.doctor.device import compute_type, device, libraries
from wyoming_whisper.doctor.finding import Status


@pytest.mark.parametrize(
    ("wanted", "n_gpus", "driver", "status", "words"),
    [
        ("cpu", 0, "", Status.OK, "the CPU, as --device says"),
        ("cpu", 1, "550.54", Status.OK, "the CPU, as --device says"),
        ("auto", 0, "", Status.OK, "the CPU (no NVIDIA GPU, no NVIDIA driver)"),
        ("auto", 1, "550.54", Status.OK, "cuda (1 NVIDIA GPU, driver 550.54)"),
        ("cuda:1", 2, "550.54", Status.OK, "cuda:1 (2 NVIDIA GPUs, driver 550.54)"),
        ("auto", 0, "550.54", Status.WARN, "although a GPU's driver is loaded"),
        ("cuda", 0, "550.54", Status.FAIL, "cuda is asked for (no NVIDIA GPU, driver 550.54)"),
        ("cuda", 0, "", Status.FAIL, "no NVIDIA driver"),
        ("cuda:0,2", 2, "550.54", Status.FAIL, "cuda:0,2 is asked for, and there is 2 NVIDIA"),
    ],
)
def test_device(wanted: str, n_gpus: int, driver: str, status: Status, words: str) -> None:
    """A GPU that was asked for has to be there; one that `auto` cannot use is told of."""
    verdict = device(Device.parse(wanted), n_gpus, driver)
    assert verdict.status is status
    assert words in verdict.found


def test_the_cure_of_a_missing_gpu() -> None:
    """Where the driver is loaded the container is to blame, and the driver where it is not."""
    assert "--gpus all" in device(Device("cuda"), 0, "550.54").cure
    assert "install NVIDIA's driver" in device(Device("cuda"), 0, "").cure


def test_libraries() -> None:
    """cuBLAS has to be there for a GPU; `auto` runs without, on the CPU."""
    cure = "pip install it"
    none = libraries(is_needed=False, falls_back=True, cublas=None, cure=cure)
    assert none.status is Status.OK
    found = libraries(is_needed=True, falls_back=False, cublas="/usr/lib/libcublas.so", cure=cure)
    assert (found.status, "/usr/lib/libcublas.so" in found.found) == (Status.OK, True)
    slow = libraries(is_needed=True, falls_back=True, cublas=None, cure=cure)
    assert (slow.status, slow.cure) == (Status.WARN, cure)
    missing = libraries(is_needed=True, falls_back=False, cublas=None, cure=cure)
    assert (missing.status, missing.cure) == (Status.FAIL, cure)


@pytest.mark.parametrize(
    ("wanted", "status"),
    [
        ("auto", Status.OK),
        ("default", Status.OK),
        ("float32", Status.OK),
        ("float16", Status.FAIL),
    ],
)
def test_compute_type(wanted: str, status: Status) -> None:
    """A number format that the device does not compute in is a fault; what there is, is listed."""
    verdict = compute_type(wanted, {"int8", "float32"}, "int8")
    assert verdict.status is status
    assert "float32, int8" in verdict.found
