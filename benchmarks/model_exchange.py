"""What it costs the speakers when `--model auto` takes Whisper base in the place of home-en.

    script/fetch-whisper base
    PYTHONPATH=tests/support:script .venv/bin/python benchmarks/model_exchange.py

A Hub of the tests serves base on the loopback. Satellites speak in real time before base is
fetched, while it is fetched, loaded and exchanged, and afterwards. Nobody is to wait longer than
the longest decode of either model takes, as the server logs them.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from typing import TYPE_CHECKING

import httpx2
import numpy as np
from contenders import Contender
from fake_hub import FakeHub, read_model, running
from recordings import COMMANDS
from server_under_test import ServerUnderTest, free_port
from whisper_weights import FOLDER, WEIGHTS

from wyoming_whisper.bench.figures import table
from wyoming_whisper.bench.load import Crowd, Load, speak
from wyoming_whisper.bench.spoken_commands import Command, Room, in_room

if TYPE_CHECKING:
    from collections.abc import Sequence


def auto(hub: FakeHub, data_dir: str, http_port: int) -> Contender:
    """Return this server as somebody runs it who says nothing of a model."""
    command = (
        sys.executable, "-m", "wyoming_whisper", "--no-zeroconf", "--data-dir", data_dir,
        "--http-port", str(http_port),
    )  # fmt: skip
    return Contender("wyoming_whisper", command, {"HF_ENDPOINT": hub.url})


async def serves(http_port: int, name: str) -> None:
    """Wait until a model serves."""
    async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{http_port}") as http:
        while (await http.get("/status")).json()["model"] != name:  # noqa: ASYNC110 - a process's
            await asyncio.sleep(0.05)


async def speak_until(
    event: asyncio.Task[None], uri: str, commands: Sequence[Command], crowd: Crowd
) -> Load:
    """Let everybody speak, again and again, until something has happened."""
    load = Load()
    while not event.done():
        load.add(await speak(uri, commands, crowd))
    return load


async def measure(n_satellites: int) -> str:
    """Return the table."""
    crowd = Crowd(satellites=n_satellites)
    commands = in_room(
        [Command(c.path.name, c.text, c.samples) for c in COMMANDS], Room(-60), seed=0
    )
    rows = []
    decodes_ms: list[float] = []
    repo_id = WEIGHTS["base"].repo_id
    with (
        running(FakeHub(read_model(FOLDER / repo_id), repo_id)) as hub,
        tempfile.TemporaryDirectory() as data,
    ):
        http_port = free_port()
        server = ServerUnderTest(auto(hub, data, http_port))
        try:
            await server.startup(commands[0])
            for name in ("home-en", "fetched, loaded, exchanged", "base"):
                n_before = len(server.reports)
                if name.startswith("fetched"):
                    hub.gate.set()
                    exchanged = asyncio.create_task(serves(http_port, "base"))
                    load = await speak_until(exchanged, server.uri, commands, crowd)
                else:
                    load = await speak(server.uri, commands, crowd)
                reports = server.reports[n_before:]
                decodes = [r.decode_ms for r in reports if r.decode_ms is not None]
                rows.append(_row(name, load, decodes, server.memory_mib))
                decodes_ms.append(max(decodes))
        finally:
            server.stop()
    bound = f"one decode of each at most: {decodes_ms[0] + decodes_ms[2]:.0f} ms"
    head = ("stretch", "commands", "failed", "after audio-stop p50 / p95 / max ms",
            "longest decode ms", "memory now / at most MiB")  # fmt: skip
    return f"{table(head, rows)}\n\n{bound}"


def _row(
    name: str, load: Load, decodes_ms: Sequence[float], memory_mib: tuple[float, float]
) -> tuple[str, ...]:
    waits = [o.after_stop_s * 1000 for o in load.outcomes if o.understood is not None]
    p50, p95, longest = np.percentile(waits, (50, 95, 100))
    failed = sum(outcome.understood is None for outcome in load.outcomes)
    return (
        name,
        str(len(load.outcomes)),
        str(failed),
        f"{p50:.0f} / {p95:.0f} / {longest:.0f}",
        f"{max(decodes_ms):.0f}",
        " / ".join(f"{mib:.0f}" for mib in memory_mib),
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--satellites", type=int, default=4, metavar="N", help="How many speak.")
    print(asyncio.run(measure(parser.parse_args().satellites)))


if __name__ == "__main__":
    main()
