"""What training never sees: frozen on 2026-11-20, before the first training run.

A speaker is held out everywhere or nowhere: `slt` and `kal` occur in two synthesisers each.
The held-out templates are written here and nowhere else, so no training text can contain them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .grammar import Sentence, expand, finish

if TYPE_CHECKING:
    import random

HELD_OUT_SPEAKERS: tuple[str, ...] = (
    "espeak-ng/Alicia",
    "espeak-ng/belinda",
    "espeak-ng/f5",
    "espeak-ng/linda",
    "espeak-ng/Denis",
    "espeak-ng/benjamin",
    "espeak-ng/m4",
    "espeak-ng/quincy",
    "flite/slt",
    "festival/slt",
    "festival/ked",
)

HELD_OUT_TEMPLATES: dict[str, tuple[str, ...]] = {
    "lights": (
        "I would like the {light} in the {room} to be {colour}",
        "bring the {room} {light} down to {percent}",
        "give me more light in the {room}",
        "does anybody need the {room} {light}?",
    ),
    "switches": (
        "let the {switch} run for {duration}",
        "power (up|off) the {switch} in the {room}",
    ),
    "covers": (
        "move the {room} {cover} to {percent}",
        "leave the {cover} open until {clock}",
    ),
    "locks": ("make sure [that] the {lock} is locked",),
    "climate": (
        "I want it to be {degrees} in the {room}",
        "bring the {room} up to {degrees}",
        "what temperature is the {room} set to?",
    ),
    "timers": (
        "count down from {duration}",
        "give me {duration} on the clock",
        "let me know when {duration} are over",
    ),
    "alarms": ("I have to get up at {clock} {when}",),
    "lists": (
        "don't forget the {item}",
        "can we get some {item} and some {item}?",
    ),
    "reminders": ("don't let me forget to {task}",),
    "media": (
        "I'd like to hear {artist} in the {room}",
        "let me hear {media} on the {player}",
    ),
    "vacuum": ("have the robot clean the {room} [at {clock}]",),
    "scenes": ("prepare the {room} for {scene}",),
    "questions": (
        "tell me the {sensor} in the {room}",
        "did anyone leave the {light} on?",
        "should I take an umbrella to {city}?",
    ),
}


def held_out_sentence(rng: random.Random) -> Sentence:
    """A sentence of a held-out template; the group is drawn first, each alike."""
    group = rng.choice(list(HELD_OUT_TEMPLATES))
    template = rng.choice(HELD_OUT_TEMPLATES[group])
    return Sentence(finish(expand(template, rng)), group, template)
