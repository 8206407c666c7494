"""Segments of a file → fuller ones, with the silence between them shortened.

A model hears a sentence better among its neighbours, and a window of one word costs as much as one
of six sentences. So what a file's pauses have cut apart goes to the model together, as far as its
window reaches. Nobody waits for the parts of a file; of live speech each is decoded as it comes.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from wyoming_whisper.values import Cut, Segment


@dataclass(frozen=True, slots=True)
class PackingOptions:
    """How segments are joined.

    Attributes:
        max_samples: The model's window; nothing longer is made.
        gap_samples: What is left of a longer silence.
        alone_samples: A segment of this length tells its language, and may be in another one than
            its neighbours: it stays alone. ``None`` where the language is known.
    """

    max_samples: int
    gap_samples: int
    alone_samples: int | None = None


class Packer:
    """Joins one stream's segments."""

    def __init__(self, options: PackingOptions) -> None:
        self._options = options
        self._waiting: list[Segment] = []
        self._n_samples = 0  # of what waits, joined

    def add(self, segment: Segment) -> list[Segment]:
        """Take the stream's next segment; return what is complete."""
        alone = self._options.alone_samples
        if alone is not None and len(segment.samples) >= alone:
            return [*self.finish(), segment]
        gap = self._gap(self._waiting[-1], segment) if self._waiting else 0
        n_samples = self._n_samples + gap + len(segment.samples)
        complete = self.finish() if n_samples > self._options.max_samples else []
        self._n_samples = len(segment.samples) if complete else n_samples
        self._waiting.append(segment)
        return complete

    def finish(self) -> list[Segment]:
        """Return what waits, joined."""
        parts, self._waiting, self._n_samples = self._waiting, [], 0
        return [self._joined(parts)] if len(parts) > 1 else parts

    def _gap(self, before: Segment, after: Segment) -> int:
        return min(after.start - before.end, self._options.gap_samples)

    def _joined(self, parts: list[Segment]) -> Segment:
        samples, cuts = [parts[0].samples], []
        length = len(parts[0].samples)
        for before, after in pairwise(parts):
            gap = self._gap(before, after)
            samples += [np.zeros(gap, np.float32), after.samples]
            length += gap
            if left_out := after.start - before.end - gap:
                cuts.append(Cut(length, left_out))
            length += len(after.samples)
        joined = np.concatenate(samples)
        joined.flags.writeable = False
        return Segment(parts[0].start, parts[-1].end, joined, tuple(cuts), tuple(parts))
