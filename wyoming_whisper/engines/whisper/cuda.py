"""What is there of CUDA, and how CTranslate2 finds it.

CTranslate2's wheels dlopen ``libcublas.so.12`` (and no cuDNN). pip puts that file where the loader
does not look. A library that is loaded already is found by its name, so it is loaded here from
where pip has put it; no environment variable is needed.
"""

from __future__ import annotations

import ctypes
import logging
from importlib.util import find_spec
from pathlib import Path
from typing import Final

_LOG: Final = logging.getLogger(__name__)
_CUBLAS: Final = "libcublas.so.12"

CURE: Final = "install it with: pip install nvidia-cublas-cu12"
"""What helps where cuBLAS is missing."""


def device_count() -> int:
    """Return the number of CUDA devices, by asking the driver; 0 where there is no driver."""
    try:
        driver = ctypes.CDLL("libcuda.so.1")
    except OSError:
        return 0
    count = ctypes.c_int()
    if driver.cuInit(0) or driver.cuDeviceGetCount(ctypes.byref(count)):
        return 0
    return count.value


def device_memory(index: int = 0) -> int:
    """Return the bytes of a CUDA device's memory, by asking the driver; 0 where it does not say."""
    try:
        driver = ctypes.CDLL("libcuda.so.1")
    except OSError:
        return 0
    device, n_bytes = ctypes.c_int(), ctypes.c_size_t()
    if (
        driver.cuInit(0)
        or driver.cuDeviceGet(ctypes.byref(device), index)
        or driver.cuDeviceTotalMem_v2(ctypes.byref(n_bytes), device)
    ):
        return 0
    return n_bytes.value


def preload_cublas() -> str | None:
    """Load cuBLAS 12 from the system or from pip's packages.

    Returns:
        Where it was found, or ``None``; CTranslate2 then fails at its first matrix product.
    """
    for candidate in [_CUBLAS, *_installed()]:
        try:
            ctypes.CDLL(candidate, mode=ctypes.RTLD_GLOBAL)
        except OSError:
            continue
        _LOG.debug("cuBLAS: %s", candidate)
        return candidate
    return None


def _installed() -> list[str]:
    """Return the cuBLAS 12 files of pip's packages, torch's own copy last."""
    folders = [
        Path(root) / folder
        for package, inside in (("nvidia", ("cublas/lib", "cu12/lib")), ("torch", ("lib",)))
        for root in _roots(package)
        for folder in inside
    ]
    return [str(folder / _CUBLAS) for folder in folders if (folder / _CUBLAS).is_file()]


def _roots(package: str) -> list[str]:
    spec = find_spec(package)
    return list(spec.submodule_search_locations or ()) if spec else []
