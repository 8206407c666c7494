"""What CTranslate2's words about a model that cannot be loaded mean to its owner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wyoming_whisper.engines.whisper.cuda import CURE
from wyoming_whisper.errors import DeviceUnavailable, ModelNotFound

if TYPE_CHECKING:
    from wyoming_whisper.config.device import Device
    from wyoming_whisper.engines.whisper.model_files import ModelFiles


def explain(
    error: Exception, model: ModelFiles, device: Device
) -> DeviceUnavailable | ModelNotFound:
    """Return one line with the cure for what was raised while a model was loaded on a device."""
    words = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    if "libcublas" in words:
        return DeviceUnavailable(f"the CUDA library cuBLAS 12 is missing; {CURE}")
    if is_out_of_memory(error):
        smaller = "int8" if device.kind == "cpu" else "int8_float16"
        return DeviceUnavailable(
            f"{model.name} does not fit into the memory of {device}; choose a smaller "
            f"model, or --compute-type {smaller}"
        )
    # Its words on a compute type speak of the device too.
    if "compute type" in words:
        return DeviceUnavailable(f"{words}; use --compute-type auto")
    if device.kind != "cpu" and ("CUDA" in words or "cuda" in words or "device" in words):
        return DeviceUnavailable(
            f"{device} does not work ({words}); check nvidia-smi, or use --device cpu"
        )
    return ModelNotFound(f"model {model.name!r} in {model.path} cannot be loaded: {words}")


def is_out_of_memory(error: Exception) -> bool:
    """Tell whether the device's memory, or the machine's, did not suffice."""
    return isinstance(error, MemoryError) or "out of memory" in str(error)
