"""``/metrics``: the server's figures, in Prometheus' words.

The figures are plain numbers that the server keeps in any case; they are read when somebody asks,
on the event loop, where nothing else changes them. Each router has a registry of its own.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from fastapi import APIRouter, Request, Response
from prometheus_client import CollectorRegistry, PlatformCollector, ProcessCollector
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
)
from prometheus_client.exposition import (
    CONTENT_TYPE_PLAIN_0_0_4,
    choose_encoder,
    generate_latest,
)
from prometheus_client.registry import Collector
from prometheus_client.utils import floatToGoString

from wyoming_whisper.http.errors import status_of
from wyoming_whisper.recognition.accounting import Histogram
from wyoming_whisper.scheduling.model_status import ModelState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from prometheus_client import Metric

    from wyoming_whisper.http.service import Service

_PREFIX: Final = "wyoming_whisper_"
_OK: Final = 200
# `--max-batch` is seldom anything else; a GPU takes 32.
_BATCH_SIZES: Final = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0)


def router(service: Service) -> APIRouter:
    """Return the route."""
    routes = APIRouter(tags=["status"])
    registry = CollectorRegistry()
    registry.register(_Figures(service))
    ProcessCollector(registry=registry)
    PlatformCollector(registry=registry)

    @routes.get(
        "/metrics",
        response_class=Response,
        responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
    )
    async def metrics(request: Request) -> Response:
        """Return the server's figures in Prometheus' text format, or as OpenMetrics."""
        encode, content_type = _encoder(request.headers.get("accept", ""))
        return Response(encode(registry), headers={"Content-Type": content_type})

    return routes


def _encoder(accept: str) -> tuple[Callable[[Collector], bytes], str]:
    try:
        return choose_encoder(accept)
    except TypeError:  # a version that is no number
        return generate_latest, CONTENT_TYPE_PLAIN_0_0_4


class _Figures(Collector):
    """Reads the figures of a server."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._counters = service.accounting

    def collect(self) -> Iterator[Metric]:
        """Yield all metrics."""
        yield from self._about_requests()
        yield from self._about_speech()
        yield from self._about_decodes()
        yield from self._about_the_model()
        yield InfoMetricFamily(
            f"{_PREFIX}build",
            "What runs here.",
            {"version": self._service.info.version, "model": self._service.program.name},
        )

    def _about_requests(self) -> Iterator[Metric]:
        counters = self._counters
        requests = CounterMetricFamily(
            f"{_PREFIX}requests",
            "Requests for a text, by API, task and HTTP's status, for utterances over Wyoming too.",
            labels=["api", "task", "status"],
        )
        by_status: Counter[tuple[str, str, str]] = Counter()
        for (api, task, outcome), n in counters.requests.items():
            status = _OK if outcome is None else status_of(outcome)
            by_status[api, task.value, str(status)] += n
        for labels, n in by_status.items():
            requests.add_metric(labels, n)
        yield requests
        seconds = HistogramMetricFamily(
            f"{_PREFIX}request_seconds",
            "From a request's first byte to its answer; over Wyoming people speak meanwhile.",
            labels=["api"],
        )
        for api, histogram in counters.request_s.items():
            seconds.add_metric([api], _buckets(histogram), histogram.sum)
        yield seconds
        yield _histogram(
            "first_result_seconds",
            "From a request's first byte to its first text, where it is streamed.",
            counters.first_result_s,
        )
        yield _histogram(
            "end_of_speech_to_text_seconds",
            "From the end of live speech to its text.",
            counters.answered_s,
        )
        yield _histogram(
            "last_word_to_text_seconds",
            "From the last word of live speech to its text; silence that was waited for included.",
            counters.last_word_s,
        )
        yield _counter(
            "auth_failures", "HTTP requests turned away at the door.", counters.auth_failures
        )

    def _about_speech(self) -> Iterator[Metric]:
        counters = self._counters
        yield _counter("audio_seconds", "Audio transcribed.", counters.audio_s)
        yield _counter(
            "vad_dropped_seconds", "Audio of it in which nobody spoke.", counters.dropped_s
        )
        yield _counter("vad_seconds", "Waiting for speech to be detected.", counters.vad_s)
        yield _histogram(
            "queue_seconds", "Waiting for the model, for each request.", counters.queued_s
        )
        yield _histogram(
            "inference_seconds", "In the model's calls, for each request.", counters.decode_s
        )
        yield _histogram(
            "real_time_factor",
            "In the model's calls, for each request and by its audio's length.",
            counters.real_time,
        )
        yield _counters(
            "eager",
            "Live utterances by whether they were decoded before they were over, or why not.",
            "outcome",
            {kind.name.lower(): n for kind, n in counters.eager.items()},
        )
        yield _counters(
            "turn_ends",
            "Live utterances by what ended them.",
            "reason",
            {end.name.lower(): n for end, n in counters.turn_ends.items()},
        )
        yield _counter(
            "turn_cuts", "Live utterances answered early whose speaker went on.", counters.cuts
        )
        yield _counters(
            "rejected_segments",
            "Segments whose text was not believed.",
            "reason",
            {kind.name.lower(): n for kind, n in counters.rejected.items()},
        )
        yield _counters(
            "detected_language",
            "Segments by the language that was detected.",
            "language",
            counters.languages,
        )

        yield _counters(
            "snaps",
            "Transcripts by what became of them in the household's spelling.",
            "outcome",
            {kind.name.lower(): n for kind, n in counters.snaps.items()},
        )
        yield _histogram(
            "snap_seconds", "Waiting for the household's spelling, for each.", counters.snap_s
        )

    def _about_decodes(self) -> Iterator[Metric]:
        queue, n_in_call = self._service.queue, self._service.recognizer.n_in_call
        stats, waiting = queue.stats, queue.n_waiting
        yield _gauges(
            "queue_depth",
            "Segments that wait for the model.",
            "class",
            {priority.value: n for priority, n in waiting.items()},
        )
        yield GaugeMetricFamily(
            f"{_PREFIX}inflight", "Segments that the model is decoding.", n_in_call
        )
        yield _counter("refused", "Segments turned away at the door.", stats.refused)
        yield _counter("dropped", "Segments given up before they were decoded.", stats.dropped)
        yield _counter("discarded", "Segments given up while they were decoded.", stats.discarded)
        yield _counter("failed", "Segments whose decode failed.", stats.failed)
        yield _counter("engine_seconds", "All calls of the model together.", stats.engine_s)
        yield GaugeMetricFamily(
            f"{_PREFIX}longest_call_seconds", "Of the model, since the start.", stats.longest_s
        )
        batches = Histogram(_BATCH_SIZES)
        for size, n in stats.batches.items():
            batches.add(size, n)
        yield _histogram("batch_size", "Segments in each call of the model.", batches)
        # What vLLM calls its own: the router of its production stack balances by these two names.
        for name, text, value in (
            ("running", "Segments that the model is decoding.", n_in_call),
            ("waiting", "Segments that wait for the model.", sum(waiting.values())),
        ):
            gauge = GaugeMetricFamily(f"vllm:num_requests_{name}", text, labels=["model_name"])
            gauge.add_metric([self._service.program.name], value)
            yield gauge

    def _about_the_model(self) -> Iterator[Metric]:
        model = self._service.program.status
        is_loaded = model.state is ModelState.LOADED
        yield GaugeMetricFamily(
            f"{_PREFIX}model_loaded", "Whether the model is in the memory.", int(is_loaded)
        )
        yield _gauges(
            "model_state",
            "How far the model is.",
            "state",
            {state.value: int(state is model.state) for state in ModelState},
        )
        coming = self._service.program.coming()
        yield _gauges(
            "coming_model_state",
            "How far the model is that is to take its place.",
            "state",
            {
                state.value: int(coming is not None and state is coming.status.state)
                for state in ModelState
            },
        )
        yield _counter(
            "model_exchanges",
            "How often another model has taken the place of the one that served.",
            self._service.recognizer.n_exchanges,
        )
        if model.load_s is not None:
            yield GaugeMetricFamily(
                f"{_PREFIX}model_load_seconds", "Of the last load.", model.load_s
            )


def _counter(name: str, text: str, value: float) -> Metric:
    return CounterMetricFamily(_PREFIX + name, text, value)


def _counters(name: str, text: str, label: str, values: Mapping[str, float]) -> Metric:
    family = CounterMetricFamily(_PREFIX + name, text, labels=[label])
    for key, value in values.items():
        family.add_metric([key], value)
    return family


def _gauges(name: str, text: str, label: str, values: Mapping[str, float]) -> Metric:
    family = GaugeMetricFamily(_PREFIX + name, text, labels=[label])
    for key, value in values.items():
        family.add_metric([key], value)
    return family


def _histogram(name: str, text: str, histogram: Histogram) -> Metric:
    return HistogramMetricFamily(_PREFIX + name, text, _buckets(histogram), sum_value=histogram.sum)


def _buckets(histogram: Histogram) -> list[tuple[str, float]]:
    bounds = [*map(floatToGoString, histogram.bounds), "+Inf"]
    return list(zip(bounds, histogram.cumulative, strict=True))
