"""faster-whisper on one file, in a process of its own: what the servers built on it do with one.

    python faster_whisper_file.py MODEL FILE [BATCH]

It prints a line of JSON: seconds without the model's load, the text, and most memory in MiB.
Without a batch size it is ``WhisperModel.transcribe`` at its defaults, with the VAD filter that
servers switch on; with one, ``BatchedInferencePipeline``, greedy.
"""

from __future__ import annotations

import json
import resource
import sys
import time

import numpy as np
from faster_whisper import BatchedInferencePipeline, WhisperModel


def transcribe(model: str, file: str, batch: int) -> dict[str, object]:
    """Transcribe a file; a batch of 0 is none."""
    whisper = WhisperModel(model, device="cpu")
    list(whisper.transcribe(np.zeros(16_000, np.float32), language="en")[0])  # warms up
    started = time.perf_counter()
    if batch:
        segments, _ = BatchedInferencePipeline(whisper).transcribe(
            file, language="en", vad_filter=True, beam_size=1, batch_size=batch
        )
    else:
        segments, _ = whisper.transcribe(file, language="en", vad_filter=True)
    text = "".join(segment.text for segment in segments)
    return {
        "seconds": time.perf_counter() - started,
        "text": text,
        "memory_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


if __name__ == "__main__":
    print(json.dumps(transcribe(sys.argv[1], sys.argv[2], int((sys.argv[3:] or ["0"])[0]))))
