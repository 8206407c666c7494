"""The recordings in other languages."""

import json
from pathlib import Path

from home_en.paths import ROOT

LISTING = ROOT / "tests" / "data" / "languages.json"


def test_listing() -> None:
    """It names a small recording of each language, and one of names; nothing else lies there."""
    entries = json.loads(LISTING.read_text())
    languages = [entry["language"] for entry in entries]
    assert languages == ["en", "de", "es", "fr", "it", "pt", "ja", "ko", "zh", "en"]
    paths = {LISTING.parent / entry["file"] for entry in entries}
    assert paths == set(Path(LISTING.parent, "languages").iterdir())
    assert all(path.stat().st_size < 25_000 for path in paths)


def test_speakers() -> None:
    """Kokoro is told phonemes, Pico reads the text itself."""
    for entry in json.loads(LISTING.read_text()):
        synthesiser = entry["speaker"].split("/")[0]
        assert synthesiser in {"pico", "kokoro"}
        assert ("phonemes" in entry) == (synthesiser == "kokoro")
