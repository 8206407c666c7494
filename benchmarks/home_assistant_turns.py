"""Whether each utterance of two kinds of Home Assistant gets its one answer, and what stays behind.

    PYTHONPATH=tests/e2e:tests/support python benchmarks/home_assistant_turns.py [--count 1000]

The one of 2026.10 reads while it sends: the first of transcript, error and end of stream ends its
turn, and it closes the connection without an audio-stop. The one of 2024.3 sends everything, and
reads then. Each opens a connection for each utterance, in real time, many at once, to a server that
answers early. What is counted: utterances without an answer, with two, and with other words than
alone; connections and memory of the server at the start, half-way and at the end.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Final

import httpx2
import numpy as np
from recordings import COMMANDS
from server_process import ServerProcess
from wyoming.asr import Transcribe, Transcript
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.event import async_read_event

from wyoming_whisper.audio.local_file import read_audio
from wyoming_whisper.audio.pcm import SAMPLE_RATE, mono_to_pcm16
from wyoming_whisper.bench.figures import table
from wyoming_whisper.doctor.trial import RECORDING
from wyoming_whisper.wyoming_api.framing import encode_event

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from wyoming_whisper.audio.pcm import Block

# Home Assistant's pipeline works in steps of 10 ms, and ends a command after 0.7 s of silence.
_CHUNK_BYTES: Final = 2 * SAMPLE_RATE // 100
_SILENCE: Final = np.zeros(int(0.7 * SAMPLE_RATE), np.float32)


def encoded(samples: Block) -> list[bytes]:
    """Return an utterance as it goes over the wire, 10 ms by 10 ms, and its audio-stop."""
    pcm = mono_to_pcm16(np.concatenate((samples, _SILENCE)))
    head = [Transcribe(language="en").event(), AudioStart(SAMPLE_RATE, 2, 1).event()]
    chunks = [
        encode_event(AudioChunk(SAMPLE_RATE, 2, 1, pcm[start : start + _CHUNK_BYTES]).event())
        for start in range(0, len(pcm), _CHUNK_BYTES)
    ]
    return [b"".join(map(encode_event, head)), *chunks, encode_event(AudioStop().event())]


async def send(writer: asyncio.StreamWriter, parts: list[bytes]) -> None:
    """Send an utterance in real time."""
    clock = asyncio.get_running_loop().time
    due = clock()
    for part in parts:
        writer.write(part)
        await writer.drain()
        due += 0.01
        await asyncio.sleep(due - clock())


async def receive(reader: asyncio.StreamReader) -> str | None:
    """Return the transcript; ``None`` for an error or the end of the stream."""
    while (event := await async_read_event(reader)) is not None and event.type != "error":
        if Transcript.is_type(event.type):
            return Transcript.from_event(event).text
    return None


async def of_2026_10(address: tuple[str, int], parts: list[bytes]) -> list[str | None]:
    """Read while sending, and leave with the answer."""
    reader, writer = await asyncio.open_connection(*address)
    sending = asyncio.create_task(send(writer, parts))
    try:
        return [await receive(reader)]
    finally:
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
        writer.close()


async def of_2024_3(address: tuple[str, int], parts: list[bytes]) -> list[str | None]:
    """Send everything, and read then; look whether a second answer follows."""
    reader, writer = await asyncio.open_connection(*address)
    await send(writer, parts)
    answers = [await receive(reader)]
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(0.2):
            answers.append(await receive(reader))
    writer.close()
    return answers


async def run(
    server: ServerProcess,
    turn: Callable[[tuple[str, int], list[bytes]], Coroutine[None, None, list[str | None]]],
    count: int,
    at_once: int,
) -> Counter[str]:
    """Have so many turns, and count what became of them."""
    wholes = [np.concatenate([*read_audio(RECORDING)]), *(one.samples for one in COMMANDS[:3])]
    utterances = [encoded(samples) for samples in wholes]
    alone = [(await turn(server.address, parts))[0] for parts in utterances]
    found: Counter[str] = Counter()
    places = asyncio.Semaphore(at_once)

    async def one(number: int) -> None:
        async with places:
            answers = await turn(server.address, utterances[number % len(utterances)])
        found["lost"] += answers[0] is None
        found["twice"] += len(answers) > 1
        found["other words"] += answers[0] != alone[number % len(utterances)]

    await asyncio.gather(*(one(number) for number in range(count)))
    return found


def standing(server: ServerProcess) -> tuple[int, float]:
    """Return how many sockets the server has open, and its memory in MiB."""
    time.sleep(1)  # who has left is gone
    process = Path(f"/proc/{server.process.pid}")
    sockets = sum(str(link.readlink()).startswith("socket:") for link in process.glob("fd/*"))
    status = (process / "status").read_text()
    (kib,) = [line.split()[1] for line in status.splitlines() if line.startswith("VmRSS:")]
    return sockets, int(kib) / 1024


def main() -> None:
    """Run both kinds, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--count", type=int, default=1_000, help="utterances of each kind")
    parser.add_argument("--at-once", type=int, default=12)
    given = parser.parse_args()
    names = Path(tempfile.mkdtemp()) / "names.txt"
    names.write_text("[light]\nKitchen Light\n", encoding="utf-8")
    server = ServerProcess(
        "--uri", "tcp://127.0.0.1:0", "--no-zeroconf", "--vocabulary", str(names),
        "--http-port", "0",
    )  # fmt: skip
    rows = []
    try:
        server.wait_for("ready: ")
        for kind, turn in (("2026.10", of_2026_10), ("2024.3", of_2024_3)):
            asyncio.run(run(server, turn, 2 * given.at_once, given.at_once))  # warm
            before = standing(server)
            found = asyncio.run(run(server, turn, given.count // 2, given.at_once))
            middle = standing(server)
            found += asyncio.run(run(server, turn, given.count - given.count // 2, given.at_once))
            after = standing(server)
            counted = [found[name] for name in ("lost", "twice", "other words")]
            sockets = " / ".join(str(one[0]) for one in (before, middle, after))
            memory = " / ".join(f"{one[1]:.0f}" for one in (before, middle, after))
            rows.append([kind, given.count, *counted, sockets, memory])
        metrics = httpx2.get(f"{server.http_url}/metrics").text
    finally:
        server.stop()
    head = ["Home Assistant", "utterances", "lost", "twice", "other words", "sockets", "MiB"]
    print(table(head, rows))
    for line in metrics.splitlines():
        if line.startswith(("wyoming_whisper_turn_", "wyoming_whisper_eager_total")):
            print(line)


if __name__ == "__main__":
    main()
