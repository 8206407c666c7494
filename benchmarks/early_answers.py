"""How long from a speaker's last word to the transcript, and who is cut off.

    PYTHONPATH=tests/e2e:tests/support:training python benchmarks/early_answers.py \\
        tests/data/benchmark [RECORDINGS ...] [--variant OPTIONS ...] [--pause S ...]

Commands are spoken in real time, in the noise of a room, to a server of each variant of options, by
a client that reads while it sends and leaves with the answer, as Home Assistant does from 2026.10
on. It ends a command after 0.7 s of silence, so without early answers the last word is at least so
long ago. The commands are those of a folder with a commands.json, as `script/bench` has it, and of
any listings of recordings: JSON lines with a "file", a "set" and perhaps a "text"; each set has
lines of its own in the table. With --pause the commands are also spoken with a stop in their
middle. The home has the rooms and devices that the commands are made of, and what a variant names.

The room is as loud as the recording where that is quietest. The last word ends where Silero hears
the last speech of the recording without the room; who is answered before that is cut off.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import statistics
import tempfile
from collections import defaultdict
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from home_en.words import SLOTS
from server_process import ServerProcess

from wyoming_whisper.audio.local_file import read_audio
from wyoming_whisper.audio.pcm import EMPTY_BLOCK, SAMPLE_RATE
from wyoming_whisper.bench.figures import table
from wyoming_whisper.bench.spoken_commands import Command, Room, in_room, read_commands, with_pause
from wyoming_whisper.speech.vad import WINDOW_SAMPLES, SileroVad, VadStream
from wyoming_whisper.wyoming_api import client

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from wyoming_whisper.audio.pcm import Block

_VARIANTS: Final = ("--early-answer off", "--early-answer complete", "--early-answer silence:400")
# Home Assistant's silence at the end of a command.
_CLIENT_SILENCE_S: Final = 0.7
_SPEECH: Final = 0.5
_WORD_WINDOWS: Final = 3
_QUIET_DB: Final = -60.0
_FRAME: Final = SAMPLE_RATE // 10
# As many as two cores decode almost without a queue.
_AT_ONCE: Final = 4


@dataclass(frozen=True, slots=True)
class Spoken:
    """A command in a room.

    Attributes:
        group: What it is counted with.
        command: As the microphone hears it.
        last_word_s: Where its last word ends.
    """

    group: str
    command: Command
    last_word_s: float


@dataclass(frozen=True, slots=True)
class Heard:
    """What became of it.

    Attributes:
        group: As above.
        after_last_word_s: Seconds from the last word to the transcript; negative if that was cut.
        text: The transcript.
    """

    group: str
    after_last_word_s: float
    text: str


def vocabulary() -> str:
    """Return a home with what the commands are about, as `--vocabulary` reads it."""
    lamps = [f"{room} {lamp}" for room in SLOTS["room"][:12] for lamp in SLOTS["light"][:8]]
    kinds = {
        "area": SLOTS["room"], "light": lamps, "switch": SLOTS["switch"], "cover": SLOTS["cover"],
        "lock": SLOTS["lock"], "scene": SLOTS["scene"], "media_player": SLOTS["player"],
    }  # fmt: skip
    names = (f"[{kind}]\n" + "\n".join(dict.fromkeys(texts)) for kind, texts in kinds.items())
    return "\n".join(names) + "\n"


def last_word_s(samples: Block) -> float:
    """Return where the last speech of a recording ends."""
    n_windows = -(-len(samples) // WINDOW_SAMPLES)
    windows = np.pad(samples, (0, n_windows * WINDOW_SAMPLES - len(samples)))
    scores = SileroVad().probabilities([(VadStream(), windows.reshape(-1, WINDOW_SAMPLES))])[0]
    end = length = 0
    for number, score in enumerate(scores, start=1):
        length = length + 1 if score >= _SPEECH else 0
        if length >= _WORD_WINDOWS:  # a click is no word
            end = number
    return end * WINDOW_SAMPLES / SAMPLE_RATE


def floor_db(samples: Block) -> float:
    """Return how loud the room of a recording is: its quietest tenth of a second, from -60 dB."""
    n_frames = max(1, len(samples) // _FRAME)
    frames = samples[: n_frames * _FRAME].reshape(n_frames, -1)
    quietest = float(np.square(frames).mean(axis=1).min())
    return max(_QUIET_DB, 10 * math.log10(quietest + 1e-12))


def in_a_room(group: str, commands: Iterable[Command], pause_s: float, seed: int) -> list[Spoken]:
    """Return commands as a microphone hears them, with the silence that a client waits for."""
    spoken = []
    for number, command in enumerate(commands):
        end_s = last_word_s(with_pause(command.samples, pause_s))
        if not end_s:
            continue
        # The recording may go on behind its last word; the client's silence does not.
        rest_s = command.seconds + pause_s - end_s
        trail_s = max(0.0, _CLIENT_SILENCE_S - rest_s)
        room = Room(floor_db(command.samples), pause_s=pause_s, trail_s=trail_s)
        (heard,) = in_room([command], room, seed + number)
        n_samples = round((room.lead_s + end_s + _CLIENT_SILENCE_S) * SAMPLE_RATE)
        ended = Command(command.name, command.text, heard.samples[:n_samples])
        spoken.append(Spoken(group, ended, room.lead_s + end_s))
    return spoken


def read_recordings(listing: Path) -> dict[str, list[Command]]:
    """Return the recordings of a listing by their set."""
    found: dict[str, list[Command]] = defaultdict(list)
    for line in listing.read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        blocks = read_audio(listing.parent / entry["file"])
        samples = np.concatenate([EMPTY_BLOCK, *blocks])
        found[entry["set"]].append(Command(entry["file"], entry.get("text", ""), samples))
    return found


async def hear(uri: str, spoken: Sequence[Spoken]) -> list[Heard]:
    """Say everything to a server, in real time, two at once."""
    turn = asyncio.Semaphore(_AT_ONCE)

    async def say(one: Spoken) -> Heard:
        async with turn:
            answer = await client.transcribe(
                uri, [one.command.samples], language="en", real_time=True, leaves_at_answer=True
            )
            return Heard(one.group, answer.answered_s - one.last_word_s, answer.text)

    return await asyncio.gather(*(say(one) for one in spoken))


def row(variant: str, group: str, heard: Sequence[Heard]) -> list[str]:
    """Return a line of the table."""
    after = sorted(one.after_last_word_s for one in heard)
    cut = sum(seconds < 0 for seconds in after)
    early = sum(0 <= seconds < _CLIENT_SILENCE_S - 0.05 for seconds in after)
    whole = [seconds for seconds in after if seconds >= 0] or [float("nan")]
    p95 = whole[min(len(whole) - 1, int(0.95 * len(whole)))]
    return [
        variant, group, str(len(heard)), str(early), str(cut),
        f"{statistics.median(whole) * 1000:.0f}", f"{p95 * 1000:.0f}",
    ]  # fmt: skip


def main() -> None:
    """Run the variants one after the other, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("commands", type=Path, help="folder with a commands.json")
    parser.add_argument("recordings", type=Path, nargs="*", help="listings of more recordings")
    parser.add_argument("--set", action="append", default=[], help="only these sets of them")
    parser.add_argument("--variant", action="append", default=[], help="options of a server")
    parser.add_argument("--pause", type=float, action="append", default=[], help="seconds")
    parser.add_argument("--count", type=int, default=60, help="commands of the folder")
    parser.add_argument("--show", action="store_true", help="print who is cut off, and how")
    given = parser.parse_args()
    commands = read_commands(given.commands)[: given.count]
    spoken = in_a_room("commands", commands, 0.0, seed=1)
    for pause_s in given.pause:
        spoken += in_a_room(f"pause of {pause_s:g} s", commands, pause_s, seed=2)
    for listing in given.recordings:
        for group, recorded in read_recordings(listing).items():
            if not given.set or group in given.set:
                spoken += in_a_room(group, recorded, 0.0, seed=3)
    home = Path(tempfile.mkdtemp()) / "home.txt"
    home.write_text(vocabulary(), encoding="utf-8")
    rows = []
    for variant in given.variant or _VARIANTS:
        server = ServerProcess(
            "--uri", "tcp://127.0.0.1:0", "--no-zeroconf", "--vocabulary", str(home),
            *variant.split(),
        )  # fmt: skip
        try:
            server.wait_for("ready: ")
            uri = f"tcp://127.0.0.1:{server.address[1]}"
            for _ in range(3):  # until the home's sentences have been read
                asyncio.run(client.transcribe(uri, [spoken[0].command.samples], real_time=True))
            heard = asyncio.run(hear(uri, spoken))
        finally:
            server.stop()
        for group, some in groupby(heard, key=lambda one: one.group):
            rows.append(row(variant.removeprefix("--early-answer "), group, list(some)))
        if given.show:
            for one, said in zip(heard, spoken, strict=True):
                if one.after_last_word_s < 0:
                    print(f"{variant}: {said.command.text!r} was cut to {one.text!r}")
    head = ["answer", "speech", "n", "early", "cut off", "median, ms", "p95, ms"]
    print(table(head, rows))


if __name__ == "__main__":
    main()
