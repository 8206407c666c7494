from __future__ import annotations

import re
import subprocess
import sys

from fuzz import fuzz_framing


def test_the_decoder_keeps_its_promises() -> None:
    """Damaged streams mean the same for any cut, and raise FramingError only."""
    n_streams, n_offences, n_events = fuzz_framing.fuzz(1, iterations=1_000)
    assert n_streams == 1_000
    # Most, but not all, of the streams are damaged beyond repair, and most hold an event before.
    assert 300 < n_offences < 900
    assert n_events > 500


def test_the_program_says_what_it_did() -> None:
    """The fuzzer runs alone, for as long as it is told, and says how to repeat the run."""
    done = subprocess.run(
        [sys.executable, fuzz_framing.__file__, "--seconds", "0.1", "--seed", "7"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert re.fullmatch(
        r"seed 7\n[1-9]\d* streams, \d+ of them broke the framing, \d+ events\n", done.stdout
    )
