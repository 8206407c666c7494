"""What home-en's weights promise to every program: neither window nor timestamps change a word."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ctranslate2
import numpy as np
import pytest
from home_en import features
from home_en.features import LONG_WINDOW_FRAMES, WINDOW_FRAMES
from home_en.paths import EXPORTED
from home_en.tokenizer import EOT, FIRST_TIMESTAMP, NO_TIMESTAMPS, SOT
from recordings import COMMANDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt
    from home_en.features import Frames

BEAMS = 5
QUANTISATION = 0.1
"""How far the states of int8 weights lie apart at most (they are within ±5)."""


@pytest.fixture(scope="module")
def model() -> ctranslate2.models.Whisper:
    """The embedded model, as its weights are stored, on one thread."""
    return ctranslate2.models.Whisper(str(EXPORTED), device="cpu", intra_threads=1)


@pytest.fixture(scope="module")
def spoken() -> list[Frames]:
    """Features of the recorded commands, without padding."""
    return [features.log_mel(command.samples) for command in COMMANDS]


def window(frames: Frames, length: int) -> ctranslate2.StorageView:
    """The features in a window of `length` frames."""
    return ctranslate2.StorageView.from_array(features.pad(frames, length)[None])


def encoded(
    model: ctranslate2.models.Whisper, frames: Frames, length: int
) -> npt.NDArray[np.float32]:
    """The encoder's states [n, d] of what is no padding."""
    states: npt.NDArray[np.float32] = np.array(model.encode(window(frames, length)))[0]
    return states[: frames.shape[1] // 2]


def heard(
    model: ctranslate2.models.Whisper, frames: Frames, length: int, prompt: Sequence[int]
) -> list[int]:
    """The tokens behind `prompt`, by faster-whisper's search."""
    (result,) = model.generate(
        window(frames, length), [list(prompt)], beam_size=BEAMS, max_initial_timestamp_index=50
    )
    tokens: list[int] = result.sequences_ids[0]
    return tokens


def test_padding_is_not_attended_to(
    model: ctranslate2.models.Whisper, spoken: list[Frames]
) -> None:
    """What the encoder makes of speech is the same in a tight window, in 8 s and in 30 s."""
    for frames in spoken:
        tight = encoded(model, frames, frames.shape[1] // 2 * 2 + 4)
        for length in (WINDOW_FRAMES, LONG_WINDOW_FRAMES):
            np.testing.assert_allclose(encoded(model, frames, length), tight, atol=QUANTISATION)


def test_steady_noise_is_no_padding(model: ctranslate2.models.Whisper) -> None:
    """White noise whose features are zero on average is attended to as other noise is."""
    noise = 0.006 * np.random.default_rng(0).standard_normal(32_000, np.float32)
    frames = features.log_mel(noise)
    assert abs(frames.mean()) < 0.05
    states = encoded(model, frames, WINDOW_FRAMES)
    changed = frames.copy()
    changed[:, :20] = 0
    assert np.abs(encoded(model, changed, WINDOW_FRAMES) - states)[40:].max() > QUANTISATION


def test_window_and_timestamps_change_no_word(
    model: ctranslate2.models.Whisper, spoken: list[Frames]
) -> None:
    """A command is written alike in our short windows and as other programs ask for it."""
    for frames in spoken:
        plain = heard(model, frames, WINDOW_FRAMES, [SOT, NO_TIMESTAMPS])
        assert plain
        assert max(plain) < EOT
        timed = heard(model, frames, LONG_WINDOW_FRAMES, [SOT])
        assert timed == [FIRST_TIMESTAMP, *plain]
