"""Names, places and files of models; nothing is loaded, and no network is touched."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest
from local_models import Shape, write_english_model, write_multilingual_model

from wyoming_whisper.engines.whisper.catalogue import AUTO, HOME_EN
from wyoming_whisper.engines.whisper.model_files import ModelFiles, find_model
from wyoming_whisper.errors import ModelNotFound
from wyoming_whisper.language import WHISPER_LANGUAGES

ENGLISH: Final = frozenset({"en"})
BEFORE_V3: Final = WHISPER_LANGUAGES - {"yue"}
N_ENGLISH: Final = 51_864
N_MULTILINGUAL: Final = 51_865
N_V3: Final = 51_866
TURBO: Final = "mobiuslabsgmbh/faster-whisper-large-v3-turbo"


def write_model(
    folder: Path, *, n_tokens: int = N_MULTILINGUAL, config: dict[str, object] | None = None
) -> Path:
    """Write the files that are looked at, of a model that could not be loaded."""
    folder.mkdir(parents=True)
    (folder / "model.bin").write_bytes(b"")
    (folder / "config.json").write_text(json.dumps(config or {}))
    (folder / "tokenizer.json").write_text("{}")
    (folder / "vocabulary.json").write_text(json.dumps([str(n) for n in range(n_tokens)]))
    return folder


def write_cached(data_dir: Path, repo_id: str, revision: str = "abc123") -> Path:
    """Write a model as the Hub's client leaves it in its cache."""
    cache = data_dir / f"models--{repo_id.replace('/', '--')}"
    folder = write_model(cache / "snapshots" / revision)
    (cache / "refs").mkdir(exist_ok=True)
    (cache / "refs" / "main").write_text(revision)
    return folder


def timeless(model: ModelFiles) -> ModelFiles:
    """Return a model without the time at which it was written."""
    assert model.changed_ns > 0
    return replace(model, changed_ns=0)


def refusal(name: str, *data_dirs: Path) -> str:
    """Return why there is no such model; it is one line for a person."""
    with pytest.raises(ModelNotFound) as error:
        find_model(name, data_dirs)
    message = str(error.value)
    assert "\n" not in message
    return message


@pytest.mark.parametrize(
    ("name", "repo_id", "languages"),
    [
        ("tiny", "Systran/faster-whisper-tiny", BEFORE_V3),
        ("base.en", "Systran/faster-whisper-base.en", ENGLISH),
        ("large-v2", "Systran/faster-whisper-large-v2", BEFORE_V3),
        ("large-v3", "Systran/faster-whisper-large-v3", WHISPER_LANGUAGES),
        ("large", "Systran/faster-whisper-large-v3", WHISPER_LANGUAGES),
        ("turbo", TURBO, WHISPER_LANGUAGES),
        ("large-v3-turbo", TURBO, WHISPER_LANGUAGES),
        ("distil-medium.en", "Systran/faster-distil-whisper-medium.en", ENGLISH),
        ("someone/whisper-base-german", "someone/whisper-base-german", BEFORE_V3),
        ("some.one/my_model.en", "some.one/my_model.en", ENGLISH),
        ("someone/whisper-large-v3-ct2", "someone/whisper-large-v3-ct2", WHISPER_LANGUAGES),
    ],
)
def test_what_is_not_on_disk_may_be_on_the_hub(
    tmp_path: Path, name: str, repo_id: str, languages: frozenset[str]
) -> None:
    """Of a short name or a Hub id place and languages are known before it is downloaded."""
    model = find_model(name, [tmp_path])
    assert model == ModelFiles(name, None, repo_id, languages)
    assert model.author == repo_id.partition("/")[0]
    assert model.url == f"https://huggingface.co/{repo_id}"
    assert model.description == f"Whisper model {name}"


@pytest.mark.parametrize(
    "name",
    ["whisper", "base-en", "a/b/c", "owner/", "/repository", "../up", "~nobody/x", "an owner/x",
     "owner/.hidden", "Tiny"],
)  # fmt: skip
def test_what_can_be_no_model_is_refused_with_the_names(tmp_path: Path, name: str) -> None:
    """A name that is neither known, nor a Hub id, nor a directory, is told what there is."""
    message = refusal(name, tmp_path)
    assert repr(name) in message
    for known in (AUTO, HOME_EN, "base", "large-v3-turbo", "owner/repository"):
        assert known in message


def test_a_directory_is_a_model(tmp_path: Path) -> None:
    """A path names the model in it, whose name is the directory's own."""
    folder = write_model(tmp_path / "my-model")
    model = find_model(f"{folder}/../my-model/", [])
    assert timeless(model) == ModelFiles("my-model", folder, None, BEFORE_V3)
    assert model.author == "unknown"
    assert model.url == folder.as_uri()


@pytest.mark.parametrize("name", ["", " "])
def test_an_empty_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """An empty name is none of the working directory, nor of a data directory, model or not."""
    folder = write_model(tmp_path / "model")
    monkeypatch.chdir(folder)
    assert refusal(name, folder) == "the model's name is empty"


def test_a_directory_below_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A path may start with ``~``."""
    monkeypatch.setenv("HOME", str(tmp_path))
    folder = write_model(tmp_path / "models" / "mine")
    assert find_model("~/models/mine", []).path == folder


@pytest.mark.parametrize(
    "place", ["tiny", "Systran/faster-whisper-tiny"], ids=["by name", "by Hub id"]
)
def test_a_model_lies_in_a_data_directory(tmp_path: Path, place: str) -> None:
    """A short name is found under itself, and under its Hub id, which is its url still."""
    folder = write_model(tmp_path / place)
    model = find_model("tiny", [tmp_path / "empty", tmp_path])
    assert timeless(model) == ModelFiles("tiny", folder, "Systran/faster-whisper-tiny", BEFORE_V3)
    assert model.url == "https://huggingface.co/Systran/faster-whisper-tiny"


def test_a_name_of_ones_own_lies_in_a_data_directory(tmp_path: Path) -> None:
    """Any directory's name is a model's name, also one that no list knows."""
    folder = write_model(tmp_path / "grandma")
    found = timeless(find_model("grandma", [tmp_path]))
    assert found == ModelFiles("grandma", folder, None, BEFORE_V3)


def test_the_hub_clients_cache_is_a_data_directory(tmp_path: Path) -> None:
    """The snapshot that was fetched last is found, of a short name and of a Hub id."""
    write_cached(tmp_path, "Systran/faster-whisper-tiny", "older")
    folder = write_cached(tmp_path, "Systran/faster-whisper-tiny", "newer")
    for name in ("tiny", "Systran/faster-whisper-tiny"):
        assert find_model(name, [tmp_path]).path == folder


def test_the_first_data_directory_goes_first(tmp_path: Path) -> None:
    """A model that lies in several places is taken from the first directory."""
    first, second = tmp_path / "first", tmp_path / "second"
    cached = write_cached(first, "Systran/faster-whisper-tiny")
    plain = write_model(second / "tiny")
    assert find_model("tiny", [first, second]).path == cached
    assert find_model("tiny", [second, first]).path == plain


@pytest.mark.parametrize("missing", ["model.bin", "tokenizer.json", "vocabulary.json"])
def test_an_interrupted_download_is_downloaded_again(tmp_path: Path, missing: str) -> None:
    """What lies incomplete in a data directory counts as not there."""
    (write_cached(tmp_path, "Systran/faster-whisper-tiny") / missing).unlink()
    (write_model(tmp_path / "tiny") / missing).unlink()
    assert find_model("tiny", [tmp_path]).path is None


@pytest.mark.parametrize(
    ("missing", "named"),
    [
        ("model.bin", "model.bin"),
        ("config.json", "config.json"),
        ("tokenizer.json", "tokenizer.json"),
        ("vocabulary.json", "vocabulary.*"),
    ],
)
def test_an_incomplete_directory_is_refused(tmp_path: Path, missing: str, named: str) -> None:
    """A directory that its owner names must have all files; the error says which one it lacks."""
    folder = write_model(tmp_path / "mine")
    (folder / missing).unlink()
    message = refusal(str(folder))
    assert str(folder) in message
    assert message.endswith(f"has no {named}")


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("config.json", b""),
        ("config.json", b"[]"),
        ("vocabulary.json", b'["a", '),
        ("vocabulary.json", b"{}"),
        ("vocabulary.json", b"\xff\xfe"),
        ("preprocessor_config.json", b"{"),
        ("preprocessor_config.json", b"8"),
        ("preprocessor_config.json", b'{"chunk_length": 0}'),
        ("preprocessor_config.json", b'{"chunk_length": 31}'),
        ("preprocessor_config.json", b'{"chunk_length": 2.5}'),
        ("preprocessor_config.json", b'{"chunk_length": null}'),
    ],
)
def test_a_damaged_file_is_named(tmp_path: Path, file: str, content: bytes) -> None:
    """A file that is no JSON, or not what it should be, is one line with its path."""
    folder = write_model(tmp_path / "mine")
    (folder / file).write_bytes(content)
    assert refusal(str(folder)).startswith(f"{folder / file} is damaged: ")


@pytest.mark.parametrize(
    ("n_tokens", "languages"),
    [
        (2_150, ENGLISH),
        (N_ENGLISH, ENGLISH),
        (N_MULTILINGUAL, BEFORE_V3),
        (N_V3, WHISPER_LANGUAGES),
    ],
)
def test_the_vocabulary_tells_the_languages(
    tmp_path: Path, n_tokens: int, languages: frozenset[str]
) -> None:
    """English only, multilingual, and with Cantonese: one token each is between them."""
    model = find_model(str(write_model(tmp_path / "m", n_tokens=n_tokens)), [])
    assert model.languages == languages
    assert model.multilingual == (languages != ENGLISH)


@pytest.mark.parametrize(
    ("n_tokens", "languages"), [(N_ENGLISH, ENGLISH), (N_MULTILINGUAL, BEFORE_V3)]
)
@pytest.mark.parametrize("last", ["", "\n"], ids=["no newline at the end", "newline at the end"])
def test_an_older_vocabulary_is_a_text_file(
    tmp_path: Path, n_tokens: int, languages: frozenset[str], last: str
) -> None:
    """A vocabulary.txt has a token a line, one of which may be empty."""
    folder = write_model(tmp_path / "m")
    (folder / "vocabulary.json").unlink()
    lines = ["", *(f"é{n}" for n in range(1, n_tokens))]
    (folder / "vocabulary.txt").write_text("\n".join(lines) + last, encoding="utf-8")
    assert find_model(str(folder), []).languages == languages


def test_a_model_without_language_tokens_is_english(tmp_path: Path) -> None:
    """A model that says it has no languages is English only, however large its vocabulary."""
    folder = write_model(tmp_path / "m", config={"lang_ids": []})
    assert find_model(str(folder), []).languages == ENGLISH


@pytest.mark.parametrize(
    ("preprocessor", "window_s"),
    [(None, 30), ("{}", 30), ('{"chunk_length": 30}', 30), ('{"chunk_length": 8}', 8)],
)
def test_the_window_is_the_preprocessors(
    tmp_path: Path, preprocessor: str | None, window_s: int
) -> None:
    """A model's window is its chunk_length, and Whisper's 30 s where it does not say."""
    folder = write_model(tmp_path / "m")
    if preprocessor is not None:
        (folder / "preprocessor_config.json").write_text(preprocessor)
    assert find_model(str(folder), []).window_s == window_s


@pytest.mark.parametrize(
    ("generation", "beam_size"), [(None, 5), ("{}", 5), ('{"num_beams": 2}', 2)]
)
def test_the_beams_are_the_generations(
    tmp_path: Path, generation: str | None, beam_size: int
) -> None:
    """A model may say with how many beams it is best decoded; else it is decoded greedily."""
    folder = write_model(tmp_path / "m")
    if generation is not None:
        (folder / "generation_config.json").write_text(generation)
    assert find_model(str(folder), []).beam_size == beam_size


@pytest.mark.parametrize(
    ("preprocessor", "windows"),
    [
        (None, ()),
        ('{"chunk_length": 8}', ()),
        ('{"chunk_length": 8, "short_chunk_lengths": [2, 4]}', (2, 4)),
    ],
)
def test_short_windows(tmp_path: Path, preprocessor: str | None, windows: tuple[int, ...]) -> None:
    """A model may declare shorter windows that it was trained on."""
    folder = write_model(tmp_path / "m")
    if preprocessor is not None:
        (folder / "preprocessor_config.json").write_text(preprocessor)
    assert find_model(str(folder), []).short_windows_s == windows


@pytest.mark.parametrize("windows", ["4", "[4, 2]", "[0, 2]", "[2, 8]", '["2"]', "null"])
def test_impossible_short_windows_are_refused(tmp_path: Path, windows: str) -> None:
    """Windows that are none, in no order, or no shorter than the model's own are damage."""
    folder = write_model(tmp_path / "m")
    (folder / "preprocessor_config.json").write_text(
        f'{{"chunk_length": 8, "short_chunk_lengths": {windows}}}'
    )
    with pytest.raises(ModelNotFound, match="short_chunk_lengths are no ascending seconds below 8"):
        find_model(str(folder), [])


@pytest.mark.parametrize("beams", ["0", "17", '"5"', "null", "1.5"])
def test_impossible_beams_are_refused(tmp_path: Path, beams: str) -> None:
    """A number of beams that no decode can have is a damaged file."""
    folder = write_model(tmp_path / "m")
    (folder / "generation_config.json").write_text(f'{{"num_beams": {beams}}}')
    with pytest.raises(ModelNotFound, match="num_beams is no integer from 1 to 16"):
        find_model(str(folder), [])


def test_real_files_are_understood(tmp_path: Path) -> None:
    """What CTranslate2's own code writes is read as what it is."""
    english = write_english_model(tmp_path / "english", Shape(window_s=2))
    older = write_multilingual_model(tmp_path / "older")
    v3 = write_multilingual_model(tmp_path / "v3", cantonese=True)
    models = [find_model(str(folder), []) for folder in (english, older, v3)]
    assert [model.languages for model in models] == [ENGLISH, BEFORE_V3, WHISPER_LANGUAGES]
    assert [model.window_s for model in models] == [2, 3, 3]


def test_the_embedded_model_says_whose_it_is() -> None:
    """home-en is described as what it is, and not as a Whisper of somebody's."""
    model = ModelFiles(HOME_EN, Path("/anywhere"), None, ENGLISH, 8)
    assert model.description == "Built-in model for English home commands"
    assert model.author == "The wyoming_whisper authors"
    assert model.url == "https://pypi.org/project/wyoming-whisper/"


def test_a_model_of_no_place_has_no_url() -> None:
    """A model that is neither on disk nor on the Hub has an empty address."""
    assert ModelFiles("nowhere", None, None, ENGLISH).url == ""


def test_an_unreachable_hub_is_one_clear_line_at_once(tmp_path: Path) -> None:
    """Without a network a download fails within seconds, with what to do about it."""
    code = (
        "from pathlib import Path\n"
        "from wyoming_whisper.errors import ModelNotFound\n"
        "from wyoming_whisper.engines.whisper.model_files import fetch, find_model\n"
        f"folder = Path({str(tmp_path)!r})\n"
        "model = find_model('tiny', [folder])\n"
        "try: fetch(model, folder, lambda done, total: None)\n"
        "except ModelNotFound as error: print(error)\n"
    )
    with socket.socket() as closed:
        # Bound and not listening: nobody else can take the port, and who connects is refused.
        closed.bind(("127.0.0.1", 0))
        endpoint = f"http://127.0.0.1:{closed.getsockname()[1]}"
        started = time.monotonic()
        result = subprocess.run(
            [sys.executable, "-c", code],
            # The Hub's client reads its address when it is imported.
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "HF_ENDPOINT": endpoint},
            capture_output=True,
            text=True,
            check=True,
        )
    assert time.monotonic() - started < 30
    (line,) = result.stdout.splitlines()
    assert "could not be downloaded" in line
    assert "check the network" in line
    assert HOME_EN in line
    assert result.stderr == ""
    assert find_model("tiny", [tmp_path]).path is None
