"""Which models there are, where they lie, and what can be said of them before they are loaded."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from wyoming_whisper.errors import ModelNotFound
from wyoming_whisper.language import WHISPER_LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Sequence

_LOG: Final = logging.getLogger(__name__)

HOME_EN: Final = "home-en"
AUTO: Final = "auto"

_HOME_EN_DIR: Final = Path(__file__).parent / "home_en"

# Short names as faster-whisper has them → CTranslate2 conversions on the Hugging Face Hub.
_HUB: Final = {
    "tiny": "Systran/faster-whisper-tiny",
    "tiny.en": "Systran/faster-whisper-tiny.en",
    "base": "Systran/faster-whisper-base",
    "base.en": "Systran/faster-whisper-base.en",
    "small": "Systran/faster-whisper-small",
    "small.en": "Systran/faster-whisper-small.en",
    "medium": "Systran/faster-whisper-medium",
    "medium.en": "Systran/faster-whisper-medium.en",
    "large-v1": "Systran/faster-whisper-large-v1",
    "large-v2": "Systran/faster-whisper-large-v2",
    "large-v3": "Systran/faster-whisper-large-v3",
    "large": "Systran/faster-whisper-large-v3",
    "large-v3-turbo": "mobiuslabsgmbh/faster-whisper-large-v3-turbo",
    "turbo": "mobiuslabsgmbh/faster-whisper-large-v3-turbo",
    "distil-small.en": "Systran/faster-distil-whisper-small.en",
    "distil-medium.en": "Systran/faster-distil-whisper-medium.en",
    "distil-large-v2": "Systran/faster-distil-whisper-large-v2",
    "distil-large-v3": "Systran/faster-distil-whisper-large-v3",
    "distil-large-v3.5": "distil-whisper/distil-large-v3.5-ct2",
}
# What `auto` prefers. On a CPU the light must go on within a second or so, which leaves three.
_PREFERRED: Final = {
    "cuda": (
        "large-v3-turbo", "large-v3", "large-v2", "distil-large-v3.5", "distil-large-v3",
        "medium", "small", "base", "medium.en", "small.en", "base.en", "tiny", "tiny.en",
    ),
    "cpu": ("base", "small", "base.en", "small.en", "tiny", "tiny.en"),
}  # fmt: skip

_FILES: Final = (
    "model.bin", "config.json", "preprocessor_config.json", "tokenizer.json", "vocabulary.*",
)  # fmt: skip
_WINDOW_S: Final = 30
# From this vocabulary size on CTranslate2 takes a model for multilingual; the next adds Cantonese.
_MULTILINGUAL: Final = 51_865
_BEFORE_V3: Final = WHISPER_LANGUAGES - {"yue"}
_ENGLISH: Final = frozenset({"en"})


@dataclass(frozen=True, slots=True)
class Model:
    """A model, loaded or not.

    Attributes:
        name: As its owner asked for it.
        path: Its directory, or ``None`` if it has to be downloaded.
        repo_id: Its place on the Hugging Face Hub, if it has one.
        languages: Whisper codes of what it understands; English only if that is all.
        window_s: Seconds of audio that it takes at once.
    """

    name: str
    path: Path | None
    repo_id: str | None
    languages: frozenset[str]
    window_s: int = _WINDOW_S

    @property
    def multilingual(self) -> bool:
        """Whether it knows languages at all: can detect one, and translate."""
        return self.languages != _ENGLISH

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


def find_model(name: str, data_dirs: Sequence[Path], *, device: str) -> Model:
    """Find a model by its short name, Hub id or directory, without touching the network.

    Args:
        name: ``auto``, ``home-en``, a name of `_HUB`, ``owner/repository`` or a path.
        data_dirs: Where models may lie: as ``DIR/NAME``, or as the Hub's client stores them.
        device: ``cpu`` or ``cuda``, for ``auto``.

    Returns:
        The model; its path is ``None`` if it is not on disk but may be on the Hub.

    Raises:
        ModelNotFound: If it can be neither, or its directory is incomplete.
    """
    if name == AUTO:
        return _best_on_disk(data_dirs, device)
    if name == HOME_EN:
        return _read(name, _HOME_EN_DIR, None)
    as_path = Path(name).expanduser()
    if as_path.is_dir():
        return _read(as_path.resolve().name, as_path.resolve(), None)
    repo_id = _HUB.get(name) or (name if _is_repo_id(name) else None)
    for folder in _folders(name, repo_id, data_dirs):
        if _missing(folder) is None:
            return _read(name, folder, repo_id)
    if repo_id is None:
        raise ModelNotFound(
            f"no model {name!r}: give a directory, a Hub id such as owner/repository, or one of "
            f"{', '.join([AUTO, HOME_EN, *_HUB])}"
        )
    return Model(name, None, repo_id, _languages_by_name(name))


def download(model: Model, data_dir: Path) -> Model:
    """Fetch a model from the Hugging Face Hub into a data directory. Blocks; call it in a thread.

    Raises:
        ModelNotFound: If the Hub cannot be reached or has no such model.
    """
    import huggingface_hub  # noqa: PLC0415 - only a download needs it

    try:
        folder = huggingface_hub.snapshot_download(
            str(model.repo_id), cache_dir=data_dir, allow_patterns=list(_FILES)
        )
    except Exception as error:
        # The client raises its own, its HTTP library's and OSErrors; each has one meaning here.
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise ModelNotFound(
            f"model {model.name!r} could not be downloaded from the Hub ({reason}); check the "
            f"network, or use --model {HOME_EN}"
        ) from error
    return _read(model.name, Path(folder), model.repo_id)


def _best_on_disk(data_dirs: Sequence[Path], device: str) -> Model:
    for name in _PREFERRED["cuda" if device == "cuda" else "cpu"]:
        for folder in _folders(name, _HUB[name], data_dirs):
            if _missing(folder) is None:
                return _read(name, folder, _HUB[name])
    return _read(HOME_EN, _HOME_EN_DIR, None)


def _folders(name: str, repo_id: str | None, data_dirs: Sequence[Path]) -> list[Path]:
    """Return where a model would lie, most wanted first."""
    folders = []
    for data_dir in data_dirs:
        folders.append(data_dir / name)
        if repo_id:
            # The layout of huggingface_hub's cache; refs/main names the snapshot last fetched.
            cache = data_dir / f"models--{repo_id.replace('/', '--')}"
            reference = cache / "refs" / "main"
            if reference.is_file():
                folders.append(cache / "snapshots" / reference.read_text().strip())
    return folders


def _read(name: str, folder: Path, repo_id: str | None) -> Model:
    missing = _missing(folder)
    if missing is not None:
        raise ModelNotFound(f"model {name!r} in {folder} has no {missing}")
    config = _json(folder / "config.json")
    preprocessor = folder / "preprocessor_config.json"
    window_s = _json(preprocessor).get("chunk_length", _WINDOW_S) if preprocessor.is_file() else 30
    return Model(
        name=name,
        path=folder,
        repo_id=repo_id,
        languages=_languages_in(folder, config),
        window_s=int(window_s),
    )


def _missing(folder: Path) -> str | None:
    for pattern in ("model.bin", "config.json", "tokenizer.json", "vocabulary.*"):
        if not any(folder.glob(pattern)):
            return pattern
    return None


def _languages_in(folder: Path, config: dict[str, Any]) -> frozenset[str]:
    """Tell a model's languages from its files, as CTranslate2 does: by the vocabulary's size."""
    vocabulary = next(folder.glob("vocabulary.*"))
    if vocabulary.suffix == ".json":
        size = len(json.loads(vocabulary.read_bytes()))
    else:
        size = sum(1 for _ in vocabulary.open("rb"))
    if size < _MULTILINGUAL or config.get("lang_ids") == []:
        return _ENGLISH
    return WHISPER_LANGUAGES if size > _MULTILINGUAL else _BEFORE_V3


def _languages_by_name(name: str) -> frozenset[str]:
    if name.endswith(".en"):
        return _ENGLISH
    v3 = any(part in name for part in ("large-v3", "turbo")) or name == "large"
    return WHISPER_LANGUAGES if v3 else _BEFORE_V3


def _is_repo_id(name: str) -> bool:
    owner, slash, repository = name.partition("/")
    return bool(slash) and all(
        part
        and not part.startswith(".")
        and part.replace("-", "").replace(".", "").replace("_", "").isalnum()
        for part in (owner, repository)
    )


def _json(path: Path) -> dict[str, Any]:
    try:
        value = json.loads(path.read_bytes())
    except ValueError as error:
        raise ModelNotFound(f"{path} is damaged: {error}") from error
    if not isinstance(value, dict):
        raise ModelNotFound(f"{path} is damaged: not a JSON object")
    return value
