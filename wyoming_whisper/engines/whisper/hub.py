"""Models from the Hugging Face Hub, file by file: resumed where they broke off, and verified.

The Hub's own client keeps no part of a file whose download was killed, which for a model of
gigabytes means to start all over; so only its addresses, credentials and HTTP session are used
here. Files gather in ``DIR/OWNER/NAME.partial``, which is renamed when all of them are right.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import shutil
from dataclasses import dataclass
from fnmatch import fnmatch
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from httpx2 import HTTPError
from huggingface_hub import HfApi, constants, get_session, hf_hub_url, hf_raise_for_status
from huggingface_hub.errors import HfHubHTTPError, RepositoryNotFoundError, RevisionNotFoundError
from huggingface_hub.utils import build_hf_headers  # type: ignore[attr-defined]

from wyoming_whisper.errors import ModelNotFound, ServerFailed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from wyoming_whisper.engines.engine import Progress
    from wyoming_whisper.engines.whisper.catalogue import Source

# A connection that delivers nothing for so long is given up, and resumed later.
_TIMEOUT_S: Final = 10
# What a disk must have left behind a download; below that, other programs fail first.
_SPARE_BYTES: Final = 50_000_000
_WEIGHTS: Final = "model.bin"


def folder_of(repo_id: str, data_dir: Path) -> Path:
    """Return where a repository is fetched to."""
    return data_dir / repo_id


def partial_of(repo_id: str, data_dir: Path) -> Path:
    """Return where its files gather until all of them are right."""
    folder = folder_of(repo_id, data_dir)
    return folder.with_name(f"{folder.name}.partial")


def fetch(source: Source, data_dir: Path, patterns: Sequence[str], progress: Progress) -> Path:
    """Download the files of a repository that match. Blocks; call it in a thread.

    It may be killed at any time, and called again: what is there is not fetched twice.

    Returns:
        The directory ``data_dir/owner/name``.

    Raises:
        ModelNotFound: If the Hub cannot be reached, has no such repository, has another model than
            the one that is known by this name, breaks off, or sends other bytes than it announced,
            or if the disk is full; the message is one line.
    """
    repo_id = source.repo_id
    folder, partial = folder_of(repo_id, data_dir), partial_of(repo_id, data_dir)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with folder.with_name(f"{folder.name}.lock").open("w") as lock:
            # A second server on this directory waits, and finds the work done.
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not folder.is_dir():
                partial.mkdir(exist_ok=True)
                _fetch_all(source, partial, patterns, progress)
                partial.rename(folder)
    except (RepositoryNotFoundError, RevisionNotFoundError) as error:
        raise ModelNotFound(f"the Hub has no model {repo_id!r}, or it is private") from error
    except (HfHubHTTPError, HTTPError, OSError, ValueError) as error:
        if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise ModelNotFound(f"the disk has no room left for {repo_id!r}: {data_dir}") from error
        raise ModelNotFound(
            f"model {repo_id!r} could not be downloaded from the Hub ({_line(error)}); check the "
            "network, or use --model home-en"
        ) from error
    return folder


def download_bytes(source: Source, patterns: Sequence[str], timeout_s: float) -> int:
    """Ask the Hub how large the files of a repository are that match. Blocks.

    Raises:
        ModelNotFound: If it has no such repository.
        ServerFailed: If it cannot be reached; the message is one line.
    """
    try:
        return sum(file.size for file in _announced(source, patterns, timeout_s)[1])
    except (RepositoryNotFoundError, RevisionNotFoundError) as error:
        raise ModelNotFound(f"the Hub has no model {source.repo_id!r}, or it is private") from error
    except (HfHubHTTPError, HTTPError, OSError, ValueError) as error:
        raise ServerFailed(f"the Hub does not answer ({_line(error)})") from error


def host() -> str:
    """Return the host of the Hub that is asked."""
    return urlsplit(constants.ENDPOINT).hostname or constants.ENDPOINT


@dataclass(frozen=True, slots=True)
class _File:
    """A file as the Hub announces it; the hash is Git's of a blob, or SHA-256 of a large file."""

    name: str
    size: int
    git_sha1: str | None
    sha256: str | None


def _announced(
    source: Source, patterns: Sequence[str], timeout_s: float
) -> tuple[str | None, list[_File]]:
    """Return the revision of a repository that is wanted, and those of its files that match."""
    info = HfApi().model_info(
        source.repo_id, revision=source.revision, files_metadata=True, timeout=timeout_s
    )
    files = [
        _File(s.rfilename, s.size or 0, s.blob_id, s.lfs.sha256 if s.lfs else None)
        for s in info.siblings or ()
        if "/" not in s.rfilename and any(fnmatch(s.rfilename, pattern) for pattern in patterns)
    ]
    if not files:
        raise ValueError("it holds no CTranslate2 model")
    return info.sha, files


def _fetch_all(source: Source, partial: Path, patterns: Sequence[str], progress: Progress) -> None:
    repo_id = source.repo_id
    revision, files = _announced(source, patterns, _TIMEOUT_S)
    announced = next((file.sha256 for file in files if file.name == _WEIGHTS), None)
    if source.sha256 not in {None, announced}:
        raise ModelNotFound(
            f"the Hub's {_WEIGHTS} of {repo_id!r} is not the one that is known by this name: its "
            f"digest is {announced}, and not {source.sha256}"
        )
    total = sum(file.size for file in files)
    _check_room(partial, total, repo_id)
    done = 0
    for file in files:
        url = hf_hub_url(repo_id, file.name, revision=revision)
        for n_bytes in _fetch_one(url, file, partial / file.name):
            progress(done + n_bytes, total)
        done += file.size


def _check_room(partial: Path, total: int, repo_id: str) -> None:
    """Raise `ModelNotFound` if the disk cannot hold what is still missing."""
    missing = total - sum(file.stat().st_size for file in partial.iterdir())
    free = shutil.disk_usage(partial).free
    if missing + _SPARE_BYTES > free:
        raise ModelNotFound(
            f"the disk has no room for {repo_id!r}: {missing / 1e6:.0f} MB are missing, and "
            f"{free / 1e6:.0f} MB are free in {partial.parent}"
        )


def _fetch_one(url: str, file: _File, path: Path) -> Iterator[int]:
    """Complete a file; yield its size as it grows."""
    present = path.stat().st_size if path.exists() else 0
    if present < file.size:
        headers = build_hf_headers() | {"Range": f"bytes={present}-", "Accept-Encoding": "identity"}
        with (
            get_session().stream(
                "GET", url, headers=headers, follow_redirects=True, timeout=_TIMEOUT_S
            ) as response,
            path.open("ab") as out,
        ):
            hf_raise_for_status(response)
            if response.status_code != 206:  # the server sends everything: start over
                out.truncate(0)
            for chunk in response.iter_raw():
                out.write(chunk)
                yield out.tell()
    if path.stat().st_size < file.size:
        raise ValueError(f"{file.name} broke off")
    if not _is_right(path, file):
        # Resuming would keep what is wrong.
        path.unlink()
        raise ValueError(f"{file.name} arrived damaged")
    yield file.size


def _is_right(path: Path, file: _File) -> bool:
    if path.stat().st_size != file.size:
        return False
    if file.sha256 is not None:
        with path.open("rb") as data:
            return hashlib.file_digest(data, "sha256").hexdigest() == file.sha256
    # A file that is not large is stored as Git stores it.
    blob = hashlib.sha1(b"blob %d\0" % file.size, usedforsecurity=False)
    blob.update(path.read_bytes())
    return file.git_sha1 in {None, blob.hexdigest()}


def _line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
