"""Numbers and times in words, as they are spoken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .words import SLOTS, listed

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

_UNITS = listed(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen"
)
_TENS = listed("twenty thirty forty fifty sixty seventy eighty ninety")
_ORDINALS = listed(
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth "
    "thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth"
)
_USUAL_MINUTES = (2, 3, 4, 5, 5, 6, 7, 8, 10, 10, 12, 15, 15, 20, 25, 30, 40, 45, 50, 60, 90)


def cardinal(value: int) -> str:
    """Spell 0..1000: "zero", "twenty-five", "three hundred and six", "one thousand"."""
    if not 0 <= value <= 1000:
        raise ValueError(f"no spelling for {value}")
    if value == 1000:
        return "one thousand"
    if value < 20:
        return _UNITS[value]
    if value < 100:
        tens, unit = divmod(value, 10)
        return _TENS[tens - 2] + (f"-{_UNITS[unit]}" if unit else "")
    hundreds, rest = divmod(value, 100)
    return f"{_UNITS[hundreds]} hundred" + (f" and {cardinal(rest)}" if rest else "")


def ordinal(value: int) -> str:
    """Spell 1..31 as a day of the month: "first", "twenty-second", "thirtieth"."""
    if value < 20:
        return _ORDINALS[value - 1]
    tens, unit = divmod(value, 10)
    if unit:
        return f"{_TENS[tens - 2]}-{_ORDINALS[unit - 1]}"
    return {2: "twentieth", 3: "thirtieth"}[tens]


def clock(rng: random.Random) -> str:
    """A time of day: "six", "six o'clock", "seven thirty", "half past four", "nine a.m."."""
    hour = cardinal(rng.randint(1, 12))
    minute = rng.choice((5, 10, 15, 15, 20, 25, 30, 30, 30, 35, 40, 45, 45, 50, 55))
    if rng.random() < 0.15:
        minute = rng.randint(10, 59)
    half = rng.choice(("a.m.", "p.m."))
    few = rng.choice(("five", "ten", "twenty"))
    forms = (
        (4, hour),
        (3, f"{hour} {half}"),
        (4, f"{hour} o'clock"),
        (5, f"{hour} {cardinal(minute) if minute >= 10 else 'oh five'}"),
        (3, f"{hour} {cardinal(minute)} {half}" if minute >= 10 else f"{hour} {half}"),
        (1, f"half past {hour}"),
        (1, f"quarter {rng.choice(('past', 'to'))} {hour}"),
        (1, f"{few} {rng.choice(('past', 'to'))} {hour}"),
        (1, rng.choice(("noon", "midnight"))),
    )
    return rng.choices([text for _, text in forms], [weight for weight, _ in forms])[0]


def duration(rng: random.Random) -> str:
    """A span of time: "ten minutes", "an hour and a half", "one minute and thirty seconds"."""
    minutes = rng.choice(_USUAL_MINUTES)
    if rng.random() < 0.3:
        minutes = rng.randint(2, 99)
    hours = rng.randint(2, 12)
    seconds = rng.choice((10, 15, 20, 30, 30, 40, 45, 50, rng.randint(5, 90)))
    forms = (
        (9, f"{cardinal(minutes)} minutes"),
        (3, f"{cardinal(seconds)} seconds"),
        (2, f"{cardinal(hours)} hours"),
        (1, rng.choice(("one hour", "an hour", "half an hour", "one minute", "a minute"))),
        (1, rng.choice(("an hour and a half", "a quarter of an hour", "two and a half hours"))),
        (1, f"one hour and {cardinal(minutes)} minutes"),
        (1, f"{cardinal(hours)} hours and {cardinal(minutes)} minutes"),
        (1, f"{cardinal(min(minutes, 20))} minutes and {cardinal(seconds)} seconds"),
    )
    return rng.choices([text for _, text in forms], [weight for weight, _ in forms])[0]


def _percent(rng: random.Random) -> str:
    value = rng.randint(0, 100) if rng.random() < 0.5 else rng.randrange(0, 101, 5)
    return f"{cardinal(value)} percent"


def _degrees(rng: random.Random) -> str:
    value = rng.randint(14, 28) if rng.random() < 0.6 else rng.randint(50, 95)
    half = " point five" if value < 30 and rng.random() < 0.1 else ""
    return f"{cardinal(value)}{half}" + rng.choice((" degrees", " degrees", ""))


def _number(rng: random.Random) -> str:
    return cardinal(rng.choice((rng.randint(0, 20), rng.randint(0, 100), rng.randint(100, 1000))))


def _digits(rng: random.Random) -> str:
    return " ".join(cardinal(rng.randint(0, 9)) for _ in range(rng.randint(3, 5)))


DRAWN: dict[str, Callable[[random.Random], str]] = {
    "percent": _percent,
    "degrees": _degrees,
    "number": _number,
    "date": lambda rng: f"{rng.choice(SLOTS['month'])} {ordinal(rng.randint(1, 31))}",
    "digits": _digits,
    "clock": clock,
    "duration": duration,
    "cardinal": lambda rng: cardinal(rng.randint(1, 60)),
    "small": lambda rng: cardinal(rng.randint(2, 10)),
}
"""The slots that hold numbers, and what draws them."""
