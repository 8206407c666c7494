"""Transcripts as OpenAI's API writes them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from wyoming_whisper.http.openai.request import Granularity, ResponseFormat
from wyoming_whisper.language import language_name
from wyoming_whisper.subtitles.cues import make_cues
from wyoming_whisper.subtitles.formats import write_srt, write_text, write_tsv, write_vtt
from wyoming_whisper.subtitles.sentences import split_segments
from wyoming_whisper.values import Task

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wyoming_whisper.http.openai.request import AudioRequest
    from wyoming_whisper.recognition.file import FileTranscript
    from wyoming_whisper.subtitles.sentences import Piece, TimedWord

MEDIA_TYPES: Final = {
    ResponseFormat.JSON: "application/json",
    ResponseFormat.VERBOSE_JSON: "application/json",
    ResponseFormat.TEXT: "text/plain; charset=utf-8",
    ResponseFormat.SRT: "text/plain; charset=utf-8",
    ResponseFormat.VTT: "text/vtt; charset=utf-8",
    ResponseFormat.TSV: "text/tab-separated-values; charset=utf-8",
}
# JSON has no -inf, which is what the logarithm of no probability at all is.
_LEAST_PROBABILITY: Final = 1e-10


@dataclass(frozen=True, slots=True)
class TranscriptionResponse:
    """A transcript and what was asked of it."""

    transcript: FileTranscript
    request: AudioRequest

    def body(self) -> str | dict[str, Any]:
        """Return the text, or JSON's object, of the format that was asked for."""
        match self.request.response_format:
            case ResponseFormat.JSON:
                return self._json()
            case ResponseFormat.VERBOSE_JSON:
                return self._verbose_json()
            case ResponseFormat.TEXT:
                return write_text(self.transcript.update.text)
            case ResponseFormat.TSV:
                return write_tsv(self._pieces)
        cues = make_cues(self._pieces, self.transcript.duration_s, self.request.cue_limits)
        if self.request.response_format is ResponseFormat.SRT:
            return write_srt(cues)
        return write_vtt(cues)

    @property
    def language(self) -> str:
        """The language of the text; English where there is neither text nor a language."""
        return self._language or "en"

    @property
    def languages(self) -> list[dict[str, str]]:
        """The same as OpenAI's list of what was detected, which is empty where nothing was."""
        return [{"code": self._language}] if self._language else []

    @property
    def usage(self) -> dict[str, Any]:
        """The length of the audio, as OpenAI has it: whole seconds, of which a part counts."""
        return {"type": "duration", "seconds": math.ceil(self.transcript.duration_s)}

    @property
    def logprobs(self) -> list[dict[str, Any]]:
        """How sure the model is of each word."""
        return logprobs(self._pieces)

    @property
    def _language(self) -> str | None:
        if self.request.decoding.task is Task.TRANSLATE:
            return "en"
        return self.transcript.update.language or self.request.decoding.language

    @property
    def _pieces(self) -> list[Piece]:
        return split_segments(
            self.transcript.update.segments, duration_s=self.transcript.duration_s
        )

    def _json(self) -> dict[str, Any]:
        body: dict[str, Any] = {
            "text": self.transcript.update.text,
            "languages": self.languages,
            "usage": self.usage,
        }
        if self.request.logprobs:
            body["logprobs"] = self.logprobs
        return body

    def _verbose_json(self) -> dict[str, Any]:
        pieces = self._pieces
        request, update = self.request, self.transcript.update
        body: dict[str, Any] = {
            "task": request.decoding.task.value,
            "language": language_name(self.language),
            "duration": round(self.transcript.duration_s, 3),
            "text": update.text,
            "language_code": self.language,
            "usage": self.usage,
        }
        sure = [s.hypothesis.language_probability for s in update.segments]
        if sure and sure[0] is not None:
            body["language_probability"] = round(sure[0], 4)
        if Granularity.WORD in request.granularities:
            body["words"] = [_word(word) for piece in pieces for word in piece.words]
        # OpenAI leaves the segments out where words alone are asked for.
        if request.granularities != {Granularity.WORD}:
            body["segments"] = [segment_body(number, piece) for number, piece in enumerate(pieces)]
        if request.logprobs:
            body["logprobs"] = logprobs(pieces)
        return body


def segment_body(number: int, piece: Piece) -> dict[str, Any]:
    """Return a piece as one of ``verbose_json``'s segments."""
    hypothesis = piece.hypothesis
    return {
        "id": number,
        "seek": piece.seek,
        "start": round(piece.start_s, 3),
        "end": round(piece.end_s, 3),
        "text": piece.text,
        "tokens": list(piece.tokens),
        "temperature": hypothesis.temperature,
        "avg_logprob": hypothesis.avg_logprob,
        "compression_ratio": hypothesis.compression_ratio,
        "no_speech_prob": hypothesis.no_speech_prob,
    }


def logprobs(pieces: Iterable[Piece]) -> list[dict[str, Any]]:
    """Return how sure the model is of each word; OpenAI's entries are tokens, ours whole words.

    Words of which the engine does not say how sure it is are left out.
    """
    return [
        {
            "token": word.text,
            "logprob": math.log(max(word.probability, _LEAST_PROBABILITY)),
            "bytes": list(word.text.encode()),
        }
        for piece in pieces
        for word in piece.words
        if word.probability is not None
    ]


def _word(word: TimedWord) -> dict[str, Any]:
    return {
        "word": word.text.strip(),
        "start": round(word.start_s, 3),
        "end": round(word.end_s, 3),
    }
