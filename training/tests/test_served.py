"""Servers that the evaluation starts."""

import sys

import numpy as np
import pytest
from home_en import load_time
from home_en.paths import EXPORTED
from home_en.served import our_server, serving, transcripts


def test_our_server_hears_nothing_in_silence() -> None:
    """The server starts on a directory, answers each wave, and hears no words in silence."""
    with serving(our_server(EXPORTED)) as uri:
        assert transcripts(uri, [np.zeros(16_000, np.float32)] * 2) == ["", ""]


def test_a_server_that_ends_is_told_in_its_own_words() -> None:
    """What a server says before it ends is in the error."""
    command = [sys.executable, "-c", "raise SystemExit('no such model')", "{uri}"]
    with pytest.raises(RuntimeError, match="no such model"), serving(command):
        pass


@pytest.mark.parametrize("what", load_time.LOADS)
def test_loading_is_timed_in_a_process_of_its_own(what: str) -> None:
    """Real and CPU time of a load come back from the process."""
    real, cpu = load_time.median_milliseconds(EXPORTED, what, processes=1)
    assert real > 0
    assert cpu > 0
