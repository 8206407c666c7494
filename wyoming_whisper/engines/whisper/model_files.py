"""Where Whisper models lie, and what their files say of them before they are loaded."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from wyoming_whisper.engines.engine import ModelFacts
from wyoming_whisper.engines.whisper.catalogue import (
    AUTO,
    BEAMS,
    BEFORE_V3,
    ENGLISH,
    HOME_EN,
    HUB,
    PREFERRED,
    hub_id,
    languages_by_name,
)
from wyoming_whisper.errors import ModelNotFound
from wyoming_whisper.language import WHISPER_LANGUAGES
from wyoming_whisper.values import MAX_BEAMS, WINDOW_S

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wyoming_whisper.engines.engine import Progress

JsonT = TypeVar("JsonT", dict[str, Any], list[Any])

_HOME_EN_DIR: Final = Path(__file__).parent / "home_en"

# The beams that a model is best decoded with are in generation_config.json.
_FILES: Final = (
    "model.bin", "config.json", "generation_config.json", "preprocessor_config.json",
    "tokenizer.json", "vocabulary.*",
)  # fmt: skip
# From this vocabulary size on Whisper is multilingual; the next adds Cantonese.
_MULTILINGUAL: Final = 51_865


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """A Whisper model, on disk or on the Hub.

    Attributes:
        name: As its owner asked for it.
        path: Its directory, or ``None`` if it has to be downloaded.
        repo_id: Its place on the Hugging Face Hub, if it has one.
        languages: Whisper codes of what it understands; English only if that is all.
        window_s: Seconds of audio that it takes at once.
        beam_size: Beams that it is best decoded with; 1 is greedy.
        short_windows_s: Shorter windows that it was trained on, ascending.
    """

    name: str
    path: Path | None
    repo_id: str | None
    languages: frozenset[str]
    window_s: int = WINDOW_S
    beam_size: int = BEAMS
    short_windows_s: tuple[int, ...] = ()

    @property
    def facts(self) -> ModelFacts:
        """What it can do."""
        return ModelFacts(
            self.name,
            self.description,
            self.author,
            self.url,
            self.languages,
            self.window_s,
            self.beam_size,
        )

    @property
    def multilingual(self) -> bool:
        """Whether it knows languages at all: can detect one, and translate."""
        return self.facts.multilingual

    @property
    def description(self) -> str:
        """One line for people."""
        if self.name == HOME_EN:
            return "Built-in model for English home commands"
        return f"Whisper model {self.name}"

    @property
    def author(self) -> str:
        """Who made it."""
        if self.name == HOME_EN:
            return "The wyoming_whisper authors"
        return self.repo_id.split("/")[0] if self.repo_id else "unknown"

    @property
    def url(self) -> str:
        """Where it comes from; for a directory of the owner's, that directory."""
        if self.name == HOME_EN:
            return "https://pypi.org/project/wyoming-whisper/"
        if self.repo_id:
            return f"https://huggingface.co/{self.repo_id}"
        return self.path.as_uri() if self.path else ""


def find_model(name: str, data_dirs: Sequence[Path], *, device: str) -> ModelFiles:
    """Find a model by its short name, Hub id or directory, without touching the network.

    Args:
        name: ``auto``, ``home-en``, a name of `HUB`, ``owner/repository`` or a path.
        data_dirs: Where models may lie: as ``DIR/NAME``, ``DIR/OWNER/REPOSITORY``, or as the Hub's
            own client stores them.
        device: ``cpu`` or ``cuda``, for ``auto``.

    Returns:
        The model; its path is ``None`` if it is not on disk but may be on the Hub.

    Raises:
        ModelNotFound: If it can be neither, or its directory is incomplete.
    """
    if not name.strip():
        # As a path, it would be the working directory.
        raise ModelNotFound("the model's name is empty")
    if name == AUTO:
        return _best_on_disk(data_dirs, device)
    if name == HOME_EN:
        return _read(name, _HOME_EN_DIR, None)
    as_path = Path(name).expanduser()
    if as_path.is_dir():
        return _read(as_path.resolve().name, as_path.resolve(), None)
    repo_id = hub_id(name)
    for folder in _folders(name, repo_id, data_dirs):
        if _missing(folder) is None:
            return _read(name, folder, repo_id)
    if repo_id is None:
        raise ModelNotFound(
            f"no model {name!r}: give a directory, a Hub id such as owner/repository, or one of "
            f"{', '.join([AUTO, HOME_EN, *HUB])}"
        )
    return ModelFiles(name, None, repo_id, languages_by_name(name))


def download(model: ModelFiles, data_dir: Path, progress: Progress) -> ModelFiles:
    """Fetch a model from the Hugging Face Hub into a data directory. Blocks; call it in a thread.

    Raises:
        ModelNotFound: As `hub.fetch`, and if what was fetched is no model.
    """
    from wyoming_whisper.engines.whisper import hub  # noqa: PLC0415 - only a download needs its client

    folder = hub.fetch(str(model.repo_id), data_dir, _FILES, progress)
    return _read(model.name, folder, model.repo_id)


def download_bytes(model: ModelFiles, timeout_s: float) -> int:
    """Ask the Hugging Face Hub what a download of a model would take. Blocks.

    Raises:
        ModelNotFound, ServerFailed: As `hub.download_bytes`.
    """
    from wyoming_whisper.engines.whisper import hub  # noqa: PLC0415 - as above

    return hub.download_bytes(str(model.repo_id), _FILES, timeout_s)


def _best_on_disk(data_dirs: Sequence[Path], device: str) -> ModelFiles:
    for name in PREFERRED["cuda" if device == "cuda" else "cpu"]:
        for folder in _folders(name, HUB[name], data_dirs):
            if _missing(folder) is None:
                return _read(name, folder, HUB[name])
    return _read(HOME_EN, _HOME_EN_DIR, None)


def _folders(name: str, repo_id: str | None, data_dirs: Sequence[Path]) -> list[Path]:
    """Return where a model would lie, most wanted first."""
    folders = []
    for data_dir in data_dirs:
        folders.append(data_dir / name)
        if repo_id:
            folders.append(data_dir / repo_id)
            # The layout of huggingface_hub's cache; refs/main names the snapshot last fetched.
            cache = data_dir / f"models--{repo_id.replace('/', '--')}"
            reference = cache / "refs" / "main"
            if reference.is_file():
                folders.append(cache / "snapshots" / reference.read_text().strip())
    return folders


def _read(name: str, folder: Path, repo_id: str | None) -> ModelFiles:
    missing = _missing(folder)
    if missing is not None:
        raise ModelNotFound(f"model {name!r} in {folder} has no {missing}")
    preprocessor = folder / "preprocessor_config.json"
    window_s = _number_in(preprocessor, "chunk_length", WINDOW_S, WINDOW_S)
    return ModelFiles(
        name=name,
        path=folder,
        repo_id=repo_id,
        languages=_languages_in(folder),
        window_s=window_s,
        short_windows_s=_short_windows_in(preprocessor, window_s),
        beam_size=_number_in(folder / "generation_config.json", "num_beams", BEAMS, MAX_BEAMS),
    )


def _missing(folder: Path) -> str | None:
    for pattern in ("model.bin", "config.json", "tokenizer.json", "vocabulary.*"):
        if not any(folder.glob(pattern)):
            return pattern
    return None


def _languages_in(folder: Path) -> frozenset[str]:
    """Tell a model's languages from its files, as OpenAI's code does: by the vocabulary's size."""
    config = _json(folder / "config.json", dict)
    vocabulary = next(folder.glob("vocabulary.*"))
    if vocabulary.suffix == ".json":
        size = len(_json(vocabulary, list))
    else:
        with vocabulary.open("rb") as lines:
            size = sum(1 for _ in lines)
    if size < _MULTILINGUAL or config.get("lang_ids") == []:
        return ENGLISH
    return WHISPER_LANGUAGES if size > _MULTILINGUAL else BEFORE_V3


def _number_in(path: Path, key: str, default: int, most: int) -> int:
    """Return a number that one of Hugging Face's configuration files may hold."""
    number = _json(path, dict).get(key, default) if path.is_file() else default
    if not isinstance(number, int) or not 0 < number <= most:
        raise ModelNotFound(f"{path} is damaged: {key} is no integer from 1 to {most}")
    return number


def _short_windows_in(path: Path, window_s: int) -> tuple[int, ...]:
    """Return the windows that a model of ours declares beside its ``chunk_length``."""
    windows = _json(path, dict).get("short_chunk_lengths", []) if path.is_file() else []
    whole = isinstance(windows, list) and all(isinstance(seconds, int) for seconds in windows)
    if not whole or windows != sorted(windows) or not all(0 < s < window_s for s in windows):
        raise ModelNotFound(
            f"{path} is damaged: short_chunk_lengths are no ascending seconds below {window_s}"
        )
    return tuple(windows)


def _json(path: Path, kind: type[JsonT]) -> JsonT:
    try:
        value = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise ModelNotFound(f"{path} is damaged: {error}") from error
    if not isinstance(value, kind):
        raise ModelNotFound(f"{path} is damaged: not a JSON {kind.__name__}")
    return value
