"""The model: whether it is there, whole and right, and what a download takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wyoming_whisper.doctor.finding import Verdict, fail, ok, warn
from wyoming_whisper.doctor.wording import short, size
from wyoming_whisper.errors import ServerFailed

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from wyoming_whisper.engines.engine import Model

FETCH_AGAIN: Final = "delete the directory and let the server download it again, or copy it anew"
"""What helps where a model is damaged."""


def presence(
    model: Model, place: str, coming: Model | None = None, *, may_download: bool
) -> Verdict:
    """Look at where a model is.

    Args:
        model: The one that a server with these settings would serve.
        place: Where it lies, if it is on disk.
        coming: The one that is to take its place when it has been downloaded.
        may_download: Whether the owner lets it be downloaded.
    """
    name = model.facts.name
    if model.is_local:
        languages = len(model.facts.languages)
        spoken = f"{languages} languages" if languages > 1 else "English"
        until = f", until {coming.facts.name} has been downloaded" if coming else ""
        return ok(f"{name}, {spoken}, in {place}{until}")
    if not model.is_remote:
        return warn(
            f"{name} is converted when a server starts, which takes a minute",
            "nothing is to be done; it is converted once",
        )
    if may_download:
        return warn(
            f"{name} is not on disk; a server downloads it at its start",
            "wait for that, or copy its directory into --data-dir; home-en is there already",
        )
    return fail(
        f"{name} is not on disk, and --local-files-only forbids a download",
        "leave --local-files-only out once, copy the model's directory into --data-dir, or take "
        "--model home-en",
    )


def digest(name: str, expected: str | None, actual: Callable[[], str]) -> Verdict:
    """Compare a model's weights with what they should be.

    Args:
        name: The model's.
        expected: Their digest; ``None`` where nobody knows it.
        actual: Reads theirs.
    """
    if expected is None:
        return ok(f"whole; which digest is right for {name} is not known here")
    found = actual()
    if found == expected:
        return ok(f"SHA-256 {found[:12]}… is right")
    return fail(
        f"SHA-256 {found[:12]}… should be {expected[:12]}…: damaged, or changed", FETCH_AGAIN
    )


def download(
    host: str, n_bytes: Callable[[], int], folder: Path, free_bytes: Callable[[Path], int]
) -> Verdict:
    """Look at whether a download would succeed, without one.

    Args:
        host: Who is asked.
        n_bytes: Asks how large it is.
        folder: Where it would go; it need not be there yet.
        free_bytes: Tells how much space a directory has.

    Raises:
        ModelNotFound: If the host has no such model.
    """
    try:
        wanted = n_bytes()
    except ServerFailed as error:
        return warn(
            str(error),
            f"let this machine reach {host}, directly or by HTTPS_PROXY; or copy the model's "
            "directory into --data-dir, or take --model home-en",
        )
    free = free_bytes(next(path for path in (folder, *folder.parents) if path.is_dir()))
    if wanted > free:
        return fail(
            f"{size(wanted)} from {host} do not fit into the {size(free)} free for {short(folder)}",
            "make room there, or choose another disk with --download-dir",
        )
    return ok(f"{size(wanted)} from {host} fit into the {size(free)} free for {short(folder)}")
