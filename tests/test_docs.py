"""The documentation tells the truth."""

from __future__ import annotations

import re
from itertools import chain
from pathlib import Path

import generated_docs
import pytest

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted(chain(ROOT.glob("*.md"), (ROOT / "docs").glob("*.md")))


@pytest.mark.parametrize("name", generated_docs.GENERATED)
def test_generated_parts(name: str) -> None:
    """What script/format writes into the documentation is up to date."""
    path, generate = generated_docs.GENERATED[name]
    text = path.read_text()
    assert generate() in text
    assert generated_docs.updated(name) == text


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_links(path: Path) -> None:
    """What a document links to inside the project is there."""
    for target in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", path.read_text()):
        assert (path.parent / target).exists(), target


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_paths(path: Path) -> None:
    """The scripts, programs, tests and recordings that a document names are there."""
    for named in re.findall(r"\b(?:script|benchmarks|tests)/[\w./-]*\w", path.read_text()):
        assert (ROOT / named).exists(), named


def test_the_readme_is_for_a_newcomer() -> None:
    """The README has about 150 lines at most; what is longer lies in docs/."""
    assert len((ROOT / "README.md").read_text().splitlines()) <= 150


def test_where_to_change_what() -> None:
    """Each file that the architecture sends a reader to is there."""
    text = (ROOT / "docs" / "architecture.md").read_text()
    table = text[text.index("## Where do I change") :]
    named = re.findall(r"`([\w/]+(?:/|\.py))`", table)
    assert len(named) > 30
    for path in named:
        assert (ROOT / "wyoming_whisper" / path).exists() or (ROOT / path).exists(), path
