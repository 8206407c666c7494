"""How this process uses a CPU: what is set before the libraries load, and what of the allocator.

None of it changes a result. What the owner has set in the environment is left alone, and each
tuning can be switched off with ``--no-cpu-tuning``. Ratios are times without a tuning over times
with it, of one command on two busy cores; ``benchmarks/cpu_tuning.py`` measures them anew.

``CT2_FORCE_CPU_ISA=AVX512`` is not among them, although it takes 5 to 15 % off where CTranslate2
chooses AVX2 on a CPU of AMD's with AVX-512: it is a variable for debugging, which overrules
CTranslate2 on CPUs that nobody has measured, and a CPU without the instructions would not start.
"""

from __future__ import annotations

import ctypes
import os
from enum import Enum
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    OpenLibrary = Callable[[str], Any]


class Tuning(Enum):
    """What is tuned, by its name for ``--no-cpu-tuning``."""

    MALLOC = "malloc"
    OPENMP = "openmp"
    BLAS = "blas"


# Read by the libraries while they are being loaded, so they have to be there before.
_VARIABLES: Final = {
    # Threads that have finished their part of a decode sleep instead of spinning on a core that the
    # rest of the decode, the VAD or another program wants: 1.0 to 2.5 where the slowest tenth of
    # decodes in float32 begins; nothing at the median, and nothing in int8.
    Tuning.OPENMP: ("OMP_WAIT_POLICY", "PASSIVE"),
    # numpy's only matrix product here that would be shared, with the mel filters, is too small for
    # that: 5 to 12 for the features of a command, 1.5 for all of its decode by home-en.
    Tuning.BLAS: ("OPENBLAS_NUM_THREADS", "1"),
}

# The temporaries of an encode on more frames than those of this window are above the 32 MiB from
# which glibc maps and unmaps each one, so that every layer touches them page by page for the first
# time: 1.45 on base and on small with a window of 30 s, none with one of 8 s.
_SHORT_WINDOW_S: Final = 15
# Of glibc's malloc.h, with the variables in which an owner would set the same. All three are
# needed: CTranslate2's workers share one heap, which takes what is large too, and is never cut.
_PARAMETERS: Final = {
    "MALLOC_ARENA_MAX": (-8, 1),
    "MALLOC_MMAP_MAX_": (-4, 0),
    "MALLOC_TRIM_THRESHOLD_": (-1, 2**31 - 1),
}
_GLIBC: Final = "libc.so.6"


def environment(environ: Mapping[str, str], wanted: Collection[Tuning]) -> dict[str, str]:
    """Return the variables to set for these tunings, less those that the owner has set."""
    return {
        variable: value
        for tuning, (variable, value) in _VARIABLES.items()
        if tuning in wanted and variable not in environ
    }


def set_environment(wanted: Collection[Tuning]) -> None:
    """Set the variables of these tunings, before numpy and CTranslate2 are imported."""
    os.environ.update(environment(os.environ, wanted))


def tune_allocator(
    window_s: int,
    environ: Mapping[str, str] = os.environ,
    open_library: OpenLibrary = ctypes.CDLL,
) -> bool:
    """Let glibc's allocator keep the memory of a decode for the next one, if it is worth it.

    Memory in use then stays at its peak, less what `release_free_memory` gives back. To be called
    before there are threads: each would have a heap of its own. Another allocator, preloaded,
    knows nothing of it.

    Args:
        window_s: Seconds of audio that the model takes at once.
        environ: Where the owner may have set the allocator.
        open_library: Opens a shared library by its name; raises OSError if there is none.

    Returns:
        Whether it was done: not for a short window, not over the owner's own settings, and not
        where the C library is no glibc.
    """
    if window_s <= _SHORT_WINDOW_S or _is_set_by_owner(environ):
        return False
    try:
        mallopt = open_library(_GLIBC).mallopt
    except (OSError, AttributeError):  # another system; another C library
        return False
    return all(mallopt(parameter, value) for parameter, value in _PARAMETERS.values())


def release_free_memory(open_library: OpenLibrary = ctypes.CDLL) -> None:
    """Give free memory back to the system, where the C library is glibc.

    What a model took to load, more than it keeps, is most of it: 430 MB of small in float32.
    """
    try:
        malloc_trim = open_library(_GLIBC).malloc_trim
    except (OSError, AttributeError):  # as above
        return
    malloc_trim(0)


def _is_set_by_owner(environ: Mapping[str, str]) -> bool:
    return "glibc.malloc." in environ.get("GLIBC_TUNABLES", "") or any(
        variable in environ for variable in _PARAMETERS
    )
