"""The Whisper models of a machine: what there is, what is on disk, what to fetch and to remove."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from wyoming_whisper.engines.whisper.catalogue import CATALOGUE, HOME_EN, CatalogueEntry, hub_id
from wyoming_whisper.engines.whisper.model_files import (
    fetch,
    find_model,
    folders,
    hub_cache,
    is_model,
)
from wyoming_whisper.engines.whisper.recommendation import suitable
from wyoming_whisper.errors import ModelNotFound

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from wyoming_whisper.engines.engine import Progress
    from wyoming_whisper.engines.whisper.model import WhisperFinder

_HEAD: Final = (
    "", "model", "languages", "parameters", "download", "on a CPU", "on a GPU", "on disk", "for",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Listed:
    """A model, as a list shows it.

    Attributes:
        name: What ``--model`` takes.
        entry: What is known of it; ``None`` of a model of the owner's.
        folder: Where it is on disk; ``None`` where it is not.
        suits: Whether `auto` would choose it.
    """

    name: str
    entry: CatalogueEntry | None
    folder: Path | None
    suits: bool

    @property
    def disk_bytes(self) -> int:
        """What it takes on disk; 0 where it is not there."""
        if self.folder is None:
            return 0
        return sum(path.stat().st_size for path in self.folder.iterdir() if path.is_file())


class Library:
    """The models that a server of these settings may find.

    Args:
        finder: Where they may lie, and for whom they are.
    """

    def __init__(self, finder: WhisperFinder) -> None:
        self._finder = finder

    def models(self) -> list[Listed]:
        """Return all of the catalogue, and then what else lies in the data directories."""
        best = suitable(self._finder.machine, self._finder.needs)[0]
        listed = []
        for entry in CATALOGUE:
            folder = find_model(entry.name, self._finder.data_dirs).path
            listed.append(Listed(entry.name, entry, folder, entry.name == best))
        known = {model.folder for model in listed}
        for name, folder in self._lying():
            if folder not in known:
                known.add(folder)
                listed.append(Listed(name, None, folder, suits=False))
        return listed

    def table(self) -> str:
        """Return `models` as lines for people."""
        rows = [_HEAD, *(_row(model) for model in self.models())]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]
        finder = self._finder
        legend = (
            f"* suits {finder.machine} and {finder.needs}; --model auto takes it. On a CPU, a "
            "GPU: the memory that it needs at most, an estimate."
        )
        return "\n".join([*lines, "", legend])

    def download(self, name: str, progress: Progress) -> Path:
        """Fetch a model, unless it is there; return where it is. Blocks.

        Raises:
            ModelNotFound: If there is no such model, or it is not to be had now.
        """
        model = find_model(name, self._finder.data_dirs)
        if model.path is None:
            model = fetch(model, self._finder.download_dir, progress)
        assert model.path is not None  # noqa: S101 - it is on disk now
        return model.path

    def remove(self, name: str) -> list[Path]:
        """Remove a model, and what a download has left of it; return the directories. Blocks.

        Raises:
            ModelNotFound: If it is not there, or is not ours to remove.
        """
        if name == HOME_EN:
            raise ModelNotFound(f"{HOME_EN} is a part of the package, and stays")
        repo_id = hub_id(name)
        found = []
        for data_dir in self._finder.data_dirs:
            candidates = [folder for folder in folders(name, [data_dir]) if is_model(folder)]
            if repo_id:
                cache, fetched = hub_cache(repo_id, data_dir), data_dir / repo_id
                candidates = [cache if cache in f.parents else f for f in candidates]
                candidates.append(fetched.with_name(f"{fetched.name}.partial"))
            inside = [f for f in candidates if data_dir.resolve() in f.resolve().parents]
            found += [folder for folder in inside if folder.is_dir()]
        found = list(dict.fromkeys(found))
        if not found:
            raise ModelNotFound(f"no model {name!r} is in the data directories")
        for folder in found:
            shutil.rmtree(folder)
        return found

    def _lying(self) -> Iterator[tuple[str, Path]]:
        """Yield the models in the data directories, by what ``--model`` would call them."""
        for data_dir in self._finder.data_dirs:
            for pattern in ("*", "*/*"):
                for folder in sorted(data_dir.glob(pattern)):
                    if folder.suffix != ".partial" and is_model(folder):
                        yield folder.relative_to(data_dir).as_posix(), folder
            for cache in sorted(data_dir.glob("models--*--*")):
                name = cache.name.removeprefix("models--").replace("--", "/", 1)
                for folder in folders(name, [data_dir]):
                    if is_model(folder):
                        yield name, folder


def _row(model: Listed) -> tuple[str, ...]:
    mark = "*" if model.suits else ""
    on_disk = _megabytes(model.disk_bytes) if model.folder else ""
    entry = model.entry
    if entry is None:
        return (mark, model.name, *[""] * 5, on_disk, "")
    languages = sorted(entry.languages)
    return (
        mark,
        model.name,
        languages[0] if len(languages) == 1 else str(len(languages)),
        f"{entry.parameters} M",
        _megabytes(entry.size_bytes) if entry.repo_id else "",
        _megabytes(entry.memory_bytes("int8")),
        _megabytes(entry.memory_bytes("float16")),
        on_disk,
        entry.use,
    )


def _megabytes(n_bytes: int) -> str:
    return f"{n_bytes / 1e6:,.0f} MB"
