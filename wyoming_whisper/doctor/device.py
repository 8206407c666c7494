"""Where the decoder computes: GPUs, their libraries, number formats."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wyoming_whisper.doctor.finding import Verdict, fail, ok, warn

if TYPE_CHECKING:
    from collections.abc import Collection

    from wyoming_whisper.config.device import Device


def device(wanted: Device, n_gpus: int, driver: str) -> Verdict:
    """Compare the device that is asked for with what is there.

    Args:
        wanted: What the owner asks for.
        n_gpus: How many NVIDIA GPUs the driver gives to this process.
        driver: The version of NVIDIA's kernel driver; empty where it is not loaded.
    """
    gpus = f"{n_gpus or 'no'} NVIDIA GPU{'s' * (n_gpus > 1)}"
    there = f"{gpus}, {f'driver {driver}' if driver else 'no NVIDIA driver'}"
    if wanted.kind == "cpu":
        return ok(f"the CPU, as --device says ({there})")
    if n_gpus and max(wanted.numbers) < n_gpus:
        return ok(f"{wanted if wanted.kind == 'cuda' else 'cuda'} ({there})")
    if n_gpus:
        return fail(
            f"{wanted} is asked for, and there is {gpus}",
            f"--device cuda:{n_gpus - 1} or lower: they are counted from 0",
        )
    if wanted.kind == "auto" and not driver:
        return ok(f"the CPU ({there})")
    if driver:
        cure = (
            "give the GPU to the container (docker run --gpus all), look at what nvidia-smi says, "
            "reboot after an update of the driver; or say --device cpu"
        )
    else:
        cure = "install NVIDIA's driver, or say --device cpu"
    if wanted.kind == "auto":
        return warn(f"the CPU, although a GPU's driver is loaded ({there})", cure)
    return fail(f"{wanted} is asked for ({there})", cure)


def libraries(*, is_needed: bool, falls_back: bool, cublas: str | None, cure: str) -> Verdict:
    """Look at the libraries of CUDA that the decoder loads.

    Args:
        is_needed: Whether it computes on a GPU.
        falls_back: Whether it takes the CPU where they are missing.
        cublas: Where cuBLAS was found; ``None`` where it was not.
        cure: How to get it.
    """
    if not is_needed:
        return ok("none needed: no GPU is used")
    if cublas is not None:
        return ok(f"cuBLAS 12 ({cublas}); cuDNN is not needed")
    if falls_back:
        return warn("cuBLAS 12 is missing, so the GPU is not used", cure)
    return fail("cuBLAS 12 is missing", cure)


def compute_type(wanted: str, supported: Collection[str], best: str) -> Verdict:
    """Compare the number format that is asked for with those that the device computes in.

    Args:
        wanted: ``auto``, ``default``, or one of the decoder's names.
        supported: Those that the device supports.
        best: What ``auto`` stands for there.
    """
    listed = ", ".join(sorted(supported))
    if wanted == "auto":
        return ok(f"{best}, the best of {listed}")
    if wanted in supported or wanted == "default":
        return ok(f"{wanted}, as --compute-type says, of {listed}")
    return fail(
        f"{wanted} is asked for, and the device supports {listed}",
        "--compute-type auto, or one of these",
    )
