"""A fine-tuned Whisper as transformers saves it → the files that CTranslate2 loads.

The conversion runs in a process of its own, ``python -m wyoming_whisper.engines.whisper.conversion
SOURCE TARGET``: what it needs (transformers and torch, the extra ``convert``) is large, and the
server has no use for it otherwise.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from wyoming_whisper.errors import ModelNotFound
from wyoming_whisper.language import WHISPER_LANGUAGES

_WEIGHTS: Final = (
    "model.safetensors", "model.safetensors.index.json",
    "pytorch_model.bin", "pytorch_model.bin.index.json",
)  # fmt: skip
_COPIED: Final = ("preprocessor_config.json", "generation_config.json")
# What a GPU decodes in; a CPU makes int8 of it while it loads.
_QUANTIZATION: Final = "float16"
_EXTRA: Final = "pip install 'wyoming-whisper[convert]'"


def is_convertible(folder: Path) -> bool:
    """Tell whether a directory holds a Whisper of transformers."""
    try:
        config = json.loads((folder / "config.json").read_bytes())
    except (OSError, ValueError):
        return False
    is_whisper = isinstance(config, dict) and config.get("model_type") == "whisper"
    return is_whisper and any((folder / name).is_file() for name in _WEIGHTS)


def converted_folder(source: Path, data_dir: Path) -> Path:
    """Return where the conversion of a directory lies, another one whenever its files change."""
    written = [
        (path.name, path.stat().st_size, path.stat().st_mtime_ns)
        for path in sorted(source.iterdir())
        if path.is_file()
    ]
    state = hashlib.sha256(repr((str(source), written)).encode()).hexdigest()[:12]
    return data_dir / "converted" / f"{source.name}-{state}"


def convert(source: Path, target: Path) -> None:
    """Convert a directory of transformers'. Blocks, for a minute or more.

    It may be killed at any time; the target is there as a whole, or not at all.

    Raises:
        ModelNotFound: If what it needs is not installed, or the files cannot be converted.
    """
    if find_spec("transformers") is None:
        raise ModelNotFound(
            f"{source} is a model of transformers, and has to be converted; that needs: {_EXTRA}"
        )
    partial = target.with_name(f"{target.name}.partial")
    partial.parent.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(  # noqa: S603 - this module
        [sys.executable, "-m", __name__, str(source), str(partial)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        lines = done.stderr.strip().splitlines() or [f"exit status {done.returncode}"]
        raise ModelNotFound(f"{source} could not be converted: {lines[-1]}")
    partial.rename(target)


def main(source: Path, target: Path) -> None:
    """Convert a directory in this process; what is at the target is replaced."""
    from ctranslate2.converters import TransformersConverter  # noqa: PLC0415 - see above
    from transformers import AutoTokenizer  # noqa: PLC0415

    copied = [name for name in _COPIED if (source / name).is_file()]
    converter = TransformersConverter(str(source), copy_files=copied)
    converter.convert(str(target), quantization=_QUANTIZATION, force=True)
    # Fine-tuned models often have the older files of a tokenizer only.
    tokenizer = AutoTokenizer.from_pretrained(str(source)).backend_tokenizer
    tokenizer.save(str(target / "tokenizer.json"))
    # As often they do not say which tokens are languages; CTranslate2 would then know none.
    config = json.loads((target / "config.json").read_bytes())
    if not config.get("lang_ids"):
        found = (tokenizer.token_to_id(f"<|{code}|>") for code in WHISPER_LANGUAGES)
        config["lang_ids"] = sorted(token for token in found if token is not None)
        (target / "config.json").write_text(json.dumps(config))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
