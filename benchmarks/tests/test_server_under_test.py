"""A server that is measured: its log, its costs, its start."""

from __future__ import annotations

import asyncio
import re
import sys

import pytest
from contenders import ROOT, Contender, ours
from recordings import COMMANDS
from server_under_test import Report, ServerUnderTest, parse_report

from wyoming_whisper.bench.spoken_commands import Command
from wyoming_whisper.errors import ServerFailed
from wyoming_whisper.recognition.accounting import UtteranceReport
from wyoming_whisper.recognition.eager import Eagerness
from wyoming_whisper.wyoming_api import client as wyoming_client


@pytest.mark.parametrize("eagerness", Eagerness)
def test_the_servers_own_lines(eagerness: Eagerness) -> None:
    """What became of an eager decode is read from the line that the server writes."""
    report = UtteranceReport(
        audio_s=2.0, segments_s=0.0, queued_s=0.0, decode_s=0.0, hypotheses=(), eagerness=eagerness
    )
    line = f"2026-01-01 INFO [7] {report.line(0.003)}\n"
    assert parse_report(line) == Report(eagerness.value, None)


def test_decode() -> None:
    """The decode's time is read where something was decoded; what was rejected is left out."""
    line = (
        "INFO [7] answered 3 ms after its end (the client): 2.4 s of audio, "
        "1 segments of 1.9 s, queue 0 ms, decode 61 ms, eager: no pause, rejected: low probability"
    )
    assert parse_report(line) == Report("no pause", 61.0)


@pytest.mark.parametrize(
    "line", ["INFO ready: home-en", "INFO 3 utterances answered, 0 failed: eager: 3 hit", ""]
)
def test_other_lines(line: str) -> None:
    """Other lines are not of an utterance."""
    assert parse_report(line) is None


async def test_real_server() -> None:
    """A server is timed from its start, and its costs and its reports are read."""
    model = ROOT / "wyoming_whisper" / "engines" / "whisper" / "home_en"
    command = Command(COMMANDS[0].path.name, COMMANDS[0].text, COMMANDS[0].samples)
    server = ServerUnderTest(ours(model))
    try:
        startup = await server.startup(command)
        assert 0 < startup.described_s < startup.transcribed_s
        assert 0 < server.cpu_s < 60
        now, most = server.memory_mib
        assert 10 < now <= most
        assert server.helpers_mib == 0
        answer = await wyoming_client.transcribe(server.uri, [command.samples], language="en")
        assert answer.text == command.text
    finally:
        await asyncio.to_thread(server.stop)
    assert [report.decode_ms is not None for report in server.reports] == [True, True]
    assert re.fullmatch(r"[1-9]\d* of 1", server.calls)


async def test_server_that_does_not_start() -> None:
    """A server that ends is reported with what it said."""
    code = "import sys; sys.exit('no such thing')"
    server = ServerUnderTest(Contender("broken", (sys.executable, "-c", code)))
    command = Command(COMMANDS[0].path.name, COMMANDS[0].text, COMMANDS[0].samples)
    with pytest.raises(ServerFailed, match=r"broken: no server answers.*\n.*no such thing"):
        await server.startup(command)
    await asyncio.to_thread(server.stop)
