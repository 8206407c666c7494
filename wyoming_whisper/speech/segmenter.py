"""Windows and their speech probabilities → the segments that go to the model.

Theory of operation. A segment opens at an onset, where the sound began of which that is a part, and
with some audio before it (pre-roll). Likewise speech ends where its sound ends. A segment closes

1. at a long pause, with some audio behind the last speech (tail); the silence is dropped; or
2. where it would outgrow the model's window: at the longest pause in its second half, or, where
   the speaker does not pause, at the window least like speech. The next segment starts at the very
   sample where this one ends, so that nothing is lost; or
3. at the end of the stream, trimmed as in 1; where the stream ends before the tail, zeros follow.

Everything is decided window by window, so segments do not depend on how the audio arrived.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from wyoming_whisper.audio.pcm import SAMPLE_RATE
from wyoming_whisper.speech.endpointing import EdgeKind, Endpointer
from wyoming_whisper.speech.loudness import GAP_WINDOWS, Loudness
from wyoming_whisper.speech.vad import WINDOW_SAMPLES
from wyoming_whisper.values import Segment

if TYPE_CHECKING:
    from wyoming_whisper.audio.pcm import Block
    from wyoming_whisper.speech.endpointing import EndpointingOptions


@dataclass(frozen=True, slots=True)
class SegmentingOptions:
    """How speech is cut.

    Attributes:
        max_samples: The model's window; no segment is longer.
        pre_roll_samples: Audio kept before the sound of the first speech.
        tail_samples: Audio kept behind the sound of the last speech.
        pause_samples: A pause that closes a segment; longer than the pauses inside a command.
        endpointing: What counts as speech.
        reach_samples: How far its sound may begin before that, and half as far end behind it.

    Raises:
        ValueError: If the tail is longer than the pause, or the window too short to be cut in.
    """

    max_samples: int
    pre_roll_samples: int
    tail_samples: int
    pause_samples: int
    endpointing: EndpointingOptions
    # The first syllables of a far voice lie so far before the VAD is sure.
    reach_samples: int = 600 * SAMPLE_RATE // 1000

    def __post_init__(self) -> None:
        if not 0 <= self.tail_samples <= self.pause_samples or self.pre_roll_samples < 0:
            raise ValueError("0 <= tail <= pause and 0 <= pre-roll do not hold")
        padding = (
            self.pre_roll_samples
            + self.tail_samples
            + self.reach_samples
            + self.endpointing.min_speech_samples
        )
        if self.max_samples < 2 * (padding + WINDOW_SAMPLES):
            raise ValueError("the model's window is too short for this pre-roll and tail")


class Segmenter:
    """Cuts one stream into segments.

    Attributes:
        first_onset: Where speech was first heard, in samples; ``None`` before that.
    """

    def __init__(self, options: SegmentingOptions) -> None:
        self.first_onset: int | None = None
        self._options = options
        self._endpointer = Endpointer(options.endpointing)
        self._loudness = Loudness()
        # The windows still needed, their probabilities, and the position of the first one.
        self._windows: list[Block] = []
        self._probabilities: list[float] = []
        self._origin = 0
        self._start: int | None = None  # of the open segment
        self._offset = 0  # behind the last finished stretch of speech
        self._speech_end = 0  # and where its sound ended
        self._floor = 0  # no segment may start before this: the end of the last one

    def feed(self, window: Block, probability: float) -> list[Segment]:
        """Take the stream's next window, shape ``(512,)``; return the segments that it closes."""
        self._windows.append(window)
        self._probabilities.append(probability)
        self._loudness.feed(window)
        edge = self._endpointer.feed(probability)
        if edge is not None and edge.kind is EdgeKind.OFFSET:
            self._offset = self._speech_end = edge.position
        elif edge is not None and self._start is None:
            self._start = self._start_of_sound(edge.position)
            if self.first_onset is None:
                self.first_onset = edge.position
        self._follow_sound()
        segments = self._close_at_pause() or self._close_when_full()
        self._forget()
        return segments

    def finish(self) -> list[Segment]:
        """Return the last segment, if speech is open at the end of the stream."""
        return [] if self._start is None else [self._close(self._trimmed_end())]

    @property
    def speech_end(self) -> int:
        """Where the sound of the last stretch of speech that has ended did so."""
        return self._speech_end

    @property
    def pause(self) -> int:
        """Samples of silence since the open segment's last speech; 0 while there is none."""
        if self._start is None or self._endpointer.in_speech:
            return 0
        return self._endpointer.quiet_from - self._speech_end

    @property
    def position(self) -> int:
        """Samples of the stream that have been judged."""
        return self._endpointer.position

    @property
    def silence(self) -> int:
        """Samples since somebody spoke last, or since the start; 0 while somebody does."""
        if self._endpointer.in_speech:
            return 0
        return self._endpointer.quiet_from - self._speech_end

    def preview(self) -> Segment:
        """Return what `finish` will return if nobody speaks again, without closing it.

        Only for a pause that is as long as the tail: before that, the tail is not there yet.
        """
        if self._start is None or self.pause < self._options.tail_samples:
            raise ValueError("no segment has paused for the length of the tail")
        return self._cut(self._start, self._trimmed_end())

    def _start_of_sound(self, onset: int) -> int:
        n_windows = (self._endpointer.position - onset) // WINDOW_SAMPLES
        most = self._options.reach_samples // WINDOW_SAMPLES
        sound = self._loudness.sound_before(n_windows, most) * WINDOW_SAMPLES
        return max(self._floor, onset - sound - self._options.pre_roll_samples)

    def _follow_sound(self) -> None:
        """Put the end of speech behind the last window, where its sound goes on there."""
        position = self._endpointer.position
        pause = position - WINDOW_SAMPLES - self._speech_end
        # What has paused for the tail has ended: `preview` must not change any more.
        goes_on = pause < min(GAP_WINDOWS * WINDOW_SAMPLES + 1, self._options.tail_samples)
        in_reach = position - self._offset <= self._options.reach_samples // 2
        ended = self._start is not None and not self._endpointer.in_speech
        if ended and goes_on and in_reach and self._loudness.is_audible:
            self._speech_end = position

    def _close_at_pause(self) -> list[Segment]:
        # A pause of no length at all is still one where the owner says so.
        paused = self._start is not None and not self._endpointer.in_speech
        if not paused or self.pause < self._options.pause_samples:
            return []
        return [self._close(self._trimmed_end())]

    def _close_when_full(self) -> list[Segment]:
        # The tail must still fit, should the stream end at the next window.
        limit = self._options.max_samples - self._options.tail_samples - WINDOW_SAMPLES
        if self._start is None or self._endpointer.position - self._start <= limit:
            return []
        cut = self._best_cut(self._start)
        # Where a stream that ends now would end its segment, one that goes on must end it as well.
        tail_heard = self._trimmed_end() <= self._endpointer.position
        if not self._endpointer.in_speech and (tail_heard or self._speech_end <= cut):
            return [self._close(min(self._trimmed_end(), self._endpointer.position))]
        segment = self._close(cut)
        self._start = cut
        return [segment]

    def _best_cut(self, start: int) -> int:
        """Return the middle of the longest pause in the second half, or the least likely speech."""
        first = (start + self._options.max_samples // 2 - self._origin) // WINDOW_SAMPLES
        zone = self._probabilities[first:]
        pauses: list[tuple[int, int]] = []  # (length, start), in windows
        length = 0
        for index, probability in enumerate(zone):
            length = length + 1 if probability < self._options.endpointing.release else 0
            pauses.append((length, index + 1 - length))
        longest, pause_start = max(pauses)
        middle = pause_start + longest // 2 if longest else zone.index(min(zone))
        return self._origin + (first + middle) * WINDOW_SAMPLES

    def _trimmed_end(self) -> int:
        in_speech = self._endpointer.in_speech
        end = self._endpointer.position if in_speech else self._speech_end
        return end + self._options.tail_samples

    def _close(self, end: int) -> Segment:
        """End the open segment."""
        assert self._start is not None  # noqa: S101 - narrows the type
        segment = self._cut(self._start, end)
        self._start = None
        self._floor = min(end, self._endpointer.position)
        return segment

    def _cut(self, start: int, end: int) -> Segment:
        """Return a part of the stream, zero-filled where the stream has not got that far."""
        samples = np.zeros(end - start, np.float32)
        heard = np.concatenate(self._windows)[start - self._origin : end - self._origin]
        samples[: len(heard)] = heard
        samples.flags.writeable = False
        return Segment(start, end, samples)

    def _forget(self) -> None:
        """Drop the windows that no segment can need any more."""
        if self._start is not None:
            needed = self._start
        else:
            kept = self._options.pre_roll_samples + self._options.reach_samples
            needed = max(self._floor, self._endpointer.quiet_from - kept)
        n_windows = (needed - self._origin) // WINDOW_SAMPLES
        if n_windows > 0:
            del self._windows[:n_windows], self._probabilities[:n_windows]
            self._origin += n_windows * WINDOW_SAMPLES
