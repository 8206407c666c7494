"""A Whisper model as `engines.engine` wants one: found by its name, fetched, loaded."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from wyoming_whisper.engines.threaded import ThreadedEngine
from wyoming_whisper.engines.whisper.catalogue import AUTO, entry_of
from wyoming_whisper.engines.whisper.model_files import fetch, find_model, words_in
from wyoming_whisper.engines.whisper.recommendation import suitable
from wyoming_whisper.errors import ModelNotFound

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from wyoming_whisper.engines.engine import ModelFacts, Progress
    from wyoming_whisper.engines.whisper.model_files import ModelFiles
    from wyoming_whisper.engines.whisper.options import EngineOptions
    from wyoming_whisper.engines.whisper.recommendation import Machine, Needs

_LOG: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LoadableWhisper:
    """A Whisper model, and how its owner wants it.

    Attributes:
        files: Where it lies, and what they say of it.
        options: How it is loaded.
        download_dir: Where it is fetched to.
        reason: Why it is this one; see `engine.Model`.
        stand_in: What serves until it has been fetched; see `engine.Model`.
    """

    files: ModelFiles
    options: EngineOptions
    download_dir: Path
    reason: str = field(default="", compare=False)
    stand_in: LoadableWhisper | None = field(default=None, compare=False)

    @property
    def facts(self) -> ModelFacts:
        """See `engine.Model`."""
        return self.files.facts

    @property
    def is_local(self) -> bool:
        """See `engine.Model`."""
        return self.files.path is not None

    @property
    def is_remote(self) -> bool:
        """See `engine.Model`."""
        return not self.is_local and self.files.source is None

    def words(self) -> frozenset[str]:
        """See `engine.Model`."""
        return words_in(self.files.path) if self.files.path else frozenset()

    def fetch(self, progress: Progress) -> LoadableWhisper:
        """See `engine.Model`."""
        return replace(self, files=fetch(self.files, self.download_dir, progress), stand_in=None)

    def load(self) -> ThreadedEngine:
        """See `engine.Model`."""
        # Imported here, in a thread, because it takes a quarter of a second of start-up.
        from wyoming_whisper.engines.whisper.load import load_decoder  # noqa: PLC0415

        return ThreadedEngine(load_decoder(self.files, self.options))


@dataclass(frozen=True, slots=True)
class WhisperFinder:
    """Finds Whisper models by their names.

    Attributes:
        data_dirs: Where they may lie.
        machine: What `auto` is to suit.
        needs: What `auto` is to be good for.
        options: How they are loaded.
        download_dir: Where they are fetched to.
        may_download: Whether `auto` may choose what is not on disk.
    """

    data_dirs: Sequence[Path]
    machine: Machine
    needs: Needs
    options: EngineOptions
    download_dir: Path
    may_download: bool = True

    def __call__(self, name: str) -> LoadableWhisper:
        """Return a model, without touching the network.

        Raises:
            ModelNotFound: As `model_files.find_model`, or if nothing on disk suits, and nothing may
                be downloaded.
        """
        if name == AUTO:
            return self._choose()
        files = find_model(name, self.data_dirs)
        return self._loadable(files)

    def _choose(self) -> LoadableWhisper:
        """Return the model that suits best, with the best of those on disk until it is there."""
        names = suitable(self.machine, self.needs)
        suits = f"suits {self.machine} and {self.needs}"
        found = [files for name in names if (files := self._sound(name))]
        if not found:
            raise ModelNotFound(f"--model auto: {names[0]} {suits}, but its files are damaged")
        best = found[0]
        local = next((files for files in found if files.path is not None), None)
        if local is not None and _is_as_large(local, best):
            # A larger one than suits is there because its owner wanted it.
            more = "" if local is best else f", and so does {best.name}, which is not on disk"
            return self._loadable(local, f"{suits}{more}")
        if self.may_download:
            until = f"; {local.name} serves until it has been downloaded" if local else ""
            wanted = self._loadable(best, f"{suits}{until}")
            return replace(wanted, stand_in=self._loadable(local)) if local else wanted
        offline = f"{best.name} {suits}, but is not on disk, and may not be downloaded"
        if local is None:
            raise ModelNotFound(
                f"--model auto: {offline}; get it with: wyoming-whisper models download {best.name}"
            )
        return self._loadable(local, offline)

    def _sound(self, name: str) -> ModelFiles | None:
        """Return a model, unless its files are damaged."""
        try:
            return find_model(name, self.data_dirs)
        except ModelNotFound as error:
            _LOG.warning("%s", error)
            return None

    def _loadable(self, files: ModelFiles, reason: str = "") -> LoadableWhisper:
        return LoadableWhisper(files, self.options, self.download_dir, reason)


def _is_as_large(files: ModelFiles, other: ModelFiles) -> bool:
    entry, other_entry = entry_of(files.name), entry_of(other.name)
    return bool(entry and other_entry and entry.parameters >= other_entry.parameters)
