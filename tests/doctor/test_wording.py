"""Bytes and paths in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from wyoming_whisper.doctor.wording import short, size


@pytest.mark.parametrize(
    ("n_bytes", "text"),
    [
        (0, "0.0 KiB"),
        (1536, "1.5 KiB"),
        (31_171_895, "30 MiB"),
        (999 * 2**20, "999 MiB"),
        (1000 * 2**20, "1.0 GiB"),
        (1_300_000_000, "1.2 GiB"),
        (5000 * 2**40, "5000 TiB"),
    ],
)
def test_size(n_bytes: int, text: str) -> None:
    """An amount has two or three digits and the unit that goes with them."""
    assert size(n_bytes) == text


def test_a_path_at_home() -> None:
    """Who the user is does not show in a path of theirs, and other paths stay as they are."""
    home = Path("/home/jane")
    assert short(home / "models" / "base", home) == "~/models/base"
    assert short(Path("/home/janet/models"), home) == "/home/janet/models"
    assert short(Path("models"), home) == "models"
    assert short(Path("~/models").expanduser()) == "~/models"
