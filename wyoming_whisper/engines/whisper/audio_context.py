"""How much of its window a model is given for a short segment: a pure policy.

Whisper was trained on windows of 30 s, padded behind the speech. Its encoder takes shorter ones,
four times as fast at 12 s, but stock models then repeat themselves now and then, and more often the
tighter the window is: Whisper base at 10 s in every fifth command of a far voice, at 12 s in none.
So three rules hold:

1. No window is below 10 s, nor below 12 s where the owner does not ask for it, and 2.56 s of each
   are padding.
2. The windows are few, since only requests of one window share a call.
3. Whatever was heard in a short window and is not believed, or looks at all like a loop or like
   silence, is decoded again in the next longer one. That costs time, and only time.

A model that declares short windows of its own was trained on them, as home-en was: it is given the
shortest that holds the segment, and nothing is doubted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from wyoming_whisper.audio.pcm import SAMPLE_RATE
from wyoming_whisper.engines.whisper.gates import longest_run, split_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wyoming_whisper.values import Hypothesis

FULL: Final = "full"
AUTO: Final = "auto"

_FRAME_SAMPLES: Final = SAMPLE_RATE // 100
_PADDING_FRAMES: Final = 256
_AUTO_FRAMES: Final = (1200, 1500, 2000)

# What is doubted of a short window. Stricter than the gates: being wrong costs one decode.
_MAX_COMPRESSION_RATIO: Final = 2.4
_MAX_NO_SPEECH: Final = 0.6
# Words of Whisper's vocabulary are 1.3 tokens, and people say 3 to 5 words a second.
_TOKENS_PER_SECOND: Final = 7
_TOKENS_AT_LEAST: Final = 10
# "No, no, no" is said; a phrase of three words or more twice in a row hardly ever is.
_MAX_WORD_RUN: Final = 3
_PHRASE_WORDS: Final = 3


@dataclass(frozen=True, slots=True)
class AudioContext:
    """The windows that a model is decoded in.

    Attributes:
        windows: Their frames of 10 ms, ascending; the last is the full one.
        padding_frames: What of a short window is left free behind the speech.
        is_trained: Whether the model was trained on the short ones.
    """

    windows: tuple[int, ...]
    padding_frames: int
    is_trained: bool

    def window_for(self, n_samples: int) -> int:
        """Return the shortest window that holds a segment and its padding, else the full one."""
        wanted = -(-n_samples // _FRAME_SAMPLES) + self.padding_frames
        return next((frames for frames in self.windows if frames >= wanted), self.windows[-1])

    def second_look(self, window: int) -> int | None:
        """Return the window in which what is doubtful in this one is heard again, if any."""
        if self.is_trained:
            return None
        return next((frames for frames in self.windows if frames > window), None)


def choose(choice: str, full_frames: int, trained_frames: Sequence[int] = ()) -> AudioContext:
    """Return the windows to decode in.

    Args:
        choice: ``full``, ``auto`` or the whole seconds of one short window; for stock models.
        full_frames: The model's own window.
        trained_frames: Shorter ones that the model was trained on, ascending.
    """
    short: Sequence[int] = ()
    if trained_frames:
        short = trained_frames
    elif choice == AUTO:
        short = _AUTO_FRAMES
    elif choice != FULL:
        short = (100 * int(choice),)
    windows = (*(frames for frames in short if frames < full_frames), full_frames)
    return AudioContext(windows, 0 if trained_frames else _PADDING_FRAMES, bool(trained_frames))


def is_doubtful(hypothesis: Hypothesis, n_samples: int) -> bool:
    """Tell whether what was heard in a short window has to be heard again in a longer one.

    What is not known of a hypothesis is no reason to doubt it.
    """
    words = split_words(hypothesis.text)
    seconds = n_samples / SAMPLE_RATE
    return (
        not words
        or hypothesis.rejection is not None
        or (hypothesis.compression_ratio or 0) > _MAX_COMPRESSION_RATIO
        or hypothesis.n_tokens > _TOKENS_PER_SECOND * seconds + _TOKENS_AT_LEAST
        or (hypothesis.no_speech_prob or 0) > _MAX_NO_SPEECH
        or longest_run(words) > _MAX_WORD_RUN
        or longest_run(words, min_words=_PHRASE_WORDS) > 1
    )
