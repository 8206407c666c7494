"""Devices, as owners write them."""

from __future__ import annotations

import pytest

from wyoming_whisper.config.device import Device


@pytest.mark.parametrize(
    ("text", "device", "numbers"),
    [
        ("auto", Device("auto"), (0,)),
        ("cpu", Device("cpu"), (0,)),
        ("cuda", Device("cuda"), (0,)),
        ("cuda:3", Device("cuda", (3,)), (3,)),
        ("cuda:0,12", Device("cuda", (0, 12)), (0, 12)),
        ("cuda:1,cuda:0", Device("cuda", (1, 0)), (1, 0)),
    ],
)
def test_devices(text: str, device: Device, numbers: tuple[int, ...]) -> None:
    """Several GPUs may be named by their numbers, or each in full."""
    assert Device.parse(text) == device
    assert device.numbers == numbers
    assert Device.parse(str(device)) == device


@pytest.mark.parametrize("text", ["auto", "cpu", "cuda", "cuda:3", "cuda:0,12"])
def test_a_device_is_shown_as_it_is_written(text: str) -> None:
    """Messages and the log name a device in the owner's words."""
    assert str(Device.parse(text)) == text


@pytest.mark.parametrize(
    "text",
    ["", "gpu", "CPU", "cuda:", "cuda:x", "cuda:-1", "cuda:1000", "cuda:\u0661", "cpu:0", "auto:0",
     "cuda:0,", "cuda:0,cpu", " cpu"],
)  # fmt: skip
def test_impossible_devices(text: str) -> None:
    """What is no device is refused."""
    with pytest.raises(ValueError, match="must be auto, cpu, cuda or cuda:N"):
        Device.parse(text)


def test_only_gpus_have_numbers() -> None:
    """An impossible device cannot be made of its parts either."""
    with pytest.raises(ValueError, match="must be"):
        Device("cpu", (0,))
    with pytest.raises(ValueError, match="must be"):
        Device("tpu")  # type: ignore[arg-type] # on purpose
