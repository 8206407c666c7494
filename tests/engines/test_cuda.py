"""Drivers and libraries, on machines that have none: the loader is a stand-in."""

from __future__ import annotations

import ctypes
import sys
from typing import TYPE_CHECKING, Any

import pytest

from wyoming_whisper.engines.whisper.cuda import device_count, preload_cublas

if TYPE_CHECKING:
    from pathlib import Path

CUBLAS = "libcublas.so.12"


class Driver:
    """The two functions of libcuda that count devices."""

    def __init__(self, n_devices: int, *, init: int = 0, get_count: int = 0) -> None:
        self._n_devices = n_devices
        self._init = init
        self._get_count = get_count

    def cuInit(self, flags: int) -> int:  # noqa: N802 - NVIDIA's name
        return self._init

    def cuDeviceGetCount(self, count: Any) -> int:  # noqa: ANN401, N802 - a reference of ctypes'
        count._obj.value = self._n_devices
        return self._get_count


class Loader:
    """Opens the libraries it knows, as ``ctypes.CDLL`` does, and notes what was opened how."""

    def __init__(self, libraries: dict[str, Driver | None]) -> None:
        self._libraries = libraries
        self.opened: list[tuple[str, int]] = []

    def __call__(self, name: str, mode: int = ctypes.DEFAULT_MODE) -> Driver | None:
        if name not in self._libraries:
            raise OSError(f"{name}: cannot open shared object file: No such file or directory")
        self.opened.append((name, mode))
        return self._libraries[name]


def install(monkeypatch: pytest.MonkeyPatch, libraries: dict[str, Driver | None]) -> Loader:
    loader = Loader(libraries)
    monkeypatch.setattr(ctypes, "CDLL", loader)
    return loader


def pip_file(folder: Path, inside: str) -> str:
    """Write what stands for a library where pip puts one; return its path."""
    path = folder / inside / CUBLAS
    path.parent.mkdir(parents=True)
    path.write_bytes(b"")
    return str(path)


def test_without_a_driver_there_is_no_device(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where libcuda is missing the count is 0, and nothing is raised."""
    install(monkeypatch, {})
    assert device_count() == 0


@pytest.mark.parametrize("n_devices", [0, 1, 4])
def test_the_driver_is_asked(monkeypatch: pytest.MonkeyPatch, n_devices: int) -> None:
    """The count is the driver's."""
    install(monkeypatch, {"libcuda.so.1": Driver(n_devices)})
    assert device_count() == n_devices


@pytest.mark.parametrize(
    "driver", [Driver(1, init=100), Driver(1, get_count=3)], ids=["cuInit", "cuDeviceGetCount"]
)
def test_a_driver_that_fails_has_no_device(monkeypatch: pytest.MonkeyPatch, driver: Driver) -> None:
    """A driver without a card, or of another version than the kernel's, counts as none."""
    install(monkeypatch, {"libcuda.so.1": driver})
    assert device_count() == 0


def test_without_cublas_nothing_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where cuBLAS is nowhere installed the answer is None."""
    install(monkeypatch, {})
    assert preload_cublas() is None


def test_the_systems_cublas_goes_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A library that the loader finds itself is taken before pip's."""
    path = pip_file(tmp_path, "nvidia/cublas/lib")
    monkeypatch.syspath_prepend(tmp_path)
    loader = install(monkeypatch, {CUBLAS: None, path: None})
    assert preload_cublas() == CUBLAS
    assert loader.opened == [(CUBLAS, ctypes.RTLD_GLOBAL)]


@pytest.mark.parametrize("inside", ["nvidia/cublas/lib", "nvidia/cu12/lib", "torch/lib"])
def test_pips_cublas_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, inside: str) -> None:
    """It is loaded, visibly to CTranslate2, from where NVIDIA's packages or torch have it."""
    path = pip_file(tmp_path, inside)
    # torch is a package; NVIDIA's are parts of a namespace, without an __init__.
    if inside.startswith("torch"):
        (tmp_path / "torch" / "__init__.py").write_text("raise SystemExit('torch was imported')")
        monkeypatch.delitem(sys.modules, "torch", raising=False)
    monkeypatch.syspath_prepend(tmp_path)
    loader = install(monkeypatch, {path: None})
    assert preload_cublas() == path
    assert loader.opened == [(path, ctypes.RTLD_GLOBAL)]


def test_a_damaged_cublas_is_passed_over(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A file that is no library, as a broken installation leaves, does not stop the search."""
    damaged = pip_file(tmp_path, "nvidia/cublas/lib")
    monkeypatch.syspath_prepend(tmp_path)
    assert preload_cublas() != damaged
