"""Numbers as Whisper writes them, from the words in which they are spoken, and back.

"Set the bedroom lights to 30%.", "Wake me up at 7:30 a.m.": Home Assistant's sentences match
figures and words alike, and what Whisper knows already need not be taught. Figures are written for

- what is ten or more, and what has a point in it;
- a number with a unit ("5 minutes", "8 o'clock"), percents as "%", times of day with a colon;
- a number that ends a sentence behind "to", "at", "for", "until", "channel", "number";
- three digits and more in a row, as of a telephone: "33389".

Other numbers below ten stay words: "the red one or the blue one".
"""

from __future__ import annotations

import re
from typing import Final

from .numbers import cardinal, ordinal

_VALUES: Final = {cardinal(value): value for value in range(100)} | {"oh": 0}
_ORDINALS: Final = {ordinal(value): value for value in range(1, 32)}
_FEW: Final = 10
_HUNDRED, _THOUSAND = "hundred", "thousand"
_UNITS: Final = re.compile(
    r"^(percent|(milli)?(minute|second|hour|degree)s?|o'clock|[ap]\.m\.?|plus|minus|times|divided)\b"
)
_BEFORE_LAST: Final = {"to", "at", "for", "until", "by", "channel", "number", "volume", "than"}
_LEFT_ALONE: Final = re.compile(r"^and a (half|quarter)")
_WORD: Final = re.compile(r"[A-Za-z][A-Za-z'-]*")
_ORDINAL: Final = re.compile(r"\b([12]?[1-9]|[123]0|31)(?:st|nd|rd|th)\b")


def written(text: str) -> str:
    """Return a sentence with its numbers in figures."""
    out, position = "", 0
    for start, end, run in _runs(text):
        out += text[position:start]
        before = out.split()[-1].lower() if out.split() else ""
        figures = _figures(run, before, text[end:].lstrip())
        spoken = text[start:end]
        out += spoken if figures is None else figures
        position = end
    out += text[position:]
    return re.sub(r"(\d) percent\b", r"\1%", out)


def words(text: str) -> list[str]:
    """Return the words that are compared: "7:30" is "seven thirty", "5%" is "five percent".

    Lower case, figures in words, hyphens as spaces, without punctuation but apostrophes.
    """
    text = (
        text.lower().replace("\u2019", "'").replace("%", " percent ").replace("\u00b0", " degrees ")
    )
    text = re.sub(r"(\d),(\d{3})", r"\1\2", text)
    text = re.sub(r"(\d)\.(\d)", r"\1 point \2", text)
    text = re.sub(r"\b([ap])\.m\b\.?", r" \1m ", text)
    text = text.replace(":00", " ")
    text = re.sub(r":0(\d)", r" oh \1", text).replace(":", " ")
    text = _ORDINAL.sub(lambda found: f" {ordinal(int(found[1]))} ", text)
    text = re.sub(r"\d+", lambda found: f" {_spoken(found[0])} ", text)
    found = re.sub(r"[^a-z' ]", "", text.replace("-", " ")).split()
    return ["okay" if word == "ok" else word for word in found]


def _runs(text: str) -> list[tuple[int, int, list[str]]]:
    """Return where words of numbers stand in a row, and which they are."""
    runs: list[tuple[int, int, list[str]]] = []
    joins = ""  # "and" or "point", if it may go on
    for match in _WORD.finditer(text):
        word = match[0].lower()
        is_number = word in _VALUES or word in (_HUNDRED, _THOUSAND) or word in _ORDINALS
        touches = bool(runs) and text[runs[-1][1] : match.start()].split() in ([], [joins])
        if is_number and touches:
            start, _, words = runs[-1]
            words += [joins] * bool(joins) + [word]
            runs[-1] = (start, match.end(), words)
            joins = ""
        elif is_number:
            runs.append((match.start(), match.end(), [word]))
            joins = ""
        elif touches and (word == "point" or (word == "and" and runs[-1][2][-1] == _HUNDRED)):
            joins = word
        else:
            joins = ""
    return runs


def _figures(run: list[str], before: str, after: str) -> str | None:
    """Return a run of number words in figures, or None if they stay words."""
    *numbers, last = run
    if last in _ORDINALS:
        value = _ORDINALS[last]
        return None if numbers or value < _FEW else f"{value}{_suffix(value)}"
    if any(word in _ORDINALS for word in numbers) or _LEFT_ALONE.match(after):
        return None
    if "point" in run:
        return ".".join(str(_VALUES.get(word, 0)) for word in run if word != "point")
    if len(run) > 2 and "oh" not in run and all(_VALUES.get(word, _FEW) < _FEW for word in run):
        return "".join(str(_VALUES[word]) for word in run)
    if _HUNDRED not in run and _THOUSAND not in run:
        return _short(run, before, after)
    total = value = 0
    for word in run:
        if word == _HUNDRED:
            value = max(value, 1) * 100
        elif word == _THOUSAND:
            total, value = max(value, 1) * 1000, 0
        else:
            value += _VALUES.get(word, 0)
    return f"{total + value:,}"


def _short(run: list[str], before: str, after: str) -> str | None:
    """The same of one number below a hundred, or of a time of day."""
    values = [_VALUES[word] for word in run]
    if run == ["oh"]:
        return None
    if run[1:2] == ["oh"] and len(run) == 3:
        values = [values[0], values[2]]
    match values:
        case [hour, minute] if hour <= 12 and (minute >= _FEW or "oh" in run):
            return f"{hour}:{minute:02}"
        case [value]:
            ends = not after or after[0] in ".?,"
            figures = value >= _FEW or _UNITS.match(after) or (ends and before in _BEFORE_LAST)
            return str(value) if figures else None
    return None


def _suffix(value: int) -> str:
    """The letters behind an ordinal in figures, of 10 to 31."""
    return "th" if value < 20 else {1: "st", 2: "nd", 3: "rd"}.get(value % 10, "th")


def _spoken(figures: str) -> str:
    if int(figures) <= 1000 and (figures == "0" or figures[0] != "0"):
        return cardinal(int(figures))
    return " ".join(cardinal(int(figure)) for figure in figures)
