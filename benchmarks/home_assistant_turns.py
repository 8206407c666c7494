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
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Final

import httpx2
import numpy as np
from recordings import COMMANDS
from server_process import ServerProcess
from wyoming.asr import Transcribe, Transcript
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.client import AsyncTcpClient

from wyoming_whisper.audio.local_file import read_audio
from wyoming_whisper.audio.pcm import SAMPLE_RATE, mono_to_pcm16
from wyoming_whisper.bench.figures import table
from wyoming_whisper.doctor.trial import RECORDING

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

# Home Assistant's pipeline works in steps of 10 ms, and ends a command after 0.7 s of silence.
_CHUNK_BYTES: Final = 2 * SAMPLE_RATE // 100
_SILENCE: Final = np.zeros(int(0.7 * SAMPLE_RATE), np.float32)


async def send(client: AsyncTcpClient, pcm: bytes) -> None:
    """Send an utterance in real time, but for its audio-stop."""
    clock = asyncio.get_running_loop().time
    await client.write_event(Transcribe(language="en").event())
    await client.write_event(AudioStart(SAMPLE_RATE, 2, 1).event())
    due = clock()
    for start in range(0, len(pcm), _CHUNK_BYTES):
        chunk = pcm[start : start + _CHUNK_BYTES]
        await client.write_event(AudioChunk(SAMPLE_RATE, 2, 1, chunk).event())
        due += 0.01
        await asyncio.sleep(due - clock())


async def receive(client: AsyncTcpClient) -> str | None:
    """Return the transcript; ``None`` for an error or the end of the stream."""
    while (event := await client.read_event()) is not None and event.type != "error":
        if Transcript.is_type(event.type):
            return Transcript.from_event(event).text
    return None


async def of_2026_10(client: AsyncTcpClient, pcm: bytes) -> list[str | None]:
    """Read while sending, and leave with the answer."""

    async def send_all() -> None:
        await send(client, pcm)
        await client.write_event(AudioStop().event())

    sending = asyncio.create_task(send_all())
    try:
        return [await receive(client)]
    finally:
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)


async def of_2024_3(client: AsyncTcpClient, pcm: bytes) -> list[str | None]:
    """Send everything, and read then; look whether a second answer follows."""
    await send(client, pcm)
    await client.write_event(AudioStop().event())
    answers = [await receive(client)]
    try:
        async with asyncio.timeout(0.2):
            answers.append(await receive(client))
    except TimeoutError:
        pass
    return answers


async def run(
    server: ServerProcess,
    turn: Callable[[AsyncTcpClient, bytes], Coroutine[None, None, list[str | None]]],
    count: int,
    at_once: int,
) -> Counter[str]:
    """Have so many turns, and count what became of them."""
    host, port = server.address
    wholes = [np.concatenate([*read_audio(RECORDING)]), *(one.samples for one in COMMANDS[:3])]
    utterances = [mono_to_pcm16(np.concatenate((samples, _SILENCE))) for samples in wholes]
    alone = []
    for pcm in utterances:
        async with AsyncTcpClient(host, port) as client:
            alone.append((await turn(client, pcm))[0])
    found: Counter[str] = Counter()
    places = asyncio.Semaphore(at_once)

    async def one(number: int) -> None:
        async with places, AsyncTcpClient(host, port) as client:
            answers = await turn(client, utterances[number % len(utterances)])
        found["lost"] += answers[0] is None
        found["twice"] += len(answers) > 1
        found["other words"] += answers[0] != alone[number % len(utterances)]

    await asyncio.gather(*(one(number) for number in range(count)))
    return found


def standing(server: ServerProcess) -> tuple[int, float]:
    """Return how many sockets the server has open, and its memory in MiB."""
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
