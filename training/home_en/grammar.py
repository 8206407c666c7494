"""Sentences a home hears: templates in groups, expanded at random from a seeded generator.

Template syntax: ``{slot}`` draws from a slot, ``(a|b)`` picks one, ``[a]`` is there or not;
brackets nest. A sentence comes out as Whisper would write it: capital first letter, final
punctuation, numbers and times in words.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from . import words
from .everyday import EVERYDAY_TEMPLATES
from .numbers import cardinal, clock, duration, ordinal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@dataclass(frozen=True, slots=True)
class Sentence:
    """One transcript and the template it came from."""

    text: str
    group: str
    template: str


TEMPLATES: dict[str, tuple[float, tuple[str, ...]]] = {
    "lights": (
        16.0,
        (
            "(turn|switch) (on|off) the {room} {light}",
            "(turn|switch) (on|off) the {room} {light}",
            "(turn|switch) the {room} {light} (on|off)",
            "(turn|switch) (on|off) the {light}",
            "(turn|switch) (on|off) the {light} in the {room}",
            "(turn|switch) (on|off) all [the] lights [in the {room}]",
            "{light} (on|off)",
            "{room} {light} (on|off)",
            "lights (on|off) [in the {room}]",
            "dim the {room} {light} [to {percent}]",
            "(dim|brighten) the {light} [in the {room}]",
            "set the {room} {light} to {percent}",
            "set the brightness of the {light} to {percent}",
            "set [the] {room} brightness to {percent}",
            "make the {room} {light} {colour}",
            "change the {light} to {colour}",
            "set the {room} {light} to {colour}",
            "turn the {light} {colour}",
            "{colour} light in the {room}",
            "make it (brighter|darker|warmer|colder|cooler|dimmer) [in the {room}]",
            "[please] turn everything off [in the {room}]",
            "leave the {light} on [in the {room}]",
            "turn (up|down) the lights in the {room}",
            "it is too (dark|bright) in the {room}",
            "lower the {light} by {percent}",
            "increase the brightness of the {room} {light} by {percent}",
            "turn on the living room (light|lights|lamp)",
            "turn on the {room} light",
        ),
    ),
    "switches": (
        9.0,
        (
            "(turn|switch) (on|off) the {switch}",
            "(turn|switch) (on|off) the {switch}",
            "(turn|switch) the {switch} (on|off)",
            "(turn|switch) (on|off) the {switch} in the {room}",
            "(turn|switch) (on|off) the {room} {switch}",
            "{switch} (on|off)",
            "start the {switch}",
            "stop the {switch} [in the {room}]",
            "[please] (activate|deactivate|enable|disable) the {switch}",
            "set the fan (speed to {percent}|to (low|medium|high))",
            "toggle the {switch}",
            "is the {switch} still (on|running|off)?",
            "turn the {switch} off in {duration}",
            "turn on the {switch} at {clock}",
            "turn off the {switch} when (I leave|the sun sets|it rains|everybody is gone)",
        ),
    ),
    "covers": (
        7.0,
        (
            "(open|close) the {cover}",
            "(open|close) the {room} {cover}",
            "(open|close) the {cover} in the {room}",
            "(raise|lower) the {cover}",
            "set the {room} {cover} to {percent}",
            "open the {cover} (halfway|a little|completely|{percent})",
            "stop the {cover}",
            "(open|close) all [the] (blinds|curtains|shutters|windows)",
            "are the {cover} (open|closed)?",
            "is the {cover} (open|closed)?",
            "{cover} (up|down|open|closed)",
            "pull (up|down) the {cover} [in the {room}]",
            "tilt the blinds [in the {room}]",
        ),
    ),
    "locks": (
        5.0,
        (
            "(lock|unlock) the {lock}",
            "[please] (lock|unlock) the {lock}",
            "is the {lock} locked?",
            "did I lock the {lock}?",
            "lock (all the doors|everything|up the house)",
            "check if the {lock} is (open|closed|locked)",
            "who (rang|is at) the (doorbell|front door)?",
            "arm the alarm [system]",
            "disarm the alarm",
            "set the alarm system to (home|away|night)",
        ),
    ),
    "climate": (
        9.0,
        (
            "set the temperature to {degrees}",
            "set the {room} [temperature] to {degrees}",
            "set the (thermostat|heating|heat|heater|air conditioner) to {degrees}",
            "set the {room} thermostat to {degrees}",
            "(turn|switch) (on|off) the (heating|heat|cooling|air conditioning) [in the {room}]",
            "turn the (heating|heat|temperature|thermostat) (up|down) [by {small} degrees]",
            "make it {small} degrees (warmer|cooler)",
            "(increase|decrease|raise|lower) the temperature [in the {room}] by {small} degrees",
            "what's the temperature [in the {room}]?",
            "how (warm|cold|hot|humid) is it (in the {room}|outside|{place})?",
            "it is too (hot|cold|warm|stuffy) in (here|the {room})",
            "I'm (cold|hot|freezing)",
            "set the humidity to {percent}",
            "set the air conditioning to (cool|heat|auto|eco mode|dry)",
            "heat the {room} to {degrees}",
            "what's the humidity in the {room}?",
            "keep the {room} at {degrees} [until {clock}]",
        ),
    ),
    "timers": (
        10.0,
        (
            "set a timer for {duration}",
            "set a timer for {duration}",
            "set a {timer} timer for {duration}",
            "start a timer for {duration}",
            "{duration} timer",
            "[start] a {cardinal} minute timer",
            "set a {cardinal} (minute|second) timer",
            "(cancel|pause|resume|stop|restart) the [{timer}] timer",
            "cancel all [my] timers",
            "how much time is left [on the {timer} timer]?",
            "how long is left on my timer?",
            "add {duration} to the [{timer}] timer",
            "take {duration} off the timer",
            "remind me in {duration}",
            "set a timer named {timer} for {duration}",
            "stop the timer",
            "set a second timer for {duration}",
        ),
    ),
    "alarms": (
        6.0,
        (
            "set an alarm for {clock}",
            "set an alarm for {clock} [{when}]",
            "wake me [up] at {clock} [{when}]",
            "set my alarm to {clock}",
            "cancel (my|the) alarm [for {clock}]",
            "(snooze|stop) the alarm [for {small} minutes]",
            "when is my next alarm?",
            "set an alarm (every|on) {weekday} at {clock}",
            "wake me up in {duration}",
            "delete all [my] alarms",
            "turn off the alarm for {weekday}",
            "what alarms do I have {when}?",
        ),
    ),
    "lists": (
        8.0,
        (
            "add {item} to (the|my) {list} list",
            "add {item} to (the|my) shopping list",
            "add {item} and {item} to the shopping list",
            "put {item} on (the|my) {list} list",
            "remove {item} from (the|my) {list} list",
            "take {item} off the shopping list",
            "what's on (the|my) {list} list?",
            "is there [any] {item} on the list?",
            "clear (the|my) {list} list",
            "we need [more] {item} [and {item}]",
            "buy {item}",
            "{item}, {item} and {item}",
            "we are out of {item}",
            "add {cardinal} {item} to the list",
            "mark {item} as done",
            "read me my {list} list",
            "remember to buy {item}",
            "add {task} to my to-do list",
        ),
    ),
    "reminders": (
        5.0,
        (
            "remind me to {task}",
            "remind me to {task} at {clock}",
            "remind me to {task} {when}",
            "remind me to {task} in {duration}",
            "remind {person} to {task}",
            "what's on my calendar {when}?",
            "add an appointment [with {person}] {when} at {clock}",
            "when is my (first|next|last) (meeting|appointment) {when}?",
            "cancel my appointment on {weekday}",
            "when is {name}'s birthday?",
            "put dinner with {name} on {date} in my calendar",
            "do I have anything planned {when}?",
        ),
    ),
    "media": (
        10.0,
        (
            "play {media}",
            "play {media} in the {room}",
            "play {media} on the {player}",
            "play [something by] {artist}",
            "play {artist} in the {room}",
            "(pause|stop|resume) the (music|movie|song|playback)",
            "(next|previous) (song|track)",
            "skip (this song|the song|this track|to the next track)",
            "turn the volume (up|down)",
            "turn (up|down) the (volume|music|{player})",
            "set the volume [of the {player}] to {percent}",
            "set the volume to {number}",
            "volume (up|down|{number})",
            "(mute|unmute) the {player}",
            "what (song|music) is (this|playing)?",
            "who sings this [song]?",
            "shuffle my (playlist|music|favorites)",
            "repeat (this song|that|the album)",
            "(turn|switch) to channel {number}",
            "play the next (episode|chapter|video)",
            "(louder|quieter), please",
            "rewind {duration}",
            "put on {media}",
            "read me the (news|headlines)",
            "watch a movie in the {room}",
            "stop",
            "pause",
        ),
    ),
    "vacuum": (
        4.0,
        (
            "start the (vacuum|vacuum cleaner|robot)",
            "stop the (vacuum|vacuum cleaner|robot vacuum)",
            "send the (vacuum|robot) (home|back to its dock|to the {room})",
            "(vacuum|clean|mop) the {room}",
            "vacuum (the whole house|everywhere|upstairs|under the table)",
            "where is the (vacuum|robot)?",
            "return the (vacuum|robot) to its base",
            "pause the vacuum [cleaner]",
            "is the vacuum (cleaning|charging|done)?",
            "start the lawn mower",
        ),
    ),
    "scenes": (
        5.0,
        (
            "activate [the] {scene} {scene_kind}",
            "(start|run|set) [the] {scene} {scene_kind}",
            "turn on [the] {scene} {scene_kind}",
            "{scene} {scene_kind}",
            "switch to {scene} mode",
            "it's time for {scene}",
            "set the {room} to {scene} [mode]",
            "end [the] {scene} {scene_kind}",
            "(I'm|we're) (home|leaving|going to bed|back|off to work)",
        ),
    ),
    "questions": (
        11.0,
        (
            "what's the weather like {when}?",
            "what's the weather [like] today?",
            "what's the weather [forecast] in {city} [{when}]?",
            "what is the weather going to be [like] {when}?",
            "will it (rain|snow|be sunny|be windy|be cold|freeze) {when}?",
            "is it (raining|snowing|sunny|windy|cold) [outside|in {city}]?",
            "do I need (an umbrella|a coat|a jacket|sunscreen) {when}?",
            "what time is it [in {city}]?",
            "what's the time?",
            "what day is (it|today)?",
            "what's (today's|tomorrow's) date?",
            "when does the sun (rise|set) {when}?",
            "what's the {sensor} (in the {room}|outside)?",
            "how much (power|energy|electricity|water) (are we|am I|is the {switch}) using?",
            "how much is {number} (plus|minus|times|divided by) {number}?",
            "what is {number} (plus|minus|times|divided by) {number}?",
            "is {name} [at] home?",
            "where is {person}?",
            "where is {name}?",
            "is anyone (home|in the {room}|at the door|outside)?",
            "is the {light} on [in the {room}]?",
            "which (lights|windows|doors) are (on|open|off|closed)?",
            "how many (lights|windows|doors|timers) are (on|open|running)?",
            "is the {appliance} (done|finished|ready|running)?",
            "how long until the {appliance} is done?",
            "what's the battery level of (the {appliance}|my phone)?",
            "are there any (lights on|windows open|doors open) [in the {room}]?",
            "how far is it to {city}?",
            "what's in the news [today]?",
            "how's the traffic [to {city}|on the way to work]?",
            "when is the next (bus|train) [to {city}]?",
            "how do you spell {noun}?",
            "what does {adjective} mean?",
            "how many (cups|ounces|grams|pints) are in a (pound|liter|gallon|quart)?",
        ),
    ),
    "social": (
        6.0,
        (
            "(hello|hi|hey|good morning|good evening|good afternoon|good night) [{name}]",
            "(thank you|thanks) [very much|a lot|{name}]",
            "yes[, please]",
            "no[, thank you|, thanks]",
            "(okay|all right|sure|great|perfect|fine)",
            "(never mind|forget it|cancel|cancel that|stop that|undo that)",
            "that's (right|wrong|enough|all|fine|great|not what I said)",
            "how are you [today|{name}]?",
            "what can you do?",
            "tell me a (joke|story|secret|fun fact)",
            "(good night|goodbye|bye|see you later) [everyone|{name}]",
            "my name is {name}",
            "this is {name} [speaking]",
            "say that again[, please]",
            "can you repeat that?",
            "I didn't understand [that]",
            "(hey|okay|hello) {assistant}",
            "sing a song [for {name}]",
            "flip a coin",
            "roll (a die|the dice)",
            "pick a number between {small} and {number}",
            "help",
            "tell {person} that dinner is ready",
            "announce that (dinner is ready|it is time to leave|the {appliance} is done)",
            "call {name}",
            "call {person}",
            "send a message to {name}",
            "broadcast {noun}",
            "find my (phone|keys|wallet|glasses)",
        ),
    ),
    "numbers": (
        3.0,
        (
            "{number}",
            "{number} {number_unit}",
            "{percent}",
            "{degrees}",
            "{clock}",
            "{duration}",
            "{date}",
            "[channel|number|page|track] {number}",
            "{cardinal}, {cardinal}, {cardinal}",
            "(dial|call) {digits}",
            "the code is {digits}",
        ),
    ),
    "names": (
        3.0,
        (
            "{name}",
            "{name} and {name}",
            "call {name}, [please]",
            "turn (on|off) {name}'s (light|lamp|fan|TV|heater|speaker)",
            "(turn|switch) (on|off) the light in {name}'s room",
            "tell {name} to {task}",
            "{name}, {name} and {name}",
            "invite {name} to dinner on {weekday}",
            "{name} is in the {room}",
            "close {name}'s (blinds|window|door|curtains)",
        ),
    ),
}
"""Group → (weight, templates); every template a model may be trained on."""

OTHER_TEMPLATES: tuple[str, ...] = (
    "the {adjective} {noun} {past} the {noun}",
    "{subject} {past} the {adjective} {noun} [{adverb}]",
    "{subject} {past} (a|the|my|his|her|our|their) {noun}",
    "the {noun} {moved} {preposition} the {noun}",
    "the {plurals} {moved} {preposition} the {adjective} {noun} [{adverb}]",
    "{subject} {moved} {preposition} the {noun} {conjunction} the {noun} {moved} {adverb}",
    "{opener} (is|was) [very|too|so|really|not] {adjective}",
    "{opener} was {adjective}, {conjunction} {subject} {moved} {adverb}",
    "did (you|he|she|they) {base} the {noun}?",
    "why did (you|he|she|they|the {noun}) {base} (the|my) {noun}?",
    "where (did|do|will) (you|they|we) {base} [the {plurals}]?",
    "{name} {past} the {noun} {preposition} the {noun}",
    "{name} and {name} {moved} {preposition} {city}",
    "(I|we|they|you) (will|would|can|could|should|must|might) {base} the {adjective} {plurals}",
    "(I|we|they) (don't|didn't|can't|won't|couldn't) {base} (this|that|the) {noun}",
    "there (is|was) a {adjective} {noun} {preposition} the {noun}",
    "there (are|were) {cardinal} {plurals} {preposition} the {noun}",
    "in {year} the {noun} {past} {cardinal} {plurals}",
    "{noun}, {noun} and {noun}",
    "{adjective} {plurals} {adverb} {base} {adjective} {plurals}",
    "the {noun} of the {noun} (is|was) {adjective}",
    "have you ever {seen} a {adjective} {noun}?",
    "(my|your|his|her) {noun} (is|was) {adjective} and {adjective}",
    "{adverb}, the {adjective} {noun} {moved} {preposition} the {noun}",
    "when the {noun} {moved}, the {plurals} {past} it",
    "it was a {adjective} {daypart} in {month}",
    "she (said|thought|knew) that the {noun} was {adjective}",
    "he {past} {number} {plurals} on {weekday}",
    "I think [that] {opener} is {adjective}",
    "{plurals} and {plurals} {moved} {adverb}",
    "the {noun} {past} {name} {conjunction} {subject} {past} the {noun}",
    "they call it the {adjective} {noun}",
    "{base} and {base}",
    "to {base} or not to {base}",
    "(this|that) {noun} {past} (me|you|him|her|us|them)",
    "what a {adjective} {noun}",
    "{noun} {noun} {adjective} {plurals} {adverb}",
    "{adjective} {noun} {preposition} {plurals}",
)
"""Ordinary English which is no command; labelled with its real words."""

LOOSE_TEMPLATES: tuple[str, ...] = (
    "{subject} {modal} {verb} {thing} [{tail}]",
    "{verb} {thing} [{tail}]",
    "{verb} {thing} {preposition} {thing} [{tail}]",
    "{verb} (me|us|him|her|it|them|{name}|{person}) {thing} [{tail}]",
    "{subject} {modal} {verb} (me|us|him|her|it|them|{name}|{person}) {tail}",
    "(do|does|did|can|could|will|would|should|has|have) {subject} {verb} {thing} [{tail}]?",
    "(what|which|how|where|when|why|who) {modal} {thing} {verb} [{thing}] [{tail}]?",
    "(what|where|when|how|who|why) (is|are|was|were) {thing} [{tail}]?",
    "(is|are|was|were|isn't|aren't) {thing} {adjective} [{tail}]?",
    "{verb} {common} {verb} {thing}",
    "(don't|never|always|just|also|maybe) {verb} {thing} [{tail}]",
    "{subject} {modal} {verb} to {verb} {thing} [{tail}]",
    "{thing} (is|are|was|were|has|had) {adjective} {tail}",
    "{common} {verb} {tail} and {verb} {thing}",
    "{verb} if {thing} (is|are) {adjective}",
    "{drawn} {tail}",
    "{tail} {verb} {thing}",
)
"""Shapes of English filled with anything at all; see `mixed`."""

POLITE_PREFIXES = (
    "please {}",
    "could you {}?",
    "can you {}?",
    "would you {}?",
    "can you please {}?",
    "I want you to {}",
    "I'd like you to {}",
    "hey {assistant}, {}",
    "okay {assistant}, {}",
    "would you mind and {}?",
    "{name}, {}",
    "now {}",
    "and {}",
    "just {}",
    "quickly {}",
    "could you please {}?",
    "{assistant}, {}",
    "please, {}",
    "um, {}",
    "no, {}",
    "sorry, {}",
    "let's {}",
    "okay, {}",
    "then {}",
    "actually, {}",
    "no wait, {}",
    "also {}",
)
POLITE_SUFFIXES = (
    "{}, please",
    "{}, thank you",
    "{} now",
    "{} {when}",
    "{} at {clock}",
    "{} in {duration}",
    "{} again",
    "{}, thanks",
    "{} immediately",
    "{} for {duration}",
    "{} for me",
    "{} {place}",
)
_IMPERATIVE = frozenset(("lights", "switches", "covers", "locks", "climate", "media", "vacuum"))
_VERBS = frozenset(
    words.listed("""
        turn switch set open close lock unlock dim brighten make change start stop play pause
        skip raise lower increase decrease activate deactivate enable disable add put remove
        remind wake cancel vacuum clean send mute unmute shuffle lower heat keep run arm disarm
        toggle
    """)
)

_MODALS = words.listed("""
    will would can could should must might may didn't don't won't can't shouldn't want_to have_to
    need_to would_like_to am_going_to used_to had_to try_to let
""")

SLOTS: dict[str, tuple[str, ...]] = {
    "room": words.ROOMS,
    "place": words.PLACES,
    "light": words.LIGHTS,
    "switch": words.SWITCHES,
    "cover": words.COVERS,
    "lock": words.LOCKS,
    "colour": words.COLOURS,
    "scene": words.SCENES,
    "scene_kind": words.SCENE_KINDS,
    "sensor": words.SENSORS,
    "item": words.LIST_ITEMS,
    "task": words.TASKS,
    "list": words.LISTS,
    "timer": words.TIMER_NAMES,
    "media": words.MEDIA,
    "artist": words.ARTISTS,
    "player": words.MEDIA_PLAYERS,
    "appliance": words.APPLIANCES,
    "weekday": words.WEEKDAYS,
    "month": words.MONTHS,
    "daypart": words.DAY_PARTS,
    "when": words.WHEN,
    "city": words.CITIES,
    "name": words.NAMES,
    "person": words.PEOPLE,
    "assistant": words.ASSISTANTS,
    "noun": words.NOUNS,
    "plurals": words.PLURALS,
    "adjective": words.ADJECTIVES,
    "past": words.VERBS_PAST,
    "seen": tuple(w for w in words.VERBS_PAST if w.endswith("ed")),
    "base": words.VERBS_BASE,
    "moved": words.VERBS_MOVE,
    "adverb": words.ADVERBS,
    "preposition": words.PREPOSITIONS,
    "conjunction": words.CONJUNCTIONS,
    "subject": words.SUBJECTS,
    "opener": words.ADJECTIVE_OPENERS,
    "common": words.COMMON,
    "modal": _MODALS,
    "verb": (*words.VERBS_BASE, *sorted(_VERBS), *sorted(_VERBS)),
    "number_unit": ("percent", "degrees", "minutes", "seconds", "hours", "dollars", "grams"),
}

_VOCABULARY = tuple(dict.fromkeys(entry for entries in SLOTS.values() for entry in entries))
"""Every entry of every slot, once: drawn alike, so that rare words are heard too."""

_PROPER = frozenset(
    word
    for entry in (
        *words.NAMES,
        *words.CITIES,
        *words.MONTHS,
        *words.WEEKDAYS,
        *words.ARTISTS,
        *words.ASSISTANTS,
        "I",
        "TV",
        "LED",
        "Christmas",
    )
    for word in (*entry.split(), f"{entry}'s")
)
_HEAD_ROOMS = words.ROOMS[:20]


def _percent(rng: random.Random) -> str:
    value = rng.randint(0, 100) if rng.random() < 0.5 else rng.randrange(0, 101, 5)
    return f"{cardinal(value)} percent"


def _degrees(rng: random.Random) -> str:
    value = rng.randint(14, 28) if rng.random() < 0.6 else rng.randint(50, 95)
    half = " point five" if value < 30 and rng.random() < 0.1 else ""
    return f"{cardinal(value)}{half}" + rng.choice((" degrees", " degrees", ""))


def _number(rng: random.Random) -> str:
    return cardinal(rng.choice((rng.randint(0, 20), rng.randint(0, 100), rng.randint(100, 1000))))


def _date(rng: random.Random) -> str:
    return f"{rng.choice(words.MONTHS)} {ordinal(rng.randint(1, 31))}"


def _digits(rng: random.Random) -> str:
    return " ".join(cardinal(rng.randint(0, 9)) for _ in range(rng.randint(3, 5)))


def _year(rng: random.Random) -> str:
    tail = rng.randint(10, 99)
    return f"{rng.choice(('seventeen', 'eighteen', 'nineteen', 'twenty'))} {cardinal(tail)}"


def _thing(rng: random.Random) -> str:
    determiner = rng.choice(("the", "the", "the", "a", "my", "our", "this", "that", "any", "", ""))
    return f"{determiner} {rng.choice(_VOCABULARY)}".strip()


def _tail(rng: random.Random) -> str:
    kind = rng.random()
    if kind < 0.4:
        return f"{rng.choice(words.PREPOSITIONS)} {_thing(rng)}"
    if kind < 0.6:
        return f"{rng.choice(('at', 'to', 'for', 'in', 'by', 'until', 'from'))} {_drawn(rng)}"
    return rng.choice(rng.choice((words.ADVERBS, words.WHEN, words.PLACES, words.COMMON)))


def _drawn(rng: random.Random) -> str:
    name = rng.choice(("percent", "degrees", "number", "clock", "clock", "duration", "cardinal"))
    return _DRAWN[name](rng)


_DRAWN: dict[str, Callable[[random.Random], str]] = {
    "percent": _percent,
    "degrees": _degrees,
    "number": _number,
    "date": _date,
    "digits": _digits,
    "year": _year,
    "clock": clock,
    "duration": duration,
    "cardinal": lambda rng: cardinal(rng.randint(1, 60)),
    "small": lambda rng: cardinal(rng.randint(2, 10)),
    "thing": _thing,
    "tail": _tail,
    "drawn": _drawn,
}


def slot(name: str, rng: random.Random) -> str:
    """One filling of a slot; rooms favour the twenty commonest half of the time."""
    if name in _DRAWN:
        return _DRAWN[name](rng)
    if name == "room" and rng.random() < 0.5:
        return rng.choice(_HEAD_ROOMS)
    return rng.choice(SLOTS[name])


def _alternatives(text: str) -> list[str]:
    """Split at the bars which stand outside every bracket."""
    parts, depth = [""], 0
    for char in text:
        depth += (char in "([") - (char in ")]")
        if char == "|" and depth == 0:
            parts.append("")
        else:
            parts[-1] += char
    return parts


def expand(template: str, rng: random.Random) -> str:
    """Fill a template at random; the result has no doubled spaces and no capital yet."""
    out, index = "", 0
    while index < len(template):
        char = template[index]
        if char in "([{":
            depth, end = 0, index
            while True:
                depth += (template[end] in "([{") - (template[end] in ")]}")
                if depth == 0:
                    break
                end += 1
            inner = template[index + 1 : end]
            if char == "{":
                out += slot(inner, rng)
            elif char == "(" or rng.random() < 0.4:
                out += expand(rng.choice(_alternatives(inner)), rng)
            index = end + 1
        else:
            out += char
            index += 1
    return " ".join(out.split()).replace(" ,", ",").replace(" ?", "?")


_BEFORE_VOWEL = re.compile(r"\b([Aa]) (?=[aei]|o(?!ne)|u(?!s|ni)|hour)")


def finish(text: str) -> str:
    """Capital first letter, "an" before a vowel, and final punctuation ("a.m." keeps its point)."""
    text = _BEFORE_VOWEL.sub(r"\1n ", text.strip(" ,"))
    if text[-1] not in ".?":
        text += "."
    return text[0].upper() + text[1:]


def _decorate(text: str, rng: random.Random) -> str:
    """A polite or clipped form of an imperative."""
    if rng.random() < 0.55:
        shape = expand(rng.choice(POLITE_PREFIXES).replace("{}", "\0"), rng)
    else:
        shape = expand(rng.choice(POLITE_SUFFIXES).replace("{}", "\0"), rng)
    return shape.replace("\0", text)


def command(rng: random.Random) -> Sentence:
    """A home command, now and then polite or joined to a second one by "and"."""
    groups = list(TEMPLATES)
    group = rng.choices(groups, [TEMPLATES[g][0] for g in groups])[0]
    template = rng.choice(TEMPLATES[group][1])
    text = expand(template, rng)
    if text.split()[0] in _VERBS and not text.endswith("?"):
        if group in _IMPERATIVE and rng.random() < 0.12:
            other = rng.choice(sorted(_IMPERATIVE))
            second = expand(rng.choice(TEMPLATES[other][1]), rng)
            if second.split()[0] in _VERBS and not second.endswith("?"):
                text = f"{text} and {second}"
        elif rng.random() < 0.25:
            text = _decorate(text, rng)
    return Sentence(finish(text), group, template)


def other(rng: random.Random) -> Sentence:
    """Ordinary English that is not a command."""
    template = rng.choice(OTHER_TEMPLATES)
    return Sentence(finish(expand(template, rng)), "other", template)


def everyday(rng: random.Random) -> Sentence:
    """What people say to each other, for which words go together."""
    template = rng.choice(EVERYDAY_TEMPLATES)
    return Sentence(finish(expand(template, rng)), "everyday", template)


def _fragment(rng: random.Random) -> str:
    """A few words: common ones, one entry of the vocabulary, or a piece of some sentence."""
    kind = rng.random()
    if kind < 0.25:
        return " ".join(rng.choices(words.COMMON, k=rng.randint(1, 3)))
    if kind < 0.6:
        return rng.choice(_VOCABULARY)
    if kind < 0.68:
        return _drawn(rng)
    sentence = (other(rng) if rng.random() < 0.4 else command(rng)).text
    parts = sentence[:-1].replace(",", "").split()
    if parts[0] not in _PROPER and not parts[0].startswith("I'"):
        parts[0] = parts[0][0].lower() + parts[0][1:]
    length = rng.randint(1, min(4, len(parts)))
    start = rng.randint(0, len(parts) - length)
    return " ".join(parts[start : start + length])


def mixed(rng: random.Random) -> Sentence:
    """What no template has, in vocabulary's full width: what is heard must outweigh the expected.

    Half of them are loose English, half are fragments in random order.
    """
    if rng.random() < 0.5:
        return Sentence(finish(expand(rng.choice(LOOSE_TEMPLATES), rng)), "mixed", "")
    text = " ".join(_fragment(rng) for _ in range(rng.randint(2, 4)))
    return Sentence(finish(text), "mixed", "")


def sentences(
    seed: int,
    share_other: float = 0.2,
    longest: int = 95,
    *,
    share_mixed: float = 0.0,
    share_everyday: float = 0.0,
) -> Iterator[Sentence]:
    """The endless stream of training sentences for a seed (text only, at most `longest` chars)."""
    rng = random.Random(seed)
    while True:
        if share_mixed and rng.random() < share_mixed:
            sentence = mixed(rng)
        elif share_everyday and rng.random() < share_everyday:
            sentence = everyday(rng)
        else:
            sentence = other(rng) if rng.random() < share_other else command(rng)
        if len(sentence.text) <= longest:
            yield sentence
