"""Sentences that a home hears: templates in groups, expanded at random.

In a template ``{slot}`` draws from a slot, ``(a|b)`` picks one, ``[a]`` is there or not; brackets
nest. A sentence has a capital and a final mark, and its numbers in words, as they are spoken.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from .everyday import EVERYDAY
from .numbers import DRAWN
from .words import SHORT, SLOTS, alternatives, listed

if TYPE_CHECKING:
    from collections.abc import Iterator

_TEMPLATES: Final = """
lights 16: (turn|switch) (on|off) the {room} {light} / (turn|switch) (on|off) the {room} {light} /
    (turn|switch) the {room} {light} (on|off) / (turn|switch) (on|off) the {light} / (turn|switch)
    (on|off) the {light} in the {room} / (turn|switch) (on|off) all [the] lights [in the {room}] /
    {light} (on|off) / {room} {light} (on|off) / lights (on|off) [in the {room}] / dim the {room}
    {light} [to {percent}] / (dim|brighten) the {light} [in the {room}] / set the {room} {light} to
    {percent} / set the brightness of the {light} to {percent} / set [the] {room} brightness to
    {percent} / make the {room} {light} {colour} / change the {light} to {colour} / set the {room}
    {light} to {colour} / turn the {light} {colour} / {colour} light in the {room} / make it
    (brighter|darker|warmer|colder|cooler|dimmer) [in the {room}] / [please] turn everything off [in
    the {room}] / leave the {light} on [in the {room}] / turn (up|down) the lights in the {room} /
    it is too (dark|bright) in the {room} / lower the {light} by {percent} / increase the brightness
    of the {room} {light} by {percent} / turn on the living room (light|lights|lamp) / turn on the
    {room} light
switches 9: (turn|switch) (on|off) the {switch} / (turn|switch) (on|off) the {switch} /
    (turn|switch) the {switch} (on|off) / (turn|switch) (on|off) the {switch} in the {room} /
    (turn|switch) (on|off) the {room} {switch} / {switch} (on|off) / start the {switch} / stop the
    {switch} [in the {room}] / [please] (activate|deactivate|enable|disable) the {switch} / set the
    fan (speed to {percent}|to (low|medium|high)) / toggle the {switch} / is the {switch} still
    (on|running|off)? / turn the {switch} off in {duration} / turn on the {switch} at {clock} / turn
    off the {switch} when (I leave|the sun sets|it rains|everybody is gone)
covers 7: (open|close) the {cover} / (open|close) the {room} {cover} / (open|close) the {cover} in
    the {room} / (raise|lower) the {cover} / set the {room} {cover} to {percent} / open the {cover}
    (halfway|a little|completely|{percent}) / stop the {cover} / (open|close) all [the]
    (blinds|curtains|shutters|windows) / are the {cover} (open|closed)? / is the {cover}
    (open|closed)? / {cover} (up|down|open|closed) / pull (up|down) the {cover} [in the {room}] /
    tilt the blinds [in the {room}]
locks 5: (lock|unlock) the {lock} / [please] (lock|unlock) the {lock} / is the {lock} locked? / did
    I lock the {lock}? / lock (all the doors|everything|up the house) / check if the {lock} is
    (open|closed|locked) / who (rang|is at) the (doorbell|front door)? / arm the alarm [system] /
    disarm the alarm / set the alarm system to (home|away|night)
climate 9: set the temperature to {degrees} / set the {room} [temperature] to {degrees} / set the
    (thermostat|heating|heat|heater|air conditioner) to {degrees} / set the {room} thermostat to
    {degrees} / (turn|switch) (on|off) the (heating|heat|cooling|air conditioning) [in the {room}] /
    turn the (heating|heat|temperature|thermostat) (up|down) [by {small} degrees] / make it {small}
    degrees (warmer|cooler) / (increase|decrease|raise|lower) the temperature [in the {room}] by
    {small} degrees / what's the temperature [in the {room}]? / how (warm|cold|hot|humid) is it (in
    the {room}|outside|{place})? / it is too (hot|cold|warm|stuffy) in (here|the {room}) / I'm
    (cold|hot|freezing) / set the humidity to {percent} / set the air conditioning to
    (cool|heat|auto|eco mode|dry) / heat the {room} to {degrees} / what's the humidity in the
    {room}? / keep the {room} at {degrees} [until {clock}]
timers 10: set a timer for {duration} / set a timer for {duration} / set a {timer} timer for
    {duration} / start a timer for {duration} / {duration} timer / [start] a {cardinal} minute timer
    / set a {cardinal} (minute|second) timer / (cancel|pause|resume|stop|restart) the [{timer}]
    timer / cancel all [my] timers / how much time is left [on the {timer} timer]? / how long is
    left on my timer? / add {duration} to the [{timer}] timer / take {duration} off the timer /
    remind me in {duration} / set a timer named {timer} for {duration} / stop the timer / set a
    second timer for {duration}
alarms 6: set an alarm for {clock} / set an alarm for {clock} [{when}] / wake me [up] at {clock}
    [{when}] / set my alarm to {clock} / cancel (my|the) alarm [for {clock}] / (snooze|stop) the
    alarm [for {small} minutes] / when is my next alarm? / set an alarm (every|on) {weekday} at
    {clock} / wake me up in {duration} / delete all [my] alarms / turn off the alarm for {weekday} /
    what alarms do I have {when}?
lists 8: add {item} to (the|my) {list} list / add {item} to (the|my) shopping list / add {item} and
    {item} to the shopping list / put {item} on (the|my) {list} list / remove {item} from (the|my)
    {list} list / take {item} off the shopping list / what's on (the|my) {list} list? / is there
    [any] {item} on the list? / clear (the|my) {list} list / we need [more] {item} [and {item}] /
    buy {item} / {item}, {item} and {item} / we are out of {item} / add {cardinal} {item} to the
    list / mark {item} as done / read me my {list} list / remember to buy {item} / add {task} to my
    to-do list
reminders 5: remind me to {task} / remind me to {task} at {clock} / remind me to {task} {when} /
    remind me to {task} in {duration} / remind {person} to {task} / what's on my calendar {when}? /
    add an appointment [with {person}] {when} at {clock} / when is my (first|next|last)
    (meeting|appointment) {when}? / cancel my appointment on {weekday} / when is {name}'s birthday?
    / put dinner with {name} on {date} in my calendar / do I have anything planned {when}?
media 10: play {media} / play {media} in the {room} / play {media} on the {player} / play [something
    by] {artist} / play {artist} in the {room} / (pause|stop|resume) the (music|movie|song|playback)
    / (next|previous) (song|track) / skip (this song|the song|this track|to the next track) / turn
    the volume (up|down) / turn (up|down) the (volume|music|{player}) / set the volume [of the
    {player}] to {percent} / set the volume to {number} / volume (up|down|{number}) / (mute|unmute)
    the {player} / what (song|music) is (this|playing)? / who sings this [song]? / shuffle my
    (playlist|music|favorites) / repeat (this song|that|the album) / (turn|switch) to channel
    {number} / play the next (episode|chapter|video) / (louder|quieter), please / rewind {duration}
    / put on {media} / read me the (news|headlines) / watch a movie in the {room} / stop / pause
vacuum 4: start the (vacuum|vacuum cleaner|robot) / stop the (vacuum|vacuum cleaner|robot vacuum) /
    send the (vacuum|robot) (home|back to its dock|to the {room}) / (vacuum|clean|mop) the {room} /
    vacuum (the whole house|everywhere|upstairs|under the table) / where is the (vacuum|robot)? /
    return the (vacuum|robot) to its base / pause the vacuum [cleaner] / is the vacuum
    (cleaning|charging|done)? / start the lawn mower
scenes 5: activate [the] {scene} (scene|mode|routine) / (start|run|set) [the] {scene}
    (scene|mode|routine) / turn on [the] {scene} (scene|mode|routine) / {scene} (scene|mode|routine)
    / switch to {scene} mode / it's time for {scene} / set the {room} to {scene} [mode] / end [the]
    {scene} (scene|mode|routine) / (I'm|we're) (home|leaving|going to bed|back|off to work)
questions 11: what's the weather like {when}? / what's the weather [like] today? / what's the
    weather [forecast] in {city} [{when}]? / what is the weather going to be [like] {when}? / will
    it (rain|snow|be sunny|be windy|be cold|freeze) {when}? / is it
    (raining|snowing|sunny|windy|cold) [outside|in {city}]? / do I need (an umbrella|a coat|a
    jacket|sunscreen) {when}? / what time is it [in {city}]? / what's the time? / what day is
    (it|today)? / what's (today's|tomorrow's) date? / when does the sun (rise|set) {when}? / what's
    the {sensor} (in the {room}|outside)? / how much (power|energy|electricity|water) (are we|am
    I|is the {switch}) using? / how much is {number} (plus|minus|times|divided by) {number}? / what
    is {number} (plus|minus|times|divided by) {number}? / is {name} [at] home? / where is {person}?
    / where is {name}? / is anyone (home|in the {room}|at the door|outside)? / is the {light} on [in
    the {room}]? / which (lights|windows|doors) are (on|open|off|closed)? / how many
    (lights|windows|doors|timers) are (on|open|running)? / is the {appliance}
    (done|finished|ready|running)? / how long until the {appliance} is done? / what's the battery
    level of (the {appliance}|my phone)? / are there any (lights on|windows open|doors open) [in the
    {room}]? / how far is it to {city}? / what's in the news [today]? / how's the traffic [to
    {city}|on the way to work]? / when is the next (bus|train) [to {city}]? / how do you spell
    {noun}? / what does {adjective} mean? / how many (cups|ounces|grams|pints) are in a
    (pound|liter|gallon|quart)?
social 6: (hello|hi|hey|good morning|good evening|good afternoon|good night) [{name}] / (thank
    you|thanks) [very much|a lot|{name}] / yes[, please] / no[, thank you|, thanks] / (okay|all
    right|sure|great|perfect|fine) / (never mind|forget it|cancel|cancel that|stop that|undo that) /
    that's (right|wrong|enough|all|fine|great|not what I said) / how are you [today|{name}]? / what
    can you do? / tell me a (joke|story|secret|fun fact) / (good night|goodbye|bye|see you later)
    [everyone|{name}] / my name is {name} / this is {name} [speaking] / say that again[, please] /
    can you repeat that? / I didn't understand [that] / (hey|okay|hello) {assistant} / sing a song
    [for {name}] / flip a coin / roll (a die|the dice) / pick a number between {small} and {number}
    / help / tell {person} that dinner is ready / announce that (dinner is ready|it is time to
    leave|the {appliance} is done) / call {name} / call {person} / send a message to {name} /
    broadcast {noun} / find my (phone|keys|wallet|glasses)
numbers 3: {number} / {number} (percent|degrees|minutes|seconds|hours|dollars|grams) / {percent} /
    {degrees} / {clock} / {duration} / {date} / [channel|number|page|track] {number} / {cardinal},
    {cardinal}, {cardinal} / (dial|call) {digits} / the code is {digits}
names 3: {name} / {name} and {name} / call {name}, [please] / turn (on|off) {name}'s
    (light|lamp|fan|TV|heater|speaker) / (turn|switch) (on|off) the light in {name}'s room / tell
    {name} to {task} / {name}, {name} and {name} / invite {name} to dinner on {weekday} / {name} is
    in the {room} / close {name}'s (blinds|window|door|curtains)
"""

PREFIXES: Final = alternatives(
    """
    please {} / could you {}? / can you {}? / would you {}? / can you please {}? / I want you to {}
    / I'd like you to {} / hey {assistant}, {} / okay {assistant}, {} / would you mind and {}? /
    {name}, {} / now {} / and {} / just {} / quickly {} / could you please {}? / {assistant}, {} /
    please, {} / um, {} / no, {} / sorry, {} / let's {} / okay, {} / then {} / actually, {} /
    no wait, {} / also {}
    """
)
SUFFIXES: Final = alternatives(
    """
    {}, please / {}, thank you / {} now / {} {when} / {} at {clock} / {} in {duration} / {} again /
    {}, thanks / {} immediately / {} for {duration} / {} for me / {} {place}
    """
)
_VERBS: Final = frozenset(
    listed("""
    turn switch set open close lock unlock dim brighten make change start stop play pause skip raise
    lower increase decrease activate deactivate enable disable add put remove remind wake cancel
    vacuum clean send mute unmute shuffle heat keep run arm disarm toggle
    """)
)
_JOINED: Final = ("climate", "covers", "lights", "locks", "media", "switches", "vacuum")
_HEAD_ROOMS: Final = SLOTS["room"][:20]
_BEFORE_VOWEL: Final = re.compile(r"\b([Aa]) (?=[aei]|o(?!ne)|u(?!s|ni)|hour)")


@dataclass(frozen=True, slots=True)
class Sentence:
    """What is said, and the template that it came from."""

    text: str
    group: str
    template: str


def _read(text: str) -> Iterator[tuple[str, tuple[float, tuple[str, ...]]]]:
    for entry in text.strip().replace("\n    ", " ").splitlines():
        head, _, templates = entry.partition(": ")
        group, weight = head.split()
        yield group, (float(weight), alternatives(templates))


TEMPLATES: Final = dict(_read(_TEMPLATES))
"""Group → (weight, templates): the commands that training hears."""


def slot(name: str, rng: random.Random) -> str:
    """One filling of a slot; rooms favour the twenty commonest half of the time."""
    if name in DRAWN:
        return DRAWN[name](rng)
    if name == "room" and rng.random() < 0.5:
        return rng.choice(_HEAD_ROOMS)
    return rng.choice(SLOTS[name])


def expand(template: str, rng: random.Random) -> str:
    """Fill a template at random; the result has no doubled spaces and no capital yet."""
    out, index = "", 0
    while index < len(template):
        char = template[index]
        if char in "([{":
            end = _closing(template, index)
            inner = template[index + 1 : end]
            if char == "{":
                out += slot(inner, rng)
            elif char == "(" or rng.random() < 0.4:
                out += expand(rng.choice(_split(inner)), rng)
            index = end + 1
        else:
            out += char
            index += 1
    return " ".join(out.split()).replace(" ,", ",").replace(" ?", "?")


def finish(text: str) -> str:
    """Capital first letter, "an" before a vowel, and final punctuation ("a.m." keeps its point)."""
    text = _BEFORE_VOWEL.sub(r"\1n ", text.strip(" ,"))
    if text[-1] not in ".?":
        text += "."
    return text[0].upper() + text[1:]


def command(rng: random.Random) -> Sentence:
    """A home command, now and then polite or joined to a second one by "and"."""
    groups = list(TEMPLATES)
    group = rng.choices(groups, [TEMPLATES[g][0] for g in groups])[0]
    template = rng.choice(TEMPLATES[group][1])
    text = expand(template, rng)
    if _is_imperative(text):
        if group in _JOINED and rng.random() < 0.12:
            second = expand(rng.choice(TEMPLATES[rng.choice(_JOINED)][1]), rng)
            if _is_imperative(second):
                text = f"{text} and {second}"
        elif rng.random() < 0.25:
            shape = rng.choice(PREFIXES if rng.random() < 0.55 else SUFFIXES)
            text = expand(shape.replace("{}", "\0"), rng).replace("\0", text)
    return Sentence(finish(text), group, template)


def sentences(seed: int, longest: int = 95) -> Iterator[Sentence]:
    """The endless stream of training sentences of a seed, of at most `longest` characters each.

    Commands first of all, and everyday English, so that not everything becomes a command; of a
    word or two there are more than a draw of templates would give.
    """
    rng = random.Random(seed)
    while True:
        kind = rng.random()
        if kind < 0.12:
            sentence = Sentence(finish(rng.choice(SHORT)), "short", "")
        elif kind < 0.7:
            sentence = command(rng)
        else:
            template = rng.choice(EVERYDAY)
            sentence = Sentence(finish(expand(template, rng)), "everyday", template)
        if len(sentence.text) <= longest:
            yield sentence


def _is_imperative(text: str) -> bool:
    return text.split(maxsplit=1)[0] in _VERBS and not text.endswith("?")


def _closing(template: str, start: int) -> int:
    """Return where the bracket that opens at `start` closes."""
    depth = 0
    for index in range(start, len(template)):
        depth += (template[index] in "([{") - (template[index] in ")]}")
        if depth == 0:
            return index
    raise ValueError(f"brackets do not match: {template}")


def _split(text: str) -> list[str]:
    """Split at the bars that stand outside every bracket."""
    parts, depth = [""], 0
    for char in text:
        depth += (char in "([") - (char in ")]")
        if char == "|" and depth == 0:
            parts.append("")
        else:
            parts[-1] += char
    return parts
