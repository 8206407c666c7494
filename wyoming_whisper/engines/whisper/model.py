"""A Whisper model as `engines.engine` wants one: found by its name, fetched, loaded."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from wyoming_whisper.engines.threaded import ThreadedEngine
from wyoming_whisper.engines.whisper.model_files import download, find_model

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from wyoming_whisper.engines.engine import ModelFacts, Progress
    from wyoming_whisper.engines.whisper.model_files import ModelFiles
    from wyoming_whisper.engines.whisper.options import EngineOptions


@dataclass(frozen=True, slots=True)
class LoadableWhisper:
    """A Whisper model, and how its owner wants it.

    Attributes:
        files: Where it lies, and what they say of it.
        options: How it is loaded.
        download_dir: Where it is fetched to.
    """

    files: ModelFiles
    options: EngineOptions
    download_dir: Path

    @property
    def facts(self) -> ModelFacts:
        """See `engine.Model`."""
        return self.files.facts

    @property
    def is_local(self) -> bool:
        """See `engine.Model`."""
        return self.files.path is not None

    def fetch(self, progress: Progress) -> LoadableWhisper:
        """See `engine.Model`."""
        return replace(self, files=download(self.files, self.download_dir, progress))

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
        device: ``cpu`` or ``cuda``: what `auto` is to suit.
        options: How they are loaded.
        download_dir: Where they are fetched to.
    """

    data_dirs: Sequence[Path]
    device: str
    options: EngineOptions
    download_dir: Path

    def __call__(self, name: str) -> LoadableWhisper:
        """Return a model, without touching the network.

        Raises:
            ModelNotFound: As `model_files.find_model`.
        """
        files = find_model(name, self.data_dirs, device=self.device)
        return LoadableWhisper(files, self.options, self.download_dir)
