"""The figures as Prometheus, and a router of vLLM's production stack, read them."""

from __future__ import annotations

import asyncio
import math
import re
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import pytest
from fakes import INFO, FakeEngine, decoding, hypothesis, new_lifecycle, tone
from http_service import client_of, new_service
from prometheus_client.openmetrics import parser as openmetrics
from prometheus_client.parser import text_string_to_metric_families

from wyoming_whisper.engines.engine import DecodeRequest
from wyoming_whisper.errors import (
    ClientGone,
    EngineFailed,
    InvalidParameter,
    UndecodableAudio,
)
from wyoming_whisper.http.admin import metrics
from wyoming_whisper.recognition.accounting import UtteranceReport
from wyoming_whisper.recognition.eager import Eagerness
from wyoming_whisper.recognition.end_of_turn import TurnEnd
from wyoming_whisper.values import DecodeOptions, Priority, Rejection, Task

if TYPE_CHECKING:
    from prometheus_client import Metric

    from wyoming_whisper.http.service import Service
    from wyoming_whisper.scheduling.lifecycle import Lifecycle

REQUEST: Final = DecodeRequest(tone(0.1), DecodeOptions())
GERMAN: Final = replace(hypothesis("licht an", language="de"), language_probability=0.9)
REPORT: Final = UtteranceReport(
    audio_s=2.0,
    segments_s=1.5,
    queued_s=0.25,
    decode_s=0.5,
    hypotheses=(GERMAN, replace(GERMAN, rejection=Rejection.NO_SPEECH)),
    eagerness=Eagerness.HIT,
    vad_s=0.125,
    turn_end=TurnEnd.WHOLE_COMMAND,
    silence_s=0.3,
)
APIS: Final = ("wyoming", "openai", "wyoming-http")
# Every metric that is there before anything has happened, and its type and labels.
METRICS: Final = {
    "requests": ("counter", {"api", "task", "status"}),
    "request_seconds": ("histogram", {"api"}),
    "first_result_seconds": ("histogram", set()),
    "end_of_speech_to_text_seconds": ("histogram", set()),
    "last_word_to_text_seconds": ("histogram", set()),
    "turn_ends": ("counter", {"reason"}),
    "turn_cuts": ("counter", set()),
    "auth_failures": ("counter", set()),
    "audio_seconds": ("counter", set()),
    "vad_dropped_seconds": ("counter", set()),
    "vad_seconds": ("counter", set()),
    "queue_seconds": ("histogram", set()),
    "inference_seconds": ("histogram", set()),
    "real_time_factor": ("histogram", set()),
    "eager": ("counter", {"outcome"}),
    "rejected_segments": ("counter", {"reason"}),
    "detected_language": ("counter", {"language"}),
    "queue_depth": ("gauge", {"class"}),
    "inflight": ("gauge", set()),
    "refused": ("counter", set()),
    "dropped": ("counter", set()),
    "discarded": ("counter", set()),
    "failed": ("counter", set()),
    "engine_seconds": ("counter", set()),
    "longest_call_seconds": ("gauge", set()),
    "batch_size": ("histogram", set()),
    "model_loaded": ("gauge", set()),
    "model_state": ("gauge", {"state"}),
    "coming_model_state": ("gauge", {"state"}),
    "model_exchanges": ("counter", set()),
    "snaps": ("counter", {"outcome"}),
    "snap_seconds": ("histogram", set()),
    "build_info": ("gauge", {"version", "model"}),
}


async def scrape(service: Service) -> dict[str, Metric]:
    """Return the metrics by name."""
    async with client_of(metrics.router(service)) as client:
        text = (await client.get("/metrics")).text
    families = list(text_string_to_metric_families(text))
    assert len({family.name for family in families}) == len(families)
    return {family.name: family for family in families}


def value(families: dict[str, Metric], name: str, **labels: str) -> float:
    """Return a sample of ours by the full name and all labels."""
    (found,) = [
        sample.value
        for family in families.values()
        for sample in family.samples
        if sample.name == f"wyoming_whisper_{name}" and sample.labels == labels
    ]
    return found


async def in_call(lifecycle: Lifecycle, n: int) -> None:
    """Let the loop go round until so many jobs are in calls."""
    async with asyncio.timeout(20):
        while lifecycle.n_in_call < n:  # noqa: ASYNC110 - nobody is told of it
            await asyncio.sleep(0)


def count_one_of_each(service: Service) -> None:
    for api in APIS:
        service.accounting.register(api)
    count = service.accounting.add
    count("wyoming", Task.TRANSCRIBE, None, seconds=3, report=REPORT, answered_s=0.002)
    count("openai", Task.TRANSLATE, None, seconds=1, report=REPORT, first_result_s=0.5)
    count("wyoming-http", Task.TRANSCRIBE, InvalidParameter, seconds=0.01)
    service.accounting.auth_failures += 1


async def test_names_types_and_labels() -> None:
    """Every metric has its name, its type, its labels and a line that explains it."""
    service = new_service(new_lifecycle())
    count_one_of_each(service)
    families = await scrape(service)
    ours = {
        name.removeprefix("wyoming_whisper_"): family
        for name, family in families.items()
        if name.startswith("wyoming_whisper_")
    }
    assert {name: family.type for name, family in ours.items()} == {
        name: kind for name, (kind, _) in METRICS.items()
    }
    for name, family in ours.items():
        assert family.documentation.endswith("."), name
        assert family.samples, name
        for sample in family.samples:
            assert set(sample.labels) - {"le"} == METRICS[name][1], name
    assert "process_resident_memory_bytes" in families
    assert "python_info" in families


async def test_values() -> None:
    """What was counted is what is shown."""
    service = new_service(new_lifecycle())
    count_one_of_each(service)
    families = await scrape(service)
    assert value(families, "requests_total", api="wyoming", task="transcribe", status="200") == 1
    assert value(families, "requests_total", api="openai", task="translate", status="200") == 1
    assert (
        value(families, "requests_total", api="wyoming-http", task="transcribe", status="400") == 1
    )
    assert value(families, "request_seconds_sum", api="openai") == 1
    assert value(families, "request_seconds_bucket", api="wyoming", le="2.5") == 0
    assert value(families, "request_seconds_bucket", api="wyoming", le="5.0") == 1
    assert value(families, "first_result_seconds_sum") == 0.5
    assert value(families, "end_of_speech_to_text_seconds_bucket", le="0.001") == 0
    assert value(families, "end_of_speech_to_text_seconds_bucket", le="0.0025") == 1
    assert value(families, "last_word_to_text_seconds_bucket", le="0.3") == 0
    assert value(families, "last_word_to_text_seconds_bucket", le="0.35") == 1
    assert value(families, "turn_ends_total", reason="whole_command") == 1
    assert value(families, "turn_ends_total", reason="client") == 0
    assert value(families, "turn_cuts_total") == 0
    assert value(families, "auth_failures_total") == 1
    assert value(families, "audio_seconds_total") == 4
    assert value(families, "vad_dropped_seconds_total") == 1
    assert value(families, "vad_seconds_total") == 0.25
    assert value(families, "queue_seconds_sum") == 0.5
    assert value(families, "inference_seconds_count") == 2
    assert value(families, "real_time_factor_sum") == 0.5
    assert value(families, "eager_total", outcome="hit") == 1
    assert value(families, "eager_total", outcome="too_short") == 0
    assert value(families, "rejected_segments_total", reason="no_speech") == 2
    assert value(families, "detected_language_total", language="de") == 4
    assert value(families, "build_info", version=INFO.version, model=INFO.default.model.name) == 1


async def test_outcomes_are_statuses() -> None:
    """What became of a request is told by HTTP's status; kinds of one status are one series."""
    service = new_service(new_lifecycle())
    counters = service.accounting
    counters.register("wyoming")
    for outcome in (InvalidParameter, UndecodableAudio, ClientGone, EngineFailed, Exception, None):
        counters.add("wyoming", Task.TRANSCRIBE, outcome, seconds=1)
    samples = (await scrape(service))["wyoming_whisper_requests"].samples
    found = {s.labels["status"]: s.value for s in samples if s.name.endswith("_total")}
    assert found == {"400": 2, "499": 1, "500": 2, "200": 1}


async def test_the_queue() -> None:
    """What waits is told by class, what is in a call in one figure, and calls by their size."""
    gate = threading.Event()
    lifecycle, engine = new_lifecycle(max_queued=2), FakeEngine(max_batch=2, gate=gate)
    service = new_service(lifecycle)
    async with decoding(lifecycle, engine):
        finals = [lifecycle.submit(REQUEST, Priority.FINAL) for _ in range(2)]
        await in_call(lifecycle, 2)
        waiting = [lifecycle.submit(REQUEST, Priority.FILE) for _ in range(2)]
        waiting.pop().cancel()
        families = await scrape(service)
        gate.set()
        await asyncio.gather(*finals, *waiting)
        later = await scrape(service)
    assert value(families, "queue_depth", **{"class": "file"}) == 1
    assert value(families, "queue_depth", **{"class": "final"}) == 0
    assert value(families, "inflight") == 2
    assert value(families, "dropped_total") == 1
    assert value(later, "queue_depth", **{"class": "file"}) == 0
    assert value(later, "batch_size_bucket", le="1.0") == 1
    assert value(later, "batch_size_bucket", le="2.0") == 2
    assert value(later, "batch_size_sum") == 3
    assert value(later, "engine_seconds_total") > value(later, "longest_call_seconds") > 0


async def test_what_a_router_looks_for() -> None:
    """A balancer that knows vLLM finds its two gauges, colons and all, at the start of a line."""
    gate = threading.Event()
    lifecycle = new_lifecycle()
    service = new_service(lifecycle)
    async with (
        decoding(lifecycle, FakeEngine(gate=gate)),
        client_of(metrics.router(service)) as client,
    ):
        jobs = [lifecycle.submit(REQUEST, Priority.FINAL)]
        await in_call(lifecycle, 1)
        jobs += [lifecycle.submit(REQUEST, p) for p in (Priority.FILE, Priority.FILE)]
        text = (await client.get("/metrics")).text
        gate.set()
        await asyncio.gather(*jobs)
    line = re.compile(r'^vllm:num_requests_(\w+)\{model_name="fake"\} (\S+)$', re.MULTILINE)
    found = dict(line.findall(text))
    assert found == {"running": "1.0", "waiting": "2.0"}
    families = {family.name: family for family in text_string_to_metric_families(text)}
    assert families["vllm:num_requests_running"].type == "gauge"


async def test_the_model() -> None:
    """One state holds at a time, and the time of a load is told once there was one."""
    lifecycle = new_lifecycle()
    service = new_service(lifecycle)
    before = await scrape(service)
    assert value(before, "model_loaded") == 0
    assert value(before, "model_state", state="loading") == 1
    assert "wyoming_whisper_model_load_seconds" not in before
    async with decoding(lifecycle, FakeEngine()):
        await asyncio.sleep(0)
        lifecycle.status.load_s = 1.5
        families = await scrape(service)
    assert value(families, "model_loaded") == 1
    assert value(families, "model_load_seconds") == 1.5
    states = families["wyoming_whisper_model_state"].samples
    assert {s.labels["state"] for s in states if s.value} == {"loaded"}
    assert {s.value for s in states} == {0.0, 1.0}


async def test_counters_only_grow() -> None:
    """Between two scrapes no counter and no bucket goes back, and no series goes away."""
    service = new_service(new_lifecycle())
    count_one_of_each(service)
    first = await scrape(service)
    count_one_of_each(service)
    second = await scrape(service)
    for name, family in first.items():
        if family.type not in {"counter", "histogram"} or not name.startswith("wyoming"):
            continue
        later = {(s.name, *sorted(s.labels.items())): s.value for s in second[name].samples}
        for sample in family.samples:
            assert sample.value <= later[sample.name, *sorted(sample.labels.items())]


async def test_histograms_are_consistent() -> None:
    """Buckets are cumulative, end in +Inf, and hold as many values as are counted."""
    service = new_service(new_lifecycle())
    count_one_of_each(service)
    families = await scrape(service)
    n_series = 0
    for family in families.values():
        if family.type != "histogram":
            continue
        series: dict[str, list[tuple[float, float]]] = {}
        for sample in family.samples:
            if sample.name.endswith("_bucket"):
                api = sample.labels.get("api", "")
                series.setdefault(api, []).append((float(sample.labels["le"]), sample.value))
        for api, buckets in series.items():
            n_series += 1
            assert buckets == sorted(buckets)
            assert [n for _, n in buckets] == sorted(n for _, n in buckets)
            assert buckets[-1][0] == math.inf
            labels = {"api": api} if api else {}
            assert buckets[-1][1] == value(
                families, family.name.removeprefix("wyoming_whisper_") + "_count", **labels
            )
    assert n_series == 8 + len(APIS)


async def test_every_value_is_a_number() -> None:
    """Nothing is NaN or infinite, before anything has happened and after."""
    service = new_service(new_lifecycle())
    for _ in range(2):
        samples = [s for family in (await scrape(service)).values() for s in family.samples]
        assert all(math.isfinite(sample.value) for sample in samples)
        count_one_of_each(service)


async def test_openmetrics() -> None:
    """Who asks for OpenMetrics gets it, and it is well-formed."""
    service = new_service(new_lifecycle())
    count_one_of_each(service)
    accept = "application/openmetrics-text; version=1.0.0, text/plain; version=0.0.4; q=0.5"
    async with client_of(metrics.router(service)) as client:
        response = await client.get("/metrics", headers={"Accept": accept})
    assert response.headers["Content-Type"].startswith("application/openmetrics-text; version=1.0")
    assert response.text.endswith("# EOF\n")
    parse = openmetrics.text_string_to_metric_families
    families = {f.name: f for f in parse(response.text)}  # type: ignore[no-untyped-call]
    assert families["wyoming_whisper_build"].type == "info"
    assert "vllm:num_requests_running" in families


@pytest.mark.parametrize(
    "accept",
    ["", "*/*", "text/html", "application/openmetrics-text; version=new", ";;,;=", "text/plain;="],
)
async def test_any_other_accept_header_is_plain_text(accept: str) -> None:
    """Whatever else is asked for, the answer is Prometheus' classic text."""
    async with client_of(metrics.router(new_service(new_lifecycle()))) as client:
        response = await client.get("/metrics", headers={"Accept": accept})
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"


async def test_two_servers_do_not_share_figures() -> None:
    """Servers in one process count for themselves."""
    one, other = new_service(new_lifecycle()), new_service(new_lifecycle())
    count_one_of_each(one)
    assert value(await scrape(one), "audio_seconds_total") == 4
    assert value(await scrape(other), "audio_seconds_total") == 0
