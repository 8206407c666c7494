"""A batch between the encoder and its hypotheses."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import ctranslate2
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from faster_whisper import WhisperModel

    from wyoming_whisper.engines.engine import DecodeRequest
    from wyoming_whisper.engines.whisper.language_detection import Spoken


@dataclass(frozen=True, slots=True, eq=False)
class EncodedBatch:
    """What was encoded, and what was made of it.

    Attributes:
        whisper: The model that encoded it, and is to decode it.
        encoded: The encoder's output, shape ``(n, window / 2, d_model)``.
        requests: What was encoded.
        languages: What is spoken in each of them.
    """

    whisper: WhisperModel
    encoded: ctranslate2.StorageView
    requests: Sequence[DecodeRequest]
    languages: Sequence[Spoken]

    def only(self, indices: Sequence[int]) -> EncodedBatch:
        """Return some of the requests."""
        if len(indices) == len(self.requests):
            return self
        encoded = self.encoded
        if encoded.device != "cpu":
            encoded = encoded.to_device(ctranslate2.Device.cpu)
        # numpy knows no bfloat16; the decoder turns float32 back into what it was.
        rows = np.asarray(encoded.to(ctranslate2.DataType.float32))[list(indices)]
        return EncodedBatch(
            self.whisper,
            ctranslate2.StorageView.from_array(rows),
            [self.requests[index] for index in indices],
            [self.languages[index] for index in indices],
        )

    def unprompted(self) -> EncodedBatch:
        """Return the same without prompts and hot words."""
        plain = [
            replace(request, options=replace(request.options, prompt="", hotwords=""))
            for request in self.requests
        ]
        return replace(self, requests=plain)
