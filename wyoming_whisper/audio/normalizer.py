"""Any PCM that a client sends → 16 kHz mono, whatever the chunk sizes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import soxr

from wyoming_whisper.audio.pcm import EMPTY_BLOCK, SAMPLE_RATE, pcm_to_mono

if TYPE_CHECKING:
    from wyoming_whisper.audio.pcm import Block
    from wyoming_whisper.audio.pcm_format import PcmFormat


class Normalizer:
    """Converts one utterance's PCM, keeping the resampler's state between chunks.

    The result does not depend on how the bytes are cut: a frame's missing bytes are carried over,
    and soxr's float32 stream gives the same samples for any chunk size (its int16 one does not).
    When the format changes in mid-stream the old format's converter is drained first, so that
    samples keep their order and no state is shared between formats.
    """

    def __init__(self) -> None:
        self._converter: _Converter | None = None

    def feed(self, data: bytes | memoryview, pcm_format: PcmFormat) -> Block:
        """Convert a chunk.

        Args:
            data: PCM of any length, also one that ends within a sample.
            pcm_format: The chunk's own format.

        Returns:
            The samples that are ready, shape ``(n_samples,)``; the resampler holds back a few
            milliseconds.
        """
        if self._converter is not None and self._converter.pcm_format == pcm_format:
            return self._converter.feed(data)
        drained = self.finish()
        self._converter = _Converter(pcm_format)
        block = self._converter.feed(data)
        return np.concatenate((drained, block)) if len(drained) else block

    def finish(self) -> Block:
        """Return what the resampler still holds; an incomplete last frame is dropped."""
        if self._converter is None:
            return EMPTY_BLOCK
        block = self._converter.finish()
        self._converter = None
        return block


class _Converter:
    """The conversion of one format."""

    def __init__(self, pcm_format: PcmFormat) -> None:
        self.pcm_format = pcm_format
        self._carry = b""
        self._resampler = (
            None
            if pcm_format.rate == SAMPLE_RATE
            else soxr.ResampleStream(pcm_format.rate, SAMPLE_RATE, 1, dtype="float32")
        )

    def feed(self, data: bytes | memoryview) -> Block:
        if self._carry:
            data = self._carry + bytes(data)
        whole = len(data) - len(data) % self.pcm_format.frame_bytes
        self._carry = bytes(data[whole:])
        if not whole:
            return EMPTY_BLOCK
        mono = pcm_to_mono(data[:whole], self.pcm_format)
        return mono if self._resampler is None else self._resample(mono, last=False)

    def finish(self) -> Block:
        return EMPTY_BLOCK if self._resampler is None else self._resample(EMPTY_BLOCK, last=True)

    def _resample(self, mono: Block, *, last: bool) -> Block:
        assert self._resampler is not None  # noqa: S101 - narrows the type
        block: Block = self._resampler.resample_chunk(mono, last=last)
        return block
