"""The machine and what is installed on it: versions, processor, memory, disk, clock."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Final

from wyoming_whisper.doctor.finding import Verdict, fail, ok, warn
from wyoming_whisper.doctor.wording import short, size

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable
    from datetime import date
    from pathlib import Path

# Without them a decode takes several times as long.
_FAST: Final = frozenset({"AVX2", "AVX512", "NEON"})
# Estimates are not much better than this.
_MARGIN: Final = 1.25
# For the server's id and what it notes; a download is looked at by itself.
_LITTLE_DISK_BYTES: Final = 50 * 2**20


def versions(names: Iterable[str], version_of: Callable[[str], str | None], system: str) -> Verdict:
    """Look at what is installed.

    Args:
        names: The packages that have to be there.
        version_of: Tells a package's version; ``None`` where it is not installed.
        system: The program, the interpreter and the operating system, in a few words.
    """
    found = {name: version_of(name) for name in names}
    missing = [name for name, version in found.items() if version is None]
    if missing:
        return fail(
            f"{system}; not installed: {', '.join(missing)}",
            "install the program again, with all it needs: pip install --force-reinstall "
            "wyoming-whisper",
        )
    return ok(", ".join((system, *(f"{name} {version}" for name, version in found.items()))))


def cpu(name: str, instruction_set: str, features: Collection[str]) -> Verdict:
    """Look at what the decoder makes of the processor.

    Args:
        name: What its maker calls it.
        instruction_set: What the decoder has chosen; empty where it does not say.
        features: What it could have chosen from.
    """
    listed = f" (of {', '.join(features)})" if features else ""
    found = f"{name}, decodes with {instruction_set or 'an instruction set unknown here'}{listed}"
    if instruction_set in _FAST or not instruction_set:
        return ok(found)
    return warn(
        f"{found}, several times as slow as with AVX2",
        "in a virtual machine, let it have the host's processor (CPU type: host); unset "
        "CT2_FORCE_CPU_ISA; else take a newer machine, or home-en",
    )


def cpu_name(cpuinfo: str, architecture: str) -> str:
    """Return what ``/proc/cpuinfo`` calls the processor, or the architecture where it does not."""
    found = re.search(r"^(?:model name|Model|Hardware)\s*:\s*(.+)$", cpuinfo, re.MULTILINE)
    return found[1].strip() if found else architecture


def threads(n_usable: int, n_cpus: int, n_threads: int, n_decodes: int) -> Verdict:
    """Look at how decodes share the processor.

    Args:
        n_usable: Cores that affinity and quotas leave to this process.
        n_cpus: Logical CPUs of the machine.
        n_threads: Those of one decode.
        n_decodes: How many of them run at once.
    """
    found = (
        f"cores for this process: {n_usable} (CPUs of the machine: {n_cpus}); decodes at once: "
        f"{n_decodes}; threads of each: {n_threads}"
    )
    if n_threads * n_decodes > n_usable:
        return warn(
            f"{found}, which wait for each other", "--cpu-threads 0, which takes what there is"
        )
    return ok(found)


def memory(free_bytes: int | None, wanted_bytes: int, wanted_by: str) -> Verdict:
    """Compare what is free with what is needed.

    Args:
        free_bytes: What this process may still take; ``None`` where nobody tells.
        wanted_bytes: An estimate.
        wanted_by: What needs it, and how that was estimated.
    """
    need = f"{wanted_by} needs about {size(wanted_bytes)}"
    cure = (
        "a smaller --model, or --compute-type int8; a running server has its model in memory too, "
        "so stop it for this check; raise the limit of a container"
    )
    if free_bytes is None:
        return ok(f"{need}; the system does not tell what is free")
    if free_bytes < wanted_bytes:
        return fail(f"{size(free_bytes)} free, {need}", cure)
    if free_bytes < wanted_bytes * _MARGIN:
        return warn(f"{size(free_bytes)} free, which is little more than enough: {need}", cure)
    return ok(f"{size(free_bytes)} free, {need}")


def disk(
    folder: Path,
    *,
    is_written: bool,
    may: Callable[[Path, int], bool],
    free_bytes: Callable[[Path], int],
) -> Verdict:
    """Look at a directory for models, without changing it.

    Args:
        folder: The directory, which need not be there yet.
        is_written: Whether the server writes into it.
        may: Tells what this user may do there, as `os.access` does.
        free_bytes: Tells how much space there is.
    """
    ways = (folder, *folder.parents)
    blocking = next((path for path in ways if path.exists() and not path.is_dir()), None)
    if blocking is not None:
        return fail(f"{short(blocking)} is no directory", "give a directory as --data-dir")
    existing = next(path for path in ways if path.is_dir())
    if not may(existing, os.R_OK | os.X_OK):
        return fail(
            f"{short(existing)} cannot be read by this user",
            f"give it to the user that the server runs as: chown, or chmod u+rx {short(existing)}",
        )
    if is_written:
        return _written(folder, existing, free_bytes(existing), may_write=may(existing, os.W_OK))
    if existing != folder:
        return warn(f"{short(folder)} does not exist", "correct --data-dir, or make the directory")
    return ok(f"{short(folder)} can be read")


def clock(today: date, released: date, *, downloads: bool) -> Verdict:
    """Look at whether the clock can be right.

    Args:
        today: What it shows.
        released: A day before which this program was not there.
        downloads: Whether something has to be fetched, for which certificates are looked at.
    """
    cure = "set the clock: timedatectl set-ntp true, or date --set; a Pi has none of its own"
    years = today.year - released.year
    if today >= released and years < 30:
        return ok(f"{today.isoformat()} is a day that can be")
    found = f"{today.isoformat()} cannot be today"
    if downloads:
        return fail(
            f"{found}: certificates are not valid then, and nothing can be downloaded", cure
        )
    return warn(f"{found}: times in the log are wrong", cure)


def _written(folder: Path, existing: Path, free_bytes: int, *, may_write: bool) -> Verdict:
    if not may_write:
        return warn(
            f"{short(existing)} cannot be written by this user: nothing can be downloaded, and the "
            "server's id is not kept",
            f"give it to the user that the server runs as (chown {short(existing)}), or take "
            "another --data-dir; in a container, mount a volume there",
        )
    found = f"{short(folder)} {'can be written' if existing == folder else 'will be made'}"
    if free_bytes < _LITTLE_DISK_BYTES:
        return warn(f"{found}, with {size(free_bytes)} free", "make room on that disk")
    return ok(f"{found}, {size(free_bytes)} free")
