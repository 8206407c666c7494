"""The README tells the truth."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import readme_options

ROOT = Path(__file__).parents[1]
TEXT = readme_options.README.read_text()


def test_options() -> None:
    """The table of options is the one that script/format writes."""
    assert readme_options.table() in TEXT
    assert readme_options.with_table(TEXT) == TEXT


@pytest.mark.parametrize("target", re.findall(r"\]\(([^)#:]+)\)", TEXT))
def test_links(target: str) -> None:
    """What the README links to inside the project is there."""
    assert (ROOT / target).exists()


@pytest.mark.parametrize("path", sorted(set(re.findall(r"(?:script|tests/data)/[\w.-]+", TEXT))))
def test_paths(path: str) -> None:
    """The scripts and recordings that the README names are there."""
    assert (ROOT / path).exists()


def test_modules() -> None:
    """Every module of the package is on the README's map."""
    tree = TEXT[TEXT.index("wyoming_whisper/\n├──") :]
    for path in (ROOT / "wyoming_whisper").rglob("*.py"):
        if path.stem not in {"__init__", "__main__"}:
            assert re.search(rf"\b{path.stem}\b", tree), path
