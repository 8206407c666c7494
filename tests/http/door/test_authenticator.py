"""Who calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from wyoming_whisper.errors import Unauthenticated
from wyoming_whisper.http.door.authenticator import KeyAuthenticator, shown_keys
from wyoming_whisper.http.door.keys import KeyFile, new_key

if TYPE_CHECKING:
    from pathlib import Path

KEY, LINE = new_key("kitchen")


@pytest.fixture
def authenticator(tmp_path: Path) -> KeyAuthenticator:
    """One key's."""
    path = tmp_path / "keys"
    path.write_text(LINE)
    return KeyAuthenticator(KeyFile(path))


def test_who_calls(authenticator: KeyAuthenticator) -> None:
    """A known key has a name, wherever it is shown, and whatever is shown beside it."""
    bearer = {b"authorization": f"Bearer {KEY}".encode()}
    assert authenticator.authenticate(bearer, {}) == "kitchen"
    assert authenticator.authenticate({b"x-api-key": KEY.encode()}, {}) == "kitchen"
    assert authenticator.authenticate({}, {"api_key": KEY}) == "kitchen"
    assert authenticator.authenticate(bearer | {b"x-api-key": b"wrong"}, {}) == "kitchen"


def test_nobody(authenticator: KeyAuthenticator) -> None:
    """Who shows nothing is nobody; who shows what is not known is told so, without it."""
    assert authenticator.authenticate({b"authorization": b"Basic abc"}, {"model": "x"}) is None
    with pytest.raises(Unauthenticated, match="not known") as raised:
        authenticator.authenticate({b"x-api-key": b"secret"}, {})
    assert "secret" not in str(raised.value)


def test_keys_that_are_shown() -> None:
    """Both headers and the query count, an empty one does not."""
    headers = {b"authorization": b"Bearer a", b"x-api-key": b" b "}
    assert shown_keys(headers, {"api_key": "c"}) == ["a", "b", "c"]
    assert shown_keys({b"authorization": b"Bearer  ", b"x-api-key": b" "}, {"api_key": ""}) == []
