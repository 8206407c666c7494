"""What is set before the libraries load, on real processes, and what is left alone."""

from __future__ import annotations

import json
import os
import platform
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Final

import pytest
from recordings import COMMANDS

from wyoming_whisper.config.settings import Settings
from wyoming_whisper.errors import ConfigError
from wyoming_whisper.system.cpu_tuning import (
    Tuning,
    environment,
    release_free_memory,
    tune_allocator,
)

if TYPE_CHECKING:
    from collections.abc import Callable

_GLIBC: Final = pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="needs glibc")
_OURS: Final = ("OMP_WAIT_POLICY", "OPENBLAS_NUM_THREADS")
_CLEAN: Final = {
    name: value
    for name, value in os.environ.items()
    if name not in _OURS and not name.startswith(("WYOMING_WHISPER", "MALLOC_", "GLIBC_TUNABLES"))
}

# Runs the program up to its first import of one of the libraries, and prints what that will see.
_SPY: Final = """
import json, os, sys
class Spy:
    def find_spec(self, name, path=None, target=None):
        if name in ("numpy", "ctranslate2", "onnxruntime"):
            print(json.dumps([name, dict(os.environ)]), flush=True)
            os._exit(0)
sys.meta_path.insert(0, Spy())
from wyoming_whisper.cli import main
main(sys.argv[1:])
"""
# Takes 64 MiB, fills it and gives it back, twice; prints how many pages were new the second time.
_TAKE_TWICE: Final = """
import resource
from wyoming_whisper.system.cpu_tuning import tune_allocator
print(tune_allocator({window_s}))
bytearray(64 << 20)
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
bytearray(64 << 20)
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""
_PAGES: Final = (64 << 20) // 4096


class FakeLibrary:
    """A C library that has these functions, and notes their calls."""

    def __init__(self, *names: str, result: int = 1) -> None:
        self.calls: list[tuple[object, ...]] = []
        for name in names:
            setattr(self, name, self._function(name, result))

    def _function(self, name: str, result: int) -> Callable[..., int]:
        def function(*arguments: int) -> int:
            self.calls.append((name, *arguments))
            return result

        return function

    def open(self, name: str) -> FakeLibrary:
        return self


def no_library(name: str) -> FakeLibrary:
    raise OSError(f"{name}: cannot open shared object file")


def seen_by_libraries(*arguments: str, **variables: str) -> dict[str, str]:
    """Start the program, and return the environment in which it imports its first library."""
    done = subprocess.run(
        [sys.executable, "-c", _SPY, *arguments],
        capture_output=True,
        text=True,
        check=True,
        env=_CLEAN | variables,
    )
    library, environ = json.loads(done.stdout)
    assert library == "numpy"
    return {name: environ[name] for name in _OURS if name in environ}


def test_environment() -> None:
    """Each tuning sets its own variable, and the allocator's sets none."""
    assert environment({}, set(Tuning)) == {
        "OMP_WAIT_POLICY": "PASSIVE",
        "OPENBLAS_NUM_THREADS": "1",
    }
    assert environment({}, {Tuning.BLAS}) == {"OPENBLAS_NUM_THREADS": "1"}
    assert environment({}, {Tuning.MALLOC}) == {}


def test_owners_environment() -> None:
    """What the owner has set is not touched, be it empty."""
    owners = {"OMP_WAIT_POLICY": "ACTIVE", "OPENBLAS_NUM_THREADS": ""}
    assert environment(owners, set(Tuning)) == {}


@pytest.mark.parametrize(
    "arguments", [("--uri", "tcp://127.0.0.1:0", "--no-zeroconf"), ("transcribe", "x.wav")]
)
def test_variables_are_there_before_the_libraries(arguments: tuple[str, ...]) -> None:
    """The server, and who transcribes a file, set the variables before numpy is imported."""
    assert seen_by_libraries(*arguments) == {
        "OMP_WAIT_POLICY": "PASSIVE",
        "OPENBLAS_NUM_THREADS": "1",
    }


def test_owners_variables_win() -> None:
    """The program starts with the variables that its owner has set."""
    owners = {"OMP_WAIT_POLICY": "active", "OPENBLAS_NUM_THREADS": "3"}
    assert seen_by_libraries("transcribe", "x.wav", **owners) == owners


@pytest.mark.parametrize(
    ("arguments", "variables", "left"),
    [
        (["--no-cpu-tuning"], {}, {}),
        (["--no-cpu-tuning", "openmp"], {}, {"OPENBLAS_NUM_THREADS": "1"}),
        (["--no-cpu-tuning", "openmp", "--no-cpu-tuning", "blas"], {}, {}),
        ([], {"WYOMING_WHISPER_NO_CPU_TUNING": "malloc blas"}, {"OMP_WAIT_POLICY": "PASSIVE"}),
    ],
)
def test_switching_off(
    arguments: list[str], variables: dict[str, str], left: dict[str, str]
) -> None:
    """Each tuning can be switched off by its name, and all of them at once."""
    given = ["--uri", "tcp://127.0.0.1:0", "--no-zeroconf", *arguments]
    assert seen_by_libraries(*given, **variables) == left


def test_settings() -> None:
    """The option names what is left alone; a name that means nothing is refused."""
    assert Settings().cpu_tuning == set(Tuning)
    assert Settings(no_cpu_tuning=("blas", "malloc")).cpu_tuning == {Tuning.OPENMP}
    assert Settings(no_cpu_tuning=("malloc", "all")).cpu_tuning == set()
    with pytest.raises(
        ConfigError, match="--no-cpu-tuning must be one of: malloc, openmp, blas, a"
    ):
        Settings(no_cpu_tuning=("malloc", "jemalloc"))


@_GLIBC
@pytest.mark.parametrize(("off", "spins"), [([], False), (["--no-cpu-tuning"], True)])
def test_openmp_obeys(off: list[str], spins: bool) -> None:
    """The OpenMP library that CTranslate2 brings reads the variable, and then does not spin."""
    path = str(COMMANDS[0].path)
    done = subprocess.run(
        [sys.executable, "-m", "wyoming_whisper", "transcribe", *off, "--model", "home-en", path],
        capture_output=True,
        text=True,
        check=True,
        env=_CLEAN | {"OMP_DISPLAY_ENV": "verbose"},
    )
    assert done.stdout.strip() == COMMANDS[0].text
    shown = re.findall(r"GOMP_SPINCOUNT = '(\d+)'", done.stderr)
    assert shown
    assert all((int(count) > 0) == spins for count in shown)


def test_allocator() -> None:
    """Large memory stays in one heap that is never cut, and is given back only when told."""
    library = FakeLibrary("mallopt", "malloc_trim")
    assert tune_allocator(30, {}, library.open)
    # M_ARENA_MAX, M_MMAP_MAX and M_TRIM_THRESHOLD of glibc's malloc.h.
    assert library.calls == [("mallopt", -8, 1), ("mallopt", -4, 0), ("mallopt", -1, 2**31 - 1)]
    release_free_memory(library.open)
    assert library.calls[-1] == ("malloc_trim", 0)


def test_allocator_refuses() -> None:
    """Parameters that the allocator does not take are not reported as set."""
    assert not tune_allocator(30, {}, FakeLibrary("mallopt", result=0).open)


@pytest.mark.parametrize(
    ("window_s", "environ"),
    [
        (15, {}),
        (30, {"MALLOC_ARENA_MAX": "2"}),
        (30, {"MALLOC_MMAP_MAX_": "65536"}),
        (30, {"MALLOC_TRIM_THRESHOLD_": "131072"}),
        (30, {"GLIBC_TUNABLES": "glibc.cpu.x=1:glibc.malloc.arena_max=4"}),
    ],
)
def test_allocator_is_left_alone(window_s: int, environ: dict[str, str]) -> None:
    """A short window gains nothing, and an owner's own settings are kept, all of them."""
    library = FakeLibrary("mallopt")
    assert not tune_allocator(window_s, environ, library.open)
    assert library.calls == []


def test_other_tunables() -> None:
    """Tunables of glibc that are none of the allocator's do not matter."""
    environ = {"GLIBC_TUNABLES": "glibc.cpu.x86_shstk=off"}
    assert tune_allocator(30, environ, FakeLibrary("mallopt").open)


@pytest.mark.parametrize(
    "open_library", [no_library, FakeLibrary().open], ids=["macOS, Windows", "musl"]
)
def test_other_systems(open_library: Callable[[str], FakeLibrary]) -> None:
    """Where there is no glibc, or it has no such functions, nothing happens."""
    assert not tune_allocator(30, {}, open_library)
    release_free_memory(open_library)


@_GLIBC
@pytest.mark.parametrize(("window_s", "tuned"), [(30, True), (8, False)])
def test_memory_is_kept(window_s: int, tuned: bool) -> None:
    """With the tuning, memory that is taken a second time is not mapped page by page again."""
    done = subprocess.run(
        [sys.executable, "-c", _TAKE_TWICE.format(window_s=window_s)],
        capture_output=True,
        text=True,
        check=True,
        env=_CLEAN,
    )
    done_so, new_pages = done.stdout.split()
    assert done_so == str(tuned)
    assert (int(new_pages) < _PAGES // 10) == tuned
