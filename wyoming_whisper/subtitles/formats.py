"""Cues and pieces → the text formats that players and scripts read.

No format has an escape for everything. What is white space or a control character in a text becomes
a space (cues hold neither), and an arrow "-->", which ends a cue in SRT and WebVTT, becomes "->".
WebVTT reads "&" and "<" as markup, so there they are written as "&amp;" and "&lt;"; SRT has no
escape, and players show other tags than theirs as they are. TSV knows no quotes.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from wyoming_whisper.subtitles.script import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wyoming_whisper.subtitles.cues import Cue
    from wyoming_whisper.subtitles.sentences import Piece

_ARROW: Final = re.compile("-{2,}>")


def write_srt(cues: Iterable[Cue]) -> str:
    """Return cues as SubRip has them, numbered from 1; none are an empty text."""
    return "".join(
        f"{number}\n{_time(cue.start_ms, ',')} --> {_time(cue.end_ms, ',')}\n{_payload(cue)}\n\n"
        for number, cue in enumerate(cues, 1)
    )


def write_vtt(cues: Iterable[Cue], *, always_hours: bool = True) -> str:
    """Return cues as WebVTT has them (https://www.w3.org/TR/webvtt1/).

    Args:
        cues: In order.
        always_hours: Whether times below an hour have hours as well; whisper's own do not.
    """
    blocks = ["WEBVTT\n\n"]
    for cue in cues:
        start, end = (_time(ms, ".", hours=always_hours) for ms in (cue.start_ms, cue.end_ms))
        text = _payload(cue).replace("&", "&amp;").replace("<", "&lt;")
        blocks.append(f"{start} --> {end}\n{text}\n\n")
    return "".join(blocks)


def write_tsv(pieces: Iterable[Piece]) -> str:
    """Return pieces as whisper's table: integer milliseconds, no quotes, no tabs in a text."""
    rows = (
        f"{round(piece.start_s * 1000)}\t{round(piece.end_s * 1000)}\t{one_line(piece.text)}\n"
        for piece in pieces
    )
    return "".join(["start\tend\ttext\n", *rows])


def write_lines(pieces: Iterable[Piece]) -> str:
    """Return pieces as lines of text."""
    return "".join(f"{one_line(piece.text)}\n" for piece in pieces)


def write_text(text: str) -> str:
    """Return a transcript as OpenAI's plain text."""
    return f"{text.strip()}\n"


def _payload(cue: Cue) -> str:
    return "\n".join(_ARROW.sub("->", line) for line in cue.lines)


def _time(ms: int, point: str, *, hours: bool = True) -> str:
    minutes, ms = divmod(ms, 60_000)
    whole_hours, minutes = divmod(minutes, 60)
    prefix = f"{whole_hours:02}:" if hours or whole_hours else ""
    return f"{prefix}{minutes:02}:{ms // 1000:02}{point}{ms % 1000:03}"
